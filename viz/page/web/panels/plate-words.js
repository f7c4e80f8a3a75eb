/** A plate of weights in words: what it holds, and one weight of it with all its digits. */

import { t } from "../language/texts.js";
import { formOf } from "../model/canonical.js";
import { count, signed } from "../picture/dom.js";

/** What a plate holds, in words. */
export function plateWords({ columns, layers }, n, plate) {
  const { fanIn, fanOut, taps, norm } = layers[n];
  const folded = norm ? t` Batch normalization is folded in.` : "";
  const [from, to] = [columns[n].key, columns[n + 1].key];
  if (plate.kind === "fields") {
    const size = t`${plate.tileRows} × ${plate.tileColumns} weights`;
    const few = plate.shown < plate.total ? t`${count(plate.shown)} of ${count(plate.total)} units of ${to}, evenly through their order` : t`All ${count(plate.total)} units of ${to}`;
    return t`${few}, each as ${size}.${folded}`;
  }
  const pooled = plate.pooled ? t` Each point is the largest of ${poolWords(plate)}; a pointer tells which.` : "";
  const what = taps > 1 ? t`${count(fanIn * fanOut)} pictures of ${plate.tileRows} × ${plate.tileColumns} weights` : t`${count(fanOut)} × ${count(fanIn)} weights`;
  return t`${what}: rows are ${to}, columns ${from}.${pooled}${folded}`;
}

/**
 * One weight: whose it is, as it is in the network and in canonical form.
 * @param {{layer: number, index: number}} edge @param {object} form of canonical
 */
export function weightWords(lab, edge, form, plate) {
  const { W, fanIn, fanOut, taps, tapColumns } = lab.layers[edge.layer];
  const [source, target] = lab.endsOf(edge);
  const [from, to] = [source, target].map((unit, end) => lab.nameOf(lab.idOf({ column: edge.layer + end, unit })));
  const { into, out } = formOf(lab.layers, form, edge.layer);
  const w = W[edge.index];
  const tap = Math.floor(edge.index / (fanIn * fanOut));
  const at = taps > 1 ? t` at ${Math.floor(tap / tapColumns)},${tap % tapColumns}` : "";
  const canonical = form.isKnown ? t`, canonical ${signed((w * into[target]) / out[source])}` : "";
  const pooled = plate.pooled ? t`, the largest of ${poolWords(plate)} here` : "";
  return t`${from} → ${to}${at}: weight ${exact(w)}${canonical}${pooled}`;
}

function poolWords({ pooled: { across, down } }) {
  return t`${count(Math.ceil(down))} × ${count(Math.ceil(across))} weights`;
}

/** Every digit that a float32 has, no more. */
function exact(value) {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return withMinus(text);
  }
  return withMinus(value.toPrecision(9));
}

function withMinus(text) {
  return String(Number(text)).replaceAll("-", "−");
}

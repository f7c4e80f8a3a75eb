/** What pictures of weights show, and the words for it: the twin of shown.py. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { canonical, canonicalBias, canonicalWeights } from "../model/canonical.js";
import { sortUnits } from "../model/sorting.js";
import { count } from "../picture/dom.js";

const MOST_NAMED = 4; // units that never vary are named, if they are not more

/**
 * The canonical form of the weights as they are now, and the order of all units.
 * @returns {{form: object, orders: Int32Array[], helped: (Int32Array | null)[]}} of each column: the
 *   unit at each place and the class that it helps most; inputs and outputs stay in their places
 */
export function weightsToShow({ layers, columns }) {
  const form = canonical(layers);
  const sortings = sortUnits(layers, form);
  const inPlace = ({ ids }) => Int32Array.from(ids.keys());
  return {
    form,
    orders: columns.map((column, n) => sortings[n - 1]?.order ?? inPlace(column)),
    helped: columns.map((_, n) => sortings[n - 1]?.helped ?? null),
  };
}

/**
 * The same as numbers, layer by layer: weights (taps · fanIn × fanOut, row by row, units in the order
 * of the file) and bias in this form, with what its units were multiplied by, those that never vary,
 * and their order with the class that each helps most; null of outputs.
 */
export function canonicalNumbers(lab) {
  const { layers, columns } = lab;
  const { form, orders, helped } = weightsToShow(lab);
  return layers.map((_, n) => ({
    key: columns[n + 1].key,
    weights: canonicalWeights(layers, form, n),
    bias: canonicalBias(layers, form, n),
    factors: form.factors[n].slice(),
    dead: form.dead[n],
    order: helped[n + 1] && orders[n + 1],
    helped: helped[n + 1],
  }));
}

/** What was done to the weights before they were drawn, and how units are sorted. */
export function formWords(lab, { isKnown, dead, kept }) {
  const { layers, columns, facts, source, teacher } = lab;
  if (layers.length === 1) return t`As they are in the network.`;
  const sorted = t`Sorted by the class that a unit helps most, the strongest first.`;
  if (!isKnown) return t`As they are in the network: its file does not tell what it usually does. ${sorted}`;
  const over = source ? t` as last measured` : facts.usualOf ? t` over ${dataName(facts.usualOf)}` : "";
  const before = teacher.steps > 0 ? t`, measured before its lessons` : "";
  const asItIs = kept.flatMap((word, n) => (word ? [`${columns[n + 1].key} (${word})`] : []));
  const never = dead.flatMap((units, n) => units.map((unit) => columns[n + 1].ids[unit]));
  const named = never.length <= MOST_NAMED ? ` (${never.join(", ")})` : "";
  return [
    t`Units scaled to standard deviation 1${over}${before}, which changes nothing that the network computes.`,
    ...(asItIs.length > 0 ? [t`As they are: ${asItIs.join(", ")}.`] : []),
    ...(never.length > 0 ? [never.length === 1 ? t`1 unit never varies${named}.` : t`${count(never.length)} units never vary${named}.`] : []),
    sorted,
  ].join(" ");
}

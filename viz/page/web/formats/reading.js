/** The network of named arrays, where all are dense layers: the twin of reading.py. */

import { english, t } from "../language/texts.js";
import { denseLink } from "../model/diagram.js";
import { FUNCTIONS, functionOf } from "../model/kinds.js";
import { finiteFloats } from "./described.js";
import { asInputsByOutputs, inOrder, withBiasColumns } from "./matrices.js";
import { group } from "./named.js";
import { Unreadable } from "./unreadable.js";

const MAX_NOTED = 12; // names in one note
const SYNONYMS = { logistic: "sigmoid", none: "linear", identity: "linear", leaky: "leakyrelu", relu6: "clip" };
const SETTINGS = { leakyrelu: ["slope"], elu: ["alpha"], clip: ["low", "high"] }; // in words, one after the other
const WAY_OUT = english`save each array by itself, as in numpy.savez('weights.npz', *arrays)`;

/**
 * @param {object} found see arrays.js @param {{activation?: string, orientation?: string}} hints what a person said
 * @returns {{links: object[], classNames: string[], notes: string[], assumed: string | null}} assumed: the function
 *   that was taken between the layers where the file does not tell
 */
export function readArrays(found, hints) {
  const { groups, stray } = grouped(found);
  if (groups.some(({ weight }) => weight === null || weight.shape.length !== 2)) {
    throw new Unreadable(
      t`it holds convolutions or normalizations, and arrays alone do not tell what stands between them; neuroscribble convert, with --architecture, makes a file that does`,
    );
  }
  const left = [...stray, ...found.unread.keys()];
  const notes = left.length > 0 ? [t`Left unread: ${left.slice(0, MAX_NOTED).join(", ")}${left.length > MAX_NOTED ? ", …" : ""}.`] : [];
  const asked = hints.orientation ? hints.orientation === "in-out" : null;
  const whole = withBiasColumns(groups, asked);
  if (whole !== groups) notes.push(t`Its matrices have one input more than fits: read as the biases.`);
  const { order, rows } = inOrder(whole, asked);
  const said = hints.activation ?? found.activation;
  const between = functionInWords(said ?? "relu");
  const links = order.map((one, n) => {
    const weight = { shape: one.weight.shape, data: finiteFloats(one.name, one.weight.data) };
    const { W, fanOut } = asInputsByOutputs({ weight }, rows);
    const b = one.bias ? finiteFloats(t`the bias of ${one.name}`, one.bias.data) : new Float32Array(fanOut);
    return denseLink(W, b, n < order.length - 1 ? between : undefined);
  });
  const isAssumed = order.length > 1 && (found.activation === null || hints.activation !== undefined);
  return { links, classNames: found.classNames, notes, assumed: isAssumed ? between.kind : null };
}

function grouped(found) {
  try {
    return group(found.arrays);
  } catch (error) {
    const unread = [...found.unread].slice(0, 4).map(([name, why]) => `${name} ${why}`);
    if (!(error instanceof Unreadable) || unread.length === 0) throw error;
    throw new Unreadable(t`${error.message}; not read: ${unread.join("; ")}; ${t(WAY_OUT)}`);
  }
}

/** A function for words such as "relu" or "leaky relu 0.1". */
function functionInWords(words) {
  const said = words.trim().toLowerCase().replaceAll(/[\s_-]+/g, " ");
  const [, spaced = "", numbers = ""] = /^([a-z0-9 ]*?[a-z]\d?)((?: [-+.e\d]+)*)$/.exec(said) ?? [];
  const name = spaced.replaceAll(" ", "");
  const kind = SYNONYMS[name] ?? name;
  const values = numbers.split(" ").filter(Boolean).map(Number);
  const names = SETTINGS[kind] ?? [];
  if (!Object.hasOwn(FUNCTIONS, kind) || values.length > names.length || !values.every(Number.isFinite)) {
    throw new Unreadable(t`the function between its layers must be one of ${Object.keys(FUNCTIONS).join(", ")}; got “${words.slice(0, 60)}”`);
  }
  return functionOf(kind, Object.fromEntries(values.map((value, n) => [names[n], value])));
}

/** An order of hidden units in which weights show something: by the class they help. The twin of sorting.py. */

import { formOf } from "./canonical.js";

/**
 * The order of every hidden column; see sorting.py.
 * @param {object[]} layers @param {object} form of canonical
 * @returns {{order: Int32Array, helped: Int32Array}[]} one for each layer but the last: the unit at
 *   each place, and the class that it helps most
 */
export function sortUnits(layers, form) {
  const sortings = [];
  let ahead = null; // of each unit of the column ahead, on each output; counted as often as it is open
  for (let n = layers.length - 1; n > 0; n--) {
    const effect = effectOn(layers, form, n, ahead);
    sortings.unshift(sorted(centered(effect)));
    const { usual } = layers[n];
    if (usual && !layers[n - 1].activation.mayBeNegative) {
      openShare(usual, effect.length).forEach((share, i) => (effect[i] = effect[i].map((value) => value * share)));
    }
    ahead = effect;
  }
  return sortings;
}

/** Of each unit that a layer reads: the sum over all ways to each output. @returns {Float64Array[]} */
function effectOn(layers, form, n, ahead) {
  const { W, fanIn, fanOut } = layers[n];
  const { into, out } = formOf(layers, form, n);
  const outputs = ahead ? ahead[0].length : fanOut;
  const effect = Array.from({ length: fanIn }, () => new Float64Array(outputs));
  for (let start = 0; start < W.length; start += fanOut) {
    const i = (start / fanOut) % fanIn;
    const row = effect[i];
    for (let j = 0; j < fanOut; j++) {
      const w = (W[start + j] * into[j]) / out[i];
      if (!ahead) row[j] += w;
      else for (let k = 0; k < outputs; k++) row[k] += w * ahead[j][k];
    }
  }
  return effect;
}

/** Effects on each class, their mean taken off; one output has two classes. */
function centered(effect) {
  return effect.map((values) => {
    const byClass = values.length === 1 ? Float64Array.of(-values[0], values[0]) : values;
    const mean = byClass.reduce((sum, value) => sum + value, 0) / byClass.length;
    return byClass.map((value) => value - mean);
  });
}

/** By the class that is helped most, then from the strongest help down; of equal ones the lower index first. */
function sorted(help) {
  const best = help.map((values) => values.reduce((top, value, k) => (value > values[top] ? k : top), 0));
  const order = Int32Array.from(help.keys()).sort(
    (p, q) => best[p] - best[q] || help[q][best[q]] - help[p][best[p]] || p - q,
  );
  return { order, helped: order.map((unit) => best[unit]) };
}

/** In which share of the images each of these units is open, at least. */
function openShare({ mean, deviation }, units) {
  const [square, both] = [new Float64Array(units), new Float64Array(units)];
  mean.forEach((value, row) => {
    square[row % units] += value * value;
    both[row % units] += value * value + deviation[row] * deviation[row];
  });
  return square.map((value, i) => value / (both[i] > 0 ? both[i] : 1));
}

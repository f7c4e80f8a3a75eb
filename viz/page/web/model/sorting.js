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
  const outputs = layers[layers.length - 1].fanOut;
  let ahead = null; // effect of each unit of the column ahead on each output, as often as it is open
  for (let n = layers.length - 1; n > 0; n--) {
    const effect = effectOn(layers, form, n, ahead, outputs);
    sortings.unshift(sorted(centered(effect, outputs)));
    const { usual, fanIn } = layers[n];
    if (usual && !layers[n - 1].activation.mayBeNegative) {
      const share = openShare(usual, fanIn);
      effect.forEach((value, at) => (effect[at] = value * share[Math.floor(at / outputs)]));
    }
    ahead = effect;
  }
  return sortings;
}

/** Of each unit that a layer reads: the sum over all ways to each output. @returns {Float64Array} fanIn × outputs */
function effectOn(layers, form, n, ahead, outputs) {
  const { W, fanIn, fanOut } = layers[n];
  const { into, out } = formOf(layers, form, n);
  const effect = new Float64Array(fanIn * outputs);
  for (let w = 0, row = 0; w < W.length; row++) {
    const start = (row % fanIn) * outputs;
    const divisor = out[row % fanIn];
    for (let j = 0; j < fanOut; j++, w++) {
      const weight = (W[w] * into[j]) / divisor;
      if (!ahead) effect[start + j] += weight;
      else for (let k = 0, at = j * outputs; k < outputs; k++, at++) effect[start + k] += weight * ahead[at];
    }
  }
  return effect;
}

/** Effects on each class, their mean taken off; one output has two classes. @returns {Float64Array[]} of each unit */
function centered(effect, outputs) {
  return Array.from({ length: effect.length / outputs }, (_, i) => {
    const values = effect.subarray(i * outputs, (i + 1) * outputs);
    const byClass = outputs === 1 ? Float64Array.of(-values[0], values[0]) : values;
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

/** Which digits are the same to the network? Those whose last hidden activations are nearest: the twin of nearest.py. */

import { distance } from "./counterfactual.js";
import { forward } from "./network.js";

/**
 * @param {Readings} readings @param {ArrayLike<number>} drawing
 * @returns {{index: number, label: number, distance: number}[]} of every class the nearest image, nearest first
 */
export function nearest({ layers, traces, labels }, drawing) {
  const ours = readsOf(forward(layers, drawing));
  const found = new Map(); // by label
  traces.forEach((trace, index) => {
    const one = { index, label: labels[index], distance: distance(readsOf(trace), ours) };
    if (!(found.get(one.label)?.distance <= one.distance)) found.set(one.label, one);
  });
  return [...found.values()].sort((p, q) => p.distance - q.distance || p.label - q.label);
}

/** What the last layer reads. */
function readsOf({ inputs }) {
  return inputs[inputs.length - 1];
}

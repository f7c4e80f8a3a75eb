/** Which digits are the same to the network? Those whose last hidden activations are nearest: the twin of nearest.py. */

import { distance } from "./counterfactual.js";
import { forward } from "./network.js";

/**
 * @param {object[]} layers @param {ArrayLike<number>} drawing
 * @param {Float32Array} inks one image behind the other @param {ArrayLike<number>} labels
 * @returns {{index: number, label: number, distance: number}[]} of every class the nearest image, nearest first
 */
export function nearest(layers, drawing, inks, labels) {
  const ours = readsOf(layers, drawing);
  const found = new Map(); // by label
  for (let index = 0; index < labels.length; index++) {
    const ink = inks.subarray(index * drawing.length, (index + 1) * drawing.length);
    const one = { index, label: labels[index], distance: distance(readsOf(layers, ink), ours) };
    if (!(found.get(one.label)?.distance <= one.distance)) found.set(one.label, one);
  }
  return [...found.values()].sort((p, q) => p.distance - q.distance || p.label - q.label);
}

/** What the last layer reads. */
function readsOf(layers, ink) {
  return forward(layers, ink).inputs[layers.length - 1];
}

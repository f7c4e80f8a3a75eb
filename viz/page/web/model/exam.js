/** How well a network reads pen digits that no network has learned from: the same ones each time. */

import { argmax, forward } from "./network.js";
import { PenDigits } from "./pen-store.js";

const SEED = 0; // in NumPy: pen_digits(n, rng=np.random.default_rng([0, 1]))
const DIGITS = 1000;
export const FEWER = 100; // for a network whose forward pass takes long

const papers = new Map(); // what is asked, by how much

/** Whether its forward pass takes long. */
export function isSlow(layers) {
  return layers.some(({ kind }) => kind === "conv");
}

/** What such a network is asked to read. @returns {{inks: Float32Array, labels: Uint8Array}} */
export function paperFor(layers) {
  const n = isSlow(layers) ? FEWER : DIGITS;
  if (!papers.has(n)) papers.set(n, new PenDigits(SEED).heldOut(n));
  return papers.get(n);
}

/** @param {object[]} layers as `fold` left them @returns {{right: number, n: number}} */
export function exam(layers) {
  const { inks, labels } = paperFor(layers);
  const length = inks.length / labels.length;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const { probabilities } = forward(layers, inks.subarray(i * length, (i + 1) * length));
    if (argmax(probabilities) === labels[i]) right += 1;
  }
  return { right, n: labels.length };
}

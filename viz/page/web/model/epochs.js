/** A fixed set of samples, epoch by epoch: its batches are those of batches.py to the same seed. */

import { Random } from "./random.js";

const HELD_OUT = 1; // what makes the seed of what is held out another one

export class Epochs {
  /**
   * @param {object} set
   * @param {Float32Array | Uint8Array} set.inks one row for each label; bytes are ink of 0 … 255
   * @param {Uint8Array} set.labels
   * @param {{inks: object, labels: Uint8Array} | number} set.held what it is measured with: other samples, or how many of these
   * @param {number} seed of the order
   */
  constructor({ inks, labels, held }, seed) {
    this.random = new Random(seed);
    const isSplit = typeof held === "number";
    this.all = { inks, labels };
    this.held = isSplit ? this.all : held;
    const order = shuffled(this.held.labels.length, new Random([seed, HELD_OUT]));
    this.heldOrder = isSplit ? order.slice(0, held) : order;
    this.learned = isSplit ? order.slice(held).sort() : Int32Array.from(labels, (_, i) => i);
    [this.order, this.at] = [this.learned, this.learned.length];
  }

  /** The next n; fewer at the end of an epoch. */
  next(n) {
    if (this.at >= this.order.length) {
      this.order = this.random.shuffle(this.learned.slice());
      this.at = 0;
    }
    const some = this.order.subarray(this.at, this.at + n);
    this.at += n;
    return take(this.all, some);
  }

  /** What is never learned from, in a random order. */
  heldOut() {
    return take(this.held, this.heldOrder);
  }
}

function shuffled(n, random) {
  return random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
}

/** Some of the samples, as numbers of their own. */
export function take({ inks, labels }, order) {
  const width = inks.length / labels.length;
  const scale = inks instanceof Uint8Array ? 255 : 1;
  const taken = new Float32Array(order.length * width);
  for (let i = 0, at = 0; i < order.length; i++) {
    for (let from = order[i] * width, end = from + width; from < end; from++) taken[at++] = inks[from] / scale;
  }
  return { inks: taken, labels: Uint8Array.from(order, (from) => labels[from]) };
}

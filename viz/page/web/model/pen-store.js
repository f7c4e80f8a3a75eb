/** Pen digits without end: fresh ones for each step of a training, others to measure it with. */

import { penDigits } from "./pen.js";
import { Random } from "./random.js";

const HELD_OUT = 1; // what makes the seed of the held-out digits another one

export class PenDigits {
  /**
   * The first `next(n)` is pen_digits(n, rng=np.random.default_rng(seed), …), the others follow.
   * @param {number} seed a whole number from 0
   * @param {{world?: number, logPenWidth?: [number, number]}} [options] see pen.js
   */
  constructor(seed, options = {}) {
    this.seed = seed;
    this.options = options;
    this.random = new Random(seed);
  }

  /** @returns {{inks: Float32Array, labels: Uint8Array}} n fresh digits: n × 784 numbers, n labels */
  next(n) {
    return penDigits(n, this.random, this.options);
  }

  /** n digits of another seed, [seed, 1] in NumPy: the same ones each time, never among the fresh. */
  heldOut(n = 1000) {
    return penDigits(n, new Random([this.seed, HELD_OUT].flat()), this.options);
  }
}

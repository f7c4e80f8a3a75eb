/** A person's own samples, mixed into the batches of a source: a share of each batch, in a random order. */

import { Random } from "./random.js";

const SEED = [0, 1]; // behind that of the course: no other samples are of it

export class Mixture {
  /** @param {{next(n: number): object, heldOut(): object}} source see Course @param {number} seed @param {number} share of a batch, once there are any */
  constructor(source, seed, share) {
    [this.source, this.share] = [source, share];
    this.random = new Random([seed, ...SEED]);
    this.keep({ inks: new Float32Array(0), labels: new Uint8Array(0) });
  }

  /** Those that are mixed in from now on. @param {{inks: Float32Array, labels: Uint8Array}} own one row of inks for each label */
  keep(own) {
    this.own = own;
    this.order = Int32Array.from(own.labels, (_, i) => i);
    this.at = this.order.length;
  }

  isReady(n) {
    return this.source.isReady?.(n) ?? true;
  }

  /** A batch of the source, whose last samples give way to own ones. */
  next(n) {
    const batch = this.source.next(n);
    const { inks, labels } = batch;
    const width = inks.length / labels.length;
    const first = labels.length - this.replaced(labels.length);
    for (let row = first; row < labels.length; row++) {
      const from = this.deal();
      inks.set(this.own.inks.subarray(from * width, (from + 1) * width), row * width);
      labels[row] = this.own.labels[from];
    }
    return batch;
  }

  /** How many of so many samples are own ones. */
  replaced(rows) {
    return this.order.length === 0 ? 0 : Math.ceil(this.share * rows);
  }

  /** The next one, in a new order when all have had their turn. */
  deal() {
    if (this.at === this.order.length) {
      this.random.shuffle(this.order);
      this.at = 0;
    }
    return this.order[this.at++];
  }

  heldOut() {
    return this.source.heldOut();
  }

  end() {
    this.source.end?.();
  }
}

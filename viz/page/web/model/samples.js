/** Samples that a page has at hand, dealt out in batches: some to learn from, some held out. */

const HELD_OUT = 5; // one of so many, of at least …
const ENOUGH = 20; // … so many: of fewer all are needed

export class Samples {
  /** @param {{inks: Float32Array, labels: Uint8Array}} all one row of inks for each label @param {Random} random */
  constructor({ inks, labels }, random) {
    this.width = inks.length / labels.length;
    [this.inks, this.labels, this.random] = [inks, labels, random];
    const order = random.shuffle(Int32Array.from(labels, (_, i) => i));
    const nHeld = labels.length < ENOUGH ? 0 : Math.floor(labels.length / HELD_OUT);
    this.held = order.slice(0, nHeld);
    this.learned = order.slice(nHeld);
    this.at = this.learned.length;
  }

  /** The next n in a random order, anew when all have had their turn; fewer where there are fewer. */
  next(n) {
    if (this.at >= this.learned.length) {
      this.random.shuffle(this.learned);
      this.at = 0;
    }
    const some = this.learned.subarray(this.at, this.at + n);
    this.at += n;
    return this.take(some);
  }

  /** Those that are never learned from; where there are too few for that, those that are. */
  heldOut() {
    const isLearned = this.held.length === 0;
    return { ...this.take(isLearned ? this.learned : this.held), isLearned };
  }

  take(order) {
    const { width } = this;
    const inks = new Float32Array(order.length * width);
    order.forEach((from, i) => inks.set(this.inks.subarray(from * width, (from + 1) * width), i * width));
    return { inks, labels: Uint8Array.from(order, (from) => this.labels[from]) };
  }
}

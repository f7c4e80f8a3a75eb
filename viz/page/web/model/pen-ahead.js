/** Pen digits that a second worker draws ahead, so that drawing them does not slow learning. */

import { PenDigits } from "./pen-store.js";

const AHEAD = 6; // batches that are drawn before they are asked for
const FIRST_OF_OTHERS = 2; // [seed, 1] are the held-out digits, [seed, 2] those of another batch size

/** What the second worker does with a message: it draws a batch. @param {Function} post its postMessage */
export function draw(post) {
  let [seed, digits] = [null, null];
  return ({ data }) => {
    if (String(data.seed) !== seed) [seed, digits] = [String(data.seed), new PenDigits(data.seed)];
    const { inks, labels } = digits.next(data.n);
    post({ seed: data.seed, inks, labels }, [inks.buffer, labels.buffer]);
  };
}

/** The digits of PenDigits; those of a batch size that comes later are of a seed of their own. */
export class PenAhead {
  /** @param {number} seed @param {() => Worker} startWorker one whose messages `draw` answers */
  constructor(seed, startWorker) {
    this.seed = seed;
    this.sizes = []; // of the batches that were asked for, one after the other
    this.batches = [];
    this.nTaken = 0; // of the present size
    this.own = null; // who draws them where no second worker can
    try {
      this.worker = startWorker();
      this.worker.onmessage = ({ data }) => this.receive(data);
      this.worker.onerror = () => this.drawAlone();
    } catch {
      this.drawAlone();
    }
  }

  /** Whether `next(n)` can be called; it asks for the digits where that was not yet done. */
  isReady(n) {
    if (n !== this.sizes[this.sizes.length - 1]) this.begin(n);
    return this.own !== null || this.batches.length > 0;
  }

  /** @returns {{inks: Float32Array, labels: Uint8Array}} n fresh digits; only where `isReady(n)` */
  next(n) {
    this.nTaken += 1;
    if (this.own) return this.own.next(n);
    this.order();
    return this.batches.shift();
  }

  heldOut(n) {
    return new PenDigits(this.seed).heldOut(n);
  }

  /** No more digits are wanted. */
  end() {
    this.worker?.terminate();
  }

  begin(n) {
    this.sizes.push(n);
    [this.batches, this.nTaken] = [[], 0];
    if (this.own) this.drawAlone();
    else for (let i = 0; i < AHEAD; i++) this.order();
  }

  /** The seed of the present batch size. */
  get presentSeed() {
    const turn = this.sizes.length - 1;
    return turn > 0 ? [this.seed, FIRST_OF_OTHERS + turn - 1].flat() : this.seed;
  }

  order() {
    this.worker.postMessage({ seed: this.presentSeed, n: this.sizes[this.sizes.length - 1] });
  }

  receive({ seed, inks, labels }) {
    if (String(seed) === String(this.presentSeed)) this.batches.push({ inks, labels });
  }

  drawAlone() {
    this.own = new PenDigits(this.presentSeed);
    for (let i = 0; i < this.nTaken; i++) this.own.next(this.sizes[this.sizes.length - 1]);
  }
}

/** Asks a worker how well the network, as it is now, reads: the picture never waits for it. */

const NO_WORKER = "Measuring needs a worker, which this browser does not start here; everything else works.";
const NO_DIGITS = "Accuracy is measured on pen digits of 28 × 28 pixels, which this network does not read.";

export class Examiner {
  /** @param {Lab} lab @param {() => string} program of the worker */
  constructor(lab, program) {
    Object.assign(this, { lab, program });
    this.worker = null;
    this.waiting = new Map(); // of each question what settles its promise
    this.questions = 0;
  }

  /** Whether it reads what it can be asked. */
  get isPossible() {
    const { input, classNames } = this.lab;
    return input.isPicture && input.side === 28 && input.channels === 1 && classNames.length === 10;
  }

  /**
   * Of the network as it is at this moment, whatever is cut or learned meanwhile.
   * @returns {Promise<{accuracy: number, standardError: number, right: number, n: number}>} shares of n digits
   */
  ask() {
    if (!this.isPossible) return Promise.reject(new Error(NO_DIGITS));
    try {
      this.worker ??= this.begin();
    } catch {
      return Promise.reject(new Error(NO_WORKER));
    }
    const number = ++this.questions;
    this.worker.postMessage({ order: "exam", number, given: { layers: this.lab.layers } });
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject }));
  }

  begin() {
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(this.program())}`);
    worker.onmessage = ({ data: { number, right, n } }) => {
      const accuracy = right / n;
      const standardError = Math.sqrt((accuracy * (1 - accuracy)) / n);
      this.waiting.get(number).resolve({ accuracy, standardError, right, n });
      this.waiting.delete(number);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.waiting.forEach(({ reject }) => reject(new Error(NO_WORKER)));
      this.waiting.clear();
    };
    return worker;
  }

  end() {
    this.worker?.terminate();
  }
}

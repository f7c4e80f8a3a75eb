/** Asks a worker about the network as it is now, what takes long: the picture never waits for it. */

import { readsPenDigits } from "../model/inputs.js";
import { startWorker } from "../picture/dom.js";

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
    return readsPenDigits(this.lab.input, this.lab.classNames);
  }

  /**
   * How well the network reads as it is at this moment, whatever is cut or learned meanwhile.
   * @returns {Promise<{accuracy: number, standardError: number, right: number, n: number}>} shares of n digits
   */
  async ask() {
    if (!this.isPossible) throw new Error(NO_DIGITS);
    const { right, n } = await this.order("exam", {});
    const accuracy = right / n;
    return { accuracy, standardError: Math.sqrt((accuracy * (1 - accuracy)) / n), right, n };
  }

  /** What other ink would do, see other-ink.js; of a picture that is not blank. */
  askOtherInk() {
    const { ink, input } = this.lab;
    return this.order("otherInk", { drawing: ink, side: input.side, readsDigits: this.isPossible });
  }

  /** @returns {Promise<object>} what the worker answers */
  async order(order, given) {
    try {
      this.worker ??= this.begin();
    } catch {
      throw new Error(NO_WORKER);
    }
    const number = ++this.questions;
    this.worker.postMessage({ order, number, given: { layers: this.lab.layers, ...given } });
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject }));
  }

  begin() {
    const worker = startWorker(this.program());
    worker.onmessage = ({ data }) => {
      this.waiting.get(data.number).resolve(data);
      this.waiting.delete(data.number);
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

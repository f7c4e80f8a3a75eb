/** What the learning worker is told, order by order, and who waits until that is done. */

import { startWorker } from "../picture/dom.js";

const PATIENCE = 5000; // milliseconds for the first answer: Firefox now and then starts a worker that never runs
const NO_WORKER = "Learning needs a worker, which this browser does not start here; everything else works.";

export class Orders {
  /**
   * @param {() => string} program of the worker @param {(message: object) => void} hear
   * @param {(sentence: string) => void} fail there is no worker, or none any more
   */
  constructor(program, hear, fail) {
    Object.assign(this, { program, hear, fail });
    this.worker = null;
    this.hasAnswered = false;
    this.number = 0; // of the last order
    this.waiting = []; // {number, resolve} of who waits until so many orders are done
    this.unheard = []; // orders before the first answer
  }

  /** @returns {boolean} whether there is a worker */
  start() {
    if (this.worker) return true;
    try {
      this.launch();
    } catch {
      this.end(NO_WORKER);
      return false;
    }
    setTimeout(() => this.hasAnswered || this.relaunch(), PATIENCE);
    return true;
  }

  launch() {
    this.worker = startWorker(this.program());
    this.worker.onmessage = ({ data }) => {
      this.hasAnswered = true;
      this.unheard = [];
      this.hear(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end(this.hasAnswered ? `The worker has ended: ${event.message}` : NO_WORKER);
    };
  }

  /** Another worker for one that has not answered, once. */
  relaunch() {
    if (this.unheard.length === 0) return; // it failed, which has been told, or was asked nothing
    this.worker.terminate();
    this.launch();
    for (const message of this.unheard) this.worker.postMessage(message);
  }

  end(sentence) {
    this.unheard = [];
    this.fail(sentence);
    this.done(Infinity);
  }

  send(order, given = {}) {
    this.number += 1;
    const message = { order, number: this.number, given };
    if (!this.hasAnswered) this.unheard.push(message);
    this.worker.postMessage(message);
  }

  /** @returns {Promise<void>} settled when it is done */
  ask(order, given) {
    this.send(order, given);
    return new Promise((resolve) => this.waiting.push({ number: this.number, resolve }));
  }

  /** The weights that came last have been taken in: others may come. @param {number} rest milliseconds until then */
  shown(rest) {
    setTimeout(() => this.worker.postMessage({ order: "shown" }), rest);
  }

  /** All orders up to this one are done. */
  done(number) {
    const isDone = (one) => one.number <= number;
    const settled = this.waiting.filter(isDone);
    this.waiting = this.waiting.filter((one) => !isDone(one));
    settled.forEach(({ resolve }) => resolve());
  }
}

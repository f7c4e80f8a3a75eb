/** A worker that surely runs: one that does not say that it is here is replaced, and told again what was asked of it. */

import { startWorker } from "../picture/dom.js";

const HERE = "here"; // what the worker says when it begins
const PATIENCE = 5000; // milliseconds until it has said so: Firefox now and then starts a worker that never runs

export class Hired {
  /**
   * Throws where workers cannot start.
   * @param {string} program @param {(answer: object) => void} hear
   * @param {(event: ErrorEvent, hasAnswered: boolean) => void} fail it has ended
   */
  constructor(program, hear, fail) {
    Object.assign(this, { program, hear, fail });
    this.unheard = []; // what was sent before it said that it is here
    this.hasAnswered = false;
    this.start();
    this.waiting = setTimeout(() => this.replace(), PATIENCE);
  }

  start() {
    this.worker = startWorker(this.program);
    this.worker.onmessage = ({ data }) => {
      if (data === HERE) {
        this.settle();
        return;
      }
      this.hasAnswered = true;
      this.hear(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.settle();
      this.fail(event, this.hasAnswered);
    };
  }

  /** What it is told stays as it is now, however late it hears it. */
  send(message) {
    if (this.unheard) this.unheard.push(structuredClone(message));
    this.worker.postMessage(message);
  }

  /** Another one for one that is not here, once. */
  replace() {
    this.worker.terminate();
    this.start();
    for (const message of this.unheard) this.worker.postMessage(message);
  }

  /** It runs, or has ended for good. */
  settle() {
    clearTimeout(this.waiting);
    this.unheard = null;
  }

  end() {
    this.settle();
    this.worker.terminate();
  }
}

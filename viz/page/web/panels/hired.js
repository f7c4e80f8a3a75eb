/** A worker that surely runs: one that does not answer at first is replaced, and told again what was asked of it. */

import { spokenTable } from "../language/texts.js";
import { startWorker } from "../picture/dom.js";

const HEARD = "heard"; // what the worker says before an answer that may take long
const PATIENCE = 5000; // milliseconds for its first word: in Firefox now and then there is none

export class Hired {
  /**
   * Throws where workers cannot start.
   * @param {string} program @param {(answer: object) => void} hear
   * @param {(event: ErrorEvent, hasAnswered: boolean) => void} fail it has ended
   */
  constructor(program, hear, fail) {
    Object.assign(this, { program, hear, fail });
    this.unheard = []; // what was sent before its first word
    this.hasAnswered = false;
    this.start();
    this.waiting = setTimeout(() => this.replace(), PATIENCE);
  }

  start() {
    this.worker = startWorker(this.program);
    this.speak();
    this.worker.onmessage = ({ data }) => {
      this.settle();
      if (data === HEARD) return;
      this.hasAnswered = true;
      this.hear(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.settle();
      this.fail(event, this.hasAnswered);
    };
  }

  /** It tells what goes wrong in the language of the page. */
  speak() {
    this.worker.postMessage({ order: "speak", given: spokenTable() });
  }

  /** What it is told stays as it is now, however late it hears it. */
  send(message) {
    if (this.unheard) this.unheard.push(structuredClone(message));
    this.worker.postMessage(message);
  }

  /** Another one for one that says nothing, once. */
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

/** What the learning worker is told, order by order, and who waits until that is done. */

import { english, t } from "../language/texts.js";
import { Hired } from "./hired.js";

const NO_WORKER = english`Learning needs a worker, which this browser does not start here; everything else works.`;

export class Orders {
  /**
   * @param {() => string} program of the worker @param {(message: object) => void} hear
   * @param {(sentence: string) => void} fail there is no worker, or none any more
   */
  constructor(program, hear, fail) {
    Object.assign(this, { program, hear, fail });
    this.worker = null;
    this.number = 0; // of the last order
    this.waiting = []; // {number, resolve} of who waits until so many orders are done
  }

  /** @returns {boolean} whether there is a worker */
  start() {
    if (this.worker) return true;
    const fail = ({ message }, hasAnswered) => this.end(hasAnswered ? t`The worker has ended: ${message}` : t(NO_WORKER));
    try {
      this.worker = new Hired(this.program(), this.hear, fail);
    } catch {
      this.end(t(NO_WORKER));
      return false;
    }
    return true;
  }

  /** The page speaks another language. */
  speak() {
    this.worker?.speak();
  }

  end(sentence) {
    this.fail(sentence);
    this.done(Infinity);
  }

  send(order, given = {}) {
    this.number += 1;
    this.worker.send({ order, number: this.number, given });
  }

  /** @returns {Promise<void>} settled when it is done */
  ask(order, given) {
    this.send(order, given);
    return new Promise((resolve) => this.waiting.push({ number: this.number, resolve }));
  }

  /** The weights that came last have been taken in: others may come. @param {number} rest milliseconds until then */
  shown(rest) {
    setTimeout(() => this.worker.send({ order: "shown" }), rest);
  }

  /** All orders up to this one are done. */
  done(number) {
    const isDone = (one) => one.number <= number;
    const settled = this.waiting.filter(isDone);
    this.waiting = this.waiting.filter((one) => !isDone(one));
    settled.forEach(({ resolve }) => resolve());
  }
}

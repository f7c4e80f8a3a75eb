/** Asks a worker about the network as it is now, what takes long: the picture never waits for it. */

import { english, t } from "../language/texts.js";
import { carriedDigits } from "../formats/carried.js";
import { readsPenDigits } from "../model/inputs.js";
import { Hired } from "./hired.js";

const NO_WORKER = english`Measuring needs a worker, which this browser does not start here; everything else works.`;
const NO_DIGITS = english`This is measured on pen digits of 28 × 28 pixels, which this network does not read; a page written with neuroscribble network --evidence brings images of its own along.`;

export class Examiner {
  /** @param {Lab} lab @param {() => string} program of the worker */
  constructor(lab, program) {
    Object.assign(this, { lab, program });
    this.worker = null;
    this.waiting = new Map(); // of each question what settles its promise
    this.questions = 0;
    this.carried = null; // a promise: the worker has the digits that the page brought along
  }

  /** Whether it reads pen digits, which its accuracy is measured on. */
  get isPossible() {
    return readsPenDigits(this.lab.input, this.lab.classNames);
  }

  /** Whether there are digits that show what its units do: the page's own, or pen digits. */
  get hasDigits() {
    const { lab } = this;
    return lab.classNames.length > 1 && (this.isPossible || Boolean(lab.payload.evidence?.inks));
  }

  /**
   * How well the network reads as it is at this moment, whatever is cut or learned meanwhile.
   * @returns {Promise<{accuracy: number, standardError: number, right: number, n: number}>} shares of n digits
   */
  async ask() {
    if (!this.isPossible) throw new Error(t(NO_DIGITS));
    const { right, n } = await this.order("exam");
    const accuracy = right / n;
    return { accuracy, standardError: Math.sqrt((accuracy * (1 - accuracy)) / n), right, n };
  }

  /** What other ink would do, see other-ink.js; of a picture that is not blank. */
  askOtherInk() {
    const { ink, input } = this.lab;
    return this.order("otherInk", { drawing: ink, side: input.side });
  }

  /**
   * A question of questions.js about the network of this moment.
   * @returns {Promise<object>} what the worker answers
   */
  async order(order, given) {
    const { lab } = this;
    if (!this.hasDigits && order !== "otherInk") throw new Error(t(NO_DIGITS));
    const network = { layers: lab.layers, revision: lab.revision, classes: lab.classNames.length, readsDigits: this.isPossible };
    const temperature = lab.isCalibrated ? lab.facts.temperature : null;
    const question = { ...network, temperature, isUnchanged: lab.changes === 0, ...given };
    if (!lab.payload.evidence) return this.send(order, question);
    const asked = structuredClone(question); // while it waits the network may change
    this.carried ??= carriedDigits(lab.payload.evidence).then((digits) => this.send("carry", { digits }));
    await this.carried;
    return this.send(order, asked);
  }

  send(order, given) {
    try {
      this.worker ??= this.begin();
    } catch {
      throw new Error(t(NO_WORKER));
    }
    const number = ++this.questions;
    this.worker.send({ order, number, given });
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject }));
  }

  begin() {
    const hear = ({ number, ...answer }) => {
      this.waiting.get(number).resolve(answer);
      this.waiting.delete(number);
    };
    const fail = () => {
      this.waiting.forEach(({ reject }) => reject(new Error(t(NO_WORKER))));
      this.waiting.clear();
    };
    return new Hired(this.program(), hear, fail);
  }

  end() {
    this.worker?.end();
  }
}

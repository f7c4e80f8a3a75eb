/** What a person has drawn and named to be learned from, too, and what is now read of it. */

import { t } from "../language/texts.js";
import { argmax, forward } from "../model/network.js";
import { inRows } from "./offers.js";

export const MOST = 200; // of them

export class OwnSamples {
  list = []; // {ink, label}
  lab = null; // that reads them
  read = null; // what it made of them
  isOpen = false; // whether they are shown

  /** @param {ArrayLike<number>} ink @param {number} label */
  add(ink, label) {
    if (this.list.length === MOST) throw new RangeError(t`there are ${MOST} of your own; remove some before you add others.`);
    this.change([...this.list, { ink: Float32Array.from(ink), label }]);
  }

  /** @param {number} index in the list */
  remove(index) {
    this.change(this.list.filter((_, i) => i !== index));
  }

  change(list) {
    [this.list, this.read] = [list, null];
  }

  /** Those of so many inputs and classes, for sources.js: what another network read stays where it is. */
  forWorker(inputs, classes) {
    return inRows(this.list.filter(({ ink, label }) => ink.length === inputs && label < classes));
  }

  /** The class that each of them is read as by the network that is shown; null where that reads other inputs. */
  get answers() {
    const { lab } = this;
    if (this.read?.lab !== lab || this.read.revision !== lab.revision) {
      const answers = this.list.map(({ ink }) => (ink.length === lab.ink.length ? argmax(forward(lab.layers, ink).probabilities) : null));
      this.read = { lab, revision: lab.revision, answers };
    }
    return this.read.answers;
  }

  /** Each of them in plain values. @returns {{label: number, answer: number | null}[]} */
  get told() {
    return this.list.map(({ label }, i) => ({ label, answer: this.answers[i] }));
  }

  /** How many are read as what they are. */
  get right() {
    return this.told.filter(({ label, answer }) => label === answer).length;
  }
}

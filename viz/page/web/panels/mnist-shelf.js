/** MNIST's files that were dropped on the page or chosen, until there are enough to learn from. */

import { english, t } from "../language/texts.js";
import { FILES, maybeMnist, readMnist } from "../formats/mnist.js";
import { count } from "../picture/dom.js";

const [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS] = Object.keys(FILES);
const HELD_OUT = 5000; // of the digits to learn from, where those to be tested with are missing
const HOW = english`Drop MNIST’s files on this page, packed or not, or choose them here. Nothing leaves this machine.`;

export class MnistShelf {
  found = new Map(); // name → {bytes, isChecked}

  /** @param {File[]} files @returns {Promise<File[]>} those that may be MNIST's, to be taken */
  static async among(files) {
    const isOne = await Promise.all(files.map(maybeMnist));
    return files.filter((_, i) => isOne[i]);
  }

  /** @param {File[]} files @returns {Promise<string>} what came of them, in a few sentences */
  async take(files) {
    const refused = [];
    for (const file of files) {
      try {
        const { name, ...content } = await readMnist(file);
        this.found.set(name, content);
      } catch (error) {
        refused.push(error.message);
      }
    }
    return [...refused, ...(this.found.size > 0 ? [this.told] : [])].join(" ");
  }

  has(...names) {
    return names.every((name) => this.found.has(name));
  }

  get isReady() {
    return this.has(TRAIN_IMAGES, TRAIN_LABELS);
  }

  get isTestable() {
    return this.has(TEST_IMAGES, TEST_LABELS);
  }

  /** How many digits it learns from. */
  get n() {
    return FILES[TRAIN_LABELS].n - (this.isTestable ? 0 : HELD_OUT);
  }

  /** What stands on the shelf. */
  get told() {
    const { found } = this;
    const missing = Object.keys(FILES).filter((name) => !found.has(name));
    const isChecked = [...found.values()].every((one) => one.isChecked);
    const checked = isChecked ? t`checked by SHA-256` : t`of the right sizes (this browser offers this page no SHA-256 to check them with)`;
    if (!this.isReady) return t`Of MNIST’s files ${[...found.keys()].join(t` and `)} came, ${checked}; still missing: ${missing.join(", ")}.`;
    if (!this.isTestable) return t`MNIST’s ${count(60000)} digits are here, ${checked}. Its test files are not, so ${count(HELD_OUT)} of the ${count(60000)} are held out.`;
    return t`MNIST is here, ${checked}: ${count(60000)} digits to learn from, ${count(10000)} others to be tested with.`;
  }

  /** Why it cannot be learned from, and what to do; null once it can. */
  get problem() {
    if (this.isReady) return null;
    return this.found.size > 0 ? `${this.told} ${t(HOW)}` : t(HOW);
  }

  /** What sources.js takes in the worker. */
  get data() {
    const set = (images, labels) => ({ inks: this.found.get(images).bytes, labels: this.found.get(labels).bytes });
    return { kind: "epochs", ...set(TRAIN_IMAGES, TRAIN_LABELS), held: this.isTestable ? set(TEST_IMAGES, TEST_LABELS) : HELD_OUT };
  }
}

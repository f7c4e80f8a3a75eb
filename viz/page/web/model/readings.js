/** What a network makes of the digits that it is asked about, every number of it: for a worker, which keeps it. */

import { FEWER, isSlow } from "./exam.js";
import { argmax, forward } from "./network.js";
import { classShares, OUTPUTS } from "./outputs.js";

export class Readings {
  /**
   * @param {object[]} layers as `fold` left them
   * @param {{name: string, inks: Float32Array, labels: ArrayLike<number>}} digits one row of inks for each label
   */
  constructor(layers, digits) {
    const { name, labels } = digits;
    this.layers = layers;
    this.digits = digits;
    this.name = name;
    this.n = Math.min(labels.length, isSlow(layers) ? FEWER : Infinity);
    this.labels = labels.slice(0, this.n);
    this.traces = Array.from(this.labels, (_, index) => forward(layers, inkOf(digits, index)));
    this.answers = Uint16Array.from(this.traces, ({ probabilities }) => argmax(probabilities));
    this.classes = this.traces[0].probabilities.length;
    this.whole = this.rightOf(this.answers);
  }

  /** Of every class the answers that are right. @param {ArrayLike<number>} answers one for each digit */
  rightOf(answers) {
    const right = Array.from({ length: this.classes }, () => 0);
    this.labels.forEach((label, index) => {
      if (answers[index] === label) right[label] += 1;
    });
    return right;
  }

  /** The answer that logits are. */
  answerOf(logits) {
    const { output } = this.layers[this.layers.length - 1];
    return argmax(logits.length > 1 ? logits : classShares(output, OUTPUTS[output].activation(logits)));
  }

  /** An image with what is said of it. */
  shown(index, facts = {}) {
    return { index, label: this.labels[index], answer: this.answers[index], ink: inkOf(this.digits, index), ...facts };
  }
}

/** One image, nobody else's. */
export function inkOf({ inks, labels }, index) {
  const width = inks.length / labels.length;
  return inks.slice(index * width, (index + 1) * width);
}

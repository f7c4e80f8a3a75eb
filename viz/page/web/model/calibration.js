/** Probabilities that mean what they say: the twin of calibration.py. */

import { softmax } from "./outputs.js";

const BINS = 15; // of equal width

/** softmax(logits / T); T was fitted on validation digits. @returns {Float32Array} */
export function calibrate(logits, temperature) {
  return softmax(Float32Array.from(logits, (logit) => logit / temperature));
}

/** Answers sorted by their confidence, the largest probability: how sure they were, and how often right. */
export class Reliability {
  constructor() {
    this.counts = new Int32Array(BINS);
    this.confidences = new Float64Array(BINS); // sums
    this.rights = new Int32Array(BINS);
  }

  /** @param {number} confidence 0 … 1 @param {boolean} isRight */
  add(confidence, isRight) {
    const bin = Math.min(Math.floor(confidence * BINS), BINS - 1);
    this.counts[bin] += 1;
    this.confidences[bin] += confidence;
    if (isRight) this.rights[bin] += 1;
  }

  /**
   * The expected calibration error Σ (n / N) · |accuracy − mean confidence| over the bins, and those
   * that hold answers.
   * @returns {{error: number, bins: {from: number, to: number, n: number, confidence: number, accuracy: number}[]}}
   */
  report() {
    const { counts, confidences, rights } = this;
    const all = counts.reduce((sum, n) => sum + n, 0);
    const gaps = confidences.reduce((sum, confidence, bin) => sum + Math.abs(rights[bin] - confidence), 0);
    const bins = Array.from(counts, (n, bin) => ({ from: bin / BINS, to: (bin + 1) / BINS, n, confidence: confidences[bin] / n, accuracy: rights[bin] / n }));
    return { error: gaps / all, bins: bins.filter(({ n }) => n > 0) };
  }
}

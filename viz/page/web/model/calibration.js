/** Probabilities that mean what they say: the twin of calibration.py. */

import { softmax } from "./outputs.js";

/** softmax(logits / T); T was fitted on validation digits. @returns {Float32Array} */
export function calibrate(logits, temperature) {
  return softmax(Float32Array.from(logits, (logit) => logit / temperature));
}

/** Losses of a batch and the way they should move: the twin of losses.py. A new kind is a new entry here. */

import { sigmoid } from "./activations.js";

/**
 * By what becomes of the logits: writes d_loss/d_logits of the mean loss, (activation − target) / rows,
 * and returns that loss. Logits, targets and d are rows × units, row by row.
 */
export const LOSSES = {
  softmax(logits, targets, d, rows, units) {
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      const start = row * units;
      let largest = -Infinity;
      for (let k = 0; k < units; k++) largest = Math.max(largest, logits[start + k]);
      let sum = 0;
      for (let k = 0; k < units; k++) sum += d[start + k] = Math.exp(logits[start + k] - largest);
      for (let k = 0, at = start; k < units; k++, at++) {
        loss += targets[at] * (Math.log(sum) + largest - logits[at]);
        d[at] = (d[at] / sum - targets[at]) / rows;
      }
    }
    return loss / rows;
  },
  sigmoid(logits, targets, d, rows, units) {
    let loss = 0;
    for (let at = 0; at < rows * units; at++) {
      const z = logits[at];
      loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[at] * z;
      d[at] = (sigmoid(z) - targets[at]) / rows;
    }
    return loss / rows;
  },
  linear(logits, targets, d, rows, units) {
    let loss = 0;
    for (let at = 0; at < rows * units; at++) {
      const error = logits[at] - targets[at];
      loss += (error * error) / 2;
      d[at] = error / rows;
    }
    return loss / rows;
  },
};

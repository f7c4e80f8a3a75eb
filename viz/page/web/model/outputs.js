/** What becomes of the last sums: the twin of outputs.py. A new kind is a new entry here. */

import { t } from "../language/texts.js";
import { sigmoid } from "./activations.js";

/**
 * Of each kind what its units show, the loss (its gradient is that minus the target), and its
 * formula for a unit in words.
 */
export const OUTPUTS = {
  softmax: {
    activation: softmax,
    loss(logits, targets) {
      const largest = Math.max(...logits);
      const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
      return logits.reduce((total, z, k) => total + targets[k] * (Math.log(sum) + largest - z), 0);
    },
    formula: (z) => t`Softmax: e^${z} ÷ Σ e^logits`,
  },
  sigmoid: {
    activation: (logits) => logits.map(sigmoid),
    loss: (logits, targets) =>
      logits.reduce((total, z, k) => total + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[k] * z, 0),
    formula: (z) => t`Sigmoid: 1 ÷ (1 + e^−(${z}))`,
  },
  linear: {
    activation: (logits) => logits.slice(),
    loss: (logits, targets) => logits.reduce((total, z, k) => total + (z - targets[k]) ** 2 / 2, 0),
    formula: (z) => t`Linear: ${z} as it is`,
  },
};

/** One number for each class, from what the units show: a single sigmoid unit tells two classes. */
export function classShares(output, activation) {
  return output === "sigmoid" && activation.length === 1
    ? Float32Array.of(1 - activation[0], activation[0])
    : activation;
}

/** What the units should show where `label` is right. */
export function targetsOf(units, label) {
  return Float64Array.from({ length: units }, (_, k) => (units === 1 ? label : k === label ? 1 : 0));
}

/** exp(z_k) / Σ exp(z_j), with the largest z subtracted first: nothing can overflow. */
export function softmax(z) {
  const largest = Math.max(...z);
  const terms = Float64Array.from(z, (value) => Math.exp(value - largest));
  const sum = terms.reduce((total, term) => total + term, 0);
  return Float32Array.from(terms, (term) => term / sum);
}

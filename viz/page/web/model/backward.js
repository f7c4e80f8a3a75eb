/** The way back: how the loss would change with every weight. The twin of losses.py and layers.py. */

import { activationGradient, gradient, inputGradient } from "./layers.js";

/** Cross-entropy of one answer: log Σ e^z − z_label, without overflow. */
export function crossEntropy(logits, label) {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
  return Math.log(sum) + largest - logits[label];
}

/**
 * d_loss/d_parameters for one drawing and its true label, by the chain rule from the last layer.
 * @param {object} trace what forward returned
 * @returns {Record<string, Float32Array>[]} by name ("W", "b", …), shaped like layer.params
 */
export function gradients(layers, trace, label) {
  const result = [];
  let d = Float64Array.from(trace.probabilities, (p, k) => p - (k === label ? 1 : 0)); // p − y
  for (let n = layers.length - 1; n >= 0; n--) {
    result[n] = gradient(layers[n], trace.inputs[n], d);
    if (n > 0) d = activationGradient(layers[n - 1], trace.activations[n - 1], inputGradient(layers[n], d));
  }
  return result;
}

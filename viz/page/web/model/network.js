/** The forward pass: the twin of network.py, exact to the rounding of float32. */

import { inputLength, passOn, preActivation } from "./layers.js";

/**
 * Every pre-activation and every activation, layer by layer; maps are (row, column, channel).
 * @param {object[]} layers from readNetwork
 * @param {ArrayLike<number>} ink 784 numbers in [0, 1]
 * @returns {{inputs: ArrayLike<number>[], preActivations: Float32Array[],
 *   activations: Float32Array[], logits: Float32Array, probabilities: Float32Array}} one array for
 *   each layer; inputs are what each one reads, the last activations are the probabilities
 */
export function forward(layers, ink) {
  const expected = inputLength(layers[0]);
  if (ink.length !== expected) throw new RangeError(`ink must have ${expected} numbers; got ${ink.length}.`);
  const inputs = [ink];
  const preActivations = [];
  const activations = [];
  layers.forEach((layer, i) => {
    const z = preActivation(layer, inputs[i]);
    const isLast = i === layers.length - 1;
    const a = isLast ? softmax(z) : relu(z);
    preActivations.push(z);
    activations.push(a);
    if (!isLast) inputs.push(passOn(layer, a));
  });
  const last = layers.length - 1;
  return { inputs, preActivations, activations, logits: preActivations[last], probabilities: activations[last] };
}

export function relu(z) {
  return z.map((value) => Math.max(value, 0));
}

/** exp(z_k) / Σ exp(z_j), with the largest z subtracted first: nothing can overflow. */
export function softmax(z) {
  const largest = Math.max(...z);
  const terms = Float64Array.from(z, (value) => Math.exp(value - largest));
  const sum = terms.reduce((total, term) => total + term, 0);
  return Float32Array.from(terms, (term) => term / sum);
}

export function argmax(values) {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

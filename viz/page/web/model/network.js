/** The forward pass: the twin of network.py, exact to the rounding of float32. */

import { activate, inputLength, passOn, preActivation, readInk } from "./layers.js";
import { classShares, OUTPUTS } from "./outputs.js";
import { seen } from "./stance.js";

/**
 * Every pre-activation and every activation, layer by layer; maps are (row, column, channel).
 * @param {object[]} layers from readNetwork
 * @param {ArrayLike<number>} ink 784 numbers in [0, 1]
 * @returns {{drawing: ArrayLike<number>, ink: ArrayLike<number>, inputs: ArrayLike<number>[],
 *   preActivations: Float32Array[], activations: Float32Array[], logits: Float32Array, probabilities: Float32Array}} one
 *   array for each layer; ink is what the network sees of the drawing, set upright or even where it says so, inputs are
 *   what each layer reads, the last activations what the output units show
 */
export function forward(layers, ink) {
  const expected = inputLength(layers[0]);
  if (ink.length !== expected) throw new RangeError(`ink must have ${expected} numbers; got ${ink.length}.`);
  const set = seen(ink, layers[0].upright);
  return { drawing: ink, ink: set, ...carry(layers, readInk(layers[0], set)) };
}

/** The same from what the first of some layers reads: they may be the last ones of a network. */
export function carry(layers, x) {
  const inputs = [x];
  const preActivations = [];
  const activations = [];
  layers.forEach((layer, i) => {
    const z = preActivation(layer, inputs[i]);
    const a = layer.output ? OUTPUTS[layer.output].activation(z) : activate(layer, z);
    preActivations.push(z);
    activations.push(a);
    if (!layer.output) inputs.push(passOn(layer, a));
  });
  const last = layers.length - 1;
  const probabilities = classShares(layers[last].output, activations[last]);
  return { inputs, preActivations, activations, logits: preActivations[last], probabilities };
}

export function argmax(values) {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

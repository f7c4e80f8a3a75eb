/** The way back: how the loss would change with every weight. The twin of losses.py and layers.py. */

import { afterGradient, beforeGradient, gradient, inputGradient, wayBack } from "./layers.js";
import { OUTPUTS, targetsOf } from "./outputs.js";

/** The loss of one answer whose right label is known. */
export function lossOf({ output, fanOut }, logits, label) {
  return OUTPUTS[output].loss(logits, targetsOf(fanOut, label));
}

/**
 * d_loss/d_parameters for one drawing and its true label, by the chain rule from the last layer.
 * @param {object} trace what forward returned
 * @returns {Record<string, Float32Array>[]} by name ("W", "b", …), shaped like layer.params
 */
export function gradients(layers, trace, label) {
  const result = [];
  const last = layers.length - 1;
  const targets = targetsOf(layers[last].fanOut, label);
  let d = Float64Array.from(trace.activations[last], (value, k) => value - targets[k]);
  for (let n = last; n >= 0; n--) {
    Object.assign((result[n] ??= {}), gradient(layers[n], trace.inputs[n], d));
    if (n === 0) continue;
    const [layer, z, a] = [layers[n - 1], trace.preActivations[n - 1], trace.activations[n - 1]];
    const { atActivation, atSum } = wayBack(layer, z, a, inputGradient(layers[n], d));
    result[n - 1] = afterGradient(layer, z, atActivation);
    d = atSum;
  }
  Object.assign(result[0], beforeGradient(layers[0], trace.ink, d));
  return result;
}

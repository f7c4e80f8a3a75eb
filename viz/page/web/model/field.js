/** What one unit looks for in the ink: its weights in the first layer, and behind it, for now, a slope. */

import { inputGradient, wayBack } from "./layers.js";
import { affineOf } from "./norms.js";

/**
 * The slope of a unit's pre-activation in each pixel. In the first layer these are its weights; behind
 * other layers they hold for this drawing: as long as no function bends.
 * @param {object[]} layers @param {object} trace of the drawing, see forward
 * @param {number} column of the unit, 1 or more @returns {Float64Array} one number for each pixel
 */
export function receptiveField(layers, { preActivations, activations }, column, unit) {
  let slopes = Float64Array.from({ length: layers[column - 1].fanOut }, (_, j) => (j === unit ? 1 : 0));
  for (let n = column - 1; n >= 0; n--) {
    slopes = inputGradient(layers[n], slopes);
    if (n > 0) slopes = wayBack(layers[n - 1], preActivations[n - 1], activations[n - 1], slopes).atSum;
  }
  const { before, params, fanIn } = layers[0];
  if (!before) return slopes;
  const { scale } = affineOf(params, before, "before");
  return slopes.map((slope, at) => slope * scale[at % fanIn]);
}

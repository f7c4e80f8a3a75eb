/** All that is asked about other ink than that of a drawing, in one go: for a worker. */

import { counterfactual } from "./counterfactual.js";
import { nearest } from "./nearest.js";
import { smallestNoise } from "./noise.js";
import { occlusion } from "./occlusion.js";
import { inkOf } from "./readings.js";

/**
 * @param {{layers: object[], drawing: Float32Array, side: number}} given a drawing that is not blank, of so many pixels a side
 * @param {Readings | null} readings of digits among which the nearest are looked for
 * @returns {{change: object | null, noise: object | null, pieces: object, near: object[] | null, n: number, name: string}} near
 *   of n digits, each with its ink
 */
export function otherInk({ layers, drawing, side }, readings) {
  return {
    change: counterfactual(layers, drawing, side),
    noise: smallestNoise(layers, drawing),
    pieces: occlusion(layers, drawing, side),
    near: readings && nearest(readings, drawing).map((one) => ({ ...one, ink: inkOf(readings.digits, one.index) })),
    n: readings?.n ?? 0,
    name: readings?.name,
  };
}

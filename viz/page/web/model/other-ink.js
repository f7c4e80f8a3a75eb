/** All that is asked about other ink than that of a drawing, in one go: for a worker. */

import { counterfactual } from "./counterfactual.js";
import { paperFor } from "./exam.js";
import { nearest } from "./nearest.js";
import { smallestNoise } from "./noise.js";
import { occlusion } from "./occlusion.js";

/**
 * @param {object[]} layers @param {Float32Array} drawing not blank @param {number} side of the picture, in pixels
 * @param {boolean} readsDigits whether pen digits are what it reads
 * @returns {{change: object | null, noise: object | null, pieces: object, near: object[] | null, n: number}} near of n
 *   digits, each with its ink
 */
export function otherInk({ layers, drawing, side, readsDigits }) {
  const { inks, labels } = readsDigits ? paperFor(layers) : { inks: null, labels: [] };
  const inkOf = (index) => inks.slice(index * drawing.length, (index + 1) * drawing.length);
  return {
    change: counterfactual(layers, drawing, side),
    noise: smallestNoise(layers, drawing),
    pieces: occlusion(layers, drawing, side),
    near: readsDigits ? nearest(layers, drawing, inks, labels).map((one) => ({ ...one, ink: inkOf(one.index) })) : null,
    n: labels.length,
  };
}

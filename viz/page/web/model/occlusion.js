/** Which ink matters? The drawing without one piece of it, for every piece: the twin of occlusion.py. */

import { scoresOf } from "./counterfactual.js";
import { argmax, forward } from "./network.js";

const PIECES = 7; // along a side

/**
 * @param {object[]} layers @param {ArrayLike<number>} drawing @param {number} side of the picture, in pixels
 * @returns {{answer: number, losses: Float64Array, pieces: number, size: number, whole: number, remainder: number}} what
 *   the answer's probability loses without each of pieces × pieces squares of `size` pixels, without all ink, and
 *   whole − Σ losses
 */
export function occlusion(layers, drawing, side) {
  const size = Math.ceil(side / PIECES);
  const pieces = Math.ceil(side / size);
  const channels = drawing.length / side ** 2;
  const pieceOf = (at) => {
    const pixel = Math.floor(at / channels);
    return Math.floor(Math.floor(pixel / side) / size) * pieces + Math.floor((pixel % side) / size);
  };
  const trace = forward(layers, drawing);
  const answer = argmax(scoresOf(trace));
  const told = trace.probabilities[answer];
  const lossOf = (isErased) => {
    if (!drawing.some((value, at) => value > 0 && isErased(at))) return 0;
    return told - forward(layers, drawing.map((value, at) => (isErased(at) ? 0 : value))).probabilities[answer];
  };
  const losses = Float64Array.from({ length: pieces ** 2 }, (_, piece) => lossOf((at) => pieceOf(at) === piece));
  const whole = lossOf(() => true);
  return { answer, losses, pieces, size, whole, remainder: whole - losses.reduce((sum, loss) => sum + loss, 0) };
}

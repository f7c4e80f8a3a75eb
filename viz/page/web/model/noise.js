/** The smallest change of all pixels that turns the answer, which no pen draws: the twin of noise.py. */

import { distance, scoresOf, slopeOf } from "./counterfactual.js";
import { argmax, forward } from "./network.js";

const MOST_STEPS = 50;
const BEYOND = 1.02; // times the way to the border, so that it is crossed …
const LEAST_GAP = 1e-6; // … also by who stands on it
const TINY = 1e-12;

/** @returns {{image: Float64Array, norm: number} | null} the nearest image found that is read otherwise */
export function smallestNoise(layers, drawing) {
  let x = Float64Array.from(drawing);
  let trace = forward(layers, x);
  const answer = argmax(scoresOf(trace));
  for (let n = 0; n < MOST_STEPS; n++) {
    const scores = scoresOf(trace);
    const slopes = scores.map((_, k) => slopeOf(layers, trace, k));
    const step = stepFrom(x, slopes, scores, answer);
    if (!step) return null;
    x = x.map((value, i) => Math.min(Math.max(value + step[i], 0), 1));
    trace = forward(layers, x);
    if (argmax(scoresOf(trace)) !== answer) return { image: x, norm: distance(x, drawing) };
  }
  return null;
}

/** The shortest to where a class draws level, by pixels that have room; null: nothing helps. */
function stepFrom(x, slopes, scores, answer) {
  let nearest = { way: Infinity };
  scores.forEach((score, k) => {
    const steep = x.map((value, i) => {
      const slope = slopes[k][i] - slopes[answer][i];
      return (slope > 0 ? value < 1 : value > 0) ? slope : 0;
    });
    const square = steep.reduce((sum, slope) => sum + slope * slope, 0);
    const gap = scores[answer] - score + LEAST_GAP;
    const way = square > TINY ? gap / Math.sqrt(square) : Infinity;
    if (way < nearest.way) nearest = { way, steep, factor: (BEYOND * gap) / square };
  });
  return nearest.steep?.map((slope) => slope * nearest.factor) ?? null;
}

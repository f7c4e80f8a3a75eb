/** The shapes in which people write the ten digits: the twin of pen_shapes.py, which has the tables. */

import { TABLE, WORLD_TABLE } from "./pen-tables.js";

const POINTS_PER_SPAN = 5; // points sampled between two control points of a curve

/**
 * All the ways to write one digit, and `upTo[i]`, the probability of one of the first i + 1.
 * @param {number} world how often a way as on tablets in many countries is taken
 */
export function penShapes(label, world = 0) {
  const shapes = [];
  const frequencies = [];
  for (const [table, share] of [
    [TABLE, 1 - world],
    [WORLD_TABLE, world],
  ]) {
    if (!(share > 0)) continue;
    const total = table[label].reduce((sum, [frequency]) => sum + frequency, 0);
    for (const [frequency, text] of table[label]) {
      shapes.push(parseShape(text));
      frequencies.push((share * frequency) / total);
    }
  }
  return { shapes, upTo: cumulated(frequencies) };
}

function cumulated(frequencies) {
  let sum = 0;
  const upTo = frequencies.map((frequency) => (sum += frequency));
  return Float64Array.from(upTo, (part) => part / sum);
}

/**
 * One line of a table of shapes.
 * @returns {{nControls: number, nPoints: number, controls: Float64Array, strokeOfControl: Int32Array,
 *   weights: Float64Array, firsts: Int32Array, ends: Int32Array}} controls as x, y, x, y, …; point p
 *   is the sum of `weights[4 * p + k]` times control `firsts[p] + k` over k = 0 … 3; where each
 *   stroke ends among the points
 */
function parseShape(text) {
  const strokes = text.split(";").map((stroke) => stroke.trim().split(/\s+/));
  const [controls, strokeOfControl, weights, firsts, ends] = [[], [], [], [], []];
  strokes.forEach((words, stroke) => {
    const first = strokeOfControl.length;
    for (const word of words) {
      controls.push(...word.replace("!", "").split(",").map((part) => Number(part) / 100));
      strokeOfControl.push(stroke);
    }
    appendSpline(words.map((word) => word.endsWith("!")), first, weights, firsts);
    ends.push(firsts.length);
  });
  return {
    nControls: strokeOfControl.length,
    nPoints: firsts.length,
    controls: Float64Array.from(controls),
    strokeOfControl: Int32Array.from(strokeOfControl),
    weights: Float64Array.from(weights),
    firsts: Int32Array.from(firsts),
    ends: Int32Array.from(ends),
  };
}

/** The weights of a stroke's points along a Catmull-Rom spline that turns at corners. */
function appendSpline(isCorner, first, weights, firsts) {
  const last = isCorner.length - 1;
  for (let i = 0; i < last; i++) {
    for (let step = 0; step < POINTS_PER_SPAN; step++) {
      const t = step / POINTS_PER_SPAN;
      let before = (-t + 2 * t ** 2 - t ** 3) / 2;
      let one = (2 - 5 * t ** 2 + 3 * t ** 3) / 2;
      let two = (t + 4 * t ** 2 - 3 * t ** 3) / 2;
      let after = (-(t ** 2) + t ** 3) / 2;
      if (i === 0 || isCorner[i]) [before, one, two] = [0, one + 2 * before, two - before];
      if (i + 1 === last || isCorner[i + 1]) [after, two, one] = [0, two + 2 * after, one - after];
      weights.push(before, one, two, after);
      firsts.push(first + i - 1);
    }
  }
  weights.push(0, 1, 0, 0);
  firsts.push(first + last - 1);
}

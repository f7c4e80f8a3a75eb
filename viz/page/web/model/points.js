/** The four point sets of TensorFlow's Playground, the same as Python's: the twin of points.py. */

import { Random } from "./random.js";

const RADIUS = 5;
const [INSIDE, OUTSIDE] = [0.5 * RADIUS, 0.7 * RADIUS];
const GAP = 0.3;
const CENTER = 2;
const VARIANCE = [0.5, 7];
const TURNS = 1.75;
const HELD_OUT = 1; // what makes the seed of the points that are held out another one

/** Each writes n points x, y, x, y, … and gives the places by which they are named, or nothing: then the first half is class 1. */
const KINDS = {
  circle(points, n, noise, random) {
    const radii = numbers(n, (i) => (i < half(n) ? random.uniform(0, INSIDE) : random.uniform(OUTSIDE, RADIUS)));
    const angles = numbers(n, () => random.uniform(0, 2 * Math.PI));
    for (let i = 0; i < n; i++) [points[2 * i], points[2 * i + 1]] = [radii[i] * Math.sin(angles[i]), radii[i] * Math.cos(angles[i])];
    const moved = movedBy(points, noise, random);
    return (i) => Math.hypot(moved[2 * i], moved[2 * i + 1]) < INSIDE;
  },
  xor(points, n, noise, random) {
    for (let at = 0; at < 2 * n; at++) {
      const place = random.uniform(-RADIUS, RADIUS);
      points[at] = place + (place > 0 ? GAP : -GAP);
    }
    const moved = movedBy(points, noise, random);
    return (i) => moved[2 * i] * moved[2 * i + 1] >= 0;
  },
  gauss(points, n, noise, random) {
    const deviation = Math.sqrt(VARIANCE[0] + VARIANCE[1] * noise);
    for (let at = 0; at < 2 * n; at++) points[at] = random.normal(at < 2 * half(n) ? CENTER : -CENTER, deviation);
    return (i) => i < half(n);
  },
  spiral(points, n, noise, random) {
    const first = half(n);
    for (let i = 0; i < n; i++) {
      const along = i < first ? i / first : (i - first) / (n - first);
      const angle = TURNS * 2 * Math.PI * along + (i < first ? 0 : Math.PI);
      points[2 * i] = RADIUS * along * Math.sin(angle) + noise * random.uniform(-1, 1);
      points[2 * i + 1] = RADIUS * along * Math.cos(angle) + noise * random.uniform(-1, 1);
    }
    return (i) => i < first;
  },
};
export const POINT_SETS = Object.keys(KINDS);
export const MOST_POINT_NOISE = 0.5;
export const REACH = 6; // about as far from the middle as points lie

/** @param {Random} random @returns {{inks: Float32Array, labels: Uint8Array}} n points, 2 numbers for each label of 0 or 1 */
export function pointSet(kind, n, noise, random) {
  const points = new Float64Array(2 * n);
  const isSecond = KINDS[kind](points, n, noise, random);
  return { inks: Float32Array.from(points), labels: Uint8Array.from({ length: n }, (_, i) => Number(isSecond(i))) };
}

/** n points to learn from and n others of the same kind, of the seeds seed and [seed, 1]. */
export function pointsToLearn(kind, n, noise, seed) {
  return { ...pointSet(kind, n, noise, new Random(seed)), held: pointSet(kind, n, noise, new Random([seed, HELD_OUT])) };
}

function half(n) {
  return Math.ceil(n / 2);
}

function numbers(n, draw) {
  return Array.from({ length: n }, (_, i) => draw(i));
}

/** The places by which points are named. */
function movedBy(points, noise, random) {
  return points.map((place) => place + noise * random.uniform(-RADIUS, RADIUS));
}

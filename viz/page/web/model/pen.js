/** Handwritten-looking digits from stroke templates, the same as Python's: the twin of pen.py. */

import { normalizeInk } from "./ink.js";
import { penShapes } from "./pen-shapes.js";
import { drawSegment } from "./strokes.js";

const N_CLASSES = 10;
const N_PIXELS = 784;

// How unsteady the hand is, and how wide its pen: see pen.py.
const HASTE = [0.2, 1.4];
const CONTROL_JITTER = 0.045;
const STROKE_JITTER = 0.03;
const SLANT = [0.12, 0.28];
const TURN = [0, 0.1];
const LOG_ASPECT = [0.08, 0.2];
const WAVES = [
  [0.04, 0.8],
  [0.008, 3],
];
const LONGEST_TRIM = 2.5; // points
const LOG_PEN_WIDTH = [-1.97, 0.3];
const CANVAS_SIDES = [32, 56];

/**
 * Writes n digits, as many of each class as possible, in random order.
 * @param {import("./random.js").Random} random
 * @param {{world?: number, logPenWidth?: [number, number]}} [options]
 * @returns {{inks: Float32Array, labels: Uint8Array}} n × 784 numbers in [0, 1], and n labels
 */
export function penDigits(n, random, { world = 0, logPenWidth = LOG_PEN_WIDTH } = {}) {
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`The number of digits must be a whole number from 0; got ${n}.`);
  }
  const labels = random.shuffle(Uint8Array.from({ length: n }, (_, i) => i % N_CLASSES));
  const inks = new Float32Array(n * N_PIXELS);
  for (let label = 0; label < N_CLASSES; label++) {
    const { shapes, upTo } = shapesOf(label, world);
    const places = shapes.map(() => []);
    labels.forEach((each, place) => each === label && places[random.choice(upTo)].push(place));
    shapes.forEach((shape, i) => {
      if (places[i].length === 0) return;
      const written = writeShape(shape, places[i].length, random);
      written.forEach((digit, k) => {
        inks.set(drawDigit(digit, random, logPenWidth), places[i][k] * N_PIXELS);
      });
    });
  }
  return { inks, labels };
}

const known = new Map();

function shapesOf(label, world) {
  const key = `${label} ${world}`;
  if (!known.has(key)) known.set(key, penShapes(label, world));
  return known.get(key);
}

/**
 * Writes one shape n times.
 * @returns {{points: Float64Array, strokes: [number, number][]}[]} x, y, x, y, … in a unit square,
 *   and of each stroke its first point and the one behind its last
 */
export function writeShape(shape, n, random) {
  const nStrokes = shape.ends.length;
  const haste = numbers(n, () => random.uniform(...HASTE));
  const jitters = numbers(n * shape.controls.length, () => random.normal(0, CONTROL_JITTER));
  const moves = numbers(n * nStrokes * 2, () => random.normal(0, STROKE_JITTER));
  const digits = Array.from({ length: n }, (_, digit) => {
    const own = [];
    for (let i = 0; i < shape.controls.length; i++) {
      const stroke = digit * nStrokes + shape.strokeOfControl[i >> 1];
      const jitter = jitters[digit * shape.controls.length + i] + moves[2 * stroke + (i & 1)];
      own.push(shape.controls[i] + haste[digit] * jitter);
    }
    return alongSpline(shape, own);
  });
  for (const [deviation, frequency] of WAVES) {
    const directions = numbers(4 * n, () => random.normal(0, frequency));
    const phases = numbers(2 * n, () => random.uniform(0, 2 * Math.PI));
    const heights = numbers(4 * n, () => random.normal(0, deviation * Math.SQRT2));
    digits.forEach((points, i) => {
      const four = [4 * i, 4 * i + 4];
      const phase = phases.slice(2 * i, 2 * i + 2);
      bend(points, haste[i], directions.slice(...four), phase, heights.slice(...four));
    });
  }
  const stretch = numbers(n, () => Math.exp(random.normal(...LOG_ASPECT)));
  const slant = numbers(n, () => -random.normal(...SLANT));
  const turn = numbers(n, () => random.normal(...TURN));
  digits.forEach((points, i) => {
    lean(points, stretch[i], slant[i], turn[i]);
    intoUnitSquare(points);
  });
  const late = numbers(n * nStrokes, () => Math.floor(LONGEST_TRIM * random.random()));
  const early = numbers(n * nStrokes, () => Math.floor(LONGEST_TRIM * random.random()));
  return digits.map((points, digit) => {
    const strokes = Array.from(shape.ends, (end, s) => {
      const start = s === 0 ? 0 : shape.ends[s - 1];
      return [start + late[digit * nStrokes + s], end - early[digit * nStrokes + s]];
    });
    return { points, strokes };
  });
}

/** So many numbers, one draw after the other. */
function numbers(n, draw) {
  const drawn = [];
  for (let i = 0; i < n; i++) drawn.push(draw());
  return drawn;
}

function alongSpline({ nPoints, nControls, weights, firsts }, controls) {
  const points = [];
  for (let p = 0; p < nPoints; p++) {
    let [x, y] = [0, 0];
    for (let k = 0; k < 4; k++) {
      const control = firsts[p] + k;
      const weight = weights[4 * p + k];
      if (weight === 0 || control < 0 || control >= nControls) continue;
      x += weight * controls[2 * control];
      y += weight * controls[2 * control + 1];
    }
    points.push(x, y);
  }
  return points;
}

/** Moves points in a field of two random plane waves. */
function bend(points, haste, directions, phases, heights) {
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i], points[i + 1]];
    const first = Math.sin(2 * Math.PI * (x * directions[0] + y * directions[2]) + phases[0]);
    const second = Math.sin(2 * Math.PI * (x * directions[1] + y * directions[3]) + phases[1]);
    points[i] += haste * (first * heights[0] + second * heights[2]);
    points[i + 1] += haste * (first * heights[1] + second * heights[3]);
  }
}

/** Stretches, slants and turns points. */
function lean(points, stretch, slant, turn) {
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] * stretch + points[i + 1] * slant;
    const y = points[i + 1];
    points[i] = x * cosine - y * sine;
    points[i + 1] = x * sine + y * cosine;
  }
}

/** Moves and scales points: the longer side goes from 0 to 1, the other lies in the middle. */
function intoUnitSquare(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  const [width, height] = [right - left, bottom - top];
  const longer = Math.max(width, height);
  for (let i = 0; i < points.length; i += 2) {
    points[i] = (points[i] - left + (longer - width) / 2) / longer;
    points[i + 1] = (points[i + 1] - top + (longer - height) / 2) / longer;
  }
}

let paper = new Float32Array(0); // one for all digits: new ones would cost as much as the drawing

function blank(nPixels) {
  if (paper.length < nPixels) paper = new Float32Array(nPixels);
  return paper.subarray(0, nPixels).fill(0);
}

/** Draws strokes in a unit square with a random pen: an image of 784 numbers. */
function drawDigit({ points, strokes }, random, logPenWidth) {
  const side = random.integers(...CANVAS_SIDES);
  const width = side * Math.exp(random.normal(...logPenWidth));
  const margin = Math.floor(width / 2) + 2;
  const size = side + 2 * margin;
  const canvas = { ink: blank(size * size), width: size, height: size };
  const placed = points.map((part) => part * side + margin);
  for (const [start, end] of strokes) {
    for (let p = 2 * start; p < 2 * end - 2; p += 2) {
      drawSegment(canvas, placed[p], placed[p + 1], placed[p + 2], placed[p + 3], width);
    }
  }
  return normalizeInk(canvas.ink, size);
}

/** Several digits in one picture, found as its connected parts: the twin of parts.py. */

import { INK_THRESHOLD } from "./ink.js";

// Lengths are in heights of the taller of two parts: see parts.py.
const [FLAT, FLAT_GAP] = [0.35, 0.3];
const APART = 0.15;
const SPECK = 0.12;
const MOST = 6;

/**
 * The digits on a canvas from left to right, each alone on a canvas of the same shape; none on a blank one.
 * @param {ArrayLike<number>} canvas ink in [0, 1], row by row @param {number} width of the canvas
 * @returns {ArrayLike<number>[]} of a single digit the canvas itself
 */
export function digitParts(canvas, width) {
  const { runs, boxes } = connected(canvas, width);
  if (boxes.length < 2) return boxes.map(() => canvas);
  const owners = digitsOf(boxes);
  const n = Math.max(...owners) + 1;
  if (n === 1 || n > MOST) return [canvas];
  const digits = Array.from({ length: n }, () => new Float32Array(canvas.length));
  for (const { start, end, part } of runs) {
    for (let pixel = start; pixel < end; pixel++) digits[owners[part]][pixel] = canvas[pixel];
  }
  return digits;
}

/**
 * The ink of each row in runs without a gap, {start, end, part}, as pixels of the canvas, and the box of each connected
 * part; parts are numbered by their first pixels. Runs that touch, at a corner, too, are one part.
 */
function connected(canvas, width) {
  const runs = [];
  const owner = []; // of each part the one that it turned out to belong to, which has a lower number
  const last = (part) => (owner[part] === part ? part : last(owner[part]));
  for (let row = 0, above = 0; row < canvas.length; row += width) {
    const own = runs.length; // the first run of this row; those of the row above begin at `above`
    for (let pixel = row; pixel < row + width; pixel++) {
      if (!(canvas[pixel] > INK_THRESHOLD)) continue;
      const start = pixel;
      while (pixel < row + width && canvas[pixel] > INK_THRESHOLD) pixel++;
      let part = owner.length;
      while (above < own && runs[above].end + width < start) above++;
      for (let near = above; near < own && runs[near].start + width <= pixel; near++) {
        const other = last(runs[near].part);
        owner[Math.max(part, other)] = Math.min(part, other);
        part = Math.min(part, other);
      }
      if (part === owner.length) owner.push(part);
      runs.push({ start, end: pixel, part });
    }
    above = own;
  }
  const boxes = new Map();
  for (const run of runs) {
    run.part = last(run.part);
    const row = Math.floor(run.start / width);
    if (!boxes.has(run.part)) boxes.set(run.part, [row, width, row, 0]);
    const box = boxes.get(run.part);
    [box[1], box[2], box[3]] = [Math.min(box[1], run.start - row * width), row + 1, Math.max(box[3], run.end - row * width)];
  }
  const numbers = [...boxes.keys()]; // as they are found: by their first pixels
  for (const run of runs) run.part = numbers.indexOf(run.part);
  return { runs, boxes: [...boxes.values()] };
}

/**
 * For each part the number of its digit, counted from left to right.
 * @param {[number, number, number, number][]} boxes top, left, bottom, right; the last two exclusive
 */
export function digitsOf(boxes) {
  const heights = boxes.map(([top, , bottom]) => bottom - top);
  const order = Array.from(boxes.keys()).sort((a, b) => heights[a] - heights[b] || a - b);
  const owner = Array.from(boxes.keys());
  const tallest = heights[order[order.length - 1]];
  order.slice(0, -1).forEach((part, place) => {
    const taller = order.slice(place + 1);
    let hosts = taller.filter((other) => belongs(boxes[part], boxes[other]));
    if (hosts.length === 0 && isSpeck(boxes[part], tallest)) hosts = taller;
    const nearest = (a, b) => gap(boxes[part], boxes[a]) - gap(boxes[part], boxes[b]) || a - b;
    if (hosts.length > 0) owner[part] = hosts.sort(nearest)[0];
  });
  for (const part of order.reverse()) owner[part] = owner[owner[part]]; // the tallest first
  const middle = (one) => {
    const own = boxes.filter((_, part) => owner[part] === one);
    return Math.min(...own.map(([, left]) => left)) + Math.max(...own.map(([, , , right]) => right));
  };
  const digits = Array.from(new Set(owner)).sort((a, b) => middle(a) - middle(b) || a - b);
  return owner.map((one) => digits.indexOf(one));
}

/** Whether a part and a taller one are one digit. */
function belongs(part, taller) {
  const height = taller[2] - taller[0];
  const between = gap(part, taller);
  if (part[2] - part[0] < FLAT * height && between < FLAT_GAP * height) return true;
  if (part.every((edge, i) => (i < 2 ? edge >= taller[i] : edge <= taller[i]))) return true; // inside
  const hangs = Math.abs(part[2] - taller[2]) - APART * height;
  return hangs > 0 && between < hangs;
}

/** Pixels between two boxes from left to right; negative: they overlap so far. */
function gap([, left, , right], other) {
  return Math.max(left, other[1]) - Math.min(right, other[3]);
}

function isSpeck([top, left, bottom, right], tallest) {
  return Math.max(bottom - top, right - left) < SPECK * tallest;
}

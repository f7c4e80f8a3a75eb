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
  const { pieces, boxes } = connected(canvas, width);
  if (boxes.length < 2) return boxes.map(() => canvas);
  const owners = digitsOf(boxes);
  const n = Math.max(...owners) + 1;
  if (n === 1 || n > MOST) return [canvas];
  const digits = Array.from({ length: n }, () => new Float32Array(canvas.length));
  pieces.forEach((piece, pixel) => {
    if (piece > 0) digits[owners[piece - 1]][pixel] = canvas[pixel];
  });
  return digits;
}

/** Numbers the pixels of each connected part, 0 being paper, and gives the parts' boxes. */
function connected(canvas, width) {
  const height = canvas.length / width;
  const pieces = new Int32Array(canvas.length);
  const boxes = [];
  const open = [];
  for (let first = 0; first < canvas.length; first++) {
    if (pieces[first] > 0 || !(canvas[first] > INK_THRESHOLD)) continue;
    const box = [height, width, 0, 0];
    pieces[first] = boxes.push(box);
    open.push(first);
    while (open.length > 0) {
      const pixel = open.pop();
      const row = Math.floor(pixel / width);
      const column = pixel - row * width;
      if (row < box[0]) box[0] = row;
      if (column < box[1]) box[1] = column;
      if (row >= box[2]) box[2] = row + 1;
      if (column >= box[3]) box[3] = column + 1;
      const right = Math.min(column + 1, width - 1);
      for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, height - 1); r++) {
        for (let near = r * width + Math.max(column - 1, 0); near <= r * width + right; near++) {
          if (pieces[near] > 0 || !(canvas[near] > INK_THRESHOLD)) continue;
          pieces[near] = boxes.length;
          open.push(near);
        }
      }
    }
  }
  return { pieces, boxes };
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

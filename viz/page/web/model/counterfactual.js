/** What would change its mind? The fewest blobs of a pen that turn the answer: the twin of counterfactual.py. */

import { receptiveField } from "./field.js";
import { argmax, forward } from "./network.js";
import { takenBack } from "./stance.js";

const PEN = 22 / 280; // width of the pad's pen, in sides of the picture
const NEAR_CLASSES = 3; // that the search goes to; to others only where none of these is reached
const MOST_BLOBS = 20; // on the way to each
const TRIED = 8; // blobs at each step that the network itself is asked about
const LEAST_INK = 0.3; // that a blob counts as, in pixels: no crowd of specks
const DECIMALS = 1e9; // of promises and of ink: of equal ones the first pixel's, whatever rounding says
const TINY = 1e-12;

/**
 * @param {object[]} layers as `fold` left them
 * @param {ArrayLike<number>} drawing ink in 0 … 1, not blank @param {number} side of the picture, in pixels
 * @returns {{blobs: {row: number, column: number, erases: boolean}[], images: Float64Array[], ink: number,
 *   norm: number} | null} images are the drawing and what it is behind each blob; ink is Σ |change| / Σ ink, norm the
 *   change's L2 norm; null where nothing is found
 */
export function counterfactual(layers, drawing, side) {
  const search = new Search(layers, Float64Array.from(drawing), side);
  search.nearestClasses().forEach((target, number) => {
    if (number < NEAR_CLASSES || !search.best) search.toward(target);
  });
  if (!search.best) return null;
  const blobs = search.withoutIdle(search.best);
  const images = Array.from({ length: blobs.length + 1 }, (_, n) => search.drawn(blobs.slice(0, n)));
  const last = images[blobs.length];
  const ink = inkBetween(last, drawing) / drawing.reduce((sum, value) => sum + value, 0);
  return { blobs: blobs.map((number) => search.blob(number)), images, ink, norm: distance(last, drawing) };
}

/** One number for each class: that with the largest is the answer. @param {object} trace see forward */
export function scoresOf({ logits }) {
  return logits.length === 1 ? [0, logits[0]] : Array.from(logits);
}

/** What a little more of each pixel of the drawing gives to the score of class k. */
export function slopeOf(layers, trace, k) {
  const isSingle = trace.logits.length === 1;
  if (isSingle && k === 0) return new Float64Array(trace.ink.length);
  const slope = receptiveField(layers, trace, layers.length, isSingle ? 0 : k);
  return takenBack(slope, trace.drawing, layers[0].upright);
}

/** L2 norm of the difference. */
export function distance(a, b) {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}

/** Of each pixel the places that a blob in its middle inks, and how much: see strokes.js. */
function blobInks(side, channels) {
  const reach = (side * PEN) / 2 + 0.5;
  const farthest = Math.ceil(reach);
  return Array.from({ length: side * side }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / side), pixel % side];
    const [places, inks] = [[], []];
    for (let r = Math.max(row - farthest, 0); r <= Math.min(row + farthest, side - 1); r++) {
      for (let c = Math.max(column - farthest, 0); c <= Math.min(column + farthest, side - 1); c++) {
        const ink = Math.min(reach - Math.sqrt((r - row) ** 2 + (c - column) ** 2), 1);
        if (ink <= 0) continue;
        for (let channel = 0; channel < channels; channel++) {
          places.push((r * side + c) * channels + channel);
          inks.push(ink);
        }
      }
    }
    return { places, inks };
  });
}

/** For one drawing; blobs are numbered by pixels, first all that add and then all that erase. */
class Search {
  constructor(layers, drawing, side) {
    Object.assign(this, { layers, drawing, side });
    this.inks = blobInks(side, drawing.length / side ** 2);
    this.start = forward(layers, drawing);
    this.answer = argmax(scoresOf(this.start));
    this.best = null; // blobs that turn the answer …
    this.least = Infinity; // … and how much ink they change
  }

  /** The other classes, first that to whose border it is least far, as the map knows it. */
  nearestClasses() {
    const { answer } = this;
    const scores = scoresOf(this.start);
    const slopes = scores.map((_, k) => slopeOf(this.layers, this.start, k));
    const ways = scores.map((score, k) => (scores[answer] - score) / Math.max(distance(slopes[k], slopes[answer]), TINY));
    const others = [...ways.keys()].filter((k) => k !== answer);
    return others.sort((p, q) => ways[p] - ways[q] || p - q);
  }

  /** Step by step to this class, as long as that is less than the best of all so far. */
  toward(target) {
    const blobs = [];
    const start = gapOf(scoresOf(this.start), this.answer, target);
    let now = { image: this.drawing, trace: this.start, ink: 0, gap: start };
    while (blobs.length < MOST_BLOBS && now.ink < this.least) {
      let [next, most] = [null, -Infinity];
      for (const number of this.promising(now, target)) {
        const image = this.touched(now.image, number);
        const trace = forward(this.layers, image);
        const scores = scoresOf(trace);
        const ink = Math.round(inkBetween(image, this.drawing) * DECIMALS) / DECIMALS;
        const gap = gapOf(scores, this.answer, target);
        if (argmax(scores) !== this.answer) {
          if (ink < this.least) [this.best, this.least] = [[...blobs, number], ink];
          continue;
        }
        const gain = (start - gap) / Math.max(ink, LEAST_INK);
        if (gap < now.gap && gain > most) [next, most] = [{ number, image, trace, ink, gap }, gain];
      }
      if (!next) return;
      blobs.push(next.number);
      now = next;
    }
  }

  /** The numbers of the blobs that promise most for their ink. */
  promising({ image, trace, gap }, target) {
    const [toTarget, toAnswer] = [target, this.answer].map((k) => slopeOf(this.layers, trace, k));
    const slope = toTarget.map((value, i) => value - toAnswer[i]);
    const promises = Float64Array.from({ length: 2 * this.side ** 2 }, (_, number) => {
      const { places, inks, erases } = this.at(number);
      let [gain, ink] = [0, 0];
      for (let n = 0; n < places.length; n++) {
        const before = image[places[n]];
        const change = touch(before, inks[n], erases) - before;
        gain += change * slope[places[n]];
        ink += Math.abs(change);
      }
      return Math.round((Math.min(gain, gap) / Math.max(ink, LEAST_INK)) * DECIMALS);
    });
    const order = [...promises.keys()].filter((number) => promises[number] > 0);
    return order.sort((p, q) => promises[q] - promises[p] || p - q).slice(0, TRIED);
  }

  /** A copy of the image with one more blob. */
  touched(image, number) {
    const copy = image.slice();
    const { places, inks, erases } = this.at(number);
    places.forEach((place, n) => (copy[place] = touch(copy[place], inks[n], erases)));
    return copy;
  }

  /** The drawing with these blobs. */
  drawn(blobs) {
    return blobs.reduce((image, number) => this.touched(image, number), this.drawing);
  }

  /** Without those that are not needed, the first ones first. */
  withoutIdle(blobs) {
    for (let at = 0; at < blobs.length; ) {
      const fewer = blobs.filter((_, n) => n !== at);
      if (argmax(scoresOf(forward(this.layers, this.drawn(fewer)))) === this.answer) at += 1;
      else blobs = fewer;
    }
    return blobs;
  }

  at(number) {
    const pixels = this.side ** 2;
    return { ...this.inks[number % pixels], erases: number >= pixels };
  }

  blob(number) {
    const pixel = number % this.side ** 2;
    return { row: Math.floor(pixel / this.side), column: pixel % this.side, erases: number >= this.side ** 2 };
  }
}

function touch(value, ink, erases) {
  return erases ? Math.min(value, 1 - ink) : Math.max(value, ink);
}

/** How far the answer's score is above the target's. */
function gapOf(scores, answer, target) {
  return scores[answer] - scores[target];
}

function inkBetween(a, b) {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);
}

/** Teaches the page's own network, one step at a time; the last steps can be undone. Arrays never change: a step makes new ones. */

import { gradients, lossOf } from "./backward.js";
import { fold } from "./layers.js";
import { forward } from "./network.js";
import { rmspropStep, rmspropTerms } from "./optimizers.js";

const MOST_UNDOS = 100; // steps that can be undone, at most …
const MOST_NUMBERS = 5e7; // … and numbers that are kept for that, three for each parameter and step

export class Teacher {
  /** @param {object[]} layers that lessons give other parameters */
  constructor(layers) {
    this.layers = layers;
    this.original = layers.map(({ params }) => params);
    this.mostUndos = undosOf(layers);
    this.base = this.original; // what a reset goes back to
    this.meanSquares = null; // all 0
    this.past = []; // what the last steps, at most that many, began with
    this.steps = 0; // taken and not taken back
    this.lesson = null; // what the last step did
  }

  /** How many of them can be taken back. */
  get undos() {
    return this.past.length;
  }

  /** One RMSProp step toward `label` for this drawing. */
  teach(ink, label) {
    const before = forward(this.layers, ink);
    const slopes = gradients(this.layers, before, label);
    const { meanSquares } = this;
    this.past.push({ params: this.layers.map(({ params }) => params), meanSquares, lesson: this.lesson });
    if (this.past.length > this.mostUndos) this.past.shift();
    this.steps += 1;
    this.meanSquares = this.layers.map(({ params }, n) => (meanSquares ? copyOf(meanSquares[n]) : zerosLike(params)));
    this.layers.forEach((layer, n) => {
      layer.params = copyOf(layer.params);
      for (const [name, array] of Object.entries(layer.params)) {
        rmspropStep(array, this.meanSquares[n][name], slopes[n][name]);
      }
      fold(layer);
    });
    const after = forward(this.layers, ink);
    const last = this.layers[this.layers.length - 1];
    this.lesson = {
      label,
      slopes,
      errors: before.probabilities.map((p, k) => p - (k === label ? 1 : 0)),
      lossBefore: lossOf(last, before.logits, label),
      lossAfter: lossOf(last, after.logits, label),
      before: before.probabilities,
      after: after.probabilities,
    };
    return this.lesson;
  }

  /** The last step for one weight of W, with every number of the formula; only while it can be undone. */
  edge(layer, index) {
    const { params, meanSquares } = this.past[this.past.length - 1];
    const at = this.layers[layer].places?.indexOf(index) ?? index;
    return rmspropTerms(params[layer].W[at], meanSquares?.[layer].W[at] ?? 0, this.lesson.slopes[layer].W[at]);
  }

  /** The weight with the largest gradient of the last lesson, and where it stands in W. */
  steepestEdge() {
    let best = { layer: 0, index: 0, size: -1 };
    this.lesson.slopes.forEach(({ W }, layer) => {
      const { places } = this.layers[layer];
      W.forEach((slope, at) => {
        if (Math.abs(slope) > best.size) best = { layer, index: places ? places[at] : at, size: Math.abs(slope) };
      });
    });
    return best;
  }

  /** Take back the last step, bit for bit. */
  undo() {
    const state = this.past.pop();
    if (!state) return;
    this.restore(state.params, state.meanSquares);
    this.steps -= 1;
    this.lesson = state.lesson;
  }

  /** Back to where the first lesson began: the network in the file, unless others came. */
  reset() {
    this.restore(this.base, null);
    [this.past, this.steps, this.lesson] = [[], 0, null];
  }

  /** The layers are another network's now: lessons begin with that. */
  rebase() {
    this.base = this.layers.map(({ params }) => params);
    this.meanSquares = null;
    [this.past, this.steps, this.lesson] = [[], 0, null];
  }

  restore(params, meanSquares) {
    this.meanSquares = meanSquares;
    this.layers.forEach((layer, n) => {
      layer.params = params[n];
      fold(layer);
    });
  }
}

/** How many steps of a network can be kept. */
function undosOf(layers) {
  const numbers = layers.flatMap(({ params }) => Object.values(params)).reduce((sum, { length }) => sum + length, 0);
  return Math.min(MOST_UNDOS, Math.max(1, Math.floor(MOST_NUMBERS / (3 * numbers))));
}

/** A copy of named arrays. */
export function copyOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));
}

function zerosLike(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, new Float32Array(array.length)]));
}

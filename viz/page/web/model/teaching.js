/** Teaches the page's own copy of the network, one step at a time; every step can be undone. */

import { gradients, lossOf } from "./backward.js";
import { fold } from "./layers.js";
import { forward } from "./network.js";
import { rmspropStep, rmspropTerms } from "./optimizers.js";

const MOST_UNDOS = 100;

export class Teacher {
  /** @param {object[]} layers changed in place by lessons */
  constructor(layers) {
    this.layers = layers;
    this.original = layers.map(({ params }) => copyOf(params));
    this.base = this.original; // what a reset goes back to
    this.meanSquares = layers.map(({ params }) => zerosLike(params));
    this.past = []; // what the last steps, at most MOST_UNDOS, began with
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
    const params = this.layers.map((layer) => copyOf(layer.params));
    const meanSquares = this.meanSquares.map((arrays) => copyOf(arrays));
    this.past.push({ params, meanSquares, lesson: this.lesson });
    if (this.past.length > MOST_UNDOS) this.past.shift();
    this.steps += 1;
    this.layers.forEach((layer, n) => {
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
    return rmspropTerms(params[layer].W[at], meanSquares[layer].W[at], this.lesson.slopes[layer].W[at]);
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
    this.base = this.layers.map(({ params }) => copyOf(params));
    for (const squares of this.meanSquares) for (const array of Object.values(squares)) array.fill(0);
    [this.past, this.steps, this.lesson] = [[], 0, null];
  }

  restore(params, meanSquares) {
    this.layers.forEach((layer, n) => {
      for (const [name, array] of Object.entries(layer.params)) {
        array.set(params[n][name]);
        if (meanSquares) this.meanSquares[n][name].set(meanSquares[n][name]);
        else this.meanSquares[n][name].fill(0);
      }
      fold(layer);
    });
  }
}

/** A copy of named arrays. */
export function copyOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));
}

function zerosLike(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, new Float32Array(array.length)]));
}

/** The canonical form: of all networks that compute the same, the one to look at. The twin of canonical.py. */

import { activationOf } from "./layers.js";

const NEVER = 1e-6; // a deviation of this share of the root mean square is float32's rounding

/**
 * The factors with which every hidden unit's activation has standard deviation 1.
 *
 * Where the file does not tell what the network usually does, and in columns that pass no factors,
 * all are 1. Weights are not copied: `formOf` tells what each is multiplied with.
 * @param {object[]} layers see readNetwork
 * @returns {{isKnown: boolean, factors: Float64Array[], dead: number[][], kept: (string | null)[]}} of
 *   each layer's units: factors, those that never vary, and the function of a hidden column that
 *   stays as it is
 */
export function canonical(layers) {
  const hidden = layers.slice(0, -1);
  const isKnown = layers.every(({ usual }) => usual !== null);
  const form = { isKnown, factors: [], dead: [], kept: [] };
  hidden.forEach((layer, n) => {
    const passes = Boolean(layer.after) || Boolean(activationOf(layer).passesFactors);
    const { factor, never } = isKnown && passes ? factorsOf(layer, layers[n + 1], form.factors[n - 1]) : asItIs(layer);
    form.factors.push(factor);
    form.dead.push(never);
    form.kept.push(isKnown && !passes ? layer.activation.word : null);
  });
  const last = asItIs(layers[layers.length - 1]);
  form.factors.push(last.factor);
  form.dead.push(last.never);
  form.kept.push(null);
  return form;
}

/**
 * What becomes of a layer's folded weights: W[tap, i, j] · into[j] ÷ out[i].
 * @returns {{into: Float64Array, out: Float64Array}}
 */
export function formOf(layers, { factors }, n) {
  const { fanIn, fanOut, after } = layers[n];
  const into = after ? new Float64Array(fanOut).fill(1) : factors[n]; // behind it, β and γ take the factor
  return { into, out: n > 0 ? factors[n - 1] : new Float64Array(fanIn).fill(1) };
}

/** All weights of a layer in this form, as W has them. @returns {Float64Array} taps · fanIn × fanOut */
export function canonicalWeights(layers, form, n) {
  const { W, fanIn, fanOut } = layers[n];
  const { into, out } = formOf(layers, form, n);
  return Float64Array.from(W, (w, index) => (w * into[index % fanOut]) / out[Math.floor(index / fanOut) % fanIn]);
}

/** The biases of a layer in this form. @returns {Float64Array} fanOut */
export function canonicalBias(layers, form, n) {
  const { into } = formOf(layers, form, n);
  return Float64Array.from(layers[n].b, (b, j) => b * into[j]);
}

function asItIs({ fanOut }) {
  return { factor: new Float64Array(fanOut).fill(1), never: [] };
}

/** @param {Float64Array} [before] the factors of the units behind */
function factorsOf(layer, following, before) {
  const units = layer.fanOut;
  const spread = overTaps(following.usual.deviation, units);
  const mean = overTaps(following.usual.mean, units);
  const never = [...spread.keys()].filter((j) => spread[j] <= NEVER * Math.hypot(spread[j], mean[j]));
  if (never.length > 0) {
    const norms = incomingNorms(layer, before);
    for (const j of never) spread[j] = norms[j];
  }
  return { factor: spread.map((size) => (size > 0 ? 1 / size : 1)), never };
}

/** Of each unit the norm of what the last affine map before the next layer learned for it. */
function incomingNorms({ after, norm, params, W, b, fanIn, fanOut }, before) {
  const squares = new Float64Array(fanOut);
  const add = (values, divisor) => values.forEach((value, at) => (squares[at % fanOut] += (value / divisor(at)) ** 2));
  const whole = () => 1;
  if (after || norm) {
    add(after ? params.afterGamma : params.gamma, whole);
    add(after ? params.afterBeta : params.beta, whole);
  } else {
    add(W, before ? (at) => before[Math.floor(at / fanOut) % fanIn] : whole);
    add(b, whole);
  }
  return squares.map(Math.sqrt);
}

/** Root mean square over the taps of each unit. */
function overTaps(numbers, units) {
  const squares = new Float64Array(units);
  numbers.forEach((value, row) => (squares[row % units] += value * value));
  return squares.map((square) => Math.sqrt((square * units) / numbers.length));
}

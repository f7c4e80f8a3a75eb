/**
 * Whole paths from an input to an answer: what each one gives, and which give most. The twin of paths.py.
 *
 * Where every unit passes on a multiple of its sum (ReLU: 0 or 1 times, for this drawing), a logit is
 * a sum over all paths that lead to it, input × weight × … × weight through units that are on, and
 * what the biases give on the rest of such ways: exactly.
 */

import { activationOf } from "./layers.js";
import { strongest } from "./attribution.js";

export const MOST_PATHS = 12; // that are told by name

/** @returns {"maps" | "functions" | null} why a network has no paths; null where it has */
export function noPaths(layers) {
  if (layers.some(({ kind, taps }) => kind !== "dense" || taps > 1)) return "maps";
  const isRight = (layer) => !layer.before && !layer.after && activationOf(layer).passesFactors;
  if (layers.slice(0, -1).every(isRight) && !layers[layers.length - 1].before) return null;
  return "functions";
}

/**
 * The paths of an input to an output unit.
 * @param {object[]} layers of a network that has paths @param {ArrayLike<number>} input what the first layer reads
 * @param {ArrayLike<number>[]} preActivations of this input, layer by layer @param {number} output
 * @param {{layer: number, index: number} | null} [through] only paths along this edge @param {number} [most] that are told
 * @returns {{strongest: {units: number[], value: number}[], count: number, total: number, strength: number,
 *   bias: number, share: number}} the strongest, units of every column and what it gives; of all: how many give
 *   anything, their sum, Σ |value|, and what the biases give to this logit on whatever way; share of the strength
 *   that the strongest hold
 */
export function strongestPaths(layers, input, preActivations, output, through = null, most = MOST_PATHS) {
  const slopes = layers.map((layer, n) => slopesOf(layer, preActivations[n], n === layers.length - 1));
  const steps = layers.map((layer, n) => stepsOf(layer, slopes[n]));
  const given = layers.map(({ b }, n) => slopes[n].map((slope, j) => slope * b[j]));
  const none = new Float64Array(input.length);
  const bias = layers.reduce((values, layer, n) => carried(values, layer, steps[n]).map((sum, j) => sum + given[n][j]), none)[output];
  if (through) steps[through.layer] = steps[through.layer].map((step, index) => (index === through.index ? step : 0));
  const sum = (of) => layers.reduce((values, layer, n) => carried(values, layer, steps[n].map(of)), Float64Array.from(input, of))[output];
  const found = search(input, layers, steps, output, most);
  const strength = sum(Math.abs);
  const shown = found.reduce((all, { value }) => all + Math.abs(value), 0);
  return {
    strongest: found,
    count: sum((value) => (value === 0 ? 0 : 1)),
    total: sum((value) => value),
    strength,
    bias,
    share: strength > 0 ? shown / strength : 1,
  };
}

/** How many times its sum each unit passes on; logits are what they are. */
function slopesOf(layer, z, isLast) {
  const { derivative } = activationOf(layer);
  return Float64Array.from(z, (sum) => (isLast ? 1 : derivative(sum)));
}

/** Weights · the multiple of the unit that they lead to, fanIn × fanOut. */
function stepsOf({ W, fanOut }, slopes) {
  return Float64Array.from(W, (w, edge) => w * slopes[edge % fanOut]);
}

/** What sums over all paths give behind one more layer. */
function carried(values, { fanIn, fanOut }, steps) {
  const sums = new Float64Array(fanOut);
  for (let i = 0, edge = 0; i < fanIn; i++) {
    if (values[i] === 0) edge += fanOut;
    else for (let j = 0; j < fanOut; j++, edge++) sums[j] += values[i] * steps[edge];
  }
  return sums;
}

/**
 * The strongest paths, exactly: back from the output, the way first that can give most. What it still
 * can give is its own product times the strongest product that reaches the unit where it is, which
 * one path does give; so as many ways as paths are still wanted hold all of them.
 */
function search(input, layers, steps, output, most) {
  const best = [Float64Array.from(input, Math.abs)]; // of each unit the strongest product that reaches it
  layers.forEach((layer, n) => best.push(strongestInto(best[n], layer, steps[n])));
  const found = [];
  let ways = best[layers.length][output] > 0 ? [{ bound: best[layers.length][output], units: [output], product: 1 }] : [];
  while (ways.length > 0 && found.length < most) {
    const [{ units, product }] = ways.splice(0, 1);
    const column = layers.length - units.length + 1;
    if (column === 0) {
      found.push({ units, value: product * input[units[0]] });
      continue;
    }
    const { fanIn, fanOut } = layers[column - 1];
    const backward = Array.from({ length: fanIn }, (_, unit) => {
      const factor = steps[column - 1][unit * fanOut + units[0]] * product;
      return { bound: best[column - 1][unit] * Math.abs(factor), units: [unit, ...units], product: factor };
    });
    const open = [...ways, ...backward.filter(({ bound }) => bound > 0)];
    ways = strongest(open, most - found.length, ({ bound }) => bound);
  }
  return found;
}

function strongestInto(best, { fanIn, fanOut }, steps) {
  const reached = new Float64Array(fanOut);
  for (let i = 0, edge = 0; i < fanIn; i++) {
    if (best[i] === 0) edge += fanOut;
    else for (let j = 0; j < fanOut; j++, edge++) reached[j] = Math.max(reached[j], best[i] * Math.abs(steps[edge]));
  }
  return reached;
}

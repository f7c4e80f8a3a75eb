/** Who contributed what: the twin of attribution.py. A contribution is activation × weight. */

import { NO_EDGE } from "./drawings.js";
import { activate, activationOf, biasGradient, inputGradient, wayBack } from "./layers.js";
import { affineOf } from "./norms.js";
import { largestFirst } from "./order.js";

const SIZES = 1024; // classes of size

/**
 * Rank of every value among those into the same unit: 0 = largest |value|, ties lower index first.
 * @param {ArrayLike<number>} values fanIn × fanOut, row by row @param {number} fanOut @returns {Int32Array}
 */
export function incomingRanks(values, fanOut) {
  const ranks = new Int32Array(values.length);
  const strengths = new Float64Array(values.length);
  for (let edge = 0; edge < values.length; edge++) strengths[edge] = Math.abs(values[edge]);
  const next = new Int32Array(fanOut); // the next rank into each unit
  for (const edge of largestFirst(strengths)) ranks[edge] = next[edge % fanOut]++;
  for (let edge = 0; edge < strengths.length; edge++) {
    if (Number.isNaN(strengths[edge])) ranks[edge] = NO_EDGE;
    else if (strengths[edge] === 0) ranks[edge] = next[edge % fanOut]++; // zeros rank last, in order
  }
  return ranks;
}

/**
 * What each unit contributes to each unit of the next column, fanIn × fanOut: a_i · w_ij between
 * single units; for maps the sum over all taps. Column sums + bias are the next (mean)
 * pre-activations.
 * @param {object} layer @param {ArrayLike<number>} input what meanInput gives, taps · fanIn
 * @param {Float64Array} [products] of another drawing, to be written over: with every move of a pen memory is no longer given anew
 */
export function contributions({ W, fanIn, fanOut }, input, products = new Float64Array(fanIn * fanOut)) {
  const nEdges = fanIn * fanOut;
  products.fill(0);
  for (let row = 0; row < input.length; row++) {
    if (input[row] === 0) continue;
    const start = (row * fanOut) % nEdges;
    for (let j = 0, w = row * fanOut; j < fanOut; j++, w++) products[start + j] += input[row] * W[w];
  }
  return products;
}

/** Σ |drawn contributions| / Σ |all contributions| of one layer; 1 when nothing flows. */
export function signalShare(products, ranks, limit) {
  let drawn = 0;
  let total = 0;
  for (let edge = 0; edge < products.length; edge++) {
    const strength = Math.abs(products[edge]);
    total += strength;
    if (ranks[edge] < limit) drawn += strength;
  }
  return total > 0 ? drawn / total : 1;
}

/**
 * What flows into every unit through drawn edges and through all the others:
 * drawn + rest + bias = pre-activation.
 * @returns {{drawn: Float64Array, rest: Float64Array}} one number for each unit
 */
export function drawnAndRest(products, ranks, limit, fanOut) {
  const drawn = new Float64Array(fanOut);
  const rest = new Float64Array(fanOut);
  for (let edge = 0, j = 0; edge < products.length; edge++, j = j + 1 === fanOut ? 0 : j + 1) {
    if (products[edge] === 0) continue; // most of them: where there is no ink
    if (ranks[edge] < limit) drawn[j] += products[edge];
    else rest[j] += products[edge];
  }
  return { drawn, rest };
}

/**
 * What a network is for one drawing: logits = ink · templates + bias + remainder, exactly. Without a
 * remainder, where all functions are linear piece by piece, it IS that linear map; else templates
 * are gradients. Each logit is followed back through the slopes that are there for this drawing and
 * the numbers that won their windows.
 * @returns {{templates: Float64Array, bias: Float64Array, remainder: Float64Array, isExact: boolean,
 *   active: number[]}} templates are pixels × logits, row by row; active counts the sums above 0,
 *   layer by layer
 */
export function effectiveLinearMap(layers, preActivations) {
  const hidden = layers.slice(0, -1).map((layer, n) => activate(layer, preActivations[n]));
  const bends = layers.slice(0, -1).map((layer, n) => bendsOf(layer, preActivations[n]));
  const isExact = layers.slice(0, -1).every(({ activation }) => activation.isPiecewiseLinear);
  const { fanOut } = layers[layers.length - 1];
  const bias = new Float64Array(fanOut);
  const remainder = new Float64Array(fanOut);
  const columns = Array.from({ length: fanOut }, (_, k) => {
    let d = Float64Array.from({ length: fanOut }, (_, other) => (other === k ? 1 : 0));
    for (let n = layers.length - 1; n >= 0; n--) {
      bias[k] += dot(biasGradient(layers[n], d), layers[n].b);
      d = inputGradient(layers[n], d);
      if (n === 0) break;
      const layer = layers[n - 1];
      const back = wayBack(layer, preActivations[n - 1], hidden[n - 1], d);
      if (layer.after) bias[k] += dot(biasGradient(layer, back.atActivation), affineOf(layer.params, layer.after, "after").shift);
      if (bends[n - 1]) (isExact ? bias : remainder)[k] += dot(back.atFunction, bends[n - 1]);
      d = back.atSum;
    }
    const { before, params, fanIn } = layers[0];
    if (!before) return d;
    const { scale, shift } = affineOf(params, before, "before");
    d.forEach((value, at) => (bias[k] += value * shift[at % fanIn]));
    return d.map((value, at) => value * scale[at % fanIn]);
  });
  const templates = Float64Array.from({ length: fanOut * columns[0].length }, (_, at) => columns[at % fanOut][Math.floor(at / fanOut)]);
  const active = preActivations.slice(0, -1).map((z) => z.reduce((n, value) => (value > 0 ? n + 1 : n), 0));
  return { templates, bias, remainder, isExact, active };
}

/** How far each value is from slope · sum, of functions that are not always the same; else null. */
function bendsOf(layer, z) {
  const { value, derivative } = activationOf(layer);
  const bends = Float64Array.from(z, (sum) => value(sum) - derivative(sum) * sum);
  return bends.some((bend) => bend !== 0) ? bends : null;
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Among drawn edges (rank < limit) the `n` with the largest |value|; zeros never count. */
export function largestDrawn(values, ranks, limit, n) {
  const drawn = [];
  for (let edge = 0; edge < values.length; edge++) if (values[edge] !== 0 && ranks[edge] < limit) drawn.push(edge);
  const least = leastOfLargest(values, drawn, n);
  const edges = drawn.filter((edge) => Math.abs(values[edge]) >= least);
  if (edges.length <= n) return edges;
  const strengths = Float64Array.from(edges, (edge) => Math.abs(values[edge])).sort();
  const nth = strengths[strengths.length - n];
  return edges.filter((edge) => Math.abs(values[edge]) >= nth).slice(0, n);
}

/** A bound that at least the `n` largest reach and not many others: counted by size, without sorting them. */
function leastOfLargest(values, edges, n) {
  let largest = 0;
  for (const edge of edges) largest = Math.max(largest, Math.abs(values[edge]));
  const counts = new Int32Array(SIZES + 1);
  for (const edge of edges) counts[Math.floor((Math.abs(values[edge]) / largest) * SIZES)] += 1;
  let size = SIZES;
  for (let found = counts[size]; found < n && size > 0; found += counts[size]) size -= 1;
  return (size / SIZES) * largest * (1 - 1e-9); // rounding leaves none out
}

/** The `n` entries with the largest |value|, the lower index first among equals. */
export function strongest(terms, n, value) {
  const order = terms.map((term, i) => i);
  order.sort((p, q) => Math.abs(value(terms[q])) - Math.abs(value(terms[p])) || p - q);
  return order.slice(0, n).map((i) => terms[i]);
}

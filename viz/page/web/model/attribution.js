/** Who contributed what: the twin of attribution.py. A contribution is activation × weight. */

import { activationGradient, biasGradient, inputGradient } from "./layers.js";
import { relu } from "./network.js";

/**
 * Rank of every value among those into the same unit: 0 = largest |value|, ties lower index first.
 * @param {ArrayLike<number>} values fanIn × fanOut, row by row @returns {Int32Array}
 */
export function incomingRanks(values, fanIn, fanOut) {
  const ranks = new Int32Array(values.length);
  const strengths = new Float64Array(fanIn);
  for (let j = 0; j < fanOut; j++) {
    const some = []; // zeros rank last, in order; sorting them would cost the most and change nothing
    for (let i = 0; i < fanIn; i++) {
      strengths[i] = Math.abs(values[i * fanOut + j]);
      if (strengths[i] > 0) some.push(i);
    }
    some.sort((p, q) => strengths[q] - strengths[p] || p - q);
    some.forEach((i, rank) => (ranks[i * fanOut + j] = rank));
    let rank = some.length;
    for (let i = 0; i < fanIn; i++) if (strengths[i] === 0) ranks[i * fanOut + j] = rank++;
  }
  return ranks;
}

/**
 * What each unit contributes to each unit of the next column, fanIn × fanOut: a_i · w_ij between
 * single units; for maps the sum over all taps. Column sums + bias are the next (mean)
 * pre-activations.
 * @param {object} layer @param {ArrayLike<number>} input what meanInput gives, taps · fanIn
 */
export function contributions({ W, fanIn, fanOut }, input) {
  const nEdges = fanIn * fanOut;
  const products = new Float64Array(nEdges);
  for (let row = 0; row < input.length; row++) {
    if (input[row] === 0) continue;
    const start = (row * fanOut) % nEdges;
    for (let j = 0, w = row * fanOut; j < fanOut; j++, w++) products[start + j] += input[row] * W[w];
  }
  return products;
}

/** How many edges a drawing of the k strongest into each unit has. */
export function drawnEdges(layers, topK) {
  return layers.reduce((sum, { fanIn, fanOut }) => sum + Math.min(topK, fanIn) * fanOut, 0);
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
    (ranks[edge] < limit ? drawn : rest)[j] += products[edge];
  }
  return { drawn, rest };
}

/**
 * The linear map that a ReLU network IS for one drawing: logits = ink · templates + bias, exactly.
 * Each logit is followed back through the ReLUs that are on and the numbers that won their windows.
 * @returns {{templates: Float64Array, bias: Float64Array, active: number[]}} templates are
 *   pixels × classes, row by row; active counts the ReLUs that are on, layer by layer
 */
export function effectiveLinearMap(layers, preActivations) {
  const hidden = preActivations.slice(0, -1).map(relu);
  const classes = layers[layers.length - 1].fanOut;
  const bias = new Float64Array(classes);
  const columns = Array.from({ length: classes }, (_, k) => {
    let d = Float64Array.from({ length: classes }, (_, other) => (other === k ? 1 : 0));
    for (let n = layers.length - 1; n >= 0; n--) {
      biasGradient(layers[n], d).forEach((sum, j) => (bias[k] += sum * layers[n].b[j]));
      d = inputGradient(layers[n], d);
      if (n > 0) d = activationGradient(layers[n - 1], hidden[n - 1], d);
    }
    return d;
  });
  const templates = Float64Array.from({ length: classes * columns[0].length }, (_, at) => columns[at % classes][Math.floor(at / classes)]);
  const active = hidden.map((a) => a.reduce((n, value) => (value > 0 ? n + 1 : n), 0));
  return { templates, bias, active };
}

/** Among drawn edges (rank < limit) the `n` with the largest |value|; zeros never count. */
export function largestDrawn(values, ranks, limit, n) {
  const edges = [];
  for (let edge = 0; edge < values.length; edge++) {
    if (values[edge] !== 0 && ranks[edge] < limit) edges.push(edge);
  }
  if (edges.length <= n) return edges;
  const strengths = Float64Array.from(edges, (edge) => Math.abs(values[edge])).sort();
  const least = strengths[strengths.length - n];
  return edges.filter((edge) => Math.abs(values[edge]) >= least).slice(0, n);
}

/** The `n` entries with the largest |value|, the lower index first among equals. */
export function strongest(terms, n, value) {
  const order = terms.map((term, i) => i);
  order.sort((p, q) => Math.abs(value(terms[q])) - Math.abs(value(terms[p])) || p - q);
  return order.slice(0, n).map((i) => terms[i]);
}

/** Who contributed what: the twin of attribution.py. A contribution is activation × weight. */

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

/** a_i · w_ij for one drawing, fanIn × fanOut; column sums + bias are the next pre-activations. */
export function contributions({ W, fanIn, fanOut }, activation) {
  const products = new Float64Array(W.length);
  for (let i = 0; i < fanIn; i++) {
    if (activation[i] === 0) continue;
    for (let w = i * fanOut; w < (i + 1) * fanOut; w++) products[w] = activation[i] * W[w];
  }
  return products;
}

/** How many edges a drawing of the k strongest into each unit has. */
export function drawnEdges(layers, topK) {
  return layers.reduce((sum, { fanIn, fanOut }) => sum + Math.min(topK, fanIn) * fanOut, 0);
}

/** Σ |drawn contributions| / Σ |all contributions| of one layer; 1 when nothing flows. */
export function signalShare(products, ranks, topK) {
  let drawn = 0;
  let total = 0;
  for (let edge = 0; edge < products.length; edge++) {
    const strength = Math.abs(products[edge]);
    total += strength;
    if (ranks[edge] < topK) drawn += strength;
  }
  return total > 0 ? drawn / total : 1;
}

/**
 * What flows into every unit through drawn edges and through all the others:
 * drawn + rest + bias = pre-activation.
 * @returns {{drawn: Float64Array, rest: Float64Array}} one number for each unit
 */
export function drawnAndRest(products, ranks, topK, fanOut) {
  const drawn = new Float64Array(fanOut);
  const rest = new Float64Array(fanOut);
  for (let edge = 0, j = 0; edge < products.length; edge++, j = j + 1 === fanOut ? 0 : j + 1) {
    (ranks[edge] < topK ? drawn : rest)[j] += products[edge];
  }
  return { drawn, rest };
}

/** The logits of a network that has only the drawn edges and all biases. */
export function logitsOfDrawn(layers, ranks, topK, ink) {
  let a = ink;
  layers.forEach(({ W, b, fanIn, fanOut }, n) => {
    const z = Float64Array.from(b);
    for (let i = 0; i < fanIn; i++) {
      if (a[i] === 0) continue;
      for (let j = 0, edge = i * fanOut; j < fanOut; j++, edge++) {
        if (ranks[n][edge] < topK) z[j] += a[i] * W[edge];
      }
    }
    a = n < layers.length - 1 ? relu(z) : z;
  });
  return a;
}

/**
 * The linear map that a ReLU network IS for one drawing: logits = ink · templates + bias, exactly.
 * @returns {{templates: Float64Array, bias: Float64Array, active: number[]}} templates are
 *   fanIn × classes, row by row; active counts the ReLUs that are on, layer by layer
 */
export function effectiveLinearMap(layers, preActivations) {
  const last = layers[layers.length - 1];
  const classes = last.fanOut;
  const bias = Float64Array.from(last.b);
  const active = [];
  let templates = Float64Array.from(last.W);
  for (let n = layers.length - 2; n >= 0; n--) {
    const { W, b, fanIn, fanOut } = layers[n];
    const behind = templates;
    templates = new Float64Array(fanIn * classes);
    const on = [...preActivations[n].keys()].filter((j) => preActivations[n][j] > 0);
    active.unshift(on.length);
    for (const j of on) {
      for (let k = 0; k < classes; k++) bias[k] += b[j] * behind[j * classes + k];
    }
    for (let i = 0; i < fanIn; i++) {
      for (const j of on) {
        const weight = W[i * fanOut + j];
        for (let k = 0; k < classes; k++) templates[i * classes + k] += weight * behind[j * classes + k];
      }
    }
  }
  return { templates, bias, active };
}

/** The terms of one unit's sum: its weights and, for the current activations, contributions. */
export function termsInto({ W, fanIn, fanOut }, activation, unit) {
  return Array.from({ length: fanIn }, (_, i) => {
    const weight = W[i * fanOut + unit];
    return { from: i, weight, activation: activation[i], contribution: activation[i] * weight };
  });
}

/** Among drawn edges (rank < topK) the `n` with the largest |value|; zeros never count. */
export function largestDrawn(values, ranks, topK, n) {
  const edges = [];
  for (let edge = 0; edge < values.length; edge++) {
    if (values[edge] !== 0 && ranks[edge] < topK) edges.push(edge);
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

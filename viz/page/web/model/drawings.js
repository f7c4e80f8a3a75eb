/** Which edges are drawn, and the network that they are: the twin of drawings.py. */

import { largestFirst } from "./order.js";

export const NO_EDGE = 2147483647; // the rank of pairs of units that no weight joins: NaN among strengths
const LATER = NO_EDGE - 1; // the rank of all edges behind those that were to be ranked

/**
 * How strong each edge of a layer is: fanIn × fanOut, row by row.
 * @param {object} layer @param {"usual" | "weight" | "now"} choice
 * @param {ArrayLike<number>} products the contributions of the drawing, for "now"
 */
export function edgeStrengths(layer, choice, products) {
  if (choice === "weight") return sizesOf(layer.edges);
  if (choice === "now") return sizesOf(products);
  const { W, fanIn, fanOut, taps, usual } = layer;
  const nEdges = fanIn * fanOut;
  const squares = new Float64Array(nEdges);
  for (let row = 0, w = 0; row < usual.deviation.length; row++) {
    const deviation = usual.deviation[row];
    for (let j = 0, edge = w % nEdges; j < fanOut; j++, w++, edge++) {
      const swing = Math.abs(W[w] * deviation);
      if (taps === 1) squares[edge] = swing;
      else squares[edge] += swing * swing;
    }
  }
  return taps === 1 ? squares : squares.map(Math.sqrt);
}

/** |values|, in a loop: ten million take `from` a second. */
function sizesOf(values) {
  const sizes = new Float64Array(values.length);
  for (let edge = 0; edge < sizes.length; edge++) sizes[edge] = Math.abs(values[edge]);
  return sizes;
}

/** Strengths of the pairs of units that weights join; of all others, whose weights are 0, NaN: in place. */
export function ofEdges({ edges, inDegrees, fanIn }, strengths) {
  if (inDegrees.every((degree) => degree === fanIn)) return strengths;
  for (let edge = 0; edge < strengths.length; edge++) if (edges[edge] === 0) strengths[edge] = NaN;
  return strengths;
}

/** Strength times the influence of the unit that the edge leads to, comparable over the network: in place. */
export function withInfluence(strengths, { fanOut, usual: { influence } }) {
  for (let edge = 0; edge < strengths.length; ) {
    for (let j = 0; j < fanOut; j++, edge++) strengths[edge] *= influence[j];
  }
  return strengths;
}

/**
 * Rank of every edge of the network, 0 = largest score; of equal ones the lower index, layer by layer.
 * @param {Float64Array[]} scores one array a layer @param {number} [most] so many, at least, have ranks of their own
 * @returns {Int32Array[]}
 */
export function networkRanks(scores, most = Infinity) {
  const starts = [0];
  for (const score of scores) starts.push(starts[starts.length - 1] + score.length);
  const flat = new Float64Array(starts[scores.length]);
  scores.forEach((score, n) => flat.set(score, starts[n]));
  const order = largestFirst(flat, most);
  const ranks = new Int32Array(flat.length).fill(LATER);
  order.forEach((edge, rank) => (ranks[edge] = rank));
  let rank = order.length;
  const isAll = rank < most; // that is more than 0
  for (let edge = 0; edge < flat.length; edge++) {
    if (Number.isNaN(flat[edge])) ranks[edge] = NO_EDGE;
    else if (isAll && flat[edge] === 0) ranks[edge] = rank++; // zeros rank last, in order
  }
  return scores.map((_, n) => ranks.subarray(starts[n], starts[n + 1]));
}

/** How many edges a drawing of the k strongest into each unit has. */
export function drawnEdges(layers, topK) {
  const least = (sum, degree) => sum + Math.min(topK, degree);
  return layers.reduce((sum, { inDegrees }) => sum + inDegrees.reduce(least, 0), 0);
}

/** Below which rank edges are drawn: as many as the k strongest into each unit. */
export function rankLimit(layers, spread, topK) {
  return spread === "unit" ? topK : drawnEdges(layers, topK);
}

/** The layers of a network that has only the drawn edges, all others held at their average or cut. */
export function onlyDrawn(layers, ranks, limit, others) {
  return layers.map((layer, n) => {
    const { fanIn, fanOut } = layer;
    const W = layer.W.slice();
    const nEdges = fanIn * fanOut;
    for (let start = 0; start < W.length; start += nEdges) {
      for (let edge = 0; edge < nEdges; edge++) if (ranks[n][edge] >= limit) W[start + edge] = 0;
    }
    const b = Float64Array.from(layer.b);
    if (others === "average") othersAverage(layer, ranks[n], limit).forEach((average, j) => (b[j] += average));
    return { ...layer, W, b };
  });
}

/** What the edges that are not drawn usually give to each unit; 0 where that is not known. */
export function othersAverage({ W, fanIn, fanOut, usual }, ranks, limit) {
  const average = new Float64Array(fanOut);
  if (!usual) return average;
  const nEdges = fanIn * fanOut;
  for (let row = 0, w = 0; row < usual.mean.length; row++) {
    const mean = usual.mean[row];
    for (let j = 0, edge = w % nEdges; j < fanOut; j++, w++, edge++) if (ranks[edge] >= limit) average[j] += mean * W[w];
  }
  return average;
}

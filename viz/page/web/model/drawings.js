/** Which edges are drawn, and the network that they are: the twin of drawings.py. */

import { largestFirst } from "./order.js";

export const NO_EDGE = 2147483647; // the rank of pairs of units that no weight joins: NaN among strengths

/**
 * How strong each edge of a layer is: fanIn × fanOut, row by row.
 * @param {object} layer @param {"usual" | "weight" | "now"} choice
 * @param {ArrayLike<number>} products the contributions of the drawing, for "now"
 */
export function edgeStrengths(layer, choice, products) {
  if (choice === "weight") return Float64Array.from(layer.edges, Math.abs);
  if (choice === "now") return Float64Array.from(products, Math.abs);
  const { W, fanIn, fanOut, taps, usual } = layer;
  const nEdges = fanIn * fanOut;
  const squares = new Float64Array(nEdges);
  for (let row = 0, w = 0; row < usual.deviation.length; row++) {
    for (let j = 0; j < fanOut; j++, w++) {
      const swing = Math.abs(W[w] * usual.deviation[row]);
      if (taps === 1) squares[w] = swing;
      else squares[w % nEdges] += swing * swing;
    }
  }
  return taps === 1 ? squares : squares.map(Math.sqrt);
}

/** Strengths of the pairs of units that weights join; of all others, whose weights are 0, NaN. */
export function ofEdges({ edges, inDegrees, fanIn }, strengths) {
  if (inDegrees.every((degree) => degree === fanIn)) return strengths;
  return strengths.map((strength, edge) => (edges[edge] !== 0 ? strength : NaN));
}

/** Strength times the influence of the unit that the edge leads to: comparable over the network. */
export function withInfluence(strengths, { fanOut, usual }) {
  const scores = new Float64Array(strengths.length);
  for (let edge = 0, j = 0; edge < scores.length; edge++, j = j + 1 === fanOut ? 0 : j + 1) scores[edge] = strengths[edge] * usual.influence[j];
  return scores;
}

/**
 * Rank of every edge of the network, 0 = largest score; of equal ones the lower index, layer by layer.
 * @param {Float64Array[]} scores one array a layer @returns {Int32Array[]}
 */
export function networkRanks(scores) {
  const starts = [0];
  for (const score of scores) starts.push(starts[starts.length - 1] + score.length);
  const flat = new Float64Array(starts[scores.length]);
  scores.forEach((score, n) => flat.set(score, starts[n]));
  const ranks = new Int32Array(flat.length);
  let rank = 0;
  for (const edge of largestFirst(flat)) ranks[edge] = rank++;
  for (let edge = 0; edge < flat.length; edge++) {
    if (!(flat[edge] > 0)) ranks[edge] = Number.isNaN(flat[edge]) ? NO_EDGE : rank++; // zeros rank last, in order
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
    for (let j = 0; j < fanOut; j++, w++) if (ranks[w % nEdges] >= limit) average[j] += mean * W[w];
  }
  return average;
}

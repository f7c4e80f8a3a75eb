/** How much can be cut? What reads a network that keeps only some of its edges: the twin of cut_curve.py. */

import { drawnEdges, edgeStrengths, networkRanks, ofEdges, onlyDrawn, withInfluence } from "./drawings.js";
import { Random } from "./random.js";

const SEED = 18; // of the random order

/** In which place each edge is kept. @param {object[]} layers @param {"usual" | "weight" | "random"} order @returns {Int32Array[]} */
export function keptRanks(layers, order) {
  if (order === "random") return networkRanks(randomScores(layers));
  const strengths = layers.map((layer) => ofEdges(layer, edgeStrengths(layer, order)));
  return networkRanks(order === "usual" ? layers.map((layer, n) => withInfluence(strengths[n], layer)) : strengths);
}

/** The layers that keep a fraction of the edges, rounded up; what is cut gives nothing, or its average. */
export function keepSome(layers, ranks, fraction, hold) {
  const limit = Math.ceil(fraction * drawnEdges(layers, Infinity));
  return onlyDrawn(layers, ranks, limit, hold === "average" ? "average" : "cut");
}

function randomScores(layers) {
  const sizes = layers.map(({ fanIn, fanOut }) => fanIn * fanOut);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const places = new Random(SEED).shuffle(Int32Array.from({ length: total }, (_, i) => i + 1));
  let start = 0;
  return layers.map((layer, n) => ofEdges(layer, Float64Array.from(places.subarray(start, (start += sizes[n])))));
}

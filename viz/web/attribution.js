/** Who contributed what: the twin of attribution.py. A contribution is activation × weight. */

/**
 * Rank of every weight among those into the same unit: 0 = largest |w|, ties lower index first.
 * @returns {Int32Array} fanIn × fanOut, row by row
 */
export function incomingRanks({ W, fanIn, fanOut }) {
  const ranks = new Int32Array(W.length);
  const strengths = new Float32Array(fanIn);
  for (let j = 0; j < fanOut; j++) {
    for (let i = 0; i < fanIn; i++) strengths[i] = Math.abs(W[i * fanOut + j]);
    const order = Int32Array.from(strengths.keys());
    order.sort((p, q) => strengths[q] - strengths[p] || p - q);
    order.forEach((i, rank) => (ranks[i * fanOut + j] = rank));
  }
  return ranks;
}

/** How many edges a drawing of the k strongest weights into each unit has. */
export function drawnEdges(layers, topK) {
  return layers.reduce((sum, { fanIn, fanOut }) => sum + Math.min(topK, fanIn) * fanOut, 0);
}

/** Σ |drawn contributions| / Σ |all contributions| of one layer; 1 when nothing flows. */
export function signalShare({ W, fanIn, fanOut }, ranks, activation, topK) {
  let drawn = 0;
  let total = 0;
  for (let i = 0; i < fanIn; i++) {
    if (activation[i] === 0) continue;
    for (let w = i * fanOut; w < (i + 1) * fanOut; w++) {
      const strength = Math.abs(activation[i] * W[w]);
      total += strength;
      if (ranks[w] < topK) drawn += strength;
    }
  }
  return total > 0 ? drawn / total : 1;
}

/** The terms of one unit's sum: its weights and, for the current activations, contributions. */
export function termsInto({ W, fanIn, fanOut }, activation, unit) {
  return Array.from({ length: fanIn }, (_, i) => {
    const weight = W[i * fanOut + unit];
    return { from: i, weight, activation: activation[i], contribution: activation[i] * weight };
  });
}

/** The `n` entries with the largest |value|, the lower index first among equals. */
export function strongest(terms, n, value) {
  const order = terms.map((term, i) => i);
  order.sort((p, q) => Math.abs(value(terms[q])) - Math.abs(value(terms[p])) || p - q);
  return order.slice(0, n).map((i) => terms[i]);
}

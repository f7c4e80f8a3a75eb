/** What a dense network usually does, measured over some samples: the twin of usual.py in explain. */

const SEED = 2463534242; // of the signs

/**
 * @param {Learner} learner @param {Float32Array} inputs at least `n` samples
 * @returns {{mean: Float32Array, deviation: Float32Array, influence: Float32Array}[]} one for each
 *   layer: of each input mean and standard deviation, of each unit how far the logits move with its
 *   sum, root mean square. One backward pass serves all logits: from random signs r, (rᵀ J)² is |J|²
 *   on average.
 */
export function learnedUsual(learner, inputs, n) {
  const { layers, batchSize } = learner;
  const last = layers[layers.length - 1];
  const totals = layers.map(({ fanIn, fanOut }) => ({
    sums: new Float64Array(fanIn),
    squares: new Float64Array(fanIn),
    moves: new Float64Array(fanOut),
  }));
  const signs = signSource();
  for (let start = 0; start < n; start += batchSize) {
    const rows = Math.min(batchSize, n - start);
    learner.forward(inputs.subarray(start * layers[0].fanIn, (start + rows) * layers[0].fanIn), rows);
    for (let at = 0; at < rows * last.fanOut; at++) last.d[at] = signs();
    learner.goBack(rows);
    layers.forEach(({ inked, d, fanOut }, n) => {
      const { sums, squares, moves } = totals[n];
      const { rowStarts, rowColumns, rowValues } = inked;
      for (let k = 0; k < rowStarts[rows]; k++) {
        sums[rowColumns[k]] += rowValues[k];
        squares[rowColumns[k]] += rowValues[k] * rowValues[k];
      }
      for (let at = 0; at < rows * fanOut; at++) moves[at % fanOut] += d[at] * d[at];
    });
  }
  return totals.map(({ sums, squares, moves }) => ({
    mean: Float32Array.from(sums, (sum) => sum / n),
    deviation: Float32Array.from(squares, (square, i) => Math.sqrt(Math.max(square / n - (sums[i] / n) ** 2, 0))),
    influence: Float32Array.from(moves, (move) => Math.sqrt(move / n)),
  }));
}

/** Signs that look random and are always the same (Marsaglia 2003, xorshift). */
function signSource() {
  let state = SEED;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 1024 ? 1 : -1;
  };
}

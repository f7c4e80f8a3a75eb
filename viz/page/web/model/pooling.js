/** What is read of each map: the twin of pooling.py and averaging.py. A new kind is a new entry here. */

/**
 * Of each kind what it makes of an activation, and its gradient. A pool has channels, taps and
 * sources, of windowSources.
 */
export const POOLS = {
  /** The largest number of every window; its gradient goes to the number that won it. */
  max: {
    read: (pool, activation) => Float32Array.from(winners(pool, activation), (winner) => activation[winner]),
    gradient(pool, activation, d) {
      const gradient = new Float64Array(activation.length);
      winners(pool, activation).forEach((winner, at) => (gradient[winner] += d[at]));
      return gradient;
    },
  },

  /** The mean of every window; each number that was counted gets an equal part of the gradient. */
  mean: {
    read(pool, activation) {
      const sums = new Float64Array((pool.sources.length / pool.taps) * pool.channels);
      forEachSource(pool, (from, to, share) => (sums[to] += activation[from] * share));
      return Float32Array.from(sums);
    },
    gradient(pool, activation, d) {
      const gradient = new Float64Array(activation.length);
      forEachSource(pool, (from, to, share) => (gradient[from] += d[to] * share));
      return gradient;
    },
  },
};

/** Index of the largest number of every window, of equal ones the first; padding never wins. */
function winners({ sources, taps, channels }, activation) {
  const best = new Int32Array((sources.length / taps) * channels).fill(-1);
  for (let tap = 0; tap < taps; tap++) {
    for (let place = 0, at = 0; at < best.length; place++) {
      const source = sources[place * taps + tap];
      for (let channel = 0; channel < channels; channel++, at++) {
        const other = source * channels + channel;
        if (source >= 0 && (best[at] < 0 || activation[other] > activation[best[at]])) best[at] = other;
      }
    }
  }
  return best;
}

/** Visit every number of every window with its share of the window's mean. */
function forEachSource({ sources, taps, channels, countsPadding }, visit) {
  for (let place = 0; place * taps < sources.length; place++) {
    const seen = sources.subarray(place * taps, (place + 1) * taps);
    const count = countsPadding ? taps : seen.reduce((n, source) => (source < 0 ? n : n + 1), 0);
    for (const source of seen) {
      if (source < 0) continue;
      for (let channel = 0; channel < channels; channel++) {
        visit(source * channels + channel, place * channels + channel, 1 / count);
      }
    }
  }
}

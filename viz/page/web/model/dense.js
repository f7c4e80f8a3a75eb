/** Dense layers: a unit hears every number behind it. The twin of Dense in layers.py. */

export const dense = {
  inputLength: ({ W, fanOut }) => W.length / fanOut,

  multiplications: ({ W }) => W.length,

  /** z = x W + b, summed in double precision. */
  preActivation({ W, b, fanOut }, x) {
    const z = Float64Array.from(b);
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      if (value === 0) continue;
      for (let j = 0, w = i * fanOut; j < fanOut; j++, w++) z[j] += value * W[w];
    }
    return Float32Array.from(z);
  },

  /** The number that each row of W is multiplied with: the input itself. */
  meanInput: (layer, x) => x,

  /** d_loss/d_W for d = d_loss/d_z: dW = x ⊗ d. */
  weightGradient({ fanOut }, x, d) {
    const gradient = new Float64Array(x.length * fanOut);
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0, w = i * fanOut; j < fanOut; j++, w++) gradient[w] = x[i] * d[j];
    }
    return gradient;
  },

  /** d_loss/d_x: W d. */
  inputGradient({ W, fanOut }, d) {
    const units = nonzero(d, 0, fanOut);
    return Float64Array.from({ length: W.length / fanOut }, (_, i) => {
      let sum = 0;
      for (const j of units) sum += W[i * fanOut + j] * d[j];
      return sum;
    });
  },
};

/** The units with a gradient among `count` numbers from `start` on: behind a ReLU many have none. */
export function nonzero(d, start, count) {
  const units = [];
  for (let j = 0; j < count; j++) if (d[start + j] !== 0) units.push(j);
  return units;
}

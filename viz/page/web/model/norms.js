/** Batch normalization in evaluation mode, an affine map of each unit: the twin of normalization.py. */

/** Names of what a normalization learned, among its layer's parameters. */
const names = (which) => (which ? [`${which}Gamma`, `${which}Beta`] : ["gamma", "beta"]);

/**
 * @param {Record<string, ArrayLike<number>>} params of the layer
 * @param {object} norm mean, variance and epsilon
 * @param {string} [which] "before" for the ink's, "after" for the activations'; else of the sums
 * @returns {{scale: Float64Array, shift: Float64Array}} one number for each unit
 */
export function affineOf(params, { mean, variance, epsilon }, which) {
  const [gamma, beta] = names(which).map((name) => params[name]);
  const scale = Float64Array.from(gamma, (g, j) => g / Math.sqrt(variance[j] + epsilon));
  return { scale, shift: scale.map((factor, j) => beta[j] - mean[j] * factor) };
}

/** Numbers (place, unit), flat, scaled and shifted. @returns {Float32Array} */
export function normalized({ scale, shift }, values) {
  return Float32Array.from(values, (value, at) => value * scale[at % scale.length] + shift[at % scale.length]);
}

/** d_loss/d of what a normalization learned, from the numbers that it reads and d of those it gives. */
export function normGradient({ mean, variance, epsilon }, which, values, d) {
  const [gammas, betas] = [new Float32Array(mean.length), new Float32Array(mean.length)];
  d.forEach((slope, at) => {
    const j = at % mean.length;
    betas[j] += slope;
    gammas[j] += (slope * (values[at] - mean[j])) / Math.sqrt(variance[j] + epsilon);
  });
  const [gamma, beta] = names(which);
  return { [gamma]: gammas, [beta]: betas };
}

/** The way back: how the loss would change with every weight. The twin of losses.py and layers.py. */

/** Cross-entropy of one answer: log Σ e^z − z_label, without overflow. */
export function crossEntropy(logits, label) {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
  return Math.log(sum) + largest - logits[label];
}

/**
 * d_loss/d_parameters for one drawing and its true label, by the chain rule from the last layer.
 * @returns {{W: Float32Array, b: Float32Array}[]} one pair for each layer, shaped like the layer
 */
export function gradients(layers, ink, trace, label) {
  const result = [];
  let delta = Float64Array.from(trace.probabilities, (p, k) => p - (k === label ? 1 : 0)); // p − y
  for (let n = layers.length - 1; n >= 0; n--) {
    const { W, fanIn, fanOut } = layers[n];
    const a = n === 0 ? ink : trace.activations[n - 1];
    const gradient = new Float32Array(W.length);
    const before = new Float64Array(fanIn);
    for (let i = 0; i < fanIn; i++) {
      for (let j = 0, w = i * fanOut; j < fanOut; j++, w++) {
        gradient[w] = a[i] * delta[j];
        before[i] += W[w] * delta[j];
      }
    }
    result[n] = { W: gradient, b: Float32Array.from(delta) };
    if (n > 0) delta = before.map((d, i) => (trace.preActivations[n - 1][i] > 0 ? d : 0));
  }
  return result;
}

/** The forward pass: the twin of network.py, exact to the rounding of float32. */

/**
 * Every pre-activation z = a W + b and every activation, layer by layer.
 * @param {object[]} layers from readNetwork
 * @param {ArrayLike<number>} ink 784 numbers in [0, 1]
 * @returns {{preActivations: Float32Array[], activations: Float32Array[],
 *   logits: Float32Array, probabilities: Float32Array}} one array for each layer; the last
 *   activations are the probabilities
 */
export function forward(layers, ink) {
  if (ink.length !== layers[0].fanIn) {
    throw new RangeError(`ink must have ${layers[0].fanIn} numbers; got ${ink.length}.`);
  }
  const preActivations = [];
  const activations = [];
  let a = ink;
  layers.forEach((layer, i) => {
    const z = preActivation(layer, a);
    a = i < layers.length - 1 ? relu(z) : softmax(z);
    preActivations.push(z);
    activations.push(a);
  });
  return {
    preActivations,
    activations,
    logits: preActivations[preActivations.length - 1],
    probabilities: a,
  };
}

/** z = a W + b, summed in double precision. */
export function preActivation({ W, b, fanIn, fanOut }, a) {
  const z = Float64Array.from(b);
  for (let i = 0; i < fanIn; i++) {
    const activation = a[i];
    if (activation === 0) continue;
    for (let j = 0, w = i * fanOut; j < fanOut; j++, w++) z[j] += activation * W[w];
  }
  return Float32Array.from(z);
}

export function relu(z) {
  return z.map((value) => Math.max(value, 0));
}

/** exp(z_k) / Σ exp(z_j), with the largest z subtracted first: nothing can overflow. */
export function softmax(z) {
  const largest = Math.max(...z);
  const terms = Float64Array.from(z, (value) => Math.exp(value - largest));
  const sum = terms.reduce((total, term) => total + term, 0);
  return Float32Array.from(terms, (term) => term / sum);
}

export function argmax(values) {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

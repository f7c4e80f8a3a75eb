/** RMSProp: the twin of optimizers.py. Every weight gets a step of its own size. */

export const LEARNING_RATE = 1e-3;
export const DECAY = 0.9;
const EPSILON = 1e-8;

/**
 * v ← decay · v + (1 − decay) · g²,  w ← w − rate · g / (√v + ε);  v starts at 0.
 * @param {Float32Array} w changed in place @param {Float32Array} v changed in place
 * @param {Float32Array} g the gradient
 */
export function rmspropStep(w, v, g) {
  for (let i = 0; i < w.length; i++) {
    v[i] = DECAY * v[i] + (1 - DECAY) * g[i] * g[i];
    w[i] -= (LEARNING_RATE * g[i]) / (Math.sqrt(v[i]) + EPSILON);
  }
}

/** The same step for one weight, with every number on the way. */
export function rmspropTerms(w, v, g) {
  const square = Math.fround(DECAY * v + (1 - DECAY) * g * g);
  const step = (LEARNING_RATE * g) / (Math.sqrt(square) + EPSILON);
  return { weight: w, gradient: g, meanSquareBefore: v, meanSquare: square, step, after: w - step };
}

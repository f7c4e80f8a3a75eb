/** Gradients become steps: the twin of optimizers.py. Vectors are changed in place. */

import { english } from "../language/texts.js";

export const LEARNING_RATE = 1e-3; // of RMSProp …
export const DECAY = 0.9;
const EPSILON = 1e-8;
export const BETA1 = 0.9; // … of Adam
export const BETA2 = 0.999;
export const MOMENTUM = 0.9;
const VANISHING = 1e-26; // smaller memories would shrink to where float32 turns slow …
const FORGET_EVERY = 256; // … so they are dropped after so many steps

/** The rules by name: what it is called, usual rate, what each of the vectors is that they remember, and `step(w, g, rate, memories, t)`, t = 1, 2, … */
export const OPTIMIZERS = {
  /** w ← w − rate · g */
  sgd: {
    word: "SGD",
    rate: 0.1,
    memories: [],
    step(w, g, rate) {
      for (let i = 0; i < w.length; i++) w[i] -= rate * g[i];
    },
  },
  /** u ← 0.9 u + g,  w ← w − rate · u;  u starts at 0 */
  momentum: {
    word: "momentum",
    rate: 0.02,
    memories: [english`velocity`],
    step(w, g, rate, [u]) {
      for (let i = 0; i < w.length; i++) {
        u[i] = MOMENTUM * u[i] + g[i];
        w[i] -= rate * u[i];
      }
    },
  },
  rmsprop: {
    word: "RMSProp",
    rate: LEARNING_RATE,
    memories: [english`mean square`],
    step: (w, g, rate, [v]) => rmspropStep(w, v, g, rate),
  },
  /** m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) */
  adam: {
    word: "Adam",
    rate: 1e-3,
    memories: [english`mean`, english`mean square`],
    step(w, g, rate, [m, v], t) {
      const scaled = rate / (1 - BETA1 ** t);
      const correction = 1 - BETA2 ** t;
      for (let i = 0; i < w.length; i++) {
        m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
        v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
        w[i] -= (scaled * m[i]) / (Math.sqrt(v[i] / correction) + EPSILON);
      }
    },
  },
};

/** One of them, with what it remembers. */
export class Optimizer {
  /** @param {string} name a key of OPTIMIZERS @param {number} length of the vectors */
  constructor(name, length) {
    this.rule = OPTIMIZERS[name];
    this.memories = this.rule.memories.map(() => new Float32Array(length));
    this.steps = 0;
  }

  step(params, gradient, rate) {
    this.steps += 1;
    if (this.steps % FORGET_EVERY === 0) this.memories.forEach(forget);
    this.rule.step(params, gradient, rate, this.memories, this.steps);
  }
}

function forget(memory) {
  for (let i = 0; i < memory.length; i++) if (Math.abs(memory[i]) < VANISHING) memory[i] = 0;
}

/**
 * v ← decay · v + (1 − decay) · g²,  w ← w − rate · g / (√v + ε);  v starts at 0.
 * @param {Float32Array} w changed in place @param {Float32Array} v changed in place
 * @param {Float32Array} g the gradient
 */
export function rmspropStep(w, v, g, rate = LEARNING_RATE) {
  for (let i = 0; i < w.length; i++) {
    v[i] = DECAY * v[i] + (1 - DECAY) * g[i] * g[i];
    w[i] -= (rate * g[i]) / (Math.sqrt(v[i]) + EPSILON);
  }
}

/** The same step for one weight, with every number on the way. */
export function rmspropTerms(w, v, g) {
  const square = Math.fround(DECAY * v + (1 - DECAY) * g * g);
  const step = (LEARNING_RATE * g) / (Math.sqrt(square) + EPSILON);
  return { weight: w, gradient: g, meanSquareBefore: v, meanSquare: square, step, after: w - step };
}

/**
 * What becomes of a unit's sum: the twin of activations.py. A new function is a new entry here.
 *
 * Each is made of its settings: `value` and `derivative` of one number, and its `formula` for a
 * number in words; and whether it passes positive factors on: f(c z) = c f(z).
 */

import { t } from "../language/texts.js";

const CUBIC = 0.044715; // of GELU's approximation
const TO_TANH = Math.sqrt(2 / Math.PI);

export const ACTIVATIONS = {
  relu: () => ({
    value: (z) => Math.max(z, 0),
    derivative: (z) => (z > 0 ? 1 : 0),
    formula: (z) => t`max(0, ${z})`,
    passesFactors: true,
  }),
  leakyrelu: ({ slope }) => ({
    value: (z) => (z > 0 ? z : slope * z),
    derivative: (z) => (z > 0 ? 1 : slope),
    formula: (z) => t`${z}, if negative × ${slope}`,
    passesFactors: true,
  }),
  elu: ({ alpha }) => ({
    value: (z) => (z > 0 ? z : alpha * Math.expm1(z)),
    derivative: (z) => (z > 0 ? 1 : alpha * Math.exp(z)),
    formula: (z) => t`${z}, if negative ${alpha} (e^${z} − 1)`,
  }),
  gelu: ({ form }) => {
    const isExact = form === "erf";
    const share = isExact ? normal : (z) => (1 + Math.tanh(TO_TANH * (z + CUBIC * z ** 3))) / 2;
    const density = isExact
      ? (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
      : (z) => 2 * share(z) * (1 - share(z)) * TO_TANH * (1 + 3 * CUBIC * z * z);
    return {
      value: (z) => z * share(z),
      derivative: (z) => share(z) + z * density(z),
      formula: (z) => `${z} × Φ(${z})`,
    };
  },
  sigmoid: () => ({
    value: sigmoid,
    derivative: (z) => sigmoid(z) * (1 - sigmoid(z)),
    formula: (z) => `1 ÷ (1 + e^−(${z}))`,
  }),
  tanh: () => ({
    value: Math.tanh,
    derivative: (z) => 1 - Math.tanh(z) ** 2,
    formula: (z) => `tanh(${z})`,
  }),
  softplus: () => ({
    value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    derivative: sigmoid,
    formula: (z) => `log(1 + e^${z})`,
  }),
  clip: ({ low, high }) => ({
    value: (z) => Math.min(Math.max(z, low), high),
    derivative: (z) => (z > low && z < high ? 1 : 0),
    formula: (z) => t`${z}, kept from ${low} to ${high}`,
  }),
  linear: () => ({ value: (z) => z, derivative: () => 1, formula: (z) => t`${z} as it is`, passesFactors: true }),
};

/** 1 ÷ (1 + e^−z), without overflow. */
export function sigmoid(z) {
  const small = Math.exp(-Math.abs(z));
  return (z < 0 ? small : 1) / (1 + small);
}

/** The distribution of a normal variable: 1/2 + φ(z) (z + z³/3 + z⁵/(3·5) + …), all terms of one sign. */
function normal(z) {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0; // to 1e−15
  let sum = 0;
  for (let n = 1, term = z; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2, term *= (z * z) / n) sum += term;
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

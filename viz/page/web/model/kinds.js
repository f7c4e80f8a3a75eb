/** What a picture wants to know of each function, and its usual settings: the twin of kinds.py. */

const never = () => false;
const always = () => true;

export const FUNCTIONS = {
  relu: { word: "ReLU", usual: {}, mayBeNegative: never, isPiecewiseLinear: true },
  leakyrelu: { word: "leaky ReLU", usual: { slope: 0.01 }, mayBeNegative: ({ slope }) => slope > 0, isPiecewiseLinear: true },
  elu: { word: "ELU", usual: { alpha: 1 }, mayBeNegative: ({ alpha }) => alpha > 0, isPiecewiseLinear: false },
  gelu: { word: "GELU", usual: { form: "erf" }, mayBeNegative: always, isPiecewiseLinear: false },
  sigmoid: { word: "sigmoid", usual: {}, mayBeNegative: never, isPiecewiseLinear: false },
  tanh: { word: "tanh", usual: {}, mayBeNegative: always, isPiecewiseLinear: false },
  softplus: { word: "softplus", usual: {}, mayBeNegative: never, isPiecewiseLinear: false },
  clip: { word: "clip", usual: { low: 0, high: 6 }, mayBeNegative: ({ low }) => low < 0, isPiecewiseLinear: true },
  linear: { word: "linear", usual: {}, mayBeNegative: always, isPiecewiseLinear: true },
};

/** A function as layers of the page have it. @param {object} [told] settings that are not the usual ones */
export function functionOf(kind, told = {}) {
  const { word, usual, mayBeNegative, isPiecewiseLinear } = FUNCTIONS[kind];
  const settings = { ...usual, ...told };
  return { kind, word, settings, mayBeNegative: mayBeNegative(settings), isPiecewiseLinear };
}

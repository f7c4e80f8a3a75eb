/** The page proves itself: what NumPy, or the network's own framework, computed, against JavaScript. */

import { folded } from "./layers.js";
import { forward } from "./network.js";
import { decodeFloats, readCases } from "./payload.js";

export const GOOD = 1e-4; // largest difference from other programs that counts as the same

/**
 * The stored cases, with the network of the file.
 * @param {object} payload what Python wrote @param {object[]} layers @param {object[]} params those of the file, layer by layer
 * @returns {{cases: number, maxError: number, by: string}} the largest difference, and whose numbers these are
 */
export function selfCheck(payload, layers, params) {
  const cases = readCases(payload);
  const original = layers.map((layer, n) => ({ ...layer, params: params[n] })).map((layer) => ({ ...layer, ...folded(layer) }));
  let maxError = 0;
  const { by, probabilities } = payload.cases;
  const said = probabilities && decodeFloats(probabilities);
  let [fromOriginal, nth] = [0, 0];
  for (const { ink, preActivations } of cases) {
    const trace = forward(original, ink);
    if (said) {
      for (const probability of trace.probabilities) {
        const error = Math.abs(said[nth++] - probability);
        if (!(error <= fromOriginal)) fromOriginal = error;
      }
    }
    preActivations.forEach(({ first, step, values }, n) => {
      values.forEach((z, at) => {
        const error = Math.abs(z - trace.preActivations[n][first + step * at]);
        if (!(error <= maxError)) maxError = error; // a NaN shows as well
      });
    });
  }
  // what another program says is the last word, unless this one differs from what it shall compute
  if (said && maxError <= GOOD) return { cases: cases.length, maxError: fromOriginal, by };
  return { cases: cases.length, maxError, by: said ? "NumPy" : by };
}

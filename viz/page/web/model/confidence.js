/** How far an answer can be trusted: what was measured at training time, as long as it holds. */

import { calibrate } from "./calibration.js";
import { noveltyScore } from "./novelty.js";

/** Whether there is a temperature that still holds: any change of the file's network ends it. */
export function isCalibrated(facts, changes) {
  return facts.temperature !== null && changes === 0;
}

/** The one probability of each class that is told: calibrated where it can be, else raw. */
export function tell({ logits, probabilities }, facts, changes) {
  return isCalibrated(facts, changes) ? calibrate(logits, facts.temperature) : probabilities;
}

/**
 * What the file does not tell, or changes have changed, is null.
 * @param {object} trace of what was read @param {object} facts temperature, noveltyThreshold @param {number} changes
 * @returns {{calibrated: Float32Array | null, novelty: number | null, unlikeAnyDigit: boolean | null}}
 *   ten probabilities; 0 … 1; verdict
 */
export function confidenceIn(trace, facts, changes) {
  if (changes > 0) return { calibrated: null, novelty: null, unlikeAnyDigit: null };
  const { noveltyThreshold } = facts;
  const knowsNovelty = noveltyThreshold !== null;
  const told = tell(trace, facts, changes);
  const novelty = noveltyScore(told, trace.ink);
  return {
    calibrated: isCalibrated(facts, changes) ? told : null,
    novelty: knowsNovelty ? novelty : null,
    unlikeAnyDigit: knowsNovelty ? novelty > noveltyThreshold : null,
  };
}

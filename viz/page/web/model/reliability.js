/** How often answers of each confidence are right: the twin of Reliability in calibration.py. */

const BINS = 15; // of equal width, by confidence

/**
 * @param {ArrayLike<number>} confidences the largest probability of each answer @param {boolean[]} right
 * @returns {{counts: number[], right: number[], confidence: number[], error: number}} of each bin the answers, those that
 *   are right and the sum of confidences; error is the mean distance of confidence and accuracy
 */
export function reliability(confidences, right) {
  const bins = { counts: Array.from({ length: BINS }, () => 0), right: Array.from({ length: BINS }, () => 0), confidence: Array.from({ length: BINS }, () => 0) };
  for (let index = 0; index < confidences.length; index++) {
    const bin = Math.min(Math.floor(confidences[index] * BINS), BINS - 1);
    bins.counts[bin] += 1;
    bins.right[bin] += right[index] ? 1 : 0;
    bins.confidence[bin] += confidences[index];
  }
  const gaps = bins.counts.reduce((sum, _, bin) => sum + Math.abs(bins.right[bin] - bins.confidence[bin]), 0);
  return { ...bins, error: gaps / confidences.length };
}

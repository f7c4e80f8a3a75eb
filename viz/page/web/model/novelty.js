/** Is this a digit at all? The score for drawings unlike any digit: the twin of novelty.py. */

/**
 * What the most probable class leaves over, from 0 (surely a digit) to 1 (undecided, or blank).
 * @param {ArrayLike<number>} probabilities calibrated ones @param {ArrayLike<number>} ink
 */
export function noveltyScore(probabilities, ink) {
  if (ink.every((value) => value === 0)) return 1;
  const classes = probabilities.length;
  const score = ((1 - Math.max(...probabilities)) * classes) / (classes - 1);
  return Math.min(Math.max(score, 0), 1);
}

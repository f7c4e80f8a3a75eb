/** Where two networks part, layer by layer: the twin of swapping.py, for one drawing. */

import { carry } from "./network.js";

/**
 * Logits of the first network, of those with the first 1, 2, … layers of the second, and of the second.
 * @param {object[]} layers of the first network @param {object} trace of the first @param {object} other of the second
 * @returns {ArrayLike<number>[]} one more than there are layers
 */
export function swappedLogits(layers, trace, other) {
  const between = layers.slice(1).map((_, k) => carry(layers.slice(k + 1), other.inputs[k + 1]).logits);
  return [trace.logits, ...between, other.logits];
}

/**
 * What is told of an answer: how far it is ahead of the class that comes nearest to being one. Where the answers differ
 * that is the other's; of a single output, its own logit.
 * @param {ArrayLike<number>} logits of the first network @param {ArrayLike<number>} others of the second
 * @returns {{winner: number, rival: number | null}} output units
 */
export function contest(logits, others) {
  if (logits.length === 1) return { winner: 0, rival: null };
  const best = (values, except) => Array.from(values.keys()).reduce((top, k) => (k !== except && (top === except || values[k] > values[top]) ? k : top), except === 0 ? 1 : 0);
  const winner = best(logits, null);
  const otherWinner = best(others, null);
  return { winner, rival: otherWinner === winner ? best(logits, winner) : otherWinner };
}

/** How far the winner is ahead in each network. @param {ArrayLike<number>[]} logits see swappedLogits */
export function leads(logits, { winner, rival }) {
  return logits.map((values) => values[winner] - (rival === null ? 0 : values[rival]));
}

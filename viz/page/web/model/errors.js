/** Where it errs: which digits are read as which, and how often an answer of some confidence is right. */

import { calibrate } from "./calibration.js";
import { reliability } from "./reliability.js";

const SHOWN = 30; // digits of one cell

/**
 * What was said, and how surely.
 * @param {Readings} readings @param {number | null} temperature of calibrated probabilities
 * @returns {{labels: ArrayLike<number>, answers: ArrayLike<number>, confidences: ArrayLike<number>}} one for each digit
 */
export function judged({ traces, answers, labels }, temperature) {
  const told = ({ logits, probabilities }) => (temperature === null ? probabilities : calibrate(logits, temperature));
  return { labels, answers, confidences: Float32Array.from(traces, (trace, index) => told(trace)[answers[index]]) };
}

/** The confusion matrix, a row for each class and a column for each answer, and the reliability of the answers. */
export function errorsOf({ labels, answers, confidences }, classes) {
  const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let index = 0; index < answers.length; index++) confusion[labels[index]][answers[index]] += 1;
  const right = Array.from(answers, (answer, index) => answer === labels[index]);
  return { confusion, n: answers.length, ...reliability(confidences, right) };
}

/**
 * The digits of one cell: of wrong answers the surest first, of right ones the most doubtful.
 * @returns {{total: number, digits: {index: number, label: number, answer: number, confidence: number}[]}}
 */
export function cellOf({ labels, answers, confidences }, label, answer) {
  const found = [...answers.keys()].filter((index) => labels[index] === label && answers[index] === answer);
  const sign = label === answer ? 1 : -1;
  found.sort((p, q) => sign * (confidences[p] - confidences[q]) || p - q);
  const digits = found.slice(0, SHOWN).map((index) => ({ index, label, answer, confidence: confidences[index] }));
  return { total: found.length, digits };
}

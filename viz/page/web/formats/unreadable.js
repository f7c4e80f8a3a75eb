/** Why a file is not read: the end of a sentence that begins with its name. */

import { numeral } from "../language/texts.js";

export class Unreadable extends Error {}

/** The shapes fit in more than one way: somebody must say which is meant. */
export class OpenQuestion extends Unreadable {
  /** @param {string} clause @param {string} hint that the answer is given as @param {[string, string][]} answers value and words */
  constructor(clause, hint, answers) {
    super(clause);
    Object.assign(this, { hint, answers });
  }
}

/** [784, 128] → "(784, 128)", as NumPy writes it. */
export function shapeWords(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** 1048576 → "1,048,576", in German "1.048.576" */
export function count(value) {
  return numeral(value.toLocaleString("en-US"));
}

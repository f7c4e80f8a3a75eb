/** What data and networks are called, as Python wrote it, in the language that is spoken. */

import { english, numeral, t } from "../language/texts.js";

export const KNOWN = [english`pen digits`, english`pen`, english`held-back samples`]; // names that are words; others stay as they are
const RULES = [
  [/^digits of (.+)$/, english`digits of {0}`],
  [/^pictures of (.+)$/, english`pictures of {0}`],
  [/^rows of (.+)$/, english`rows of {0}`],
  [/^(.+) test$/, english`{0} test`],
  [/^(.+) before training$/, english`{0} before training`],
  [/^(.+) training$/, english`{0} training`],
];

/** "10,000 digits of MNIST training", "pen digits", "mine.csv test" */
export function dataName(name) {
  const [, n, rest] = /^([\d,]+) (.+)$/.exec(name) ?? [];
  if (n) return `${numeral(n)} ${dataName(rest)}`;
  for (const [pattern, words] of RULES) {
    const of = pattern.exec(name)?.[1];
    if (of) return t(words).replace("{0}", dataName(of));
  }
  return t(name);
}

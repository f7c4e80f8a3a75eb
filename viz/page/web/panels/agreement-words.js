/** How often two networks agree, and whether one is better, in sentences. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { count, percent } from "../picture/dom.js";

const RARE = 0.05; // the twin of RARE in agreement.py

/** @param {object} facts payload.compare @returns {string[]} */
export function agreementWords({ agreement, names, testedOn }) {
  if (!agreement) return [t`What they were asked has no right answers that both know, so which one is better is not known.`];
  const { n, same, right, only_first: onlyFirst, only_second: onlySecond, pValue } = agreement;
  const [one, other] = names;
  const told = [
    t`Of ${dataName(testedOn)} they answer ${percent(same / n, 2)} alike; ${one} reads ${percent(right[0] / n, 2)} right, ${other} ${percent(right[1] / n, 2)}.`,
  ];
  if (onlyFirst + onlySecond === 0) return [...told, t`There is none that only one of them reads right.`];
  const better = onlyFirst > onlySecond ? one : other;
  const verdict =
    pValue < RARE ? t`so it is hardly luck that ${better} is right more often` : t`so it may well be luck that one of them is right more often`;
  return [
    ...told,
    t`${count(onlyFirst)} are read right by ${one} alone, ${count(onlySecond)} by ${other} alone. Were both equally good, chance would split them so unevenly, or more so, with probability ${probability(pValue)}: ${verdict} (McNemar’s exact test).`,
  ];
}

/** 0.0574 → "5.7 %"; of small ones the power of ten: "6 · 10⁻⁷" */
function probability(p) {
  if (p >= 0.001) return percent(p);
  if (p === 0) return t`below 10⁻³⁰⁰`; // what no number here can hold
  const [digits, power] = p.toExponential(0).split("e-");
  return `${digits} · 10⁻${Array.from(power, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}

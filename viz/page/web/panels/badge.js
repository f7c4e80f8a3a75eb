/** The badge: whether the page computes what it should, and whether it still shows the file's network. */

import { t } from "../language/texts.js";
import { GOOD } from "../model/self-check.js";
import { dataName } from "../picture/data-names.js";
import { atMost, byId, percent } from "../picture/dom.js";

/** @param {{cases: number, maxError: number, by: string}} check what selfCheck found @param {Lab} lab */
export function showBadge(check, lab) {
  const badge = byId("badge");
  const isGood = check.maxError <= GOOD;
  badge.classList.toggle("bad", !isGood);
  badge.textContent = isGood ? sentence(check, lab) : t`✗ Differs from ${check.by} by ${atMost(check.maxError)}: do not trust this page`;
}

/** Which weights, and how well they read: the twin of the description in page.py. */
export function factsSentence({ weightsName, facts: { test } }) {
  if (!test) return t`${weightsName}: how well it reads is not recorded`;
  return t`${weightsName}: ${percent(test.accuracy, 2)} of ${dataName(test.name)} read right`;
}

function sentence({ cases, maxError, by }, { teacher, cuts, source, isPicture }) {
  const taught = teacher.steps;
  if (taught > 0) return t`Taught ${taught} ${taught === 1 ? t`step` : t`steps`}: this copy differs from the file`;
  if (!cuts.isEmpty) return t`Something is taken out of this copy`;
  if (source) return source.badge;
  if (cases === 0) return t(by);
  return t`✓ Checked: ${cases} ${isPicture ? t`digits` : t`inputs`}, same as ${t(by)} to ${atMost(maxError)}`;
}

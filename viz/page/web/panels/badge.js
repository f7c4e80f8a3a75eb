/** The badge: whether the page computes what it should, and whether it still shows the file's network. */

import { GOOD } from "../model/self-check.js";
import { atMost, byId } from "../picture/dom.js";

/** @param {{cases: number, maxError: number, by: string}} check what selfCheck found @param {Lab} lab */
export function showBadge(check, lab) {
  const badge = byId("badge");
  const isGood = check.maxError <= GOOD;
  badge.classList.toggle("bad", !isGood);
  badge.textContent = isGood ? sentence(check, lab) : `✗ Differs from ${check.by} by ${atMost(check.maxError)}: do not trust this page`;
}

function sentence({ cases, maxError, by }, { teacher, cuts, source, isPicture }) {
  const taught = teacher.steps;
  if (taught > 0) return `Taught ${taught} ${taught === 1 ? "step" : "steps"}: this copy differs from the file`;
  if (!cuts.isEmpty) return "Something is taken out: this copy differs from the file";
  if (source) return source.badge;
  if (cases === 0) return by;
  return `✓ Checked: ${cases} ${isPicture ? "digits" : "inputs"}, same as ${by} to ${atMost(maxError)}`;
}

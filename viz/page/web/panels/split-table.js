/** The difference of two answers as a table: one layer after another takes its place in the other network. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { contest } from "../model/swaps.js";
import { decimal, element, percent, signed } from "../picture/dom.js";

/** @param {Comparison} compared @returns {HTMLElement[]} */
export function splitTable(compared) {
  const { first, facts, names } = compared;
  if (!facts.canSwap) return [element("p", {}, t`Their layers cannot stand in each other’s place, so no layer can be swapped alone.`)];
  if (first.isBlank) return [element("p", {}, t`Draw something to see which layers make the difference.`)];
  const { winner, rival, logits, leads } = compared.split();
  const { agreement, swaps, testedOn } = facts;
  const name = (k) => first.outputNames[k];
  const reads = (values) => (values.length > 1 ? name(contest(values, values).winner) : "");
  const accuracies = agreement ? [agreement.right[0] / agreement.n, ...swaps.map(({ accuracy }) => accuracy)] : [];
  const row = (words, k, value, options = {}) =>
    element(
      "tr",
      options,
      element("th", { scope: "row" }, words),
      element("td", {}, reads(logits[k])),
      element("td", { class: "number" }, value),
      ...(accuracies.length > 0 ? [element("td", { class: "number" }, percent(accuracies[k]))] : []),
    );
  const last = leads.length - 1;
  const swapped = swaps.length > 0 ? swaps.map(({ key }) => key) : first.columns.slice(1).map(({ key }) => key);
  const rows = swapped.map((key, n) => row(t`+ its ${key}`, n + 1, signed(leads[n + 1] - leads[n], 2)));
  const ahead = rival === null ? t`its logit` : t`${name(winner)} over ${name(rival)}`;
  const head = [t`network`, t`reads`, ahead, ...(accuracies.length > 0 ? [t`right`] : [])].map((text) => element("th", { scope: "col" }, text));
  const over = accuracies.length > 0 ? t` Right: of ${dataName(testedOn)}.` : "";
  const isChanged = first.changes > 0 && accuracies.length > 0;
  return [
    element(
      "p",
      {},
      first.isPicture
        ? t`One layer of ${names[1]} after another takes its place in ${names[0]}. What each changes in this drawing’s logits sums up to the difference, exactly.${over}`
        : t`One layer of ${names[1]} after another takes its place in ${names[0]}. What each changes in this input’s logits sums up to the difference, exactly.${over}`,
    ),
    element(
      "table",
      { class: "split" },
      element("tr", {}, ...head),
      row(names[0], 0, decimal(leads[0], 2)),
      ...rows,
      row(`= ${names[1]}`, last, decimal(leads[last], 2), { class: "total" }),
    ),
    ...(isChanged ? [element("p", { class: "hint" }, t`${names[0]} is not that of its file any more; what was measured over data is.`)] : []),
  ];
}

/** Why, where a network reads features: what each one gives to a class, as value times slope. */

import { t } from "../language/texts.js";
import { decimal, element, signed } from "../picture/dom.js";

export class ReasonsPanel {
  title = t`Why`;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.chosen = null; // output that is taken apart; null follows the answer
    this.element = element("div");
  }

  show() {
    const { lab } = this;
    const { templates } = lab.linearMap();
    const { outputNames, winner, trace, input, ink } = lab;
    const outputs = outputNames.length;
    const chosen = Math.min(this.chosen ?? winner ?? 0, outputs - 1);
    const slopes = input.names.map((_, i) => templates[i * outputs + chosen]);
    const terms = slopes.map((slope, i) => slope * ink[i]);
    const rest = trace.logits[chosen] - terms.reduce((sum, term) => sum + term, 0);
    const order = [...terms.keys()].sort((p, q) => Math.abs(terms[q]) - Math.abs(terms[p]));
    const buttons = outputNames.map((name, k) =>
      element("button", { "aria-pressed": String(k === chosen), onclick: () => this.choose(k) }, `${name}: ${decimal(trace.logits[k], 1)}`),
    );
    const row = (name, detail, value) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        element("td", { class: "detail" }, detail),
        element("td", { class: "number" }, value),
      );
    this.element.replaceChildren(
      element("p", {}, t`What speaks for “${outputNames[chosen]}” here: each feature’s value times the slope of the logit along it.`),
      element("div", { class: "row choices" }, ...buttons),
      element(
        "table",
        {},
        element("caption", {}, t`The logit of ${outputNames[chosen]}: value × slope`),
        ...order.map((i) => row(input.names[i], `${decimal(ink[i], 3)} × ${decimal(slopes[i], 3)}`, signed(terms[i]))),
        row(t`all that is no slope`, "", signed(rest)),
        row(t`= logit`, "", decimal(trace.logits[chosen])),
      ),
      element("p", { class: "hint" }, t`A slope tells what a little more of a feature would change, right here.`),
    );
  }

  choose(k) {
    this.chosen = this.chosen === k ? null : k;
    this.show();
    this.element.querySelector('[aria-pressed="true"]')?.focus();
  }
}

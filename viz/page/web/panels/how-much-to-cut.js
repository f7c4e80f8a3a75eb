/** How much can I cut? Accuracy over the share of edges that is kept, in three orders: a lesson in one picture. */

import { dataName } from "../picture/data-names.js";
import { english, t } from "../language/texts.js";
import { HOLDS } from "../model/cuts.js";
import { FRACTIONS, ORDERS } from "../model/fractions.js";
import { Chart } from "../picture/chart.js";
import { count, element, percent } from "../picture/dom.js";

const NAMES = { usual: english`usual swing`, weight: english`weight`, random: english`chance` };
const NAMED = { usual: [8, 14, 0], weight: [8, -14, 22], random: [3, 0, -12] }; // at which point, where
const GIVES = { zero: english`nothing`, average: english`their average` };
const LAST = Math.log(FRACTIONS[FRACTIONS.length - 1]);
const ACROSS = [1, 0.3, 0.1, 0.03, 0.01].map((share) => [across(share), percent(share, 0)]);
const UP = [0, 0.5, 1].map((share) => [share, percent(share, 0)]);

export class HowMuchToCut {
  /** @param {Lab} lab @param {Examiner} examiner */
  constructor(lab, examiner) {
    Object.assign(this, { lab, examiner });
    this.holds = lab.edges.knowsUsual ? HOLDS : HOLDS.slice(0, 1);
    this.hold = this.holds[this.holds.length - 1];
    this.orders = lab.edges.knowsUsual ? ORDERS : ORDERS.filter((order) => order !== "usual");
    const choose = ({ target }) => {
      this.hold = target.value;
      this.show(this.palette);
    };
    const options = this.holds.map((hold) => element("option", { value: hold, selected: hold === this.hold }, t(GIVES[hold])));
    const select = element("label", { class: "which" }, t`Edges that are cut give `, element("select", { onchange: choose }, ...options));
    this.chart = new Chart({ places: ACROSS, word: t`edges kept` }, { places: UP });
    this.sentence = element("p", { role: "status" });
    this.numbers = element("table");
    const numbers = element("details", { class: "why" }, element("summary", {}, t`The numbers`), this.numbers);
    const summary = element("summary", {}, t`How much can I cut?`);
    this.element = element("details", { class: "mind", ontoggle: () => this.show(this.palette) }, summary, select, this.chart.element, this.sentence, numbers);
    this.element.hidden = !examiner.hasDigits;
    this.key = null; // of what is being measured, or was
  }

  show(palette) {
    const isRepainted = palette !== this.palette;
    this.palette = palette;
    if (!this.element.open || !this.element.isConnected) return;
    const key = `${this.lab.revision} ${this.hold}`;
    if (key === this.key) {
      if (isRepainted) this.tell();
      return;
    }
    this.key = key;
    this.measure(key);
  }

  /** One number after the other, so that other questions have their turn between them. */
  async measure(key) {
    this.curves = new Map(this.orders.map((order) => [order, []]));
    this.tell();
    for (const fraction of FRACTIONS) {
      for (const order of this.orders) {
        const answer = await this.examiner.order("keep", { order, fraction, hold: this.hold }).catch((error) => error);
        if (key !== this.key) return;
        if (answer instanceof Error) {
          this.sentence.textContent = answer.message;
          return;
        }
        this.curves.get(order).push(answer);
        if (!this.element.isConnected || !this.element.open) this.key = null; // nobody looks any more
      }
      if (key !== this.key) return;
      this.tell();
    }
  }

  tell() {
    const { curves, orders, palette } = this;
    const { theme } = palette;
    const looks = { usual: [theme.accent, []], weight: [theme.text, [12, 6]], random: [theme.muted, [3, 6]] };
    const share = ({ right, n }) => right / n;
    const lines = orders.map((order) => {
      const [color, dashes] = looks[order];
      return { name: [t(NAMES[order]), ...NAMED[order]], color, dashes, points: curves.get(order).map((one, i) => [across(FRACTIONS[i]), share(one)]) };
    });
    const words = orders.map((order) => `${t(NAMES[order])}: ${curves.get(order).map((one, i) => t`${percent(FRACTIONS[i], 0)} kept, ${percent(share(one))}`).join("; ")}`);
    this.chart.show(lines, t`Share read right over edges kept. ${words.join(". ")}`, palette);
    this.sentence.textContent = this.words();
    const cell = (one) => element("td", { class: "number" }, one ? percent(share(one)) : "…");
    const rows = FRACTIONS.map((fraction, i) => element("tr", {}, element("th", { scope: "row" }, percent(fraction, 0)), ...orders.map((order) => cell(curves.get(order)[i]))));
    const head = [t`kept`, ...orders.map((order) => t(NAMES[order]))].map((name) => element("th", { scope: "col" }, name));
    this.numbers.replaceChildren(element("tr", {}, ...head), ...rows);
  }

  /** How far each order goes before a tenth of what was read is lost. */
  words() {
    const { curves, orders } = this;
    if (curves.get(orders[0]).length < FRACTIONS.length) return t`Measuring …`;
    const { right: whole, n, name } = curves.get(orders[0])[0];
    const least = orders.map((order) => {
      const found = curves.get(order).findIndex(({ right }) => right < 0.9 * whole);
      return t`${percent(FRACTIONS[found < 0 ? FRACTIONS.length - 1 : found - 1], 0)} by ${t(NAMES[order])}`;
    });
    return t`Nine of ten ${dataName(name)} that it reads are still read with ${least.join(", ")}. Measured on ${count(n)}; standard errors are at most ${percent(Math.sqrt(0.25 / n))}.`;
  }
}

/** Where a share of the edges stands: each halving is as far as the next. */
function across(share) {
  return Math.log(share) / LAST;
}

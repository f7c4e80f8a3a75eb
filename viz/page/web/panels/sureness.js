/** Whether a network that learns means what it says: the reliability of its answers, behind “more”. */

import { t } from "../language/texts.js";
import { count, element, percent } from "../picture/dom.js";
import { ReliabilityChart } from "../picture/reliability-chart.js";

export class Sureness {
  constructor() {
    this.chart = new ReliabilityChart();
    this.sentence = element("p");
    this.element = element(
      "details",
      { class: "why", ontoggle: () => this.measured && this.show(this.measured, this.palette) },
      element("summary", {}, t`How sure may it be?`),
      this.chart.element,
      this.sentence,
      element("p", { class: "hint" }, t`Upward: how often such answers are right. On the dashed line they mean what they say; dots grow with the number of answers.`),
    );
  }

  /** @param {object | null} measured of held-out samples, see Course.measure @param {Palette} palette */
  show(measured, palette) {
    Object.assign(this, { measured, palette });
    this.element.hidden = measured === null;
    if (measured === null || !this.element.open) return;
    const { reliability, accuracy, n, isLearned } = measured;
    this.chart.show(reliability, palette);
    const mean = reliability.confidence.reduce((sum, one) => sum + one, 0) / n;
    const way = mean > accuracy ? t`surer than it should be` : t`less sure than it could be`;
    const samples = isLearned ? t`${count(n)} examples that it learned from` : t`${count(n)} samples it never saw`;
    this.sentence.textContent =
      t`Of ${samples} it is ${percent(mean)} sure on average, and ${percent(accuracy)} are right: ${way}. Expected calibration error ${percent(reliability.error)}.`;
  }
}

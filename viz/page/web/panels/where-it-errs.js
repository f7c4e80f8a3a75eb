/** Which classes are taken for which, the images behind each number, and how far a confidence can be trusted. */

import { Asking } from "./asking.js";
import { gallery } from "./gallery.js";
import { count, element, percent } from "../picture/dom.js";
import { ReliabilityChart } from "../picture/reliability-chart.js";

const MOST_COLUMNS = 12; // of a matrix that fits
const LISTED = 20; // confusions of more classes

export class WhereItErrs {
  /** @param {Lab} lab @param {Examiner} examiner @param {(ink: Float32Array) => void} setInk */
  constructor(lab, examiner, setInk) {
    Object.assign(this, { lab, setInk });
    const { license } = lab.payload.evidence ?? {};
    this.sentence = element("p", { role: "status" });
    this.matrix = element("div");
    this.cell = element("div", { "aria-live": "polite" });
    this.chart = new ReliabilityChart();
    this.trust = element("p", { class: "hint" });
    this.diagram = element("div", { hidden: true }, element("h2", {}, "How sure may it be?"), this.chart.element, this.trust);
    const summary = element("summary", {}, "Where it errs");
    const whose = license ? [element("p", { class: "hint" }, license)] : [];
    this.element = element("details", { class: "mind", ontoggle: () => this.show(this.palette) }, summary, this.sentence, this.matrix, this.cell, this.diagram, ...whose);
    this.element.hidden = !examiner.hasDigits;
    this.asking = new Asking(examiner, (answer) => this.take(answer));
    this.looking = new Asking(examiner, (answer) => this.showCell(answer));
    this.chosen = null; // [label, answer] of a cell
  }

  show(palette) {
    const isRepainted = palette !== this.palette;
    this.palette = palette;
    if (!this.element.open) return;
    const key = String(this.lab.revision);
    if (key === this.asking.key) {
      if (isRepainted && this.found) this.tell();
      return;
    }
    if (!this.found) this.sentence.textContent = "Measuring …";
    this.asking.ask(key, this.element, "errors", {});
  }

  take(found) {
    if (found instanceof Error) {
      this.sentence.textContent = found.message;
      return;
    }
    this.found = found;
    this.tell();
  }

  tell() {
    const { lab, palette, found } = this;
    const { confusion, n, name, right, error } = found;
    const all = right.reduce((sum, one) => sum + one, 0);
    this.sentence.textContent = `${count(all)} of ${count(n)} ${name} are read right: ${percent(all / n, 2)} (± ${percent(Math.sqrt((all * (n - all)) / n) / n, 2)}). Click a number to see its images.`;
    this.matrix.replaceChildren(confusion.length > MOST_COLUMNS ? this.listed(confusion) : this.table(confusion));
    if (this.chosen) this.look(...this.chosen);
    this.diagram.hidden = false;
    this.chart.show(found, palette);
    const what = lab.isCalibrated ? "Calibrated probabilities" : "Raw outputs, taken as probabilities,";
    this.trust.textContent = `Upward: how often such answers are right. On the dashed line an answer is as often right as it is sure; dots grow with the number of answers. ${what} are off by ${percent(error, 2)} on average.`;
  }

  /** A row for each class, a column for each answer. */
  table(confusion) {
    const { classNames } = this.lab;
    const most = Math.max(...confusion.map((row, label) => Math.max(...row.filter((_, answer) => answer !== label))), 1);
    const head = classNames.map((name) => element("th", { scope: "col", title: `read as ${name}` }, name));
    const rows = confusion.map((row, label) =>
      element("tr", {}, element("th", { scope: "row" }, classNames[label]), ...row.map((n, answer) => element("td", {}, ...(n > 0 ? [this.button(n, label, answer, most)] : [])))),
    );
    const caption = element("caption", {}, "A row for each class, a column for each answer");
    return element("table", { class: "confusion" }, caption, element("tr", {}, element("td"), ...head), ...rows);
  }

  button(n, label, answer, most) {
    const { classNames } = this.lab;
    const isRight = label === answer;
    const words = isRight ? `${classNames[label]} read right: ${count(n)}` : `${classNames[label]} read as ${classNames[answer]}: ${count(n)}`;
    const isChosen = this.chosen?.[0] === label && this.chosen?.[1] === answer;
    const button = element("button", { class: isRight ? "right" : "wrong", title: words, "aria-label": words, "aria-pressed": String(isChosen), onclick: () => this.look(label, answer) }, String(n));
    button.style.setProperty("--share", `${isRight ? 0 : 20 + (60 * n) / most}%`);
    return button;
  }

  /** Of many classes the most frequent confusions. */
  listed(confusion) {
    const { classNames } = this.lab;
    const pairs = confusion.flatMap((row, label) => row.map((n, answer) => ({ n, label, answer }))).filter(({ n, label, answer }) => n > 0 && label !== answer);
    const items = pairs.sort((p, q) => q.n - p.n).slice(0, LISTED);
    const link = ({ n, label, answer }) => element("button", { class: "link", onclick: () => this.look(label, answer) }, `${classNames[label]} read as ${classNames[answer]}: ${count(n)}`);
    return element("ul", { class: "neighbors" }, ...items.map((one) => element("li", {}, link(one))));
  }

  look(label, answer) {
    this.chosen = [label, answer];
    for (const button of this.matrix.querySelectorAll("button[aria-pressed]")) button.setAttribute("aria-pressed", "false");
    const cell = this.matrix.querySelectorAll("tr")[label + 1]?.children[answer + 1]?.firstChild;
    cell?.setAttribute("aria-pressed", "true");
    this.looking.forget();
    this.looking.ask(`${this.lab.revision} ${label} ${answer}`, this.element, "cell", { label, answer });
  }

  showCell(answer) {
    if (answer instanceof Error) {
      this.cell.replaceChildren(element("p", {}, answer.message));
      return;
    }
    const { lab, palette, chosen } = this;
    const [label, said] = chosen.map((k) => lab.classNames[k]);
    const { total, digits } = answer;
    const isRight = chosen[0] === chosen[1];
    const order = isRight ? "the most doubtful first" : "the surest first";
    const some = digits.length < total ? `, ${digits.length} of them here` : "";
    const images = digits.map((one) => ({ ...one, caption: percent(one.confidence, 0) }));
    this.cell.replaceChildren(
      element("h2", {}, isRight ? `${label}, read right` : `${label}, read as ${said}`),
      element("p", { class: "hint" }, `${count(total)}${some}, ${order}. A click lets one run through the network.`),
      gallery(lab, palette, images, this.setInk),
    );
  }
}

/** Which classes are taken for which, the images behind each number, and how far a confidence can be trusted. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { Asking } from "./asking.js";
import { gallery, license } from "./gallery.js";
import { count, element, percent } from "../picture/dom.js";
import { ReliabilityChart } from "../picture/reliability-chart.js";

const MOST_COLUMNS = 12; // of a matrix that fits
const LISTED = 20; // confusions of more classes

export class WhereItErrs {
  /** @param {Lab} lab @param {Examiner} examiner @param {(ink: Float32Array) => void} setInk */
  constructor(lab, examiner, setInk) {
    Object.assign(this, { lab, setInk });
    this.isStored = false; // whether the matrix of the training's test is shown, without its images
    const choose = ({ target }) => {
      this.isStored = target.value === "stored";
      this.tell();
    };
    this.own = element("option", { value: "own" }, t`these images`);
    const options = [this.own, element("option", { value: "stored" }, t`${dataName(lab.facts.test?.name ?? "")}, by train`)];
    this.which = element("label", { class: "which", hidden: true }, t`Read `, element("select", { onchange: choose }, ...options));
    this.sentence = element("p", { role: "status" });
    this.matrix = element("div");
    this.told = element("p", { class: "hint", role: "status" });
    this.cell = element("div", { hidden: true }, (this.name = element("h2")), this.told, (this.images = element("div")));
    this.chart = new ReliabilityChart();
    this.trust = element("p", { class: "hint" });
    this.diagram = element("div", { hidden: true }, element("h2", {}, t`How sure may it be?`), this.chart.element, this.trust);
    const summary = element("summary", {}, t`Where it errs`);
    this.element = element("details", { class: "mind", ontoggle: () => this.show(this.palette) }, summary, this.which, this.sentence, this.matrix, this.cell, this.diagram, ...license(lab));
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
    if (!this.found) this.sentence.textContent = t`Measuring …`;
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
    const { n, name, error } = found;
    const stored = lab.changes === 0 ? lab.facts.confusion : null;
    this.which.hidden = !stored;
    this.own.textContent = `${count(n)} ${dataName(name)}`;
    const isStored = this.isStored && Boolean(stored);
    const confusion = isStored ? stored : found.confusion;
    this.sentence.textContent = `${howMany(confusion, isStored ? t`images of ${dataName(lab.facts.test.name)}` : dataName(name))} ${isStored ? t`Their images are not in this page.` : t`Click a number to see its images.`}`;
    this.matrix.replaceChildren(confusion.length > MOST_COLUMNS ? this.listed(confusion, isStored) : this.table(confusion, isStored));
    this.cell.hidden = isStored || !this.chosen;
    if (this.chosen && !isStored) this.look(...this.chosen);
    this.diagram.hidden = false;
    this.chart.show(found, palette);
    const what = lab.isCalibrated ? t`Calibrated probabilities` : t`Raw outputs, taken as probabilities,`;
    this.trust.textContent = t`Upward: how often such answers are right. On the dashed line an answer is as often right as it is sure; dots grow with the number of answers. ${what} are off by ${percent(error, 2)} on average, by ${count(n)} ${dataName(name)}.`;
  }

  /** A row for each class, a column for each answer. */
  table(confusion, isStored) {
    const { classNames } = this.lab;
    const most = Math.max(...confusion.map((row, label) => Math.max(...row.filter((_, answer) => answer !== label))), 1);
    const head = classNames.map((name) => element("th", { scope: "col", title: t`read as ${name}` }, name));
    const rows = confusion.map((row, label) =>
      element("tr", {}, element("th", { scope: "row" }, classNames[label]), ...row.map((n, answer) => element("td", {}, ...(n > 0 ? [this.button(n, label, answer, most, isStored)] : [])))),
    );
    const caption = element("caption", {}, t`A row for each class, a column for each answer`);
    return element("table", { class: "confusion" }, caption, element("tr", {}, element("td"), ...head), ...rows);
  }

  button(n, label, answer, most, isStored) {
    const { classNames } = this.lab;
    const isRight = label === answer;
    const words = isRight ? t`${classNames[label]} read right: ${count(n)}` : t`${classNames[label]} read as ${classNames[answer]}: ${count(n)}`;
    const isChosen = this.chosen?.[0] === label && this.chosen?.[1] === answer;
    const button = element("button", { class: isRight ? "right" : "wrong", title: words, "aria-label": words, "aria-pressed": String(isChosen), disabled: isStored, onclick: () => this.look(label, answer) }, String(n));
    button.style.setProperty("--share", `${isRight ? 0 : 20 + (60 * n) / most}%`);
    return button;
  }

  /** Of many classes the most frequent confusions. */
  listed(confusion, isStored) {
    const { classNames } = this.lab;
    const pairs = confusion.flatMap((row, label) => row.map((n, answer) => ({ n, label, answer }))).filter(({ n, label, answer }) => n > 0 && label !== answer);
    const items = pairs.sort((p, q) => q.n - p.n).slice(0, LISTED);
    const link = ({ n, label, answer }) => element("button", { class: "link", disabled: isStored, onclick: () => this.look(label, answer) }, t`${classNames[label]} read as ${classNames[answer]}: ${count(n)}`);
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
    this.cell.hidden = false;
    if (answer instanceof Error) {
      this.told.textContent = answer.message;
      return;
    }
    const { lab, palette, chosen } = this;
    const [label, said] = chosen.map((k) => lab.classNames[k]);
    const { total, digits } = answer;
    const isRight = chosen[0] === chosen[1];
    const order = isRight ? t`the most doubtful first` : t`the surest first`;
    const some = digits.length < total ? t`, ${digits.length} of them here` : "";
    const images = digits.map((one) => ({ ...one, caption: percent(one.confidence, 0) }));
    this.name.textContent = isRight ? t`${label}, read right` : t`${label}, read as ${said}`;
    this.told.textContent = t`${count(total)}${some}, ${order}. A click lets one run through the network.`;
    this.images.replaceChildren(gallery(lab, palette, images, this.setInk));
  }
}

/** How many are read right, with the standard error of that share. */
function howMany(confusion, name) {
  const n = confusion.flat().reduce((sum, one) => sum + one, 0);
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  return t`${count(right)} of ${count(n)} ${name} are read right: ${percent(right / n, 2)} (±\u00a0${percent(Math.sqrt((right * (n - right)) / n) / n, 2)}).`;
}

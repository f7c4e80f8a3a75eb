/** One step of learning under the microscope: teach the page's copy, see every number, undo. */

import { numeral, t } from "../language/texts.js";
import { decimal, element, exponential, percent, signed } from "../picture/dom.js";
import { DECAY, LEARNING_RATE } from "../model/optimizers.js";

const MOST_EXACT = 9; // decimals of a step that is usually around a thousandth

export class LessonPanel {
  title = t`Teach`;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.buttons = lab.classNames.map((name, k) => element("button", { onclick: () => lab.teach(k) }, name));
    this.undo = element("button", { onclick: () => lab.undoLesson() }, t`Undo`);
    this.reset = element("button", { onclick: () => lab.resetLessons() }, t`Reset`);
    this.invitation = element("p");
    this.result = element("div");
    this.element = element(
      "div",
      {},
      this.invitation,
      element("div", { class: "digits", role: "group", "aria-label": t`The right answer` }, ...this.buttons),
      element("div", { class: "row" }, this.undo, this.reset),
      this.result,
    );
  }

  show() {
    const { lab } = this;
    const { teacher } = lab;
    const blank = lab.isBlank;
    this.invitation.textContent = !lab.givesShares
      ? t`This network’s outputs are values, so there is no right class that it could be taught.`
      : blank
      ? t`Draw something first; then say what it is.`
      : lab.isPicture
      ? t`What should this drawing be? One press is one RMSProp step on this page’s copy. The file never changes.`
      : t`What should this input be? One press is one RMSProp step on this page’s copy. The file never changes.`;
    for (const button of this.buttons) button.disabled = blank || !lab.givesShares;
    this.undo.disabled = teacher.undos === 0;
    this.reset.disabled = teacher.steps === 0;
    this.undo.textContent = teacher.undos > 1 ? t`Undo (${teacher.undos})` : t`Undo`;
    this.result.replaceChildren(
      ...(teacher.lesson ? this.outcome(teacher.lesson) : []),
      ...(teacher.undos > 0 ? this.microscope() : []),
    );
  }

  outcome(lesson) {
    const { classNames } = this.lab;
    const error = (k) => lesson.errors[k - classNames.length + lesson.errors.length]; // one unit tells two classes
    const rows = classNames.map((name, k) =>
      element(
        "tr",
        { class: k === lesson.label ? "total" : "" },
        element("th", { scope: "row" }, name),
        element("td", { class: "number" }, percent(lesson.before[k])),
        element("td", { class: "number" }, percent(lesson.after[k])),
        element("td", { class: "number" }, error(k) === undefined ? "" : signed(error(k), 3)),
      ),
    );
    const head = [t`class`, t`before`, t`after`, "p − y"].map((text) => element("th", { scope: "col", class: "number" }, text));
    return [
      element("p", {}, t`Loss for “${classNames[lesson.label]}”: ${decimal(lesson.lossBefore)} → ${decimal(lesson.lossAfter)}`),
      element("table", {}, element("caption", {}, t`Raw softmax, of which the loss is made`), element("tr", {}, ...head), ...rows),
    ];
  }

  microscope() {
    const { lab } = this;
    const [from, to] = lab.endsOf(lab.edge).map((unit, end) => lab.idOf({ column: lab.edge.layer + end, unit }));
    const edge = lab.teacher.edge(lab.edge.layer, lab.edge.index);
    const { taps, fanIn, fanOut } = lab.layers[lab.edge.layer];
    const line = (text) => element("p", { class: "formula" }, text);
    return [
      element("h2", {}, t`The steepest edge: `, `${from} → ${to}`),
      ...(taps > 1 ? [line(t`Its weight ${Math.floor(lab.edge.index / (fanIn * fanOut)) + 1} of ${taps}:`)] : []),
      line(t`g = activation × error = ${exponential(edge.gradient)}`),
      line(`v = ${numeral(String(DECAY))} · ${exponential(edge.meanSquareBefore)} + ${decimal(1 - DECAY, 1)} · g² = ${exponential(edge.meanSquare)}`),
      line(t`step = ${numeral(String(LEARNING_RATE))} · g ÷ (√v + 10⁻⁸) = ${signed(edge.step, MOST_EXACT)}`),
      line(t`w = ${signed(edge.weight, 6)} − step = ${signed(edge.after, 6)}`),
    ];
  }
}

/** The tasks of a lesson: one of several answers, a number beside the live one, something to be done in the page. */

import { holds, valueOf } from "./live-values.js";
import { t } from "../language/texts.js";
import { decimal, element, percent } from "../picture/dom.js";
import { built } from "../picture/plain-nodes.js";

let tasks = 0; // so that every group of answers has a name of its own

class Task {
  /** @param {object} told a part of a step, see lesson_parts.py @param {() => object} page */
  constructor(told, page) {
    Object.assign(this, { told, page });
    this.number = ++tasks;
    this.isRight = null; // not answered
    this.tries = 0;
    this.given = "";
    this.said = element("p", { class: "said", role: "status" });
    this.because = element("div", { class: "because" }, ...built(told.because ?? []));
    this.because.hidden = true;
    this.onChange = () => {};
  }

  /** What is asked, in plain text. */
  get question() {
    return element("div", {}, ...built(this.told.question)).textContent.trim();
  }

  tell(sentence) {
    this.said.textContent = sentence;
  }

  /** @param {boolean} isRight @param {string} given */
  judge(isRight, given) {
    if (this.isRight) return;
    Object.assign(this, { isRight, given });
    this.tries += 1;
    this.show();
    this.onChange();
  }

  /** How the last answer was. */
  show() {
    const { isRight } = this;
    this.element.classList.toggle("right", isRight);
    this.because.hidden = !isRight;
    this.tell(isRight ? `✓ ${this.praise}` : t`Not yet. Try again.`);
  }

  /** All that a reload of the page would lose. */
  get answered() {
    const { given, isRight, tries, entered } = this;
    return { given, isRight, tries, entered };
  }

  bringBack({ given, isRight, tries, entered }) {
    Object.assign(this, { given, isRight, tries, entered });
    if (isRight !== null) this.show();
  }

  /** What stands in its fields; a goal has none. */
  get entered() {
    return null;
  }

  set entered(_) {}

  get praise() {
    return t`Right.`;
  }

  follow() {}
}

class ChooseTask extends Task {
  constructor(told, page) {
    super(told, page);
    const isSeveral = told.options.filter(({ right }) => right).length > 1;
    const type = isSeveral ? "checkbox" : "radio";
    this.inputs = told.options.map(() => element("input", { type, name: `task-${this.number}` }));
    const options = told.options.map(({ nodes }, i) => element("label", { class: "option" }, this.inputs[i], element("span", {}, ...inline(nodes))));
    const check = element("button", { onclick: () => this.check() }, t`Check`);
    this.element = element("fieldset", { class: "task" }, element("legend", {}, ...inline(told.question)), ...options, check, this.said, this.because);
  }

  get entered() {
    return this.inputs.map(({ checked }) => checked);
  }

  set entered(checked) {
    this.inputs.forEach((input, i) => (input.checked = checked[i]));
  }

  check() {
    const chosen = this.entered;
    if (!chosen.includes(true)) {
      this.tell(t`Choose an answer first.`);
      return;
    }
    const { options } = this.told;
    this.judge(options.every(({ right }, i) => right === chosen[i]), textOf(options.filter((_, i) => chosen[i])));
  }

  async solution() {
    return textOf(this.told.options.filter(({ right }) => right));
  }
}

class NumberTask extends Task {
  constructor(told, page) {
    super(told, page);
    const id = `task-${this.number}`;
    this.input = element("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", onkeydown: (event) => event.key === "Enter" && this.check() });
    const unit = told.value.kind === "share" ? ["%"] : [];
    const check = element("button", { onclick: () => this.check() }, t`Check`);
    this.element = element("div", { class: "task" }, element("label", { for: id }, ...inline(told.question)), element("div", { class: "row" }, this.input, ...unit, check), this.said, this.because);
  }

  get entered() {
    return this.input.value;
  }

  set entered(text) {
    this.input.value = text;
  }

  async check() {
    const text = this.input.value.trim();
    const readings = readingsOf(text);
    if (readings.length === 0) {
      this.tell(t`Type a number first.`);
      return;
    }
    const { value: asked, within } = this.told;
    const now = await valueOf(this.page(), asked);
    if (now === null) {
      this.tell(t`There is nothing to compare with yet: select or draw something first.`);
      return;
    }
    const scale = asked.kind === "share" ? 100 : 1;
    const far = within.amount ?? within.part * Math.abs(now);
    this.judge(readings.some((value) => Math.abs(value / scale - now) <= far + 1e-9), text);
  }

  async solution() {
    return inWords(await valueOf(this.page(), this.told.value), this.told.value.kind);
  }
}

class GoalTask extends Task {
  constructor(told, page) {
    super(told, page);
    this.element = element("div", { class: "task" }, ...built(told.question), this.said, this.because);
    this.tell(`○ ${t`To do`}`);
  }

  get praise() {
    return t`Done.`;
  }

  async follow() {
    if (this.isRight) return;
    if (await holds(this.page(), this.told.until)) this.judge(true, await this.now());
  }

  /** What the page says now of all that is asked for. */
  async now() {
    const values = await Promise.all(this.told.until.map((one) => valueOf(this.page(), one)));
    return values.map((value, i) => inWords(value, this.told.until[i].kind)).join(", ");
  }

  async solution() {
    return this.told.until.map(({ what, of, at, how, value, kind }) => [what, of && `(${of})`, at, how, inWords(value, kind)].filter(Boolean).join(" ")).join("; ");
  }
}

export const TASKS = { choose: ChooseTask, number: NumberTask, goal: GoalTask };

/** All numbers that a person may mean: points and commas are decimal or between thousands. @param {string} text @returns {number[]} */
export function readingsOf(text) {
  const plain = text.replace(/[−–]/g, "-").replace(/[\s%'’]/g, "");
  const meant = [plain, plain.replace(",", "."), plain.replace(/[.,](?=\d{3}(?!\d))/g, ""), plain.replace(/[.,](?=\d{3}(?!\d))/g, "").replace(",", ".")];
  return [...new Set(meant.filter((one) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(one)).map(Number))];
}

function inWords(value, kind) {
  if (value === null || typeof value === "string") return value ?? "–";
  if (kind === "share") return percent(value);
  return kind === "count" ? String(value) : decimal(value, 3);
}

/** A question of one paragraph without the paragraph. */
function inline(nodes) {
  return nodes.length === 1 && nodes[0][0] === "p" ? built(nodes[0].slice(2)) : built(nodes);
}

function textOf(options) {
  return options.map(({ nodes }) => element("div", {}, ...built(nodes)).textContent).join("; ");
}

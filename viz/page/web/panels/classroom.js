/** A lesson at the side of the living network: its steps, what they show and ask, and what is handed in. */

import { extras } from "./extras.js";
import { beginAnew, bringBackAnswers, keepAnswers } from "./kept-answers.js";
import { showState } from "./step-state.js";
import { TASKS } from "./tasks.js";
import { t } from "../language/texts.js";
import { element } from "../picture/dom.js";
import { save } from "../picture/exports.js";
import { built } from "../picture/plain-nodes.js";

const FORMAT = "neuroscribble answers 1";
const MOST_LETTERS = 60; // of a name

export class Classroom {
  /** @param {object} lesson of the payload, see lesson_file.py */
  constructor(lesson) {
    this.lesson = lesson;
    this.page = null; // of the network that is shown, see attach
    this.isSetting = false; // whether a step brings the page to where it wants it
    this.began = Date.now();
    this.at = 0;
  }

  /** All elements, once it is known which language is spoken, with the answers that outlived a reload. */
  build() {
    const { lesson } = this;
    this.steps = lesson.steps.map((step) => this.step(step));
    this.steps.push({ title: t`The end`, shown: [], tasks: [], parts: [this.ending()] });
    const button = (text, press, title = "") => element("button", { onclick: press, title }, text);
    this.progress = element("p", { class: "progress" });
    this.heading = element("h2", { tabindex: -1 });
    this.body = element("div", { class: "step" });
    this.backward = button(t`Back`, () => this.go(this.at - 1));
    this.forward = button(t`Next`, () => this.go(this.at + 1));
    this.again = button(t`Show this again`, () => this.set(), t`Puts the drawing and the picture to where this step began`);
    this.element = element(
      "aside",
      { id: "classroom", lang: lesson.language, "aria-label": t`Lesson: ${lesson.title}` },
      this.progress,
      this.heading,
      this.body,
      element("div", { class: "row" }, this.backward, this.forward, this.again),
    );
    bringBackAnswers(this);
  }

  get tasks() {
    return this.steps.flatMap(({ tasks }) => tasks);
  }

  /** One step: its title, the states that it shows, its tasks, and all its elements. */
  step({ title, parts }) {
    const tasks = [];
    const page = () => this.page;
    const made = parts.flatMap((part) => {
      if (part.kind === "show") return [];
      if (part.kind === "text") return built(part.nodes);
      if (part.kind === "surprise" || part.kind === "teacher") return [this.aside(part)];
      const task = new TASKS[part.kind](part, page);
      task.onChange = () => this.changed();
      tasks.push(task);
      return [task.element, ...(this.lesson.teacher ? [this.solution(task)] : [])];
    });
    return { title, tasks, shown: parts.filter(({ kind }) => kind === "show").map(({ words }) => words), parts: made };
  }

  aside({ kind, nodes }) {
    return element("section", { class: kind }, element("h3", {}, kind === "teacher" ? t`For teachers` : t`A surprise`), ...built(nodes));
  }

  /** What is right, told when it is asked for: the live value of that moment. */
  solution(task) {
    const told = element("p");
    const show = async () => (told.textContent = await task.solution());
    return element("details", { class: "teacher", ontoggle: show }, element("summary", {}, t`Its answer`), told);
  }

  ending() {
    this.score = element("p");
    this.name = element("input", { type: "text", maxlength: MOST_LETTERS, autocomplete: "off", oninput: () => keepAnswers(this) });
    const handIn = element("button", { onclick: () => this.handIn(), title: t`Saves your answers as a small file, which you give to your teacher` }, t`Hand in`);
    const anew = element("button", { onclick: () => beginAnew(this), title: t`Removes all answers from this page, for whoever comes next` }, t`Begin anew`);
    return element("div", { class: "ending" }, this.score, element("label", {}, t`Your name, or one that your teacher knows`, this.name), element("div", { class: "row" }, handIn, anew));
  }

  /**
   * The page shows a network: the first, or another one in its place.
   * @param {object} page lab, trainer, examiner, inspector, link, compared (or null), and showExample, clear, leave
   */
  attach(page) {
    const isFirst = this.page === null;
    this.page = page;
    if (isFirst) this.build();
    document.querySelector("main").prepend(this.element);
    if (isFirst) this.show();
    if (isFirst) this.set();
  }

  /** @param {number} at which step */
  go(at) {
    this.at = at;
    this.show();
    keepAnswers(this);
    this.heading.focus();
    this.element.scrollTop = 0;
    return this.set();
  }

  show() {
    const { title, parts } = this.steps[this.at];
    this.heading.textContent = title;
    this.body.replaceChildren(...(this.at === 0 ? this.opening() : []), ...parts);
    this.backward.disabled = this.at === 0;
    this.forward.disabled = this.at === this.steps.length - 1;
    this.again.hidden = this.steps[this.at].shown.length === 0;
    this.showProgress();
  }

  /** What the first step begins with. */
  opening() {
    const { aims } = this.lesson;
    if (aims.length === 0) return [];
    return [element("section", { class: "aims" }, element("h3", {}, t`What you will know`), element("ul", {}, ...aims.map((aim) => element("li", {}, aim))))];
  }

  changed() {
    this.showProgress();
    keepAnswers(this);
  }

  showProgress() {
    const { tasks, lesson } = this;
    const minutes = this.at === 0 ? ` · ${t`about ${lesson.minutes} minutes`}` : "";
    this.progress.textContent = `${lesson.title} · ${t`Step ${this.at + 1} of ${this.steps.length}`}${minutes}`;
    const right = tasks.filter(({ isRight }) => isRight).length;
    this.score.textContent = t`${right} of ${tasks.length} tasks are done. Your answers are in this page alone until you hand them in, and gone when you close it.`;
  }

  /** Brings the page to where this step begins. */
  async set() {
    this.isSetting = true;
    try {
      for (const words of this.steps[this.at].shown) await showState(() => this.page, words);
    } finally {
      this.isSetting = false;
    }
    this.follow();
  }

  /** Something has changed in the page. */
  follow() {
    if (this.page === null || this.isSetting) return;
    for (const task of this.steps[this.at].tasks) task.follow();
  }

  handIn() {
    const name = this.name.value.trim();
    const answers = this.tasks.map(({ question, given, isRight, tries }) => ({ question, given, right: isRight, tries }));
    const { title, language } = this.lesson;
    const minutes = Math.round((Date.now() - this.began) / 60_000);
    const told = { format: FORMAT, lesson: title, language, name, minutes, answers };
    save(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }), `${fileName(`${title} ${name}`)}.json`);
  }
}

/** Letters and numbers of any script, others become one dash. */
function fileName(text) {
  return text.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
}

extras.classroom = Classroom;

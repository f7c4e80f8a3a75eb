/** The ribbon below the picture: accuracy over the training, and a handle that goes back to any moment of it. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { sparkline } from "../picture/sparkline.js";
import { decimal, element, percent } from "../picture/dom.js";

const TEMPO = 500; // milliseconds for each moment while it plays

export class Ribbon {
  /** @param {Education} education */
  constructor(education) {
    this.education = education;
    const { last } = education;
    this.handle = element("input", {
      type: "range", min: 0, max: last, step: 1, "aria-label": t`Moment of the training`,
      oninput: () => this.wish(Number(this.handle.value)),
    });
    const what = element("span", { class: "what" }, t`accuracy`);
    this.button = element("button", { onclick: () => (this.playing ? this.pause() : this.play()) });
    this.told = element("p", { class: "moment" });
    this.element = element(
      "section",
      { id: "ribbon", "aria-label": t`Its training` },
      this.button,
      element("div", { class: "course" }, sparkline(education.facts.accuracy), what, this.handle, ticks(education)),
      this.told,
    );
    this.playing = null; // the timer
    this.wished = null; // the moment to go to with the next frame
    this.name();
  }

  /** Of many moments that are wished for in one frame only the last is shown. */
  wish(index) {
    this.pause();
    if (this.wished === null) {
      requestAnimationFrame(() => {
        this.education.go(this.wished);
        this.wished = null;
      });
    }
    this.wished = index;
  }

  play() {
    const { education } = this;
    if (education.index === null || education.index === education.last) education.go(0);
    this.playing = setInterval(() => {
      if (education.index === null || education.index === education.last) this.pause();
      else education.go(education.index + 1);
    }, TEMPO);
    this.name();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    this.name();
  }

  name() {
    this.button.textContent = this.playing ? "❚❚" : "▶";
    this.button.setAttribute("aria-label", this.playing ? t`Pause the training` : t`Play the training`);
  }

  show() {
    const { education } = this;
    const { index, facts } = education;
    if (index === null) {
      this.told.textContent = t`The weights are not of its training.`;
      return;
    }
    const when = education.when(index);
    this.handle.value = index;
    this.handle.setAttribute("aria-valuetext", t`${when}: ${percent(facts.accuracy[index])} read right`);
    this.told.replaceChildren(
      element("b", {}, when[0].toUpperCase() + when.slice(1)),
      t` ${percent(facts.accuracy[index])} read right, loss ${decimal(facts.loss[index], 2)}`,
    );
    this.told.title = t`Of ${dataName(facts.measuredOn)}`;
  }
}

function ticks(education) {
  const marks = Array.from({ length: education.count }, (_, index) => {
    const mark = element("span", {}, education.tick(index));
    mark.style.left = `${(100 * index) / Math.max(1, education.last)}%`;
    return mark;
  });
  return element("div", { class: "ticks", "aria-hidden": "true" }, ...marks);
}

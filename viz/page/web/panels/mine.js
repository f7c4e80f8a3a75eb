/** One's own samples in the tab of learning: the drawing joins with a label, and each can be taken back. */

import { t } from "../language/texts.js";
import { count, element, tile } from "../picture/dom.js";
import { notify } from "./notice.js";

export class MinePart {
  /** @param {Trainer} trainer @param {Lab} lab whose drawing is meant */
  constructor(trainer, lab) {
    Object.assign(this, { trainer, lab, shown: null });
    this.summary = element("summary");
    this.buttons = element("div", { class: "digits", role: "group", "aria-label": t`What it is` });
    this.list = element("ul", { class: "mine" });
    this.told = element("p", { class: "hint" });
    const thing = lab.isPicture ? t`the drawing on the pad` : t`what is set now`;
    const isOpen = trainer.mine.isOpen; // also beside the next picture
    const ontoggle = ({ target }) => (trainer.mine.isOpen = target.open);
    this.element = element("details", { class: "own", open: isOpen, ontoggle }, this.summary, element("p", {}, t`Let ${thing} join what it learns from, as`), this.buttons, this.list, this.told);
  }

  /** @param {Palette} palette */
  show(palette) {
    const { trainer, lab } = this;
    const { list, answers, right } = trainer.mine;
    const { classNames } = trainer.from;
    const n = list.length;
    this.summary.textContent = n === 0 ? t`Your own, too` : t`Your own: ${count(n)}, ${count(right)} read right`;
    const { ownShare, batchSize } = trainer.settings;
    const isLate = trainer.report?.isOver && n > 0;
    const yours = count(Math.ceil(ownShare * batchSize));
    const often = n === 0 ? t`${yours} of the ${count(batchSize)} in every batch will be yours, also after Reset.` : t`${yours} of the ${count(batchSize)} in every batch are yours, also after Reset.`;
    this.told.textContent = (isLate ? t`The course is over: Reset begins anew, with yours. ` : "") + t`${often} They stay in this page: no link holds them.`;
    const state = `${classNames.join(" ")} ${lab.isBlank} ${palette.theme.name} ${n} ${answers.join(" ")}`;
    if (this.shown === state && this.of === list) return;
    [this.shown, this.of] = [state, list];
    this.buttons.replaceChildren(...classNames.map((name, k) => element("button", { onclick: () => this.add(k), disabled: lab.isBlank }, name)));
    this.list.replaceChildren(...list.map((one, i) => this.row(one, answers[i], i, palette)));
    this.list.hidden = n === 0;
  }

  add(label) {
    try {
      this.trainer.add(this.lab, label);
    } catch (error) {
      notify(t`It cannot join: ${error.message}`);
    }
  }

  /** One of them: its picture, what it is and is read as, and the way back. */
  row(one, answer, i, palette) {
    const { ink, label } = one;
    const { lab, trainer } = this;
    const name = trainer.from.classNames[label] ?? String(label);
    const read = answer === null ? "" : answer === label ? `${name} ✓` : t`${name}, read ${lab.classNames[answer]}`;
    const words = t`Your ${i + 1}: ${name}${answer === null || answer === label ? "" : t`, read as ${lab.classNames[answer]}`}. Remove it.`;
    const remove = () => {
      trainer.remove(i);
      this.list.querySelectorAll("button")[Math.min(i, trainer.mine.list.length - 1)]?.focus();
    };
    const picture = lab.isPicture && ink.length === lab.ink.length ? [this.picture(one, palette)] : [];
    return element("li", { class: answer === label ? "" : "misread" }, element("button", { onclick: remove, title: t`Remove`, "aria-label": words }, ...picture, read || name));
  }

  /** Drawn once, for as long as the colors stay. */
  picture(one, palette) {
    if (this.theme !== palette.theme.name) [this.theme, this.pictures] = [palette.theme.name, new Map()];
    if (!this.pictures.has(one)) {
      const { input } = this.lab;
      this.pictures.set(one, tile(input.pixelsOf(one.ink), input.side, (value) => palette.ink(value), ""));
    }
    return this.pictures.get(one);
  }
}

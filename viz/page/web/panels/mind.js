/** What would change its mind? Nothing is computed before someone wants to know it, and then in a worker. */

import { english, t } from "../language/texts.js";
import { InkChange } from "./ink-change.js";
import { nearestDigits, pieces } from "./ink-pieces.js";
import { element } from "../picture/dom.js";

const PAUSE = 300; // milliseconds that a drawing rests before it is asked about
const BLANK = english`Draw something first: there is no ink yet that could change.`;
const VALUE = english`This network’s output is a value: there is no answer to turn.`;
const LOOKING = english`Looking for it …`;

export class Mind {
  /** @param {Lab} lab @param {Examiner} examiner */
  constructor(lab, examiner) {
    Object.assign(this, { lab, examiner });
    this.status = element("p", { role: "status" });
    this.found = element("div");
    const summary = element("summary", {}, t`What would change its mind?`);
    this.element = element("details", { class: "mind", ontoggle: () => this.show(this.palette) }, summary, this.status, this.found);
    this.change = new InkChange(lab);
    this.asked = null; // {ink, revision}: what the worker was asked about, or will be
    this.answer = null;
  }

  show(palette) {
    const isRepainted = palette !== this.palette;
    this.palette = palette;
    if (!this.element.open) {
      this.leave();
      return;
    }
    const { ink, revision } = this.lab;
    if (this.asked?.ink === ink && this.asked.revision === revision) {
      if (isRepainted && this.answer) this.tell();
      return;
    }
    this.leave();
    this.answer = null;
    this.asked = { ink, revision };
    const refusal = this.lab.classNames.length < 2 ? VALUE : this.lab.isBlank ? BLANK : null;
    this.found.replaceChildren();
    this.status.textContent = refusal ? t(refusal) : t(LOOKING);
    if (!refusal) this.waiting = setTimeout(() => this.ask(this.asked), PAUSE);
  }

  async ask(asked) {
    if (!this.element.isConnected) return; // it is shown again some day, or another network is
    const answer = await this.examiner.askOtherInk().catch((error) => error);
    if (asked !== this.asked) return; // ink or weights have changed meanwhile
    if (answer instanceof Error) {
      this.status.textContent = answer.message;
      return;
    }
    this.answer = answer;
    this.tell();
    this.change.play();
  }

  tell() {
    const { answer, lab, palette } = this;
    this.status.textContent = this.change.set(answer, palette);
    this.found.replaceChildren(this.change.element, ...pieces(lab, answer.pieces, palette), ...nearestDigits(lab, answer, palette));
  }

  /** Nobody looks any more: what is not answered yet is asked anew another time. */
  leave() {
    clearTimeout(this.waiting);
    this.change.pause();
    if (!this.answer) this.asked = null;
  }
}

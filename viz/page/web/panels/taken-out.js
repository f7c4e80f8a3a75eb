/** What is taken out of the network, how well the rest reads, and the way back: a bar that is there only then. */

import { t } from "../language/texts.js";
import { rawName } from "./answer.js";
import { nameOfCut } from "./cut-names.js";
import { count, element, percent } from "../picture/dom.js";
import { share } from "../picture/words.js";

const LISTED = 4; // by name; of the others how many

export class TakenOut {
  /** @param {Lab} lab @param {Examiner} examiner */
  constructor(lab, examiner) {
    Object.assign(this, { lab, examiner });
    this.list = element("span", {});
    this.answer = element("span", {});
    this.accuracy = element("span", { role: "status" });
    const undo = element("button", { onclick: () => lab.undoCut() }, t`Undo`);
    const restore = element("button", { onclick: () => lab.restore() }, t`Put all back`);
    this.element = element("div", { id: "taken-out", role: "region", "aria-label": t`Taken out of the network` }, this.list, this.answer, this.accuracy, undo, restore);
    this.element.hidden = true;
    this.revision = null; // of the weights that were measured last
    this.trace = null; // of the answer that was compared last
  }

  show() {
    const { lab } = this;
    const { cuts } = lab;
    this.element.hidden = cuts.isEmpty;
    if (cuts.isEmpty) return;
    if (this.trace !== lab.trace) this.compare();
    if (this.revision === lab.revision) return;
    this.revision = lab.revision;
    this.list.replaceChildren(element("b", {}, t`Taken out: `), named(lab));
    this.measure(lab.revision);
  }

  /** Both answers cost a pass through the network: once for each drawing, and not in the middle of one. */
  compare() {
    const { lab } = this;
    this.trace = lab.isDrawing ? null : lab.trace;
    this.answer.textContent = lab.isDrawing ? "" : likeWithLike(lab);
  }

  async measure(revision) {
    if (!this.examiner.isPossible) return;
    this.accuracy.textContent = t`Measuring …`;
    const words = await this.examiner.ask().then(sentence, (error) => error.message);
    if (revision === this.lab.revision) this.accuracy.textContent = words; // else something has changed meanwhile
  }
}

/** The answer without what is taken out and with it, both uncalibrated: a temperature holds for the file's network alone. */
function likeWithLike(lab) {
  const { classNames, trace, winner } = lab;
  if (winner === null) return "";
  const [now, before] = [trace.probabilities, lab.whole().probabilities].map((all) => share(lab, all[winner]));
  return t`${classNames[winner]}: ${rawName(lab)} ${now}, ${before} before`;
}

/** What it reads like. */
function sentence({ accuracy, standardError, n }) {
  return t`What is left reads ${percent(accuracy)} of ${count(n)} pen digits (± ${percent(standardError)}).`;
}

/** The latest cuts by name. */
function named(lab) {
  const { list } = lab.cuts;
  const names = list.slice(-LISTED).map((cut) => nameOfCut(lab, cut).replace(">", " → ").replace("=average", t` (at its average)`));
  const others = list.length - names.length;
  return [...names.reverse(), ...(others > 0 ? [t`and ${count(others)} more`] : [])].join(", ");
}

/** The answer and how far to trust it, or a calm question mark while there is nothing to read. */

import { english, t } from "../language/texts.js";
import { decimal, element } from "../picture/dom.js";
import { DigitRow, numberOf } from "./digits.js";
import { share } from "../picture/words.js";

export const DOUBTS = { unlike: english`Unlike any digit I learned`, unfinished: english`Not a digit yet` };
const COUNTS = ["", "", english`Two`, english`Three`, english`Four`, english`Five`, english`Six`];
const RAW = { softmax: english`raw softmax`, sigmoid: english`raw sigmoid`, linear: english`value, no probability` };
const UNKNOWN = english`No temperature is stored with this network: how often such an answer is right is not known.`;
const TAUGHT = english`How often such an answer is right was measured before you taught it.`;
const OTHER = english`How often such an answer is right was measured of the network in the file; these are other weights.`;

export class AnswerPanel {
  title = t`Answer`;

  /** @param {Lab} lab @param {WhereItErrs} errors */
  constructor(lab, errors) {
    this.lab = lab;
    this.errors = errors;
    this.verdict = element("p", { class: "verdict" });
    this.number = element("b");
    this.kind = element("span");
    this.told = element("p", { class: "told" }, this.number, this.kind);
    this.why = element("p");
    this.details = element("details", { class: "why" }, element("summary", {}, t`Where this number is from`), this.why);
    this.doubt = element("p");
    this.digits = new DigitRow(lab);
    this.sentence = element("p");
    const output = lab.columns[lab.columns.length - 1];
    this.rows = lab.classNames.map((name, k) => {
      const fill = element("span", { class: "fill" });
      const number = element("span", { class: "number" });
      const bar = element("span", { class: "bar" }, fill);
      const button = element(
        "button",
        { class: "class", onclick: () => lab.select(output.ids[k] ?? output.ids[0]), title: t`Take output ${name} apart` },
        element("b", {}, name),
        bar,
        number,
      );
      return { button, fill, number };
    });
    const longest = Math.max(...lab.classNames.map(({ length }) => length));
    this.verdict.classList.toggle("long", longest > 2);
    const classes = element("div", { class: "classes" }, ...this.rows.map(({ button }) => button));
    classes.style.setProperty("--name", `${Math.min(longest + 1, 11)}ch`);
    this.element = element(
      "div",
      {},
      element("div", { class: "answer" }, this.verdict, this.told),
      this.digits.element,
      this.doubt,
      this.sentence,
      classes,
      this.details,
      element("p", { class: "hint" }, t`Click any unit of the picture to take its number apart.`),
      errors.element,
    );
  }

  show(palette) {
    this.errors.show(palette);
    const { isCalibrated, told, winner } = this.lab;
    const blank = winner === null;
    const { doubt } = this.lab;
    const readings = this.lab.readings();
    this.digits.show(readings);
    this.verdict.textContent = blank ? "?" : numberOf(readings);
    this.doubt.hidden = doubt === null;
    this.doubt.textContent = doubt ? t(DOUBTS[doubt]) : "";
    this.doubt.className = doubt ?? "";
    this.verdict.classList.toggle("doubtful", doubt !== null);
    this.details.hidden = blank;
    this.told.hidden = blank || readings.length > 1;
    this.number.textContent = blank ? "" : share(this.lab, told[winner]);
    this.kind.textContent = isCalibrated ? t`calibrated` : rawName(this.lab);
    this.why.textContent = blank ? "" : sourceSentence(this.lab);
    this.sentence.textContent = answerSentence(this.lab);
    this.rows.forEach(({ button, fill, number }, k) => {
      button.classList.toggle("winner", k === winner);
      fill.style.width = `${blank ? 0 : Math.min(Math.max(told[k], 0), 1) * 100}%`;
      number.textContent = blank ? "–" : share(this.lab, told[k]);
    });
  }
}

/** What the numbers of a network that is not calibrated are called. */
export function rawName({ layers }) {
  return t(RAW[layers[layers.length - 1].output]);
}

/** What the told probability is, and the other one where there are two. */
function sourceSentence(lab) {
  const { facts, isCalibrated, source, teacher, trace, winner } = lab;
  if (isCalibrated) return t`The ${rawName(lab)} is ${share(lab, trace.probabilities[winner])}. ${calibrationSentence(lab)}`;
  if (facts.temperature === null) return t(UNKNOWN);
  return t(teacher.steps > 0 ? TAUGHT : source ? OTHER : UNKNOWN);
}

/** Why the calibrated probability differs from the raw one, with this network's temperature. */
export function calibrationSentence({ facts }) {
  return t`They differ because the calibrated one is softmax(logits ÷ T) with T = ${decimal(facts.temperature, 3)}, fitted on digits held out of training: of all answers with 90 %, about 90 % are right.`;
}

/** The answer in words, for eyes and for screen readers. */
export function answerSentence(lab) {
  const { classNames, told, winner } = lab;
  if (winner === null) return t`Nothing is drawn yet, so there is nothing to read.`;
  if (lab.inks.length > 1) {
    const readings = lab.readings();
    const all = readings.map(({ name, probability }) => t`${name} with ${share(lab, probability)}`).join(", ");
    return t`${t(COUNTS[readings.length])} digits, read one after the other: ${all}. The picture shows the ${classNames[winner]}.`;
  }
  const ranked = [...told.keys()].sort((p, q) => told[q] - told[p]);
  const [first, second] = ranked.map((k) => t`${classNames[k]} with ${share(lab, told[k])}`);
  return t`The network reads ${first}${second ? t`, then ${second}` : ""}.`;
}

/** The same with what the panel says beside it: for those who only hear the page. */
export function spokenAnswer(lab) {
  return `${lab.doubt ? `${t(DOUBTS[lab.doubt])}. ` : ""}${answerSentence(lab)}`;
}

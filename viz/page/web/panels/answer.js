/** The answer and how far to trust it, or a calm question mark while there is nothing to read. */

import { decimal, element, percent } from "../picture/dom.js";

const UNLIKE = "Unlike any digit I learned";
const TAUGHT = "Its calibration was measured before you taught it.";

export class AnswerPanel {
  title = "Answer";

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.verdict = element("p", { class: "verdict" });
    this.calibrated = element("p", { class: "calibrated" });
    this.unlike = element("p", { class: "unlike" }, UNLIKE);
    this.sentence = element("p");
    const output = lab.columns[lab.columns.length - 1];
    this.rows = lab.classNames.map((name, k) => {
      const fill = element("span", { class: "fill" });
      const number = element("span", { class: "number" });
      const bar = element("span", { class: "bar" }, fill);
      const button = element(
        "button",
        { class: "class", onclick: () => lab.select(output.ids[k] ?? output.ids[0]), title: `Take output ${name} apart` },
        element("b", {}, name),
        bar,
        number,
      );
      return { button, fill, number };
    });
    const longest = Math.max(...lab.classNames.map(({ length }) => length));
    this.verdict.classList.toggle("long", longest > 2);
    const classes = element("div", { class: "classes" }, ...this.rows.map(({ button }) => button));
    classes.style.setProperty("--name", `${Math.min(longest + 1, 14)}ch`);
    this.element = element(
      "div",
      {},
      element("div", { class: "answer" }, this.verdict, this.calibrated),
      this.unlike,
      this.sentence,
      classes,
      element("p", { class: "hint" }, "Click any unit of the picture to take its number apart."),
    );
  }

  /** @param {object | null} confidence null while there is nothing to read */
  showConfidence(confidence) {
    const { facts, teacher, winner } = this.lab;
    const calibrated = confidence?.calibrated;
    this.unlike.hidden = !confidence?.unlikeAnyDigit;
    this.verdict.classList.toggle("doubtful", !this.unlike.hidden);
    this.calibrated.title = calibrated ? calibrationSentence(facts) : "";
    if (calibrated) this.calibrated.replaceChildren(element("b", {}, percent(calibrated[winner])), " calibrated");
    else this.calibrated.textContent = confidence && teacher.steps > 0 && facts.temperature ? TAUGHT : "";
  }

  show() {
    const { classNames, trace, winner } = this.lab;
    const blank = winner === null;
    this.verdict.textContent = blank ? "?" : classNames[winner];
    this.showConfidence(blank ? null : this.lab.confidence());
    this.sentence.textContent = answerSentence(this.lab);
    this.rows.forEach(({ button, fill, number }, k) => {
      const share = blank ? 0 : trace.probabilities[k];
      button.classList.toggle("winner", k === winner);
      fill.style.width = `${share * 100}%`;
      number.textContent = blank ? "–" : percent(share);
    });
  }
}

/** How the calibrated probability is made, with this network's temperature. */
export function calibrationSentence({ temperature }) {
  return (
    `softmax(logits ÷ T) with T = ${decimal(temperature, 3)}, which was fitted on digits held out of training: ` +
    "of all answers with 90 %, about 90 % are right."
  );
}

/** The answer in words, for eyes and for screen readers. */
export function answerSentence(lab) {
  const { classNames, trace, winner } = lab;
  if (winner === null) return "Nothing is drawn yet, so there is nothing to read.";
  const ranked = [...trace.probabilities.keys()].sort(
    (p, q) => trace.probabilities[q] - trace.probabilities[p],
  );
  const [first, second] = ranked.map((k) => `${classNames[k]} with ${percent(trace.probabilities[k])}`);
  return `The network reads ${first}${second ? `, then ${second}` : ""}.`;
}

/** The same with what the panel says beside it: for those who only hear the page. */
export function spokenAnswer(lab) {
  if (lab.winner === null) return answerSentence(lab);
  const { calibrated, unlikeAnyDigit } = lab.confidence();
  return [
    unlikeAnyDigit ? `${UNLIKE}.` : "",
    answerSentence(lab),
    calibrated ? `Calibrated, that is ${percent(calibrated[lab.winner])}.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

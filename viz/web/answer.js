/** The answer: ten probabilities, or a calm question mark while there is nothing to read. */

import { element, percent } from "./dom.js";

export class AnswerPanel {
  title = "Answer";

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.verdict = element("p", { class: "verdict" });
    this.sentence = element("p");
    const output = lab.columns[lab.columns.length - 1];
    this.rows = lab.classNames.map((name, k) => {
      const fill = element("span", { class: "fill" });
      const number = element("span", { class: "number" });
      const bar = element("span", { class: "bar" }, fill);
      const button = element(
        "button",
        { class: "class", onclick: () => lab.select(output.ids[k]), title: `Take output ${name} apart` },
        element("b", {}, name),
        bar,
        number,
      );
      return { button, fill, number };
    });
    this.element = element(
      "div",
      {},
      this.verdict,
      this.sentence,
      element("div", { class: "classes" }, ...this.rows.map(({ button }) => button)),
      element("p", { class: "hint" }, "Click any unit of the picture to take its number apart."),
    );
  }

  show() {
    const { classNames, trace, winner } = this.lab;
    const blank = winner === null;
    this.verdict.textContent = blank ? "?" : classNames[winner];
    this.sentence.textContent = answerSentence(this.lab);
    this.rows.forEach(({ button, fill, number }, k) => {
      const share = blank ? 0 : trace.probabilities[k];
      button.classList.toggle("winner", k === winner);
      fill.style.width = `${share * 100}%`;
      number.textContent = blank ? "–" : percent(share);
    });
  }
}

/** The answer in words, for eyes and for screen readers. */
export function answerSentence({ classNames, trace, winner }) {
  if (winner === null) return "Nothing is drawn yet, so there is nothing to read.";
  const ranked = [...trace.probabilities.keys()].sort(
    (p, q) => trace.probabilities[q] - trace.probabilities[p],
  );
  const [first, second] = ranked.map((k) => `${classNames[k]} with ${percent(trace.probabilities[k])}`);
  return `The network reads ${first}${second ? `, then ${second}` : ""}.`;
}

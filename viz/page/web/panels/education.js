/** The network's education: at which moment of its training the page shows it, and how it read your digit at each. */

import { count, element, percent } from "../picture/dom.js";
import { learnedAt, learningOrder, Past } from "../model/history.js";
import { share } from "../picture/words.js";

const ENOUGH = 0.9; // of a class's digits: so many make it learned

export class Education {
  /** @param {Lab} lab @param {object} history of the payload */
  constructor(lab, history) {
    this.lab = lab;
    this.facts = history;
    this.past = new Past(history, lab.layers);
    this.count = this.past.count;
    this.last = this.past.last;
  }

  /** Index of the moment that is shown; null while the weights are from elsewhere. */
  get index() {
    const { source } = this.lab;
    return source === null ? this.last : (source.moment ?? null);
  }

  /** Show the network as it was, in everything. */
  go(index) {
    if (index === this.index) return;
    const when = this.when(index);
    const source = {
      moment: index,
      badge: `The network ${when}, not that of the file`,
      sentence: `The whole network, ${when}, read ${this.howWell(index)}.`,
    };
    this.lab.setWeights(this.past.at(index), index === this.last ? null : source);
  }

  /** Go there and tell of it. */
  at(index) {
    this.go(index);
    return this.momentOf(index);
  }

  /** "after 20 steps", "after 4 epochs" */
  when(index) {
    const { step, epoch } = this.past.timeOf(index);
    if (step === 0) return "before its training";
    const [n, unit] = epoch >= 1 ? [Math.round(epoch * 10) / 10, "epoch"] : [step, "step"];
    return `after ${count(n)} ${unit}${n === 1 ? "" : "s"}`;
  }

  /** "20", "4 ep" */
  tick(index) {
    const { step, epoch } = this.past.timeOf(index);
    return epoch >= 1 ? `${Math.round(epoch * 10) / 10} ep` : String(step);
  }

  howWell(index) {
    return `${percent(this.facts.accuracy[index])} of ${this.facts.measuredOn}`;
  }

  momentOf(index) {
    const { facts } = this;
    return {
      index,
      ...this.past.timeOf(index),
      loss: facts.loss[index],
      accuracy: facts.accuracy[index],
      classAccuracy: facts.classAccuracy[index],
    };
  }
}

export class EducationPanel {
  title = "Past";

  /** @param {Education} education */
  constructor(education) {
    this.education = education;
    const { lab } = education;
    this.label = element(
      "select",
      { onchange: () => this.show(this.palette) },
      element("option", { value: "" }, "what it reads at the end"),
      ...lab.classNames.map((name, k) => element("option", { value: k }, name)),
    );
    this.sentence = element("p");
    this.cells = lab.classNames.map(() => Array.from({ length: education.count }, (_, index) => this.cell(index)));
    const rows = lab.classNames.map((name, k) => element("tr", {}, element("th", { scope: "row" }, name), ...this.cells[k]));
    this.head = Array.from({ length: education.count }, (_, index) => element("td", { class: "at" }, element("span", {}, education.tick(index))));
    this.strip = element("table", { class: "strip" }, element("tr", {}, element("th"), ...this.head), ...rows);
    const { measuredOn, error } = education.facts;
    this.element = element(
      "div",
      {},
      element("h2", {}, "Your digit through its education"),
      element("label", { class: "which" }, "This is ", this.label),
      this.sentence,
      this.strip,
      element("h2", {}, "When it learned which"),
      element("p", {}, orderSentence(education)),
      orderTable(education),
      element(
        "p",
        { class: "hint" },
        `Measured on ${measuredOn}. What is shown of the past has its weights in twelve bits each: that moves no probability ` +
          `of the checked inputs by more than ${percent(error, 2)}.`,
      ),
    );
  }

  cell(index) {
    return element("td", { onclick: () => this.education.go(index) });
  }

  show(palette) {
    this.palette = palette;
    const { education } = this;
    const { lab } = education;
    if (lab.isBlank) {
      this.sentence.textContent = "Draw something to see from when on it was read.";
      this.strip.hidden = true;
      return;
    }
    this.strip.hidden = false;
    const readings = education.past.readings(lab.ink);
    const final = readings[education.last];
    const k = this.label.value === "" ? final.indexOf(Math.max(...final)) : Number(this.label.value);
    const { first, forGood } = learnedAt(readings, k);
    this.sentence.textContent = this.told(k, readings, first, forGood);
    readings.forEach((probabilities, index) => {
      this.cells.forEach((row, other) => {
        const cell = row[index];
        const p = probabilities[other];
        cell.style.background = palette.activation(p, 1);
        cell.className = [index === education.index && "now", other === k && index === first && "first"].filter(Boolean).join(" ");
        cell.title = `${lab.classNames[other]}: ${percent(p)} ${education.when(index)}`;
      });
    });
    this.head.forEach((cell, index) => cell.classList.toggle("now", index === education.index));
  }

  told(k, readings, first, forGood) {
    const { education } = this;
    const name = education.lab.classNames[k];
    if (first === null) return `It never read this as ${name}.`;
    const when = `${education.when(first)} (with ${share(education.lab, readings[first][k])})`;
    if (forGood === first) return `First read as ${name} ${when}, and ever since.`;
    const then = forGood === null ? "; not at the end" : `; for good ${education.when(forGood)}`;
    return `First read as ${name} ${when}${then}.`;
  }
}

/** Which classes it learned first and last, in a sentence. */
function orderSentence({ facts, lab }) {
  const order = learningOrder(facts.classAccuracy, ENOUGH);
  const learned = order.filter(({ first }) => first !== null);
  if (learned.length === 0) return `It never read ${percent(ENOUGH, 0)} of any class.`;
  const [earliest, latest] = [learned[0].first, learned[learned.length - 1].first];
  const names = (moment) => learned.flatMap(({ k, first }) => (first === moment ? [lab.classNames[k]] : [])).join(", ");
  return earliest === latest
    ? `It learned ${names(earliest)} ${learned.length === 1 ? "alone" : "at once"}.`
    : `It learned ${names(earliest)} first and ${names(latest)} last: ${percent(ENOUGH, 0)} of each read.`;
}

function orderTable(education) {
  const { facts, lab, last } = education;
  const rows = learningOrder(facts.classAccuracy, ENOUGH).map(({ k, first, forgotten }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, lab.classNames[k]),
      element("td", {}, first === null ? "never" : education.tick(first)),
      element("td", {}, forgotten.length === 0 ? "–" : forgotten.map((index) => education.tick(index)).join(", ")),
      element("td", { class: "number" }, percent(facts.classAccuracy[last][k])),
    ),
  );
  const head = ["class", `${percent(ENOUGH, 0)} from`, "less again at", "at the end"].map((text) => element("th", { scope: "col" }, text));
  return element("table", { class: "order" }, element("tr", {}, ...head), ...rows);
}

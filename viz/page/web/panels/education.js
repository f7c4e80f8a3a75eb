/** The network's education: at which moment of its training the page shows it, and how it read your digit at each. */

import { dataName } from "../picture/data-names.js";
import { numeral, t } from "../language/texts.js";
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
      badge: t`The network ${when}, not that of the file`,
      edges: this.facts.edges[index],
      sentence: t`The whole network, ${when}, read ${this.howWell(index)}.`,
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
    if (step === 0) return t`before its training`;
    const [n, unit, units] = epoch >= 1 ? [tenths(epoch), t`epoch`, t`epochs`] : [count(step), t`step`, t`steps`];
    return n === "1" ? t`after 1 ${unit}` : t`after ${n} ${units}`;
  }

  /** "20", "4 ep" */
  tick(index) {
    const { step, epoch } = this.past.timeOf(index);
    return epoch >= 1 ? t`${tenths(epoch)} ep` : String(step);
  }

  howWell(index) {
    return t`${percent(this.facts.accuracy[index])} of ${dataName(this.facts.measuredOn)}`;
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
  title = t`Past`;

  /** @param {Education} education */
  constructor(education) {
    this.education = education;
    const { lab } = education;
    this.label = element(
      "select",
      { onchange: () => this.show(this.palette) },
      element("option", { value: "" }, t`what it reads at the end`),
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
      element("h2", {}, t`Your digit through its education`),
      element("label", { class: "which" }, t`This is `, this.label),
      this.sentence,
      this.strip,
      element("h2", {}, t`When it learned which`),
      element("p", {}, orderSentence(education)),
      orderTable(education),
      element(
        "p",
        { class: "hint" },
        t`Measured on ${dataName(measuredOn)}. What is shown of the past has its weights in twelve bits each: that moves no probability of the checked inputs by more than ${percent(error, 2)}.`,
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
      this.sentence.textContent = t`Draw something to see from when on it was read.`;
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
    if (first === null) return t`It never read this as ${name}.`;
    const when = t`${education.when(first)} (with ${share(education.lab, readings[first][k])})`;
    if (forGood === first) return t`First read as ${name} ${when}, and ever since.`;
    const then = forGood === null ? t`; not at the end` : t`; for good ${education.when(forGood)}`;
    return t`First read as ${name} ${when}${then}.`;
  }
}

/** A number of epochs, to a tenth. */
function tenths(epoch) {
  return numeral(String(Math.round(epoch * 10) / 10));
}

/** Which classes it learned first and last, in a sentence. */
function orderSentence({ facts, lab }) {
  const order = learningOrder(facts.classAccuracy, ENOUGH);
  const learned = order.filter(({ first }) => first !== null);
  if (learned.length === 0) return t`It never read ${percent(ENOUGH, 0)} of any class.`;
  const [earliest, latest] = [learned[0].first, learned[learned.length - 1].first];
  const names = (moment) => learned.flatMap(({ k, first }) => (first === moment ? [lab.classNames[k]] : [])).join(", ");
  return earliest === latest
    ? learned.length === 1
      ? t`It learned ${names(earliest)} alone.`
      : t`It learned ${names(earliest)} at once.`
    : t`It learned ${names(earliest)} first and ${names(latest)} last: ${percent(ENOUGH, 0)} of each read.`;
}

function orderTable(education) {
  const { facts, lab, last } = education;
  const rows = learningOrder(facts.classAccuracy, ENOUGH).map(({ k, first, forgotten }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, lab.classNames[k]),
      element("td", {}, first === null ? t`never` : education.tick(first)),
      element("td", {}, forgotten.length === 0 ? "–" : forgotten.map((index) => education.tick(index)).join(", ")),
      element("td", { class: "number" }, percent(facts.classAccuracy[last][k])),
    ),
  );
  const head = [t`class`, t`${percent(ENOUGH, 0)} from`, t`less again at`, t`at the end`].map((text) => element("th", { scope: "col" }, text));
  return element("table", { class: "order" }, element("tr", {}, ...head), ...rows);
}

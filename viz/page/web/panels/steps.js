/** Step by step from the ink to the answer: one layer at a time, with its formula in real numbers. */

import { t } from "../language/texts.js";
import { strongest } from "../model/attribution.js";
import { activationOf } from "../model/layers.js";
import { argmax } from "../model/network.js";
import { OUTPUTS } from "../model/outputs.js";
import { termsOf } from "../model/sums.js";
import { count, decimal, element, percent, signed } from "../picture/dom.js";
import { share } from "../picture/words.js";
import { rawName } from "./answer.js";

const MOST_NAMES = 8; // of features that are listed
const TERMS = 3; // of a sum that are written out
const RUN = 1300; // milliseconds in which the light of one step runs
const PAUSE = 3200; // milliseconds from step to step where they follow each other

export class StepsPanel {
  title = t`Steps`;

  /**
   * @param {Lab} lab
   * @param {(stage: number | null) => void} show shows the picture as far as the layers have spoken
   * @param {(layer: number, time: number) => void} run lets light run along a layer
   */
  constructor(lab, show, run) {
    Object.assign(this, { lab, showStage: show, run });
    this.at = 0;
    this.last = lab.layers.length + 1; // ink, every layer, the answer
    this.back = element("button", { onclick: () => this.go(this.at - 1), "aria-keyshortcuts": "ArrowLeft" }, t`‹ Back`);
    this.next = element("button", { onclick: () => this.go(this.at + 1), "aria-keyshortcuts": "ArrowRight" }, t`Next ›`);
    this.slow = element("button", { onclick: () => this.toggle(), "aria-pressed": "false" }, t`Play slowly`);
    this.text = element("div", { "aria-live": "polite" });
    this.element = element(
      "div",
      {},
      element("div", { class: "row walk", role: "group", "aria-label": t`Steps` }, this.back, this.next, this.slow),
      this.text,
    );
  }

  /** The keys of this panel. @returns {boolean} whether one of them was meant */
  key({ key }) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (step) this.go(this.at + step);
    return step !== undefined;
  }

  /** @param {number} step 0: the ink; then layer after layer; the last one: the answer */
  go(step) {
    this.pause();
    this.goTo(step);
  }

  goTo(step) {
    const wanted = Math.min(Math.max(step, 0), this.last);
    const isForward = wanted > this.at;
    this.at = wanted;
    this.show();
    if (isForward && wanted < this.last) this.run(wanted - 1, RUN);
  }

  /** Slow motion: one step after the other, from the first one. */
  toggle() {
    if (this.playing) {
      this.pause();
      return;
    }
    if (this.at === this.last) this.goTo(0);
    const forward = () => {
      this.goTo(this.at + 1);
      if (this.at === this.last) this.pause();
    };
    forward();
    if (this.at < this.last) this.playing = setInterval(forward, PAUSE);
    this.tellPlaying();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    this.tellPlaying();
  }

  tellPlaying() {
    this.slow.textContent = this.playing ? t`Pause` : t`Play slowly`;
    this.slow.setAttribute("aria-pressed", String(Boolean(this.playing)));
  }

  /** Another panel is opened: the picture is whole again. */
  leave() {
    this.pause();
    this.at = 0;
    this.showStage(null);
  }

  show() {
    const { at, last, lab } = this;
    this.back.disabled = at === 0;
    this.next.disabled = at === last;
    this.showStage(lab.isBlank ? null : at);
    const parts = lab.isBlank ? [paragraph(t`Draw a digit first, then walk through the network with it.`, "hint")] : this.parts(at);
    this.text.replaceChildren(...parts);
  }

  parts(at) {
    const { lab, last } = this;
    const heading = (text) => element("h2", {}, t`${at + 1} of ${last + 1}: ${text}`);
    if (at === 0) {
      return [
        heading(lab.isPicture ? t`the ink` : t`the input`),
        paragraph(inputSentence(lab)),
        paragraph(t`Next ›, or the right arrow key in this panel, lets the first layer speak.`, "hint"),
      ];
    }
    return at === last ? [heading(t`the answer`), ...this.answer()] : [heading(this.nameOf(at)), ...this.layer(at)];
  }

  nameOf(column) {
    return column === this.lab.layers.length ? t`the outputs` : t`hidden layer ${column}`;
  }

  /** What one layer does, and the sum of one of its units. */
  layer(column) {
    const { lab } = this;
    const { ids, cells, rows, columns: width } = lab.columns[column];
    const isOutput = column === lab.layers.length;
    const what = isOutput ? t`Each of the ${ids.length} outputs` : cells > 1 ? t`Each of its ${ids.length} maps of ${rows} × ${width}` : t`Each of its ${ids.length} units`;
    const before = column === 1 ? (lab.isPicture ? t`the numbers of the ink` : t`the numbers of the input`) : t`the numbers of hidden layer ${column - 1}`;
    const active = cells === 1 && !isOutput ? lab.means[column].filter((value) => value > 0).length : null;
    return [
      paragraph(
        isOutput
          ? t`${what} multiplies ${before} by its own weights, and adds them up with its bias: that is its logit.`
          : t`${what} multiplies ${before} by its own weights, and adds them up with its bias.`,
      ),
      ...(active === null ? [] : [paragraph(t`For this drawing ${count(active)} of ${ids.length} are above 0.`)]),
      element("h3", {}, t`For example ${ids[this.example(column)]}`),
      ...this.sum({ column, unit: this.example(column) }),
    ];
  }

  /** The unit that is taken as an example: the selected one, the answer, or the most active. */
  example(column) {
    const { selected, layers, means, winnerUnit } = this.lab;
    if (selected?.column === column) return selected.unit;
    return column === layers.length ? Math.max(winnerUnit, 0) : argmax(means[column]);
  }

  sum({ column, unit }) {
    const { lab } = this;
    const isMap = lab.columns[column].cells > 1;
    const { taps } = lab.layers[column - 1];
    const { bias, preActivation } = lab.explain(lab.columns[column].ids[unit]);
    const terms = termsOf(lab, { column, unit });
    const top = strongest(terms, TERMS, (term) => term.contribution).filter(({ contribution }) => contribution !== 0);
    const rest = terms.reduce((sum, term) => sum + (top.includes(term) ? 0 : term.contribution), 0);
    const written = top.map(({ from, activation, weight, contribution }) => {
      const id = lab.nameOf(lab.columns[column - 1].ids[from]);
      const product = taps === 1 ? `${decimal(activation)} × ${decimal(weight)}` : signed(contribution);
      return line(`${taps === 1 ? "+ " : ""}${product}`, id);
    });
    const isOutput = column === lab.layers.length;
    const mean = isMap ? t`, on average over its places` : "";
    return [
      paragraph(isOutput ? t`logit = Σ activation × weight + bias` : t`z = Σ activation × weight + bias${mean}`, "formula"),
      element(
        "div",
        { class: "written" },
        ...written,
        line(signed(rest), t`${count(terms.length - top.length)} others`),
        line(signed(bias), t`bias`),
        line(`= ${decimal(preActivation)}`, isOutput ? t`logit` : "z"),
      ),
      ...(isOutput ? [] : [this.activation({ column, unit }, preActivation, isMap)]),
    ];
  }

  activation({ column, unit }, z, isMap) {
    const a = decimal(this.lab.means[column][unit]);
    const { formula } = activationOf(this.lab.layers[column - 1]);
    return paragraph(isMap ? t`${formula("z")} at each place: on average ${a}` : t`activation = ${formula(decimal(z))} = ${a}`, "formula");
  }

  /** From logits to what the network puts out, with the temperature where there is one. */
  answer() {
    const { lab } = this;
    const { classNames, facts, isCalibrated, layers, told, trace, winner, winnerUnit } = lab;
    const { output } = layers[layers.length - 1];
    if (output !== "softmax") {
      const logit = decimal(trace.logits[Math.max(winnerUnit, 0)], 3);
      return [paragraph(OUTPUTS[output].formula(logit), "formula"), paragraph(`${classNames[winner]}: ${share(lab, told[winner], 2)}`)];
    }
    const temperature = isCalibrated ? facts.temperature : 1;
    const scaled = Array.from(trace.logits, (z) => z / temperature);
    const sum = scaled.reduce((total, z) => total + Math.exp(z - scaled[winner]), 0);
    const power = isCalibrated ? `${decimal(trace.logits[winner], 3)} ÷ ${decimal(temperature, 3)}` : decimal(scaled[winner], 3);
    const all = classNames.length;
    return [
      paragraph(t`The ${all} logits become probabilities that add up to 1: each is e to its power, as a share of all ${all}.`),
      paragraph(isCalibrated ? t`p = e^(logit ÷ T) ÷ Σ e^(logits ÷ T)` : t`p = e^logit ÷ Σ e^logits`, "formula"),
      element(
        "div",
        { class: "written" },
        line(`e^(${power})`, t`for ${classNames[winner]}`),
        line(t`÷ ${decimal(sum, 4)} times that`, t`all ${all}`),
        line(`= ${percent(told[winner], 2)}`, isCalibrated ? t`calibrated` : rawName(lab)),
      ),
      paragraph(t`The other ${all - 1} share ${percent(1 - told[winner], 2)}.`),
    ];
  }
}

/** What the network is given. */
function inputSentence({ seen: ink, input, isPicture }) {
  const { side } = input;
  if (!isPicture) return t`The network reads ${count(ink.length)} numbers: ${input.names.slice(0, MOST_NAMES).join(", ")}${ink.length > MOST_NAMES ? ", …" : ""}.`;
  const inked = ink.filter((value) => value > 0).length;
  const channels = input.channels > 1 ? ` × ${input.channels}` : "";
  const set = input.even ? t`, set upright and even,` : input.upright ? t`, set upright,` : "";
  return t`Your drawing${set} has become ${side} × ${side}${channels} = ${count(ink.length)} numbers, 0 for paper and 1 for ink. ${count(inked)} of them are not 0.`;
}

/** One number of a sum that is written out, and whose it is. */
function line(number, whose) {
  return element("p", {}, element("span", { class: "number" }, number), element("span", { class: "role" }, whose));
}

function paragraph(text, className = "") {
  return element("p", { class: className }, text);
}

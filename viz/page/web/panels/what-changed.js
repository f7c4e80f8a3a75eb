/** What the last step of learning did to the weights into one unit: gradient, memory, update, live while it runs. */

import { numeral, t } from "../language/texts.js";
import { BETA1, BETA2, DECAY, MOMENTUM, OPTIMIZERS } from "../model/optimizers.js";
import { strongest } from "../model/attribution.js";
import { count, decimal, element, exponential, percent, signed, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";

const LISTED = 5; // weights that moved most
const SYMBOLS = { velocity: "u", mean: "m", "mean square": "v" }; // of what an optimizer remembers
const EXACT = 9; // decimals of a step that is usually around a thousandth

export class WhatChanged {
  /** @param {Lab} lab @param {Trainer} trainer @param {(edge: object | null) => void} point at an edge */
  constructor(lab, trainer, point) {
    Object.assign(this, { lab, trainer, point });
    this.picked = null; // {place, from}: the weight under the microscope; null: the one that moved most
    const button = (press) => element("button", { onclick: press });
    this.play = button(() => (trainer.isRunning ? trainer.pause() : trainer.start()));
    this.step = button(() => trainer.step(1));
    this.step.textContent = t`Step`;
    this.title = element("h3");
    this.told = element("p", { class: "hint" });
    this.body = element("div");
    this.element = element("section", { class: "changed" }, this.title, element("div", { class: "row walk" }, this.play, this.step), this.told, this.body);
  }

  /** Nobody looks at it any more. */
  leave() {
    this.trainer.follow(null);
    this.picked = null;
  }

  /** @param {{column: number, unit: number}} place @returns {HTMLElement[]} nothing for what has no weights of its own */
  show(place, palette) {
    const { trainer } = this;
    trainer.follow(place.column > 0 ? place : null);
    if (place.column === 0) return [];
    const { change } = trainer;
    const { isOver } = trainer.state();
    this.play.textContent = trainer.isRunning ? t`Pause` : t`Play`;
    this.play.disabled = isOver && !trainer.isRunning;
    this.step.disabled = isOver || trainer.isRunning;
    this.title.textContent = change ? t`What step ${count(change.step)} changed` : t`What a step changes`;
    this.told.textContent = change ? sentenceOf(change) : t`Take a step to see what it does to these weights.`;
    this.body.replaceChildren(...(change ? this.parts(change, palette) : []));
    return [this.element];
  }

  parts(change, palette) {
    const weights = change.before.length - 1; // the bias is no edge
    const moved = strongest(Array.from({ length: weights }, (_, from) => from), LISTED, (from) => change.update[from]);
    const { picked } = this;
    const isPicked = picked !== null && this.lab.idOf(picked.place) === this.lab.idOf(change.place);
    const at = isPicked ? picked.from : moved[0];
    return [this.pictures(change, palette, weights), this.table(change, [...moved, weights], at), ...this.microscope(change, at)];
  }

  /** Every weight's number as a picture: of pixels as they lie in the image. */
  pictures({ place, gradient, memories, update }, palette, weights) {
    const { lab } = this;
    const isField = place.column === 1 && lab.isPicture;
    const width = Math.min(isField ? lab.input.side * lab.input.channels : 16, weights);
    const figures = [
      { name: t`Gradient g`, values: gradient },
      ...memories.map(({ name, after }) => (name === "mean square" ? { name: "√v", values: after.map(Math.sqrt), isSize: true } : { name: t`Its ${t(name)} ${SYMBOLS[name]}`, values: after })),
      { name: t`Update Δw`, values: update },
    ].map(({ name, values, isSize }) => {
      const shown = values.subarray(0, weights);
      const limit = symmetricLimit(shown);
      const color = (value) => (isSize ? palette.activation(value, limit) : palette.signed(value, limit));
      return element("figure", {}, tile(shown, width, color, name), element("figcaption", {}, `${name} (${isSize ? "≤" : "±"}${exponential(limit, 1)})`));
    });
    return element("div", { class: "tiles" }, ...figures);
  }

  /** The weights that moved most, and the bias. */
  table(change, rows, at) {
    const symbols = ["g", ...change.memories.map(({ name }) => SYMBOLS[name]), "Δw"];
    const head = [t`from`, ...symbols].map((text, i) => element("th", { scope: "col", class: i === 0 ? "" : "number" }, text));
    const number = (value) => element("td", { class: "number" }, exponential(value, 1));
    const lines = rows.map((from) => {
      const line = element(
        "tr",
        { class: from === at ? "total" : "" },
        element("th", { scope: "row" }, this.pick(change, from)),
        number(change.gradient[from]),
        ...change.memories.map(({ after }) => number(after[from])),
        number(change.update[from]),
      );
      const edge = this.edge(change, from);
      line.addEventListener("pointerenter", () => this.point(edge));
      line.addEventListener("pointerleave", () => this.point(null));
      return line;
    });
    return element("table", { class: "moved" }, element("caption", {}, t`The weights that moved most`), element("tr", {}, ...head), ...lines);
  }

  pick({ place }, from) {
    const name = this.nameOf(place, from);
    const onclick = () => {
      this.picked = { place, from };
      this.lab.onChange("selection");
    };
    return element("button", { class: "link", "data-key": `moved ${name}`, onclick }, name);
  }

  /** Every number of the step of one weight. */
  microscope(change, at) {
    const { gradient, memories, before, after, update, place } = change;
    const own = { ...change, g: gradient[at], w: before[at], update: update[at], memories: memories.map((one) => ({ before: one.before[at], after: one.after[at] })) };
    const formula = (text) => element("p", { class: "formula" }, text);
    const isBias = at === before.length - 1;
    const what = isBias ? t`mean of its error` : t`mean of activation × error`;
    const penalty = change.l2 > 0 && !isBias ? ` + ${numeral(String(change.l2))} · w` : "";
    return [
      element("h3", {}, `${this.nameOf(place, at)} → ${this.lab.idOf(place)}`),
      formula(`g = ${what}${penalty} = ${exponential(own.g)}`),
      ...STEPS[change.optimizer](own).map(formula),
      formula(t`w = ${signed(before[at], EXACT)} − step = ${signed(after[at], EXACT)}`),
    ];
  }

  nameOf({ column }, from) {
    const { ids } = this.lab.columns[column - 1];
    return from < ids.length ? this.lab.nameOf(ids[from]) : t`bias`;
  }

  edge({ place }, from) {
    const { fanIn, fanOut } = this.lab.layers[place.column - 1];
    return from < fanIn ? { layer: place.column - 1, index: from * fanOut + place.unit } : null;
  }
}

/** The rules of optimizers.js, each in its own numbers. */
const STEPS = {
  sgd: ({ rate, update }) => [t`step = ${short(rate)} · g = ${signed(-update, EXACT)}`],
  momentum: ({ rate, memories: [u], update }) => [
    `u = ${plain(MOMENTUM)} · ${exponential(u.before)} + g = ${exponential(u.after)}`,
    t`step = ${short(rate)} · u = ${signed(-update, EXACT)}`,
  ],
  rmsprop: ({ rate, memories: [v], update }) => [
    `v = ${plain(DECAY)} · ${exponential(v.before)} + ${decimal(1 - DECAY, 1)} · g² = ${exponential(v.after)}`,
    t`step = ${short(rate)} · g ÷ (√v + 10⁻⁸) = ${signed(-update, EXACT)}`,
  ],
  adam: ({ rate, t: steps, memories: [m, v], update }) => [
    `m = ${plain(BETA1)} · ${exponential(m.before)} + ${decimal(1 - BETA1, 1)} · g = ${exponential(m.after)}`,
    `v = ${plain(BETA2)} · ${exponential(v.before)} + ${decimal(1 - BETA2, 3)} · g² = ${exponential(v.after)}`,
    `m̂ = m ÷ (1 − ${plain(BETA1)}^${steps}) = ${exponential(m.after / (1 - BETA1 ** steps))}`,
    `v̂ = v ÷ (1 − ${plain(BETA2)}^${steps}) = ${exponential(v.after / (1 - BETA2 ** steps))}`,
    t`step = ${short(rate)} · m̂ ÷ (√v̂ + 10⁻⁸) = ${signed(-update, EXACT)}`,
  ],
};

/** Which rule, on how many samples, and how far all weights of the unit moved. */
function sentenceOf({ optimizer, rate, batchSize, gradient, before, update }) {
  const rule = t`${OPTIMIZERS[optimizer].word} at a rate of ${short(rate)}, ${count(batchSize)} samples.`;
  const share = norm(update) / norm(before);
  const moved = Number.isFinite(share) ? t` All its weights together moved by ${percent(share, 2)} of their size.` : "";
  const silent = gradient.every((slope) => slope === 0) ? t` No sample of this batch reached it: its gradient is 0.` : "";
  return rule + moved + silent;
}

function norm(values) {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** A rate on its way to 0 in four digits: "0.001982". */
function short(rate) {
  return plain(Number(rate.toPrecision(4)));
}

/** A number with the digits that it has. */
function plain(value) {
  return numeral(String(value));
}

/** One unit taken apart to its last number: weights, terms, bias, total, neighbors. */

import { calibrationSentence } from "./answer.js";
import { t } from "../language/texts.js";
import { strongest } from "../model/attribution.js";
import { count, decimal, element, percent, signed, tile } from "../picture/dom.js";
import { activationOf } from "../model/layers.js";
import { OUTPUTS } from "../model/outputs.js";
import { termsOf } from "../model/sums.js";
import { kernelPictures, mapPictures } from "./feature-maps.js";
import { symmetricLimit } from "../picture/theme.js";
import { flips, roleOf, share } from "../picture/words.js";

const TERMS = 6; // largest contributions that are listed by name
const NEIGHBORS = 5; // strongest weights that are listed in each direction

export class UnitPanel {
  title = t`Unit`;

  /**
   * @param {Lab} lab @param {(layer: number, index: number) => void} point at an edge, or null
   * @param {{element: HTMLElement, show: (palette: Palette) => void}[]} measured what is folded below
   * @param {WhatChanged | null} changed what a step of learning did to it, while the network learns
   * @param {EdgePaths} paths what is told of an edge
   */
  constructor(lab, point, measured, changed, paths) {
    Object.assign(this, { lab, point, measured, changed, paths });
    this.numbers = element("section");
    this.element = element("div", {}, this.numbers, ...measured.map((part) => part.element));
  }

  leave() {
    this.changed?.leave();
  }

  show(palette) {
    this.palette = palette;
    const { selected } = this.lab;
    const focused = document.activeElement?.dataset?.key;
    const parts = selected ? this.parts(selected) : this.lab.through ? this.paths.ofEdge() : [this.invitation()];
    this.numbers.replaceChildren(...parts);
    for (const part of this.measured) part.show(palette);
    if (focused) this.element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  invitation() {
    return element("p", { class: "hint" }, t`Click a unit or an edge of the picture, or walk to a unit: Tab, then the arrow keys.`);
  }

  parts(place) {
    const id = this.lab.idOf(place);
    const close = element(
      "button",
      { class: "close", onclick: () => this.lab.select(null), "aria-label": t`Close` },
      "×",
    );
    return [
      element("h2", {}, id, close),
      element("p", { class: "role" }, roleOf(this.lab, place)),
      ...this.without(place),
      ...(this.changed?.show(place, this.palette) ?? []),
      ...mapPictures(this.lab, this.palette, place),
      ...(place.column > 0 ? this.sum(place) : this.lab.columns[0].cells > 1 ? [] : this.pixel(place)),
      ...this.outgoing(place),
    ];
  }

  /** What would be without it: buttons that take it out and put it back. */
  without(place) {
    const { lab } = this;
    if (place.column === lab.layers.length) return [];
    const held = lab.cuts.holdOf(place);
    const button = (hold, words) => {
      const onclick = () => (held === hold ? lab.putBack(place) : lab.silence([place], hold));
      return element("button", { onclick, "data-key": `hold ${hold}`, "aria-pressed": String(held === hold) }, words);
    };
    const average = lab.edges.knowsUsual ? [button("average", t`held at its average`)] : [];
    return [element("p", { class: "without" }, t`Without it: `, button("zero", t`silent`), ...average)];
  }

  /** A pixel's ink, and what a little more of it would do to every logit. */
  pixel({ unit }) {
    const { outputNames, ink, isPicture } = this.lab;
    const { templates, isExact } = this.lab.linearMap();
    const slopes = outputNames.map((name, k) => row(name, "", signed(templates[unit * outputNames.length + k] / 10)));
    const [told, more] = isPicture
      ? [t`Ink: ${decimal(ink[unit])} (0 is paper, 1 is pen)`, t`ink here`]
      : [t`Value: ${decimal(ink[unit])}`, t`of it`];
    return [
      element("p", {}, told),
      element(
        "table",
        {},
        element("caption", {}, isExact ? t`With 0.1 more ${more}, each logit would change by (until ${flips(this.lab)})` : t`With 0.1 more ${more}, each logit would change by about`),
        ...slopes,
      ),
    ];
  }

  /** The exact sum: largest contributions, all others, bias, total; and what becomes of it. */
  sum(place) {
    const { lab } = this;
    const { column, unit } = place;
    const { fanOut, taps, kernel, norm } = lab.layers[column - 1];
    const isMap = lab.columns[column].cells > 1;
    const terms = termsOf(lab, place);
    const { preActivation, bias } = lab.explain(lab.idOf(place));
    const top = strongest(terms, TERMS, (term) => term.contribution).filter(({ contribution }) => contribution !== 0);
    const others = terms.filter((term) => !top.includes(term));
    const rows = top.map((term) => this.term(column - 1, term.from * fanOut + unit, term));
    const table = element(
      "table",
      {},
      element("caption", {}, sumCaption(taps, isMap)),
      ...rows,
      ...othersRows(others),
      row(t`bias`, "", signed(bias)),
      row(isMap ? t`= mean` : t`= pre-activation`, "", decimal(preActivation), "total"),
    );
    const into = strongest(terms, NEIGHBORS, (term) => term.weight);
    return [
      ...(taps === 1 ? [this.tiles(place, terms)] : []),
      table,
      element("p", { class: "formula" }, this.formula(place)),
      ...this.calibration(place),
      element("h3", {}, kernel ? t`Strongest kernels into it` : t`Strongest weights into it`),
      ...(norm ? [element("p", { class: "hint" }, t`Batch normalization is folded in.`)] : []),
      ...(taps === 1 ? [] : [kernelPictures(lab, this.palette, place, into.map(({ from }) => from))]),
      this.neighbors(into.map(({ from, weight }) => [column - 1, from * fanOut + unit, lab.columns[column - 1].ids[from], weight])),
    ];
  }

  /** A term of the sum; pointing at it lights its edge up. */
  term(layer, index, { activation, weight, contribution, from }) {
    const id = this.lab.columns[layer].ids[from];
    const detail = this.lab.layers[layer].taps === 1 ? `${decimal(activation, 3)} × ${decimal(weight, 3)}` : "";
    const line = row(this.link(id, `term ${id}`), detail, signed(contribution));
    this.pointing(line, layer, index);
    return line;
  }

  tiles({ column }, terms) {
    const { lab } = this;
    const isField = column === 1 && lab.isPicture;
    const width = Math.min(isField ? lab.input.side * lab.input.channels : 32, terms.length);
    const normalized = lab.layers[0].before ? t`normalized ` : "";
    const names = isField
      ? [t`Receptive field`, t`× your ${normalized}${lab.input.inkName}`]
      : [t`Weights`, column === 1 ? t`× the ${normalized}values` : t`× the activations`];
    const tiled = [terms.map(({ weight }) => weight), terms.map(({ contribution }) => contribution)];
    const figures = tiled.map((values, i) => {
      const limit = symmetricLimit(values);
      const picture = tile(values, width, (value) => this.palette.signed(value, limit), names[i]);
      return element("figure", {}, picture, element("figcaption", {}, `${names[i]} (±${decimal(limit, 3)})`));
    });
    return element("div", { class: isField ? "tiles" : "tiles wide" }, ...figures);
  }

  formula(place) {
    const { column, unit } = place;
    const { trace, layers, columns, means } = this.lab;
    const { cells } = columns[column];
    const { output } = layers[column - 1];
    const z = decimal(trace.preActivations[column - 1][unit]);
    const a = trace.activations[column - 1][unit];
    if (output) return t`Raw ${lowered(OUTPUTS[output].formula(z))} = ${share(this.lab, a, 2)}`;
    const layer = layers[column - 1];
    const { value, formula } = activationOf(layer);
    const { word } = layer.activation;
    const normalized = layer.after ? t`, then normalized` : "";
    if (cells > 1) {
      return t`${word}: ${formula("z")}${normalized}, at each of ${count(cells)} places: mean activation ${decimal(means[column][unit])}`;
    }
    const result = layer.after ? `${decimal(value(trace.preActivations[column - 1][unit]))}${normalized}: ${decimal(a)}` : decimal(a);
    return `${word}: ${formula(z)} = ${result}`;
  }

  /** The calibrated probability of an output unit, where there is one. */
  calibration({ column, unit }) {
    const { layers, isCalibrated, told, trace } = this.lab;
    if (column < layers.length || !isCalibrated) return [];
    const z = decimal(trace.logits[unit]);
    return [
      element("p", { class: "formula" }, t`Calibrated: e^(${z} ÷ T) ÷ Σ e^(logits ÷ T) = ${percent(told[unit], 2)}`),
      element("p", { class: "role" }, calibrationSentence(this.lab)),
    ];
  }

  outgoing({ column, unit }) {
    const { columns, layers } = this.lab;
    if (column === layers.length) return [];
    const { edges, fanOut, kernel } = layers[column];
    const weights = Array.from({ length: fanOut }, (_, to) => ({ to, weight: edges[unit * fanOut + to] }));
    const top = strongest(weights, NEIGHBORS, (entry) => entry.weight);
    return [
      element("h3", {}, kernel ? t`Strongest kernels out of it` : t`Strongest weights out of it`),
      this.neighbors(top.map(({ to, weight }) => [column, unit * fanOut + to, columns[column + 1].ids[to], weight])),
    ];
  }

  neighbors(entries) {
    const items = entries.map(([layer, index, id, weight]) => {
      const item = element("li", {}, this.link(id, `weight ${id}`), ` ${signed(weight)}`, this.scissors(layer, index, id), this.follow(layer, index, id));
      this.pointing(item, layer, index);
      return item;
    });
    return element("ul", { class: "neighbors" }, ...items);
  }

  /** Cuts an edge, or puts it back. */
  scissors(layer, index, id) {
    const { lab } = this;
    const isCut = lab.cuts.isCut({ layer, index });
    const onclick = () => (isCut ? lab.putBack({ layer, index }) : lab.cut({ layer, index }));
    const words = isCut ? t`Put back the edge between this unit and ${id}` : t`Cut the edge between this unit and ${id}`;
    return element("button", { class: "scissors", title: words, "aria-label": words, "aria-pressed": String(isCut), "data-key": `cut ${id}`, onclick }, "✂");
  }

  /** The paths through an edge. */
  follow(layer, index, id) {
    const words = t`Paths through the edge between this unit and ${id}`;
    return element("button", { class: "scissors", title: words, "aria-label": words, "data-key": `paths ${id}`, onclick: () => this.lab.selectEdge({ layer, index }) }, "⇢");
  }

  pointing(node, layer, index) {
    node.addEventListener("pointerenter", () => this.point({ layer, index }));
    node.addEventListener("pointerleave", () => this.point(null));
    node.addEventListener("focusin", () => this.point({ layer, index }));
    node.addEventListener("focusout", () => this.point(null));
  }

  link(id, key) {
    return element("button", { class: "link", "data-key": key, onclick: () => this.lab.select(id) }, this.lab.nameOf(id));
  }
}

/** Many small terms: what they usually give, and what is special about this drawing. */
function othersRows(others) {
  const total = others.reduce((sum, { contribution }) => sum + contribution, 0);
  if (others.length === 0) return [];
  const name = t`${count(others.length)} others`;
  if (others.some(({ average }) => average === null)) return [row(name, "", signed(total))];
  const usual = others.reduce((sum, { average }) => sum + average, 0);
  return [row(t`${name}, on average`, "", signed(usual)), row(t`… and beyond it now`, "", signed(total - usual))];
}

/** "Softmax: …" within a sentence. */
function lowered(text) {
  return text[0].toLowerCase() + text.slice(1);
}

/** What the terms of a sum are. */
function sumCaption(taps, isMap) {
  if (taps === 1) return t`The sum behind this unit: activation × weight`;
  return isMap
    ? t`The sum behind this map’s mean pre-activation: what each map adds through its kernel`
    : t`The sum behind this unit: what each map adds through its ${taps} weights`;
}

function row(name, detail, value, className = "") {
  const number = element("td", { class: "number" }, value);
  if (!detail) return element("tr", { class: className }, element("th", { scope: "row", colspan: 2 }, name), number);
  const heading = element("th", { scope: "row" }, name);
  return element("tr", { class: className }, heading, element("td", { class: "detail" }, detail), number);
}

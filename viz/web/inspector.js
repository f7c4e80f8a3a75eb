/** The panel beside the picture: the answer, or one unit taken apart to its last number. */

import { strongest, termsInto } from "./attribution.js";
import { byId, count, decimal, element, percent, signed, tile } from "./dom.js";
import { argmax } from "./network.js";
import { symmetricLimit } from "./theme.js";

const TERMS = 6; // largest contributions that are listed by name
const NEIGHBORS = 5; // strongest weights that are listed in each direction

export class Inspector {
  /** @param {object} model columns, layers, classNames, side @param {(id) => void} select */
  constructor(model, select) {
    this.model = model;
    this.select = select;
    this.panel = byId("inspector");
  }

  /** @param {{column: number, unit: number} | null} selected */
  show(selected, ink, trace, blank, palette) {
    this.inputs = [ink, ...trace.activations];
    this.trace = trace;
    this.blank = blank;
    this.palette = palette;
    const parts = selected === null ? this.answer() : this.unit(selected);
    this.panel.replaceChildren(...parts);
  }

  answer() {
    const { classNames, columns } = this.model;
    const { probabilities } = this.trace;
    const winner = argmax(probabilities);
    const output = columns[columns.length - 1];
    const rows = classNames.map((name, k) => {
      const share = this.blank ? 0 : probabilities[k];
      const bar = element("span", { class: "bar" }, element("span", { class: "fill" }));
      bar.firstChild.style.width = `${share * 100}%`;
      return element(
        "button",
        {
          class: !this.blank && k === winner ? "class winner" : "class",
          onclick: () => this.select(output.ids[k]),
        },
        element("b", {}, name),
        bar,
        element("span", { class: "number" }, this.blank ? "–" : percent(share)),
      );
    });
    const verdict = this.blank
      ? [element("p", { class: "verdict" }, "?"), element("p", {}, "Draw a digit: the network answers with every stroke.")]
      : [
          element("p", { class: "verdict" }, classNames[winner]),
          element("p", {}, `The network reads ${classNames[winner]} with ${percent(probabilities[winner])}.`),
        ];
    const hint = element("p", { class: "hint" }, "Click any unit of the picture to take its number apart.");
    return [element("h2", {}, "Answer"), ...verdict, element("div", { class: "classes" }, ...rows), hint];
  }

  unit({ column, unit }) {
    const { columns } = this.model;
    const id = columns[column].ids[unit];
    const close = element("button", { class: "close", onclick: () => this.select(null), "aria-label": "Close" }, "×");
    const heading = element("h2", {}, id, close);
    const parts = column === 0 ? this.pixel(unit) : this.sum(column, unit);
    return [heading, element("p", { class: "role" }, this.role(column, unit)), ...parts, ...this.outgoing(column, unit)];
  }

  role(column, unit) {
    const { columns, classNames, side } = this.model;
    if (column === 0) return `Pixel in row ${Math.floor(unit / side)}, column ${unit % side}`;
    if (column === columns.length - 1) return `Output unit for “${classNames[unit]}”`;
    return `Unit ${unit} of ${columns[column].ids.length} in hidden layer ${column}`;
  }

  pixel(unit) {
    return [element("p", {}, `Ink: ${decimal(this.inputs[0][unit])} (0 is paper, 1 is pen)`)];
  }

  /** The exact sum: largest contributions, all others, bias, total; and what becomes of it. */
  sum(column, unit) {
    const { columns, layers, side } = this.model;
    const layer = layers[column - 1];
    const terms = termsInto(layer, this.inputs[column - 1], unit);
    const total = this.trace.preActivations[column - 1][unit];
    const bias = layer.b[unit];
    const top = strongest(terms, TERMS, (term) => term.contribution).filter((t) => t.contribution !== 0);
    const named = top.reduce((sum, term) => sum + term.contribution, 0);
    const rest = total - bias - named;
    const ids = columns[column - 1].ids;
    const row = (name, detail, value, id) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, id ? this.link(id) : name),
        element("td", { class: "detail" }, detail),
        element("td", { class: "number" }, value),
      );
    const table = element(
      "table",
      {},
      element("caption", {}, "The sum behind this unit: activation × weight"),
      ...top.map((t) => row("", `${decimal(t.activation, 3)} × ${decimal(t.weight, 3)}`, signed(t.contribution), ids[t.from])),
      row(`${count(terms.length - top.length)} others`, "", signed(rest)),
      row("bias", "", signed(bias)),
      element(
        "tr",
        { class: "total" },
        element("th", { scope: "row", colspan: 2 }, "= pre-activation"),
        element("td", { class: "number" }, decimal(total)),
      ),
    );
    const columnsOfTile = column === 1 ? side : Math.min(32, terms.length);
    return [
      ...this.tiles(terms, columnsOfTile, column),
      table,
      element("p", { class: "formula" }, this.formula(column, unit, total)),
      element("h3", {}, "Strongest weights into it"),
      this.neighbors(strongest(terms, NEIGHBORS, (t) => t.weight).map((t) => [ids[t.from], t.weight])),
    ];
  }

  tiles(terms, width, column) {
    const weights = terms.map((term) => term.weight);
    const products = terms.map((term) => term.contribution);
    const source = column === 1 ? "your ink" : "the activations";
    const names = [column === 1 ? "Receptive field" : "Weights", `× ${source}`];
    const figures = [weights, products].map((values, i) => {
      const limit = symmetricLimit(values);
      const picture = tile(values, width, (value) => this.palette.signed(value, limit), names[i]);
      const scale = `±${decimal(limit, 3)}`;
      return element("figure", {}, picture, element("figcaption", {}, `${names[i]} (${scale})`));
    });
    return [element("div", { class: column === 1 ? "tiles" : "tiles wide" }, ...figures)];
  }

  formula(column, unit, total) {
    const activation = this.trace.activations[column - 1][unit];
    if (column < this.model.layers.length) return `ReLU: max(0, ${decimal(total)}) = ${decimal(activation)}`;
    return `Softmax: e^${decimal(total)} ÷ Σ e^logits = ${percent(activation, 2)}`;
  }

  outgoing(column, unit) {
    const { columns, layers } = this.model;
    if (column === layers.length) return [];
    const { W, fanOut } = layers[column];
    const weights = Array.from(W.subarray(unit * fanOut, (unit + 1) * fanOut), (weight, to) => ({ to, weight }));
    const top = strongest(weights, NEIGHBORS, (entry) => entry.weight);
    return [
      element("h3", {}, "Strongest weights out of it"),
      this.neighbors(top.map(({ to, weight }) => [columns[column + 1].ids[to], weight])),
    ];
  }

  neighbors(pairs) {
    const items = pairs.map(([id, weight]) =>
      element("li", { class: weight < 0 ? "negative" : "positive" }, this.link(id), ` ${signed(weight)}`),
    );
    return element("ul", { class: "neighbors" }, ...items);
  }

  link(id) {
    return element("button", { class: "link", onclick: () => this.select(id) }, id);
  }
}

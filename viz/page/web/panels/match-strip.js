/** How alike the units of a layer are to their partners: a bar for each, the most alike first; a click selects. */

import { t } from "../language/texts.js";
import { count, decimal, element } from "../picture/dom.js";

const [HEIGHT, BAR] = [44, 4]; // pixels of the picture and of a bar in it
const ALIKE = 0.9; // the twin of ALIKE in matching.py

export class MatchStrip {
  /** @param {Comparison} compared @param {object} column of payload.compare */
  constructor(compared, { key, alignment }) {
    this.compared = compared;
    this.key = key;
    this.column = compared.first.columns.findIndex((column) => column.key === key);
    const matches = compared.matches[this.column];
    this.order = Array.from(matches.keys()).sort((p, q) => matches[q] - matches[p]);
    const sorted = this.order.map((unit) => matches[unit]);
    const [middle, nAlike] = [median(sorted), sorted.filter((match) => match > ALIKE).length];
    const words =
      t`in the median ${decimal(middle, 2)}; ${count(nAlike)} of ${count(sorted.length)} above ${decimal(ALIKE, 1)}; alignment of the layer (linear CKA) ${decimal(alignment, 2)}.`;
    this.canvas = element("canvas", { width: BAR * sorted.length, height: HEIGHT, role: "img", "aria-label": t`Correlation of each unit of ${key} with its partner` });
    this.canvas.addEventListener("click", ({ offsetX }) => this.choose(offsetX));
    this.canvas.addEventListener("pointermove", ({ offsetX }) => (this.canvas.title = this.wordsAt(offsetX)));
    this.element = element("figure", { class: "match" }, this.canvas, element("figcaption", {}, element("b", {}, key), `: ${words}`));
  }

  unitAt(x) {
    const at = Math.floor((x / this.canvas.clientWidth) * this.order.length);
    return this.order[Math.min(Math.max(at, 0), this.order.length - 1)];
  }

  choose(x) {
    this.compared.first.select(this.idOf(this.unitAt(x), this.compared.first));
  }

  idOf(unit, lab) {
    return lab.columns[this.column].ids[unit];
  }

  wordsAt(x) {
    const { first, second, matches } = this.compared;
    const unit = this.unitAt(x);
    return t`${this.idOf(unit, first)} and ${this.idOf(unit, second)}: ${decimal(matches[this.column][unit], 2)}`;
  }

  show({ theme }) {
    const { first, matches } = this.compared;
    const ctx = this.canvas.getContext("2d");
    const lowest = Math.min(0, ...matches[this.column]);
    const zero = HEIGHT / (1 - lowest); // the line from which bars rise or hang
    ctx.clearRect(0, 0, this.canvas.width, HEIGHT);
    this.order.forEach((unit, place) => {
      const height = matches[this.column][unit] * zero;
      const isSelected = first.selected?.column === this.column && first.selected.unit === unit;
      ctx.fillStyle = isSelected ? theme.accent : theme.muted;
      const top = Math.min(zero - Math.max(height, 0), HEIGHT - 1); // also of a bar without a height
      ctx.fillRect(place * BAR, top, BAR - 1, Math.max(Math.abs(height), 1));
    });
  }
}

function median(sorted) {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

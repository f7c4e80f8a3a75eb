/** One layer of the weights view: its plate, what a pointer or the keyboard asks it, its scale. */

import { english, numeral, t } from "../language/texts.js";
import { formOf } from "../model/canonical.js";
import { count, element } from "../picture/dom.js";
import { brief } from "../picture/labels.js";
import { PlateMarks } from "../picture/plate-marks.js";
import { PlatePainting } from "../picture/plate-painting.js";
import { plateOf, pointAt } from "../picture/plates.js";
import { short } from "../picture/scale.js";
import { walk } from "./plate-keys.js";
import { plateWords, weightWords } from "./plate-words.js";

const [HEAD, MOST_HEAD, LETTER] = [22, 110, 7]; // CSS pixels for names, and of each letter
const INVITATION = english`Point at a weight, or walk with the arrow keys.`;

export class PlateFigure {
  /**
   * @param {Lab} lab @param {number} n the layer
   * @param {(edge: object | null) => void} point lights an edge up
   * @param {(place: object | null) => void} look previews a unit
   */
  constructor(lab, n, point, look) {
    Object.assign(this, { lab, n, point, look });
    this.cursor = null; // {column, row}: the point that is asked for
    this.isSeen = false;
    [this.changes, this.painted] = [0, 0]; // counted; up to which it is painted
    const id = `plate-${n}`;
    this.hint = element("p", { class: "hint" });
    this.readout = element("p", { class: "readout", id, "aria-live": "off" });
    this.canvas = element("canvas", { tabindex: 0, role: "application", "aria-describedby": id });
    this.note = element("p", { class: "hint" });
    this.ends = [element("span"), element("span")];
    const bar = element("div", { class: "scale", "aria-hidden": "true" }, this.ends[0], element("i"), this.ends[1]);
    const { key } = lab.columns[n];
    this.name = `W${n + 1}: ${key} → ${lab.columns[n + 1].key}`;
    this.element = element("figure", { class: "plate" }, element("h2", {}, this.name), this.hint, this.readout, this.canvas, bar, this.note);
    this.listen();
  }

  listen() {
    const on = (type, listener) => this.canvas.addEventListener(type, listener);
    on("pointermove", (event) => this.ask(this.under(event)));
    on("pointerdown", (event) => this.ask(this.under(event)));
    on("pointerleave", () => this.ask(null));
    on("blur", () => this.ask(null));
    on("focus", () => this.canvas.matches(":focus-visible") && this.say(this.cursor ?? { column: 0, row: 0 }));
    on("click", (event) => this.select(this.under(event)));
    on("keydown", (event) => this.key(event));
  }

  /** Lays it out anew. @param {object} shown see weightsToShow @param {number} width CSS pixels */
  layout(shown, palette, width) {
    const { lab, n, canvas } = this;
    const layer = lab.layers[n];
    const picture = n === 0 && lab.isPicture && layer.taps === 1 ? { side: lab.input.side, channels: lab.input.channels } : null;
    const orders = { source: shown.orders[n], target: shown.orders[n + 1] };
    this.plate = plateOf(layer, orders, picture, width, headOf(lab, n), window.devicePixelRatio);
    this.painting = new PlatePainting(this.plate);
    this.job = null;
    this.marks = new PlateMarks(lab, n, this.plate, [shown.helped[n], shown.helped[n + 1]]);
    [canvas.width, canvas.height] = [this.plate.width, this.plate.height];
    canvas.style.width = `${this.plate.width / this.plate.ratio}px`;
    this.cursor = null;
    const told = plateWords(lab, n, this.plate);
    this.hint.textContent = told;
    canvas.setAttribute("aria-label", t`${this.name}. ${told} Arrow keys walk${this.plate.kind === "fields" ? t` from unit to unit, with Shift within one` : ""}, Enter selects.`);
    this.readout.textContent = t(INVITATION);
    this.soil(shown.form, palette);
  }

  get isDirty() {
    return this.painted < this.changes;
  }

  /** The weights or the colors changed: what is painted holds no longer. */
  soil(form, palette) {
    Object.assign(this, { form, palette });
    this.changes += 1;
    this.element.setAttribute("aria-busy", "true");
  }

  /** Paints until it is done or the time is up. @returns {boolean} whether it is done */
  work(deadline) {
    const { lab, n } = this;
    if (!this.job) {
      this.job = this.painting.paint(lab.layers[n], formOf(lab.layers, this.form, n), this.palette);
      this.begun = this.changes;
    }
    while (performance.now() < deadline) {
      if (!this.job.next().done) continue;
      [this.job, this.painted] = [null, this.begun]; // what changed meanwhile is painted next time
      this.element.setAttribute("aria-busy", String(this.isDirty));
      this.tellScale();
      this.present();
      return true;
    }
    return false;
  }

  tellScale() {
    const { limit, lowest, highest, beyond, count: all } = this.painting.scale;
    [this.ends[0].textContent, this.ends[1].textContent] = [`−${numeral(String(limit))}`, numeral(String(limit))];
    this.note.textContent =
      t`${count(all)} weights from ${short(lowest)} to ${short(highest)}; ${beyond ? count(beyond) : t`none`} beyond the scale.`;
    if (this.cursor) this.tell(this.cursor);
  }

  present() {
    if (!this.painting.scale) return; // nothing is painted yet
    const ctx = this.canvas.getContext("2d");
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.painting.draw(ctx);
    this.marks.draw(ctx, this.palette.theme, this.cursor);
  }

  /** What is under a pointer: a point, or a unit at the edge. @returns {{point: object | null, place: object | null}} */
  under({ clientX, clientY }) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / width;
    const [x, y] = [(clientX - left) * scale, (clientY - top) * scale];
    const point = pointAt(this.plate, x, y);
    return { point, place: point ? null : this.marks.unitAt(x, y) };
  }

  ask(found) {
    const { point = null, place = null } = found ?? {};
    if (point && point.column === this.cursor?.column && point.row === this.cursor.row) return;
    this.readout.setAttribute("aria-live", "off"); // a pointer reads for itself
    this.cursor = point;
    this.look(place);
    this.tell(point, place);
    this.present();
  }

  /** The same by keyboard, where it is spoken. */
  say(point) {
    this.readout.setAttribute("aria-live", "polite");
    this.cursor = point;
    this.tell(point);
    this.present();
  }

  tell(point, place = null) {
    const edge = point && this.edgeAt(point);
    this.point(edge);
    this.readout.textContent = edge ? weightWords(this.lab, edge, this.form, this.plate) : place ? this.unitWords(place) : t(INVITATION);
  }

  edgeAt({ column, row }) {
    const index = this.painting.weightAt(column, row);
    return index < 0 ? null : { layer: this.n, index };
  }

  /** Both units that a weight joins. */
  unitsOf(edge) {
    return this.lab.endsOf(edge).map((unit, end) => ({ column: this.n + end, unit }));
  }

  unitWords(place) {
    const helped = this.marks.helpedBy(place);
    return `${this.lab.nameOf(this.lab.idOf(place))}${helped === null ? "" : t`, helps ${helped} most`}`;
  }

  /** A click or Enter: the unit itself, or of a weight the one that it leads to. */
  select({ point, place }, end = 1) {
    const edge = point && this.edgeAt(point);
    const chosen = place ?? (edge && this.unitsOf(edge)[end]);
    if (chosen) this.lab.select(this.lab.idOf(chosen));
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") {
      if (this.cursor) this.select({ point: this.cursor, place: null }, event.shiftKey ? 0 : 1);
    } else {
      const next = walk(this.plate, this.cursor, event, (point) => this.sizeAt(point));
      if (!next) return;
      this.say(next);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  sizeAt({ column, row }) {
    const index = this.painting.weightAt(column, row);
    return index < 0 ? -1 : Math.abs(this.lab.layers[this.n].W[index]);
  }
}

/** CSS pixels for the names of rows: of classes, as long as they are. */
function headOf({ layers, outputNames }, n) {
  if (n < layers.length - 1) return HEAD;
  return Math.min(Math.max(HEAD, ...outputNames.map((name) => LETTER * brief(name).length + 8)), MOST_HEAD);
}

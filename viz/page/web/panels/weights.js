/** All weights as heatmaps, layer by layer, in the canonical form: live, and bound to the picture. */

import { t } from "../language/texts.js";
import { canonical } from "../model/canonical.js";
import { element } from "../picture/dom.js";
import { formWords, weightsToShow } from "./shown.js";
import { PlateFigure } from "./plate-figure.js";

const BUDGET = 8; // milliseconds of a frame for painting; the rest comes with later frames

export class WeightsPanel {
  title = t`Weights`;
  keepsSelection = true; // a unit that is selected is marked here; no other panel is opened

  /** @param {Lab} lab @param {(edge: object | null) => void} point @param {(place: object | null) => void} look */
  constructor(lab, point, look) {
    Object.assign(this, { lab, point, look });
    this.figures = lab.layers.map((_, n) => new PlateFigure(lab, n, point, look));
    this.turns = this.figures; // in which they are painted
    this.words = element("p", { class: "hint" });
    this.again = element("button", { onclick: () => this.sort() }, t`Sort again`);
    this.stale = element("p", { class: "row" }, t`The weights have changed since they were sorted. `, this.again);
    this.element = element("div", { class: "weights" }, this.words, this.stale, ...this.figures.map((figure) => figure.element));
    const seen = new IntersectionObserver((entries) => this.see(entries));
    for (const { canvas } of this.figures) seen.observe(canvas);
    new ResizeObserver(() => this.fit()).observe(this.element);
  }

  /** Called for every change while the panel is open; what has not changed is not painted again. */
  show(palette) {
    const { lab } = this;
    const isNew = palette !== this.palette;
    this.palette = palette;
    if (!this.shown) this.sort();
    else if (this.revision !== lab.revision || isNew) this.soil(isNew);
    for (const figure of this.figures) figure.present(); // another unit may be selected
    this.stale.hidden = this.sorted === lab.revision;
  }

  /** Another panel is opened: units are sorted anew when this one is opened again. */
  leave() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.point(null);
    this.look(null);
    if (this.sorted !== this.lab.revision) this.shown = null;
  }

  /** The order of units as the weights are now. */
  sort() {
    const { lab } = this;
    this.shown = weightsToShow(lab);
    this.words.textContent = formWords(lab, this.shown.form);
    this.sorted = lab.revision;
    this.stale.hidden = true;
    this.layout();
  }

  /** The panel has another width. */
  fit() {
    const width = this.element.clientWidth;
    if (width > 0 && width !== this.width) this.layout();
  }

  layout() {
    this.width = this.element.clientWidth;
    if (this.width === 0 || !this.shown) return;
    for (const figure of this.figures) figure.layout(this.shown, this.palette, this.width);
    this.remember();
    this.schedule();
  }

  /** The weights or the colors changed: only what they touch is painted again. */
  soil(isNew) {
    const { lab, painted, shown, palette } = this;
    shown.form = canonical(lab.layers);
    this.words.textContent = formWords(lab, shown.form);
    const isSame = (n) => n < 0 || shown.form.factors[n].every((factor, j) => factor === painted.factors[n][j]);
    this.figures.forEach((figure, n) => {
      const isClean = lab.layers[n].folds === painted.folds[n] && isSame(n) && isSame(n - 1);
      if (isNew || !isClean) figure.soil(shown.form, palette);
    });
    this.remember();
    this.schedule();
  }

  remember() {
    const { layers, revision } = this.lab;
    this.revision = revision;
    this.painted = { folds: layers.map(({ folds }) => folds), factors: this.shown.form.factors };
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      this.figures.find(({ canvas }) => canvas === target).isSeen = isIntersecting;
    }
    this.schedule();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => this.work());
  }

  /** One frame's share of what is seen and not yet painted; who had a turn waits for the others. */
  work() {
    this.frame = null;
    const deadline = performance.now() + BUDGET;
    const isWaiting = ({ isSeen, isDirty }) => isSeen && isDirty;
    for (const figure of this.turns.filter(isWaiting)) {
      if (!figure.work(deadline)) break;
      this.turns = [...this.turns.filter((other) => other !== figure), figure];
    }
    if (this.turns.some(isWaiting)) this.schedule();
  }
}

/** The unit or edge that is looked at, selected or for a moment pointed at: all others step back for it. */

import { stillness } from "./motion.js";

const FADE = 150; // milliseconds in which the others step back, or come back
const LEAVE = 120; // milliseconds that a pointer may be between two units

export class Focus {
  /** @param {() => void} redraw asks for a new frame @param {() => void} onChange another unit */
  constructor(redraw, onChange) {
    Object.assign(this, { redraw, onChange });
    this.selected = null; // {column, unit}, or an edge: {layer, index}
    this.pointed = null;
    this.place = null; // the one that is looked at, and still while the others come back
    this.amount = 0; // 0: nothing is; 1: the others have stepped back
    this.goal = 0;
  }

  select(place) {
    this.selected = place;
    this.pointed = null;
    this.turn();
  }

  /** The pointer is at a unit, or at none; then the last one stays for a moment. */
  point(place) {
    clearTimeout(this.leaving);
    if (place === null && this.pointed !== null) {
      this.leaving = setTimeout(() => this.pointAt(null), LEAVE);
    } else this.pointAt(place);
  }

  pointAt(place) {
    this.pointed = place;
    this.turn();
  }

  turn() {
    const place = this.pointed ?? this.selected;
    if (place !== null && !same(place, this.place)) {
      this.place = place;
      this.onChange();
    }
    const goal = place === null ? 0 : 1;
    if (goal === this.goal) return;
    this.goal = goal;
    this.from = this.amount;
    this.began = performance.now();
    cancelAnimationFrame(this.frame);
    this.step(stillness() ? Infinity : this.began);
  }

  /** One frame of the change. */
  step(now) {
    const share = Math.min(Math.max((now - this.began) / FADE, 0), 1);
    this.amount = this.from + (this.goal - this.from) * share * (2 - share);
    this.redraw();
    if (share < 1) this.frame = requestAnimationFrame((later) => this.step(later));
    else if (this.goal === 0) this.place = null;
  }
}

export function same(a, b) {
  return a?.column === b?.column && a?.unit === b?.unit && a?.layer === b?.layer && a?.index === b?.index;
}

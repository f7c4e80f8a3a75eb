/** The digits on the pad: each is read by itself, one of them is in the picture, and one can switch. */

import { t } from "../language/texts.js";
import { digitParts } from "../model/parts.js";
import { element } from "../picture/dom.js";
import { share } from "../picture/words.js";

/** Finds the digits on the pad and lets the network read them; the picture gets the one under the pen. */
export function readPad(lab, pad) {
  const { width } = pad.surface;
  const found = lab.readsDigits ? digitParts(pad.ink, width) : [];
  pad.digits = found.length > 1 ? found : [pad.ink];
  const inks = pad.digits.map((ink) => lab.input.prepare(ink, width));
  lab.setInks(inks, Math.max(pad.digits.indexOf(underPen(pad)), 0), pad.isBusy);
}

/** The digit that has the end of the last stroke, if there is one. */
function underPen({ digits, strokes, surface }) {
  const end = strokes[strokes.length - 1]?.points.slice(-1)[0];
  if (!end) return undefined;
  const last = surface.width - 1;
  const [column, row] = end.map((place) => Math.min(Math.max(Math.floor(place), 0), last));
  return digits.find((ink) => ink[row * surface.width + column] > 0);
}

/** What is read, all digits one after the other: "42". */
export function numberOf(readings) {
  return readings.map(({ name }) => name).join("");
}

/** A button for each digit, with its own answer; hidden where there is one. */
export class DigitRow {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.buttons = [];
    this.element = element("div", { class: "row answers", role: "group", "aria-label": t`Digits, from left to right` });
  }

  show(readings) {
    const { lab } = this;
    this.element.hidden = readings.length === 1;
    if (readings.length === 1) return;
    while (this.buttons.length < readings.length) {
      const i = this.buttons.length;
      this.buttons.push(element("button", { class: "digit", onclick: () => lab.showDigit(i) }));
    }
    const shown = this.buttons.slice(0, readings.length);
    if (this.element.children.length !== shown.length) this.element.replaceChildren(...shown);
    readings.forEach(({ name, probability, isUnlike }, i) => {
      const number = element("span", {}, isUnlike ? t`no digit?` : share(lab, probability));
      shown[i].replaceChildren(element("b", {}, name), number);
      shown[i].setAttribute("aria-pressed", String(i === lab.shown));
      shown[i].title = t`Show this digit’s way through the network`;
    });
  }
}

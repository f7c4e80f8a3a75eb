/** The change of ink that turns the answer, blob by blob, and beside it the noise that does the same. */

import { t } from "../language/texts.js";
import { count, decimal, element, percent, tile } from "../picture/dom.js";
import { stillness } from "../picture/motion.js";
import { share } from "../picture/words.js";
import { argmax, forward } from "../model/network.js";

const STEP = 700; // milliseconds that each blob is looked at
const SEEN = 0.02; // of ink: what is changed less shows the ink

export class InkChange {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.playing = null;
    this.figures = element("div", { class: "tiles" });
    this.button = element("button", { onclick: () => (this.playing ? this.pause() : this.play(true)) });
    this.range = element("input", { type: "range", min: 0, "aria-label": t`Blobs of the pen`, oninput: () => this.goTo(Number(this.range.value)) });
    this.head = element("tr");
    this.rows = element("tbody");
    this.way = element(
      "div",
      {},
      this.figures,
      element("div", { class: "row" }, this.button, this.range),
      element("table", {}, element("caption", {}, lab.givesShares ? t`The probabilities on the way` : t`The values on the way`), element("thead", {}, this.head), this.rows),
    );
    this.beside = element("div");
    this.element = element("div", {}, this.way, this.beside);
  }

  /** Shows another answer of the worker's. @returns {string} the same in a sentence */
  set({ change, noise }, palette) {
    const { lab } = this;
    Object.assign(this, { change, palette });
    this.way.hidden = !change;
    this.beside.replaceChildren(...(noise ? noiseParts(lab, change, noise, palette) : []));
    if (!change) return t`No few blobs of the pen were found that turn this answer.`;
    const told = change.images.map((image) => lab.tell(forward(lab.layers, image)));
    this.answers = told.map(argmax);
    const [first, last] = [this.answers[0], this.answers[this.answers.length - 1]];
    const names = [first, last].map((k) => lab.classNames[k]);
    this.words = told.map((shares, n) => {
      const both = [first, last].map((k) => share(lab, shares[k]));
      return { blob: n === 0 ? t`your drawing` : nameOf(change.blobs[n - 1]), both };
    });
    const numbers = (tag, texts, more) => texts.map((text) => element(tag, { class: "number", ...more }, text));
    this.head.replaceChildren(element("td"), ...numbers("th", names, { scope: "col" }));
    this.rows.replaceChildren(
      ...this.words.map(({ blob, both }) => element("tr", {}, element("th", { scope: "row" }, blob), ...numbers("td", both))),
    );
    this.range.max = change.blobs.length;
    this.goTo(change.blobs.length);
    this.tellPlaying();
    const n = change.blobs.length;
    return t`${n === 1 ? t`1 blob` : t`${n} blobs`} of the pad’s pen, ${percent(change.ink)} of your ink, and the answer is ${names[1]} instead of ${names[0]}.`;
  }

  /** The drawing with so many blobs. */
  goTo(n) {
    const { change, lab, palette, words } = this;
    this.range.value = this.at = n;
    const { blob, both } = words[n];
    const answer = lab.classNames[this.answers[n]];
    this.range.setAttribute("aria-valuetext", t`${n} of ${change.blobs.length}, ${blob}: ${answer}, ${both[this.answers[n] === this.answers[0] ? 0 : 1]}`);
    this.rows.childNodes.forEach((row, i) => row.classList.toggle("now", i === n));
    const { side } = lab.input;
    const [before, now] = [change.images[0], change.images[n]].map((image) => lab.input.pixelsOf(image));
    const paint = (at) => {
      const more = now[at] - before[at];
      if (Math.abs(more) < SEEN) return palette.ink(now[at]);
      return palette.signed(more > 0 ? now[at] : more, 1);
    };
    const verdict = this.answers[n] === this.answers[0] ? t`Still ${answer}` : t`Here, and it is ${answer}`;
    this.figures.replaceChildren(
      figure(tile([...now.keys()], side, paint, t`The changed ink`), t`Blue is added, orange is erased`),
      figure(tile(now, side, (value) => palette.ink(value), t`The drawing after ${n} of ${change.blobs.length}`), n === 0 ? t`Your drawing` : verdict),
    );
  }

  /** From the drawing on. @param {boolean} [isWanted] even by someone who wants nothing to move by itself */
  play(isWanted = false) {
    this.pause();
    if (!this.change || (stillness() && !isWanted)) return;
    this.goTo(0);
    this.playing = setInterval(() => {
      this.goTo(this.at + 1);
      if (this.at === this.change.blobs.length) this.pause();
    }, STEP);
    this.tellPlaying();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    this.tellPlaying();
  }

  tellPlaying() {
    this.button.textContent = this.playing ? t`Pause` : t`Play`;
  }
}

/** "added at 3,14": pixels as their units are called. */
function nameOf({ row, column, erases }) {
  return erases ? t`erased at ${row},${column}` : t`added at ${row},${column}`;
}

/** Adversarial noise, small, and what the difference means. */
function noiseParts(lab, change, noise, palette) {
  const { side } = lab.input;
  const drawing = lab.input.pixelsOf(lab.ink);
  const image = lab.input.pixelsOf(noise.image);
  const difference = Float64Array.from(image, (value, at) => value - drawing[at]);
  const limit = difference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const answer = lab.classNames[argmax(lab.tell(forward(lab.layers, noise.image)))];
  const norms = change ? t`, where the blobs are ${decimal(change.norm, 2)}` : "";
  return [
    element("h2", {}, t`The same by noise`),
    element(
      "p",
      {},
      t`A little more or less in each of the ${count(drawing.length)} pixels makes it ${answer}, too: an L2 norm of ${decimal(noise.norm, 2)}${norms}. Blobs are what a hand could do; such noise no hand draws and hardly an eye sees, so it shows where the network is fragile, and not what ${answer} looks like.`,
    ),
    element(
      "div",
      { class: "kernels" },
      figure(tile(difference, side, (value) => palette.signed(value, limit), t`The noise`), `± ${decimal(limit, 2)}`),
      figure(tile(image, side, (value) => palette.ink(value), t`What it reads as ${answer}`), t`read as ${answer}`),
    ),
  ];
}

function figure(picture, caption) {
  return element("figure", {}, picture, element("figcaption", {}, caption));
}

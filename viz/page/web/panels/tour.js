/** A tour of the page: eight stops in 90 seconds, by its button or "?", offered once. */

import { english, t } from "../language/texts.js";
import { byId, element } from "../picture/dom.js";

const REMEMBERED = "neuroscribble-tour"; // under this name the browser keeps that it was offered
const GAP = 14; // pixels between the card and what it speaks of
const NARROW = 760; // pixels of a window below which the card stands at its foot

/** What each stop shows, its title and its text. */
const STOPS = [
  ["#pad-frame", english`Draw here`, english`Draw a digit with mouse, pen or finger. Every stroke is read at once. Below are buttons to clear and undo, and examples.`],
  ["#network", english`The network`, english`At the left your ink as numbers, then the hidden units, at the right the answers. The stronger a unit’s color, the more active it is. Point at one, and all edges but its own step back.`],
  ["#panel", english`One unit`, english`Click any unit, and its number falls apart here into all of its terms. By keyboard: Tab to the picture, then the arrow keys.`],
  ["#edges-control", english`Edges`, english`A network has far more edges than a picture can show. The slider draws more or fewer of them; the lists choose which.`],
  ["#caption", english`What is left out`, english`This line tells how well a network of only the drawn edges would read, and how much of your drawing’s signal they carry.`],
  ["[role=tablist]", english`More questions`, english`Each tab is a question: why this answer, every step on the way to it, all weights, and learning from noise before your eyes.`],
  ["#badge", english`Is it true?`, english`The page computes stored cases anew and compares them with those that another program computed. Here stands the largest difference.`],
  ["nav", english`Take it with you`, english`Link keeps drawing, selection and view in the address; SVG and PNG save the picture. The key ? begins this tour again.`],
];
const FEATURES = ["#drawing", english`Set the input`, english`Move the sliders, type numbers or take an example. Every change is read at once.`];

export class Tour {
  /** @param {boolean} isPicture whether there is a pad @param {boolean} isOffered whether it is offered to newcomers @param {AbortSignal} signal the end of the page */
  constructor(isPicture, isOffered, signal) {
    this.stops = isPicture ? STOPS : [FEATURES, ...STOPS.slice(1)];
    this.at = null; // which stop is shown
    const button = (press, words) => element("button", { onclick: press }, words);
    this.progress = element("p", { class: "progress" });
    this.title = element("h2", { id: "tour-title" });
    this.text = element("p", { id: "tour-text" });
    this.back = button(() => this.go(this.at - 1), t`Back`);
    this.next = button(() => this.go(this.at + 1), "");
    this.card = element(
      "div",
      { id: "tour-card", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text", tabindex: -1, onkeydown: (event) => this.key(event) },
      this.progress,
      this.title,
      this.text,
      element("div", { class: "row" }, this.back, this.next, button(() => this.end(), t`End the tour`)),
    );
    byId("tour").addEventListener("click", () => this.go(0));
    const ask = (event) => {
      if (event.key !== "?" || event.target.matches("input, select, textarea")) return;
      event.preventDefault();
      this.go(0);
    };
    document.addEventListener("keydown", ask, { signal });
    window.addEventListener("resize", () => this.place(), { signal });
    signal.addEventListener("abort", () => this.leave());
    if (isOffered && isNew()) this.offer();
  }

  /** Once, below what is drawn with, where it covers nothing. */
  offer() {
    const take = element("button", { class: "link", onclick: () => this.go(0) }, t`A tour of 90 seconds`);
    const decline = element("button", { class: "close", "aria-label": t`No tour`, onclick: () => this.offered.remove() }, "×");
    this.offered = element("p", { id: "tour-offer" }, element("span", {}, t`New here?`, " ", take), decline);
    byId("drawing").append(this.offered);
  }

  /** @param {number} at which stop; behind the last one is the end */
  go(at) {
    this.leave();
    if (at >= this.stops.length) {
      this.end();
      return;
    }
    this.offered?.remove();
    this.at = at;
    const [selector, title, text] = this.stops[at];
    this.target = document.querySelector(selector);
    this.target.classList.add("toured");
    this.progress.textContent = t`${at + 1} of ${this.stops.length}`;
    this.title.textContent = t(title);
    this.text.textContent = t(text);
    this.back.disabled = at === 0;
    this.next.textContent = at === this.stops.length - 1 ? t`Done` : t`Next`;
    document.body.append(this.card);
    this.target.scrollIntoView({ block: "center" });
    this.place();
    this.card.focus({ preventScroll: true });
  }

  /** Beside what it speaks of: to the right, to the left, below or above, where there is room; else at the foot. */
  place() {
    if (this.at === null) return;
    const { style } = this.card;
    const [{ left, right, top, bottom }, { width, height }] = [this.target.getBoundingClientRect(), this.card.getBoundingClientRect()];
    const [w, h] = [document.documentElement.clientWidth, window.innerHeight];
    const within = (value, size, all) => Math.max(GAP, Math.min(value, all - size - GAP));
    const sides = [
      [right + GAP, within(top, height, h)],
      [left - GAP - width, within(top, height, h)],
      [within(left, width, w), bottom + GAP],
      [within(left, width, w), top - GAP - height],
    ];
    const fits = ([x, y]) => x >= 0 && y >= 0 && x + width <= w && y + height <= h;
    const [x, y] = (w > NARROW && sides.find(fits)) || [(w - width) / 2, h - height - GAP];
    Object.assign(style, { left: `${x}px`, top: `${y}px` });
  }

  key(event) {
    event.stopPropagation(); // Escape and arrows mean the tour here
    const to = { ArrowRight: this.at + 1, ArrowLeft: Math.max(this.at - 1, 0) }[event.key];
    if (event.key === "Escape") this.end();
    else if (to !== undefined) this.go(to);
  }

  leave() {
    this.target?.classList.remove("toured");
    this.card.remove();
    this.at = null;
  }

  end() {
    this.leave();
    byId("tour").focus();
  }
}

/** Whether nobody was here before in this browser, which remembers it from now on; where it cannot, everybody was. */
function isNew() {
  try {
    const isFirst = localStorage.getItem(REMEMBERED) === null;
    localStorage.setItem(REMEMBERED, "offered");
    return isFirst;
  } catch {
    return false;
  }
}

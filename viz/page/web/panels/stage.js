/** Presenter mode: large type, only pad, picture and answer; arrow keys walk prepared states. */

import { t } from "../language/texts.js";
import { byId, element } from "../picture/dom.js";
import { DOUBTS } from "./answer.js";
import { numberOf } from "./digits.js";
import { Speaker } from "./speaker.js";
import { share } from "../picture/words.js";

const STEPS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }; // the latter are what clickers send
const DRAWINGS = ["strokes", "ink", "values"]; // words of a link of which one is the drawing
const OWN = ["view", "unit", "edge", "without"]; // that a state without them does not take over

export class Stage {
  /**
   * @param {Lab} lab @param {Link} link @param {View} view
   * @param {{states?: {title: string, notes: string, words: string}[], kiosk?: boolean}} prepared words: of a link
   * @param {AbortSignal} signal the end of the page
   */
  constructor(lab, link, view, { states = [], kiosk = false }, signal) {
    Object.assign(this, { lab, link, view, kiosk });
    this.states = [...states];
    this.at = -1; // index of the state that was shown last; −1: none yet
    this.base = ""; // the link to where the talk began
    this.speaker = new Speaker(this);
    this.verdict = element("p", { class: "verdict" });
    this.number = element("p", { class: "sure" });
    this.doubt = element("p", { class: "doubt" });
    this.place = element("span", { id: "stage-state" });
    const button = (words, label, onclick) => element("button", { "aria-label": label, title: label, onclick }, words);
    this.walk = [button("‹", t`State before`, () => this.step(-1)), this.place, button("›", t`Next state`, () => this.step(1))];
    const leave = [
      button("+", t`Keep this state behind the others`, () => this.keep()),
      button(t`Speaker`, t`A second window for the speaker, which can be printed`, () => this.speaker.open()),
      button(t`Leave`, t`Leave presenter mode (F or Escape)`, () => this.leave()),
    ];
    this.bar = element("div", { id: "stage-bar", role: "region", "aria-label": t`Prepared states` }, ...this.walk, ...(kiosk ? [] : leave));
    byId("drawing").append(element("div", { id: "stage-answer", role: "status", "aria-label": t`Answer` }, this.verdict, this.number, this.doubt));
    document.querySelector("main").after(this.bar);
    byId("present").addEventListener("click", () => this.enter());
    document.addEventListener("keydown", (event) => this.key(event), { signal, capture: true });
    signal.addEventListener("abort", () => this.speaker.close());
    signal.addEventListener("abort", () => this.isOn && this.turn(false));
  }

  get isOn() {
    return document.documentElement.dataset.stage !== undefined;
  }

  key(event) {
    const isTyped = event.target.matches?.("input:not([type=range]), textarea, select");
    if (isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = this.isOn ? STEPS[event.key] : undefined;
    const isLeaving = this.isOn && event.key === "Escape" && !this.lab.selected && !this.lab.through;
    const isTurned = !this.kiosk && (isLeaving || event.key.toLowerCase() === "f");
    if (!step && !isTurned) return;
    if (step) this.step(step);
    else if (this.isOn) this.leave();
    else this.enter();
    event.preventDefault();
    event.stopPropagation();
  }

  enter() {
    this.base = this.link.hash();
    this.turn(true);
    this.show();
  }

  leave() {
    this.turn(false);
    this.speaker.close();
    byId("present").focus();
  }

  turn(isOn) {
    if (isOn) document.documentElement.dataset.stage = "";
    else delete document.documentElement.dataset.stage;
    this.view.large = isOn;
    requestAnimationFrame(() => this.view.fit()); // in the frame that has the room
  }

  /** The state of now, behind all others. */
  keep() {
    this.states.push({ title: t`State ${this.states.length + 1}`, notes: "", words: this.link.hash() });
    this.at = this.states.length - 1;
    this.show();
  }

  step(by) {
    const { length } = this.states;
    if (length > 0) this.go(Math.min(Math.max(this.at + by, 0), length - 1));
  }

  /** A state is the beginning with what its words change. @param {number} at */
  go(at) {
    this.at = at;
    this.bring(withWords(this.base, this.states[at].words));
  }

  /** Everything as it was when it was entered. */
  reset() {
    this.at = -1;
    this.bring(this.base);
  }

  /** Nothing is selected, nothing taken out, all is seen, but for what these words of a link say. */
  bring(words) {
    this.link.replace(words);
    this.show();
  }

  /** After whatever has changed. */
  show() {
    if (!this.isOn) return;
    const { lab, states, at } = this;
    const readings = lab.readings();
    const isBlank = lab.winner === null;
    const name = isBlank ? "?" : numberOf(readings);
    this.verdict.textContent = name;
    this.verdict.classList.toggle("long", name.length > 2);
    this.number.textContent = isBlank || readings.length > 1 ? "" : share(lab, lab.told[lab.winner]);
    this.doubt.textContent = lab.doubt ? t(DOUBTS[lab.doubt]) : "";
    for (const part of this.walk) part.hidden = states.length === 0;
    this.place.textContent = at < 0 ? t`${states.length} prepared` : `${at + 1} / ${states.length}  ${states[at].title}`;
    this.speaker.show();
  }
}

/** The words of a link with some of them replaced. @param {string} base @param {string} words */
export function withWords(base, words) {
  const [fields, changes] = [base, words].map((text) => new URLSearchParams(text.replace(/^[^#]*#/, "")));
  const names = [...changes.keys()];
  for (const own of OWN) fields.delete(own);
  if (names.some((name) => DRAWINGS.includes(name))) for (const drawing of DRAWINGS) fields.delete(drawing);
  for (const [name, value] of changes) fields.set(name, value);
  return fields.toString();
}

/** The speaker's second window, which can be printed: all states with notes and links, the one that is shown, the time. */

import { t } from "../language/texts.js";
import { element } from "../picture/dom.js";
import { save } from "../picture/exports.js";
import { answerSentence } from "./answer.js";
import { notify } from "./notice.js";

const SECOND = 1000; // milliseconds
const STYLE = `
body { margin: 24px auto; max-width: 760px; padding: 0 16px; font: 20px/1.4 system-ui, sans-serif; color: #1d2330; background: #fff; }
h1 { font-size: 24px; } li { margin: 14px 0; } li p { margin: 4px 0; white-space: pre-line; overflow-wrap: anywhere; }
button { font: inherit; padding: 6px 14px; }
li.now > button { background: #1d2330; color: #fff; } code { font-size: 11px; overflow-wrap: anywhere; color: #596273; }
.walk { position: sticky; top: 0; padding: 8px 0; background: #fff; display: flex; gap: 12px; align-items: center; flex-wrap: wrap; }
@media print { .walk, .answer { display: none; } li { break-inside: avoid; } body { font-size: 14px; } }`;

export class Speaker {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.window = null;
  }

  open() {
    this.window = window.open("", "neuroscribble-speaker", "popup,width=820,height=760");
    if (!this.window) {
      notify(t`This browser did not open a second window; allow it for this page.`);
      return;
    }
    const { document: page } = this.window;
    page.title = t`Speaker · ${document.title}`;
    page.head.replaceChildren(element("style", {}, STYLE), element("title", {}, page.title));
    this.began = Date.now();
    this.clock = element("b", {}, "0:00");
    this.answer = element("p", { class: "answer" });
    this.list = element("ol", {});
    const button = (words, onclick) => element("button", { onclick }, words);
    const { stage } = this;
    const walk = element(
      "div",
      { class: "walk" },
      button(t`‹ Back`, () => stage.step(-1)),
      button(t`Next ›`, () => stage.step(1)),
      this.clock,
      button(t`Print`, () => this.window.print()),
      button(t`Save the states`, () => save(new Blob([statesText(stage.states)], { type: "text/plain" }), "states.txt")),
    );
    page.body.replaceChildren(element("h1", {}, document.title), walk, this.answer, this.list);
    page.onkeydown = (event) => stage.key(event);
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), SECOND);
    this.show();
  }

  tick() {
    if (this.window?.closed) this.close();
    const seconds = Math.floor((Date.now() - this.began) / SECOND);
    this.clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  show() {
    if (!this.window || this.window.closed) return;
    const { stage } = this;
    const address = window.location.href.split("#")[0];
    this.answer.textContent = answerSentence(stage.lab);
    this.list.replaceChildren(
      ...stage.states.map(({ title, notes, words }, at) =>
        element(
          "li",
          { class: at === stage.at ? "now" : "" },
          element("button", { onclick: () => stage.go(at) }, title),
          element("p", {}, notes),
          element("code", {}, `${address}#${words.replace(/^[^#]*#/, "")}`),
        ),
      ),
    );
    this.list.children[stage.at]?.scrollIntoView({ block: "nearest" });
  }

  close() {
    clearInterval(this.ticking);
    this.window?.close();
    this.window = null;
  }
}

/** The states as `network --stage` reads them. */
export function statesText(states) {
  return states.map(({ title, notes, words }) => [`# ${title}`, ...(notes ? [notes] : []), `state: ${words}`, ""].join("\n")).join("\n");
}

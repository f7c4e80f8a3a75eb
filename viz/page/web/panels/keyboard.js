/** Every unit by keyboard: arrows walk, and a live sentence says where one is, with numbers. */

import { t } from "../language/texts.js";
import { spokenAnswer } from "./answer.js";
import { strongestNeighbor } from "../model/sums.js";
import { nameOfCut } from "./cut-names.js";
import { byId } from "../picture/dom.js";
import { edgeSentence, roleOf, unitSentence } from "../picture/words.js";

const PAUSE = 400; // milliseconds of rest before a changed answer is spoken

export class Keyboard {
  /** @param {Lab} lab @param {View} view whose container hears the keys @param {AbortSignal} signal the end of both */
  constructor(lab, view, signal) {
    this.lab = lab;
    this.speech = byId("speech");
    this.also = () => ""; // what another one has to add to a sentence, see tell
    const picture = view.container;
    picture.addEventListener("keydown", (event) => {
      const place = this.target(event);
      if (place === undefined) return;
      event.preventDefault();
      lab.select(lab.idOf(place));
    });
    picture.addEventListener("focus", () => this.say(this.position()));
    picture.addEventListener("keydown", (event) => {
      if (event.key === "0") view.fit();
    });
    const leave = ({ key }) => key === "Escape" && (lab.selected || lab.through) && lab.select(null); // wherever the focus is
    document.addEventListener("keydown", leave, { signal });
  }

  /** Where a key leads: a place, or undefined (not our key). */
  target({ key, shiftKey }) {
    const { lab } = this;
    const here = lab.selected;
    const isArrow = key.startsWith("Arrow") || key === "Home" || key === "End" || key === "Enter";
    if (!isArrow) return undefined;
    const answer = { column: lab.columns.length - 1, unit: Math.max(lab.winnerUnit ?? 0, 0) };
    if (here === null) return answer;
    const { length } = lab.columns[here.column].ids;
    const order = orderOf(lab.columns[here.column], here.column);
    const place = order.indexOf(here.unit);
    const unit = (n) => ({ ...here, unit: order[(n + length) % length] });
    const row = here.column === 0 && length > 1 ? lab.input.side : 1; // pixels stand in rows
    if (row > 1 && shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) {
      const start = here.unit - (here.unit % row);
      const step = key === "ArrowLeft" ? row - 1 : 1;
      return unit(start + ((here.unit + step) % row)); // around within the row of pixels
    }
    if (key === "ArrowUp") return unit(place - row);
    if (key === "ArrowDown") return unit(place + row);
    if (key === "Home") return unit(0);
    if (key === "End") return unit(length - 1);
    if (key === "ArrowLeft") return strongestNeighbor(lab, here, -1) ?? here;
    if (key === "ArrowRight") return strongestNeighbor(lab, here, 1) ?? here;
    return here;
  }

  position() {
    const { lab } = this;
    if (lab.through) return t`Edge ${nameOfCut(lab, lab.through).replace(">", " → ")}. ${edgeSentence(lab, lab.through)}. Its paths are in the panel.`;
    if (lab.selected === null) {
      return t`${spokenAnswer(lab)} Arrow keys walk through the units: left and right to the strongest neighbor.`;
    }
    return `${roleOf(lab, lab.selected)}. ${unitSentence(lab, lab.selected)}.`;
  }

  /** @param {string} what changed: "ink", "selection", … */
  tell(what) {
    if (what === "selection") this.say(this.position() + this.also(what));
    if (what === "ink" || what === "network" || what === "rest") {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.say(spokenAnswer(this.lab) + this.also(what)), PAUSE);
    }
  }

  say(sentence) {
    if (this.speech.textContent !== sentence) this.speech.textContent = sentence;
  }
}

/** The units of a column as they stand, which in a sparse network is not as they are numbered. */
function orderOf({ x, y }, column) {
  const order = Array.from(x, (_, unit) => unit);
  return column === 0 ? order : order.sort((a, b) => x[a] - x[b] || y[a] - y[b]);
}

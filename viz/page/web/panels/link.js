/** A link that brings back what is shown: what goes into it, and what is taken from it. */

import { t } from "../language/texts.js";
import { CHOICES, SPREADS } from "../model/choice.js";
import { cutOfName, edgeBetween, nameOfCut } from "./cut-names.js";
import { notify } from "./notice.js";
import { readHash, writeHash } from "./share.js";

export class Link {
  /**
   * @param {Lab} lab @param {Pad} pad @param {View} view @param {Trainer} trainer
   * @param {(ink: ArrayLike<number>) => void} setInk on pad and network @param {Education | null} education
   * @param {Comparison | null} compared
   */
  constructor(lab, pad, view, trainer, setInk, education, compared) {
    Object.assign(this, { lab, pad, view, trainer, setInk, education, compared });
  }

  /** Index of the moment of its training that is shown, where it is not the end. */
  get moment() {
    const { education } = this;
    return education && education.index !== education.last ? education.index : null;
  }

  /** @returns {string} what stands behind the # */
  hash() {
    const { lab, pad, view, trainer } = this;
    const { edges } = lab;
    return writeHash({
      values: lab.isPicture ? null : lab.ink,
      strokes: pad.strokes,
      base: pad.base,
      ink: lab.ink,
      topK: edges.showsAll ? "all" : edges.topK,
      choice: edges.choice,
      spread: edges.spread,
      selection: lab.selected && lab.idOf(lab.selected),
      edge: lab.through && nameOfCut(lab, lab.through),
      other: this.compared?.alone && this.compared.second.idOf(this.compared.alone),
      view: view.touched ? view.place : null,
      moment: this.moment,
      learn: trainer.link,
      cuts: lab.cuts.list.map((cut) => nameOfCut(lab, cut)),
    });
  }

  /** A link was pasted over another one: what it does not name is as at first. */
  replace(hash) {
    const { lab, view, education } = this;
    if (lab.selected || lab.through) lab.select(null);
    if (!lab.cuts.isEmpty) lab.restore();
    const fields = new URLSearchParams(hash.replace(/^#/, ""));
    if (!fields.has("view")) view.fit();
    if (education && this.moment !== null && !fields.has("moment")) education.go(education.last);
    this.restore(hash);
  }

  /** Takes from a link what makes sense; the rest stays as it is. */
  restore(hash) {
    const { lab, pad, view, trainer, education } = this;
    const { knowsUsual } = lab.edges;
    const state = readHash(hash);
    if (education && state.moment <= education.last) education.go(state.moment);
    if (CHOICES.includes(state.choice) && (knowsUsual || state.choice !== "usual")) lab.setChoice(state.choice);
    if (SPREADS.includes(state.spread) && (knowsUsual || state.spread === "unit")) lab.setSpread(state.spread);
    if (state.topK !== undefined) lab.setTopK(state.topK);
    if (!lab.isPicture) {
      if (state.values?.length === lab.ink.length) lab.setInk(state.values);
    } else if (state.strokes) {
      pad.setStrokes(state.strokes);
      pad.onChange();
    } else if (state.ink?.length === lab.ink.length) this.setInk(state.ink);
    if (state.selection !== undefined && lab.places.has(state.selection)) lab.select(state.selection);
    const edge = state.edge && edgeBetween(lab, ...state.edge);
    if (edge) lab.selectEdge(edge);
    if (this.compared?.second.places.has(state.other)) this.compared.second.select(state.other);
    if (state.cuts) lab.setCuts(state.cuts.map((name) => cutOfName(lab, name)).filter((cut) => cut !== null));
    if (state.view) view.moveTo(state.view);
    if (state.learn) trainer.set(state.learn);
  }

  async share() {
    history.replaceState(null, "", `#${this.hash()}`);
    const left = this.lab.teacher.steps > 0 ? ` ${t`What you taught it is not in the link.`}` : "";
    try {
      await navigator.clipboard.writeText(window.location.href);
      notify(t`The link to this state is in the clipboard. It needs this file at the same place.` + left);
    } catch {
      notify(t`The link to this state now stands in the address bar.` + left);
    }
  }
}

/** A second network on the page: its own state and picture, which follow the drawing and the selection of the first. */

import { t } from "../language/texts.js";
import { Lab } from "./lab.js";
import { Keyboard } from "./keyboard.js";
import { spokenAnswer } from "./answer.js";
import { checked, numbers, oneOf } from "./api.js";
import { captionSentences, drawnSentences } from "./caption.js";
import { ComparePanel } from "./compare-panel.js";
import { extras } from "./extras.js";
import { forward } from "../model/network.js";
import { decodeFloats } from "../model/payload.js";
import { contest, leads, swappedLogits } from "../model/swaps.js";
import { graphOf } from "../picture/blank.js";
import { byId, decimal, element } from "../picture/dom.js";
import { dataName } from "../picture/data-names.js";
import { drawnLayers } from "../picture/drawn.js";
import { pictureSvg, sideBySide } from "../picture/exports.js";
import { Funnel } from "../picture/funnel.js";

const SETS = { setTopK: ({ showsAll, topK }) => (showsAll ? "all" : topK), setChoice: ({ choice }) => choice, setSpread: ({ spread }) => spread };
const PLAIN = { setTopK: 1, setChoice: "weight", setSpread: "unit" }; // what is possible without knowing what is usual

export class Comparison {
  /**
   * @param {object} page lab of the first network and view of its picture, setInk on pad and network, palette, options of
   *   vis-network, signal of the page's end
   * @param {object} facts payload.compare, see compared.py
   */
  constructor({ lab, view, setInk, palette, options, signal }, facts) {
    Object.assign(this, { first: lab, facts, palette });
    this.names = facts.names.map(dataName);
    this.isFollowing = false; // the second does what the first did …
    this.isTelling = false; // … and the first what the second did
    this.alone = null; // a unit of the second that has no partner, while it is selected
    this.second = new Lab(facts, (what) => this.heard(what));
    this.matches = facts.columns.map(({ correlations }) => (correlations ? decodeFloats(correlations) : null));
    const picture = byId("network");
    const container = element("section", { id: "compared", class: "network", tabindex: 0, role: "application", "aria-label": t`${this.names[1]}: walk through its units with the arrow keys` });
    picture.setAttribute("aria-label", t`${this.names[0]}: walk through its units with the arrow keys`);
    picture.after(container);
    this.funnel = new Funnel(container, graphOf(facts, container, options), this.second, palette());
    [picture, container].forEach((place, n) => place.append(element("p", { class: "whose" }, this.names[n])));
    this.captions = [byId("caption"), element("p", {})];
    this.captions[0].after(this.captions[1]);
    document.querySelector("footer").classList.add("two");
    if (Object.keys(facts.unmatched).length === 0) lookAlike(view, this.funnel.view);
    this.keyboard = new Keyboard(this.second, this.funnel.view, signal);
    this.panel = new ComparePanel(this, setInk);
    signal.addEventListener("abort", () => {
      this.second.onChange = () => {};
      this.funnel.end();
    });
  }

  /** Both pictures seen whole, or from where the first one is seen. @param {View} view of the first */
  fit(view) {
    if (view.touched) this.funnel.view.moveTo(view.place);
    else this.funnel.view.fit();
  }

  /** The stored cases of both networks: the larger error counts. */
  selfCheck(check) {
    const { cases, maxError } = this.second.selfCheck();
    return { ...check, cases: check.cases + cases, maxError: Math.max(check.maxError, maxError) };
  }

  /** The unit of the other network at the same place, or null. @param {Lab} from @param {Lab} to */
  beside(place, from, to) {
    const [last, otherLast] = [from.columns.length - 1, to.columns.length - 1];
    if (place.column === 0) return from.columns[0].ids.length === to.columns[0].ids.length ? place : null;
    if (place.column === last) return { column: otherLast, unit: place.unit };
    const { key } = from.columns[place.column];
    return place.column < otherLast && !(key in this.facts.unmatched) ? place : null;
  }

  /** How alike the two units are in what they do; null for pixels, and for units without a partner. */
  correlation({ column, unit }) {
    const at = column === this.first.columns.length - 1 ? this.matches.length - 1 : column;
    return this.matches[at]?.[unit] ?? null;
  }

  /** The first network has changed. @param {string} what see Lab */
  follow(what) {
    const { first, second } = this;
    this.isFollowing = true;
    if (what === "ink") second.setInk(first.ink);
    if (what === "theme") this.show(what);
    if (what === "edges") this.followEdges();
    if (what === "selection") {
      if (!this.isTelling) this.alone = null;
      const place = first.selected ? this.beside(first.selected, first, second) : this.alone;
      second.select(place && second.idOf(place));
    }
    this.isFollowing = false;
  }

  /** As many edges, chosen in the same way where its file tells enough. */
  followEdges() {
    const { edges } = this.second;
    for (const [set, get] of Object.entries(SETS)) {
      const wanted = get(this.first.edges);
      edges[set](edges.knowsUsual || (wanted !== "usual" && wanted !== "network") ? wanted : PLAIN[set]);
    }
    this.second.onChange("edges");
  }

  /** The second network has changed: by following, or because one of its units was chosen. */
  heard(what) {
    if (what !== "selection" || this.isFollowing) {
      this.show(what);
      return;
    }
    const { first, second } = this;
    const place = second.selected && this.beside(second.selected, second, first);
    this.alone = place ? null : second.selected;
    this.isTelling = true;
    first.select(place && first.idOf(place));
    this.isTelling = false;
    if (this.alone) this.keyboard.say(this.keyboard.position());
  }

  show(what) {
    this.funnel.show(what, this.palette());
  }

  /** What is not drawn of either, below the pictures. */
  tellWhatIsDrawn() {
    [this.first, this.second].forEach((lab, n) => {
      this.captions[n].replaceChildren(element("b", {}, this.names[n]), ` ${drawnSentences(lab).join(" ")}`);
    });
  }

  /** What those hear who cannot see the second picture. @param {string} what changed */
  spoken(what) {
    const { first, second } = this;
    if (what !== "selection") return ` ${this.names[1]}: ${spokenAnswer(second)}`;
    if (!first.selected) return "";
    if (!second.selected) return t` No unit of ${this.names[1]} is matched with it.`;
    const match = this.correlation(first.selected);
    return t` Beside it in ${this.names[1]}: ${this.keyboard.position()}${match === null ? "" : t` What they do correlates by ${decimal(match, 2)}.`}`;
  }

  /** Of the drawing: how far the answer is ahead in the first network, in those between, and in the second. */
  split() {
    const { first, second, facts } = this;
    if (!facts.canSwap || first.isBlank) return null;
    const logits = swappedLogits(first.layers, first.trace, second.trace);
    const between = contest(first.trace.logits, second.trace.logits);
    return { ...between, logits, leads: leads(logits, between) };
  }

  /** Both pictures as one. @param {string} svg of the first */
  svg(svg) {
    const { second, names, funnel } = this;
    return sideBySide(svg, pictureSvg(second, drawnLayers(second), funnel.sheets, this.palette(), captionSentences(second), names[1]), this.palette());
  }

  /** neuroscribble.compare: what both are, and say of the drawing. */
  get api() {
    const { first, second, facts, matches } = this;
    const n = first.ink.length;
    const ink = [numbers("ink", (length) => length === n, `${n} numbers, as for the first network`)];
    const unit = [oneOf("id", (id) => first.places.has(id), 'the id of a unit of the first network, such as "h1:5"', "there is no unit ")];
    const own = [oneOf("id", (id) => id === null || second.places.has(id), 'the id of a unit of the second network, such as "h1:5", or null', "there is no unit ")];
    const partner = (id) => {
      const place = this.beside(first.places.get(id), first, second);
      return place && second.idOf(place);
    };
    const { agreement, swaps, unmatched, matchedOn, testedOn } = facts;
    return checked(
      {
        names: [[], () => [...facts.names]],
        forward: [ink, (given) => forward(second.layers, given)],
        answer: [[], () => (second.winner === null ? null : second.classNames[second.winner])],
        select: [own, (id) => second.select(id)],
        selection: [[], () => second.selected && second.idOf(second.selected)],
        partner: [unit, partner],
        correlation: [unit, (id) => this.correlation(first.places.get(id))],
        correlations: [[], () => matches.map((values) => values && values.slice())],
        split: [[], () => this.split()],
        measured: [[], () => structuredClone({ agreement, swaps, unmatched, matchedOn, testedOn })],
        painted: [[], () => this.funnel.edges.painted],
        words: [[], () => this.funnel.scene.labels.names.placed],
      },
      "compare.",
    );
  }
}

/** Pictures with the same places are moved together. */
function lookAlike(view, other) {
  for (const [one, another] of [[view, other], [other, view]]) {
    for (const event of ["dragging", "zoom"]) one.network.on(event, () => another.moveTo(one.place));
    one.network.on("doubleClick", () => another.fit());
  }
}

extras.compare = Comparison;

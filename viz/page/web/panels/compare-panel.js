/** What two networks have in common and where they part: for this drawing, for a unit, and over data. */

import { dataName } from "../picture/data-names.js";
import { english, t, woven } from "../language/texts.js";
import { rawName } from "./answer.js";
import { Gallery } from "./disagreements.js";
import { MatchStrip } from "./match-strip.js";
import { agreementWords } from "./agreement-words.js";
import { splitTable } from "./split-table.js";
import { receptiveField } from "../model/field.js";
import { decimal, element, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";
import { share, unitSentence } from "../picture/words.js";

export const WHYS = [english`only the first has it`, english`only the second has it`, english`units of a convolution in groups have their places`]; // a layer is not matched

export class ComparePanel {
  title = t`Compare`;
  keepsSelection = true;

  /** @param {Comparison} compared @param {(ink: ArrayLike<number>) => void} setInk on pad and networks */
  constructor(compared, setInk) {
    this.compared = compared;
    const { facts } = compared;
    this.answers = element("div", { class: "answers" });
    this.units = element("div");
    this.split = element("div");
    this.strips = facts.columns.slice(1, -1).filter(({ key }) => !(key in facts.unmatched)).map((column) => new MatchStrip(compared, column));
    this.gallery = facts.gallery ? new Gallery(compared, setInk) : null;
    const unmatched = Object.entries(facts.unmatched).map(([key, why]) => element("p", {}, element("b", {}, key), t`: not matched, ${unmatchedWords(why)}.`));
    this.element = element(
      "div",
      { class: "compare" },
      this.answers,
      this.units,
      element("h2", {}, t`Where they part`),
      this.split,
      element("h2", {}, t`Units that do the same`),
      element("p", {}, matchWords(compared)),
      ...this.strips.map((strip) => strip.element),
      ...unmatched,
      element("h2", {}, t`Do they read alike?`),
      ...agreementWords({ ...facts, names: compared.names }).map((sentence) => element("p", {}, sentence)),
      ...(this.gallery ? [this.gallery.element] : []),
      element("p", { class: "hint" }, t`All other tabs speak of ${compared.names[0]}.`),
    );
  }

  show(palette) {
    const { compared } = this;
    this.palette = palette;
    this.answers.replaceChildren(...[compared.first, compared.second].map((lab, n) => answerOf(lab, compared.names[n])));
    this.units.replaceChildren(...this.pair());
    this.split.replaceChildren(...splitTable(compared));
    for (const strip of this.strips) strip.show(palette);
    this.gallery?.show(palette);
  }

  /** The selected unit and its partner, side by side. */
  pair() {
    const { first, second, names, facts } = this.compared;
    const place = first.selected ?? second.selected;
    if (!place) return [element("p", { class: "hint" }, t`Click a unit of either picture: its partner is selected, too.`)];
    const match = first.selected ? this.compared.correlation(first.selected) : null;
    const figures = [first, second].map((lab, n) => {
      if (!lab.selected) return element("figure", {}, element("figcaption", {}, t`${names[n]}: no unit is matched with it.`));
      return element("figure", {}, ...this.field(lab), element("figcaption", {}, `${names[n]}, ${unitSentence(lab, lab.selected)}`));
    });
    const words = match === null ? [] : [element("p", {}, ...woven`What the two do correlates by ${element("b", {}, decimal(match, 2))} over ${dataName(facts.matchedOn)}.`)];
    return [element("h2", {}, t`The selected unit and its partner`), element("div", { class: "tiles" }, ...figures), ...words];
  }

  /** What a unit that is one number looks for. */
  field(lab) {
    const { column, unit } = lab.selected;
    if (!lab.isPicture || column === 0 || lab.columns[column].cells > 1) return [];
    const field = lab.input.pixelsOf(receptiveField(lab.layers, lab.trace, column, unit));
    const limit = symmetricLimit(field);
    return [tile(field, lab.input.side, (value) => this.palette.signed(value, limit), t`What ${lab.idOf(lab.selected)} looks for`)];
  }
}

function answerOf(lab, name) {
  const { winner, classNames, told } = lab;
  const isLong = winner !== null && classNames[winner].length > 2;
  return element(
    "div",
    {},
    element("p", { class: "told" }, name),
    element("p", { class: isLong ? "verdict long" : "verdict" }, winner === null ? "?" : classNames[winner]),
    element("p", { class: "told" }, winner === null ? t`nothing drawn` : `${share(lab, told[winner])} ${lab.isCalibrated ? t`calibrated` : rawName(lab)}`),
  );
}

/** Why the units of a layer are not matched, see pairing.py. */
function unmatchedWords(why) {
  const both = /^(.+) in the first, (.+) in the second$/.exec(why)?.slice(1).map(sizeWords);
  return both ? t`${both[0]} in the first, ${both[1]} in the second` : t(why);
}

/** "32 units", "8 maps of 12×12" */
function sizeWords(words) {
  const [n, , size] = words.split(/ (units|maps of) ?/);
  return size ? t`${n} maps of ${size}` : t`${n} units`;
}

function matchWords({ facts, names }) {
  const where = facts.inPlace
    ? t`The units of ${names[1]} are those of ${names[0]} at another moment: each stands in its own place, and at the same scale`
    : t`Each unit of ${names[1]} stands where the unit of ${names[0]} does with which it correlates most, one to one, and at its scale`;
  return t`${where}; that changes nothing that it computes. Correlations are over ${dataName(facts.matchedOn)}.`;
}

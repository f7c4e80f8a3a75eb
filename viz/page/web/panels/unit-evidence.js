/** What a hidden unit is for: images, its activation by class, what it pushes for, and what is lost without it. */

import { dataName } from "../picture/data-names.js";
import { english, t } from "../language/texts.js";
import { Asking } from "./asking.js";
import { gallery, license } from "./gallery.js";
import { count, decimal, element, percent, signed, signedCount, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";

const WAYS = { zero: english`Silent`, average: english`Held at its average` };

export class UnitEvidence {
  /** @param {Lab} lab @param {Examiner} examiner @param {(ink: Float32Array) => void} setInk */
  constructor(lab, examiner, setInk) {
    Object.assign(this, { lab, examiner, setInk });
    this.status = element("p", { role: "status" });
    this.found = element("div");
    const summary = element("summary", {}, t`What is it for? The evidence`);
    this.element = element("details", { class: "mind", ontoggle: () => this.show(this.palette) }, summary, this.status, this.found);
    this.asking = new Asking(examiner, (answer) => this.take(answer));
  }

  show(palette) {
    const isRepainted = palette !== this.palette;
    const { selected, layers, revision } = this.lab;
    this.palette = palette;
    this.element.hidden = !selected || selected.column === 0 || selected.column === layers.length || !this.examiner.hasDigits;
    if (this.element.hidden || !this.element.open) {
      if (!this.answer) this.asking.forget();
      return;
    }
    const key = `${revision} ${this.lab.idOf(selected)}`;
    if (key === this.asking.key) {
      if (isRepainted && this.answer) this.tell();
      return;
    }
    this.answer = null;
    this.status.textContent = t`Measuring …`;
    this.found.classList.add("stale");
    this.asking.ask(key, this.element, "unit", selected);
  }

  take(answer) {
    if (answer instanceof Error) {
      this.status.textContent = answer.message;
      return;
    }
    this.answer = answer;
    this.tell();
  }

  tell() {
    const { answer, lab, palette } = this;
    const { most, around, without } = answer;
    const { selected } = lab;
    const shown = (images, caption) => gallery(lab, palette, images.map((one) => ({ ...one, caption: caption(one) })), this.setInk);
    this.status.textContent = this.sentence();
    this.found.classList.remove("stale");
    this.found.replaceChildren(
      element("h2", {}, t`What drives it most`),
      shown(most, ({ activation }) => decimal(activation, 2)),
      element("h2", {}, lab.columns[selected.column].cells > 1 ? t`Around its threshold: the largest sum near 0` : t`Around its threshold (sum 0)`),
      shown(around, ({ sum }) => signed(sum)),
      this.byClass(),
      element("p", { class: "hint" }, pushWords(lab)),
      element("h2", {}, t`Without it`),
      ...Object.entries(without).flatMap(([hold, one]) => {
        const changed = this.changedBy(one);
        return [element("p", {}, this.cost(hold, one)), ...(changed.length > 0 ? [gallery(lab, palette, changed, this.setInk)] : [])];
      }),
      ...license(lab),
      ...(lab.cuts.holdOf(selected) ? [element("p", { class: "hint" }, t`It is taken out at present: put it back to see what it is worth.`)] : []),
    );
  }

  /** How often it speaks, and who does the same. */
  sentence() {
    const { lab, answer } = this;
    const { silent, n, name, twin } = answer;
    const { column } = lab.selected;
    const isReLU = lab.layers[column - 1].activation.word === "ReLU";
    const often = isReLU ? t`Silent for ${percent(silent)} of ${count(n)} ${dataName(name)}.` : t`Its sum is not above 0 for ${percent(silent)} of ${count(n)} ${dataName(name)}.`;
    if (!twin) return t`${often} It does what no other unit of its layer does.`;
    const id = lab.idOf({ column, unit: twin.unit });
    return t`${often} Most like it is ${id}, with a correlation of ${decimal(twin.likeness, 2)}.`;
  }

  /** A row for each class: where its activations lie, their mean, and what the unit pushes for. */
  byClass() {
    const { lab, palette, answer } = this;
    const { histogram, ends, means, pushes } = answer;
    const limit = symmetricLimit(pushes);
    const rows = histogram.map((counts, label) => {
      const all = counts.reduce((sum, n) => sum + n, 0);
      const words = counts.map((n, bin) => n && t`${n} from ${decimal(ends[0] + (bin * (ends[1] - ends[0])) / counts.length, 2)}`).filter(Boolean);
      const strip = tile(counts, counts.length, (n) => palette.activation(Math.sqrt(n / Math.max(all, 1)), 1), words.join(", "));
      const push = pushes[label - lab.classNames.length + pushes.length];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, lab.classNames[label]),
        element("td", { class: "histogram" }, strip),
        element("td", { class: "number" }, decimal(means[label], 2)),
        element("td", { class: "push" }, ...(push === undefined ? [] : [bar(push / limit)])),
        element("td", { class: "number" }, push === undefined ? "" : signed(push, 2)),
      );
    });
    const column = (words, colspan = 1) => element("th", { scope: "col", colspan }, words);
    const head = [column(t`class`), column(`${decimal(ends[0], 1)} – ${decimal(ends[1], 1)}`), column(t`mean`), column(t`pushes`, 2)];
    return element("table", { class: "by-class" }, element("caption", {}, t`Its activation by class, and what it pushes for`), element("tr", {}, ...head), ...rows);
  }

  /** What it costs to take it out in one way. */
  cost(hold, { correct, changed }) {
    const { lab, answer } = this;
    const { whole, n } = answer;
    const sum = (counts) => counts.reduce((total, one) => total + one, 0);
    const classes = whole.map((before, label) => [label, correct[label] - before]).filter(([, change]) => change !== 0);
    const listed = classes.sort(([, p], [, q]) => p - q).map(([label, change]) => `${lab.classNames[label]}:\u00a0${signedCount(change)}`);
    const words = t`${t(WAYS[hold])}: ${count(sum(correct))} of ${count(n)} are read right instead of ${count(sum(whole))}`;
    const others = changed === 0 ? t`no answer changes` : changed === 1 ? t`1 answer changes` : t`${count(changed)} answers change`;
    return `${words}; ${others}. ${listed.join(", ")}`;
  }

  /** Some of the images that are read otherwise. */
  changedBy({ digits }) {
    const { classNames } = this.lab;
    return digits.map((one) => ({ ...one, caption: `${classNames[one.answer]} → ${classNames[one.instead]}` }));
  }
}

/** A bar from the middle to the right for what is above 0, to the left for what is below. */
function bar(share) {
  const width = `${Math.abs(share) * 50}%`;
  return element("span", { class: "both" }, element("span", { class: share < 0 ? "against" : "for", style: `width: ${width}` }));
}

function pushWords(lab) {
  const several = lab.columns[lab.columns.length - 1].ids.length > 1;
  const mean = several ? t` The mean over all is taken off: it moves no answer.` : "";
  return t`The strongest color is where most of a class lie. Pushes: what each logit loses through everything behind the unit when it is silenced, averaged over all of them.${mean}`;
}

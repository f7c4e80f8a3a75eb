/** What stands in the pad's place where a network reads features: a slider for each, and example rows. */

import { t } from "../language/texts.js";
import { byId, decimal, element } from "../picture/dom.js";
import { DecisionMap } from "./decision-map.js";

const STEPS = 200; // of a slider, from the least to the most

export class FeaturesPanel {
  /** @param {Lab} lab @param {(values: Float32Array) => void} onInput */
  constructor(lab, onInput) {
    this.lab = lab;
    this.onInput = onInput;
    const { names, rows } = lab.input;
    this.map = names.length === 2 ? new DecisionMap(lab, onInput) : null;
    this.sliders = names.map((name, i) => this.slider(name, i));
    const section = byId("drawing");
    section.setAttribute("aria-label", t`Features`);
    section.classList.add("features");
    const chooser = byId("picture-label");
    chooser.firstChild.data = t`Or open a network `;
    section.replaceChildren(
      ...(this.map ? [this.map.element] : []),
      element("div", { id: "features" }, ...this.sliders.map(({ row }) => row)),
      ...(rows.length > 0 ? examples(rows, onInput) : []),
      chooser,
    );
  }

  /** A feature's name, a slider over its range, and its number, which may lie beyond. */
  slider(name, i) {
    const { low, high } = this.lab.input;
    const step = (high[i] - low[i]) / STEPS;
    const range = element("input", { type: "range", min: low[i], max: high[i], step, "aria-label": name });
    const number = element("input", { type: "number", step: "any", "aria-label": t`${name}, as a number` });
    range.addEventListener("input", () => this.set(i, range.value));
    number.addEventListener("change", () => this.set(i, number.value));
    const row = element("div", { class: "feature" }, element("span", {}, name), number, range);
    return { row, range, number };
  }

  set(i, text) {
    const value = Number(text);
    const values = Float32Array.from(this.lab.ink);
    if (text !== "" && Number.isFinite(value)) values[i] = value;
    this.onInput(values);
  }

  /** @param {Palette} palette */
  show(palette) {
    this.sliders.forEach(({ range, number }, i) => {
      const value = Number(this.lab.ink[i].toPrecision(6));
      range.value = value;
      range.setAttribute("aria-valuetext", decimal(value, 2));
      if (document.activeElement !== number) number.value = value;
    });
    this.map?.show(palette);
  }
}

/** One button for each row, named by its class. */
function examples(rows, onInput) {
  const buttons = rows.map(({ label, values }, i) => {
    const told = values.map((value) => decimal(value, 2)).join(", ");
    const attributes = { onclick: () => onInput(values), title: told, "aria-label": t`Example ${i + 1}: ${label} (${told})` };
    return element("button", attributes, label || String(i + 1));
  });
  return [
    element("p", { id: "examples-name" }, t`Examples`),
    element("div", { id: "rows", role: "group", "aria-labelledby": "examples-name" }, ...buttons),
  ];
}

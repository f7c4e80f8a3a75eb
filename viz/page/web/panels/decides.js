/** The picture that decides: for one drawing the network IS ten pictures and ten numbers. */

import { count, decimal, element, signed, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";

export class DecidesPanel {
  title = "Why";

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.chosen = null; // class whose picture is shown large; null follows the answer
    this.element = element("div");
  }

  show(palette) {
    const { lab } = this;
    const { templates, bias, active } = lab.linearMap();
    const { winner, layers, columns, hasMaps, side, trace } = lab;
    const classNames = lab.outputNames;
    const classes = classNames.length;
    const limit = symmetricLimit(templates);
    const template = (k) => Float64Array.from(lab.ink, (_, i) => templates[i * classes + k]);
    const picture = (values) => lab.pixelsOf(values); // of several channels their mean
    const color = (value) => palette.signed(value, limit * 0.6);
    const chosen = Math.min(this.chosen ?? winner ?? 0, classes - 1);
    const large = template(chosen);
    const products = large.map((value, i) => value * lab.ink[i]);
    const inkPart = products.reduce((sum, value) => sum + value, 0);
    const productLimit = symmetricLimit(products);
    const small = classNames.map((name, k) =>
      element(
        "button",
        { class: k === chosen ? "template chosen" : "template", "aria-pressed": String(k === chosen), onclick: () => this.choose(k, palette) },
        tile(picture(template(k)), side, color, `Template of ${name}`),
        element("span", {}, `${name}: ${decimal(trace.logits[k], 1)}`),
      ),
    );
    const all = columns.slice(1, -1).map(({ ids, cells }) => ids.length * cells);
    const on = hasMaps
      ? `${count(sumOf(active))} of ${count(sumOf(all))}`
      : active.map((n, i) => `${n} of ${count(all[i])}`).join(" and ");
    const pooled = layers.some(({ pool }) => pool);
    const winners = pooled ? " and the places that win max pooling" : "";
    this.element.replaceChildren(
      element(
        "p",
        {},
        layers.length > 1
          ? `With the ${on} ReLUs that are on${winners} for this drawing, the network is exactly one linear map: ten pictures that your ink is laid on.`
          : "This network is one linear map: ten pictures that your ink is laid on.",
      ),
      element("div", { class: "templates" }, ...small),
      element(
        "div",
        { class: "tiles" },
        figure(tile(picture(large), side, color, `Template of ${classNames[chosen]}`), `picture of ${classNames[chosen]} (±${decimal(limit, 2)})`),
        figure(
          tile(picture(products), side, (value) => palette.signed(value, productLimit), "Template times ink"),
          `× your ink (±${decimal(productLimit, 2)})`,
        ),
      ),
      element(
        "p",
        { class: "formula" },
        `logit of ${classNames[chosen]} = ink × picture ${signed(inkPart)} and bias ${signed(bias[chosen])} = ${decimal(inkPart + bias[chosen])}`,
      ),
      element(
        "p",
        { class: "hint" },
        `Blue ink speaks for it, orange against. The picture tells what a little more ink in a pixel would change, until a ReLU flips${pooled ? " or another place wins" : ""}.`,
      ),
    );
  }

  choose(k, palette) {
    this.chosen = this.chosen === k ? null : k;
    this.show(palette);
    this.element.querySelector(".chosen")?.focus();
  }
}

function sumOf(numbers) {
  return numbers.reduce((sum, n) => sum + n, 0);
}

function figure(picture, caption) {
  return element("figure", {}, picture, element("figcaption", {}, caption));
}

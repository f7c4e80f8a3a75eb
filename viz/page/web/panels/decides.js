/** The picture that decides: for one drawing the network IS ten pictures and ten numbers, or nearly. */

import { t } from "../language/texts.js";
import { Mind } from "./mind.js";
import { count, decimal, element, signed, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";
import { flips } from "../picture/words.js";

export class DecidesPanel {
  title = t`Why`;

  /** @param {Lab} lab @param {Examiner} examiner @param {EdgePaths} paths */
  constructor(lab, examiner, paths) {
    this.lab = lab;
    this.paths = paths;
    this.chosen = null; // class whose picture is shown large; null follows the answer
    this.pictures = element("div");
    this.mind = new Mind(lab, examiner);
    this.single = element("div", {});
    this.singly = element("details", { class: "mind", ontoggle: () => this.showPaths() }, element("summary", {}, t`Path by path`), this.single);
    this.element = element("div", {}, this.pictures, this.singly, this.mind.element);
  }

  show(palette) {
    const { lab } = this;
    this.singly.hidden = lab.isBlank;
    if (lab.isBlank) {
      this.mind.show(palette);
      this.pictures.replaceChildren(element("p", { class: "hint" }, t`Nothing is drawn yet, so there is nothing to read.`));
      return;
    }
    const { templates, bias, remainder, isExact } = lab.linearMap();
    const { outputNames, winnerUnit, trace } = lab;
    const { side } = lab.input;
    const outputs = outputNames.length;
    const limit = symmetricLimit(templates);
    const template = (k) => Float64Array.from(lab.seen, (_, i) => templates[i * outputs + k]);
    const pixels = (values) => lab.input.pixelsOf(values); // of several channels their mean
    const color = (value) => palette.signed(value, limit * 0.6);
    const chosen = this.chosen ?? Math.max(winnerUnit ?? 0, 0);
    const large = template(chosen);
    const products = large.map((value, i) => value * lab.seen[i]);
    const inkPart = products.reduce((sum, value) => sum + value, 0);
    const productLimit = symmetricLimit(products);
    const name = isExact ? t`Template` : t`Gradient`;
    const small = outputNames.map((unit, k) =>
      element(
        "button",
        { class: k === chosen ? "template chosen" : "template", "aria-pressed": String(k === chosen), onclick: () => this.choose(k, palette) },
        tile(pixels(template(k)), side, color, t`${name} of ${unit}`),
        element("span", {}, `${unit}: ${decimal(trace.logits[k], 1)}`),
      ),
    );
    const picture = isExact ? t`picture` : t`gradient`;
    const total = inkPart + bias[chosen] + remainder[chosen];
    const parts = isExact
      ? t`ink × picture ${signed(inkPart)} and bias ${signed(bias[chosen])}`
      : t`gradient × ink ${signed(inkPart)}, biases ${signed(bias[chosen])} and remainder ${signed(remainder[chosen])}`;
    this.mind.show(palette);
    this.showPaths();
    this.pictures.replaceChildren(
      element("p", {}, isExact ? exactWords(lab) : gradientWords(lab)),
      element("div", { class: "templates" }, ...small),
      element(
        "div",
        { class: "tiles" },
        figure(tile(pixels(large), side, color, t`${name} of ${outputNames[chosen]}`), t`${picture} of ${outputNames[chosen]} (±${decimal(limit, 2)})`),
        figure(
          tile(pixels(products), side, (value) => palette.signed(value, productLimit), t`${name} times ink`),
          t`× your ${lab.input.inkName} (±${decimal(productLimit, 2)})`,
        ),
      ),
      element("p", { class: "formula" }, t`logit of ${outputNames[chosen]} = ${parts} = ${decimal(total)}`),
      element("p", { class: "hint" }, hint(lab, isExact)),
    );
  }

  /** Computed only while they are looked at. */
  showPaths() {
    if (this.singly.open) this.single.replaceChildren(...this.paths.ofAnswer());
  }

  leave() {
    this.paths.point(null);
    this.mind.leave();
  }

  choose(k, palette) {
    this.chosen = this.chosen === k ? null : k;
    this.show(palette);
    this.element.querySelector(".chosen")?.focus();
  }
}

/** What makes the network one linear map for this drawing. */
function exactWords(lab) {
  const { columns, layers, functions, hasMaps, outputNames, input } = lab;
  const { length } = outputNames;
  const pictures = length === 1 ? t`1 picture that your ${input.inkName} is laid on.` : t`${length === 10 ? t`ten` : length} pictures that your ${input.inkName} is laid on.`;
  const bent = functions.map(({ word }) => word).filter((word) => word !== "linear");
  if (bent.length === 0 && !pools(layers)) return t`This network is one linear map: ${pictures}`;
  const winners = pools(layers) ? t` and the places that win max pooling` : "";
  const same = t`for this drawing, the network is exactly one linear map: ${pictures}`;
  if (bent.some((word) => word !== "ReLU")) {
    return t`With the straight piece of its function (${bent.join(", ")}) on which each unit is${winners} ${same}`;
  }
  const { active } = lab.linearMap();
  const all = columns.slice(1, -1).map(({ ids, cells }) => ids.length * cells);
  const on = hasMaps
    ? t`${count(sumOf(active))} of ${count(sumOf(all))}`
    : active.map((n, i) => t`${n} of ${count(all[i])}`).join(t` and `);
  return t`With the ${on} ReLUs that are on${winners} ${same}`;
}

/** Why there are gradients only. */
function gradientWords({ functions, input }) {
  const curved = functions.filter(({ isPiecewiseLinear }) => !isPiecewiseLinear).map(({ word }) => word);
  return t`Gradient × input. Functions of this network are curved (${curved.join(", ")}), so no linear map is exact for it, not even for one drawing. The pictures are gradients: laid on your ${input.inkName} they give a part of each logit, the biases give another, and a remainder is left that no pixel can be given.`;
}

function hint(lab, isExact) {
  const more = t`what a little more ink in a pixel would change`;
  if (!isExact) return t`Blue ink speaks for it, orange against. The picture tells ${more}, for a very little ink.`;
  const places = pools(lab.layers) ? t` or another place wins` : "";
  return t`Blue ink speaks for it, orange against. The picture tells ${more}, until ${flips(lab)}${places}.`;
}

function pools(layers) {
  return layers.some(({ pool }) => pool?.kind === "max");
}

function sumOf(numbers) {
  return numbers.reduce((sum, n) => sum + n, 0);
}

function figure(picture, caption) {
  return element("figure", {}, picture, element("figcaption", {}, caption));
}

/** Whole paths from a pixel to the answer, with their exact numbers: all of them, or those through one edge. */

import { english, t } from "../language/texts.js";
import { noPaths } from "../model/paths.js";
import { count, decimal, element, percent, signed } from "../picture/dom.js";
import { activationOf } from "../model/layers.js";
import { edgeSentence, shortName } from "../picture/words.js";

const WHY_NONE = {
  maps: english`Paths are for dense networks: here, every edge between maps is many weights.`,
  functions: english`Paths are for networks whose units pass on a multiple of their sum, as ReLU does; this one has units that do not.`,
};

export class EdgePaths {
  /** @param {Lab} lab @param {(edges: object[] | null) => void} point at edges of the picture */
  constructor(lab, point) {
    Object.assign(this, { lab, point });
  }

  /** What is told of the edge that is looked at. @returns {HTMLElement[]} */
  ofEdge() {
    const { lab } = this;
    const { through } = lab;
    const ends = lab.endsOf(through).map((unit, end) => ({ column: through.layer + end, unit }));
    const buttons = ends.map((place) => element("button", { class: "link", "data-key": `end ${lab.idOf(place)}`, onclick: () => lab.select(lab.idOf(place)) }, lab.nameOf(lab.idOf(place))));
    const close = element("button", { class: "close", onclick: () => lab.select(null), "aria-label": t`Close` }, "×");
    const head = [
      element("h2", {}, element("span", {}, buttons[0], " → ", buttons[1]), close),
      element("p", { class: "role" }, `${edgeSentence(lab, through)}.`),
    ];
    const why = noPaths(lab.layers);
    if (why) return [...head, element("p", {}, t(WHY_NONE[why]))];
    const paths = lab.paths();
    return [...head, element("p", {}, this.sumOf(paths)), ...(paths.count > 0 ? this.strongest(paths) : [])];
  }

  /** What all paths through the edge give. */
  sumOf({ count: n, total }) {
    const { lab } = this;
    const [name, sum] = [lab.outputNames[lab.pathsTo], signed(total)];
    if (lab.isBlank) return t`Draw, and the paths through it are told.`;
    if (n === 0) return t`No path through it gives anything to ${name} now: a unit on the way is off, or its input is 0.`;
    return n === 1 ? t`One path passes it and gives ${sum} to the logit of ${name}.` : t`${count(n)} paths pass it and together give ${sum} to the logit of ${name}.`;
  }

  /** What all paths to the answer give, and which give most. @returns {HTMLElement[]} */
  ofAnswer() {
    const { lab } = this;
    const why = noPaths(lab.layers);
    if (why) return [element("p", {}, t(WHY_NONE[why]))];
    if (lab.isBlank) return [element("p", { class: "hint" }, t`Draw, and the paths to the answer are told.`)];
    const paths = lab.paths(null);
    const k = lab.pathsTo;
    const sum = t`logit of ${lab.outputNames[k]} = ${count(paths.count)} paths ${signed(paths.total)} and biases ${signed(paths.bias)} = ${decimal(paths.total + paths.bias)}`;
    return [
      element("p", {}, t`A path gives ink × weight × … × weight, through units that are on. All of them and what the biases give are the logit, exactly.`),
      element("p", { class: "formula" }, sum),
      ...this.strongest(paths),
    ];
  }

  strongest(paths) {
    const { strongest, share, count: all } = paths;
    const caption =
      strongest.length === all
        ? t`All of them, the strongest first:`
        : t`The ${strongest.length} strongest hold ${percent(share)} of what all give, signs left aside:`;
    return [element("p", { class: "hint" }, caption), element("ol", { class: "paths" }, ...strongest.map((path) => this.path(path)))];
  }

  /** One path; pointing at it lights it up. */
  path({ units, value }) {
    const { lab } = this;
    const names = units.map((unit, column) => shortName(lab, { column, unit }));
    const edges = units.slice(1).map((to, layer) => ({ layer, index: units[layer] * lab.layers[layer].fanOut + to }));
    const line = element("li", { tabindex: 0 }, element("b", {}, names.join(" → ")), element("span", { class: "number" }, signed(value)), element("span", { class: "detail" }, this.product(units, edges)));
    for (const [type, pointed] of [["pointerenter", edges], ["pointerleave", null], ["focusin", edges], ["focusout", null]]) {
      line.addEventListener(type, () => this.point(pointed));
    }
    return line;
  }

  /** "0.93 × −0.41 × 1.20": the input, every weight, and slopes that are not 1. */
  product(units, edges) {
    const { layers, trace } = this.lab;
    const factors = edges.flatMap(({ layer, index }) => {
      const slope = layer === layers.length - 1 ? 1 : activationOf(layers[layer]).derivative(trace.preActivations[layer][units[layer + 1]]);
      return [layers[layer].W[index], ...(slope === 1 ? [] : [slope])];
    });
    return [trace.inputs[0][units[0]], ...factors].map((factor) => decimal(factor, 3)).join(" × ");
  }
}

/** What a drawing's pieces are worth, with what is left over, and the digits that are nearest to it for the network. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { license } from "./gallery.js";
import { count, decimal, element, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";

const PALE = 0.3; // of a piece's color that its paper has

/** The heat map of the probability without each piece. @param {object} found see occlusion.js */
export function pieces(lab, { answer, losses, pieces: across, size, whole, remainder }, palette) {
  const { side } = lab.input;
  const ink = lab.input.pixelsOf(lab.ink);
  const name = lab.classNames[answer];
  const what = lab.givesShares ? t`the probability` : t`the value`;
  const limit = symmetricLimit(losses);
  const color = (at) => {
    const loss = losses[Math.floor(Math.floor(at / side) / size) * across + Math.floor((at % side) / size)];
    return palette.signed(loss * (PALE + (1 - PALE) * ink[at]), limit);
  };
  const sum = losses.reduce((total, loss) => total + loss, 0);
  const points = (value) => (lab.givesShares ? t`${decimal(100 * value, 1)} points` : decimal(value, 2));
  return [
    element("h2", {}, t`Without a piece of the ink`),
    element(
      "p",
      {},
      t`Erased alone, a blue piece takes from ${what} of ${name}, an orange one adds to it. All ink together is worth ${points(whole)}, the pieces alone sum up to ${points(sum)}; ${points(remainder)} are the remainder: what pieces do only together, or in each other’s place.`,
    ),
    element(
      "div",
      { class: "tiles" },
      element(
        "figure",
        {},
        tile([...ink.keys()], side, color, t`What each piece is worth for ${name}`),
        element("figcaption", {}, t`± ${points(limit)}, before any calibration`),
      ),
    ),
  ];
}

/** @param {object} found near, n and name, see other-ink.js */
export function nearestDigits(lab, { near, n, name }, palette) {
  if (!near) return [element("p", { class: "hint" }, t`Near digits are looked for among pen digits of 28 × 28 pixels, which this network does not read; a page written with --evidence brings its own.`)];
  return [
    element("h2", {}, t`Nearest to the network`),
    element("p", {}, lab.layers.length > 1
        ? t`Of ${count(n)} ${dataName(name)} the one of each class whose last hidden activations are nearest to your drawing’s, and how far (L2).`
        : t`Of ${count(n)} ${dataName(name)} the one of each class whose ink is nearest to your drawing’s, and how far (L2).`),
    element(
      "div",
      { class: "kernels" },
      ...near.map(({ label, distance, ink }) => {
        const caption = element("figcaption", {}, element("b", {}, lab.classNames[label]), ` ${decimal(distance, 2)}`);
        return element("figure", {}, tile(lab.input.pixelsOf(ink), lab.input.side, (value) => palette.ink(value), t`The nearest ${lab.classNames[label]}`), caption);
      }),
    ),
    ...license(lab),
  ];
}

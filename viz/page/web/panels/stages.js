/** Preprocessing theatre: what each step makes of the ink, and what the network would answer. */

import { t } from "../language/texts.js";
import { element, tile } from "../picture/dom.js";
import { share } from "../picture/words.js";
import { areaMean, inkStages } from "../model/ink.js";
import { argmax, forward } from "../model/network.js";

/**
 * The stages from raw ink to input, each as an image the network could read.
 * @param {ArrayLike<number>} ink of a square canvas @param {number} size its side in pixels
 * @param {{side: number, box: number}} field sides of the image, and of the digit in it
 * @returns {{name: string, image: Float32Array}[]} images of side × side
 */
function theatre(ink, size, field) {
  const { side } = field;
  const { box, fitted, centered } = inkStages(ink, size, field);
  const [top, left, bottom, right] = box;
  const height = bottom - top;
  const width = right - left;
  const place = (picture, rows, columns, row, column) => {
    const image = new Float32Array(side * side);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) image[(r + row) * side + c + column] = picture[r * columns + c];
    }
    return image;
  };
  const stages = [{ name: t`raw canvas`, image: Float32Array.from(areaMean(ink, size, [0, 0, size, size], size / side).ink) }];
  if (height > 0) {
    const boxed = areaMean(ink, size, box, Math.max(height, width) / side);
    stages.push({ name: t`cut to its box`, image: place(boxed.ink, boxed.rows, boxed.columns, 0, 0) });
    const [row, column] = [Math.floor((side - fitted.rows) / 2), Math.floor((side - fitted.columns) / 2)];
    stages.push({ name: t`${field.box} pixels, box in the middle`, image: place(fitted.ink, fitted.rows, fitted.columns, row, column) });
    stages.push({ name: t`center of mass in the middle`, image: centered });
  }
  return stages;
}

export class StagesPanel {
  title = t`Ink`;

  /** @param {Lab} lab @param {Pad} pad */
  constructor(lab, pad) {
    this.lab = lab;
    this.pad = pad;
    this.element = element("div");
  }

  show(palette) {
    const { lab, pad } = this;
    if (lab.isBlank) {
      this.element.replaceChildren(element("p", { class: "hint" }, t`Draw a digit to see what becomes of its ink.`));
      return;
    }
    const stages = theatre(pad.digits[lab.shown], pad.surface.width, lab.input);
    const { upright, even } = lab.input;
    const last = even ? t`upright, centered and evenly spread` : t`upright: its slant taken off`;
    if (upright) stages.push({ name: last, image: lab.input.pixelsOf(lab.seen) });
    const asItIs = [{ ...lab.layers[0], upright: null }, ...lab.layers.slice(1)]; // each stage is read as it is
    const figures = stages.map(({ name, image }, i) => {
      const probabilities = lab.tell(forward(asItIs, lab.input.inChannels(image)));
      const best = argmax(probabilities);
      const answer = `${lab.classNames[best]} (${share(lab, probabilities[best])})`;
      return element(
        "figure",
        {},
        tile(image, lab.input.side, (value) => palette.ink(value), name),
        element("figcaption", {}, `${i + 1}. ${name}: `, element("b", {}, answer)),
      );
    });
    this.element.replaceChildren(
      element("p", {}, t`The network learned from digits prepared in one way; yours takes the same way. What it would answer after each step:`),
      element("div", { class: "tiles" }, ...figures),
    );
  }
}

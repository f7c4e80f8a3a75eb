/** Two features are a plane: which class the network gives each of its places, and where we are. */

import { t } from "../language/texts.js";
import { element } from "../picture/dom.js";
import { argmax, forward } from "../model/network.js";
import { decodeFloats } from "../model/payload.js";
import { rgb } from "../picture/theme.js";

const CELLS = 72; // places a side that the network is asked at
const SIDE = 504; // pixels of the canvas, a multiple of it
const FEW = 50; // points that have room to be large
const PALEST = 0.12; // share of a class's color where its probability is the least it can be

export class DecisionMap {
  /** @param {Lab} lab @param {(values: Float32Array) => void} onInput the point was moved */
  constructor(lab, onInput) {
    Object.assign(this, { lab, onInput, ground: null, shown: null });
    const [across, up] = lab.input.names;
    this.points = pointsOf(lab);
    this.canvas = element("canvas", {
      width: SIDE,
      height: SIDE,
      role: "img",
      "aria-label": t`Which class the network gives every pair of ${across} (to the right) and ${up} (up); the sliders move the point, too`,
    });
    this.legend = element("figcaption", { class: "classes-legend" });
    this.element = element("figure", { id: "decision-map" }, this.canvas, this.legend);
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.isTrusted) this.canvas.setPointerCapture(event.pointerId);
      this.moveTo(event);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons > 0) this.moveTo(event);
    });
  }

  moveTo(event) {
    event.preventDefault();
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const { low, high } = this.lab.input;
    const shares = [(event.clientX - left) / width, 1 - (event.clientY - top) / height];
    this.onInput(Float32Array.from(shares, (share, i) => low[i] + Math.min(Math.max(share, 0), 1) * (high[i] - low[i])));
  }

  /** @param {Palette} palette */
  show(palette) {
    const { lab, points } = this;
    const state = `${palette.theme.name} ${lab.revision}`;
    if (this.shown !== state) {
      this.paint(palette);
      this.shown = state;
    }
    const ctx = this.canvas.getContext("2d");
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.ground, 0, 0, SIDE, SIDE);
    const radius = points.length > FEW ? 5 : 7;
    for (const { k, values } of points) this.dot(ctx, values, radius, k < 0 ? palette.theme.muted : colorOf(palette, k), palette.theme.surface);
    this.dot(ctx, lab.ink, 11, palette.theme.surface, palette.theme.text);
  }

  /** The ground: each place in the color of its class, the paler the less sure. */
  paint(palette) {
    const { layers, input, classNames } = this.lab;
    const { low, high } = input;
    const paper = rgb(palette.theme.surface);
    const colors = classNames.map((_, k) => rgb(colorOf(palette, k)));
    const image = new ImageData(CELLS, CELLS);
    for (let at = 0; at < CELLS * CELLS; at++) {
      const shares = [((at % CELLS) + 0.5) / CELLS, 1 - (Math.floor(at / CELLS) + 0.5) / CELLS];
      const { probabilities } = forward(layers, Float32Array.from(shares, (share, i) => low[i] + share * (high[i] - low[i])));
      const best = argmax(probabilities);
      const least = 1 / probabilities.length;
      const sure = Math.min(Math.max((probabilities[best] - least) / (1 - least), 0), 1);
      const share = PALEST + (0.6 - PALEST) * sure;
      for (let c = 0; c < 3; c++) image.data[4 * at + c] = paper[c] + share * (colors[best][c] - paper[c]);
      image.data[4 * at + 3] = 255;
    }
    this.ground = element("canvas", { width: CELLS, height: CELLS });
    this.ground.getContext("2d").putImageData(image, 0, 0);
    this.legend.replaceChildren(
      ...classNames.flatMap((name, k) => {
        const patch = element("i", {});
        patch.style.background = colorOf(palette, k);
        return [patch, element("span", {}, name)];
      }),
    );
  }

  dot(ctx, values, radius, fill, stroke) {
    const { low, high } = this.lab.input;
    const [x, y] = Array.from(values, (value, i) => (value - low[i]) / (high[i] - low[i]));
    ctx.beginPath();
    ctx.arc(x * SIDE, (1 - y) * SIDE, radius, 0, 2 * Math.PI);
    ctx.fillStyle = fill;
    ctx.fill();
    ctx.lineWidth = radius / 2.5;
    ctx.strokeStyle = stroke;
    ctx.stroke();
  }
}

/** What is known of the plane, by the numbers of its classes; −1: it is not told. @returns {{k: number, values: ArrayLike<number>}[]} */
function pointsOf({ input, classNames }) {
  if (!input.samples) return input.rows.map(({ label, values }) => ({ k: classNames.indexOf(label), values }));
  const all = decodeFloats(input.samples.values);
  return Array.from(input.samples.labels, (k, i) => ({ k, values: all.subarray(2 * i, 2 * i + 2) }));
}

function colorOf({ theme }, k) {
  return theme.classes[k % theme.classes.length];
}

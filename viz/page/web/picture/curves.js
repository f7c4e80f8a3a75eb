/** Loss and accuracy over the steps of a training, as two small pictures. */

import { english, t } from "../language/texts.js";
import { count, element } from "./dom.js";

const [WIDTH, HEIGHT] = [600, 200]; // pixels of the canvas, which the page shows smaller
const MARGIN = { left: 92, right: 12, top: 14, bottom: 40 };

const NAMES = { loss: english`loss`, accuracy: english`accuracy` };

export class CurvePicture {
  /** @param {"loss" | "accuracy"} what @param {(value: number) => string} word of a value */
  constructor(what, word) {
    [this.what, this.word] = [what, word];
    this.element = element("canvas", { class: "curve", width: WIDTH, height: HEIGHT, role: "img" });
  }

  /** @param {Curve} curve @param {Palette} palette */
  show({ points, heldOut }, { theme }) {
    const { what, word } = this;
    const ctx = this.element.getContext("2d");
    ctx.clearRect(0, 0, WIDTH, HEIGHT);
    const all = [...points, ...heldOut];
    const last = Math.max(1, ...all.map(({ step }) => step));
    const top = what === "accuracy" ? 1 : Math.max(0.1, ...all.map((one) => one.loss).filter(Number.isFinite));
    const x = (step) => MARGIN.left + (step / last) * (WIDTH - MARGIN.left - MARGIN.right);
    const y = (value) => HEIGHT - MARGIN.bottom - (Math.min(value, top) / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    ctx.font = "22px system-ui, sans-serif";
    ctx.fillStyle = theme.muted;
    ctx.strokeStyle = theme.outline;
    ctx.lineWidth = 2;
    for (const value of [0, top / 2, top]) {
      ctx.beginPath();
      ctx.moveTo(MARGIN.left, y(value));
      ctx.lineTo(WIDTH - MARGIN.right, y(value));
      ctx.stroke();
      ctx.textAlign = "right";
      ctx.fillText(word(value), MARGIN.left - 10, y(value) + 8);
    }
    ctx.textAlign = "left";
    ctx.fillText("0", MARGIN.left, HEIGHT - 10);
    ctx.textAlign = "right";
    ctx.fillText(t`step ${count(last)}`, WIDTH - MARGIN.right, HEIGHT - 10);
    ctx.fillText(t(NAMES[what]), WIDTH - MARGIN.right, y(top / 2) - 10);
    this.line(ctx, points, x, y, theme.muted, [7, 5]);
    this.line(ctx, heldOut, x, y, theme.accent, []);
    const now = heldOut[heldOut.length - 1];
    this.element.setAttribute("aria-label", now ? t`${t(NAMES[what])} of held-out samples at step ${now.step}: ${word(now[what])}` : t`${t(NAMES[what])}: nothing yet`);
  }

  line(ctx, points, x, y, color, dashes) {
    ctx.beginPath();
    points.forEach((one, i) => ctx[i === 0 ? "moveTo" : "lineTo"](x(one.step), y(one[this.what])));
    ctx.strokeStyle = color;
    ctx.lineWidth = 4;
    ctx.setLineDash(dashes);
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

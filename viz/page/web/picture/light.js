/**
 * Light that runs from the ink to the answer, layer by layer, each edge by what it contributes.
 *
 * It has a canvas of its own above the picture, there only while it runs: a frame clears it and
 * strokes a few dozen paths, and the picture below is not drawn anew.
 */

import { strokeEach } from "./lines.js";
import { stillness } from "./motion.js";

const WHOLE = 680; // milliseconds from the ink to the answer
const FLASH = 0.4; // of a leg's time, for the units that the last one lights up
const REST = 160; // milliseconds without a change before a changed drawing runs again
const TAIL = 0.38; // of an edge, behind the head of its light
const HEAD = 0.1;
const STEPS = 6; // of strength; lines that look alike are stroked together

export class Light {
  /** @param {HTMLElement} container of the picture @param {Lab} lab @param {Scene} scene @param {() => object} camera see View.camera */
  constructor(container, lab, scene, camera) {
    Object.assign(this, { container, lab, scene, camera });
    this.canvas = document.createElement("canvas");
    this.canvas.className = "light";
    this.isRunning = false;
    this.asked = 0; // when the drawing last changed
  }

  /** The drawing changed: run once; while it runs or a pen moves on, once more when that rests. */
  follow() {
    this.asked = performance.now();
    if (!this.isRunning && !this.waiting) this.run();
  }

  /** @param {number[]} [layers] along which it runs, all by default @param {number} [time] milliseconds */
  run(layers = [...this.lab.layers.keys()], time = WHOLE) {
    this.stop();
    if (stillness() || this.lab.isBlank) return;
    this.legs = layers.map((layer) => this.leg(layer));
    this.legTime = time / (layers.length + FLASH);
    this.isRunning = true;
    this.began = performance.now();
    this.container.append(this.canvas);
    this.frame = requestAnimationFrame((now) => this.step(now));
  }

  stop() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.waiting);
    this.waiting = null;
    this.canvas.remove();
    this.isRunning = false;
  }

  step(now) {
    const at = Math.max(now - this.began, 0) / this.legTime;
    if (at < this.legs.length + FLASH) {
      this.paint(at);
      this.frame = requestAnimationFrame((later) => this.step(later));
      return;
    }
    this.stop();
    if (this.asked > this.began) this.awaitRest();
  }

  awaitRest() {
    const left = this.asked + REST - performance.now();
    if (left > 0) this.waiting = setTimeout(() => this.awaitRest(), left);
    else this.run();
  }

  /** The edges of a layer that carry most, bundled by color, and the units that they light up. */
  leg(layer) {
    const { columns, means, toldByUnits } = this.lab;
    const [from, to] = [columns[layer], columns[layer + 1]];
    const values = layer === columns.length - 2 ? toldByUnits : means[layer + 1];
    const most = Math.max(1e-12, ...values);
    const bundles = new Map();
    const lit = new Map(); // units that are on, and how strongly
    for (const { index, value } of this.scene.glowing.filter((edge) => edge.layer === layer)) {
      const [i, j] = this.lab.endsOf({ layer, index });
      const strength = Math.ceil(Math.abs(value) * STEPS) / STEPS;
      const key = Math.sign(value) * strength;
      if (!bundles.has(key)) bundles.set(key, []);
      bundles.get(key).push([from.x[i], from.y[i], to.x[j] - from.x[i], to.y[j] - from.y[i]]);
      if (values[j] > 0) lit.set(j, values[j] / most);
    }
    return { bundles: [...bundles], lit: [...lit], to };
  }

  /** @param {number} at 1.5: half way along the second leg */
  paint(at) {
    const { container, canvas, camera, legs } = this;
    const { palette } = this.scene;
    const { scale, ratio, visible } = camera();
    const [width, height] = [Math.round(container.clientWidth * ratio), Math.round(container.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const ctx = canvas.getContext("2d");
    ctx.resetTransform();
    ctx.clearRect(0, 0, width, height);
    ctx.setTransform(scale * ratio, 0, 0, scale * ratio, -visible.left * scale * ratio, -visible.top * scale * ratio);
    ctx.lineCap = "round";
    const leg = Math.floor(at);
    const share = at - leg;
    const head = share * share * (3 - 2 * share) * (1 + TAIL); // its tail, too, arrives
    for (const [value, lines] of legs[leg]?.bundles ?? []) {
      const strength = Math.abs(value);
      const thick = (1.2 + 2.4 * strength) / Math.sqrt(scale);
      ctx.strokeStyle = palette.theme.background; // a dark or bright seam sets the light off
      stroke(ctx, lines, head - HEAD, head, 3.2 * thick, 0.75 * strength);
      ctx.strokeStyle = palette.signed(Math.sign(value) * (0.6 + 0.3 * strength), 1);
      stroke(ctx, lines, head - TAIL, head, thick, 0.3 + 0.4 * strength);
      stroke(ctx, lines, head - HEAD, head, 1.8 * thick, 1);
      ctx.strokeStyle = palette.signed(Math.sign(value), 1);
      stroke(ctx, lines, head - 0.4 * HEAD, head, 1.8 * thick, 1);
    }
    if (leg > 0) this.flash(ctx, legs[leg - 1], leg < legs.length ? share : share / FLASH, scale);
  }

  /** The units at which the light has just arrived. */
  flash(ctx, { lit, to }, share, scale) {
    ctx.strokeStyle = this.scene.palette.theme.accent;
    ctx.lineWidth = 2 / scale;
    for (const [unit, strength] of lit) {
      ctx.globalAlpha = strength * (1 - share) ** 2;
      ctx.beginPath();
      const radius = (to.size / 2) * (1.05 + 0.7 * share);
      if (to.cells > 1) ctx.rect(to.x[unit] - radius, to.y[unit] - radius, 2 * radius, 2 * radius);
      else ctx.arc(to.x[unit], to.y[unit], radius, 0, 2 * Math.PI);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }
}

/** A part of each line, from one share of its length to another. */
function stroke(ctx, lines, from, to, width, alpha) {
  const [start, end] = [Math.max(from, 0), Math.min(to, 1)];
  if (end <= start) return;
  ctx.globalAlpha = alpha;
  ctx.lineWidth = width;
  strokeEach(ctx, lines.map(([x, y, dx, dy]) => [x + start * dx, y + start * dy, x + end * dx, y + end * dy]));
}

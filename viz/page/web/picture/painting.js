/** A painting on a canvas of its own: made once for each change and each resting view; a frame only moves it. */

import { contains, intersect } from "./edges.js";
import { drawBitmap } from "./pixels.js";

export class Painting {
  /** @param {object} extent the rectangle of graph units that holds everything */
  constructor(extent) {
    this.extent = extent;
    this.canvas = document.createElement("canvas");
    this.area = null; // what is painted of it
  }

  /** @param {object} area a rectangle @param {number} scale pixels per graph unit @param {(ctx: CanvasRenderingContext2D) => void} fill in graph units */
  paint(area, scale, fill) {
    this.area = area.width > 0 && area.height > 0 ? area : null;
    if (!this.area) return;
    const ctx = this.canvas.getContext("2d");
    const [width, height] = [Math.ceil(area.width * scale), Math.ceil(area.height * scale)];
    if (width !== this.canvas.width || height !== this.canvas.height) {
      [this.canvas.width, this.canvas.height] = [width, height];
    }
    ctx.resetTransform();
    ctx.clearRect(0, 0, width, height);
    ctx.setTransform(scale, 0, 0, scale, -area.left * scale, -area.top * scale);
    fill(ctx);
    this.scale = scale;
  }

  /** Whether all of it that is seen is painted. */
  covers(seen) {
    const part = intersect(seen, this.extent);
    return part.width <= 0 || part.height <= 0 || (this.area !== null && contains(this.area, part));
  }

  draw(ctx) {
    if (!this.area) return;
    const { width, height } = this.canvas;
    drawBitmap(ctx, this.canvas, { ...this.area, width: width / this.scale, height: height / this.scale });
  }
}

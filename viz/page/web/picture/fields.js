/** Receptive fields as small pictures within the units: made when they are first seen. */

import { receptiveField } from "../model/field.js";
import { symmetricLimit } from "./theme.js";

const BUDGET = 6; // milliseconds of a frame for making them; the rest comes with later frames

export class Fields {
  /** @param {Lab} lab @param {() => void} redraw asks for a new frame */
  constructor(lab, redraw) {
    Object.assign(this, { lab, redraw, made: new Map(), spent: 0 });
  }

  /** The drawing, the weights or the colors changed. */
  clear(palette) {
    this.palette = palette;
    this.made.clear();
  }

  /** A new frame may make some. */
  begin() {
    this.spent = 0;
    this.waits = false;
  }

  /** The picture of one unit, or null while it is not made. @returns {HTMLCanvasElement | null} */
  of(column, unit) {
    const key = `${column}:${unit}`;
    if (!this.made.has(key)) {
      if (this.spent > BUDGET) {
        if (!this.waits) this.redraw();
        this.waits = true;
        return null;
      }
      const started = performance.now();
      this.made.set(key, this.paint(column, unit));
      this.spent += performance.now() - started;
    }
    return this.made.get(key);
  }

  paint(column, unit) {
    const { layers, trace, input } = this.lab;
    const field = input.pixelsOf(receptiveField(layers, trace, column, unit));
    const limit = symmetricLimit(field);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = input.side;
    const ctx = canvas.getContext("2d");
    const image = ctx.createImageData(input.side, input.side);
    field.forEach((slope, pixel) => {
      image.data.set(this.palette.signedTable[Math.round((slope / limit) * 256) + 256], 4 * pixel);
      image.data[4 * pixel + 3] = 255;
    });
    ctx.putImageData(image, 0, 0);
    return canvas;
  }
}

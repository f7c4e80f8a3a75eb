/** The weights of one layer, painted in slices so that nothing waits: each in its color on one scale. */

import { isEdge } from "../model/layers.js";
import { scaleLimit } from "./scale.js";
import { rgb } from "./theme.js";

const SLICE = 20000; // weights from one chance to pause to the next

export class PlatePainting {
  /** @param {object} plate see plateOf */
  constructor(plate) {
    this.plate = plate;
    this.canvas = document.createElement("canvas");
    [this.canvas.width, this.canvas.height] = [plate.columns, plate.rows];
    this.largest = null; // of a pooled plate: the weight that each point shows
    this.scale = null; // {limit, lowest, highest, beyond, count}
  }

  /** Index in W of the weight at a point; −1 where there is none. */
  weightAt(column, row) {
    if (!this.plate.pooled) return this.plate.weightAt(column, row);
    return this.largest ? this.largest[row * this.plate.columns + column] : -1;
  }

  /** Paints everything anew. @param {object} layer @param {{into: Float64Array, out: Float64Array}} form see formOf */
  *paint(layer, form, palette) {
    const { W, fanIn, fanOut } = layer;
    const valueOf = (index) => (W[index] * form.into[index % fanOut]) / form.out[Math.floor(index / fanOut) % fanIn];
    const scale = { limit: scaleLimit(W.length, valueOf), lowest: Infinity, highest: -Infinity, beyond: 0, count: W.length };
    yield;
    for (let index = 0, row = 0; index < W.length; row++) {
      const divisor = form.out[row % fanIn];
      for (let j = 0; j < fanOut; j++, index++) {
        const value = (W[index] * form.into[j]) / divisor;
        if (value < scale.lowest) scale.lowest = value;
        if (value > scale.highest) scale.highest = value;
        if (value > scale.limit || value < -scale.limit) scale.beyond++;
      }
      if (row % Math.ceil(SLICE / fanOut) === 0) yield;
    }
    const largest = this.plate.pooled ? yield* this.pool(layer, form) : null;
    yield* this.color(layer, valueOf, largest, scale.limit, palette);
    Object.assign(this, { scale, largest });
  }

  /** For each point the weight of the largest size that falls on it. */
  *pool({ W, fanIn, fanOut }, { into, out }) {
    const { columns, rows, pooled, source, target, tileColumns, tileRows } = this.plate;
    const largest = new Int32Array(columns * rows).fill(-1);
    const sizes = new Float64Array(columns * rows).fill(-1);
    let done = 0;
    for (let across = 0; across < fanIn * tileColumns; across++) {
      const i = source[Math.floor(across / tileColumns)];
      const column = Math.floor(across / pooled.across);
      for (let tapRow = 0; tapRow < tileRows; tapRow++) {
        const start = ((tapRow * tileColumns + (across % tileColumns)) * fanIn + i) * fanOut;
        for (let place = 0; place < fanOut; place++) {
          const j = target[place];
          const point = Math.floor((place * tileRows + tapRow) / pooled.down) * columns + column;
          const size = Math.abs((W[start + j] * into[j]) / out[i]);
          if (size > sizes[point]) [sizes[point], largest[point]] = [size, start + j];
        }
        done += fanOut;
      }
      if (done > SLICE) {
        done = 0;
        yield;
      }
    }
    return largest;
  }

  *color(layer, valueOf, largest, limit, palette) {
    const { columns, rows } = this.plate;
    const [below, above] = palette.theme.beyond.map((color) => packed(rgb(color)));
    const table = Uint32Array.from(palette.signedTable, packed);
    const ctx = this.canvas.getContext("2d");
    const image = ctx.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const nEdges = layer.fanIn * layer.fanOut;
    for (let row = 0, point = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, point++) {
        const index = largest ? largest[point] : this.plate.weightAt(column, row);
        if (index < 0 || !isEdge(layer, index % nEdges)) continue;
        const share = valueOf(index) / limit;
        pixels[point] = share > 1 ? above : share < -1 ? below : table[Math.round(share * 256) + 256];
      }
      if (row % Math.ceil(SLICE / columns) === 0) yield;
    }
    ctx.putImageData(image, 0, 0);
  }

  /** Puts it on a canvas in device pixels, every weight crisp. */
  draw(ctx) {
    const { columns, rows, tileColumns, tileRows, cellWidth, cellHeight, gapX, gapY, left, top } = this.plate;
    ctx.imageSmoothingEnabled = false;
    const [wide, high] = gapX || gapY ? [tileColumns, tileRows] : [columns, rows];
    for (let row = 0; row < rows; row += high) {
      for (let column = 0; column < columns; column += wide) {
        const [x, y] = [(column / wide) * (wide * cellWidth + gapX), (row / high) * (high * cellHeight + gapY)];
        ctx.drawImage(this.canvas, column, row, wide, high, left + x, top + y, wide * cellWidth, high * cellHeight);
      }
    }
  }
}

/** A color as one number, opaque, in the order of a canvas's bytes. */
function packed([red, green, blue]) {
  return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0];
}

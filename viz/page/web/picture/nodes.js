/** Draws the units: vis-network says where and when, typed arrays say which color. */

import { percent } from "./dom.js";
import { step } from "./theme.js";
import { Sheet } from "./tiles.js";

export const EMPTY_PIXEL = 0.16; // side of a pixel without ink, as a share of its place
const BAR_WIDTH = 110; // graph units of a probability of 1
export const OUTPUT_EXTRA = 34 + BAR_WIDTH + 70; // graph units to the right of an output unit

export class Nodes {
  /** @param {object[]} columns from readNetwork @param {string[]} classNames of the output units */
  constructor(columns, classNames) {
    this.columns = columns;
    this.classNames = classNames;
    this.values = columns.map(({ ids, cells }) => new Float32Array(ids.length * cells));
    this.limits = columns.map(() => 1);
    this.sheets = columns.map((column) => (column.cells > 1 ? new Sheet(column) : null));
    this.winner = null; // index of the answer, null for a blank canvas
  }

  /** @param {Lab} lab whose ink and activations are shown; a blank canvas shows none */
  show(lab) {
    this.winner = lab.winnerUnit;
    [lab.levels, ...lab.trace.activations].forEach((activation, i) => {
      this.values[i].set(activation);
      this.limits[i] = i === 0 ? 1 : activation.reduce((most, value) => Math.max(most, value), 1e-6);
      if (i > 0 && lab.isBlank) this.values[i].fill(0);
      this.paintSheet(i);
    });
  }

  /** Maps are painted once for each change, all of a column on one scale. */
  paintSheet(i) {
    const table = i === 0 ? this.palette.inkTable : this.palette.activationTable;
    this.sheets[i]?.paint(this.values[i], (value) => table[step(value / this.limits[i])]);
  }

  setPalette(palette) {
    this.palette = palette;
  }

  /** A vis-network `ctxRenderer` for one unit; it reads the arrays anew at every call. */
  renderer(column, unit) {
    const { size } = this.columns[column];
    const isOutput = column === this.columns.length - 1;
    const draw = this.sheets[column] ? this.drawMap : column === 0 ? this.drawPixel : isOutput ? this.drawOutput : this.drawHidden;
    const nodeDimensions = { width: size, height: size };
    return ({ ctx, x, y }) => ({
      drawNode: () => draw.call(this, ctx, x, y, size, column, unit),
      nodeDimensions,
    });
  }

  drawPixel(ctx, x, y, size, column, unit) {
    const ink = this.values[column][unit];
    const side = ink > 0 ? size : size * EMPTY_PIXEL; // where nothing is drawn the edges show
    ctx.fillStyle = ink > 0 ? this.palette.ink(ink) : this.palette.theme.outline;
    ctx.fillRect(x - side / 2, y - side / 2, side, side);
  }

  drawMap(ctx, x, y, size, column, unit) {
    this.sheets[column].draw(ctx, unit, x, y, size);
    ctx.lineWidth = 0.8;
    ctx.strokeStyle = this.palette.theme.outline;
    ctx.strokeRect(x - size / 2, y - size / 2, size, size);
  }

  drawHidden(ctx, x, y, size, column, unit) {
    ctx.beginPath();
    ctx.arc(x, y, size / 2, 0, 2 * Math.PI);
    ctx.fillStyle = this.palette.activation(this.values[column][unit], this.limits[column]);
    ctx.fill();
    ctx.lineWidth = 0.8;
    ctx.strokeStyle = this.palette.theme.outline;
    ctx.stroke();
  }

  drawOutput(ctx, x, y, size, column, unit) {
    const { theme } = this.palette;
    const probability = this.values[column][unit];
    const wins = this.winner === unit;
    ctx.beginPath();
    ctx.arc(x, y, size / 2, 0, 2 * Math.PI);
    ctx.fillStyle = wins ? theme.text : theme.surface;
    ctx.fill();
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = wins ? theme.text : theme.outline;
    ctx.stroke();
    ctx.fillStyle = wins ? theme.background : theme.text;
    ctx.font = `600 ${size * 0.5}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(this.classNames[unit].slice(0, 8), x, y + 1, size * 0.9);
    const left = x + size / 2 + 12;
    ctx.fillStyle = theme.outline;
    ctx.fillRect(left, y - 5, BAR_WIDTH, 10);
    ctx.fillStyle = wins ? theme.text : theme.muted;
    ctx.fillRect(left, y - 5, BAR_WIDTH * probability, 10);
    if (this.winner === null) return;
    ctx.font = `${wins ? 700 : 400} 15px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.fillText(percent(probability), left + BAR_WIDTH + 8, y + 1);
  }
}

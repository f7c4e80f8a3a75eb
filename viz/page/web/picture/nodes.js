/** Draws the units: vis-network says where and when, typed arrays say which color. */

import { Fields } from "./fields.js";
import { step } from "./theme.js";
import { Sheet } from "./tiles.js";

export const EMPTY_PIXEL = 0.16; // side of a pixel without ink, as a share of its place
export const UNREAD = 0.12; // width of the lines of a pixel that no edge leaves, the same
export const GAUGE = 0.1; // width of an output's ring, as a share of its size
const NEAR = { unit: 52, output: 84, map: 96, pixel: 36 }; // css pixels from which a unit shows more of itself
export const STEPPED_BACK = 0.72; // how much of a unit goes while another one is looked at

export class Nodes {
  /** @param {Lab} lab @param {() => void} redraw asks for a new frame */
  constructor(lab, redraw) {
    const { columns } = lab;
    this.lab = lab;
    this.columns = columns;
    this.isPicture = lab.isPicture;
    this.fields = new Fields(lab, redraw);
    this.values = columns.map(({ ids, cells }) => new Float32Array(ids.length * cells));
    this.limits = columns.map(() => 1);
    this.sheets = columns.map((column) => (column.cells > 1 ? new Sheet(column) : null));
    this.kept = columns.map(({ ids }) => new Uint8Array(ids.length)); // 1: stays while others step back
    this.amount = 0; // how far the others have stepped back
    this.answer = null; // the answer's output unit, null for a blank canvas
    this.stage = null; // how many layers have spoken, step by step; null: all
  }

  /** The answer's output unit, as soon as it is shown. */
  get winner() {
    return this.speaks(this.columns.length) ? this.answer : null;
  }

  /** Whether a column's values are shown; one more than there are: the answer. */
  speaks(column) {
    return this.stage === null || column <= this.stage;
  }

  /** @param {Lab} lab whose ink and activations are shown; a blank canvas shows none */
  show(lab) {
    this.answer = lab.winnerUnit;
    [lab.input.levels(lab.seen), ...lab.trace.activations.slice(0, -1), lab.toldByUnits].forEach((activation, i) => {
      this.values[i].set(activation);
      this.limits[i] = i === 0 ? 1 : activation.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
      if (i > 0 && lab.isBlank) this.values[i].fill(0);
      this.paintSheet(i);
    });
    this.fields.clear(this.palette);
  }

  /** Maps are painted once for each change, all of a column on one scale. */
  paintSheet(i) {
    const { palette, limits } = this;
    const isSigned = this.lab.isSigned(i);
    const color = i === 0 ? (value) => palette.inkTable[step(value)] : (value) => palette.passedOnRgb(value, limits[i], isSigned);
    this.sheets[i]?.paint(this.values[i], color);
  }

  setPalette(palette) {
    this.palette = palette;
  }

  /** The units that stay when the others step back for one of them: what is read and the answers always do. */
  keep(place, others) {
    this.kept.forEach((units, column) => units.fill(column === 0 || column === this.kept.length - 1 ? 1 : 0));
    for (const one of place.unit === undefined ? others : [place, ...others]) this.kept[one.column][one.unit] = 1;
  }

  /** How the next frame is seen. @param {number} amount 0 … 1, how far the others have stepped back */
  see({ scale, isFar, isClose }, amount) {
    Object.assign(this, { scale, isFar, isClose, amount });
    this.fields.begin();
  }

  /** Whether the units of a column are so near that each shows its own picture and number. */
  isNear(column) {
    const { size, cells } = this.columns[column];
    const kind = cells > 1 ? "map" : column === 0 ? "pixel" : column === this.columns.length - 1 ? "output" : "unit";
    return this.isClose && size * this.scale >= NEAR[kind];
  }

  /** A vis-network `ctxRenderer` for one unit; it reads the arrays anew at every call. */
  renderer(column, unit) {
    const { size } = this.columns[column];
    const nodeDimensions = { width: size, height: size };
    const drawNode = (ctx, x, y) => {
      const steppedBack = this.amount > 0 && !this.kept[column][unit];
      if (steppedBack) ctx.globalAlpha = 1 - STEPPED_BACK * this.amount;
      this.draw(ctx, x, y, column, unit);
      if (steppedBack) ctx.globalAlpha = 1;
    };
    return ({ ctx, x, y }) => ({ drawNode: () => drawNode(ctx, x, y), nodeDimensions });
  }

  /** One unit at a place. */
  draw(ctx, x, y, column, unit) {
    const isOutput = column === this.columns.length - 1;
    const draw = this.sheets[column] ? this.drawMap : column === 0 ? this.drawPixel : isOutput ? this.drawOutput : this.drawHidden;
    draw.call(this, ctx, x, y, this.columns[column].size, column, unit);
  }

  /** Whether the units of a column are plain dots, as seen now. */
  areDots(column) {
    return column > 0 && column < this.columns.length - 1 && !this.sheets[column] && !this.isNear(column);
  }

  /** Color of a hidden unit. */
  colorOf(column, unit) {
    const value = this.speaks(column) ? this.values[column][unit] : 0;
    return this.palette.passedOn(value, this.limits[column], this.lab.isSigned(column));
  }

  /** What draws the outlines of dots and maps. */
  setOutline(ctx) {
    ctx.lineWidth = 0.8;
    ctx.strokeStyle = this.palette.theme.outline;
  }

  drawPixel(ctx, x, y, size, column, unit) {
    const ink = this.values[column][unit];
    if (this.lab.layers[0].outDegrees[unit] === 0) {
      this.drawUnread(ctx, x, y, size, ink);
      return;
    }
    const side = ink > 0 ? size : size * EMPTY_PIXEL; // where nothing is drawn the edges show
    ctx.fillStyle = ink > 0 ? this.palette.ink(ink) : this.palette.theme.outline;
    ctx.fillRect(x - side / 2, y - side / 2, side, side);
  }

  /** A pixel that no edge leaves: hatched, and what ink it has is only a frame. */
  drawUnread(ctx, x, y, size, ink) {
    const half = size / 2;
    ctx.lineWidth = size * UNREAD;
    ctx.strokeStyle = ink > 0 ? this.palette.ink(ink) : this.palette.theme.outline;
    ctx.beginPath();
    ctx.moveTo(x - half, y + half);
    ctx.lineTo(x + half, y - half);
    ctx.stroke();
    if (ink > 0) ctx.strokeRect(x - half + ctx.lineWidth / 2, y - half + ctx.lineWidth / 2, size - ctx.lineWidth, size - ctx.lineWidth);
  }

  drawMap(ctx, x, y, size, column, unit) {
    if (this.speaks(column)) this.sheets[column].draw(ctx, unit, x, y, size);
    this.setOutline(ctx);
    ctx.strokeRect(x - size / 2, y - size / 2, size, size);
  }

  /** What the unit looks for, in a frame of its activation's color. @returns {boolean} whether there is one */
  drawField(ctx, x, y, size, column, unit, color) {
    const field = this.isPicture && this.fields.of(column, unit);
    if (!field) return false;
    const [side, frame] = [size * 0.92, size * 0.05];
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(field, x - side / 2, y - side / 2, side, side);
    ctx.imageSmoothingEnabled = true;
    ctx.lineWidth = frame;
    ctx.strokeStyle = color ?? this.palette.theme.outline;
    ctx.strokeRect(x - (side + frame) / 2, y - (side + frame) / 2, side + frame, side + frame);
    return true;
  }

  drawHidden(ctx, x, y, size, column, unit) {
    const color = this.colorOf(column, unit);
    const isOn = this.speaks(column) && this.values[column][unit] !== 0;
    if (this.isNear(column) && this.drawField(ctx, x, y, size, column, unit, isOn ? color : null)) return;
    ctx.beginPath();
    ctx.arc(x, y, size / 2, 0, 2 * Math.PI);
    ctx.fillStyle = color;
    ctx.fill();
    if (this.isFar) return;
    this.setOutline(ctx);
    ctx.stroke();
  }

  /** An output with a ring that is as full as its probability; its names are the scene's. */
  drawOutput(ctx, x, y, size, column, unit) {
    const { theme } = this.palette;
    const wins = this.winner === unit;
    const frame = wins ? theme.accent : null;
    if (this.isNear(column) && this.drawField(ctx, x, y, size, column, unit, frame)) return;
    const radius = (size * (1 - GAUGE)) / 2;
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = wins ? theme.text : theme.surface;
    ctx.fill();
    ctx.lineWidth = size * GAUGE;
    ctx.strokeStyle = theme.outline;
    ctx.stroke();
    const probability = Math.min(this.values[column][unit], 1);
    if (probability < 0.001 || !this.speaks(this.columns.length)) return;
    ctx.beginPath();
    ctx.arc(x, y, radius, -Math.PI / 2, (2 * probability - 0.5) * Math.PI);
    ctx.strokeStyle = wins ? theme.accent : theme.muted;
    ctx.stroke();
  }
}

/** What stands on a plate of weights beside the weights: whose rows and columns these are, what is selected. */

import { pointBox } from "./plates.js";
import { brief } from "./labels.js";

const STRIP = 8; // CSS pixels of the strips that tell classes by color
const LEAST = 9; // CSS pixels of a row that has room for a class's name

export class PlateMarks {
  /** @param {Lab} lab @param {number} n the layer @param {object} plate @param {(Int32Array | null)[]} helped by the units that it joins */
  constructor(lab, n, plate, helped) {
    Object.assign(this, { lab, n, plate, helped });
    const { source, target, units } = plate;
    this.placesOf = [source, units ?? target].map((order) => order && new Map(Array.from(order, (unit, place) => [unit, place])));
  }

  /** The name of the class that a unit helps most, or null. */
  helpedBy({ column, unit }) {
    const { helped, lab, n, plate } = this;
    const end = column - n;
    const place = this.placesOf[end]?.get(unit);
    if (!helped[end] || place === undefined) return null;
    const at = end === 1 && plate.units ? Math.floor((place * plate.total) / plate.shown) : place;
    return className(lab.classNames, helped[end][at]);
  }

  /** The unit of a row's or column's head, or of a tile's edge. */
  unitAt(x, y) {
    const { n, plate } = this;
    if (plate.units) {
      const column = Math.floor((x - plate.left) / (plate.tileColumns * plate.cellWidth + plate.gapX));
      const row = Math.floor((y - plate.top) / (plate.tileRows * plate.cellHeight + plate.gapY));
      const unit = column < this.across ? plate.units[row * this.across + column] : undefined;
      return unit === undefined ? null : { column: n + 1, unit };
    }
    const { left, top, box } = plate;
    if (x < left && y < top + box.height) return this.headOf(1, (y - top) / box.height);
    return x >= left && y >= top + box.height ? this.headOf(0, (x - left) / box.width) : null;
  }

  headOf(end, share) {
    const order = end === 1 ? this.plate.target : this.plate.source;
    const unit = order[Math.min(Math.max(Math.floor(share * order.length), 0), order.length - 1)];
    return { column: this.n + end, unit };
  }

  get across() {
    return this.plate.columns / this.plate.tileColumns;
  }

  /** @param {CanvasRenderingContext2D} ctx in device pixels @param {{column: number, row: number} | null} cursor */
  draw(ctx, theme, cursor) {
    if (this.plate.units) this.underlines(ctx, theme);
    else this.heads(ctx, theme);
    ctx.lineWidth = Math.max(1, Math.round(1.5 * this.plate.ratio));
    ctx.strokeStyle = theme.accent;
    const { selected } = this.lab;
    if (selected) for (const box of this.boxesOf(selected)) this.frame(ctx, box);
    if (!cursor) return;
    ctx.strokeStyle = theme.text;
    this.frame(ctx, pointBox(this.plate, cursor.column, cursor.row));
  }

  frame(ctx, { x, y, width, height }) {
    const out = ctx.lineWidth / 2;
    ctx.strokeRect(x - out, y - out, width + 2 * out, height + 2 * out);
  }

  /** Below each tile the color of the class that its unit helps most. */
  underlines(ctx, theme) {
    const { plate, helped } = this;
    if (!helped[1]) return;
    for (let place = 0; place < plate.shown; place++) {
      const { x, y, width, height } = this.tileBox(place);
      ctx.fillStyle = theme.classes[helped[1][Math.floor((place * plate.total) / plate.shown)] % theme.classes.length];
      ctx.fillRect(x, y + height, width, plate.strip);
    }
  }

  /** Along the left and below: classes by color and, where there is room, by name. */
  heads(ctx, theme) {
    const { plate, helped, lab, n } = this;
    const { left, top, box, ratio } = plate;
    const strip = Math.round(STRIP * ratio);
    ctx.font = `${10 * ratio}px system-ui, sans-serif`;
    [ctx.textAlign, ctx.textBaseline] = ["right", "middle"];
    for (const { start, end, label } of bands(helped[1])) {
      const [y, height] = [top + start * box.height, (end - start) * box.height];
      ctx.fillStyle = theme.classes[label % theme.classes.length];
      ctx.fillRect(left - strip - ratio, y, strip, height);
      this.name(ctx, theme, label, left - strip - 4 * ratio, y + height / 2, left - strip - 4 * ratio, height);
    }
    ctx.textAlign = "center";
    for (const { start, end, label } of bands(helped[0])) {
      const [x, width] = [left + start * box.width, (end - start) * box.width];
      ctx.fillStyle = theme.classes[label % theme.classes.length];
      ctx.fillRect(x, top + box.height + ratio, width, strip);
      this.name(ctx, theme, label, x + width / 2, top + box.height + strip + 7 * ratio, width, LEAST * ratio);
    }
    if (n < lab.layers.length - 1) return;
    ctx.textAlign = "right";
    const row = box.height / plate.target.length;
    const first = lab.classNames.length - plate.target.length; // a single output speaks for the last one
    for (let k = 0; k < plate.target.length; k++) this.name(ctx, theme, first + k, left - 4 * ratio, top + (k + 0.5) * row, left, row);
  }

  /** A class's name, if it is not larger than its place. */
  name(ctx, theme, label, x, y, width, height) {
    const text = brief(className(this.lab.classNames, label));
    if (height < LEAST * this.plate.ratio || ctx.measureText(text).width > width) return;
    ctx.fillStyle = theme.muted;
    ctx.fillText(text, x, y);
  }

  /** Where a unit is on the plate: its row, its column, its tile, or its pixel in every tile. */
  boxesOf({ column, unit }) {
    const { plate, n } = this;
    const end = column - n;
    if (plate.units) {
      const place = this.placesOf[1].get(unit);
      if (end === 1) return place === undefined ? [] : [this.tileBox(place)];
      const point = end === 0 ? plate.pointOf(unit) : null;
      return point ? plate.units.map((_, tile) => this.pixelBox(tile, point)) : [];
    }
    if (end !== 0 && end !== 1) return [];
    const place = this.placesOf[end].get(unit);
    const { left, top, box, source, target } = plate;
    if (end === 1) return [{ x: left, y: top + (place / target.length) * box.height, width: box.width, height: box.height / target.length }];
    return [{ x: left + (place / source.length) * box.width, y: top, width: box.width / source.length, height: box.height }];
  }

  tileBox(place) {
    const { tileColumns, tileRows, cellWidth, cellHeight } = this.plate;
    const { x, y } = pointBox(this.plate, (place % this.across) * tileColumns, Math.floor(place / this.across) * tileRows);
    return { x, y, width: tileColumns * cellWidth, height: tileRows * cellHeight };
  }

  pixelBox(place, { row, column }) {
    const { tileColumns, tileRows } = this.plate;
    return pointBox(this.plate, (place % this.across) * tileColumns + column, Math.floor(place / this.across) * tileRows + row);
  }
}

/** Units of one class in a row, as shares of all. */
function bands(helped) {
  const found = [];
  for (let start = 0, end = 0; helped && start < helped.length; start = end) {
    while (end < helped.length && helped[end] === helped[start]) end++;
    found.push({ start: start / helped.length, end: end / helped.length, label: helped[start] });
  }
  return found;
}

/** A class as it stands beside a unit; a single value has a lower and a higher end. */
function className(names, label) {
  return names.length > 1 ? names[label] : `${"−+"[label]} ${names[0]}`;
}

/**
 * The units of a network that has thousands: one painting for each column.
 *
 * vis-network draws node objects one by one in each frame, which takes a tenth of a second for some thousand. Where
 * there are so many it has none, and they are painted here: what is where, and how it looks, is the same.
 */

import { intersect, widen } from "./edges.js";
import { reach } from "./lines.js";
import { STEPPED_BACK } from "./nodes.js";
import { Painting } from "./painting.js";
import { onPixels } from "./pixels.js";

const MOST_NODES = 2000; // that vis-network draws: as in page.py

/** Whether a network has more units than vis-network draws smoothly. @param {{ids: string[]}[]} columns */
export function areMany(columns) {
  return columns.reduce((sum, { ids }) => sum + ids.length, 0) > MOST_NODES;
}

export class UnitLayer {
  /** @param {object[]} columns @param {Nodes} nodes how each of them looks @param {() => void} redraw asks for a new frame */
  constructor(columns, nodes, redraw) {
    Object.assign(this, { columns, nodes, redraw });
    this.paintings = columns.map((column) => new Painting(boxOf(column)));
    this.isStale = true; // whether they look otherwise by now
  }

  /** They look otherwise from the next frame on. */
  forget() {
    this.isStale = true;
    this.redraw();
  }

  /** @param {CanvasRenderingContext2D} ctx in graph units @param {object} seen the visible rectangle, with scale @param {number} amount how far others have stepped back */
  draw(ctx, seen, amount) {
    const last = this.columns.length - 1;
    this.paintings.forEach((painting, column) => {
      if (this.isStale || !painting.covers(seen)) this.paint(painting, column, seen);
      const isHidden = column > 0 && column < last;
      ctx.globalAlpha = isHidden ? 1 - STEPPED_BACK * amount : 1;
      painting.draw(ctx);
      ctx.globalAlpha = 1;
      if (isHidden && amount > 0) this.drawKept(ctx, column);
    });
    this.isStale = this.nodes.fields.waits; // some receptive fields come with later frames
  }

  paint(painting, column, seen) {
    const area = onPixels(intersect(widen(seen), painting.extent), seen);
    painting.paint(area, seen.scale, (ctx) => {
      const { x, y, size } = this.columns[column];
      const isIn = (unit) => Math.abs(x[unit] - area.left - area.width / 2) < (area.width + size) / 2 && Math.abs(y[unit] - area.top - area.height / 2) < (area.height + size) / 2;
      const units = Array.from(x.keys()).filter(isIn);
      if (this.nodes.areDots(column)) this.paintDots(ctx, column, units);
      else for (const unit of units) this.nodes.draw(ctx, x[unit], y[unit], column, unit);
    });
  }

  /** Dots of one color are one path, and all outlines another. */
  paintDots(ctx, column, units) {
    const { x, y, size } = this.columns[column];
    const [all, byColor] = [new Path2D(), new Map()];
    for (const unit of units) {
      const color = this.nodes.colorOf(column, unit);
      if (!byColor.has(color)) byColor.set(color, new Path2D());
      for (const path of [all, byColor.get(color)]) {
        path.moveTo(x[unit] + size / 2, y[unit]);
        path.arc(x[unit], y[unit], size / 2, 0, 2 * Math.PI);
      }
    }
    for (const [color, path] of byColor) {
      ctx.fillStyle = color;
      ctx.fill(path);
    }
    if (this.nodes.isFar) return;
    this.nodes.setOutline(ctx);
    ctx.stroke(all);
  }

  /** Those of a column that stay while the others step back. */
  drawKept(ctx, column) {
    const { x, y } = this.columns[column];
    this.nodes.kept[column].forEach((isKept, unit) => isKept && this.nodes.draw(ctx, x[unit], y[unit], column, unit));
  }
}

/** Where a column's units are, with their outlines. */
function boxOf(column) {
  const { left, right, top, bottom } = reach(column);
  return { left: left - 1, top: top - 1, width: right - left + 2, height: bottom - top + 2 };
}

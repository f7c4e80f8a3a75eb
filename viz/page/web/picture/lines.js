/** Edges that change with every stroke: what flows through all others, what glows, who is near. */

import { largestDrawn, strongest } from "../model/attribution.js";
import { noPaths } from "../model/paths.js";
import { flowsOf } from "../model/sums.js";
import { intersect, widen } from "./edges.js";
import { Painting } from "./painting.js";
import { onPixels } from "./pixels.js";

const HIGHLIGHTED = 60; // strongest edges shown into and out of the selected unit
export const BELOW = 16; // graph units below a column for the point that is "all others"
const GLOWING = 60; // drawn edges of each layer, at most, that glow because they carry most …
const MOST_GLOWING = 600; // … and of all layers together

/**
 * Lines as one painting, but for those that no frame has shown yet: that one strokes them on the picture itself, so that
 * a pen that moves pays for no painting.
 */
export class LineLayer extends Painting {
  bundles = [];
  isNew = false; // whether no frame has shown these lines yet

  /** @param {object[]} lines of lineOf */
  set(lines) {
    this.bundles = lines.flatMap(bundle);
    [this.isNew, this.area] = [true, null];
  }

  paint(seen) {
    super.paint(onPixels(intersect(widen(seen), this.extent), seen), seen.scale, (ctx) => this.stroke(ctx));
  }

  stroke(ctx) {
    for (const { ends, color, alpha, width } of this.bundles) {
      [ctx.strokeStyle, ctx.globalAlpha, ctx.lineWidth] = [color, alpha, width];
      strokeEach(ctx, ends);
    }
    ctx.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} ctx in graph units @param {object} seen the visible rectangle, with scale */
  draw(ctx, seen) {
    if (this.bundles.length === 0) return;
    const isNew = this.isNew && ctx.globalAlpha === 1; // else all together are pale
    this.isNew = false;
    if (isNew) {
      this.stroke(ctx);
      return;
    }
    if (!this.area) this.paint(seen);
    super.draw(ctx);
  }
}

/**
 * One grey edge into each unit: what those that are not drawn give now, beyond their average. Less than a sixteenth of
 * the largest would be two percent of grey: nobody sees it, but it would take as long as the others.
 * @param {boolean[]} rests of each layer, whether there are any that are not drawn
 */
export function restLines(lab, palette, rests) {
  if (!rests.includes(true)) return [];
  const { columns } = lab;
  return flowsOf(lab.edges).flatMap(({ othersDeviation }, n) => {
    if (!rests[n]) return [];
    const from = restAnchor(columns[n]);
    const to = columns[n + 1];
    const limit = Math.max(1e-12, ...othersDeviation.map(Math.abs));
    const lines = Array.from(othersDeviation, (value, j) => {
      const strength = inSteps(Math.abs(value) / limit);
      const style = { color: palette.theme.muted, alpha: 0.08 + 0.4 * strength, width: 0.3 + 2 * strength };
      return { ends: [from.x, from.y, to.x[j], to.y[j]], strength, ...style };
    });
    return lines.filter(({ strength }) => strength > 0);
  });
}

/** The drawn edges that carry most right now. @returns {{layer: number, index: number, value: number}[]} */
export function glowingEdges(lab) {
  const { products, ranks, limit: drawn } = lab.edges;
  const most = Math.min(GLOWING, Math.floor(MOST_GLOWING / products.length));
  return products.flatMap((values, layer) => {
    const edges = largestDrawn(values, ranks[layer], drawn, most);
    const limit = Math.max(1e-12, ...edges.map((edge) => Math.abs(values[edge])));
    return edges.map((index) => ({ layer, index, value: values[index] / limit }));
  });
}

/**
 * The strongest edges into and out of a unit, with what the picture shows of each; or those of the paths through an edge.
 * @returns {{layer: number, index: number, other: object, value: number}[]} other: the unit at the
 *   far end; value: signed, −1 … 1, the largest on its side being 1; strongest first
 */
export function edgesAround(lab, { column, unit, ...edge }) {
  if (column === undefined) return edgesOfPaths(lab, edge);
  return [column - 1, column].flatMap((layer) => {
    if (!lab.layers[layer]) return [];
    const { fanIn, fanOut } = lab.layers[layer];
    const values = lab.edges.shownValues(layer);
    const inward = layer < column;
    const all = Array.from({ length: inward ? fanIn : fanOut }, (_, other) =>
      inward ? other * fanOut + unit : unit * fanOut + other,
    );
    const found = strongest(all, HIGHLIGHTED, (index) => values[index]).filter((index) => values[index] !== 0);
    const limit = Math.max(1e-12, Math.abs(values[found[0]] ?? 0));
    return found.map((index) => {
      const other = inward ? { column: layer, unit: Math.floor(index / fanOut) } : { column: layer + 1, unit: index % fanOut };
      return { layer, index, other, value: values[index] / limit };
    });
  });
}

/** The same of the strongest paths through an edge: what those that share an edge give together. */
function edgesOfPaths(lab, through) {
  const sums = lab.layers.map(() => new Map());
  sums[through.layer].set(through.index, 0);
  const paths = noPaths(lab.layers) ? [] : lab.paths(through).strongest;
  for (const { units, value } of paths) {
    lab.layers.forEach(({ fanOut }, layer) => {
      const index = units[layer] * fanOut + units[layer + 1];
      sums[layer].set(index, (sums[layer].get(index) ?? 0) + value);
    });
  }
  const most = Math.max(1e-12, ...sums.flatMap((of) => [...of.values()].map(Math.abs)));
  const found = sums.flatMap((of, layer) => [...of].map(([index, value]) => ({ layer, index, value: value / most })));
  return strongest(found, found.length, ({ value }) => value).map((edge) => {
    const other = { column: edge.layer + 1, unit: edge.index % lab.layers[edge.layer].fanOut };
    return { ...edge, other };
  });
}

/** Edges as lines. */
export function linesOf(lab, palette, edges) {
  return edges.map(({ layer, index, value }) => lineOf(lab, palette, layer, index, value));
}

/** An edge of layer n as a line. @param {number} value signed strength in −1 … 1 */
function lineOf({ columns, layers }, palette, n, edge, value) {
  const [i, j] = [Math.floor(edge / layers[n].fanOut), edge % layers[n].fanOut];
  const [from, to] = [columns[n], columns[n + 1]];
  const strength = inSteps(Math.abs(value));
  return {
    ends: [from.x[i], from.y[i], to.x[j], to.y[j]],
    color: palette.signed(Math.sign(value) * (0.45 + 0.55 * strength), 1),
    alpha: 0.35 + 0.6 * strength,
    width: 0.6 + 2.6 * strength,
  };
}

/** Where a column's units begin and end. Columns never move, so that it is measured once. */
export function reach(column) {
  if (!reaches.has(column)) {
    const { x, y, size } = column;
    const [left, right] = [Math.min(...x), Math.max(...x)];
    reaches.set(column, {
      left: left - size / 2,
      right: right + size / 2,
      center: (left + right) / 2,
      top: Math.min(...y) - size / 2,
      bottom: Math.max(...y) + size / 2,
    });
  }
  return reaches.get(column);
}

const reaches = new WeakMap();

export function restAnchor(column) {
  const { center, bottom } = reach(column);
  return { x: center, y: bottom + BELOW };
}

/** Strength in eighths: lines that look alike are stroked together. */
function inSteps(strength) {
  return Math.round(strength * 8) / 8;
}

/** Each line by itself, which costs a tenth of one path of them all: of that, crossings have to be found. */
export function strokeEach(ctx, lines) {
  for (const [x0, y0, x1, y1] of lines) {
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
  }
}

/** Lines of one color, alpha and width together, the thickest last. */
function bundle(lines) {
  const bundles = new Map();
  for (const { ends, color, alpha, width } of lines) {
    const key = `${color} ${width}`;
    if (!bundles.has(key)) bundles.set(key, { ends: [], color, alpha, width });
    bundles.get(key).ends.push(ends);
  }
  return [...bundles.values()].sort((a, b) => a.width - b.width);
}

/** What is drawn around the units: edges below them, marks and words above. */

import { NO_EDGE } from "../model/drawings.js";
import { extentOf } from "./edges.js";
import { Focus } from "./focus.js";
import { Labels } from "./labels.js";
import { BELOW, edgesAround, glowingEdges, LineLayer, linesOf, reach, restLines } from "./lines.js";
import { areMany, UnitLayer } from "./units.js";

const REST = 120; // milliseconds without a change of the view before it is painted sharply
const WHISPER = 0.07; // what is left of the other edges while one unit is looked at
const SPOKEN = 0.25; // of the edges of layers that have spoken before

export class Scene {
  /** @param {Lab} lab @param {Nodes} nodes @param {() => void} redraw asks for a new frame */
  constructor(lab, nodes, redraw) {
    Object.assign(this, { lab, nodes });
    this.flow = new LineLayer(boxWithRest(lab.columns)); // what all others bring, what glows
    this.around = new LineLayer(extentOf(lab.columns)); // edges of the unit that is looked at
    this.units = areMany(lab.columns) ? new UnitLayer(lab.columns, nodes, redraw) : null; // null: vis-network draws them
    this.labels = new Labels(lab, nodes);
    this.focus = new Focus(redraw, () => this.lookAround());
    this.neighbors = []; // edges of the unit that is looked at, see edgesAround
    this.glowing = []; // edges that carry most, see glowingEdges
    this.rests = []; // for each layer, whether there are edges that are not drawn
    this.seen = null; // the visible rectangle, with bitmap pixels per graph unit
    this.pointed = []; // {layer, index}: the edges that are pointed at in the panel
    this.stage = null; // see setStage
  }

  /** What is drawn changed: choose the lines anew. */
  show(edges, palette) {
    Object.assign(this, { edges, palette });
    const { lab } = this;
    const { isBlank } = lab;
    const { ranks, limit } = lab.edges;
    this.rests = ranks.map((ofLayer) => !isBlank && ofLayer.some((rank) => rank >= limit && rank !== NO_EDGE));
    const rest = restLines(lab, palette, this.rests);
    this.glowing = isBlank ? [] : glowingEdges(lab);
    this.flow.set([rest, linesOf(lab, palette, this.glowing)]);
    this.units?.forget();
    if (this.focus.place) this.lookAround();
  }

  /** Another unit or edge is selected, or none. */
  select() {
    this.focus.select(this.lab.selected ?? this.lab.through);
  }

  /** The edges and neighbors of the unit that is looked at, or the paths through the edge. */
  lookAround() {
    const { place } = this.focus;
    this.neighbors = edgesAround(this.lab, place);
    this.around.set([linesOf(this.lab, this.palette, this.neighbors.toReversed())]); // strongest on top
    this.nodes.keep(place, this.neighbors.map(({ other }) => other));
  }

  /** Below the nodes. @param {object} camera see View.camera */
  below(ctx, camera) {
    if (!this.edges) return;
    const { amount } = this.focus;
    this.follow({ ...camera.visible, scale: ctx.getTransform().a });
    this.nodes.see(camera, amount);
    const alpha = 1 - (1 - WHISPER) * amount;
    if (this.stage === null) this.drawEdges(ctx, alpha);
    else this.drawStages(ctx, alpha);
    ctx.globalAlpha = amount;
    if (amount > 0) this.around.draw(ctx, this.seen);
    ctx.globalAlpha = 1;
    this.units?.draw(ctx, this.seen, amount);
  }

  drawEdges(ctx, alpha) {
    ctx.globalAlpha = alpha;
    this.edges.draw(ctx, this.seen);
    this.flow.draw(ctx, this.seen);
  }

  /** Step by step: the edges that have just spoken, those that have before, those that will. */
  drawStages(ctx, alpha) {
    const { columns } = this.lab;
    const { top, height } = this.flow.extent;
    const borders = columns.map((column) => reach(column).center);
    [borders[0], borders[columns.length - 1]] = [reach(columns[0]).left, reach(columns[columns.length - 1]).right];
    for (let layer = 0; layer < columns.length - 1; layer++) {
      const share = layer === this.stage - 1 ? 1 : layer < this.stage ? SPOKEN : WHISPER;
      ctx.save();
      ctx.beginPath();
      ctx.rect(borders[layer], top, borders[layer + 1] - borders[layer], height);
      ctx.clip();
      this.drawEdges(ctx, share * alpha);
      ctx.restore();
    }
  }

  /** @param {number | null} stage how many layers have spoken; null: all, and nothing is told of it */
  setStage(stage) {
    this.stage = stage;
    this.nodes.stage = stage;
    this.units?.forget();
  }

  /** While the view moves, what was painted is scaled; when it rests, it is painted sharply. */
  follow(seen) {
    if (!this.seen) this.sharpen(seen);
    else if (Object.keys(seen).some((key) => seen[key] !== this.seen[key])) {
      this.seen = seen;
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.sharpen(seen), REST);
    }
  }

  sharpen(seen) {
    this.seen = seen;
    this.flow.paint(seen);
    this.around.paint(seen);
    this.edges.sharpen(seen);
    this.units?.forget();
  }

  /** Above the nodes: the unit that is looked at, the edge that is pointed at, all words. */
  above(ctx, camera) {
    if (!this.palette) return;
    const { selected, edge, through } = this.lab;
    if (selected) this.ring(ctx, selected.column, selected.unit, camera.scale);
    for (const marked of [edge, through, ...this.pointed]) if (marked) this.mark(ctx, marked, camera.scale);
    ctx.save();
    ctx.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
    this.labels.write(ctx, camera, this);
    ctx.restore();
  }

  ring(ctx, column, unit, scale) {
    const { x, y, size, cells } = this.lab.columns[column];
    const reach = size / 2 + 4 / scale;
    ctx.beginPath();
    const isSquare = cells > 1 || column === 0 || this.nodes.isNear(column);
    if (isSquare) ctx.rect(x[unit] - reach, y[unit] - reach, 2 * reach, 2 * reach);
    else ctx.arc(x[unit], y[unit], reach, 0, 2 * Math.PI);
    ctx.lineWidth = 3 / scale;
    ctx.strokeStyle = this.palette.theme.accent;
    ctx.stroke();
  }

  mark(ctx, { layer, index }, scale) {
    const { columns } = this.lab;
    const [i, j] = this.lab.endsOf({ layer, index });
    const [from, to] = [columns[layer], columns[layer + 1]];
    ctx.lineWidth = 3.5 / scale;
    ctx.strokeStyle = this.palette.theme.accent;
    ctx.beginPath();
    ctx.moveTo(from.x[i], from.y[i]);
    ctx.lineTo(to.x[j], to.y[j]);
    ctx.stroke();
    this.ring(ctx, layer, i, scale);
    this.ring(ctx, layer + 1, j, scale);
  }
}

/** Where lines may run: between units, and from "all others" below them. */
function boxWithRest(columns) {
  const box = extentOf(columns);
  return { ...box, height: box.height + BELOW };
}

/** The picture: vis-network for nodes, pan and zoom; our own layers below and above the nodes. */

import { extentOf } from "./edges.js";
import { glowLines, LineLayer, neighborLines, reach, restAnchor, restLines } from "./lines.js";
import { OUTPUT_EXTRA } from "./nodes.js";
import { unitSentence } from "./words.js";

const HIT = 14; // a click this near a unit, in CSS pixels, is a click on it
const CLOSEST = 14; // largest scale, CSS pixels per graph unit
const ABOVE = 46; // graph units above a column for its name
const REST = 120; // milliseconds without a change of the view before it is painted sharply
const BELOW = 64; // graph units below a column for "all others"

export class View {
  /**
   * @param {HTMLElement} container
   * @param {{nodes: object, network: object}} graph what PyVis wrote, and vis-network shows
   * @param {Lab} lab @param {Nodes} nodes
   */
  constructor(container, graph, lab, nodes) {
    this.container = container;
    this.lab = lab;
    this.touched = false; // has the person moved the view?
    this.lines = new LineLayer(boxWithRest(lab.columns));
    this.seen = null; // the visible rectangle, with bitmap pixels per graph unit
    this.pointed = null; // {layer, index}: an edge that is pointed at in the panel
    graph.nodes.update(
      lab.columns.flatMap(({ ids }, column) =>
        ids.map((id, unit) => ({ id, shape: "custom", ctxRenderer: nodes.renderer(column, unit) })),
      ),
    );
    this.network = graph.network;
    this.network.setOptions({ interaction: { selectable: false, hover: false } });
    this.network.on("click", ({ pointer }) => lab.select(this.unitAt(pointer.canvas)));
    this.network.on("doubleClick", () => this.fit());
    this.network.on("dragStart", () => (this.touched = true));
    this.network.on("zoom", () => this.limitZoom());
    // vis-network rescales the view after it has told of a new size, so fit in the next frame.
    this.network.on("resize", () => this.touched || requestAnimationFrame(() => this.fit()));
    this.network.on("beforeDrawing", (ctx) => this.drawBelow(ctx));
    this.network.on("afterDrawing", (ctx) => this.drawAbove(ctx));
    if (window.parent !== window) this.leaveWheelToOuterPage();
    container.addEventListener("pointermove", (event) => this.hover(event));
    container.addEventListener("pointerleave", () => this.hover(null));
    this.tip = document.getElementById("tip");
    this.fit();
  }

  /** Inside another page, a notebook say, the wheel scrolls that one; with Ctrl or ⌘ it zooms. */
  leaveWheelToOuterPage() {
    const isForOuterPage = ({ ctrlKey, metaKey }) => !ctrlKey && !metaKey; // a pinch comes with Ctrl
    const leave = (event) => isForOuterPage(event) && event.stopPropagation();
    this.container.addEventListener("wheel", leave, { capture: true, passive: true });
  }

  /** What is drawn changed: choose the glowing edges and the flows anew, then redraw. */
  show(edges, palette) {
    this.edges = edges;
    this.palette = palette;
    const { lab } = this;
    this.showsRest = !lab.showsAll && !lab.isBlank;
    const rest = this.showsRest ? restLines(lab, palette) : [];
    const glow = lab.isBlank ? [] : glowLines(lab, palette);
    const near = lab.selected ? neighborLines(lab, palette, lab.selected) : [];
    this.lines.set([rest, glow, near], this.seen);
    this.network.redraw();
  }

  point(edge) {
    this.pointed = edge;
    this.network.redraw();
  }

  /** The rectangle of graph units that is on the screen. */
  visible() {
    const scale = this.network.getScale();
    const { x, y } = this.network.getViewPosition();
    const width = this.container.clientWidth / scale;
    const height = this.container.clientHeight / scale;
    return { left: x - width / 2, top: y - height / 2, width, height };
  }

  /** Center x, center y and scale: what a link needs. */
  get place() {
    const { x, y } = this.network.getViewPosition();
    return [x, y, this.network.getScale()];
  }

  moveTo([x, y, scale]) {
    this.network.moveTo({ position: { x, y }, scale, animation: false });
    this.limitZoom();
  }

  /** Show the whole network. */
  fit() {
    const { left, right, top, bottom } = this.extent();
    const [width, height] = [this.container.clientWidth, this.container.clientHeight];
    if (width === 0 || height === 0) return;
    this.fitted = 0.97 * Math.min(width / (right - left), height / (bottom - top));
    const position = { x: (left + right) / 2, y: (top + bottom) / 2 };
    this.network.moveTo({ position, scale: this.fitted, animation: false });
    this.touched = false;
  }

  extent() {
    const all = this.lab.columns.map(reach);
    return {
      left: Math.min(...all.map((r) => r.left)),
      right: all[all.length - 1].right + OUTPUT_EXTRA,
      top: Math.min(...all.map((r) => r.top)) - ABOVE,
      bottom: Math.max(...all.map((r) => r.bottom)) + BELOW,
    };
  }

  limitZoom() {
    this.touched = true;
    const scale = this.network.getScale();
    const allowed = Math.min(Math.max(scale, this.fitted / 2), CLOSEST);
    if (allowed !== scale) this.network.moveTo({ scale: allowed, animation: false });
  }

  /** The unit nearest to a point in graph units, or null. */
  unitAt({ x, y }) {
    const near = HIT / this.network.getScale();
    let [best, nearest] = [null, Infinity];
    for (const { ids, size, cells, x: xs, y: ys } of this.lab.columns) {
      for (let i = 0; i < ids.length; i++) {
        const [dx, dy] = [Math.abs(xs[i] - x), Math.abs(ys[i] - y)];
        const distance = cells > 1 ? Math.max(dx, dy) - size / 2 : Math.hypot(dx, dy); // maps are squares
        if (distance < nearest && distance < (cells > 1 ? near / 2 : Math.max(size * 0.75, near))) {
          [best, nearest] = [ids[i], distance];
        }
      }
    }
    return best;
  }

  hover(event) {
    const { left, top } = this.container.getBoundingClientRect();
    const at = event && event.pointerType !== "touch" && event.buttons === 0;
    const point = at && { x: event.clientX - left, y: event.clientY - top };
    const id = point ? this.unitAt(this.network.DOMtoCanvas(point)) : null;
    this.container.style.cursor = id ? "pointer" : "";
    this.tip.hidden = id === null;
    if (id === null) return;
    this.tip.textContent = unitSentence(this.lab, this.lab.places.get(id));
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - width - 8)}px`;
    this.tip.style.top = `${event.clientY + 16}px`;
  }

  /** Below the nodes: the cached edges, the rest edges, and the edges that carry most right now. */
  drawBelow(ctx) {
    if (!this.edges) return;
    const seen = { ...this.visible(), scale: ctx.getTransform().a };
    if (!this.seen) this.sharpen(seen);
    else if (Object.keys(seen).some((key) => seen[key] !== this.seen[key])) {
      this.seen = seen;
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.sharpen(seen), REST);
    }
    this.edges.draw(ctx, seen);
    this.lines.draw(ctx);
  }

  /** The view rests: what was scaled while it moved is painted sharply. */
  sharpen(seen) {
    this.seen = seen;
    this.lines.paint(seen);
    this.edges.sharpen(seen);
  }

  /** Above the nodes: names of the columns, the selected unit, the edge that is pointed at. */
  drawAbove(ctx) {
    if (!this.palette) return;
    const { theme } = this.palette;
    const { columns, selected, edge } = this.lab;
    ctx.fillStyle = theme.muted;
    ctx.font = "17px system-ui, sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    columns.forEach((column, i) => {
      ctx.fillText(this.columnName(i), reach(column).center, reach(column).top - 16);
      if (this.showsRest && i < columns.length - 1) this.nameRest(ctx, restAnchor(column));
    });
    if (selected) this.ring(ctx, columns[selected.column], selected.unit);
    for (const marked of [edge, this.pointed]) if (marked) this.mark(ctx, marked);
  }

  nameRest(ctx, { x, y }) {
    ctx.beginPath();
    ctx.arc(x, y, 5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillText("all others", x, y + 24);
  }

  columnName(column) {
    const { columns, side } = this.lab;
    const { ids, rows, columns: width, cells } = columns[column];
    const size = ids.length;
    if (column > 0 && cells > 1) return `${size} of ${rows} × ${width}`;
    if (column === 0 && this.lab.input.kind === "features") return `input: ${size}`;
    if (column === 0) return `input: ${side} × ${side} pixels`;
    return column === columns.length - 1 ? `output: ${size}` : `hidden ${column}: ${size}`;
  }

  ring(ctx, { x, y, size, cells }, unit) {
    const reach = size / 2 + 4;
    ctx.beginPath();
    if (cells > 1) ctx.rect(x[unit] - reach, y[unit] - reach, 2 * reach, 2 * reach);
    else ctx.arc(x[unit], y[unit], reach, 0, 2 * Math.PI);
    ctx.lineWidth = 3;
    ctx.strokeStyle = this.palette.theme.accent;
    ctx.stroke();
  }

  mark(ctx, { layer, index }) {
    const { columns } = this.lab;
    const [i, j] = this.lab.endsOf({ layer, index });
    const [from, to] = [columns[layer], columns[layer + 1]];
    ctx.lineWidth = 4;
    ctx.strokeStyle = this.palette.theme.accent;
    ctx.beginPath();
    ctx.moveTo(from.x[i], from.y[i]);
    ctx.lineTo(to.x[j], to.y[j]);
    ctx.stroke();
    this.ring(ctx, from, i);
    this.ring(ctx, to, j);
  }
}

/** Where lines may run: between units, and from "all others" below them. */
function boxWithRest(columns) {
  const box = extentOf(columns);
  return { ...box, height: box.height + BELOW };
}

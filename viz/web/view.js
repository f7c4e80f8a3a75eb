/** The picture: vis-network for nodes, pan and zoom; our own layers below and above the nodes. */

import { OUTPUT_EXTRA } from "./nodes.js";

const HIT = 14; // a click this near a unit, in CSS pixels, is a click on it
const CLOSEST = 14; // largest scale, CSS pixels per graph unit
const HIGHLIGHTED = 60; // strongest edges drawn into and out of the selected unit
const LABEL_SPACE = 46; // graph units above a column for its name

export class View {
  /**
   * @param {HTMLElement} container
   * @param {{nodes: object, edges: object}} data the DataSets that PyVis filled
   * @param {object} options of vis-network
   * @param {object} model columns, layers, ranks, classNames
   * @param {Nodes} nodes @param {(id: string | null) => void} onSelect
   */
  constructor(container, data, options, model, nodes, onSelect) {
    this.model = model;
    this.container = container;
    this.selected = null;
    this.touched = false;
    data.nodes.update(
      model.columns.flatMap(({ ids }, column) =>
        ids.map((id, unit) => ({ id, shape: "custom", label: undefined, ctxRenderer: nodes.renderer(column, unit) })),
      ),
    );
    this.network = new vis.Network(container, data, {
      ...options,
      edges: { ...options.edges, hidden: true },
      interaction: { ...options.interaction, selectable: false, hover: false, tooltipDelay: 1e9 },
    });
    this.network.on("click", ({ pointer }) => onSelect(this.unitAt(pointer.canvas)));
    this.network.on("doubleClick", () => this.fit());
    this.network.on("dragStart", () => (this.touched = true));
    this.network.on("zoom", () => this.limitZoom());
    this.network.on("resize", () => this.touched || this.fit());
    container.addEventListener("pointermove", (event) => this.hover(event));
    container.addEventListener("pointerleave", () => this.hover(null));
    this.tip = document.getElementById("tip");
    this.fit();
  }

  /** @param {EdgeLayer} edges @param {Palette} palette */
  setLayers(edges, palette, describe) {
    this.palette = palette;
    this.describe = describe;
    if (this.edges) return;
    this.edges = edges;
    this.network.on("beforeDrawing", (ctx) => edges.draw(ctx, this.visible(), this.network.getScale()));
    this.network.on("afterDrawing", (ctx) => this.drawAbove(ctx));
  }

  /** The rectangle of graph units that is on the screen. */
  visible() {
    const scale = this.network.getScale();
    const { x, y } = this.network.getViewPosition();
    const width = this.container.clientWidth / scale;
    const height = this.container.clientHeight / scale;
    return { left: x - width / 2, top: y - height / 2, width, height };
  }

  /** Show the whole network. */
  fit() {
    const { left, right, top, bottom } = this.extent();
    const [width, height] = [this.container.clientWidth, this.container.clientHeight];
    if (width === 0 || height === 0) return;
    this.fitted = 0.96 * Math.min(width / (right - left), height / (bottom - top));
    this.network.moveTo({
      position: { x: (left + right) / 2, y: (top + bottom) / 2 },
      scale: this.fitted,
      animation: false,
    });
    this.touched = false;
  }

  extent() {
    const { columns } = this.model;
    const last = columns[columns.length - 1];
    const reach = ({ x, y, size }) => ({
      left: Math.min(...x) - size / 2,
      right: Math.max(...x) + size / 2,
      top: Math.min(...y) - size / 2,
      bottom: Math.max(...y) + size / 2,
    });
    const all = columns.map(reach);
    return {
      left: Math.min(...all.map((r) => r.left)),
      right: reach(last).right + OUTPUT_EXTRA,
      top: Math.min(...all.map((r) => r.top)) - LABEL_SPACE,
      bottom: Math.max(...all.map((r) => r.bottom)),
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
    const reach = HIT / this.network.getScale();
    let [best, nearest] = [null, Infinity];
    for (const { ids, size, x: xs, y: ys } of this.model.columns) {
      for (let i = 0; i < ids.length; i++) {
        const distance = Math.hypot(xs[i] - x, ys[i] - y);
        if (distance < nearest && distance < Math.max(size * 0.75, reach)) {
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
    this.tip.textContent = this.describe(id);
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - width - 8)}px`;
    this.tip.style.top = `${event.clientY + 16}px`;
  }

  redraw() {
    this.network.redraw();
  }

  /** Names of the columns, and around the selected unit a ring and its strongest edges. */
  drawAbove(ctx) {
    const { theme } = this.palette;
    const { columns } = this.model;
    const top = Math.min(...columns[0].y) - columns[0].size;
    ctx.fillStyle = theme.muted;
    ctx.font = "17px system-ui, sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    columns.forEach(({ x, y, size }, i) => {
      const above = i === 0 ? top : Math.min(...y) - size;
      ctx.fillText(this.columnName(i), (Math.min(...x) + Math.max(...x)) / 2, above - 6);
    });
    if (!this.selected) return;
    const { column, unit } = this.selected;
    this.highlight(ctx, column, unit);
    const { x, y, size } = columns[column];
    ctx.beginPath();
    ctx.arc(x[unit], y[unit], size * 0.5 + 4, 0, 2 * Math.PI);
    ctx.lineWidth = 3;
    ctx.strokeStyle = theme.accent;
    ctx.stroke();
  }

  columnName(column) {
    const { columns, side } = this.model;
    const size = columns[column].ids.length;
    if (column === 0) return `input: ${side} × ${side} pixels`;
    if (column === columns.length - 1) return `output: ${size}`;
    return `hidden ${column}: ${size}`;
  }

  highlight(ctx, column, unit) {
    const { columns, layers, ranks } = this.model;
    const lines = [];
    if (column > 0) {
      const { W, fanIn, fanOut } = layers[column - 1];
      for (let i = 0; i < fanIn; i++) {
        const edge = i * fanOut + unit;
        if (ranks[column - 1][edge] < HIGHLIGHTED) lines.push([column - 1, i, unit, W[edge]]);
      }
    }
    if (column < layers.length) {
      const { W, fanOut } = layers[column];
      const edges = Array.from({ length: fanOut }, (_, j) => unit * fanOut + j);
      edges.sort((p, q) => Math.abs(W[q]) - Math.abs(W[p]));
      for (const edge of edges.slice(0, HIGHLIGHTED)) lines.push([column, unit, edge % fanOut, W[edge]]);
    }
    const limit = Math.max(...lines.map(([, , , weight]) => Math.abs(weight)), 1e-12);
    ctx.globalAlpha = 0.9;
    for (const [from, i, j, weight] of lines) {
      const [a, b] = [columns[from], columns[from + 1]];
      ctx.beginPath();
      ctx.moveTo(a.x[i], a.y[i]);
      ctx.lineTo(b.x[j], b.y[j]);
      ctx.lineWidth = 0.5 + (2.5 * Math.abs(weight)) / limit;
      ctx.strokeStyle = this.palette.signed(Math.sign(weight) * (0.35 + (0.65 * Math.abs(weight)) / limit), 1);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }
}

/** The camera and the hands: vis-network pans and zooms, a click selects, a pointer looks. */

import { brief } from "./labels.js";
import { edgeAt } from "./hits.js";
import { BELOW, reach } from "./lines.js";
import { unitSentence } from "./words.js";

const HIT = 14; // a click this near a unit, in CSS pixels, is a click on it
const HIT_EDGE = 5; // the same of an edge
const OF_LARGE = 480; // CSS pixels of height on which large words are as large as others …
const LARGE_ASPECT = 1.2; // … where there is so much width for each of them
const CLOSEST = 14; // largest scale, CSS pixels per graph unit
const FARTHEST = 1 / 4; // smallest scale, as a share of the one that shows the whole network
const FAR = 0.6; // the share below which only layers are shown
const CLOSE = 1.25; // the share above which a unit may show more of itself
// CSS pixels of words, and of the margins for them, from the widest picture to the narrowest.
const FRAMES = [
  { from: 900, textSize: 14, left: 16, right: 82, top: 36, bottom: 28 },
  { from: 620, textSize: 13, left: 12, right: 76, top: 32, bottom: 26 },
  { from: 0, textSize: 12, left: 8, right: 70, top: 26, bottom: 20 },
];

export class View {
  /**
   * @param {HTMLElement} container
   * @param {{nodes: object, network: object}} graph what PyVis wrote, and vis-network shows
   * @param {Lab} lab @param {Nodes} nodes @param {Scene} scene
   */
  constructor(container, graph, lab, nodes, scene) {
    Object.assign(this, { container, lab, scene });
    this.large = false; // whether it is seen from the back of a room
    this.touched = false; // has the person moved the view?
    if (!scene.units) {
      graph.nodes.update(
        lab.columns.flatMap(({ ids }, column) =>
          ids.map((id, unit) => ({ id, shape: "custom", ctxRenderer: nodes.renderer(column, unit) })),
        ),
      );
    }
    this.network = graph.network;
    this.network.setOptions({ interaction: { selectable: false, hover: false } });
    container.querySelector(".vis-network").tabIndex = -1; // the keyboard stops once, at the picture itself
    this.measureUnits();
    this.network.on("click", ({ pointer }) => this.choose(pointer.canvas));
    this.network.on("doubleClick", () => this.fit());
    this.network.on("dragStart", () => (this.touched = true));
    this.network.on("zoom", () => this.limitZoom());
    // vis-network rescales the view after it has told of a new size, so fit in the next frame.
    this.network.on("resize", () => this.touched || requestAnimationFrame(() => this.fit()));
    this.network.on("beforeDrawing", (ctx) => scene.below(ctx, this.camera(ctx)));
    this.network.on("afterDrawing", (ctx) => scene.above(ctx, this.camera(ctx)));
    if (window.parent !== window) this.leaveWheelToOuterPage();
    container.addEventListener("pointermove", (event) => this.hover(event));
    container.addEventListener("pointerleave", () => this.hover(null));
    this.tip = document.getElementById("tip");
    this.fit();
  }

  /** vis-network measures nodes of our own shape only while none of them is seen, and draws no others. */
  measureUnits() {
    this.network.moveTo({ position: { x: 1e6, y: 1e6 }, animation: false });
    this.network.redraw();
  }

  /** Inside another page, a notebook say, the wheel scrolls that one; with Ctrl or ⌘ it zooms. */
  leaveWheelToOuterPage() {
    const isForOuterPage = ({ ctrlKey, metaKey }) => !ctrlKey && !metaKey; // a pinch comes with Ctrl
    const leave = (event) => isForOuterPage(event) && event.stopPropagation();
    this.container.addEventListener("wheel", leave, { capture: true, passive: true });
  }

  /** @param {object | object[] | null} edges that are pointed at: one, several or none */
  point(edges) {
    this.scene.pointed = [edges ?? []].flat();
    this.network.redraw();
  }

  /** Margins and the size of words; names of classes that do not fit into their units need room beside them. */
  get frame() {
    const frame = FRAMES.find(({ from }) => this.container.clientWidth >= from);
    const letters = Math.max(...this.lab.outputNames.map((name) => brief(name).length));
    const plain = { ...frame, right: Math.max(frame.right, 16 + 0.7 * frame.textSize * letters) };
    if (!this.large) return plain;
    const times = Math.max(1, Math.min(this.container.clientHeight, this.container.clientWidth / LARGE_ASPECT) / OF_LARGE);
    return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, value * times]));
  }

  /** How the picture is seen: scale in CSS pixels per graph unit, ratio in canvas pixels per CSS pixel.
   *  @param {CanvasRenderingContext2D} [ctx] of the picture, in graph units */
  camera(ctx) {
    const scale = this.network.getScale();
    const { x, y } = this.network.getViewPosition();
    const { clientWidth: width, clientHeight: height } = this.container;
    const [left, top] = [x - width / 2 / scale, y - height / 2 / scale];
    return {
      scale,
      ratio: ctx ? ctx.getTransform().a / scale : window.devicePixelRatio,
      width,
      height,
      isFar: scale < FAR * this.fitted,
      isClose: scale > CLOSE * this.fitted,
      visible: { left, top, width: width / scale, height: height / scale },
      toScreen: (at) => ({ x: (at.x - left) * scale, y: (at.y - top) * scale }),
      textSize: this.frame.textSize,
    };
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

  /** Show the whole network, with room for its names. */
  fit() {
    const { clientWidth, clientHeight } = this.container;
    const frame = this.frame;
    const [width, height] = [clientWidth - frame.left - frame.right, clientHeight - frame.top - frame.bottom];
    if (width <= 0 || height <= 0) return;
    const { left, right, top, bottom } = this.extent();
    const scale = Math.min(width / (right - left), height / (bottom - top));
    const position = {
      x: (left + right) / 2 + (frame.right - frame.left) / 2 / scale,
      y: (top + bottom) / 2 + (frame.bottom - frame.top) / 2 / scale,
    };
    this.network.moveTo({ position, scale, animation: false });
    [this.fitted, this.touched] = [scale, false];
  }

  extent() {
    const all = this.lab.columns.map(reach);
    return {
      left: Math.min(...all.map((r) => r.left)),
      right: all[all.length - 1].right,
      top: Math.min(...all.map((r) => r.top)),
      bottom: Math.max(...all.map((r) => r.bottom)) + BELOW,
    };
  }

  limitZoom() {
    this.touched = true;
    const scale = this.network.getScale();
    const allowed = Math.min(Math.max(scale, this.fitted * FARTHEST), CLOSEST);
    if (allowed !== scale) this.network.moveTo({ scale: allowed, animation: false });
  }

  /** Selects the unit at a point in graph units, else the edge there, else nothing. */
  choose(at) {
    const id = this.unitAt(at);
    const edge = id === null ? edgeAt(this.lab, this.scene, at, HIT_EDGE / this.network.getScale()) : null;
    if (edge) this.lab.selectEdge(edge);
    else this.lab.select(id);
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

  /** A pointer at a unit reads its numbers, and previews what selecting it would show. */
  hover(event) {
    const { left, top } = this.container.getBoundingClientRect();
    const at = event && event.pointerType !== "touch" && event.buttons === 0;
    const point = at && { x: event.clientX - left, y: event.clientY - top };
    const id = point ? this.unitAt(this.network.DOMtoCanvas(point)) : null;
    const place = id === null ? null : this.lab.places.get(id);
    this.container.style.cursor = id ? "pointer" : "";
    this.scene.focus.point(place);
    this.tip.hidden = id === null;
    if (id === null) return;
    this.tip.textContent = unitSentence(this.lab, place);
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - width - 8)}px`;
    this.tip.style.top = `${event.clientY + 16}px`;
  }
}

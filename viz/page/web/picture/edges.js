/**
 * The layer of edges: painted once into bitmaps, then only moved and scaled with the view.
 *
 * vis-network redraws edge objects one by one, which takes a second for all of them. Here a redraw
 * is one drawImage. Two bitmaps are kept: an overview of the whole picture and, painted whenever
 * the view rests, a sharp one of what is visible plus a margin.
 */

import { startWorker } from "./dom.js";
import { edgeStyle, rasterEdges, rasterWorker } from "./edge-raster.js";
import { drawBitmap, onPixels } from "./pixels.js";

const MARGIN = 0.25; // of the view, on each side of the sharp bitmap
const MOST_PIXELS = 12e6; // of one bitmap
const SLICE = 10; // milliseconds of painting at a time where there is no worker
const LEVELS = 12; // steps of strength
const REST = 4; // times as long as a painting took, before what changes all the time is painted again

export class EdgeLayer {
  /** @param {object[]} columns with x and y @param {() => void} redraw asks for a new frame */
  constructor(columns, redraw) {
    this.redraw = redraw;
    this.painter = makePainter(columns.map(({ x, y }) => ({ x, y })));
    this.extent = extentOf(columns);
    this.bitmaps = { overview: null, detail: null };
    this.version = 0;
    this.style = null;
    this.seen = null;
    this.painted = Promise.resolve();
    this.restsUntil = 0; // a time of performance.now()
  }

  /** Whether painting takes no more than its share of the time: what changes all the time should wait for that. */
  get isRested() {
    return !this.busy && performance.now() >= this.restsUntil;
  }

  /** New edges or colors: the old bitmaps stay until the new ones are ready.
   *  @param {object[]} layers see rasterEdges @param {Palette} palette */
  set(layers, palette) {
    const side = (sign) => Array.from({ length: LEVELS }, (_, i) => edgeColor(palette, sign * (i + 0.5) / LEVELS));
    this.style = {
      layers,
      positive: side(1),
      negative: side(-1),
    };
    this.version++;
    if (!this.busy) this.painted = this.paintUntilNew();
  }

  /** The view rests here: paint what it shows sharply. @param {object} seen with its scale */
  sharpen(seen) {
    this.seen = seen;
    this.paint("detail");
  }

  /** Puts the edges on the canvas; `ctx` is in graph units, `seen` is the visible rectangle. */
  draw(ctx, seen) {
    const { overview, detail } = this.bitmaps;
    const covers = detail && contains(detail.area, intersect(seen, this.extent));
    const best = covers && detail.version === (overview?.version ?? 0) ? detail : overview;
    if (!best) return;
    drawBitmap(ctx, best.bitmap, best.area);
  }

  /** Nothing more is painted. */
  end() {
    this.painter.worker?.terminate();
  }

  /** One painting at a time: while the pen moves, only the newest state is worth painting. */
  async paintUntilNew() {
    this.busy = true;
    const begun = performance.now();
    let version;
    do {
      version = this.version;
      await this.paint("overview");
      if (this.seen && version === this.version) await this.paint("detail");
    } while (version !== this.version);
    this.busy = false;
    const now = performance.now();
    this.restsUntil = now + REST * (now - begun);
  }

  async paint(which) {
    const seen = this.seen ?? { ...this.extent, scale: 1 };
    const { scale } = seen;
    const area = onPixels(which === "overview" ? this.extent : intersect(widen(seen), this.extent), seen);
    if (area.width <= 0 || area.height <= 0 || !this.style) return;
    const version = this.version;
    const wanted = which === "overview" ? Math.min(scale, 2) : scale;
    const sharpness = Math.min(wanted, Math.sqrt(MOST_PIXELS / (area.width * area.height)));
    const { overview } = this.bitmaps;
    if (which === "detail" && overview?.version === version && overview.sharpness === sharpness) return; // it looks the same
    const bitmap = await this.painter.paint({
      ...this.style,
      left: area.left,
      top: area.top,
      scale: sharpness,
      width: Math.max(1, Math.ceil(area.width * sharpness)),
      height: Math.max(1, Math.ceil(area.height * sharpness)),
    });
    if (version < (this.bitmaps[which]?.version ?? 0)) return; // a newer one is already there
    this.bitmaps[which]?.bitmap.close?.();
    const exact = { width: bitmap.width / sharpness, height: bitmap.height / sharpness };
    this.bitmaps[which] = { bitmap, version, sharpness, area: { ...area, ...exact } };
    this.redraw();
  }
}

/** Color of an edge; even a weak one can be told from none. @param {number} value −1 … 1 */
export function edgeColor(palette, value) {
  return palette.signed(Math.sign(value) * 0.35 + 0.65 * value, 1);
}

/** A painter in a worker, or in slices on this thread where workers cannot paint. */
function makePainter(columns) {
  try {
    return new WorkerPainter(columns);
  } catch {
    return new SlicePainter(columns);
  }
}

class WorkerPainter {
  constructor(columns) {
    const source = `${edgeStyle}\n${rasterEdges}\n(${rasterWorker})();`;
    new OffscreenCanvas(1, 1).getContext("2d").beginPath(); // throws where workers cannot paint
    this.worker = startWorker(source);
    this.worker.postMessage({ columns });
    this.waiting = new Map();
    this.worker.onmessage = ({ data }) => this.settle(data.id, data.bitmap);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fallback = new SlicePainter(columns);
      for (const [id, { view }] of this.waiting) {
        this.fallback.paint(view).then((bitmap) => this.settle(id, bitmap));
      }
    };
    this.lastId = 0;
  }

  paint(view) {
    if (this.fallback) return this.fallback.paint(view);
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, { resolve, view });
      this.worker.postMessage({ id, view });
    });
  }

  settle(id, bitmap) {
    this.waiting.get(id).resolve(bitmap);
    this.waiting.delete(id);
  }
}

class SlicePainter {
  constructor(columns) {
    this.columns = columns;
  }

  async paint(view) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [view.width, view.height];
    const steps = rasterEdges(canvas.getContext("2d"), this.columns, view);
    let started = performance.now();
    for (const _ of steps) {
      if (performance.now() - started < SLICE) continue;
      await new Promise((resolve) => setTimeout(resolve));
      started = performance.now();
    }
    return canvas;
  }
}

/** The rectangle in graph units that holds every unit. */
export function extentOf(columns) {
  const xs = columns.flatMap(({ x }) => [Math.min(...x), Math.max(...x)]);
  const ys = columns.flatMap(({ y }) => [Math.min(...y), Math.max(...y)]);
  const [left, top] = [Math.min(...xs) - 2, Math.min(...ys) - 2];
  return { left, top, width: Math.max(...xs) + 2 - left, height: Math.max(...ys) + 2 - top };
}

/** A rectangle with a margin, so that a little panning needs no painting. */
export function widen({ left, top, width, height }) {
  return {
    left: left - MARGIN * width,
    top: top - MARGIN * height,
    width: width * (1 + 2 * MARGIN),
    height: height * (1 + 2 * MARGIN),
  };
}

export function intersect(a, b) {
  const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
  const width = Math.min(a.left + a.width, b.left + b.width) - left;
  const height = Math.min(a.top + a.height, b.top + b.height) - top;
  return { left, top, width, height };
}

export function contains(outer, inner) {
  const slack = 1e-6 * (Math.abs(outer.width) + Math.abs(outer.height));
  return (
    inner.left >= outer.left - slack &&
    inner.top >= outer.top - slack &&
    inner.left + inner.width <= outer.left + outer.width + slack &&
    inner.top + inner.height <= outer.top + outer.height + slack
  );
}

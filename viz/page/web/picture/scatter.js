/** The map on its canvas: dots that move, pan, zoom, and are found under a pointer or a key. */

import { spread } from "../model/centers.js";

const MOVE = 900; // milliseconds from one map to another
const REACH = 16; // pixels from a pointer to the dot it means
const NAME_SIZE = [26, 36]; // pixels, on the smallest and the largest canvas
const DIGITS_FROM = 3; // the zoom from which on dots are drawn as digits
const ZOOMS = [0.6, 60];
const KEY_ZOOM = 1.4;
const DIMMED = 0.12; // opacity of what is not highlighted

export class Scatter {
  /**
   * @param {HTMLCanvasElement} canvas @param {Atlas} atlas
   * @param {{labels: number[], answers: number[], classNames: string[]}} digits
   * @param {(index: number) => void} onPick called with the digit that is pointed at
   */
  constructor(canvas, atlas, digits, onPick) {
    Object.assign(this, { canvas, atlas, onPick, ...digits });
    this.isWrong = this.labels.map((label, i) => label !== this.answers[i]);
    this.view = { zoom: 1, x: 0.5, y: 0.5 }; // the place on the map that is in the middle
    this.places = null; // x0, y0, x1, …: where the dots are now, 0 … 1
    this.centers = [];
    this.selected = null;
    this.highlighted = null; // a class
    this.misreadOnly = false;
    this.pointers = new Map();
    this.listen();
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Moves every dot to its place on another map; at once for who wants no motion. */
  show({ places, centers }) {
    this.centers = centers;
    this.moveEnds = null;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (this.places === null || still) {
      this.places = Float64Array.from(places);
      this.moving = false;
      this.draw();
      return;
    }
    const [from, began] = [this.places, performance.now()];
    const to = places;
    const move = (this.moveEnds = (now) => {
      if (this.moveEnds !== move) return; // another map was chosen meanwhile
      const share = Math.min(Math.max((now - began) / MOVE, 0), 1);
      const eased = share * share * (3 - 2 * share);
      this.places = to.map((place, i) => from[i] + eased * (place - from[i]));
      this.moving = share < 1;
      this.draw();
      if (this.moving) requestAnimationFrame(move);
    });
    this.moving = true;
    requestAnimationFrame(move);
  }

  fit() {
    this.view = { zoom: 1, x: 0.5, y: 0.5 };
    this.draw();
  }

  select(index) {
    this.selected = index;
    this.draw();
  }

  isShown(index) {
    return (
      (!this.misreadOnly || this.isWrong[index]) &&
      (this.highlighted === null || this.labels[index] === this.highlighted)
    );
  }

  /** Where a digit is on the canvas, in css pixels. */
  screen(index) {
    const { width, height, scale } = this.size();
    return [
      width / 2 + (this.places[2 * index] - this.view.x) * scale,
      height / 2 + (this.places[2 * index + 1] - this.view.y) * scale,
    ];
  }

  size() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return { width, height, scale: Math.min(width, height) * this.view.zoom };
  }

  /** The shown digit nearest to a place in css pixels, or null if none is within reach. */
  at(x, y, reach = REACH) {
    let [best, least] = [null, reach];
    this.labels.forEach((_, i) => {
      if (!this.isShown(i)) return;
      const [dx, dy] = this.screen(i);
      const distance = Math.hypot(dx - x, dy - y);
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }

  /** The nearest shown digit in a direction (dx, dy), at most 45° aside of it; null if none. */
  neighbor(index, dx, dy) {
    const [x, y] = this.screen(index);
    let [best, least] = [null, Infinity];
    this.labels.forEach((_, i) => {
      if (i === index || !this.isShown(i)) return;
      const [ox, oy] = this.screen(i);
      const along = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      const cost = along + 2 * aside;
      if (along > 0.01 && aside <= along && cost < least) [best, least] = [i, cost];
    });
    return best;
  }

  /** Zooms by a factor; the place under (x, y) stays where it is. */
  zoom(factor, x, y) {
    const { width, height, scale } = this.size();
    const { view } = this;
    const zoom = Math.min(Math.max(view.zoom * factor, ZOOMS[0]), ZOOMS[1]);
    const [fromX, fromY] = [(x ?? width / 2) - width / 2, (y ?? height / 2) - height / 2];
    const share = 1 - view.zoom / zoom;
    this.moveTo(zoom, view.x + (fromX / scale) * share, view.y + (fromY / scale) * share);
  }

  moveTo(zoom, x, y) {
    const inside = (place) => Math.min(Math.max(place, 0), 1); // the map cannot be lost
    this.view = { zoom, x: inside(x), y: inside(y) };
    this.draw();
  }

  /** Brings a digit into sight if it is not. */
  reveal(index) {
    const [x, y] = this.screen(index);
    const { width, height } = this.size();
    if (x > 20 && y > 20 && x < width - 20 && y < height - 20) return;
    this.moveTo(this.view.zoom, this.places[2 * index], this.places[2 * index + 1]);
  }

  /** @param {string} key @returns {boolean} whether it was ours */
  key(key) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (direction) {
      const { width, height } = this.size();
      const here = this.selected !== null && this.isShown(this.selected);
      const next = here ? this.neighbor(this.selected, ...direction) : this.at(width / 2, height / 2, Infinity);
      if (next !== null) {
        this.onPick(next);
        this.reveal(next);
      }
    } else if (key === "+" || key === "=") this.zoom(KEY_ZOOM, ...this.focus());
    else if (key === "-") this.zoom(1 / KEY_ZOOM, ...this.focus());
    else if (key === "0") this.fit();
    else return false;
    return true;
  }

  focus() {
    return this.selected === null ? [] : this.screen(this.selected);
  }

  listen() {
    const { canvas, pointers } = this;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const point = (event) => {
      const found = this.at(...place(event));
      if (found !== null) this.onPick(found);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, place(event));
      point(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) {
        point(event);
        return;
      }
      const now = place(event);
      const others = [...pointers].filter(([id]) => id !== event.pointerId);
      if (others.length === 0) {
        const { scale } = this.size();
        const { zoom, x, y } = this.view;
        this.moveTo(zoom, x - (now[0] - before[0]) / scale, y - (now[1] - before[1]) / scale);
      } else {
        const [, [ox, oy]] = others[0];
        const factor = Math.hypot(now[0] - ox, now[1] - oy) / Math.max(1, Math.hypot(before[0] - ox, before[1] - oy));
        this.zoom(factor, ox, oy);
      }
      pointers.set(event.pointerId, now);
    });
    for (const type of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(type, (event) => pointers.delete(event.pointerId));
    }
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(1.0015 ** -event.deltaY, ...place(event));
      },
      { passive: false },
    );
  }

  /** @param {object} theme colors by their roles */
  setTheme(theme) {
    this.theme = theme;
    this.atlas.tint(theme.classes);
    this.draw();
  }

  draw() {
    const { canvas, theme } = this;
    const { width, height } = this.size();
    if (!theme || this.places === null || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
      [canvas.width, canvas.height] = [pixelWidth, pixelHeight];
    }
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const asDigits = this.view.zoom >= DIGITS_FROM && !this.moving;
    const radius = Math.min(Math.min(width, height) / 260, 3.2) * Math.min(this.view.zoom, 3) ** 0.4;
    const digitSize = Math.min(7 * this.view.zoom, 44);
    const all = [...this.labels.keys()].map((i) => [i, ...this.screen(i)]);
    const seen = all.filter(([, x, y]) => x > -50 && y > -50 && x < width + 50 && y < height + 50);
    const dimmed = seen.filter(([i]) => !this.isShown(i));
    const shown = seen.filter(([i]) => this.isShown(i));
    const dots = (some) => this.labelled(some).forEach((own, label) => drawDots(ctx, own, radius, this.color(label)));
    ctx.globalAlpha = DIMMED;
    dots(dimmed);
    ctx.globalAlpha = 1;
    if (asDigits) shown.forEach(([i, x, y]) => this.atlas.draw(ctx, i, x, y, digitSize));
    else dots(shown);
    const ring = asDigits ? digitSize * 0.55 : radius + 3;
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.2;
    shown.filter(([i]) => this.isWrong[i]).forEach(([, x, y]) => drawRing(ctx, x, y, ring));
    if (!asDigits) this.drawNames(ctx);
    if (this.selected === null) return;
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 3;
    drawRing(ctx, ...this.screen(this.selected), ring + 4);
  }

  /** @returns {Map<number, number[][]>} class → its dots */
  labelled(some) {
    const groups = new Map();
    for (const one of some) {
      const label = this.labels[one[0]];
      if (!groups.has(label)) groups.set(label, []);
      groups.get(label).push(one);
    }
    return groups;
  }

  color(label) {
    return this.theme.classes[label % this.theme.classes.length];
  }

  drawNames(ctx) {
    const { width, height } = this.size();
    const size = Math.min(Math.max(Math.min(width, height) / 24, NAME_SIZE[0]), NAME_SIZE[1]);
    const places = spread(this.centers.map(([, index]) => this.screen(index)), 1.1 * size);
    ctx.font = `bold ${size}px system-ui, sans-serif`;
    [ctx.textAlign, ctx.textBaseline, ctx.lineJoin] = ["center", "middle", "round"];
    this.centers.forEach(([label], i) => {
      ctx.globalAlpha = this.highlighted === null || this.highlighted === label ? 1 : DIMMED;
      [ctx.strokeStyle, ctx.fillStyle, ctx.lineWidth] = [this.theme.surface, this.theme.text, size / 4];
      ctx.strokeText(this.classNames[label], ...places[i]);
      ctx.fillText(this.classNames[label], ...places[i]);
    });
    ctx.globalAlpha = 1;
  }
}

function drawDots(ctx, dots, radius, color) {
  ctx.fillStyle = color;
  ctx.beginPath();
  for (const [, x, y] of dots) {
    ctx.moveTo(x + radius, y);
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
  }
  ctx.fill();
}

function drawRing(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.stroke();
}

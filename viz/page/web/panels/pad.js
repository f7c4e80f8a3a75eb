/** The pad: strokes become ink on a canvas, point by point, however fast the pointer moves. */

import { drawSegment, drawStroke } from "../model/strokes.js";
import { readNext } from "../picture/frames.js";
import { colorTable } from "../picture/theme.js";

export const PAD_SIZE = 280; // pixels a side of the ink, whatever size the pad has on the screen
const REST = 1000; // milliseconds after a stroke until the drawing counts as finished

export class Pad {
  /** @param {HTMLCanvasElement} canvas @param {() => void} onChange called once a frame at most @param {() => void} onRest */
  constructor(canvas, onChange, onRest) {
    Object.assign(this, { canvas, onChange, onRest });
    canvas.width = canvas.height = PAD_SIZE;
    this.image = new ImageData(PAD_SIZE, PAD_SIZE);
    this.surface = { ink: new Float32Array(PAD_SIZE ** 2), width: PAD_SIZE, height: PAD_SIZE };
    this.base = null; // ink that was loaded, below the strokes
    this.cleared = null; // strokes and base that a clear took away, until there is another drawing
    this.strokes = []; // {points: [x, y][], width}, in pixels of the ink
    this.brush = 22;
    this.current = null; // {pointer, stroke} while drawing
    this.resting = null; // what waits for the pen to have been up for a while
    this.digits = [this.surface.ink]; // the ink of each digit, see digits.js
    this.read = () => {
      this.paint();
      this.onChange();
    };
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(name, (event) => this.end(event));
    }
  }

  get isEmpty() {
    return this.strokes.length === 0 && this.base === null;
  }

  /** Whether somebody is drawing: the pen is down, or was a moment ago. */
  get isBusy() {
    return this.current !== null || this.resting !== null;
  }

  get ink() {
    return this.surface.ink;
  }

  /** Replace the drawing by these strokes. */
  setStrokes(strokes) {
    [this.strokes, this.base, this.cleared] = [strokes, null, null];
    this.replaced();
  }

  /** Replace the drawing by ink of the pad's own size. */
  setInk(ink) {
    [this.strokes, this.base, this.cleared] = [[], ink, null];
    this.replaced();
  }

  /** Replace the drawing by an image of `side` × `side` pixels. */
  setImage(image, side) {
    const ink = new Float32Array(PAD_SIZE ** 2);
    for (let row = 0, pixel = 0; row < PAD_SIZE; row++) {
      const start = Math.floor((row * side) / PAD_SIZE) * side;
      for (let column = 0; column < PAD_SIZE; column++, pixel++) {
        ink[pixel] = image[start + Math.floor((column * side) / PAD_SIZE)];
      }
    }
    this.setInk(ink);
  }

  clear() {
    const { strokes, base, cleared } = this;
    const wasEmpty = this.isEmpty;
    this.setStrokes([]);
    this.cleared = wasEmpty ? cleared : { strokes, base };
    this.onChange();
  }

  /** Takes the last stroke back, or the picture below the strokes, or a clear. */
  undo() {
    if (this.strokes.length > 0) this.strokes.pop();
    else if (this.base) this.base = null;
    else if (this.cleared) {
      Object.assign(this, this.cleared);
      this.cleared = null;
    }
    this.replaced();
    this.onChange();
  }

  begin(event) {
    if (this.current || event.button > 0) return;
    event.preventDefault();
    this.awake();
    if (event.isTrusted) this.canvas.setPointerCapture(event.pointerId); // a scripted one cannot be
    const stroke = { points: [this.point(event)], width: this.brush };
    this.current = { pointer: event.pointerId, stroke };
    this.strokes.push(stroke);
    drawStroke(this.surface, stroke.points, stroke.width);
    this.changed();
  }

  move(event) {
    if (this.current?.pointer !== event.pointerId) return;
    event.preventDefault();
    const { points, width } = this.current.stroke;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const one of coalesced.length > 0 ? coalesced : [event]) {
      const [fromX, fromY] = points[points.length - 1];
      const [x, y] = this.point(one);
      if (x === fromX && y === fromY) continue;
      points.push([x, y]);
      drawSegment(this.surface, fromX, fromY, x, y, width);
    }
    this.changed();
  }

  end(event) {
    if (this.current?.pointer !== event.pointerId) return;
    this.current = null;
    this.resting = setTimeout(() => {
      this.resting = null;
      this.onRest();
    }, REST);
  }

  awake() {
    clearTimeout(this.resting);
    this.resting = null;
  }

  /** Where the pointer is, in tenths of a pixel of the ink: a link can carry that exactly. */
  point(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const tenths = (value) => Math.round(value * PAD_SIZE * 10) / 10;
    return [tenths((event.clientX - left) / width), tenths((event.clientY - top) / height)];
  }

  /** However many points arrive within a frame, it is painted and thought about once. */
  changed() {
    readNext(this.read);
  }

  /** After another drawing has taken the place of this one: nobody is drawing it. */
  replaced() {
    this.current = null;
    this.awake();
    this.digits = [this.surface.ink];
    this.repaint();
  }

  repaint() {
    if (this.base) this.surface.ink.set(this.base);
    else this.surface.ink.fill(0);
    for (const { points, width } of this.strokes) drawStroke(this.surface, points, width);
    this.paint();
  }

  /** The colors of 256 shades of ink, each as the four bytes of a pixel in one number. */
  setPalette({ theme }) {
    const shades = colorTable([theme.surface, theme.text], 256).flatMap((color) => [...color, 255]);
    this.shades = new Uint32Array(Uint8Array.from(shades).buffer);
    this.paint();
  }

  paint() {
    if (!this.shades) return;
    const pixels = new Uint32Array(this.image.data.buffer);
    const { shades, surface } = this;
    for (let pixel = 0; pixel < pixels.length; pixel++) pixels[pixel] = shades[Math.round(surface.ink[pixel] * 255)];
    this.canvas.getContext("2d").putImageData(this.image, 0, 0);
  }
}

/** The words on the picture, in css pixels: the more important first, and never one on another. */

const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const APART = 3; // pixels that stay free between two words
const MOST_WIDTHS = 5000; // that are remembered; to measure a text takes longer than to draw it

export class Names {
  constructor() {
    this.widths = new Map();
    this.placed = []; // {text, left, top, right, bottom} of what stands there
    this.shapes = []; // boxes that a word in passing must not hide
  }

  /** A new frame: nothing is written yet. @param {CanvasRenderingContext2D} ctx in css pixels */
  begin(ctx, { width, height }) {
    Object.assign(this, { ctx, width, height, placed: [], shapes: [], font: null });
    if (this.widths.size > MOST_WIDTHS) this.widths.clear();
  }

  /** How wide a text is. */
  measure(text, style) {
    const key = `${style.weight} ${style.size} ${text}`;
    if (!this.widths.has(key)) {
      this.useFont(style);
      this.widths.set(key, this.ctx.measureText(text).width);
    }
    return this.widths.get(key);
  }

  useFont({ size, weight = 400 }) {
    const font = `${weight} ${size}px ${FAMILY}`;
    if (font !== this.font) this.ctx.font = this.font = font;
  }

  /**
   * Writes a text where there is room for it, else nothing.
   * @param {number} x @param {number} y the middle of its line
   * @param {{size: number, color: string, weight?: number, align?: "center" | "left" | "right",
   *   plate?: string, over?: boolean, passing?: boolean}} style plate: a ground of this color; over:
   *   it stands on a shape that is its own, so words beside it need no distance; passing: it may
   *   hide no shape
   * @returns {boolean} whether it was written
   */
  put(text, x, y, style) {
    const box = this.boxOf(text, x, y, style);
    const apart = style.over ? 0 : APART;
    const inView = box.left >= 0 && box.right <= this.width && box.top >= 0 && box.bottom <= this.height;
    if (!inView || this.placed.some((other) => overlap(box, other, apart))) return false;
    if (style.passing && this.shapes.some((other) => overlap(box, other, apart))) return false;
    const { ctx } = this;
    if (style.plate) {
      ctx.globalAlpha = 0.88;
      ctx.fillStyle = style.plate;
      ctx.beginPath();
      ctx.roundRect(box.left - 3, box.top, box.right - box.left + 6, box.bottom - box.top, 4);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    this.useFont(style);
    ctx.fillStyle = style.color;
    ctx.textAlign = style.align ?? "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, x, y);
    this.placed.push(box);
    return true;
  }

  boxOf(text, x, y, style) {
    const width = this.measure(text, style);
    const left = x - width * { center: 0.5, left: 0, right: 1 }[style.align ?? "center"];
    const half = 0.6 * style.size;
    return { text, left, top: y - half, right: left + width, bottom: y + half };
  }
}

/**
 * Of names that become shorter, for each place the longest such that none touches another.
 * @param {string[][]} variants for each place, the longest first @param {number[]} centers
 * @param {(text: string) => number} measure @returns {string[]}
 */
export function fittingNames(variants, centers, measure, apart = 8) {
  const most = Math.max(...variants.map(({ length }) => length));
  for (let length = 0; ; length++) {
    const names = variants.map((one) => one[Math.min(length, one.length - 1)]);
    const halves = names.map((name) => measure(name) / 2);
    const fits = centers.every(
      (center, i) => i === 0 || centers[i - 1] + halves[i - 1] + apart <= center - halves[i],
    );
    if (fits || length === most - 1) return names;
  }
}

function overlap(a, b, apart) {
  return a.left < b.right + apart && b.left < a.right + apart && a.top < b.bottom && b.top < a.bottom;
}

/** All digits in one picture: drawn large for one, or small in the color of each class. */

import { rgb } from "./theme.js";

export class Atlas {
  /** @param {{picture: string, columns: number, side: number}} atlas @param {number[]} labels */
  constructor({ picture, columns, side }, labels) {
    Object.assign(this, { picture, columns, side, labels });
  }

  /** Waits until the picture can be drawn, and takes its ink. */
  async load() {
    const image = new Image();
    image.src = this.picture;
    await image.decode();
    this.canvas = document.createElement("canvas");
    [this.canvas.width, this.canvas.height] = [image.naturalWidth, image.naturalHeight];
    const ctx = this.canvas.getContext("2d", { willReadFrequently: true });
    ctx.drawImage(image, 0, 0);
    this.pixels = ctx.getImageData(0, 0, image.naturalWidth, image.naturalHeight);
    const { data } = this.pixels;
    this.ink = Uint8Array.from({ length: data.length / 4 }, (_, pixel) => data[4 * pixel]);
  }

  /** Ink of one digit, row by row, 0 … 255. */
  inkOf(index) {
    const { side, columns } = this;
    const [left, top] = this.place(index);
    return Uint8Array.from({ length: side * side }, (_, pixel) => {
      const [row, column] = [Math.floor(pixel / side), pixel % side];
      return this.ink[(top + row) * columns * side + left + column];
    });
  }

  /** Gives each digit its class's color; paper becomes transparent. */
  tint(colors) {
    const { pixels, side, columns } = this;
    const channels = colors.map(rgb);
    const width = columns * side;
    for (let pixel = 0; pixel < this.ink.length; pixel++) {
      const [row, column] = [Math.floor(pixel / width / side), Math.floor((pixel % width) / side)];
      const label = this.labels[row * columns + column] ?? 0;
      pixels.data.set(channels[label % channels.length], 4 * pixel);
      pixels.data[4 * pixel + 3] = this.ink[pixel];
    }
    this.canvas.getContext("2d").putImageData(pixels, 0, 0);
  }

  /** Draws a tinted digit with its middle at a place. */
  draw(ctx, index, x, y, size) {
    const { side } = this;
    const [left, top] = this.place(index);
    ctx.drawImage(this.canvas, left, top, side, side, x - size / 2, y - size / 2, size, size);
  }

  /** The upper left corner of a digit in the picture. */
  place(index) {
    return [(index % this.columns) * this.side, Math.floor(index / this.columns) * this.side];
  }
}

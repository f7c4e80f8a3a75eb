/** Feature maps as pictures: all maps of one column side by side on a sheet, on one scale. */

export class Sheet {
  /** @param {object} column of units that are maps */
  constructor({ ids, rows, columns }) {
    Object.assign(this, { units: ids.length, rows, columns });
    this.canvas = document.createElement("canvas");
    [this.canvas.width, this.canvas.height] = [columns * ids.length, rows];
  }

  /**
   * @param {ArrayLike<number>} values (row, column, unit), flat
   * @param {(value: number) => number[]} color red, green, blue
   */
  paint(values, color) {
    const { units, columns, canvas } = this;
    const ctx = canvas.getContext("2d");
    const image = ctx.createImageData(canvas.width, canvas.height);
    for (let cell = 0, at = 0; at < values.length; cell++) {
      const column = cell % columns;
      let pixel = 4 * ((cell - column) * units + column);
      for (let unit = 0; unit < units; unit++, at++, pixel += 4 * columns) {
        const channels = color(values[at]);
        image.data[pixel] = channels[0];
        image.data[pixel + 1] = channels[1];
        image.data[pixel + 2] = channels[2];
        image.data[pixel + 3] = 255;
      }
    }
    ctx.putImageData(image, 0, 0);
  }

  /** One map into a square of side `size` around (x, y). */
  draw(ctx, unit, x, y, size) {
    const { rows, columns, canvas } = this;
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(canvas, unit * columns, 0, columns, rows, x - size / 2, y - size / 2, size, size);
    ctx.imageSmoothingEnabled = true;
  }

  /** One map as a picture of its own, in a data: address. */
  url(unit) {
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [this.columns, this.rows];
    picture.getContext("2d").drawImage(this.canvas, -unit * this.columns, 0);
    return picture.toDataURL();
  }
}

/** Ink on a canvas becomes an image like MNIST's: the twin of ink.py, stage by stage. */

const MNIST = { side: 28, box: 20 }; // pixels of an image, and of the longer side of a digit in it
export const INK_THRESHOLD = 1 / 512; // anything darker than paper is ink
const TIE = 1e-5; // a center of mass so close below a half is a half

/**
 * @param {ArrayLike<number>} canvas ink in [0, 1], row by row
 * @param {number} [width] of the canvas; without it the canvas is square
 * @param {{side: number, box: number}} [field] sides of the image, and of the digit in it
 * @returns {Float32Array} side × side numbers
 */
export function normalizeInk(canvas, width = Math.round(Math.sqrt(canvas.length)), field = MNIST) {
  return inkStages(canvas, width, field).centered;
}

/** Every stage between a canvas and the image that the network sees. */
export function inkStages(canvas, width, { side, box: longest } = MNIST) {
  const height = canvas.length / width;
  if (!Number.isInteger(height) || height === 0) {
    throw new RangeError(`a canvas needs whole rows of ${width} pixels; got ${canvas.length}.`);
  }
  const box = inkBox(canvas, width, height);
  const fitted = fit(canvas, width, box, longest);
  const shift = shiftOf(fitted, side);
  const centered = new Float32Array(side * side);
  for (let row = 0; row < fitted.rows; row++) {
    for (let column = 0; column < fitted.columns; column++) {
      const pixel = (row + shift[0]) * side + column + shift[1];
      centered[pixel] = fitted.ink[row * fitted.columns + column];
    }
  }
  return { box, fitted, shift, centered };
}

/** The smallest box around all ink, [top, left, bottom, right], the last two exclusive. */
function inkBox(canvas, width, height) {
  let [top, left, bottom, right] = [height, width, 0, 0];
  for (let row = 0; row < height; row++) {
    const [start, end] = [row * width, (row + 1) * width];
    let first = start;
    while (first < end && !(canvas[first] > INK_THRESHOLD)) first++;
    if (first === end) continue;
    let last = end - 1;
    while (!(canvas[last] > INK_THRESHOLD)) last--;
    top = Math.min(top, row);
    bottom = row + 1;
    left = Math.min(left, first - start);
    right = Math.max(right, last - start + 1);
  }
  return bottom > 0 ? [top, left, bottom, right] : [0, 0, 0, 0];
}

/** Scale to the longest that a side may be. */
function fit(canvas, width, box, longest) {
  const [top, left, bottom, right] = box;
  return areaMean(canvas, width, box, Math.max(bottom - top, right - left) / longest);
}

/**
 * A part of the canvas made smaller: each new pixel is the mean ink under its footprint.
 * @param {number} step old pixels per new pixel
 * @returns {{rows: number, columns: number, ink: Float64Array}}
 */
export function areaMean(canvas, width, [top, left, bottom, right], step) {
  if (step === 0) return { rows: 0, columns: 0, ink: new Float64Array(0) };
  const rows = Math.ceil((bottom - top) / step - TIE);
  const columns = Math.ceil((right - left) / step - TIE);
  const breadth = right - left;
  const byRows = new Float64Array(rows * breadth); // averaged down, not yet across
  eachOverlap(bottom - top, step, rows, (row, old, share) => {
    const into = row * breadth;
    const from = (top + old) * width + left;
    for (let x = 0; x < breadth; x++) byRows[into + x] += share * canvas[from + x];
  });
  const ink = new Float64Array(rows * columns);
  eachOverlap(breadth, step, columns, (column, old, share) => {
    for (let row = 0; row < rows; row++) {
      ink[row * columns + column] += share * byRows[row * breadth + old];
    }
  });
  return { rows, columns, ink };
}

/** Visits new pixels with each old one that they cover, and the share of the new one it makes up. */
function eachOverlap(nOld, step, nNew, visit) {
  for (let i = 0; i < nNew; i++) {
    const [start, stop] = [i * step, (i + 1) * step];
    const end = Math.min(stop, nOld);
    for (let j = Math.floor(start); j < end; j++) {
      const shared = Math.min(stop, j + 1) - Math.max(start, j);
      if (shared > 0) visit(i, j, shared / step);
    }
  }
}

/** Row and column at which the fitted digit begins, so that its center of mass is in the middle: pixel 14 of 28. */
function shiftOf({ rows, columns, ink }, side) {
  let [total, rowMoment, columnMoment] = [0, 0, 0];
  for (let row = 0, pixel = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, pixel++) {
      total += ink[pixel];
      rowMoment += ink[pixel] * row;
      columnMoment += ink[pixel] * column;
    }
  }
  if (total === 0) return [0, 0];
  return [startOf(rowMoment / total, rows, side), startOf(columnMoment / total, columns, side)];
}

function startOf(centerOfMass, length, side) {
  const start = Math.floor(side / 2) - Math.floor(centerOfMass + 0.5 + TIE);
  return Math.min(Math.max(start, 0), side - length);
}

/**
 * Sums over a batch, as plain loops that need no memory of their own: a step of learning is made of them.
 *
 * Numbers that are 0, paper or a silent unit, are skipped: `Inked` lists the others. A sum is held in
 * eight variables at a time, in double precision, and written once.
 */

const LANES = 8; // outputs that one pass over the terms serves

/** Of a batch's inputs those that are not 0, listed by sample and by input. */
export class Inked {
  /** @param {number} rows samples, at most @param {number} columns inputs of each */
  constructor(rows, columns) {
    this.columns = columns;
    this.rowStarts = new Int32Array(rows + 1);
    this.rowColumns = new Int32Array(rows * columns);
    this.rowValues = new Float64Array(rows * columns);
    this.columnStarts = new Int32Array(columns + 1);
    this.columnRows = new Int32Array(rows * columns);
    this.columnValues = new Float64Array(rows * columns);
    this.next = new Int32Array(columns);
  }

  /** @param {ArrayLike<number>} x rows × columns, row by row */
  read(x, rows) {
    const { columns, rowStarts, rowColumns, rowValues, columnStarts, columnRows, columnValues, next } = this;
    next.fill(0);
    let n = 0;
    for (let row = 0, at = 0; row < rows; row++) {
      rowStarts[row] = n;
      for (let column = 0; column < columns; column++, at++) {
        const value = x[at];
        if (value === 0) continue;
        rowColumns[n] = column;
        rowValues[n++] = value;
        next[column]++;
      }
    }
    rowStarts[rows] = n;
    for (let column = 0, start = 0; column < columns; column++) {
      columnStarts[column] = start;
      start += next[column];
      next[column] = columnStarts[column];
    }
    columnStarts[columns] = n;
    for (let row = 0; row < rows; row++) {
      for (let k = rowStarts[row]; k < rowStarts[row + 1]; k++) {
        const place = next[rowColumns[k]]++;
        columnRows[place] = row;
        columnValues[place] = rowValues[k];
      }
    }
  }
}

/** z = x W + b. @param {Float64Array} W columns × units @param {Float64Array} z rows × units, written */
export function weightedSums(inked, W, b, z, rows) {
  listSums(inked.rowStarts, inked.rowColumns, inked.rowValues, W, b, z, rows, b.length);
}

/** d_loss/d_W = xᵀ d. @param {Float64Array} d rows × units @param {Float32Array} slopes columns × units, written */
export function weightSlopes(inked, d, slopes, units) {
  listSums(inked.columnStarts, inked.columnRows, inked.columnValues, d, null, slopes, inked.columns, units);
}

/** out[r] = base + Σ value · matrix[index] over the terms of list r. */
function listSums(starts, indices, values, matrix, base, out, lists, width) {
  const whole = width - (width % LANES);
  for (let r = 0; r < lists; r++) {
    const first = starts[r];
    const end = starts[r + 1];
    const o = r * width;
    for (let j = 0; j < whole; j += LANES) {
      let a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0;
      for (let k = first; k < end; k++) {
        const m = indices[k] * width + j;
        const value = values[k];
        a0 += value * matrix[m];
        a1 += value * matrix[m + 1];
        a2 += value * matrix[m + 2];
        a3 += value * matrix[m + 3];
        a4 += value * matrix[m + 4];
        a5 += value * matrix[m + 5];
        a6 += value * matrix[m + 6];
        a7 += value * matrix[m + 7];
      }
      out[o + j] = a0;
      out[o + j + 1] = a1;
      out[o + j + 2] = a2;
      out[o + j + 3] = a3;
      out[o + j + 4] = a4;
      out[o + j + 5] = a5;
      out[o + j + 6] = a6;
      out[o + j + 7] = a7;
    }
    for (let j = whole; j < width; j++) {
      let sum = 0;
      for (let k = first; k < end; k++) sum += values[k] * matrix[indices[k] * width + j];
      out[o + j] = sum;
    }
    if (base) for (let j = 0; j < width; j++) out[o + j] += base[j];
  }
}

/**
 * d_loss/d_z of the layer before, through the derivative of its function: (d Wᵀ) · f′(z).
 * @param {Float64Array} W columns × units @param {Float64Array} d rows × units
 * @param {Float64Array} slopes rows × columns: f′(z), where it is 0 nothing is summed; replaced by the result
 */
export function slopesBefore(W, d, slopes, rows, columns, units) {
  const open = new Int32Array(4);
  for (let row = 0; row < rows; row++) {
    let n = 0;
    for (let column = 0; column < columns; column++) {
      if (slopes[row * columns + column] === 0) continue;
      open[n++] = column;
      if (n < 4) continue;
      fourSums(W, d, slopes, row, columns, units, open);
      n = 0;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0, w = open[i] * units, e = row * units; j < units; j++) sum += W[w + j] * d[e + j];
      slopes[row * columns + open[i]] *= sum;
    }
  }
}

function fourSums(W, d, slopes, row, columns, units, open) {
  const w0 = open[0] * units;
  const w1 = open[1] * units;
  const w2 = open[2] * units;
  const w3 = open[3] * units;
  let a0 = 0, a1 = 0, a2 = 0, a3 = 0;
  for (let j = 0, e = row * units; j < units; j++, e++) {
    const error = d[e];
    a0 += W[w0 + j] * error;
    a1 += W[w1 + j] * error;
    a2 += W[w2 + j] * error;
    a3 += W[w3 + j] * error;
  }
  const start = row * columns;
  slopes[start + open[0]] *= a0;
  slopes[start + open[1]] *= a1;
  slopes[start + open[2]] *= a2;
  slopes[start + open[3]] *= a3;
}

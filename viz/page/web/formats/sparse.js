/** Matrices that are stored as what is not 0, SciPy's compressed sparse rows: the twin of sparse.py. */

import { t } from "../language/texts.js";
import { count, shapeWords, Unreadable } from "./unreadable.js";

export const MOST_WEIGHTS = 12_000_000; // of a page, zeros too
const PARTS = ["data", "indices", "indptr", "shape"];

/**
 * @param {Map<string, object>} entries see npzEntries
 * @returns {Map<string, object>} the same, "W0.data", "W0.indices", "W0.indptr" and "W0.shape" as one W0 with its zeros
 */
export function withWhole(entries) {
  const stems = [...entries.keys()].filter((name) => name.endsWith(".shape")).map((name) => name.slice(0, -".shape".length));
  const sparse = stems.filter((stem) => !entries.has(stem) && PARTS.every((part) => entries.has(`${stem}.${part}`)));
  const whole = new Map(entries);
  let left = MOST_WEIGHTS;
  for (const name of sparse) {
    const [data, indices, indptr, shape] = PARTS.map((part) => partOf(whole, `${name}.${part}`, part === "data" ? "f" : "iu"));
    const sides = Array.from(shape.data);
    if (sides.length !== 2 || sides.some((side) => side < 1)) throw new Unreadable(t`${name}.shape must be two whole numbers; got ${sides.slice(0, 4).join(", ")}`);
    left -= sides[0] * sides[1];
    if (left < 0) throw new Unreadable(t`${name} claims the shape ${shapeWords(sides)}; a page holds at most ${count(MOST_WEIGHTS)} weights`);
    whole.set(name, { shape: sides, kind: "f", data: fullMatrix(name, data.data, indices.data, indptr.data, sides), text: null });
    for (const part of PARTS) whole.delete(`${name}.${part}`);
  }
  return whole;
}

function partOf(entries, name, kinds) {
  const entry = entries.get(name);
  if (!entry?.data || !kinds.includes(entry.kind) || entry.shape.length !== 1) throw new Unreadable(kinds === "f" ? t`${name} must be a row of floating-point numbers` : t`${name} must be a row of whole numbers`);
  return entry;
}

function fullMatrix(name, data, indices, indptr, [rows, columns]) {
  const isRising = indptr.every((start, row) => row === 0 || start >= indptr[row - 1]);
  if (indptr.length !== rows + 1 || indptr[0] !== 0 || indptr[rows] !== data.length || !isRising) {
    throw new Unreadable(t`${name}.indptr must tell where each of ${count(rows)} rows begins among the ${count(data.length)} numbers of ${name}.data, and where the last one ends`);
  }
  const isColumn = indices.every((column) => column >= 0 && column < columns);
  const matrix = new data.constructor(isColumn && indices.length === data.length ? rows * columns : 0);
  let isRight = matrix.length > 0;
  for (let row = 0; row < rows && isRight; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      if (at > indptr[row] && indices[at] <= indices[at - 1]) isRight = false;
      matrix[row * columns + indices[at]] = data[at];
    }
  }
  if (!isRight) throw new Unreadable(t`${name}.indices must be the column of each number, 0 to ${columns - 1}, rising within a row`);
  return matrix;
}

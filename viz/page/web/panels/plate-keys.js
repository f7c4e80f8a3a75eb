/** Where the keys lead on a plate of weights. */

const PAGE = 10; // points that PageUp and PageDown jump
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1], PageDown: [0, PAGE], PageUp: [0, -PAGE] };

/**
 * @param {object} plate see plateOf @param {{column: number, row: number} | null} from
 * @param {KeyboardEvent} event @param {(point: object) => number} sizeAt of the weight there; −1: none
 * @returns {{column: number, row: number} | null} null: the key means nothing here
 */
export function walk(plate, from, { key, shiftKey }, sizeAt) {
  const { column, row } = from ?? { column: 0, row: 0 };
  const to = (x, y) => ({ column: within(x, plate.columns), row: within(y, plate.rows) });
  if (key === "Home") return to(0, row);
  if (key === "End") return to(plate.columns - 1, row);
  if (!STEPS[key]) return null;
  const [dx, dy] = STEPS[key];
  if (plate.kind !== "fields" || shiftKey) return to(column + dx, row + dy);
  const { tileColumns, tileRows } = plate; // from unit to unit, where each has its largest weight
  const tile = to(column + dx * tileColumns, row + dy * tileRows);
  const next = largestIn(plate, tile, sizeAt);
  return next ?? from;
}

function largestIn({ tileColumns, tileRows }, { column, row }, sizeAt) {
  const [left, top] = [column - (column % tileColumns), row - (row % tileRows)];
  let [best, size] = [null, -1];
  for (let y = top; y < top + tileRows; y++) {
    for (let x = left; x < left + tileColumns; x++) {
      const found = sizeAt({ column: x, row: y });
      if (found > size) [best, size] = [{ column: x, row: y }, found];
    }
  }
  return best;
}

function within(place, points) {
  return Math.min(Math.max(place, 0), points - 1);
}

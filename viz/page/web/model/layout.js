/** Where every unit stands: the twin of layout.py, with the same distances, in graph units. */

const SPACING = {
  height: 800, // of the tallest column
  aspect: 1.38, // width by height: what panels and numbers leave of a screen of 16:10
  funnel: 0.95, // each hidden layer is this much of the height of the one before
  ends: [0.36, 0.66], // least and most height of input and output, as shares
  gap: 124, // between columns, before input and output are made smaller
  leastGap: 34, // rather than less, the whole becomes wider
  narrowing: 0.86, // each gap is this much of the one before
  mostRows: 32, // units above each other in a block, unless that makes it too wide
  mostMaps: 22, // the same for maps
  slender: 8, // a block of units is at least so many times as tall as wide
  largestUnit: 60, // room for one unit; more room stays free around it
  largestMap: 120,
};
const [UNIT, MAP, PIXEL] = [0.8, 0.92, 0.92]; // shares of its room that each of a kind fills
const SINGLE = [1, 1]; // the map of a unit that is a single number

/**
 * One block for each layer, left to right, each centered around y = 0.
 * @param {number[]} sizes units of each layer
 * @param {number[][]} [maps] rows and columns of the maps of each layer's units
 * @param {boolean} [isPicture] whether inputs that form a square are the pixels of a picture
 * @returns {{positions: Float32Array, size: number}[]} x and y of every unit, and its diameter
 */
export function funnelLayout(sizes, maps = sizes.map(() => SINGLE), isPicture = true) {
  const { height, funnel, aspect, largestUnit, ends: shares, gap } = SPACING;
  const last = sizes.length - 1;
  const hidden = sizes.slice(1, last).map((size, n) => block(size, maps[n + 1], height * funnel ** n));
  const taken = hidden.reduce((sum, grid) => sum + widthOf(grid), 0) + largestUnit;
  const free = aspect * height - taken;
  const [least, most] = hidden.length > 0 ? shares : [shares[0], 1];
  const ends = Math.min(Math.max(free - gap * last, least * height), most * height);
  const first = (isPicture ? input : block)(sizes[0], maps[0], ends);
  const grids = [first, ...hidden, block(sizes[last], maps[last], ends)];
  const between = gaps(last, free - widthOf(first));
  let left = 0;
  return grids.map((grid, n) => {
    const placed = place(grid, left);
    left += widthOf(grid) + (between[n] ?? 0);
    return placed;
  });
}

/** The side of a square picture of inputs, or null when they form no square of several. */
export function pictureSide(nInputs) {
  const side = Math.round(Math.sqrt(nInputs));
  return side * side === nInputs && nInputs > 1 ? side : null;
}

/** The ids of all units, layer by layer: the twin of names.py. */
export function nodeIds(sizes, isPicture) {
  const side = isPicture ? pictureSide(sizes[0]) : null;
  const last = sizes.length - 1;
  return sizes.map((size, layer) => {
    const key = layer === 0 ? "input" : layer === last ? "output" : `h${layer}`;
    const isPixel = layer === 0 && side !== null;
    const name = (unit) => (isPixel ? `${Math.floor(unit / side)},${unit % side}` : unit);
    return Array.from({ length: size }, (_, unit) => `${key}:${name(unit)}`);
  });
}

/** Shares of the free width, each smaller than the one before. */
function gaps(n, free) {
  const shares = Array.from({ length: n }, (_, i) => SPACING.narrowing ** i);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => Math.max((free * share) / total, SPACING.leastGap));
}

/** A lattice of pixels, or pictures; numbers that form no square are a block like the others. */
function input(size, map, height) {
  const side = isSingle(map) ? pictureSide(size) : null;
  if (side !== null) {
    const room = height / (side - 1 + PIXEL);
    return { units: size, rows: side, height, room, size: room * PIXEL, byRows: true };
  }
  if (isSingle(map)) return block(size, map, height);
  const room = height / size;
  return { units: size, rows: size, height, room, size: room * (size > 1 ? MAP : 1) };
}

/** As few columns as keep units large enough, but never a wide block. */
function block(size, map, height) {
  const { mostMaps, mostRows, slender, largestMap, largestUnit } = SPACING;
  const isMap = !isSingle(map);
  const usual = isMap ? mostMaps : mostRows;
  const columns = Math.ceil(size / Math.max(usual, Math.ceil(Math.sqrt(slender * size))));
  const rows = Math.ceil(size / columns);
  const room = Math.min(height / rows, isMap ? largestMap : largestUnit);
  return { units: size, rows, height, room, size: room * (isMap ? MAP : UNIT) };
}

const isSingle = ([rows, columns]) => rows === 1 && columns === 1;
const columnsOf = ({ units, rows }) => Math.ceil(units / rows);
const widthOf = (grid) => columnsOf(grid) * grid.room;

/** Pictures fill row by row, layers column by column. */
function place(grid, left) {
  const { units, rows, height, room, size, byRows } = grid;
  const columns = columnsOf(grid);
  const down = (height - size) / Math.max(rows - 1, 1);
  const positions = new Float32Array(2 * units);
  for (let i = 0; i < units; i++) {
    const [row, column] = byRows ? [Math.floor(i / columns), i % columns] : [i % rows, Math.floor(i / rows)];
    positions[2 * i] = left + (column + 0.5) * room;
    positions[2 * i + 1] = (row - (rows - 1) / 2) * down;
  }
  return { positions, size };
}

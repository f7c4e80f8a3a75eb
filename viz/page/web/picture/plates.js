/**
 * How the weights of one layer lie in a picture, its plate: which weight each point shows.
 *
 * A plate is a grid of tiles with a gap between them. *fields* has a tile for each unit, of its
 * weights laid out as the picture that it reads; *kernels* one for each pair of units, of their taps;
 * *matrix* is one tile. Units are rows, what they listen to columns. A matrix with more weights than
 * pixels is pooled: a point shows the largest of the weights that fall on it.
 */

const TALLEST = { tiles: 940, kernels: 640, matrix: 440 }; // CSS pixels
const EDGE = 2; // CSS pixels around everything, for frames
const LARGEST = 24; // CSS pixels of a weight
const FOOT = 22; // CSS pixels below a matrix for what its columns are
const GAP = 3; // CSS pixels between tiles

/**
 * @param {object} layer see readNetwork
 * @param {{source: ArrayLike<number>, target: ArrayLike<number>}} orders the unit at each place
 * @param {{side: number, channels: number} | null} picture that the layer reads, pixel by pixel
 * @param {number} width CSS pixels @param {number} head CSS pixels of them for the names of rows
 * @param {number} ratio device pixels in each
 */
export function plateOf(layer, orders, picture, width, head, ratio) {
  const { fanIn, taps } = layer;
  const edge = Math.round(EDGE * ratio);
  const room = { width: Math.floor(width * ratio) - 2 * edge, head: Math.round(head * ratio), edge, ratio };
  if (picture) return sheetOf(layer, orders, fieldTile(layer, picture), room);
  if (taps > 1 && fanIn === 1) return sheetOf(layer, orders, kernelTile(layer), room);
  return gridOf(layer, orders, room);
}

/** Weights of a unit as the picture lies; channels side by side. */
function fieldTile({ fanOut }, { side, channels }) {
  return {
    kind: "fields",
    tileColumns: side * channels,
    tileRows: side,
    indexOf: (row, column, target) => ((row * side + (column % side)) * channels + Math.floor(column / side)) * fanOut + target,
    pointOf: (source) => {
      const [pixel, channel] = [Math.floor(source / channels), source % channels];
      return { row: Math.floor(pixel / side), column: (pixel % side) + channel * side };
    },
  };
}

function kernelTile({ taps, tapColumns, fanOut }) {
  return {
    kind: "fields",
    tileColumns: tapColumns,
    tileRows: taps / tapColumns,
    indexOf: (row, column, target) => (row * tapColumns + column) * fanOut + target,
    pointOf: () => null,
  };
}

/** One tile for each unit, in rows like text: as many as have room. */
function sheetOf(layer, { target }, tile, { width, edge, ratio }) {
  const total = layer.fanOut;
  const [gap, strip, tallest] = [GAP, GAP, TALLEST.tiles].map((size) => Math.round(size * ratio));
  const fit = (cell) => {
    const across = Math.max(1, Math.floor((width + gap) / (tile.tileColumns * cell + gap)));
    return { across, down: Math.max(1, Math.floor(tallest / (tile.tileRows * cell + strip + gap))) };
  };
  let cell = Math.max(1, Math.floor(Math.min(LARGEST * ratio, width / tile.tileColumns)));
  while (cell > 1 && fit(cell).across * fit(cell).down < total) cell--;
  const { across, down } = fit(cell);
  const shown = Math.min(total, across * down);
  const columns = Math.min(across, shown);
  const rows = Math.ceil(shown / columns);
  const units = Array.from({ length: shown }, (_, tileAt) => target[Math.floor((tileAt * total) / shown)]);
  return {
    ...tile, units, shown, total, ratio, gapX: gap, gapY: gap + strip, strip, left: edge, top: edge,
    cellWidth: cell, cellHeight: cell, columns: columns * tile.tileColumns, rows: rows * tile.tileRows,
    width: columns * (tile.tileColumns * cell + gap) - gap + 2 * edge,
    height: rows * (tile.tileRows * cell + strip + gap) - gap + 2 * edge,
    weightAt(column, row) {
      const unit = units[Math.floor(row / tile.tileRows) * columns + Math.floor(column / tile.tileColumns)];
      return unit === undefined ? -1 : tile.indexOf(row % tile.tileRows, column % tile.tileColumns, unit);
    },
  };
}

/** Rows are units, columns what they listen to; each pair a weight, or the picture of its taps. */
function gridOf(layer, { source, target }, { width, head, edge, ratio }) {
  const { fanIn, fanOut, taps, tapColumns } = layer;
  const kind = taps > 1 ? "kernels" : "matrix";
  const [tileColumns, tileRows] = [tapColumns, taps / tapColumns];
  const [across, down] = [fanIn * tileColumns, fanOut * tileRows]; // weights
  const [tallest, largest, foot] = [TALLEST[kind], LARGEST, FOOT].map((size) => Math.round(size * ratio));
  const room = width - head;
  const wanted = taps > 1 ? Math.max(1, Math.round(ratio)) : 0;
  const fits = across + wanted * (fanIn - 1) <= room && down + wanted * (fanOut - 1) <= 2 * tallest;
  const gap = fits ? wanted : 0;
  const [columns, rows] = [Math.min(across, room), Math.min(down, 2 * tallest)];
  const cellOf = (space, points, tiles) => Math.max(1, Math.min(largest, Math.floor((space - gap * (tiles - 1)) / points)));
  let [cellWidth, cellHeight] = [cellOf(room, columns, fanIn), cellOf(tallest, rows, fanOut)];
  if (taps > 1) cellWidth = cellHeight = Math.min(cellWidth, cellHeight); // kernels keep their shape
  const [left, top] = [edge + head, edge];
  const box = { width: columns * cellWidth + gap * (fanIn - 1), height: rows * cellHeight + gap * (fanOut - 1) };
  return {
    kind, tileColumns, tileRows, ratio, gapX: gap, gapY: gap, strip: 0, left, top,
    cellWidth, cellHeight, columns, rows, source, target, shown: fanOut, total: fanOut, box,
    pooled: columns < across || rows < down ? { across: across / columns, down: down / rows } : null,
    width: left + box.width + edge, height: top + box.height + foot + edge,
    weightAt(column, row) {
      const [i, j] = [source[Math.floor(column / tileColumns)], target[Math.floor(row / tileRows)]];
      return (((row % tileRows) * tapColumns + (column % tileColumns)) * fanIn + i) * fanOut + j;
    },
  };
}

/** Where a point lies on the plate, in device pixels. */
export function pointBox(plate, column, row) {
  const { left, top, cellWidth, cellHeight, gapX, gapY, tileColumns, tileRows } = plate;
  return {
    x: left + column * cellWidth + (gapX && Math.floor(column / tileColumns) * gapX),
    y: top + row * cellHeight + (gapY && Math.floor(row / tileRows) * gapY),
    width: cellWidth,
    height: cellHeight,
  };
}

/** The point at a place on the plate, in device pixels; null beside all of them and in a gap. */
export function pointAt(plate, x, y) {
  const column = along(x - plate.left, plate.cellWidth, plate.tileColumns, plate.gapX);
  const row = along(y - plate.top, plate.cellHeight, plate.tileRows, plate.gapY);
  const inside = column >= 0 && column < plate.columns && row >= 0 && row < plate.rows;
  return inside ? { column, row } : null;
}

function along(place, cell, tile, gap) {
  if (!gap) return Math.floor(place / cell);
  const size = tile * cell + gap;
  const within = Math.floor((place - Math.floor(place / size) * size) / cell);
  return within < tile ? Math.floor(place / size) * tile + within : -1;
}

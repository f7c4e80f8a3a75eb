/** The even picture: upright, centered and evenly spread. The twin of nn/even.py. */

import { MOST, ratio, slid } from "./upright.js";

const USUAL = [0.2, 0.13]; // spreads of MNIST's digits, upright: of the height, of the width
const [LEAST, LARGEST] = [0.8, 1.25]; // zooms

/** The drawing, evened; all channels move alike. @returns {Float64Array} */
export function even(ink, picture) {
  const pose = poseOf(ink, picture);
  const [rows, columns] = samples(pose, picture.side).map(hats);
  return across(slid(down(ink, rows, picture), slidesOf(pose, picture.side), picture), columns, picture);
}

/** Center, slant, spreads and zooms; of pairs the first is down, the second across. */
function poseOf(ink, { side, channels }) {
  const width = side * channels;
  const [sums, moments] = [new Float64Array(side), new Float64Array(side)]; // of each row: Σ ink, Σ ink · x
  let [total, rowMoment, moment, square] = [0, 0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let at = 0; at < width; at++) {
      const [value, x] = [ink[row * width + at], Math.floor(at / channels)];
      sums[row] += value;
      moments[row] += value * x;
      square += value * x * x;
    }
    total += sums[row];
    rowMoment += sums[row] * row;
    moment += moments[row];
  }
  const center = [ratio(rowMoment, total), ratio(moment, total)];
  let [height, both] = [0, 0];
  for (let row = 0; row < side; row++) {
    height += (row - center[0]) ** 2 * sums[row];
    both += (row - center[0]) * moments[row];
  }
  const leaning = ratio(both, height);
  const slant = Math.min(Math.max(leaning, -MOST), MOST);
  const wide = Math.max(square - center[1] ** 2 * total - 2 * slant * both + slant ** 2 * height, 0);
  const spreads = [Math.max(height, 0), wide].map((sum) => Math.sqrt(ratio(sum, total)));
  const wanted = spreads.map((spread, i) => spread / (USUAL[i] * side));
  const zooms = wanted.map((zoom) => Math.min(Math.max(zoom, LEAST), LARGEST));
  return { total, center, height, leaning, slant, spreads, wanted, zooms };
}

/** Where rows and columns are sampled: center + zoom · (place − middle). */
function samples({ center, zooms }, side) {
  return center.map((middle, i) => Float64Array.from({ length: side }, (_, n) => middle + zooms[i] * (n - side / 2)));
}

function slidesOf({ slant, zooms }, side) {
  return Float64Array.from({ length: side }, (_, row) => slant * zooms[0] * (row - side / 2));
}

/** How much of each old place each new one takes, as [new, old, share]. */
function hats(at) {
  return pairs(at, (away) => 1 - away);
}

/** The slopes of `hats` in `at`. */
function rises(at) {
  return pairs(at, () => -1, () => 1);
}

/** What the old places left and right of each sample give; outside is paper. */
function pairs(at, left, right = (away) => away) {
  const found = [];
  at.forEach((place, n) => {
    const low = Math.floor(place);
    if (low >= 0 && low < at.length) found.push([n, low, left(place - low)]);
    if (low >= -1 && low < at.length - 1) found.push([n, low + 1, right(place - low)]);
  });
  return found;
}

/** Rows mixed of rows. */
function down(ink, shares, { side, channels }) {
  const mixed = new Float64Array(ink.length);
  const width = side * channels;
  for (const [to, from, share] of shares) {
    for (let at = 0; at < width; at++) mixed[to * width + at] += share * ink[from * width + at];
  }
  return mixed;
}

/** Columns mixed of columns. */
function across(ink, shares, { side, channels }) {
  const mixed = new Float64Array(ink.length);
  for (const [to, from, share] of shares) {
    for (let row = 0; row < side; row++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = row * side * channels + channel;
        mixed[at + to * channels] += share * ink[at + from * channels];
      }
    }
  }
  return mixed;
}

/** A gradient of the even picture as that of the drawing, whose ink moves, leans and spreads the whole. */
export function takenBackFromEven(gradient, drawing, picture) {
  const { side } = picture;
  const pose = poseOf(drawing, picture);
  const { total, center, slant, spreads, zooms } = pose;
  const at = samples(pose, side);
  const [rows, columns] = at.map(hats);
  const by = slidesOf(pose, side);
  const whole = by.map(Math.floor);
  const lowered = down(drawing, rows, picture);
  const [next, here] = [whole.map((column) => column + 1), whole].map((columns_) => slid(lowered, columns_, picture));
  const steps = across(next.map((value, i) => value - here[i]), columns, picture);
  const risen = across(slid(down(drawing, rises(at[0]), picture), by, picture), columns, picture);
  const shifted = across(slid(lowered, by, picture), rises(at[1]), picture);

  const felt = { down: 0, across: 0, slant: 0, zooms: [0, 0] };
  eachNumber(picture, (i, row, column) => {
    const [value, y, x] = [gradient[i], row - side / 2, column - side / 2];
    felt.down += value * risen[i];
    felt.across += value * shifted[i];
    felt.slant += value * steps[i] * zooms[0] * y;
    felt.zooms[0] += value * (risen[i] + steps[i] * slant) * y;
    felt.zooms[1] += value * shifted[i] * x;
  });
  if (slant !== pose.leaning) felt.slant = 0;
  const perZoom = [0, 1].map((i) => // none where it is held at its least or largest
    zooms[i] === pose.wanted[i] ? felt.zooms[i] * ratio(1, 2 * spreads[i] * USUAL[i] * side * total) : 0);

  const turned = [rows, columns].map((shares) => shares.map(([to, from, share]) => [from, to, share]));
  const level = slid(across(gradient, turned[1], picture), by.map((columns_) => -columns_), picture);
  const back = down(level, turned[0], picture);
  eachNumber(picture, (i, row, column) => {
    const [y, x] = [row - center[0], column - center[1]];
    const beside = x - slant * y;
    back[i] += ratio(felt.down * y + felt.across * x, total) + felt.slant * ratio(y * beside, pose.height);
    back[i] += perZoom[0] * (y * y - spreads[0] ** 2) + perZoom[1] * (beside * beside - spreads[1] ** 2);
  });
  return back;
}

/** Tells the place of every number of a picture, and its row and column. */
function eachNumber({ side, channels }, tell) {
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (let channel = 0; channel < channels; channel++, i++) tell(i, row, column);
    }
  }
}

/** The upright picture: its slant is taken off before the network reads it. The twin of nn/upright.py. */

export const MOST = 1; // slant, 45°: what leans more is a line that lies
const TINY = 1e-9; // less ink than that is none

/**
 * The drawing without its slant; all channels slide alike.
 * @param {ArrayLike<number>} ink @param {{side: number, channels: number}} picture @returns {Float64Array}
 */
export function upright(ink, picture) {
  return slid(ink, slides(ink, picture), picture);
}

/**
 * By how many columns each row slides to the left: slant · (y − ȳ).
 * @returns {Float64Array} one number for each row
 */
export function slides(ink, { side, channels }) {
  const width = side * channels;
  const sums = new Float64Array(side); // Σ ink of each row
  const moments = new Float64Array(side); // Σ ink · x
  let [total, rowMoment] = [0, 0];
  for (let row = 0; row < side; row++) {
    for (let at = 0; at < width; at++) {
      const value = ink[row * width + at];
      sums[row] += value;
      moments[row] += value * Math.floor(at / channels);
    }
    total += sums[row];
    rowMoment += sums[row] * row;
  }
  const middle = ratio(rowMoment, total);
  let [across, down] = [0, 0];
  for (let row = 0; row < side; row++) {
    across += (row - middle) * moments[row];
    down += (row - middle) ** 2 * sums[row];
  }
  const slant = Math.min(Math.max(ratio(across, down), -MOST), MOST);
  return Float64Array.from(sums, (_, row) => slant * (row - middle));
}

/**
 * Every row slid to the left by so many columns; outside is paper. By −by is the transpose of this linear map.
 * @returns {Float64Array}
 */
export function slid(ink, by, { side, channels }) {
  const moved = new Float64Array(ink.length);
  for (let row = 0; row < side; row++) {
    const whole = Math.floor(by[row]);
    const right = by[row] - whole;
    for (let column = 0; column < side; column++) {
      for (const [from, share] of [[column + whole, 1 - right], [column + whole + 1, right]]) {
        if (from < 0 || from >= side) continue;
        for (let channel = 0; channel < channels; channel++) {
          moved[(row * side + column) * channels + channel] += share * ink[(row * side + from) * channels + channel];
        }
      }
    }
  }
  return moved;
}

/**
 * A gradient of the upright picture as that of the drawing: ink counts where it comes to lie, and it leans the whole
 * picture another way.
 * @param {ArrayLike<number>} gradient @param {ArrayLike<number>} drawing
 * @param {{side: number, channels: number}} picture @returns {Float64Array}
 */
export function takenBackFromUpright(gradient, drawing, picture) {
  const by = slides(drawing, picture);
  const width = picture.side * picture.channels;
  const place = (at) => [Math.floor(at / width), Math.floor((at % width) / picture.channels)];
  const sum = (of) => drawing.reduce((total, ink, at) => total + ink * of(...place(at)), 0);
  const total = sum(() => 1);
  const [middle, center] = [(row) => row, (_, column) => column].map((of) => ratio(sum(of), total));
  const down = sum((row) => (row - middle) ** 2);
  const leaning = ratio(sum((row, column) => (row - middle) * (column - center)), down);
  const slant = Math.min(Math.max(leaning, -MOST), MOST);

  const whole = by.map(Math.floor);
  const [next, here] = [whole.map((column) => column + 1), whole].map((columns) => slid(drawing, columns, picture));
  let [ofSlant, ofMiddle] = [0, 0];
  gradient.forEach((value, at) => {
    const ofSlide = value * (next[at] - here[at]);
    ofSlant += ofSlide * (place(at)[0] - middle);
    ofMiddle -= ofSlide * slant;
  });
  const back = slid(gradient, by.map((columns) => -columns), picture);
  return back.map((value, at) => {
    const [row, column] = place(at);
    const y = row - middle;
    const turning = slant === leaning ? ratio(y * (column - center - slant * y), down) : 0;
    return value + ofSlant * turning + ofMiddle * ratio(y, total);
  });
}

/** above / below, and 0 where there is no ink, or ink in one row only, or ink without end. */
export function ratio(above, below) {
  return below > TINY && Number.isFinite(above / below) ? above / below : 0;
}

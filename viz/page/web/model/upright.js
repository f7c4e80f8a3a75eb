/** The upright picture: its slant is taken off before the network reads it. The twin of nn/upright.py. */

const MOST = 1; // slant, 45°: what leans more is a line that lies
const TINY = 1e-9; // less ink than that is none

/**
 * By how many columns each row slides to the left: slant · (y − ȳ).
 * @param {ArrayLike<number>} ink side × side × channels numbers; all channels slide alike
 * @param {{side: number, channels: number}} picture @returns {Float64Array} one number for each row
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
  const middle = total > TINY ? rowMoment / total : 0;
  let [across, down] = [0, 0];
  for (let row = 0; row < side; row++) {
    across += (row - middle) * moments[row];
    down += (row - middle) ** 2 * sums[row];
  }
  const slant = down > TINY ? Math.min(Math.max(across / down, -MOST), MOST) : 0;
  return Float64Array.from(sums, (_, row) => slant * (row - middle));
}

/**
 * Every row slid to the left by so many columns; outside is paper. By −by it takes gradients back to where the ink was.
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

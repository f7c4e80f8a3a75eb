/** How a kernel, or the window of a pooling, moves over a map: the twin of windows.py. */

/**
 * Where a window looks: for each place where it stands and each tap of it the place on the map, or
 * −1 in the padding.
 * @param {object} window rows and columns of the map; kernel, stride and dilation as [rows, columns],
 *   padding as [[above, below], [left, right]]
 * @returns {Int32Array} outRows · outColumns × taps
 */
export function windowSources({ rows, columns, kernel, stride, padding, dilation }) {
  const [outRows, outColumns] = [rows, columns].map((size, axis) => {
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.floor((size + padding[axis][0] + padding[axis][1] - reach) / stride[axis]) + 1;
  });
  const taps = kernel[0] * kernel[1];
  return Int32Array.from({ length: outRows * outColumns * taps }, (_, at) => {
    const [place, tap] = [Math.floor(at / taps), at % taps];
    const [y, x] = [Math.floor(place / outColumns), place % outColumns];
    const row = y * stride[0] + Math.floor(tap / kernel[1]) * dilation[0] - padding[0][0];
    const column = x * stride[1] + (tap % kernel[1]) * dilation[1] - padding[1][0];
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? row * columns + column : -1;
  });
}

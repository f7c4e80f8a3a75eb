/** Numbers in order of size without comparing any two: a radix sort, many times faster than `sort`. */

const BITS = 11; // of a digit: three of them are the upper half of a double, the weightiest last
const VALUES = 2 ** BITS; // of a digit

/**
 * Indices of all numbers above 0, the largest first; of equal ones the lower index.
 * @param {Float64Array} numbers whose bits, as those of all positive doubles, are in order of size
 * @returns {Int32Array}
 */
export function largestFirst(numbers) {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  let [order, halves] = [new Int32Array(numbers.length), new Uint32Array(numbers.length)]; // whose upper halves
  let n = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (!(numbers[i] > 0)) continue;
    order[n] = i;
    halves[n++] = words[2 * i + 1];
  }
  [order, halves] = [order.slice(0, n), halves.slice(0, n)];
  let [toOrder, toHalves] = [new Int32Array(n), new Uint32Array(n)];
  for (let shift = 0; shift < 3 * BITS; shift += BITS) {
    const starts = new Int32Array(VALUES + 1); // where each value begins, the largest first
    for (let k = 0; k < n; k++) starts[VALUES - ((halves[k] >>> shift) & (VALUES - 1))] += 1;
    for (let value = 1; value <= VALUES; value++) starts[value] += starts[value - 1];
    for (let k = 0; k < n; k++) {
      const place = starts[VALUES - 1 - ((halves[k] >>> shift) & (VALUES - 1))]++;
      toOrder[place] = order[k];
      toHalves[place] = halves[k];
    }
    [order, halves, toOrder, toHalves] = [toOrder, toHalves, order, halves];
  }
  sortLowerHalves(numbers, order, halves);
  return order;
}

/** The few whose upper halves are equal. */
function sortLowerHalves(numbers, order, halves) {
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && halves[end] === halves[start]) end++;
    if (end > start + 1) order.subarray(start, end).sort((p, q) => numbers[q] - numbers[p] || p - q);
  }
}

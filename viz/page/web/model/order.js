/** Numbers in order of size without comparing any two: a radix sort, many times faster than `sort`. */

const BITS = 11; // of a digit: three of them are the upper half of a double, the weightiest last
const VALUES = 2 ** BITS; // of a digit
const FEW = 16; // numbers that are sorted one by one
const COARSE = 12; // lowest bits of an upper half that do not count where only the largest numbers are looked for

/**
 * Indices of all numbers above 0, or of the largest, the largest first; of equal ones the lower index.
 * @param {Float64Array} numbers whose bits, as those of all positive doubles, are in order of size
 * @param {number} [most] so many are enough, and not many more come
 * @returns {Int32Array}
 */
export function largestFirst(numbers, most = Infinity) {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  const least = most < numbers.length ? leastHalf(numbers, words, most) : 0;
  let n = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > 0 && words[2 * i + 1] >= least) n++;
  let [order, halves] = [new Int32Array(n), new Uint32Array(n)]; // whose upper halves
  n = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (!(numbers[i] > 0 && words[2 * i + 1] >= least)) continue;
    order[n] = i;
    halves[n++] = words[2 * i + 1];
  }
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

/** An upper half that at least so many numbers above 0 reach, where there are as many. */
function leastHalf(numbers, words, most) {
  const counts = new Uint32Array(2 ** (32 - COARSE));
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > 0) counts[words[2 * i + 1] >>> COARSE] += 1;
  let size = counts.length - 1;
  for (let found = counts[size]; found < most && size > 0; found += counts[size]) size -= 1;
  return size * 2 ** COARSE;
}

/** The few whose upper halves are equal: each moves to its place among those before. */
function sortLowerHalves(numbers, order, halves) {
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && halves[end] === halves[start]) end++;
    if (end - start > FEW) order.subarray(start, end).sort((p, q) => numbers[q] - numbers[p] || p - q);
    else {
      for (let k = start + 1; k < end; k++) {
        const one = order[k];
        let place = k;
        for (; place > start && numbers[order[place - 1]] < numbers[one]; place--) order[place] = order[place - 1];
        order[place] = one;
      }
    }
  }
}

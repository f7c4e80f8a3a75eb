/** Numbers in order of size without comparing any two: a radix sort, many times faster than `sort`. */

const WORDS = 4; // of a double, 16 bits each, the least weighty first
const VALUES = 2 ** 16; // of a word

/**
 * Indices of all numbers above 0, the largest first; of equal ones the lower index.
 * @param {Float64Array} numbers whose bits, as those of all positive doubles, are in order of size
 * @returns {Int32Array}
 */
export function largestFirst(numbers) {
  const words = new Uint16Array(numbers.buffer, numbers.byteOffset, WORDS * numbers.length);
  let from = new Int32Array(numbers.length);
  let n = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > 0) from[n++] = i;
  let to = new Int32Array(n);
  from = from.slice(0, n);
  for (let word = 0; word < WORDS; word++) {
    const starts = new Int32Array(VALUES + 1); // where each value begins, the largest first
    for (let k = 0; k < n; k++) starts[VALUES - words[WORDS * from[k] + word]] += 1;
    for (let value = 1; value <= VALUES; value++) starts[value] += starts[value - 1];
    for (let k = 0; k < n; k++) to[starts[VALUES - 1 - words[WORDS * from[k] + word]]++] = from[k];
    [from, to] = [to, from];
  }
  return from;
}

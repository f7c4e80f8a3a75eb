/** One symmetric scale for many weights, and what lies beyond it: the twin of signed_scale in sheet.py. */

import { numeral } from "../language/texts.js";

const ENDS_AT = 0.99; // of all |weights|
const MOST = 2 ** 20; // weights that are looked at to find it; of more, every n-th

/**
 * Where the scale of some values ends: what 99 % of all |values| stay below, rounded up to two digits.
 * @param {number} count of the values @param {(at: number) => number} valueOf each
 */
export function scaleLimit(count, valueOf) {
  const step = count > MOST ? Math.ceil(count / MOST) | 1 : 1; // odd, so that every row has its turn
  const sizes = new Float64Array(Math.ceil(count / step));
  for (let k = 0; k < sizes.length; k++) sizes[k] = Math.abs(valueOf(k * step));
  const place = ENDS_AT * (sizes.length - 1);
  const [low, high] = twoFrom(sizes, Math.floor(place));
  const end = low + (place % 1) * (high - low);
  const limit = end > 0 ? end : 1;
  const digit = 10 ** (Math.floor(Math.log10(limit)) - 1);
  return Number((Math.ceil(limit / digit - 1e-9) * digit).toPrecision(2));
}

/** The values that would stand at a rank and behind it, were all sorted: only those near it are. */
function twoFrom(sizes, rank) {
  const bits = new Uint32Array(Float32Array.from(sizes).buffer); // of numbers from 0 on they are sorted alike
  const counts = new Uint32Array(2 ** 16);
  for (const pattern of bits) counts[pattern >>> 16]++;
  let [first, before] = [0, 0];
  while (before + counts[first] <= rank) before += counts[first++];
  let last = first;
  for (let seen = before + counts[first]; seen <= rank + 1 && last < counts.length - 1; ) seen += counts[++last];
  const near = sizes.filter((_, k) => bits[k] >>> 16 >= first && bits[k] >>> 16 <= last).sort();
  return [near[rank - before], near[rank - before + 1] ?? near[rank - before]];
}

/** Three significant digits and a true minus sign. */
export function short(value) {
  return numeral(String(Number(value.toPrecision(3))).replace("-", "−"));
}

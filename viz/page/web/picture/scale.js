/** One symmetric scale for many weights, and what lies beyond it: the twin of signed_scale in sheet.py. */

const ENDS_AT = 0.99; // of all |weights|
const MOST = 2 ** 17; // weights that are sorted to find it; of more, every n-th

/**
 * Where the scale of some values ends: what 99 % of all |values| stay below, rounded up to two digits.
 * @param {number} count of the values @param {(at: number) => number} valueOf each
 */
export function scaleLimit(count, valueOf) {
  const step = count > MOST ? Math.ceil(count / MOST) | 1 : 1; // odd, so that every row has its turn
  const sizes = Float64Array.from({ length: Math.ceil(count / step) }, (_, k) => Math.abs(valueOf(k * step))).sort();
  const place = ENDS_AT * (sizes.length - 1);
  const below = Math.floor(place);
  const end = sizes[below] + (place - below) * ((sizes[below + 1] ?? sizes[below]) - sizes[below]);
  const limit = end > 0 ? end : 1;
  const digit = 10 ** (Math.floor(Math.log10(limit)) - 1);
  return Number((Math.ceil(limit / digit - 1e-9) * digit).toPrecision(2));
}

/** Three significant digits and a true minus sign. */
export function short(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

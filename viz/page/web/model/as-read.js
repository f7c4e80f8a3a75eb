/** Digits as MNIST has them become pictures of the size and the channels that a network reads: the twin of fields.py. */

import { normalizeInk } from "./ink.js";

const [SIDE, BOX] = [28, 20]; // MNIST's own
const PIXELS = SIDE * SIDE;

/** @param {object} source of digits, see Course @param {{side: number, box: number, channels: number}} input @returns {object} the same, for this input */
export function sourceAsRead(source, input) {
  if (input.side === SIDE && input.box === BOX && input.channels === 1) return source;
  return {
    next: (n) => asRead(source.next(n), input),
    heldOut: () => asRead(source.heldOut(), input),
    isReady: (n) => source.isReady?.(n) ?? true,
    end: () => source.end?.(),
  };
}

/** MNIST's size stays as it is; every other is made from the ink in its box. */
function asRead({ inks, labels }, { side, box, channels }) {
  const isSame = side === SIDE && box === BOX;
  const size = side * side * channels;
  const read = new Float32Array(labels.length * size);
  for (let i = 0; i < labels.length; i++) {
    const digit = inks.subarray(i * PIXELS, (i + 1) * PIXELS);
    const image = isSame ? digit : normalizeInk(digit, SIDE, { side, box });
    for (let at = 0; at < size; at++) read[i * size + at] = image[Math.floor(at / channels)];
  }
  return { inks: read, labels };
}

/** How a network sets a drawing before its first layer reads it: upright, or upright and even. */

import { even, takenBackFromEven } from "./even.js";
import { takenBackFromUpright, upright } from "./upright.js";

/** The drawing as the network sees it. @param {object | null} picture side, channels and even */
export function seen(ink, picture) {
  if (!picture) return ink;
  return picture.even ? even(ink, picture) : upright(ink, picture);
}

/** A gradient of what the network sees as that of the drawing. */
export function takenBack(gradient, drawing, picture) {
  if (!picture) return gradient;
  return picture.even ? takenBackFromEven(gradient, drawing, picture) : takenBackFromUpright(gradient, drawing, picture);
}

/** Whether the person wants things to move. */

/** @returns {boolean} true for who asked the system for reduced motion */
export function stillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Palettes and scales: the twin of theme.py, which wrote the anchors into the payload. */

/** @param {string} color #rrggbb @returns {number[]} red, green, blue in 0..255 */
export function rgb(color) {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
}

/** @returns {number[][]} `size` colors along the anchors, linear between them */
export function colorTable(anchors, size) {
  const channels = anchors.map(rgb);
  return Array.from({ length: size }, (_, i) => {
    const place = (i / (size - 1)) * (anchors.length - 1);
    const below = Math.min(Math.floor(place), anchors.length - 2);
    const share = place - below;
    return channels[below].map((low, c) => Math.round(low + share * (channels[below + 1][c] - low)));
  });
}

/** Colors of one theme, ready for a canvas: tables of #rrggbb and their lookups. */
export class Palette {
  constructor(theme) {
    this.theme = theme;
    this.signedTable = colorTable(theme.signed, 513);
    this.signedCss = this.signedTable.map(toCss);
    this.activationTable = colorTable(theme.activation, 257);
    this.activationCss = this.activationTable.map(toCss);
    this.inkTable = colorTable(theme.ink, 257);
    this.inkCss = this.inkTable.map(toCss);
  }

  /** Color of a signed value on the scale −limit … limit; beyond it the ends are used. */
  signed(value, limit) {
    return this.signedCss[Math.round(clamp(value / limit, -1, 1) * 256) + 256];
  }

  /** Color of an activation on the scale 0 … limit. */
  activation(value, limit) {
    return this.activationCss[step(value / limit)];
  }

  /** Color of what a unit passes on, on the scale of its column; with its sign where it may have one. */
  passedOn(value, limit, isSigned) {
    return isSigned ? this.signed(value, limit) : this.activation(value, limit);
  }

  /** The same as red, green, blue. */
  passedOnRgb(value, limit, isSigned) {
    return isSigned ? this.signedTable[Math.round(clamp(value / limit, -1, 1) * 256) + 256] : this.activationTable[step(value / limit)];
  }

  /** Color of ink in 0 … 1. */
  ink(value) {
    return this.inkCss[step(value)];
  }
}

/** The limit of a symmetric scale: the largest |value|, and 1 where all are zero. */
export function symmetricLimit(values) {
  let limit = 0;
  for (const value of values) limit = Math.max(limit, Math.abs(value));
  return limit > 0 ? limit : 1;
}

/** 0 … 1 as an index into a table of 257 colors; beyond it the ends are used. */
export function step(share) {
  return Math.round(clamp(share, 0, 1) * 256);
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function toCss([red, green, blue]) {
  return `rgb(${red},${green},${blue})`;
}

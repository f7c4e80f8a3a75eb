/** What the network reads, a picture or features: the twin of inputs.py, for one sample. */

import { t } from "../language/texts.js";
import { normalizeInk } from "./ink.js";

const LARGEST = 1e9; // of a feature's value

/** Whether it is pen digits that a network reads: pictures of their size, with as many classes. */
export function readsPenDigits({ kind, side, channels }, classNames) {
  return kind === "picture" && side === 28 && channels === 1 && classNames.length === 10;
}

export class Inputs {
  /** @param {object} spec what `payload.py` wrote: kind, side, channels, low, high, names … @param {number} length of one sample */
  constructor(spec, length) {
    Object.assign(this, spec);
    this.length = length;
    this.isPicture = spec.kind === "picture"; // else the numbers are the features' values
    this.side = this.isPicture ? spec.side : 1; // pixels of a row
  }

  /** Blank paper, or every feature in the middle of its range. */
  get start() {
    if (this.isPicture) return new Float32Array(this.length);
    return Float32Array.from(this.low, (least, i) => (least + this.high[i]) / 2);
  }

  /** What a drawing is when the network reads it, in a word or two. */
  get inkName() {
    if (this.even) return t`even ink`;
    return this.upright ? t`upright ink` : t`ink`;
  }

  isBlank(values) {
    return this.isPicture && values.every((value) => value === 0);
  }

  /** Numbers that may be read: ink from 0 to 1, features of any sound size; what is no number is 0. */
  clean(values) {
    if (values.length !== this.length) throw new RangeError(`ink must have ${this.length} numbers; got ${values.length}.`);
    const [least, most] = this.isPicture ? [0, 1] : [-LARGEST, LARGEST];
    return Float32Array.from(values, (value) => Math.min(Math.max(Number(value) || 0, least), most));
  }

  /** How much of each input there is, from 0 to 1: of a feature, where it is in its range. */
  levels(values) {
    if (this.isPicture) return values;
    const { low, high } = this;
    return values.map((value, i) => Math.min(Math.max((value - low[i]) / (high[i] - low[i]), 0), 1));
  }

  /** What ink on a canvas becomes before the network reads it. */
  prepare(canvas, width) {
    return this.inChannels(normalizeInk(canvas, width, this));
  }

  /** Ink, one number for each pixel, in as many channels as the network reads. */
  inChannels(image) {
    const { channels } = this;
    if (channels === 1) return image;
    return Float32Array.from({ length: image.length * channels }, (_, at) => image[Math.floor(at / channels)]);
  }

  /** One number for each pixel of what the network reads: the mean of its channels. */
  pixelsOf(values) {
    const { channels } = this;
    if (channels === 1) return values;
    const pixels = new Float32Array(values.length / channels);
    values.forEach((value, at) => (pixels[Math.floor(at / channels)] += value / channels));
    return pixels;
  }
}

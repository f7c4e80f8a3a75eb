/**
 * Chance, the same as NumPy's: the twin of numpy.random.default_rng.
 *
 * The generator is PCG64 (O'Neill 2014), seeded through NumPy's SeedSequence; whole numbers below
 * a bound are drawn as Lemire (2019) does, normal ones with a ziggurat (Marsaglia & Tsang 2000).
 */

import { RIGHTMOST, ZIGGURAT } from "./ziggurat.js";

const WORD = 2 ** 32;
// 128 bits are four words of 32 bits, the lowest first.
const [M0, M1, M2, M3] = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05]; // the multiplier

export class Random {
  /** @param {number | number[]} seed whole numbers from 0, as default_rng takes them */
  constructor(seed) {
    const [a, b, c, d, e, f, g, h] = seedWords(seed, 8);
    // Each pair of words is a number of 64 bits, its lower half first; the higher number first.
    this.state = new Uint32Array(4);
    this.increment = doubledPlusOne(Uint32Array.of(g, h, e, f));
    this.#advance();
    add(this.state, [c, d, a, b]);
    this.#advance();
    this.high = this.low = 0; // the halves of the 64 bits drawn last
    this.spare = -1; // the half that a draw of 32 bits has left over
  }

  /** The state times the multiplier plus the increment. */
  #advance() {
    const { state, increment } = this;
    const [a, b, c, d] = [state[0], state[1], state[2], state[3]];
    let sum = increment[0] + lower(a, M0);
    state[0] = sum; // modulo 2³²
    sum = Math.floor(sum / WORD) + increment[1] + upper(a, M0) + lower(a, M1) + lower(b, M0);
    state[1] = sum;
    sum = Math.floor(sum / WORD) + increment[2] + upper(a, M1) + upper(b, M0);
    sum += lower(a, M2) + lower(b, M1) + lower(c, M0);
    state[2] = sum;
    sum = Math.floor(sum / WORD) + increment[3] + upper(a, M2) + upper(b, M1) + upper(c, M0);
    state[3] = sum + lower(a, M3) + lower(b, M2) + lower(c, M1) + lower(d, M0);
  }

  /** Draws 64 bits into `high` and `low`: the halves of the state, one xor the other, rotated. */
  #draw() {
    this.#advance();
    const { state } = this;
    const turns = state[3] >>> 26;
    const isSwapped = turns >= 32;
    const first = isSwapped ? state[3] ^ state[1] : state[2] ^ state[0];
    const second = isSwapped ? state[2] ^ state[0] : state[3] ^ state[1];
    const shift = turns % 32;
    this.low = (shift ? (first >>> shift) | (second << (32 - shift)) : first) >>> 0;
    this.high = (shift ? (second >>> shift) | (first << (32 - shift)) : second) >>> 0;
  }

  /** 32 bits: the lower half of a draw, and the upper one the next time. */
  bits() {
    if (this.spare >= 0) {
      const bits = this.spare;
      this.spare = -1;
      return bits;
    }
    this.#draw();
    this.spare = this.high;
    return this.low;
  }

  /** A number in [0, 1): a multiple of 2⁻⁵³. */
  random() {
    this.#draw();
    return (this.high * 2 ** 21 + (this.low >>> 11)) * 2 ** -53;
  }

  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  /** A whole number from `low` to below `high`, which lie less than 2³² apart. */
  integers(low, high) {
    const n = high - low;
    if (n === 1) return low; // without a draw
    const unfair = (WORD - n) % n; // so many of the products with 2³² numbers are too many
    for (;;) {
      const bits = this.bits();
      if (lower(bits, n) < unfair) continue;
      return low + upper(bits, n);
    }
  }

  normal(mean = 0, deviation = 1) {
    return mean + deviation * this.#standardNormal();
  }

  /** Which of several: its number, where `upTo[i]` is the probability of one of the first i + 1. */
  choice(upTo) {
    const at = this.random();
    let i = 0;
    while (upTo[i] <= at) i++;
    return i;
  }

  /** Brings the numbers of an array into random order, in place. */
  shuffle(array) {
    for (let i = array.length - 1; i > 0; i--) {
      const mask = 2 ** (32 - Math.clz32(i)) - 1;
      let j;
      do j = (this.bits() & mask) >>> 0;
      while (j > i);
      [array[i], array[j]] = [array[j], array[i]];
    }
    return array;
  }

  #standardNormal() {
    const { edges, under, heights } = ZIGGURAT;
    for (;;) {
      this.#draw();
      const layer = this.low & 255;
      const sign = this.low & 256 ? -1 : 1;
      const share = ((this.high & 0x1fffffff) * 2 ** 23 + (this.low >>> 9)) * 2 ** -52;
      const isTailNegative = this.low & 2 ** 17;
      const x = share * edges[layer];
      if (x < under[layer]) return sign * x;
      if (layer === 0) return (isTailNegative ? -1 : 1) * this.#tail();
      const height = (heights[layer - 1] - heights[layer]) * this.random() + heights[layer];
      if (height < Math.exp(-0.5 * x * x)) return sign * x;
    }
  }

  /** A normal number beyond the rightmost edge. */
  #tail() {
    for (;;) {
      const beyond = -Math.log1p(-this.random()) / RIGHTMOST;
      const height = -Math.log1p(-this.random());
      if (2 * height > beyond * beyond) return RIGHTMOST + beyond;
    }
  }
}

/** The lower 32 bits of the product of two words. */
function lower(a, b) {
  return Math.imul(a, b) >>> 0;
}

/** The upper 32 bits of the product of two words. */
function upper(a, b) {
  const low = (a & 0xffff) * b;
  return Math.floor(((a >>> 16) * b + Math.floor(low / 65536)) / 65536);
}

function add(number, other) {
  let carry = 0;
  for (let i = 0; i < 4; i++) {
    const sum = number[i] + other[i] + carry;
    number[i] = sum;
    carry = Math.floor(sum / WORD);
  }
}

function doubledPlusOne(number) {
  return number.map((word, i) => (word << 1) | (i > 0 ? number[i - 1] >>> 31 : 1));
}

/** So many words of 32 bits that NumPy's SeedSequence makes of a seed. */
function seedWords(seed, n) {
  const pool = mixed([seed].flat().flatMap(words));
  const hash = hasher(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: n }, (_, i) => hash(pool[i % pool.length]));
}

/** A whole number in words of 32 bits, the lowest first. */
function words(seed) {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0 to 2^53 - 1; got ${seed}.`);
  }
  return seed < WORD ? [seed] : [seed % WORD, Math.floor(seed / WORD)];
}

/** Four words on each of which every word of the seed has its influence. */
function mixed(entropy) {
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = [0, 1, 2, 3].map((i) => hash(entropy[i] ?? 0));
  const mixInto = (i, word) => {
    const mix = Math.imul(0xca01f9dd, pool[i]) - Math.imul(0x4973f715, hash(word));
    pool[i] = (mix ^ (mix >>> 16)) >>> 0;
  };
  for (let from = 0; from < 4; from++) {
    for (let i = 0; i < 4; i++) if (i !== from) mixInto(i, pool[from]);
  }
  for (const word of entropy.slice(4)) for (let i = 0; i < 4; i++) mixInto(i, word);
  return pool;
}

/** A hash of words that is another one each time. */
function hasher(start, multiplier) {
  let constant = start;
  return (word) => {
    const before = word ^ constant;
    constant = Math.imul(constant, multiplier);
    const hashed = Math.imul(before, constant);
    return (hashed ^ (hashed >>> 16)) >>> 0;
  };
}

/**
 * What a network was while it learned: the twin of history.py. The weights of each moment but the
 * last come in twelve bits; the last moment is the network of the file itself.
 */

import { fold } from "./layers.js";
import { argmax, forward } from "./network.js";
import { decodeBytes, decodeFloats } from "./payload.js";

const LEVELS = 2047; // of each sign

/**
 * Weights, row by row, from two levels in each three bytes.
 * @param {Uint8Array} bytes @param {Float32Array} scale one for each unit @param {number} length how many weights
 * @returns {Float32Array}
 */
export function restored(bytes, scale, length) {
  const W = new Float32Array(length);
  for (let at = 0, byte = 0; at < length; at += 2, byte += 3) {
    const middle = bytes[byte + 1];
    W[at] = (((bytes[byte] << 4) | (middle >> 4)) - LEVELS) * scale[at % scale.length];
    if (at + 1 < length) W[at + 1] = ((((middle & 15) << 8) | bytes[byte + 2]) - LEVELS) * scale[(at + 1) % scale.length];
  }
  return W;
}

/** The moments of a training, each as layers of their own; decoded when they are first asked for. */
export class Past {
  /** @param {object} history of the payload @param {object[]} layers of the file's network */
  constructor(history, layers) {
    this.facts = history;
    this.count = history.steps.length;
    this.last = this.count - 1;
    this.moments = history.moments;
    this.layers = new Map([[this.last, layers.map(ownLayer)]]);
  }

  /** @param {number} index 0 is before the first step @returns {object[]} layers as readNetwork makes them */
  at(index) {
    if (!this.layers.has(index)) {
      this.layers.set(index, layersOf(this.layers.get(this.last), this.moments[index]));
    }
    return this.layers.get(index);
  }

  /** Training steps before a moment, and the same in epochs. */
  timeOf(index) {
    const { steps, stepsPerEpoch } = this.facts;
    return { step: steps[index], epoch: steps[index] / stepsPerEpoch };
  }

  /** How an input would have been read at every moment. @returns {Float32Array[]} probabilities */
  readings(ink) {
    return Array.from({ length: this.count }, (_, index) => forward(this.at(index), ink).probabilities);
  }
}

/**
 * From which moment on an answer is given for good, and when it is first given; null: never.
 * @param {Float32Array[]} readings @param {number} k index of the class
 */
export function learnedAt(readings, k) {
  const right = readings.map((probabilities) => argmax(probabilities) === k);
  const first = right.indexOf(true);
  const lastWrong = right.lastIndexOf(false);
  return { first: first < 0 ? null : first, forGood: lastWrong === right.length - 1 ? null : lastWrong + 1 };
}

/**
 * For each class the first moment from which on at least `enough` of its digits are read, and the
 * moments at which fewer were, after that many had been. Sorted by the former; null: never.
 * @param {number[][]} accuracies of each moment, by class
 */
export function learningOrder(accuracies, enough = 0.9) {
  const classes = accuracies[0].map((_, k) => {
    const enoughAt = accuracies.map((moment) => moment[k] >= enough);
    const first = enoughAt.indexOf(true);
    const forgotten = enoughAt.flatMap((is, index) => (first >= 0 && index > first && !is ? [index] : []));
    return { k, first: first < 0 ? null : first, forgotten };
  });
  return classes.sort((a, b) => (a.first ?? Infinity) - (b.first ?? Infinity) || a.k - b.k);
}

/** Layers like these with the numbers of another moment, as `moment_payload` writes it. */
export function layersOf(layers, moment) {
  return layers.map((layer, n) => past(layer, moment[n]));
}

/** A layer like this one, which stays as it is now. */
function ownLayer(layer) {
  const own = { ...layer };
  for (const name of ["before", "norm", "after"]) own[name] = layer[name] && { ...layer[name] };
  fold(own);
  return own;
}

function past(layer, { levels, scale, params, norms, usual }) {
  const W = restored(decodeBytes(levels), decodeFloats(scale), layer.params.W.length);
  const then = { ...layer, params: { W, ...decode(params) }, usual: usual && decode(usual) };
  for (const [name, told] of Object.entries(norms)) then[name] = { ...layer[name], ...decode(told) };
  fold(then);
  return then;
}

const decode = (named) => Object.fromEntries(Object.entries(named).map(([name, text]) => [name, decodeFloats(text)]));

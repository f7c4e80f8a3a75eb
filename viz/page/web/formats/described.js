/**
 * Layers as a file of ours tells of them, {name, kind, …settings}: the twin of descriptions.py.
 * From that follows which arrays belong to each; nothing that is told is trusted.
 */

import { t } from "../language/texts.js";
import { FUNCTIONS } from "../model/kinds.js";
import { count, shapeWords, Unreadable } from "./unreadable.js";

const MAX_LAYERS = 200;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,59}$/;
const [MAX_SIZE, MAX_KERNEL] = [2 ** 26, 64];

const whole = (least, most) => (value) => Number.isInteger(value) && value >= least && value <= most;
const number = (least, most) => (value) => typeof value === "number" && value >= least && value <= most;
const listOf = (rule, least, most) => (value) => Array.isArray(value) && value.length >= least && value.length <= most && value.every(rule);
const either = (one, other) => (value) => one(value) || other(value);
const size = whole(1, MAX_SIZE);
const side = whole(1, MAX_KERNEL);
const sides = either(side, listOf(side, 2, 2));
const margin = whole(0, MAX_KERNEL);
const margins = either(margin, listOf(listOf(margin, 2, 2), 2, 2));
const share = number(0, 1);
const modest = number(-1e6, 1e6);
const RULES = {
  shape: listOf(size, 1, 3),
  momentum: share,
  epsilon: share,
  rate: share,
  slope: modest,
  alpha: modest,
  low: modest,
  high: modest,
  kernel: sides,
  stride: sides,
  dilation: sides,
  size: sides,
  padding: margins,
  seed: whole(0, MAX_SIZE),
  form: (value) => value === "erf" || value === "tanh",
  counts_padding: (value) => typeof value === "boolean",
};

const norm = {
  role: "norm",
  settings: ["channels", "momentum", "epsilon"],
  arrays: ({ channels }) => Object.fromEntries(["gamma", "beta", "mean", "variance"].map((name) => [name, [channels]])),
};
const pool = { role: "pool", settings: ["size"], options: { stride: null, padding: 0 } };
const nothing = { role: "nothing" };
const functions = Object.entries(FUNCTIONS).map(([kind, { usual }]) => [kind, { role: "activation", options: usual }]);

/** Of each kind what it is in a picture, its settings, its options with what is usual, and its arrays. */
export const KINDS = {
  dense: {
    role: "link",
    settings: ["fan_in", "fan_out"],
    arrays: ({ fan_in: fanIn, fan_out: fanOut }) => ({ W: [fanIn, fanOut], b: [fanOut] }),
  },
  conv2d: {
    role: "link",
    settings: ["in_channels", "out_channels", "kernel", "padding", "stride"],
    options: { dilation: 1, groups: 1 },
    arrays: ({ in_channels: channels, out_channels: maps, kernel, groups }) => ({ W: [...pair(kernel), channels / groups, maps], b: [maps] }),
  },
  ...Object.fromEntries(functions),
  batchnorm2d: norm,
  batchnorm1d: norm,
  maxpool2d: pool,
  avgpool2d: { ...pool, options: { ...pool.options, counts_padding: false } },
  globalavgpool2d: { role: "pool" },
  dropout: { ...nothing, settings: ["rate", "seed"] },
  flatten: nothing,
  unflatten: { role: "shape", settings: ["shape"] },
};

/** 3 → [3, 3]: rows and columns. */
export function pair(value) {
  return Array.isArray(value) ? value : [value, value];
}

/**
 * @param {object[]} described `meta.layers` @param {(name: string, shape: number[]) => Float32Array} take an array of the file
 * @returns {{name: string, kind: string, role: string, settings: object, arrays: object}[]} all of them good
 */
export function describedLayers(described, take) {
  if (!listOf(() => true, 1, MAX_LAYERS)(described)) throw new Unreadable(t`its layers must be a list of 1 to ${MAX_LAYERS}`);
  const names = new Set();
  return described.map((one, n) => {
    const { name, kind, ...told } = one ?? {};
    if (typeof name !== "string" || !NAME.test(name)) throw new Unreadable(t`its layer ${n} needs a name of letters and digits`);
    if (names.has(name)) throw new Unreadable(t`every layer must have its own name; ${name} stands there twice`);
    names.add(name);
    const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : null;
    if (!known) throw new Unreadable(t`layer ${name} must be one of ${Object.keys(KINDS).join(", ")}; got ${JSON.stringify(kind)?.slice(0, 40)}`);
    const { role, settings: needed = [], options = {}, arrays = () => ({}) } = known;
    const keys = Object.keys(told);
    const isRight = needed.every((key) => keys.includes(key)) && keys.every((key) => needed.includes(key) || Object.hasOwn(options, key));
    if (!isRight) throw new Unreadable(t`layer ${name} must have the settings ${needed.join(", ") || t`of its kind`}; got ${keys.join(", ").slice(0, 200) || t`none`}`);
    for (const key of keys) if (!(RULES[key] ?? size)(told[key])) throw new Unreadable(t`${key} of layer ${name} cannot be ${JSON.stringify(told[key]).slice(0, 40)}`);
    const settings = { ...options, ...told };
    if ((settings.in_channels ?? 0) % (settings.groups ?? 1)) throw new Unreadable(t`layer ${name} must have groups that divide its channels; got ${settings.groups}`);
    if ((settings.out_channels ?? 0) % (settings.groups ?? 1)) throw new Unreadable(t`layer ${name} must have groups that divide its maps; got ${settings.groups}`);
    const own = Object.entries(arrays(settings)).map(([key, shape]) => [key, take(`${name}.${key}`, shape)]);
    return { name, kind, role, settings, arrays: Object.fromEntries(own) };
  });
}

/** Numbers of this shape, in single precision, all finite. @param {{shape: number[], data: ArrayLike<number>} | undefined} array */
export function checkedFloats(name, array, shape) {
  if (!array?.data) throw new Unreadable(t`the array ${name} is missing`);
  if (array.shape.length !== shape.length || array.shape.some((length, axis) => length !== shape[axis])) {
    throw new Unreadable(t`${name} must have shape ${shapeWords(shape)}; got ${shapeWords(array.shape)}`);
  }
  return finiteFloats(name, array.data);
}

/** @param {ArrayLike<number>} data */
export function finiteFloats(name, data) {
  if (data.length === 0) throw new Unreadable(t`${name} must have some numbers`);
  const floats = Float32Array.from(data);
  for (let i = 0; i < floats.length; i++) {
    if (Number.isFinite(floats[i])) continue;
    const why = Number.isFinite(data[i]) ? t`numbers that fit float32, at most 3.4e38; got ${data[i]}` : t`finite numbers; got NaN or infinity`;
    throw new Unreadable(t`${name} must hold ${why} at place ${count(i)}`);
  }
  return floats;
}

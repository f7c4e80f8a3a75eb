/**
 * Named arrays out of .npz and .npy files and out of JSON, whatever their names are: the twin of
 * arrays.py. An array is {shape, data}, numbers row by row.
 */

import { english, t } from "../language/texts.js";
import { npyArray } from "./npy.js";
import { count, Unreadable } from "./unreadable.js";
import { unpack, zipMembers } from "./zip.js";

const MAX_JSON = 64 * 2 ** 20; // bytes
const MAX_DEPTH = 12; // of objects and lists around an array
const MAX_AXES = 4;
const OBJECTS = english`holds Python objects, which only pickle could read, and pickle runs programs`;
const NUMBERS = "fiu"; // NumPy's letters

/** @typedef {{arrays: Map<string, object>, unread: Map<string, string>, activation: string | null, classNames: string[]}} Found */

/** All arrays of an .npz file. @param {Uint8Array} bytes @returns {Promise<Map<string, object>>} as npyArray has them */
export async function npzEntries(bytes) {
  const entries = new Map();
  for (const [file, member] of zipMembers(bytes)) {
    const name = file.replace(/\.npy$/, "");
    entries.set(name, file === name ? null : npyArray(name, await unpack(bytes, member)));
  }
  return entries;
}

/** @param {Map<string, object>} entries see npzEntries @returns {Found} */
export function arraysOf(entries) {
  const [arrays, unread] = [new Map(), new Map()];
  for (const [name, entry] of entries) {
    if (entry === null) unread.set(name, t`is no array`);
    else if (NUMBERS.includes(entry.kind) && entry.data) arrays.set(name, { shape: entry.shape, data: entry.data });
    else unread.set(name, entry.kind === "O" ? t(OBJECTS) : t`holds NumPy’s “${entry.kind}”, no numbers`);
  }
  return { arrays, unread, activation: null, classNames: [] };
}

/** All rectangular lists of numbers in JSON, named by their path. @param {Uint8Array} bytes @returns {Found} */
export function jsonArrays(bytes) {
  if (bytes.length > MAX_JSON) {
    throw new Unreadable(t`it is ${count(bytes.length)} bytes of JSON; at most ${count(MAX_JSON)} are read, so save it as .npz`);
  }
  let value;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Unreadable(t`it is no JSON (${error.message})`);
  }
  const [arrays, said] = [new Map(), []];
  walk(value, [], (path, one) => {
    if (typeof one !== "string") arrays.set(path.join("."), one);
    else if (path[path.length - 1].toLowerCase().startsWith("activation")) said.push(one);
  });
  const listed = value?.class_names ?? value?.classes;
  const isNames = Array.isArray(listed) && listed.every((name) => typeof name === "string" || Number.isInteger(name));
  const isEnd = said.length > 1 && ["softmax", "linear"].includes(said[said.length - 1].toLowerCase());
  const hidden = new Set(isEnd ? said.slice(0, -1) : said);
  const activation = hidden.size === 1 ? [...hidden][0] : isNielsens(value) ? "sigmoid" : null;
  return { arrays, unread: new Map(), activation, classNames: isNames ? listed.map(String) : [], input: uprightPicture(value?.input) };
}

/** What the words of the member "input" say of pictures that are set; null where they say nothing of them. */
function uprightPicture(words) {
  const said = typeof words === "string" ? /^(\d+)x(\d+)(?:x(\d+))? in 0\.\.1, bright ink, upright(, even)?$/.exec(words) : null;
  return said && { shape: said.slice(1, 4).filter(Boolean).map(Number), upright: true, even: said[4] !== undefined };
}

/** The format of "Neural Networks and Deep Learning", whose every unit is a sigmoid. */
function isNielsens(value) {
  return ["sizes", "weights", "biases", "cost"].every((name) => Object.hasOwn(value ?? {}, name));
}

/** Tells arrays and texts in nested lists and objects, with their paths. */
function walk(value, path, tell) {
  if (path.length > MAX_DEPTH) throw new Unreadable(t`its lists and objects are nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) {
    const array = rectangle(value);
    if (array) tell(path.length > 0 ? path : ["arr_0"], array);
    else value.forEach((one, n) => walk(one, [...path, String(n)], tell));
  } else if (typeof value === "string") {
    if (path.length > 0) tell(path, value);
  } else if (value !== null && typeof value === "object") {
    for (const [name, one] of Object.entries(value)) walk(one, [...path, name], tell);
  }
}

/** The list as an array of numbers; null for one that is none. */
function rectangle(list) {
  const shape = [];
  for (let one = list; Array.isArray(one) && one.length > 0; one = one[0]) shape.push(one.length);
  const size = shape.reduce((product, side) => product * side, 1);
  if (shape.length > MAX_AXES || size > MAX_JSON) return null;
  const data = new Float64Array(size);
  let at = 0;
  const fill = (one, axis) => {
    if (axis === shape.length) {
      if (typeof one !== "number") return false;
      data[at++] = one;
      return true;
    }
    return Array.isArray(one) && one.length === shape[axis] && one.every((part) => fill(part, axis + 1));
  };
  return shape.length > 0 && fill(list, 0) ? { shape, data } : null;
}

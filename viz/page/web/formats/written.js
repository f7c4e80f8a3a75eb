/** Our own files as the page writes them: arrays and `meta` in a stored zip, or JSON. The twin of `packed` in npz.py. */

import { crcOf } from "./zip.js";

const FORMAT_VERSION = 1;
const [LOCAL, ENTRY, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [OLDEST_DATE, UNIX] = [0x0021, 3 << 8]; // 1980-01-01, so that equal content gives equal bytes
const HEADER = 64; // an array's numbers begin at a multiple of this

/**
 * @param {{W: Float32Array, b: Float32Array}[]} layers @param {{kind: string}} activation between them
 * @param {object[] | null} usual what `learnedUsual` gave @param {object} meta class_names, output, and what else is known
 * @returns {Uint8Array} the bytes of an .npz file
 */
export function writeNpz(layers, activation, usual, meta) {
  const sizes = sizesOf(layers);
  const isPlain = activation.kind === "relu"; // such files tell no layers: others read them, too
  const names = layers.map((_, n) => (isPlain ? [`W${n}`, `b${n}`] : [`dense${n + 1}.W`, `dense${n + 1}.b`]));
  const arrays = layers.flatMap(({ W, b }, n) => [
    [names[n][0], [sizes[n], sizes[n + 1]], W],
    [names[n][1], [sizes[n + 1]], b],
  ]);
  usual?.forEach((one, n) => {
    const key = n === layers.length - 1 ? "output" : `h${n + 1}`;
    for (const [part, values] of Object.entries(one)) arrays.push([`usual.${key}.${part}`, [values.length], values]);
  });
  const { output, ...facts } = meta;
  const told = {
    ...facts,
    format_version: FORMAT_VERSION,
    layer_sizes: sizes,
    ...(output === "softmax" ? {} : { output }),
    ...(isPlain ? {} : { layers: describedLayers(sizes, activation.kind) }),
  };
  const members = arrays.map(([name, shape, values]) => [`${name}.npy`, npy("<f4", shape, new Uint8Array(values.slice().buffer))]);
  const text = Array.from(JSON.stringify(told), (letter) => letter.codePointAt(0));
  members.push(["meta.npy", npy(`<U${text.length}`, [], new Uint8Array(Uint32Array.from(text).buffer))]);
  return zip(members);
}

/** The same network as JSON: lists of numbers by name, which every language reads. */
export function writeJson(layers, activation, meta) {
  const sizes = sizesOf(layers);
  const arrays = layers.flatMap(({ W, b }, n) => [
    [`W${n}`, Array.from({ length: sizes[n] }, (_, i) => Array.from(W.subarray(i * sizes[n + 1], (i + 1) * sizes[n + 1])))],
    [`b${n}`, Array.from(b)],
  ]);
  return JSON.stringify({ ...meta, activation: activation.kind, ...Object.fromEntries(arrays) });
}

function sizesOf(layers) {
  return [layers[0].W.length / layers[0].b.length, ...layers.map(({ b }) => b.length)];
}

function describedLayers(sizes, kind) {
  return sizes.slice(1).flatMap((units, n) => [
    { name: `dense${n + 1}`, kind: "dense", fan_in: sizes[n], fan_out: units },
    ...(n < sizes.length - 2 ? [{ name: `${kind}${n + 1}`, kind }] : []),
  ]);
}

/** An array as NumPy's format 1.0 has it. @param {Uint8Array} values little-endian, row by row */
function npy(type, shape, values) {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const told = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const length = Math.ceil((10 + told.length + 1) / HEADER) * HEADER - 10;
  const text = `${told.padEnd(length - 1)}\n`;
  const head = Uint8Array.of(0x93, ...letters("NUMPY"), 1, 0, length & 255, length >> 8, ...letters(text));
  return joined([head, values]);
}

/** A zip archive whose members are stored as they are. @param {[string, Uint8Array][]} members */
function zip(members) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, content] of members) {
    const facts = [[0, 2], [0, 2], [0, 2], [OLDEST_DATE, 2], [crcOf(content), 4], [content.length, 4], [content.length, 4], [name.length, 2], [0, 2]];
    const local = joined([bytes([LOCAL, 4], [20, 2], ...facts), Uint8Array.from(letters(name))]);
    directory.push(bytes([ENTRY, 4], [UNIX | 20, 2], [20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), Uint8Array.from(letters(name)));
    parts.push(local, content);
    at += local.length + content.length;
  }
  const entries = joined(directory);
  const end = bytes([END, 4], [0, 2], [0, 2], [members.length, 2], [members.length, 2], [entries.length, 4], [at, 4], [0, 2]);
  return joined([...parts, entries, end]);
}

/** Whole numbers, the lowest byte first. @param {...[number, number]} fields value and bytes of each */
function bytes(...fields) {
  return Uint8Array.from(fields.flatMap(([value, length]) => Array.from({ length }, (_, i) => (value >>> (8 * i)) & 255)));
}

function letters(text) {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

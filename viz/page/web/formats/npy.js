/** The array in the bytes of an .npy file: the twin of `npy_array` in npz.py. Python objects are not read. */

import { count, shapeWords, Unreadable } from "./unreadable.js";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const MAX_HEADER = 10_000; // bytes, as NumPy itself has it
const MAX_AXES = 8;
const READERS = { f2: halfOf, f4: "getFloat32", f8: "getFloat64", i1: "getInt8", i2: "getInt16", i4: "getInt32", i8: "getBigInt64", u1: "getUint8", u2: "getUint16", u4: "getUint32", u8: "getBigUint64" };

/** @param {Uint8Array} bytes */
export function isNpy(bytes) {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * @param {string} name for sentences @param {Uint8Array} bytes
 * @returns {{shape: number[], kind: string, data: Float32Array | Float64Array | null, text: string | null}}
 *   data row by row where there are numbers (float64 but for float16 and float32); kind is NumPy's letter: "O" of
 *   Python objects, which are left alone, "U" of text
 */
export function npyArray(name, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (!isNpy(bytes) || bytes.length < 12 || !(version === 1 || version === 2)) throw new Unreadable(`${name} is no array as NumPy writes it`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER || start + length > bytes.length) throw new Unreadable(`${name} has a header of ${count(length)} bytes, which is not read`);
  const { shape, isFortran, order, kind, width } = headerOf(name, new TextDecoder("latin1").decode(bytes.subarray(start, start + length)));
  const values = bytes.subarray(start + length);
  if (kind === "O") return { shape: [0], kind, data: null, text: null }; // pickled: nobody looks into it
  const size = shape.reduce((product, side) => product * side, 1);
  if (size * width !== values.length) throw new Unreadable(`${name} claims the shape ${shapeWords(shape)}, but ${count(values.length)} bytes follow`);
  if (kind === "U") return { shape, kind, data: null, text: size === 1 ? textOf(values, order) : null };
  const data = READERS[kind + width] ? numbersOf(values, size, kind + width, order) : null;
  return { shape, kind, data: data && isFortran ? byRows(data, shape) : data, text: null };
}

/** The header is a dict of Python with three entries; whatever else it holds, it is none of NumPy's. */
function headerOf(name, text) {
  const described = /'descr': *'([<>|=]?)([a-zA-Z?])(\d{0,9})'/.exec(text);
  const fortran = /'fortran_order': *(True|False)/.exec(text);
  const shaped = /'shape': *\(([\d, ]*)\)/.exec(text);
  if (!fortran || !shaped || !/^\{.*\}\s*$/.test(text)) throw new Unreadable(`${name} is no array as NumPy writes it`);
  if (!described) throw new Unreadable(`${name} holds records, no plain numbers; save each of its columns as an array by itself`);
  const shape = (shaped[1].match(/\d+/g) ?? []).map(Number);
  if (shape.length > MAX_AXES) throw new Unreadable(`${name} has ${shape.length} axes; at most ${MAX_AXES} are read`);
  const [, order, kind, digits] = described;
  return { shape, isFortran: fortran[1] === "True", order, kind, width: Number(digits || 1) * (kind === "U" ? 4 : 1) };
}

function numbersOf(values, size, type, order) {
  const isBig = order === ">";
  if (type === "f4" && !isBig) return new Float32Array(values.slice().buffer);
  if (type === "f8" && !isBig) return new Float64Array(values.slice().buffer);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const width = Number(type[1]);
  const reader = READERS[type];
  const read = typeof reader === "string" ? (at) => Number(view[reader](at, !isBig)) : (at) => reader(view.getUint16(at, !isBig));
  const data = type[0] === "f" && width < 8 ? new Float32Array(size) : new Float64Array(size);
  for (let i = 0; i < size; i++) data[i] = read(i * width);
  return data;
}

/** A float16 of its bits. */
function halfOf(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function textOf(values, order) {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const letters = [];
  for (let at = 0; at < values.length; at += 4) {
    const code = view.getUint32(at, order !== ">");
    if (code > 0x10ffff) throw new Unreadable("its text is damaged");
    letters.push(String.fromCodePoint(code));
  }
  return letters.join("").replace(/\0+$/, "");
}

/** Numbers that lie column by column, laid row by row. */
function byRows(data, shape) {
  const mine = new data.constructor(data.length);
  const index = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) at = at * shape[axis] + index[axis];
    mine[i] = data[at];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return mine;
}

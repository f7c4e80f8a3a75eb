/** The array in the bytes of an .npy file: the twin of `npy_array` in npz.py. Python objects are not read. */

import { t } from "../language/texts.js";
import { count, shapeWords, Unreadable } from "./unreadable.js";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const MAX_HEADER = 10_000; // bytes, as NumPy itself has it
const MAX_AXES = 8;
// NumPy's types by letter and width; float16 is taken apart below
const TYPES = {
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
};

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
  if (!isNpy(bytes) || bytes.length < 12 || !(version === 1 || version === 2)) throw new Unreadable(t`${name} is no array as NumPy writes it`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER || start + length > bytes.length) throw new Unreadable(t`${name} has a header of ${count(length)} bytes, which is not read`);
  const { shape, isFortran, order, kind, width } = headerOf(name, new TextDecoder("latin1").decode(bytes.subarray(start, start + length)));
  const values = bytes.subarray(start + length);
  if (kind === "O") return { shape: [0], kind, data: null, text: null }; // pickled: nobody looks into it
  const size = shape.reduce((product, side) => product * side, 1);
  if (size * width !== values.length) throw new Unreadable(t`${name} claims the shape ${shapeWords(shape)}, but ${count(values.length)} bytes follow`);
  if (kind === "U") return { shape, kind, data: null, text: size === 1 ? textOf(values, order) : null };
  const data = TYPES[kind + width] ? numbersOf(values, kind + width, width, order === ">") : null;
  return { shape, kind, data: data && isFortran ? byRows(data, shape) : data, text: null };
}

/** The header is a dict of Python with three entries; whatever else it holds, it is none of NumPy's. */
function headerOf(name, text) {
  const described = /'descr': *'([<>|=]?)([a-zA-Z?])(\d{0,9})'/.exec(text);
  const fortran = /'fortran_order': *(True|False)/.exec(text);
  const shaped = /'shape': *\(([\d, ]*)\)/.exec(text);
  if (!fortran || !shaped || !/^\{.*\}\s*$/.test(text)) throw new Unreadable(t`${name} is no array as NumPy writes it`);
  if (!described) throw new Unreadable(t`${name} holds records, no plain numbers; save each of its columns as an array by itself`);
  const shape = (shaped[1].match(/\d+/g) ?? []).map(Number);
  if (shape.length > MAX_AXES) throw new Unreadable(t`${name} has ${shape.length} axes; at most ${MAX_AXES} are read`);
  const [, order, kind, digits] = described;
  return { shape, isFortran: fortran[1] === "True", order, kind, width: Number(digits || 1) * (kind === "U" ? 4 : 1) };
}

function numbersOf(values, type, width, isBig) {
  const bytes = values.slice(); // where its numbers begin at whole multiples of their width
  if (isBig) for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  const numbers = new TYPES[type](bytes.buffer);
  if (type === "f4" || type === "f8") return numbers;
  if (type === "f2") return Float32Array.from(numbers, halfOf);
  return width === 8 ? Float64Array.from(numbers, Number) : new Float64Array(numbers);
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
    if (code > 0x10ffff) throw new Unreadable(t`its text is damaged`);
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

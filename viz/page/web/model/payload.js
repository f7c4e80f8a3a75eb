/** Reads the payload of a page: arrays are arrays already, or come back from base64, as Python wrote them. */

import { fold, groupPlaces } from "./layers.js";
import { windowSources } from "./windows.js";

/** @param {string | Float32Array} numbers base64 of little-endian float32 @returns {Float32Array} which nobody changes */
export function decodeFloats(numbers) {
  return typeof numbers === "string" ? new Float32Array(decodeBytes(numbers).buffer) : numbers;
}

/** @param {string | Uint8Array} bytes or base64 of them @returns {Float32Array} ink in [0, 1], each byte / 255 */
export function decodeInk(bytes) {
  return Float32Array.from(decodeBytes(bytes), (byte) => byte / 255);
}

/** @param {string | Uint8Array} base64 @returns {Uint8Array} nobody else's */
export function decodeBytes(base64) {
  if (typeof base64 !== "string") return base64.slice();
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/**
 * Columns of units and the layers between them. Arrays are those of the payload: who teaches a layer gives it new ones.
 * @param {object} payload what `payload.py` wrote, or diagram.js made
 * @returns {{columns: object[], layers: object[]}} a column has key, ids, size (graph units),
 *   x and y (Float64Array), and each of its units rows × columns numbers: 1 × 1, or a map; a layer
 *   has kind, taps (that form a picture of tapColumns), fanIn and fanOut (units), params, activation,
 *   norm (of the sums), before (of the ink), after (of the activations) and pool, or null, usual (of
 *   each row of W mean and deviation, of each unit influence), what its kind needs, and what `fold`
 *   makes of them: W (taps · fanIn × fanOut, row by row), b, edges (fanIn × fanOut); the first one
 *   has upright, side, channels and even of a picture that is set upright, or null, the last one output
 */
export function readNetwork(payload) {
  const columns = payload.columns.map(({ key, ids, size, positions, map = [1, 1] }) => {
    const xy = decodeFloats(positions);
    const x = Float64Array.from(ids, (_, i) => xy[2 * i]);
    const y = Float64Array.from(ids, (_, i) => xy[2 * i + 1]);
    const [rows, cells] = [map[0], map[0] * map[1]];
    return { key, ids, size, x, y, rows, columns: map[1], cells };
  });
  const layers = payload.layers.map(({ params, pool = null, usual = null, ...rest }, n) => {
    const [fanIn, fanOut] = [columns[n].ids.length, columns[n + 1].ids.length];
    const isLast = n === payload.layers.length - 1;
    const layer = { ...rest, fanIn, fanOut, params: decodeAll(params), usual: usual && decodeAll(usual), pool: null };
    if (n === 0) layer.upright = payload.input?.upright ? payload.input : null;
    for (const name of ["before", "norm", "after"]) layer[name] = decodeNorm(rest[name]);
    if (isLast) layer.output = payload.output;
    if (pool) layer.pool = { ...pool, channels: fanOut, taps: pool.kernel[0] * pool.kernel[1], sources: windowSources(pool) };
    layer.taps = (layer.params.W.length * (layer.groups ?? 1)) / (fanIn * fanOut);
    layer.tapColumns = layer.kernel?.[1] ?? layer.columns ?? 1;
    if (layer.kernel) layer.sources = windowSources(layer);
    layer.places = groupPlaces(layer);
    fold(layer);
    return layer;
  });
  return { columns, layers };
}

function decodeNorm(norm) {
  return norm ? { ...norm, ...decodeAll({ mean: norm.mean, variance: norm.variance }) } : null;
}

function decodeAll(named) {
  return Object.fromEntries(Object.entries(named).map(([name, text]) => [name, decodeFloats(text)]));
}

/**
 * The inputs whose results in NumPy are stored in the file, digits or features: of each layer every pre-activation,
 * or of large ones every `step`-th, from another first one on for each digit.
 * @returns {{ink: Float32Array, label: number,
 *   preActivations: {first: number, step: number, values: Float32Array}[]}[]}
 */
export function readCases(payload) {
  const { ink, values: features, labels, preActivations } = payload.cases;
  const pixels = ink === undefined ? decodeFloats(features) : decodeInk(ink);
  const expected = preActivations.map(({ step, values }) => ({ step, values: decodeFloats(values) }));
  const nth = (array, i) => {
    const size = array.length / labels.length;
    return array.subarray(i * size, (i + 1) * size);
  };
  return labels.map((label, i) => ({
    label,
    ink: nth(pixels, i),
    preActivations: expected.map(({ step, values }) => ({ first: i % step, step, values: nth(values, i) })),
  }));
}

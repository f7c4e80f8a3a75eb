/** Reads the payload that Python wrote into the page: arrays come back from base64. */

/** @param {string} base64 little-endian float32 numbers @returns {Float32Array} */
export function decodeFloats(base64) {
  return new Float32Array(decodeBytes(base64).buffer);
}

/** @param {string} base64 bytes @returns {Float32Array} ink in [0, 1], each byte / 255 */
export function decodeInk(base64) {
  return Float32Array.from(decodeBytes(base64), (byte) => byte / 255);
}

/** @param {string} base64 @returns {Uint8Array} */
function decodeBytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/**
 * Columns of units and the layers of weights between them.
 * @param {object} payload what `payload.py` wrote
 * @returns {{columns: object[], layers: object[]}} a column has key, ids, size (graph units),
 *   x and y (Float64Array); a layer has key, W (fanIn × fanOut, row by row), b, fanIn, fanOut
 */
export function readNetwork(payload) {
  const columns = payload.columns.map(({ key, ids, size, positions }) => {
    const xy = decodeFloats(positions);
    const x = Float64Array.from(ids, (_, i) => xy[2 * i]);
    const y = Float64Array.from(ids, (_, i) => xy[2 * i + 1]);
    return { key, ids, size, x, y };
  });
  const layers = payload.layers.map(({ W, b }, i) => ({
    key: columns[i + 1].key,
    W: decodeFloats(W),
    b: decodeFloats(b),
    fanIn: columns[i].ids.length,
    fanOut: columns[i + 1].ids.length,
  }));
  return { columns, layers };
}

/**
 * The digits whose results in NumPy are stored in the file.
 * @returns {{ink: Float32Array, label: number, preActivations: Float32Array[]}[]}
 */
export function readCases(payload) {
  const { ink, labels, preActivations } = payload.cases;
  const pixels = decodeInk(ink);
  const expected = preActivations.map(decodeFloats);
  const nth = (array, i) => {
    const size = array.length / labels.length;
    return array.subarray(i * size, (i + 1) * size);
  };
  return labels.map((label, i) => ({
    label,
    ink: nth(pixels, i),
    preActivations: expected.map((array) => nth(array, i)),
  }));
}

/** Unpacks what the page's own file holds: the twin of packing.py. */

import { unpacked } from "./letters.js";

/** @param {string} text as `packed_text` writes it @returns {Promise<string>} */
export async function unpackedText(text) {
  return new TextDecoder().decode(await unpacked(text));
}

/** @param {string} text as `packed_payload` writes it @returns {Promise<object>} with a Float32Array or Uint8Array for each array */
export async function unpackedPayload(text) {
  const [json, arrays] = text.trim().split("\n");
  const [words, bytes] = await Promise.all([unpackedText(json), unpacked(arrays)]);
  return JSON.parse(words, (_, value) => {
    if (!value?.packed) return value;
    const content = bytes.subarray(...value.packed);
    if (value.step) return multiplesOf(content, value.step);
    return value.floats ? floatsOf(content) : content.slice(); // which leaves the rest behind
  });
}

/** @param {Uint8Array} sorted the first byte of each number, then the second of each, and so on */
function floatsOf(sorted) {
  const n = sorted.length / 4;
  const bits = new Uint32Array(n);
  for (let i = 0; i < n; i++) bits[i] = sorted[i] | (sorted[n + i] << 8) | (sorted[2 * n + i] << 16) | (sorted[3 * n + i] << 24);
  return new Float32Array(bits.buffer);
}

/** @param {Uint8Array} sorted the same of two bytes each: 0, 1, 2, 3, … for 0, −1, 1, −2, … steps */
function multiplesOf(sorted, step) {
  const n = sorted.length / 2;
  const floats = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const folded = sorted[i] | (sorted[n + i] << 8);
    floats[i] = ((folded >>> 1) ^ -(folded & 1)) * step; // the last bit is the sign
  }
  return floats;
}

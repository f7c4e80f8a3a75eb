/** What a page brought along deflated: digits with what Python measured on them, texts of other languages. */

import { decodeBytes, decodeFloats } from "../model/payload.js";
import { inflate } from "./zip.js";

/**
 * @param {object} evidence of the payload, see evidence.py in viz/diagram
 * @returns {Promise<{name: string, inks: Float32Array | null, labels: Uint16Array, answers: Uint16Array,
 *   confidences: Float32Array, ablations: object}>} inks null: they are the pen digits that the page writes itself
 */
export async function carriedDigits(evidence) {
  const { name, n, width, inks, values, ablations } = evidence;
  const labels = numbers(evidence.labels);
  const bytes = inks && (await inflate("evidence", decodeBytes(inks), n * width * (values ? 4 : 1)));
  const ink = bytes && (values ? new Float32Array(bytes.buffer) : inkOfBytes(bytes));
  return { name, inks: ink ?? null, labels, answers: numbers(evidence.answers), confidences: decodeFloats(evidence.confidences), ablations };
}

/** A table of texts. @param {{packed: string, size: number}} table see texts.py */
export async function carriedTexts({ packed, size }) {
  return JSON.parse(new TextDecoder().decode(await inflate("the table of texts", decodeBytes(packed), size)));
}

function inkOfBytes(bytes) {
  const ink = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) ink[i] = bytes[i] / 255;
  return ink;
}

function numbers(base64) {
  return new Uint16Array(decodeBytes(base64).buffer);
}

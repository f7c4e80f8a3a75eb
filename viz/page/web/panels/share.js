/** The state of the laboratory as a link: drawing, choice of edges, selection, view, moment of its training, settings of learning. */

import { readSettings } from "../model/settings.js";

const MOST_CUTS = 1000; // that a link may name
const MOST_LETTERS = 60000; // of a link; a longer drawing travels as the image it became

/**
 * @param {{strokes: object[], base: Float32Array | null, ink: Float32Array, topK: number | "all",
 *   choice: string, spread: string, selection: string | null, edge: string | null, other: string | null, view: number[] | null,
 *   values: Float32Array | null, learn: string, cuts: string[], moment: number | null}} state `base` lies below the strokes on the pad, `ink` is what the
 *   network sees; `values` of features stand for both
 * @returns {string} what stands behind the # of the link
 */
export function writeHash(state) {
  const fields = new URLSearchParams();
  const strokes = encodeStrokes(state.strokes);
  if (state.values) fields.set("values", toBase64(new Uint8Array(Float32Array.from(state.values).buffer)));
  else if (state.base === null && strokes.length <= MOST_LETTERS) fields.set("strokes", strokes);
  else fields.set("ink", toBase64(new Uint8Array(Float32Array.from(state.ink).buffer)));
  fields.set("k", String(state.topK));
  fields.set("by", state.choice);
  fields.set("over", state.spread);
  if (state.selection) fields.set("unit", state.selection);
  if (state.edge) fields.set("edge", state.edge);
  if (state.other) fields.set("other", state.other);
  if (state.learn) fields.set("learn", state.learn);
  if (state.moment !== null) fields.set("moment", String(state.moment));
  if (state.view) fields.set("view", state.view.map((value) => Number(value.toPrecision(7))).join(","));
  if (state.cuts?.length > 0) fields.set("without", state.cuts.join(" "));
  return fields.toString();
}

/**
 * Reads a link leniently: whatever is missing, foreign or damaged is left out.
 * @returns {{strokes?: object[], ink?: Float32Array, values?: Float32Array, topK?: number | "all", choice?: string, spread?: string,
 *   selection?: string, edge?: string[], other?: string, view?: number[], learn?: object, cuts?: string[], moment?: number}}
 */
export function readHash(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const state = {};
  const strokes = fields.get("strokes") === "" ? [] : decodeStrokes(fields.get("strokes") ?? "");
  if (strokes) state.strokes = strokes; // none: the pad was cleared
  const ink = decodeNumbers(fields.get("ink"));
  if (ink?.every((value) => value >= 0 && value <= 1)) state.ink = ink;
  const values = decodeNumbers(fields.get("values"));
  if (values?.every(Number.isFinite)) state.values = values;
  const k = fields.get("k");
  if (k === "all") state.topK = "all";
  else if (/^[1-9]\d{0,8}$/.test(k ?? "")) state.topK = Number(k);
  if (fields.has("by")) state.choice = fields.get("by");
  if (fields.has("over")) state.spread = fields.get("over");
  if (fields.has("unit")) state.selection = fields.get("unit");
  const ends = (fields.get("edge") ?? "").split(">");
  if (ends.length === 2) state.edge = ends;
  if (fields.has("other")) state.other = fields.get("other");
  if (/^\d{1,4}$/.test(fields.get("moment") ?? "")) state.moment = Number(fields.get("moment"));
  if (fields.has("learn")) state.learn = readSettings(fields.get("learn"));
  if (fields.has("without")) state.cuts = fields.get("without").split(" ").slice(0, MOST_CUTS);
  const view = (fields.get("view") ?? "").split(",").map(Number);
  if (view.length === 3 && view.every(Number.isFinite) && view[2] > 0) state.view = view;
  return state;
}

/**
 * Strokes as text: whole numbers (tenths of a pixel), each the step from the point before,
 * seven bits to a byte, in base64 that a link may carry.
 * @param {{points: number[][], width: number}[]} strokes points in tenths that are whole
 */
export function encodeStrokes(strokes) {
  const bytes = [];
  const put = (value) => {
    let rest = value < 0 ? -2 * value - 1 : 2 * value; // the sign becomes the lowest bit
    while (rest > 127) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  for (const { points, width } of strokes) {
    put(points.length);
    put(Math.round(width * 10));
    let [x, y] = [0, 0];
    for (const point of points) {
      const [nextX, nextY] = point.map((value) => Math.round(value * 10));
      put(nextX - x);
      put(nextY - y);
      [x, y] = [nextX, nextY];
    }
  }
  return toBase64(Uint8Array.from(bytes));
}

/** @returns {{points: number[][], width: number}[] | null} null for text that is no drawing */
export function decodeStrokes(text) {
  const bytes = fromBase64(text);
  if (!bytes || bytes.length === 0) return null;
  let at = 0;
  const take = () => {
    let [value, factor, byte] = [0, 1, 128];
    while (byte > 127) {
      if (at >= bytes.length || factor > 2 ** 35) throw new RangeError("cut off");
      byte = bytes[at++];
      value += (byte % 128) * factor;
      factor *= 128;
    }
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  try {
    const strokes = [];
    while (at < bytes.length) {
      const length = take();
      const width = take() / 10;
      if (length < 1 || length > bytes.length || width < 1 || width > 200) return null;
      let [x, y] = [0, 0];
      const points = Array.from({ length }, () => {
        [x, y] = [x + take(), y + take()];
        return [x / 10, y / 10];
      });
      strokes.push({ points, width });
    }
    return strokes;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function decodeNumbers(text) {
  const bytes = fromBase64(text ?? "");
  return bytes && bytes.length > 0 && bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : null;
}

function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
}

/** What a network in a file reads, as a page offers it: the twin of viz/diagram/inputs.py and of reads.py. */

import { t } from "../language/texts.js";
import { count, Unreadable } from "./unreadable.js";

const [LEAST_SIDE, MOST_SIDE] = [8, 64]; // pixels a side of a picture
const CHANNELS = [1, 3];
const MOST_FEATURES = 256; // sliders on a page
const MOST_ROWS = 24; // examples beside them
const [MOST_NUMBERS, MOST_CLASSES] = [20_000, 256]; // of samples to learn from
const UNTOLD = [-3, 3]; // where features lie of which nobody tells it: nearly all, if standardized
const FITTED_SHARE = 20 / 28; // of the side of one of MNIST's images that a digit takes
const GUESSED = [
  { channels: 1, least: 8 },
  { channels: 3, least: 16 },
];

/**
 * @param {object} meta of the file, {} where there is none @param {number} inputs
 * @param {number[] | null} picture rows, columns and channels, where the first layer tells them
 * @returns {object} input of a payload
 */
export function describedInput(meta, inputs, picture) {
  const told = toldInput(meta.input, inputs);
  const shape = told?.shape ?? picture ?? guessShape(inputs);
  if (shape.length > 1) {
    const [rows, columns, channels = 1] = shape;
    const isShown = rows === columns && rows >= LEAST_SIDE && rows <= MOST_SIDE && CHANNELS.includes(channels);
    const box = told?.box ?? Math.round(rows * FITTED_SHARE);
    const set = { ...(told?.upright ? { upright: true } : {}), ...(told?.even ? { even: true } : {}) };
    if (isShown) return { kind: "picture", side: rows, channels, box, ...set };
  }
  if (inputs > MOST_FEATURES || told?.upright) {
    throw new Unreadable(
      t`a page shows networks that read square pictures of ${LEAST_SIDE}×${LEAST_SIDE} to ${MOST_SIDE}×${MOST_SIDE} pixels in 1 or 3 channels, or at most ${MOST_FEATURES} features; this one has ${count(inputs)} inputs`,
    );
  }
  const { low, high } = ranges(meta, shape.length === 1 ? told : null, inputs);
  const names = shape.length === 1 && told?.features?.length === inputs ? told.features : low.map((_, i) => `x${i + 1}`);
  return { kind: "features", names, low, high, rows: rowsOf(meta, inputs) };
}

/** Names of the classes: those that are told where they fit, else counted. @param {unknown[]} told candidates, best first */
export function classNamesOf(told, units, output) {
  const classes = output === "sigmoid" && units === 1 ? 2 : units;
  const fits = (names) => Array.isArray(names) && names.length === classes && new Set(names.map(String)).size === classes;
  return (told.find(fits) ?? Array.from({ length: classes }, (_, k) => k)).map(String);
}

/** A spec as `InputSpec.as_meta` writes it; null where there is none that can be used. */
function toldInput(spec, inputs) {
  const isWhole = (side) => Number.isInteger(side) && side >= 1;
  const { shape, low = 0, high = 1, box = null, upright = false, even = false, features = [] } = spec ?? {};
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 3 || !shape.every(isWhole)) return null;
  if (shape.reduce((product, side) => product * side, 1) !== inputs || !(low < high)) return null;
  if (box !== null && !(isWhole(box) && box <= Math.min(...shape))) return null;
  if (even && !upright) return null;
  const isUpright = upright === true && shape.length > 1;
  const set = { upright: isUpright, even: isUpright && even === true };
  return { shape, low, high, box, ...set, features: Array.isArray(features) ? features.map(String) : [] };
}

/** Rows and columns where a row of so many numbers looks like a square picture of ink. */
function guessShape(inputs) {
  for (const { channels, least } of GUESSED) {
    const side = Math.floor(Math.sqrt(inputs / channels));
    if (side >= least && side * side * channels === inputs) return channels === 1 ? [side, side] : [side, side, channels];
  }
  return [inputs];
}

/** Where each feature lies: as the file tells it, else what is usual. */
function ranges({ ranges: told }, spec, inputs) {
  const isRange = (one) => Array.isArray(one) && one.length === 2 && one.every(Number.isFinite) && one[0] < one[1];
  if (Array.isArray(told) && told.length === inputs && told.every(isRange)) {
    return { low: told.map(([low]) => low), high: told.map(([, high]) => high) };
  }
  const [low, high] = spec && (spec.low !== 0 || spec.high !== 1) ? [spec.low, spec.high] : UNTOLD;
  return { low: Array(inputs).fill(low), high: Array(inputs).fill(high) };
}

/** The example rows that the file tells, as far as they make sense. */
function rowsOf({ rows }, inputs) {
  const isRow = (row) => Array.isArray(row?.values) && row.values.length === inputs && row.values.every(Number.isFinite);
  return (Array.isArray(rows) ? rows.slice(0, MOST_ROWS) : []).filter(isRow).map(({ label, values }) => ({ label: String(label ?? ""), values }));
}

/** What the page can learn from, where the file tells it whole: {} or {samples}. @param {string[]} classNames */
export function samplesOf({ samples }, inputs, classNames) {
  const { values, labels } = samples ?? {};
  if (!Array.isArray(values) || !Array.isArray(labels) || values.length === 0 || values.length !== labels.length) return {};
  if (values.length * inputs > MOST_NUMBERS || classNames.length > MOST_CLASSES) return {};
  const isRow = (row) => Array.isArray(row) && row.length === inputs && row.every(Number.isFinite);
  const classes = labels.map((label) => classNames.indexOf(label));
  if (!values.every(isRow) || classes.includes(-1)) return {};
  return { samples: { values: Float32Array.from(values.flat()), labels: classes } };
}

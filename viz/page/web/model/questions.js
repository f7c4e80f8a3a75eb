/** What a page asks its worker about the network as it is now; what has been read is kept until the weights change. */

import { measureColumn } from "./ablation.js";
import { keepSome, keptRanks } from "./cut-curve.js";
import { cellOf, errorsOf } from "./errors.js";
import { columnActivity, twinsOf, unitEvidence } from "./evidence.js";
import { exam, paperFor } from "./exam.js";
import { argmax, forward } from "./network.js";
import { otherInk } from "./other-ink.js";
import { Readings } from "./readings.js";

let carried = null; // digits that the page brought along
let kept = {}; // {revision, readings, columns, ranks}: of the weights of now

/** The digits that a network is asked about, or null if there are none that it reads. */
function digitsFor({ layers, readsDigits }) {
  if (carried?.inks) return carried;
  return readsDigits ? { name: "pen digits", ...paperFor(layers) } : null;
}

function keptFor(given) {
  if (kept.revision !== given.revision) {
    const digits = digitsFor(given);
    kept = { revision: given.revision, readings: digits && new Readings(given.layers, digits), columns: new Map(), ranks: new Map() };
  }
  return kept;
}

function activityOf({ readings, columns }, column) {
  if (!columns.has(column)) columns.set(column, columnActivity(readings, column));
  return columns.get(column);
}

/** Of more digits than are read here the answers that came with the page, as long as it is still that network. */
function storedOf({ readings }, isUnchanged) {
  return isUnchanged && carried?.answers ? [carried, carried.labels] : [null, readings.labels];
}

/** By name: (given) → answer. Everything is given layers, revision and readsDigits. */
export const QUESTIONS = {
  /** Digits to be asked about from now on. */
  carry({ digits }) {
    carried = digits;
    kept = {};
    return {};
  },

  exam: ({ layers }) => exam(layers),

  otherInk(given) {
    const { readings } = keptFor(given);
    return otherInk(given, readings);
  },

  /** @returns {object} see unitEvidence, and of all digits how many there are and how they are read */
  unit(given) {
    const now = keptFor(given);
    const { readings } = now;
    const { column, unit } = given;
    return { ...unitEvidence(readings, activityOf(now, column), column, unit), ...summary(readings) };
  },

  /** @returns {{ablations: object | null, twins: object[]}} see measureColumn; of each unit its twin */
  column(given) {
    const now = keptFor(given);
    const { readings } = now;
    const { column } = given;
    const stored = given.isUnchanged ? carried?.ablations : null;
    return {
      ...summary(readings),
      ablations: stored?.columns[column - 1] ?? measureColumn(readings, column),
      twins: twinsOf(activityOf(now, column)),
      ...(stored ? { n: stored.n, whole: stored.whole } : {}),
    };
  },

  errors(given) {
    const now = keptFor(given);
    return { name: now.readings.name, ...errorsOf(now.readings, given.temperature, ...storedOf(now, given.isUnchanged)) };
  },

  cell(given) {
    const now = keptFor(given);
    return cellOf(now.readings, given.temperature, ...storedOf(now, given.isUnchanged), given.label, given.answer);
  },

  /** How many are read right with a fraction of the edges, see cut-curve.js. */
  keep(given) {
    const { readings, ranks } = keptFor(given);
    const { layers, order, fraction, hold } = given;
    if (!ranks.has(order)) ranks.set(order, keptRanks(layers, order));
    const left = keepSome(layers, ranks.get(order), fraction, hold);
    const { labels } = readings;
    let right = 0;
    labels.forEach((label, index) => (right += argmax(forward(left, readings.inkOf(index)).probabilities) === label ? 1 : 0));
    return { right, n: readings.n, name: readings.name };
  },
};

function summary({ name, n, labels, whole, classes }) {
  const counts = Array.from({ length: classes }, () => 0);
  labels.forEach((label) => (counts[label] += 1));
  return { name, n, whole, counts };
}

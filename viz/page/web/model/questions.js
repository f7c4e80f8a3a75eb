/** What a page asks its worker about the network as it is now; what has been read is kept until the weights change. */

import { measureColumn } from "./ablation.js";
import { keepSome, keptRanks } from "./cut-curve.js";
import { cellOf, errorsOf, judged } from "./errors.js";
import { columnActivity, twinsOf, unitEvidence } from "./evidence.js";
import { exam, paperFor } from "./exam.js";
import { argmax, forward } from "./network.js";
import { otherInk } from "./other-ink.js";
import { inkOf, Readings } from "./readings.js";

let carried = null; // digits that the page brought along
let kept = {}; // of the weights of now: {revision, digits, readings, columns, ranks}, each as soon as it is asked for

function keptFor(given) {
  if (kept.revision !== given.revision) kept = { revision: given.revision, columns: new Map(), ranks: new Map() };
  return kept;
}

/** The digits that a network is asked about, or null if there are none that it reads. */
function digitsFor(given) {
  const { layers, readsDigits } = given;
  const now = keptFor(given);
  now.digits ??= carried?.inks ? carried : readsDigits ? { name: "pen digits", ...paperFor(layers) } : null;
  return now.digits;
}

function readingsFor(given) {
  const now = keptFor(given);
  const digits = digitsFor(given);
  now.readings ??= digits && new Readings(given.layers, digits);
  return now.readings;
}

function activityFor(given) {
  const { columns } = keptFor(given);
  const { column } = given;
  if (!columns.has(column)) columns.set(column, columnActivity(readingsFor(given), column));
  return columns.get(column);
}

/** Answers and confidences: those that came with the page, as long as it is still that network, else those of now. */
function saidOf(given) {
  return given.isUnchanged && carried ? carried : judged(readingsFor(given), given.temperature);
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

  otherInk: (given) => otherInk(given, readingsFor(given)),

  /** @returns {object} see unitEvidence, and of all digits how many there are and how they are read */
  unit(given) {
    const readings = readingsFor(given);
    return { ...unitEvidence(readings, activityFor(given), given.column, given.unit), ...summary(readings) };
  },

  /** @returns {{ablations: object | null, twins: object[]}} see measureColumn; of each unit its twin */
  column(given) {
    const readings = readingsFor(given);
    const stored = given.isUnchanged ? carried?.ablations : null;
    return {
      ...summary(readings),
      ablations: stored?.columns[given.column - 1] ?? measureColumn(readings, given.column),
      twins: twinsOf(activityFor(given)),
      ...(stored ? { n: stored.n, whole: stored.whole } : {}),
    };
  },

  errors: (given) => ({ name: digitsFor(given).name, ...errorsOf(saidOf(given), given.classes) }),

  /** The images of one cell of the matrix. */
  cell(given) {
    const { total, digits } = cellOf(saidOf(given), given.label, given.answer);
    return { total, digits: digits.map((one) => ({ ...one, ink: inkOf(digitsFor(given), one.index) })) };
  },

  /** How many are read right with a fraction of the edges, see cut-curve.js. */
  keep(given) {
    const { ranks } = keptFor(given);
    const { layers, order, fraction, hold } = given;
    const { labels, n, name } = readingsFor(given);
    if (!ranks.has(order)) ranks.set(order, keptRanks(layers, order));
    const left = keepSome(layers, ranks.get(order), fraction, hold);
    let right = 0;
    for (let index = 0; index < n; index++) {
      const { probabilities } = forward(left, inkOf(digitsFor(given), index));
      if (argmax(probabilities) === labels[index]) right += 1;
    }
    return { right, n, name };
  },
};

function summary({ name, n, labels, whole, classes }) {
  const counts = Array.from({ length: classes }, () => 0);
  labels.forEach((label) => (counts[label] += 1));
  return { name, n, whole, counts };
}

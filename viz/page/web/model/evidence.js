/** What is a unit for? Shown by images and measurements: the twin of evidence.py. */

import { measureUnit, tailWithout } from "./ablation.js";

const SHOWN = 8; // images that drive it most, and as many around its threshold
const BINS = 12; // of the histogram of its activation

/**
 * What the units of a hidden column do over the digits, unit by unit.
 * @param {Readings} readings @param {number} column 1 is the first hidden one
 * @returns {{sums: Float64Array[], activations: Float64Array[]}} sums, of a map the largest, and what is passed on, of a
 *   map the mean: of each unit one number for each digit
 */
export function columnActivity({ layers, traces, n }, column) {
  const units = layers[column].fanIn;
  const sums = Array.from({ length: units }, () => new Float64Array(n).fill(-Infinity));
  const activations = Array.from({ length: units }, () => new Float64Array(n));
  traces.forEach(({ preActivations, activations: passed }, index) => {
    const [z, a] = [preActivations[column - 1], passed[column - 1]];
    const cells = z.length / units;
    for (let at = 0; at < z.length; at++) {
      const unit = at % units;
      if (z[at] > sums[unit][index]) sums[unit][index] = z[at];
      activations[unit][index] += a[at] / cells;
    }
  });
  return { sums, activations };
}

/** @param {{sums: Float64Array[], activations: Float64Array[]}} activity of its column */
export function unitEvidence(readings, activity, column, unit) {
  const { labels, n, classes } = readings;
  const values = activity.activations[unit];
  const sums = activity.sums[unit];
  const ends = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const histogram = Array.from({ length: classes }, () => Array.from({ length: BINS }, () => 0));
  const [totals, counts] = [new Float64Array(classes), new Float64Array(classes)];
  const width = (ends[1] - ends[0]) / BINS || 1;
  labels.forEach((label, index) => {
    histogram[label][Math.min(Math.floor((values[index] - ends[0]) / width), BINS - 1)] += 1;
    totals[label] += values[index];
    counts[label] += 1;
  });
  const shown = (order) => order.slice(0, SHOWN).map((index) => readings.shown(index, { activation: values[index], sum: sums[index] }));
  const indices = [...labels.keys()];
  return {
    most: shown([...indices].sort((p, q) => values[q] - values[p] || p - q)),
    around: shown([...indices].sort((p, q) => Math.abs(sums[p]) - Math.abs(sums[q]) || p - q)),
    silent: sums.reduce((count, sum) => count + (sum <= 0 ? 1 : 0), 0) / n,
    ends,
    histogram,
    means: Array.from(totals, (total, label) => total / Math.max(counts[label], 1)),
    pushes: pushes(readings, column, unit),
    twin: twinsOf(activity, [unit])[0],
    without: Object.fromEntries(Object.entries(measureUnit(readings, column, unit)).map(([hold, one]) => [hold, { ...one, digits: changedBy(readings, one) }])),
  };
}

/** Some images that are read otherwise, those first that were read right. */
function changedBy(readings, { answers }) {
  const { labels } = readings;
  const wasRight = (index) => (readings.answers[index] === labels[index] ? 0 : 1);
  const changed = [...answers.keys()].filter((index) => answers[index] !== readings.answers[index]);
  changed.sort((p, q) => wasRight(p) - wasRight(q) || p - q);
  return changed.slice(0, SHOWN).map((index) => readings.shown(index, { instead: answers[index] }));
}

/** What each logit loses on average when the unit is silenced; the mean over several logits is taken off. */
function pushes({ layers, traces, n }, column, unit) {
  const without = tailWithout(layers, column, unit, "zero");
  const lost = new Float64Array(traces[0].logits.length);
  for (const trace of traces) {
    const logits = without(trace);
    for (let k = 0; k < lost.length; k++) lost[k] += (trace.logits[k] - logits[k]) / n;
  }
  const mean = lost.length > 1 ? lost.reduce((sum, value) => sum + value, 0) / lost.length : 0;
  return Array.from(lost, (value) => value - mean);
}

/** Of each unit the one that it correlates with most, and how much; null where it does with none. */
export function twinsOf({ activations }, units = [...activations.keys()]) {
  const standard = activations.map(standardized);
  return units.map((unit) => {
    let found = null;
    standard.forEach((other, index) => {
      if (index === unit) return;
      let product = 0;
      for (let i = 0; i < other.length; i++) product += other[i] * standard[unit][i];
      const likeness = Math.min(product / other.length, 1);
      if (likeness > (found?.likeness ?? 0)) found = { unit: index, likeness };
    });
    return found;
  });
}

function standardized(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / (deviation > 0 ? deviation : 1));
}

/** Does this unit matter? What the network answers without it: the twin of measure_ablations in ablation.py. */

import { HOLDS, withoutCut } from "./cuts.js";
import { activate, multiplications, passOn, preActivation } from "./layers.js";

const AFFORDABLE = 4e9; // multiplications for all units of a column: some seconds
const FEWEST = 100; // digits that say something

/** The ways in which a unit can be held here: at its average where that is known. */
export function holdsOf(layers) {
  return layers.every(({ usual }) => usual !== null) ? HOLDS : HOLDS.slice(0, 1);
}

/**
 * What one unit is worth.
 * @param {Readings} readings @param {number} column of the unit: 1 is the first hidden one
 * @returns {Record<string, {correct: number[], changed: number, answers: Uint16Array}>} for each way of holding it: the
 *   answers that are right of every class, how many differ, all of them
 */
export function measureUnit(readings, column, unit) {
  return Object.fromEntries(holdsOf(readings.layers).map((hold) => [hold, measure(readings, column, unit, hold)]));
}

function measure(readings, column, unit, hold) {
  const without = tailWithout(readings.layers, column, unit, hold);
  const answers = readings.answers.slice();
  readings.traces.forEach((trace, index) => {
    const logits = without(trace);
    if (logits !== trace.logits) answers[index] = readings.answerOf(logits);
  });
  const changed = answers.reduce((count, answer, index) => count + (answer !== readings.answers[index] ? 1 : 0), 0);
  return { correct: readings.rightOf(answers), changed, answers };
}

/**
 * The same of every unit of a column, without the answers; null where that takes too long here.
 * @returns {{correct: Record<string, number[][]>, changed: Record<string, number[]>} | null}
 */
export function measureColumn(readings, column) {
  const { layers, n } = readings;
  const units = layers[column].fanIn;
  const holds = holdsOf(layers);
  const behind = layers.slice(column + 1).reduce((sum, layer) => sum + multiplications(layer), 0);
  const own = layers[column].kind === "conv" ? multiplications(layers[column]) : multiplications(layers[column]) / units;
  if (Math.min(n, FEWEST) * units * holds.length * (own + behind) > AFFORDABLE) return null;
  const all = Array.from({ length: units }, (_, unit) => measureUnit(readings, column, unit));
  const of = (what) => Object.fromEntries(holds.map((hold) => [hold, all.map((one) => one[hold][what])]));
  return { correct: of("correct"), changed: of("changed") };
}

/** Logits of a trace without one unit: those of the trace itself where the unit gives what it is held at. */
export function tailWithout(layers, column, unit, hold) {
  const move = layers[column].kind === "conv" ? convWithout(layers[column], unit, hold) : denseWithout(layers[column], unit, hold);
  return (trace) => {
    const sums = move(trace.inputs[column], trace.preActivations[column]);
    if (sums === null) return trace.logits;
    let z = sums;
    for (let n = column; n < layers.length - 1; n++) z = preActivation(layers[n + 1], passOn(layers[n], activate(layers[n], z)));
    return z;
  };
}

/** Only what the unit gives is taken from the sums: far less than to sum anew. */
function denseWithout({ W, fanIn, fanOut, taps, usual }, unit, hold) {
  return (x, z) => {
    let sums = null;
    for (let row = unit; row < taps * fanIn; row += fanIn) {
      const change = (hold === "average" ? usual.mean[row] : 0) - x[row];
      if (change === 0) continue;
      sums ??= Float64Array.from(z);
      for (let j = 0, w = row * fanOut; j < fanOut; j++, w++) sums[j] += change * W[w];
    }
    return sums && Float32Array.from(sums);
  };
}

function convWithout(layer, unit, hold) {
  const { fanIn, fanOut } = layer;
  const out = new Uint8Array(fanIn * fanOut).fill(1, unit * fanOut, (unit + 1) * fanOut);
  const held = hold === "average" ? out : new Uint8Array(out.length);
  const cut = { ...layer, ...withoutCut({ ...layer, cut: { out, held } }) };
  return (x) => preActivation(cut, x);
}

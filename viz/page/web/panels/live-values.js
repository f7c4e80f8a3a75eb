/** The live numbers that a lesson asks for: each phrase of lesson_words.py, read from the page as it is now. */

import { numberOf } from "./digits.js";
import { receptiveField } from "../model/field.js";
import { argmax } from "../model/network.js";

const yesNo = (isSo) => (isSo === null ? null : isSo ? "yes" : "no");
const explained = (what) => ({ lab }, { of }) => {
  const place = placeOf(lab, of);
  return place && place.column > 0 ? lab.explain(lab.idOf(place))[what] : null;
};

/** Phrase → what the page says, or null where there is nothing yet; accuracy is a promise. */
const VALUES = {
  answer: ({ lab }) => (lab.winner === null ? null : numberOf(lab.readings())),
  "second answer": ({ compared }) => answerOf(compared?.second),
  agreement: ({ lab, compared }) => (compared && !lab.isBlank ? yesNo(answerOf(lab) === answerOf(compared.second)) : null),
  unlike: ({ lab }) => (lab.isBlank ? null : yesNo(lab.confidence().unlikeAnyDigit)),
  "selected column": ({ lab }) => lab.selected && lab.columns[lab.selected.column].key,
  probability: ({ lab }, { of }) => (lab.isBlank ? null : (lab.told[of === undefined ? lab.winner : lab.classNames.indexOf(of)] ?? null)),
  "second probability": ({ compared }) => (answerOf(compared?.second) === null ? null : compared.second.told[compared.second.winner]),
  accuracy: ({ examiner }) => examiner.ask().then(({ accuracy }) => accuracy),
  "held-out accuracy": ({ trainer }) => trainer.state().heldOut,
  loss: ({ trainer }) => trainer.state().loss,
  steps: ({ trainer }) => trainer.state().step,
  activation: ({ lab }, { of }) => {
    const place = placeOf(lab, of);
    return place && lab.means[place.column][place.unit];
  },
  sum: explained("preActivation"),
  bias: explained("bias"),
  weight: ({ lab }, { of, at }) => around(lab, placeOf(lab, of), lab.places.get(at)),
  "inputs with ink": ({ lab }) => lab.seen.filter((value) => value > 0).length,
  awake: ({ lab }, { of }) => lab.means[columnOf(lab, of)]?.filter((value) => value > 0).length ?? null,
  units: ({ lab }, { of }) => lab.columns[columnOf(lab, of)]?.ids.length ?? null,
  edges: ({ lab }) => lab.fidelity().totalEdges,
  "edges drawn": ({ lab }) => lab.fidelity().drawnEdges,
  "taken out": ({ lab }) => lab.cuts.list.length,
};

const COMPARISONS = {
  is: (now, value) => now === value,
  "is not": (now, value) => now !== value,
  "at least": (now, value) => now >= value,
  "at most": (now, value) => now <= value,
  above: (now, value) => now > value,
  below: (now, value) => now < value,
};

/** @param {object} page see Classroom @param {{what: string, of?: string, at?: string}} asked */
export function valueOf(page, asked) {
  return VALUES[asked.what](page, asked);
}

/** Whether all conditions hold now. @param {object} page @param {object[]} conditions */
export async function holds(page, conditions) {
  const values = await Promise.all(conditions.map((one) => valueOf(page, one)));
  return conditions.every(({ how, value }, i) => values[i] !== null && COMPARISONS[how](values[i], value));
}

/** "strongest h1", "answer", "selected" or an id → where that unit is, or null. @returns {{column: number, unit: number} | null} */
export function placeOf(lab, name) {
  const last = lab.columns.length - 1;
  if (name === "selected") return lab.selected;
  if (name === "answer") return lab.isBlank ? null : { column: last, unit: Math.max(lab.winnerUnit, 0) };
  if (!name.startsWith("strongest ")) return lab.places.get(name) ?? null;
  const column = columnOf(lab, name.slice("strongest ".length));
  return column < 0 ? null : { column, unit: argmax(lab.means[column]) };
}

function columnOf(lab, key) {
  return lab.columns.findIndex((column) => column.key === key);
}

function answerOf(lab) {
  return !lab || lab.winner === null ? null : lab.classNames[lab.winner];
}

/** The mean of what a unit makes of a pixel and its neighbors. */
function around(lab, place, pixel) {
  if (!place || !pixel || place.column === 0 || !lab.isPicture) return null;
  const { side } = lab.input;
  const field = lab.input.pixelsOf(receptiveField(lab.layers, lab.trace, place.column, place.unit));
  const [row, column] = [Math.floor(pixel.unit / side), pixel.unit % side];
  const near = Array.from(field).filter((_, i) => Math.abs(Math.floor(i / side) - row) < 2 && Math.abs((i % side) - column) < 2);
  return near.reduce((sum, value) => sum + value, 0) / near.length;
}

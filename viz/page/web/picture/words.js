/** What a unit is and what it holds, in words: for the tip, the panel and screen readers. */

import { t } from "../language/texts.js";
import { decimal, percent, signed } from "./dom.js";

/** "Unit 37 of 128 in hidden layer 1" */
export function roleOf({ columns, outputNames, input }, { column, unit }) {
  const { ids, rows, columns: width, cells } = columns[column];
  const number = ids[unit].split(":")[1]; // in the file: it may stand in another place here
  if (cells > 1) {
    const size = `${rows} × ${width}`;
    return column === 0 ? t`The picture that the network reads, ${size} pixels` : t`Map ${number} of ${ids.length} in hidden layer ${column}, ${size}`;
  }
  if (column === 0 && input.kind === "features") return t`Feature “${input.names[unit]}”`;
  if (column === 0) return t`Pixel in row ${Math.floor(unit / input.side)}, column ${unit % input.side}`;
  if (column === columns.length - 1) return t`Output unit for “${outputNames[unit]}”`;
  return t`Unit ${number} of ${ids.length} in hidden layer ${column}`;
}

/** What stands above a column: from the longest name to the shortest. @returns {string[]} */
export function columnNames({ columns, input, isPicture }, column) {
  const { key, ids, rows, columns: width, cells } = columns[column];
  const size = ids.length;
  if (column === 0 && isPicture) return [t`input: ${input.side}×${input.side} pixels${stance(input)}`, t`input: ${input.side}×${input.side}`, t`input`];
  if (column === 0) return [t`input: ${size}`, t`input`];
  if (column === columns.length - 1) return [t`output: ${size}`, t`output`];
  if (cells === 1) return [t`hidden ${column}: ${size}`, `${key}: ${size}`, key];
  return [t`hidden ${column}: ${size} of ${rows}×${width}`, t`${size} of ${rows}×${width}`, `${key}: ${size}`, key];
}

function stance({ upright, even }) {
  if (even) return t`, upright, even`;
  return upright ? t`, upright` : "";
}

/** A unit in a word: what its layer is called needs no saying where the unit stands. */
export function shortName({ columns, outputNames, input, isPicture }, { column, unit }) {
  if (column === 0 && !isPicture) return input.names[unit];
  if (column === 0) return columns[0].cells > 1 ? t`ink` : `${Math.floor(unit / input.side)},${unit % input.side}`;
  return column === columns.length - 1 ? outputNames[unit] : columns[column].ids[unit];
}

/** A unit in one sentence with its numbers: for the tip, and for screen readers. */
export function unitSentence(lab, place) {
  const { column, unit } = place;
  const id = lab.idOf(place);
  if (lab.columns[column].cells > 1) {
    const mean = decimal(lab.means[column][unit], 3);
    if (column === 0) return t`${id}: mean ink ${mean}`;
    return t`${id}: mean pre-activation ${decimal(lab.explain(id).preActivation, 3)}, mean activation ${mean}`;
  }
  if (column === 0 && !lab.isPicture) return `${id}, ${lab.input.names[unit]}: ${decimal(lab.ink[unit], 3)}`;
  const ink = decimal(lab.seen[unit], 3);
  if (column === 0) return lab.layers[0].outDegrees[unit] === 0 ? t`${id}: ink ${ink}, which no edge reads` : t`${id}: ink ${ink}`;
  const z = decimal(lab.trace.preActivations[column - 1][unit], 3);
  if (column === lab.layers.length) return t`${id}: logit ${z}, ${shareName(lab)} ${share(lab, lab.toldByUnits[unit], 2)}`;
  const a = lab.trace.activations[column - 1][unit];
  return t`${id}: pre-activation ${z}, activation ${decimal(a, 3)}`;
}

/** An edge in a few words: its weight, and what it gives now. */
export function edgeSentence({ layers, products }, { layer, index }) {
  const [strength, given] = [signed(layers[layer].edges[index], 3), signed(products[layer][index], 3)];
  return layers[layer].taps === 1 ? t`Weight ${strength}; now it gives ${given}` : t`Kernel of norm ${strength}; now it gives ${given}`;
}

/** What a network puts out for a class, in words: a probability, or where it makes none a value. */
export function share({ layers }, value, digits = 1) {
  return layers[layers.length - 1].output === "linear" ? decimal(value, digits + 1) : percent(value, digits);
}

function shareName({ layers }) {
  return layers[layers.length - 1].output === "linear" ? t`value` : t`probability`;
}

/** What ends the linear map that a network is for a drawing. */
export function flips({ functions }) {
  return functions.every(({ word }) => word === "ReLU") ? t`a ReLU flips` : t`a unit comes to another piece of its function`;
}

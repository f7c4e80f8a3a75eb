/** What a unit is and what it holds, in words: for the tip, the panel and screen readers. */

import { decimal, percent } from "./dom.js";

/** "Unit 37 of 128 in hidden layer 1" */
export function roleOf({ columns, outputNames, side, input }, { column, unit }) {
  const { ids, rows, columns: width, cells } = columns[column];
  if (cells > 1) {
    const size = `${rows} × ${width}`;
    return column === 0 ? `The picture that the network reads, ${size} pixels` : `Map ${unit} of ${ids.length} in hidden layer ${column}, ${size}`;
  }
  if (column === 0 && input.kind === "features") return `Feature “${input.names[unit]}”`;
  if (column === 0) return `Pixel in row ${Math.floor(unit / side)}, column ${unit % side}`;
  if (column === columns.length - 1) return `Output unit for “${outputNames[unit]}”`;
  return `Unit ${unit} of ${ids.length} in hidden layer ${column}`;
}

/** A unit in one sentence with its numbers: for the tip, and for screen readers. */
export function unitSentence(lab, place) {
  const { column, unit } = place;
  const id = lab.idOf(place);
  if (lab.columns[column].cells > 1) {
    const mean = decimal(lab.means[column][unit], 3);
    if (column === 0) return `${id}: mean ink ${mean}`;
    return `${id}: mean pre-activation ${decimal(lab.explain(id).preActivation, 3)}, mean activation ${mean}`;
  }
  if (column === 0 && !lab.isPicture) return `${id}, ${lab.input.names[unit]}: ${decimal(lab.ink[unit], 3)}`;
  if (column === 0) return `${id}: ink ${decimal(lab.ink[unit], 3)}`;
  const z = decimal(lab.trace.preActivations[column - 1][unit], 3);
  const a = lab.trace.activations[column - 1][unit];
  if (column === lab.layers.length) return `${id}: logit ${z}, probability ${percent(a, 2)}`;
  return `${id}: pre-activation ${z}, activation ${decimal(a, 3)}`;
}

/** Pictures of one unit that is a map, or hears maps: the map itself, and its kernels. */

import { t } from "../language/texts.js";
import { decimal, element, tile } from "../picture/dom.js";
import { symmetricLimit } from "../picture/theme.js";

/**
 * A map, large: its sums and what becomes of them; of the input, the ink.
 * @returns {HTMLElement[]} none for a unit that is a single number
 */
export function mapPictures(lab, palette, place) {
  const { column } = place;
  const { cells, columns } = lab.columns[column];
  if (cells === 1) return [];
  if (column === 0) return [pictures("tiles", columns, [[lab.seen, (value) => palette.ink(value), t`ink: 0 to 1`]])];
  const z = lab.valuesOf(lab.trace.preActivations[column - 1], place);
  const a = lab.valuesOf(lab.trace.activations[column - 1], place);
  const [limit, most] = [symmetricLimit(z), symmetricLimit(a)];
  const before = [z, (value) => palette.signed(value, limit), t`pre-activation (±${decimal(limit, 3)})`];
  const isSigned = lab.isSigned(column);
  const range = `${isSigned ? "±" : t`0 to `}${decimal(most, 3)}`;
  const after = [a, (value) => palette.passedOn(value, most, isSigned), t`activation (${range})`];
  return [pictures("tiles", columns, [before, after])];
}

/** The weights between a unit and some units behind it, as pictures on one scale. @param {number[]} sources */
export function kernelPictures(lab, palette, { column, unit }, sources) {
  const { W, fanIn, fanOut, taps, tapColumns } = lab.layers[column - 1];
  const kernels = sources.map((from) =>
    Float64Array.from({ length: taps }, (_, tap) => W[(tap * fanIn + from) * fanOut + unit]),
  );
  const limit = Math.max(...kernels.map(symmetricLimit));
  const color = (value) => palette.signed(value, limit);
  const { ids } = lab.columns[column - 1];
  return pictures("kernels", tapColumns, kernels.map((values, i) => [values, color, ids[sources[i]]]));
}

/** Values with their colors and captions, side by side. */
function pictures(className, columns, figures) {
  return element(
    "div",
    { class: className },
    ...figures.map(([values, color, caption]) =>
      element("figure", {}, tile(values, columns, color, caption), element("figcaption", {}, caption)),
    ),
  );
}

/** The edges that a picture draws, with the values that it shows. */

import { symmetricLimit } from "./theme.js";

/** @param {Lab} lab @returns {{indices: Int32Array, values: Float32Array, limit: number, fanOut: number}[]} one a layer */
export function drawnLayers({ layers, edges }) {
  return layers.map(({ fanOut }, n) => {
    const values = edges.shownValues(n);
    const indices = edges.drawnOf(n);
    return { indices, values: Float32Array.from(indices, (edge) => values[edge]), limit: symmetricLimit(values), fanOut };
  });
}

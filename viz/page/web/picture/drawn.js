/** The edges that a picture draws, with the values that it shows. */

import { symmetricLimit } from "./theme.js";

/** @param {Lab} lab @returns {{indices: Int32Array, values: Float32Array, limit: number, fanOut: number}[]} one a layer */
export function drawnLayers({ layers, edges }) {
  return layers.map(({ fanOut }, n) => {
    const shown = edges.shownValues(n);
    const indices = edges.drawnOf(n);
    const values = new Float32Array(indices.length);
    for (let i = 0; i < indices.length; i++) values[i] = shown[indices[i]];
    return { indices, values, limit: symmetricLimit(shown), fanOut };
  });
}

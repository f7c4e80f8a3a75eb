/** How every unit's sum comes about, through drawn edges and through all others. */

import { drawnAndRest, strongest } from "./attribution.js";
import { othersAverage } from "./drawings.js";

const averages = new WeakMap(); // of ranks what othersAverage said last, which no drawing changes

/**
 * For every layer what flows into each unit: through drawn edges, and through all others, which is
 * what they usually give and what is special about this drawing.
 * @param {EdgeChoice} edges which edges are drawn
 */
export function flowsOf({ layers, products, ranks, limit }) {
  return layers.map((layer, n) => {
    const { drawn, rest } = drawnAndRest(products[n], ranks[n], limit, layer.fanOut);
    const average = averageOf(layer, ranks[n], limit);
    return { drawn, rest, othersAverage: average, othersDeviation: rest.map((sum, j) => sum - average[j]) };
  });
}

function averageOf(layer, ranks, limit) {
  const { folds, usual } = layer;
  const known = averages.get(ranks);
  if (known?.folds === folds && known.usual === usual && known.limit === limit) return known.average;
  const average = othersAverage(layer, ranks, limit);
  averages.set(ranks, { folds, usual, limit, average });
  return average;
}

/**
 * Every unit's sum, layer by layer, of maps the mean: drawn + rest + bias = preActivation, and
 * rest = othersAverage + othersDeviation.
 * @param {Lab} lab
 */
export function sumsOf(lab) {
  return flowsOf(lab.edges).map((flow, n) => ({
    ...flow,
    bias: Float64Array.from(lab.layers[n].b),
    preActivation: lab.meansOf(lab.trace.preActivations[n], n + 1),
    activation: lab.means[n + 1],
  }));
}

/** The terms of a unit's sum: what each unit behind it gives, and gives on average (or null). */
export function termsOf({ layers, trace, means, products }, { column, unit }) {
  const { edges, fanIn, fanOut, taps, W, usual } = layers[column - 1];
  const read = taps === 1 ? trace.inputs[column - 1] : means[column - 1];
  const averages = usual && new Float64Array(fanIn);
  usual?.mean.forEach((mean, row) => (averages[row % fanIn] += mean * W[row * fanOut + unit]));
  return Array.from(read, (activation, from) => {
    const edge = from * fanOut + unit;
    const contribution = products[column - 1][edge];
    return { from, weight: edges[edge], activation, contribution, average: averages && averages[from] };
  });
}

/** The unit at the other end of the strongest live (else strongest) edge, back or forth; null at the ends. */
export function strongestNeighbor({ layers, columns, products }, { column, unit }, step) {
  const n = step < 0 ? column - 1 : column;
  const layer = layers[n];
  if (!layer) return null;
  const others = columns[column + step].ids.map((_, other) => {
    const edge = step < 0 ? other * layer.fanOut + unit : unit * layer.fanOut + other;
    return { other, live: products[n][edge], weight: layer.edges[edge] };
  });
  const flows = others.some(({ live }) => live !== 0);
  const [best] = strongest(others, 1, (entry) => (flows ? entry.live : entry.weight));
  return { column: column + step, unit: best.other };
}

/**
 * What a layer of the page is: the one place that knows the kinds apart.
 *
 * A layer is an affine map from all units of one column to all units of the next, with what
 * follows it. Its W has taps · fanIn rows: for each tap (a place of a kernel, or of the map that a
 * dense layer reads) one row for every unit behind. Between single units there is one tap.
 */

import { conv, maxPool, poolGradient } from "./conv.js";
import { dense } from "./dense.js";

const KINDS = { dense, conv };

export const inputLength = (layer) => KINDS[layer.kind].inputLength(layer);
export const preActivation = (layer, x) => KINDS[layer.kind].preActivation(layer, x);
export const meanInput = (layer, x) => KINDS[layer.kind].meanInput(layer, x);
export const inputGradient = (layer, d) => KINDS[layer.kind].inputGradient(layer, d);

/** What the next layer reads of an activation. */
export function passOn({ pool }, activation) {
  return pool ? maxPool(pool, activation) : activation;
}

/** d_loss/d_z from d_loss/d of what was passed on: back through the pooling and the ReLU. */
export function activationGradient({ pool }, activation, d) {
  const behind = pool ? poolGradient(pool, activation, d) : d;
  return behind.map((value, i) => (activation[i] > 0 ? value : 0));
}

/** Sums of d over all places of a map, one for each unit: d_loss/d_b. */
export function biasGradient({ fanOut }, d) {
  const sums = new Float64Array(fanOut);
  for (let at = 0; at < d.length; at++) sums[at % fanOut] += d[at];
  return sums;
}

/** Parameters become W and b: batch normalization in evaluation mode is one more affine map. */
export function fold(layer) {
  const { params, norm, fanOut, taps } = layer;
  layer.W = params.W;
  layer.b = params.b;
  if (norm) {
    const scale = normScale(params, norm);
    layer.W = Float64Array.from(params.W, (w, index) => w * scale[index % fanOut]);
    layer.b = Float64Array.from(params.b, (b, j) => (b - norm.mean[j]) * scale[j] + params.beta[j]);
  }
  layer.edges = taps === 1 ? layer.W : edgeStrengths(layer);
}

/** d_loss/d_parameters from d_loss/d_z; the running statistics are constants here. */
export function gradient(layer, x, d) {
  const { params, norm, fanOut } = layer;
  const slopes = { W: KINDS[layer.kind].weightGradient(layer, x, d), b: biasGradient(layer, d) };
  if (norm) {
    const scale = normScale(params, norm);
    slopes.beta = slopes.b;
    slopes.gamma = slopes.b.map((slope, j) => slope * (params.b[j] - norm.mean[j]));
    slopes.W.forEach((slope, index) => (slopes.gamma[index % fanOut] += slope * params.W[index]));
    slopes.gamma = slopes.gamma.map((sum, j) => sum / Math.sqrt(norm.variance[j] + norm.epsilon));
    slopes.W = slopes.W.map((slope, index) => slope * scale[index % fanOut]);
    slopes.b = slopes.b.map((slope, j) => slope * scale[j]);
  }
  return Object.fromEntries(Object.entries(slopes).map(([name, slope]) => [name, Float32Array.from(slope)]));
}

function normScale({ gamma }, { variance, epsilon }) {
  return Float64Array.from(gamma, (g, j) => g / Math.sqrt(variance[j] + epsilon));
}

/** The edge of each pair of units: the norm of all weights between them, with their sum's sign. */
function edgeStrengths({ W, fanIn, fanOut }) {
  const nEdges = fanIn * fanOut;
  const squares = new Float64Array(nEdges);
  const sums = new Float64Array(nEdges);
  W.forEach((w, index) => {
    squares[index % nEdges] += w * w;
    sums[index % nEdges] += w;
  });
  return squares.map((square, edge) => (sums[edge] < 0 ? -1 : 1) * Math.sqrt(square));
}

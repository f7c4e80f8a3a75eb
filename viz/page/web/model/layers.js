/**
 * What a layer of the page is: the one place that knows the kinds apart.
 *
 * A layer is an affine map from all units of one column to all units of the next, and what becomes
 * of the sums. Its W has taps · fanIn rows: for each tap (a place of a kernel, or of the map that a
 * dense layer reads) one row for every unit behind. Between single units there is one tap.
 */

import { ACTIVATIONS } from "./activations.js";
import { conv } from "./conv.js";
import { withoutCut } from "./cuts.js";
import { dense } from "./dense.js";
import { affineOf, normalized, normGradient } from "./norms.js";
import { POOLS } from "./pooling.js";

const KINDS = { dense, conv };

export const inputLength = (layer) => KINDS[layer.kind].inputLength(layer);
export const multiplications = (layer) => KINDS[layer.kind].multiplications(layer); // of one forward pass
export const preActivation = (layer, x) => KINDS[layer.kind].preActivation(layer, x);
export const meanInput = (layer, x) => KINDS[layer.kind].meanInput(layer, x);
export const inputGradient = (layer, d) => KINDS[layer.kind].inputGradient(layer, d);

/** A layer's function: value, derivative, formula. */
export function activationOf({ activation: { kind, settings } }) {
  return ACTIVATIONS[kind](settings);
}

/** What the first layer reads of the ink. */
export function readInk({ before, params }, ink) {
  return before ? normalized(affineOf(params, before, "before"), ink) : ink;
}

/** What the units pass on for their sums. */
export function activate(layer, z) {
  const { value } = activationOf(layer);
  const a = z.slice();
  for (let at = 0; at < a.length; at++) a[at] = value(a[at]);
  return layer.after ? normalized(affineOf(layer.params, layer.after, "after"), a) : a;
}

/** What the next layer reads of an activation. */
export function passOn({ pool }, activation) {
  return pool ? POOLS[pool.kind].read(pool, activation) : activation;
}

/**
 * The way back from what the next layer reads to the sums z.
 * @param {ArrayLike<number>} activation what activate gave for z
 * @returns {{atActivation: ArrayLike<number>, atFunction: ArrayLike<number>, atSum: Float64Array}}
 *   d/d of what is passed on, of the function's value, and of the sum
 */
export function wayBack(layer, z, activation, d) {
  const { pool, after, params, fanOut } = layer;
  const { derivative } = activationOf(layer);
  const atActivation = pool ? POOLS[pool.kind].gradient(pool, activation, d) : d;
  const scale = after && affineOf(params, after, "after").scale;
  const atFunction = scale ? atActivation.map((value, at) => value * scale[at % fanOut]) : atActivation;
  return { atActivation, atFunction, atSum: Float64Array.from(atFunction, (value, at) => value && value * derivative(z[at])) };
}

/** Sums of d over all places of a map, one for each unit: d_loss/d_b. */
export function biasGradient({ fanOut }, d) {
  const sums = new Float64Array(fanOut);
  for (let at = 0; at < d.length; at++) sums[at % fanOut] += d[at];
  return sums;
}

/** Parameters become W and b, and what pictures want to know of these; what is cut is 0. */
export function fold(layer) {
  Object.assign(layer, folded(layer));
  if (layer.cut) Object.assign(layer, withoutCut(layer));
  layer.edges = layer.taps === 1 ? layer.W : edgeStrengths(layer);
  Object.assign(layer, degrees(layer));
  layer.folds = (layer.folds ?? 0) + 1; // tells that its weights may have changed
}

/** W and b of a layer: batch normalization in evaluation mode is one more affine map. */
export function folded(layer) {
  const { params, norm, fanOut } = layer;
  const [W, b] = [spread(layer, params.W), params.b];
  if (!norm) return { W, b };
  const { scale, shift } = affineOf(params, norm);
  return {
    W: Float64Array.from(W, (w, index) => w * scale[index % fanOut]),
    b: Float64Array.from(b, (bias, j) => bias * scale[j] + shift[j]),
  };
}

/** How many weights that are not 0 lead into each unit, and out of each behind. */
function degrees({ edges, fanIn, fanOut }) {
  const [inDegrees, outDegrees] = [new Int32Array(fanOut), new Int32Array(fanIn)];
  for (let i = 0, edge = 0; i < fanIn; i++) {
    let out = 0;
    for (let j = 0; j < fanOut; j++, edge++) {
      const is = edges[edge] === 0 ? 0 : 1;
      inDegrees[j] += is;
      out += is;
    }
    outDegrees[i] = out;
  }
  return { inDegrees, outDegrees };
}

/**
 * d_loss/d_parameters from d_loss/d_z; the running statistics are constants here.
 * @param {ArrayLike<number>} x what the layer reads @param {ArrayLike<number>} d d_loss/d_z
 */
export function gradient(layer, x, d) {
  const { params, norm, fanOut, places } = layer;
  const full = KINDS[layer.kind].weightGradient(layer, x, d);
  const slopes = { W: places ? Float64Array.from(places, (place) => full[place]) : full, b: biasGradient(layer, d) };
  if (norm) {
    const { scale } = affineOf(params, norm);
    slopes.beta = slopes.b;
    slopes.gamma = slopes.b.map((slope, j) => slope * (params.b[j] - norm.mean[j]));
    slopes.W.forEach((slope, index) => (slopes.gamma[index % fanOut] += slope * params.W[index]));
    slopes.gamma = slopes.gamma.map((sum, j) => sum / Math.sqrt(norm.variance[j] + norm.epsilon));
    slopes.W = slopes.W.map((slope, index) => slope * scale[index % fanOut]);
    slopes.b = slopes.b.map((slope, j) => slope * scale[j]);
  }
  return Object.fromEntries(Object.entries(slopes).map(([name, slope]) => [name, Float32Array.from(slope)]));
}

/** d_loss/d_parameters of what normalizes the activations: d is d_loss/d of what is passed on. */
export function afterGradient(layer, z, d) {
  return layer.after ? normGradient(layer.after, "after", z.map(activationOf(layer).value), d) : {};
}

/** The same of what normalizes the ink: d is d_loss/d_z of the first layer. */
export function beforeGradient(layer, ink, d) {
  return layer.before ? normGradient(layer.before, "before", ink, inputGradient(layer, d)) : {};
}

/**
 * Where each weight of a convolution in groups stands in W, where all pairs of units have their
 * place; null without groups.
 */
export function groupPlaces({ groups = 1, fanIn, fanOut, params }) {
  if (groups === 1) return null;
  const [own, maps] = [fanIn / groups, fanOut / groups];
  return Int32Array.from(params.W, (_, index) => {
    const [row, j] = [Math.floor(index / fanOut), index % fanOut];
    return (Math.floor(row / own) * fanIn + Math.floor(j / maps) * own + (row % own)) * fanOut + j;
  });
}

/** Whether weights join a pair of units: in groups only within each. @param {number} edge i · fanOut + j */
export function isEdge({ groups = 1, fanIn, fanOut }, edge) {
  if (groups === 1) return true;
  return Math.floor(Math.floor(edge / fanOut) / (fanIn / groups)) === Math.floor((edge % fanOut) / (fanOut / groups));
}

function spread({ places, taps, fanIn, fanOut }, weights) {
  if (!places) return weights;
  const W = new Float32Array(taps * fanIn * fanOut);
  places.forEach((place, index) => (W[place] = weights[index]));
  return W;
}

/** The edge of each pair of units: the norm of all weights between them, with their sum's sign. */
function edgeStrengths({ W, fanIn, fanOut }) {
  const nEdges = fanIn * fanOut;
  const squares = new Float64Array(nEdges);
  const sums = new Float64Array(nEdges);
  for (let w = 0; w < W.length; ) {
    for (let edge = 0; edge < nEdges; edge++, w++) {
      squares[edge] += W[w] * W[w];
      sums[edge] += W[w];
    }
  }
  return squares.map((square, edge) => (sums[edge] < 0 ? -1 : 1) * Math.sqrt(square));
}

/**
 * A row of weight matrices: which comes after which, and whether rows or columns are the inputs.
 * The twin of matrices.py: both are told from the chain of shapes alone.
 */

import { t } from "../language/texts.js";
import { isNumber, natural } from "./named.js";
import { OpenQuestion, shapeWords, Unreadable } from "./unreadable.js";

const MOST_SEARCHED = 12; // layers whose order is looked for when names and file do not tell it
const MOST_STEPS = 10_000; // of that search
const LEAST_PICTURE = 63; // a square of inputs beyond this many is a picture, with one more input a bias

const inputsOf = ({ weight: { shape } }, rows) => (rows ? shape[0] : shape[1]);
const outputsOf = ({ weight: { shape } }, rows) => (rows ? shape[1] : shape[0]);

/**
 * @param {object[]} groups dense layers, see group
 * @param {boolean | null} rowsAreInputs null: told by the shapes
 * @returns {{order: object[], rows: boolean}} the layers in order, and whether rows are the inputs
 * @throws {Unreadable} where the shapes make no chain @throws {OpenQuestion} where they leave open what rows are
 */
export function inOrder(groups, rowsAreInputs) {
  const byName = natural(groups);
  const stems = new Set(groups.map(({ key }) => key.filter((word) => !isNumber(word)).join(" ")));
  const orders = stems.size === 1 ? [byName, groups] : [groups, byName];
  const asked = rowsAreInputs === null ? [true, false] : [rowsAreInputs];
  for (const order of orders) {
    const fits = asked.filter((rows) => isChain(order, rows));
    if (fits.length > 0) return { order, rows: settled(order, fits) };
  }
  const found = asked.map((rows) => ({ rows, order: searched(groups, rows) })).filter(({ order }) => order);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const rows = settled(groups, asked);
    return found.find((one) => one.rows === rows);
  }
  throw new Unreadable(t`its matrices make no chain in which one layer's outputs are the next one's inputs: ${listed(orders[0])}`);
}

/**
 * Where no layer has a bias and shapes only fit with one input more: that one is the bias, the last
 * input, as in 785 = 784 + 1; of arrays called theta the first. The groups themselves, else new ones.
 */
export function withBiasColumns(groups, rowsAreInputs) {
  if (groups.some(({ bias }) => bias !== null)) return groups;
  const order = natural(groups);
  for (const rows of rowsAreInputs === null ? [false, true] : [rowsAreInputs]) {
    const inputs = inputsOf(order[0], rows);
    const side = Math.floor(Math.sqrt(inputs - 1));
    const fits =
      order.length > 1
        ? order.every((one, n) => n === 0 || outputsOf(order[n - 1], rows) + 1 === inputsOf(one, rows))
        : side * side === inputs - 1 && inputs - 1 > LEAST_PICTURE;
    if (fits) return groups.map((one) => split(one, rows));
  }
  return groups;
}

/** The layer's matrix as fan_in × fan_out, row by row. */
export function asInputsByOutputs({ weight }, rows) {
  const [height, width] = weight.shape;
  if (rows) return { fanIn: height, fanOut: width, W: Float32Array.from(weight.data) };
  const W = new Float32Array(weight.data.length);
  for (let i = 0, at = 0; i < height; i++) for (let j = 0; j < width; j++, at++) W[j * height + i] = weight.data[at];
  return { fanIn: width, fanOut: height, W };
}

function split(one, rows) {
  const isFirst = [...one.key, one.name.toLowerCase()].some((word) => word.startsWith("theta"));
  const { fanIn, fanOut, W } = asInputsByOutputs(one, rows);
  const at = isFirst ? 0 : (fanIn - 1) * fanOut;
  const rest = isFirst ? W.subarray(fanOut) : W.subarray(0, at);
  const bias = { shape: [fanOut], data: W.slice(at, at + fanOut) };
  const weight = { shape: [fanIn - 1, fanOut], data: rest };
  return { ...one, weight: rows ? weight : transposed(weight), bias };
}

function transposed(weight) {
  const { fanIn, fanOut, W } = asInputsByOutputs({ weight }, false);
  return { shape: [fanIn, fanOut], data: W };
}

function isChain(groups, rows) {
  return groups.every((one, n) => {
    const follows = n === 0 || outputsOf(groups[n - 1], rows) === inputsOf(one, rows);
    return follows && biasFits(one, rows);
  });
}

const biasFits = (one, rows) => one.bias === null || one.bias.data.length === outputsOf(one, rows);

/** What rows are, of the ways that fit. */
function settled(order, fits) {
  if (fits.length === 1) return fits[0];
  const [height, width] = order[0].weight.shape;
  if (order.length === 1 && height !== width) return height > width; // one matrix alone: more inputs than classes
  throw new OpenQuestion(t`its shapes leave open whether rows or columns are a layer’s inputs (${listed(order)})`, "orientation", [
    ["in-out", t`rows`],
    ["out-in", t`columns`],
  ]);
}

/** The one order that makes a chain of all layers, if there is exactly one. */
function searched(groups, rows) {
  if (groups.length > MOST_SEARCHED || !groups.every((one) => biasFits(one, rows))) return null;
  const found = [];
  let budget = MOST_STEPS;
  const extend = (path) => {
    budget -= 1;
    if (budget < 0 || found.length > 1) return;
    if (path.length === groups.length) {
      found.push(path);
      return;
    }
    for (const one of groups) {
      const last = path[path.length - 1];
      if (!path.includes(one) && (!last || outputsOf(last, rows) === inputsOf(one, rows))) extend([...path, one]);
    }
  };
  extend([]);
  return found.length === 1 && budget >= 0 ? found[0] : null;
}

function listed(groups) {
  return groups.map(({ name, weight }) => `${name} ${shapeWords(weight.shape)}`).join(", ");
}

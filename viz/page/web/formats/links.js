/** Described layers as the links that a page shows: the twin of links.py. */

import { t } from "../language/texts.js";
import { functionOf } from "../model/kinds.js";
import { pair } from "./described.js";
import { count, shapeWords, Unreadable } from "./unreadable.js";

const MAX_NUMBERS = 2 ** 22; // behind one layer, for one sample
const PARTS = { before: ["beforeGamma", "beforeBeta"], norm: ["gamma", "beta"], after: ["afterGamma", "afterBeta"] };

/**
 * @param {object[]} layers see describedLayers
 * @returns {{links: object[], maps: number[][], inputs: number, picture: number[] | null}} links as payloads
 *   have them, rows and columns of each column's maps, numbers of the input, and its shape where a layer tells it
 */
export function linksOf(layers) {
  const [first] = layers;
  const picture = first.kind === "unflatten" ? first.settings.shape : null;
  if (!picture && first.kind !== "dense") throw new Unreadable(t`its first layer must be dense or unflatten`);
  let shape = [picture ? picture.reduce((product, length) => product * length, 1) : first.settings.fan_in];
  const inputs = shape[0];
  const links = [];
  const shapes = []; // rows and columns of each link's maps, and of what it passes on
  let before = null;
  let done = "shape"; // how far the last link is done; shape: nothing but a pooling may come
  for (const layer of layers) {
    const { role, kind } = layer;
    const last = links[links.length - 1];
    const isAsSummed = last !== undefined && (shape.length === 3) === (last.kind === "conv");
    const behind = shapeBehind(layer, shape);
    if (role === "link" && (!before || before.params[0].length === shape[shape.length - 1])) {
      links.push(link(layer, shape, shapes[shapes.length - 1]?.passedOn, before));
      const map = behind.length === 3 ? behind.slice(0, 2) : [1, 1];
      shapes.push({ map, passedOn: map });
      [before, done] = [null, "link"];
    } else if (role === "norm" && !last && !before) before = normOf(layer);
    else if (role === "norm" && isAsSummed && done === "link") {
      hang(last, "norm", normOf(layer));
      done = "norm";
    } else if (role === "norm" && isAsSummed && done === "activation") {
      hang(last, "after", normOf(layer));
      last.activation = { ...last.activation, mayBeNegative: true };
      done = "shape";
    } else if (role === "activation" && isAsSummed && (done === "link" || done === "norm")) {
      last.activation = functionOf(kind, layer.settings);
      done = "activation";
    } else if (role === "pool" && isAsSummed && done !== "pool") {
      last.pool = poolOf(layer, shape);
      shapes[shapes.length - 1].passedOn = places(layer.name, poolWindow(layer, shape), shape);
      done = "pool";
    } else if (role !== "nothing" && !(role === "shape" && !last)) throw misplaced(t`layer ${layer.name}`);
    shape = behind;
  }
  const last = links[links.length - 1];
  if (!last) throw new Unreadable(t`it has no layer with weights`);
  if (last.activation.kind !== "linear" || last.after || last.kind === "conv" || last.pool) throw misplaced(t`the last layer`);
  const maps = [links[0].kind === "conv" ? [links[0].rows, links[0].columns] : [1, 1], ...shapes.map(({ map }) => map)];
  return { links, maps, inputs, picture };
}

function misplaced(what) {
  return new Unreadable(
    t`${what} has no place in a picture as the page draws it: convolutions and dense layers, behind each at most a normalization, an activation, a normalization of that and a pooling`,
  );
}

/** @param {number[]} shape of a sample in front of it @param {number[]} [read] rows and columns of maps that became a row */
function link({ kind, settings, arrays }, shape, read = [1, 1], before = null) {
  const made = { params: { W: arrays.W, b: arrays.b }, activation: functionOf("linear") };
  if (kind === "conv2d") {
    Object.assign(made, { kind: "conv", rows: shape[0], columns: shape[1], ...windowOf(settings), groups: settings.groups });
  } else {
    const [rows, columns] = read;
    Object.assign(made, { kind: "dense", ...(rows * columns > 1 ? { rows, columns } : {}) });
  }
  if (before) hang(made, "before", before);
  return made;
}

function normOf({ settings: { epsilon }, arrays: { gamma, beta, mean, variance } }) {
  if (variance.some((value) => value < 0)) throw new Unreadable(t`a normalization’s variance must not be negative`);
  return { told: { mean, variance, epsilon }, params: [gamma, beta] };
}

function hang(made, place, { told, params }) {
  made[place] = told;
  PARTS[place].forEach((name, n) => (made.params[name] = params[n]));
}

function windowOf({ kernel, stride, padding, dilation = 1 }) {
  const margins = Array.isArray(padding) ? padding : [pair(padding), pair(padding)];
  return { kernel: pair(kernel), stride: pair(stride), padding: margins, dilation: pair(dilation) };
}

function poolOf(layer, shape) {
  const [rows, columns] = shape;
  const kind = layer.kind === "maxpool2d" ? "max" : "mean";
  return { kind, countsPadding: layer.settings.counts_padding ?? false, rows, columns, ...poolWindow(layer, shape) };
}

function poolWindow({ kind, settings: { size, stride, padding } }, shape) {
  if (kind === "globalavgpool2d") return windowOf({ kernel: shape.slice(0, 2), stride: 1, padding: 0 });
  return windowOf({ kernel: size, stride: stride ?? size, padding });
}

/** The shape of a sample behind a layer: (H, W, C) of maps, else (numbers,). */
function shapeBehind({ name, kind, role, settings }, shape) {
  const fits = (wanted) => {
    if (wanted.length !== shape.length || wanted.some((length, axis) => length !== null && length !== shape[axis])) {
      throw new Unreadable(t`layer ${name} does not fit what the layer before gives, ${shapeWords(shape)}`);
    }
  };
  const size = shape.reduce((product, length) => product * length, 1);
  let behind = shape;
  if (kind === "dense") {
    fits([settings.fan_in]);
    behind = [settings.fan_out];
  } else if (kind === "conv2d") {
    fits([null, null, settings.in_channels]);
    behind = [...places(name, windowOf(settings), shape), settings.out_channels];
  } else if (role === "pool") {
    fits([null, null, null]);
    const window = poolWindow({ kind, settings }, shape);
    if (window.padding.some((side, axis) => Math.max(...side) >= window.kernel[axis])) throw new Unreadable(t`layer ${name} has more padding than window`);
    behind = [...places(name, window, shape), shape[2]];
    if (kind === "globalavgpool2d") behind = [shape[2]];
  } else if (role === "norm") {
    fits(shape.map((_, axis) => (axis === shape.length - 1 ? settings.channels : null)));
    fits(kind === "batchnorm2d" ? [null, null, null] : [null]);
  } else if (kind === "unflatten") {
    if (settings.shape.length !== 3 || settings.shape.reduce((product, length) => product * length, 1) !== size) {
      throw new Unreadable(t`layer ${name} cannot give ${count(size)} numbers the shape ${shapeWords(settings.shape)}`);
    }
    behind = settings.shape;
  } else if (kind === "flatten") behind = [size];
  if (behind.reduce((product, length) => product * length, 1) > MAX_NUMBERS) throw new Unreadable(t`layer ${name} would give more than ${count(MAX_NUMBERS)} numbers`);
  return behind;
}

/** Rows and columns of places where a window stands. */
function places(name, { kernel, stride, padding, dilation }, shape) {
  return [0, 1].map((axis) => {
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    const n = Math.floor((shape[axis] + padding[axis][0] + padding[axis][1] - reach) / stride[axis]) + 1;
    if (n < 1) throw new Unreadable(t`the window of layer ${name} does not fit into ${shape[0]}×${shape[1]} pixels`);
    return n;
  });
}

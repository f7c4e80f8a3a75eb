/** What a network in the page can learn from, and what is said of it. */

import { english, t } from "../language/texts.js";
import { decodeFloats } from "../model/payload.js";
import { POINT_SETS, pointsToLearn, REACH } from "../model/points.js";
import { count } from "../picture/dom.js";

const DIGITS = Array.from({ length: 10 }, (_, k) => String(k)); // the classes of pen digits
const PEN_EPOCH = 6000; // samples that a fixed set of pen digits would have
const N_POINTS = 500; // to learn from, and as many others
const POINT_CLASSES = ["−1", "1"]; // as the Playground calls them
const POINT_UNITS = { spiral: [16, 16] }; // hidden units that a set needs, where more than one layer
const POINT_PACE = 100; // steps a second, so that it is seen: such networks learn in a second
const NO_SAMPLES = english`This page has no inputs of known classes to learn from.`;
const NO_CLASSES = english`This network’s outputs are values, and learning here needs classes.`;

/**
 * All that a page offers, by their names; the first one is the usual one. Each has
 *   option: its name in a list, told(settings): what it is, in a few words, heldOut: what others of its kind are called in English,
 *   epoch: samples of one, problem: why it cannot be learned from, or null, takesFiles: whether files can be chosen for it, classNames, output, units (of the last layer),
 *   where need be suggested: settings and pace: steps a second that suit it, and isPoints: whether its picture shows points,
 *   inputFor(settings): what is read, see payload.py, and dataFor(settings): what sources.js takes in the worker
 * @param {object} own the payload that the page came with @param {MnistShelf} shelf
 */
export function offersOf(own, shelf) {
  if (own.input.kind === "picture" && own.classNames.length === DIGITS.length) return { page: penDigits(own), mnist: mnist(own, shelf) };
  const isPlane = own.input.kind === "features" && own.input.names.length === 2;
  return { page: examples(own), ...(isPlane ? Object.fromEntries(POINT_SETS.map((kind) => [kind, points(own, kind)])) : {}) };
}

/** Why nothing can be learned as the page's own network does, or null. */
function refusal({ output }) {
  return output === "linear" ? t(NO_CLASSES) : null;
}

/** Of one that reads and tells what the page's own network does. */
function asThePage(own) {
  const { input, classNames, output, columns } = own;
  return { classNames, output, units: columns[columns.length - 1].ids.length, inputFor: () => input };
}

function penDigits(own) {
  return {
    ...asThePage(own),
    get option() {
      return t`pen digits`;
    },
    told: () => t`pen digits drawn in this page, never the same twice`,
    heldOut: english`pen digits`,
    epoch: PEN_EPOCH,
    get problem() {
      return refusal(own);
    },
    classNames: DIGITS,
    dataFor: () => ({ kind: "pen", input: own.input }),
  };
}

function mnist(own, shelf) {
  return {
    ...asThePage(own),
    get option() {
      return t`MNIST’s files`;
    },
    told: () => (shelf.isReady ? t`MNIST’s ${count(shelf.n)} digits` : t`MNIST’s digits`),
    get heldOut() {
      return shelf.isTestable ? english`MNIST test digits` : english`held-out MNIST digits`;
    },
    get epoch() {
      return shelf.n;
    },
    get problem() {
      return shelf.problem;
    },
    takesFiles: true,
    classNames: DIGITS,
    dataFor: () => ({ ...shelf.data, input: own.input }),
  };
}

function examples(own) {
  const samples = samplesOf(own);
  const n = samples.labels.length;
  return {
    ...asThePage(own),
    get option() {
      return t`examples`;
    },
    told: () => t`the ${count(n)} examples in this file`,
    heldOut: english`examples`,
    epoch: n,
    suggested: {},
    get problem() {
      return refusal(own) ?? (n === 0 ? t(NO_SAMPLES) : null);
    },
    dataFor: () => ({ kind: "examples", ...samples }),
  };
}

/** A set of points, seen in the plane from which it is learned: other ones for another seed, so that its picture is another. */
function points({ input }, kind) {
  return {
    get option() {
      return t`points: ${kind}`;
    },
    told: () => t`the ${count(N_POINTS)} points of the Playground’s set “${kind}”`,
    heldOut: english`other points`,
    epoch: N_POINTS,
    problem: null,
    classNames: POINT_CLASSES,
    output: "sigmoid",
    units: 1,
    suggested: { hidden: POINT_UNITS[kind] ?? [8], activation: "tanh", rate: 0.02 },
    pace: POINT_PACE,
    isPoints: true,
    inputFor({ pointNoise, seed }) {
      const { inks, labels } = pointsToLearn(kind, N_POINTS, pointNoise, seed);
      return { ...input, names: ["x", "y"], low: [-REACH, -REACH], high: [REACH, REACH], rows: [], samples: { values: inks, labels } };
    },
    dataFor: ({ pointNoise, seed }) => ({ kind: "epochs", ...pointsToLearn(kind, N_POINTS, pointNoise, seed) }),
  };
}

/** Inputs of known classes that a page of features has: a whole table, or a few rows of it. */
function samplesOf({ input, classNames }) {
  if (input.samples) return { inks: decodeFloats(input.samples.values), labels: Uint8Array.from(input.samples.labels) };
  const rows = (input.rows ?? []).map(({ label, values }) => ({ label: classNames.indexOf(label), ink: Float32Array.from(values) }));
  return inRows(rows.filter(({ label }) => label >= 0));
}

/** Samples, one behind the other. @param {{ink: Float32Array, label: number}[]} samples */
export function inRows(samples) {
  const width = samples[0]?.ink.length ?? 0;
  const inks = new Float32Array(samples.length * width);
  samples.forEach(({ ink }, i) => inks.set(ink, i * width));
  return { inks, labels: Uint8Array.from(samples, ({ label }) => label) };
}

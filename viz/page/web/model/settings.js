/** How a network in the page learns: every setting, what is usual, and what it may be. */

import { t } from "../language/texts.js";
import { ACTIVATIONS } from "./activations.js";
import { SCHEDULES } from "./course.js";
import { OPTIMIZERS } from "./optimizers.js";
import { MOST_POINT_NOISE, POINT_SETS } from "./points.js";

const MOST_LAYERS = 4;
const MOST_UNITS = 512; // of a hidden layer
const SOURCES = ["page", "mnist", ...POINT_SETS]; // what it learns from: what the page brings along, MNIST's files, points in a plane
const FREE = ["clip"]; // functions that need settings of their own to make sense here

const whole = (least, most) => ({
  isRight: (value) => Number.isInteger(value) && value >= least && value <= most,
  expected: () => t`a whole number from ${least} to ${most}`,
});
const number = (least, most) => ({
  isRight: (value) => Number.isFinite(value) && value >= least && value <= most,
  expected: () => t`a number from ${least} to ${most}`,
});
const word = (words) => ({
  isRight: (value) => words.includes(value),
  expected: () => words.map((one) => `"${one}"`).join(t` or `),
  words,
});
const units = whole(1, MOST_UNITS);

export const SETTINGS = {
  rate: { usual: 0.002, ...number(1e-6, 100) },
  hidden: {
    usual: [128, 64],
    isRight: (value) => Array.isArray(value) && value.length <= MOST_LAYERS && value.every(units.isRight),
    expected: () => t`a list of at most ${MOST_LAYERS} sizes, each ${units.expected()}`,
  },
  optimizer: { usual: "adam", ...word(Object.keys(OPTIMIZERS)) },
  activation: { usual: "relu", ...word(Object.keys(ACTIVATIONS).filter((name) => !FREE.includes(name))) },
  batchSize: { usual: 64, ...whole(1, 512) },
  schedule: { usual: "cosine", ...word(Object.keys(SCHEDULES)) },
  course: { usual: 1800, ...whole(1, 1_000_000) }, // steps over which the rate falls
  l2: { usual: 0, ...number(0, 10) },
  noise: { usual: 0, ...number(0, 1) },
  ownShare: { usual: 0.125, ...number(0, 1) }, // of a batch, once there are samples of one's own
  source: { usual: "page", ...word(SOURCES) },
  pointNoise: { usual: 0, ...number(0, MOST_POINT_NOISE) },
  seed: { usual: 7, ...whole(0, 2 ** 32 - 1) },
};

/** Settings that need another picture, and those that need another beginning. */
export const OF_THE_PICTURE = ["hidden", "activation", "source", "pointNoise"];
export const OF_THE_BEGINNING = [...OF_THE_PICTURE, "seed"];

/** @returns {object} all of them as usual */
export function usualSettings() {
  return Object.fromEntries(Object.entries(SETTINGS).map(([name, { usual }]) => [name, usual]));
}

/** As text for a link: what is not usual; empty when everything is. */
export function writeSettings(settings, usual) {
  const others = Object.entries(settings).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]));
  return others.length > 0 ? JSON.stringify(Object.fromEntries(others)) : "";
}

/** Back from text, leniently: whatever is missing, foreign or wrong is left out. */
export function readSettings(text) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    return {};
  }
  if (told === null || typeof told !== "object") return {};
  return Object.fromEntries(Object.entries(told).filter(([name, value]) => Object.hasOwn(SETTINGS, name) && SETTINGS[name].isRight(value)));
}

/**
 * window.neuroscribble, for teachers and for tests. Every function checks what it is given: a wrong
 * argument throws an Error of one sentence that says what, expected and got, and changes nothing.
 */

import { CHOICES, SPREADS } from "../model/choice.js";
import { HOLDS } from "../model/cuts.js";
import { normalizeInk } from "../model/ink.js";
import { forward } from "../model/network.js";
import { noPaths } from "../model/paths.js";
import { SETTINGS } from "../model/settings.js";
import { sumsOf } from "../model/sums.js";
import { copyOf } from "../model/teaching.js";
import { edgeBetween, nameOfCut } from "./cut-names.js";
import { numberOf } from "./digits.js";
import { canonicalNumbers } from "./shown.js";

const LONGEST = 40; // letters of a wrong value that are repeated

/**
 * @param {Lab} lab
 * @param {object} page what else there is: view, scene, edges, education (or null), examiner, trainer, and setInk, clear, svg, hash
 */
export function publicObject(lab, page) {
  const { view, scene, edges } = page;
  const inputs = lab.ink.length;
  const ink = [numbers("ink", (n) => n === inputs, lab.isPicture ? `${inputs} numbers, 0 for paper and 1 for ink` : `${inputs} numbers, one for each feature`)];
  const canvas = [numbers("canvas", (n) => n > 0 && Number.isInteger(Math.sqrt(n)), "the ink of a square canvas, row by row")];
  const unit = [oneOf("id", (id) => lab.places.has(id), 'the id of a unit, such as "h1:5"', "there is no unit ")];
  const unitOrNone = [oneOf("id", (id) => id === null || lab.places.has(id), 'the id of a unit, such as "h1:5", or null', "there is no unit ")];
  const wholeK = [oneOf("k", (k) => k === "all" || (Number.isInteger(k) && k >= 1), '1, 2, … or "all"')];
  const choice = [oneOfNames("choice", CHOICES, lab.edges.knowsUsual ? null : "usual")];
  const spread = [oneOfNames("spread", SPREADS, lab.edges.knowsUsual ? null : "network")];
  const most = lab.classNames.length - 1;
  const label = [oneOf("label", (k) => Number.isInteger(k) && k >= 0 && k <= most, `the index of a class, 0 … ${most}`)];
  const digit = [oneOf("i", (i) => Number.isInteger(i) && i >= 0 && i < lab.inks.length, "the place of a drawn digit, from 0")];
  const isTakeable = (id) => lab.places.has(id) && lab.places.get(id).column < lab.layers.length;
  const takeable = 'the id of a unit that something comes after, such as "h1:5", or several';
  const units = oneOf("id", (given) => [given].flat().every(isTakeable), takeable);
  const hold = oneOfNames("hold", HOLDS, lab.edges.knowsUsual ? null : "average");
  const edge = [unit[0], oneOf("to", (id) => lab.places.has(id), 'the id of a unit, such as "h2:3"')];
  const isHidden = (id) => isTakeable(id) && lab.places.get(id).column > 0;
  const hidden = oneOf("id", isHidden, 'the id of a hidden unit, such as "h1:5"');
  const functions = {
    forward: [ink, (given) => forward(lab.layers, given)],
    normalizeInk: [canvas, (given) => normalizeInk(given)],
    setInk: [ink, (given) => page.setInk(given)],
    input: [[], () => Float32Array.from(lab.ink)],
    clear: [[], page.clear],
    setTopK: [wholeK, (k) => lab.setTopK(k)],
    topK: [[], () => (lab.edges.showsAll ? "all" : lab.edges.topK)],
    setChoice: [choice, (how) => lab.setChoice(how)],
    choice: [[], () => lab.edges.choice],
    setSpread: [spread, (over) => lab.setSpread(over)],
    spread: [[], () => lab.edges.spread],
    select: [unitOrNone, (id) => lab.select(id)],
    selection: [[], () => lab.selected && lab.idOf(lab.selected)],
    selectEdge: [edge, (from, to) => lab.selectEdge(joined("selectEdge", lab, from, to))],
    selectedEdge: [[], () => lab.through && nameOfCut(lab, lab.through).split(">")],
    paths: [[], () => pathsOf(lab)],
    explain: [unit, (id) => lab.explain(id)],
    sums: [[], () => sumsOf(lab)],
    linearMap: [[], () => lab.linearMap()],
    fidelity: [[], () => lab.fidelity()],
    selfCheck: [[], () => lab.selfCheck()],
    teach: [label, (k) => lab.teach(k)],
    undo: [[], () => lab.undoLesson()],
    reset: [[], () => lab.resetLessons()],
    weights: [[], () => lab.layers.map(({ params }) => copyOf(params))],
    canonical: [[], () => canonicalNumbers(lab)],
    confidence: [[optional(ink[0])], (given) => lab.confidence(given)],
    answer: [[], () => (lab.winner === null ? null : numberOf(lab.readings()))],
    digits: [[], () => (lab.winner === null ? [] : lab.readings())],
    showDigit: [digit, (i) => lab.showDigit(i)],
    svg: [[], page.svg],
    hash: [[], page.hash],
    silence: [[units, optional(hold)], (ids, how = "zero") => lab.silence([ids].flat().map((id) => lab.places.get(id)), how)],
    cut: [edge, (from, to) => lab.cut(joined("cut", lab, from, to))],
    restore: [[], () => lab.restore()],
    undoCut: [[], () => lab.undoCut()],
    cuts: [[], () => lab.cuts.list.map((cut) => nameOfCut(lab, cut))],
    accuracy: [[], () => page.examiner.ask()],
    evidence: [[hidden], (id) => page.examiner.order("unit", lab.places.get(id))],
    errors: [[], () => page.examiner.order("errors", {})],
    words: [[], () => scene.labels.names.placed],
    painted: [[], () => edges.painted],
  };
  const history = page.education ? checked(ofHistory(page.education), "history.") : undefined;
  const learn = checked(ofLearning(page.trainer, lab), "learn.");
  return { ...checked(functions), history, learn, view: view.network };
}

/** The paths through the selected edge, else all to the answer; null where the network has none. Units by their ids. */
function pathsOf(lab) {
  if (noPaths(lab.layers)) return null;
  const { strongest, ...all } = lab.paths();
  const ids = (units) => units.map((unit, column) => lab.columns[column].ids[unit]);
  return { to: lab.outputNames[lab.pathsTo], ...all, strongest: strongest.map(({ units, value }) => ({ units: ids(units), value })) };
}

/** The edge from one unit to another. */
function joined(name, lab, from, to) {
  const edge = edgeBetween(lab, from, to);
  if (edge === null) throw new Error(`${name}: to must be the id of a unit in the column behind ${from}; got ${JSON.stringify(to)}.`);
  return edge;
}

/** The moments of the training, where the page has them. */
function ofHistory(education) {
  const { last } = education;
  const index = oneOf("i", (i) => Number.isInteger(i) && i >= 0 && i <= last, `the index of a moment, 0 … ${last}`);
  return {
    count: [[], () => education.count],
    at: [[index], (i) => education.at(i)],
    index: [[], () => education.index],
  };
}

/** @param {Trainer} trainer @param {Lab} lab whose drawing can join what it learns from */
function ofLearning(trainer, lab) {
  const steps = oneOf("n", (n) => Number.isInteger(n) && n >= 1, "1, 2, …");
  const most = trainer.from.classNames.length - 1;
  const label = oneOf("label", (k) => Number.isInteger(k) && k >= 0 && k <= most, `the index of a class, 0 … ${most}`);
  const last = () => trainer.mine.list.length - 1;
  const index = oneOf("i", (i) => Number.isInteger(i) && i >= 0 && i <= last(), "the index of a sample of your own");
  return {
    start: [[optional(settingsIn(trainer))], (options) => trainer.start(options)],
    add: [[label], (k) => trainer.add(lab, k)],
    remove: [[index], (i) => trainer.remove(i)],
    own: [[], () => trainer.mine.told],
    pause: [[], () => trainer.pause()],
    step: [[optional(steps)], (n) => trainer.step(n)],
    state: [[], () => trainer.state()],
    reset: [[], () => trainer.reset()],
    changed: [[], () => trainer.change],
  };
}

/** A check of one argument: settings of learning, each by its name. */
function settingsIn({ sources }) {
  return (name, given) => {
    const isPlain = typeof given === "object" && given !== null && Object.getPrototypeOf(given) === Object.prototype;
    if (!isPlain) refuse(name, "options", "an object of settings", shown(given));
    for (const [setting, value] of Object.entries(given)) {
      if (!Object.hasOwn(SETTINGS, setting)) refuse(name, "options", `an object of ${Object.keys(SETTINGS).join(", ")}`, shown(setting));
      if (!SETTINGS[setting].isRight(value)) refuse(name, setting, SETTINGS[setting].expected(), shown(value));
    }
    oneOfNames("source", Object.keys(sources), null)(name, given.source ?? "page");
  };
}

/** Functions that check what they are given before they do anything. @param {object} functions name → [checks, call] */
export function checked(functions, prefix = "") {
  const made = Object.entries(functions).map(([name, [checks, call]]) => [
    name,
    (...given) => {
      checks.forEach((check, i) => check(prefix + name, given[i]));
      return call(...given.slice(0, checks.length));
    },
  ]);
  return Object.fromEntries(made);
}

/** A check of one argument: an array of finite numbers, of a length that is right. */
export function numbers(argument, isLength, expected) {
  return (name, given) => {
    const isArray = Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
    if (!isArray) refuse(name, argument, expected, shown(given));
    if (!isLength(given.length)) refuse(name, argument, expected, `${given.length} of them`);
    for (let i = 0; i < given.length; i++) {
      if (!Number.isFinite(given[i])) refuse(name, argument, expected, `${shown(given[i])} at place ${i}`);
    }
  };
}

/** A check of one argument: a value of some kind. @param {string} [lead] what is said before a wrong one */
export function oneOf(argument, isRight, expected, lead = "got ") {
  return (name, given) => {
    if (!isRight(given)) refuse(name, argument, expected, shown(given), lead);
  };
}

/** A check of one argument: one of some words. @param {string | null} unknown one that needs what this file does not tell */
export function oneOfNames(argument, names, unknown) {
  const known = names.filter((name) => name !== unknown).map((name) => `"${name}"`).join(" or ");
  const because = unknown ? " (this file does not tell what the network usually does)" : "";
  return oneOf(argument, (given) => names.includes(given) && given !== unknown, known + because);
}

/** The same check, for an argument that may be missing. */
export function optional(check) {
  return (name, given) => {
    if (given !== undefined) check(name, given);
  };
}

function refuse(name, argument, expected, got, lead = "got ") {
  throw new Error(`${name}: ${argument} must be ${expected}; ${lead}${got}.`);
}

/** A value of any kind in a few letters. */
function shown(value) {
  const isPlain = value === null || ["undefined", "boolean", "number", "bigint", "symbol"].includes(typeof value);
  if (isPlain) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
  if (typeof value === "function") return "a function";
  if (!Array.isArray(value)) return "an object";
  return value.length === 1 ? "an array of 1" : `an array of ${value.length}`;
}

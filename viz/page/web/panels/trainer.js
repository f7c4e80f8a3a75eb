/** The page's side of learning: tells the worker what to do, keeps what it answers, shows its weights. */

import { english, t } from "../language/texts.js";
import { denseLink, payloadOf } from "../model/diagram.js";
import { functionOf } from "../model/kinds.js";
import { OF_THE_BEGINNING, OF_THE_PICTURE, SETTINGS, usualSettings, writeSettings } from "../model/settings.js";
import { count } from "../picture/dom.js";
import { same } from "../picture/focus.js";
import { Curve } from "../model/curve.js";
import { MnistShelf } from "./mnist-shelf.js";
import { Orders } from "./orders.js";
import { OwnSamples } from "./own-samples.js";
import { offersOf } from "./offers.js";

const FOR_FEATURES = { activation: "tanh", rate: 0.02 }; // as they are, on scales of their own, most ReLUs are dead from the start
const REST = 4; // times as long as showing new weights took, before others come: the pen comes first …
const LONGEST_REST = 500; // … but not longer than so many milliseconds

export class Trainer {
  /**
   * @param {object} own the payload that the page came with @param {() => string} program of the worker
   * @param {(payload: object) => Promise<void>} open shows a network in place of the one before
   */
  constructor(own, program, open) {
    Object.assign(this, { own, open });
    this.orders = new Orders(program, (message) => this.receive(message), (sentence) => this.fail(sentence));
    this.shelf = new MnistShelf();
    this.sources = offersOf(own, this.shelf);
    this.mine = new OwnSamples();
    this.usual = { ...usualSettings(), ...ofNetwork(own), ...(own.input.kind === "features" ? FOR_FEATURES : {}) };
    this.settings = { ...this.usual };
    this.pace = Infinity; // steps a second, at most
    this.lab = null; // of the page, while it shows this network
    this.isAway = true; // until somebody lets it learn, and after the way back: then the page shows what it shows
    this.isWatched = false; // whether its panel is open
    this.onReport = () => {};
    this.firstOrder = 0; // of the course that runs: what was heard before it tells of another
    this.forget();
    this.failure = null; // of the worker, in a sentence
  }

  /** Nothing has been learned. */
  forget() {
    [this.begun, this.report, this.params, this.measured, this.usualOfUnits] = [null, null, null, null, null];
    [this.followed, this.change] = [null, null]; // a unit, and what the last step did to the weights into it
    this.curve = new Curve();
  }

  /** Why nothing can be learned, in a sentence. */
  get problem() {
    return this.failure ?? this.from.problem;
  }

  /** What it will learn from: see offers.js. */
  get from() {
    return this.sources[this.settings.source];
  }

  /** What it learns from, once it has begun. */
  get learnsFrom() {
    return this.sources[(this.begun ?? this.settings).source];
  }

  /** Steps in which as many samples pass as in an epoch. */
  get stepsOfEpoch() {
    return Math.max(1, Math.ceil(this.from.epoch / this.settings.batchSize));
  }

  /** Units of every column, of what was begun or, where `settings` say so, of what will be. */
  sizes({ hidden, source } = this.begun) {
    const { columns, input } = this.own;
    const inputs = input.kind === "picture" ? input.side ** 2 * input.channels : columns[0].ids.length;
    return [inputs, ...hidden, this.sources[source].units];
  }

  get isRunning() {
    return this.report?.isRunning ?? false;
  }

  /** Other settings; those of the beginning take effect when it is begun anew. */
  set({ source = this.settings.source, ...options }) {
    this.settings = { ...this.settings, ...options, ...(this.sources[source] ? { source } : {}) }; // a link may ask for one that is not here
    if (this.begun && !this.isStale) this.orders.send("change", { settings: this.forWorker() });
    this.onReport();
  }

  /** The settings as text for a link. */
  get link() {
    return writeSettings(this.settings, this.usual);
  }

  /** Whether what was begun has other sizes, another function or another seed than asked for now. */
  get isStale() {
    return OF_THE_BEGINNING.some((name) => this.isOther(name));
  }

  isOther(name) {
    return JSON.stringify(this.begun?.[name]) !== JSON.stringify(this.settings[name]);
  }

  /** Learns on, from noise at first. @param {object} [options] settings @returns {Promise<object>} the state once it has begun */
  async start(options = {}) {
    await this.prepare(options);
    if (this.problem === null) this.orders.send("run", { steps: Infinity, pace: this.pace });
    return this.state();
  }

  /** Takes n steps. @returns {Promise<object>} the state behind them */
  async step(n = 1) {
    await this.prepare({});
    if (this.problem === null) await this.orders.ask("run", { steps: n, pace: Infinity });
    return this.state();
  }

  async pause() {
    if (this.begun && this.failure === null) await this.orders.ask("stop");
    return this.state();
  }

  /** Back to the start values of this seed. */
  async reset() {
    if (this.problem === null) await this.begin();
    return this.state();
  }

  /** Whose weights are told step by step what becomes of them. @param {{column: number, unit: number} | null} place */
  follow(place) {
    if (!this.begun || this.failure !== null || same(place, this.followed)) return;
    [this.followed, this.change] = [place, null];
    this.orders.send("follow", { place });
  }

  /** Back to the last weights that were sound, after the loss has exploded. */
  async goBack() {
    await this.orders.ask("goBack");
    return this.state();
  }

  setPace(pace) {
    this.pace = pace;
    if (this.isRunning) this.orders.send("run", { steps: Infinity, pace });
  }

  async prepare(options) {
    this.isAway = false;
    if (Object.keys(options).length > 0) this.set(options);
    if (!this.begun || this.isStale) await this.begin();
    else if (this.report?.trouble) await this.goBack();
  }

  async begin() {
    if (this.problem !== null || !this.orders.start()) return;
    this.isAway = false;
    const seen = this.from.isPoints ? OF_THE_BEGINNING : OF_THE_PICTURE; // another seed has other points
    if (seen.some((name) => this.isOther(name))) this.lab = null; // which shows other units
    this.forget();
    this.begun = { ...this.settings };
    this.heldOut = this.from.heldOut; // what it is measured with, in words
    this.firstOrder = this.orders.number + 1;
    await this.orders.ask("begin", { settings: this.forWorker(), data: this.from.dataFor(this.begun), own: this.mineForWorker() });
  }

  forWorker() {
    const { output, classNames } = this.from;
    const input = this.from.inputFor(this.settings);
    const upright = input.upright ? input : null;
    return { ...this.settings, upright, sizes: this.sizes(this.settings), activation: functionOf(this.settings.activation), output, classes: classNames.length };
  }

  /** What has been drawn is learned from, too, as one of its class. @param {Lab} lab @param {number} label */
  add({ ink, isBlank }, label) {
    const inputs = this.sizes(this.settings)[0];
    if (isBlank) throw new RangeError(t`the pad is blank: draw something, then say what it is.`);
    if (ink.length !== inputs) throw new RangeError(t`what learns here reads ${inputs} inputs; this network reads ${ink.length}.`);
    this.mine.add(ink, label);
    this.sendMine();
  }

  /** @param {number} index in the list of own samples */
  remove(index) {
    this.mine.remove(index);
    this.sendMine();
  }

  sendMine() {
    if (this.begun && this.failure === null) this.orders.send("mix", this.mineForWorker());
    this.onReport();
  }

  /** MNIST's files, or such as might be. @param {File[]} files @returns {Promise<string>} what came of them */
  async take(files) {
    if (!this.sources.mnist) return t`MNIST’s digits need a network that reads pictures and tells ten classes; this page’s does not.`;
    const told = await this.shelf.take(files);
    if (this.shelf.isReady) this.set({ source: "mnist" });
    return told;
  }

  mineForWorker() {
    return this.mine.forWorker(this.sizes()[0], this.learnsFrom.classNames.length);
  }

  fail(sentence) {
    this.failure = sentence;
    this.onReport();
  }

  async receive({ params, heldOut, usual, change, ...report }) {
    if (report.number < this.firstOrder) return;
    this.report = report;
    if (params) this.params = params;
    if (heldOut) this.measured = heldOut;
    if (usual) this.usualOfUnits = usual;
    this.change = change && same(change.place, this.followed) ? change : null;
    this.curve.add(report, heldOut);
    const begun = performance.now();
    try {
      if (params && !this.isAway) await this.show(usual);
      else this.onReport();
    } finally {
      this.orders.shown(Math.min(REST * (performance.now() - begun), LONGEST_REST));
      if (!report.isRunning) this.orders.done(report.number);
    }
  }

  /** The page shows the weights that came last, in a picture of their own if need be. */
  async show(usual = null) {
    if (!this.lab) {
      await this.open(this.payload());
      this.onReport();
    } else {
      this.lab.facts.test = { accuracy: this.measured.accuracy, name: this.heldOutName };
      this.lab.adopt(this.layers(), usual);
    }
  }

  get heldOutName() {
    const { n, isLearned } = this.measured;
    if (isLearned) return t`${count(n)} learned examples`;
    return t`${count(n)} unseen ${t(this.heldOut)}`;
  }

  /** A page of what has been learned. */
  payload() {
    const { own, learnsFrom } = this;
    const activation = functionOf(this.begun.activation);
    const parts = this.layers();
    const links = parts.map(({ W, b }, n) => ({
      ...denseLink(W, b, n < parts.length - 1 ? activation : functionOf("linear")),
      usual: this.usualOfUnits[n],
    }));
    const told = { title: t`${this.sizes().join(" → ")}, learning`, description: t`from noise, on ${learnsFrom.told(this.begun)}`, weightsName: t`what it has learned here`, input: learnsFrom.inputFor(this.begun), classNames: learnsFrom.classNames, output: learnsFrom.output, links, facts: { test: { accuracy: this.measured.accuracy, name: this.heldOutName } } };
    const made = payloadOf(told, own);
    return { ...made, cases: { ...made.cases, by: english`Learning: every step is NumPy’s` }, learns: true };
  }

  /** W and b of each layer, parts of the vector that came. */
  layers() {
    let at = 0;
    const take = (length) => this.params.subarray(at, (at += length));
    const sizes = this.sizes();
    return sizes.slice(1).map((units, n) => ({ W: take(sizes[n] * units), b: take(units) }));
  }

  /** The page shows another network from here on. @param {object} payload @param {Lab} lab @param {() => void} onReport */
  attach(payload, lab, onReport) {
    this.isAway = !payload.learns;
    this.mine.lab = lab;
    this.lab = this.isAway ? null : lab;
    this.onReport = onReport;
    if (this.isAway && this.isRunning) this.orders.send("stop");
  }

  /** Hidden units that are silent for all of some held-out samples, by their ids. */
  get deadUnits() {
    const behind = this.usualOfUnits?.slice(1) ?? [];
    return behind.flatMap(({ mean, deviation }, n) =>
      Array.from(mean.keys()).filter((unit) => mean[unit] === 0 && deviation[unit] === 0).map((unit) => `h${n + 1}:${unit}`),
    );
  }

  state() {
    const { report, measured } = this;
    return {
      step: report?.step ?? 0,
      loss: report?.loss ?? null, // of what it learns from, over the last steps
      accuracy: report?.accuracy ?? null,
      heldOut: measured?.accuracy ?? null, // of samples that it never learns from
      heldOutLoss: measured?.loss ?? null,
      heldOutSamples: measured?.n ?? null,
      calibrationError: measured?.reliability.error ?? null, // of the same samples
      stepsPerSecond: report?.stepsPerSecond ?? null,
      rate: report?.rate ?? this.settings.rate,
      isRunning: this.isRunning,
      isOver: report?.isOver ?? false,
      trouble: this.problem ?? report?.trouble?.sentence ?? null,
      deadUnits: this.deadUnits,
      own: { n: this.mine.list.length, right: this.mine.right }, // as the network reads them that is shown
      settings: { ...this.settings, hidden: [...this.settings.hidden] },
    };
  }
}

/** Sizes and function of the page's own network, as far as it could learn here as it is. */
function ofNetwork({ layers, columns }) {
  const isDense = layers.every(({ kind, before, norm, after, pool }) => kind === "dense" && !before && !norm && !after && !pool);
  if (!isDense) return {};
  const kinds = new Set(layers.slice(0, -1).map(({ activation }) => activation.kind));
  const found = { hidden: columns.slice(1, -1).map(({ ids }) => ids.length), activation: kinds.size === 1 ? [...kinds][0] : null };
  return Object.fromEntries(Object.entries(found).filter(([name, value]) => SETTINGS[name].isRight(value)));
}

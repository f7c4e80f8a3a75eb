/**
 * One run of learning: which samples come, how the rate falls, how well it reads meanwhile.
 *
 * The same settings give the same run, to the last bit: start values, samples and noise come from
 * generators of one seed.
 */

import { t } from "../language/texts.js";
import { LastStep } from "./last-step.js";
import { Learner } from "./learning.js";
import { OPTIMIZERS } from "./optimizers.js";
import { seen } from "./stance.js";
import { learnedUsual } from "./usual.js";

const RECENT = 20; // steps over which loss and accuracy of the samples that come are averaged
const SOUND_EVERY = 50; // steps between the copies that a run can go back to
const EXPLODED = 100; // times the first loss: from there no run here has come back
const GROWN = 2; // times the first loss: weights that make it so large are not sound
const HIGH = 3; // times a rule's usual rate, which is then the likely cause
const SOME = 256; // held-out samples that tell what is usual

/** How the rate falls while `progress` goes from 0 to 1: see loop.py. */
export const SCHEDULES = {
  constant: () => 1,
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * Math.min(progress, 1))),
};

export class Course {
  /**
   * @param {object} settings of the Learner, and schedule, course (steps after which the rate has
   *   fallen to 0), noise (share of labels that are replaced by any), classes, and upright where
   *   pictures are set upright, {side, channels, even}
   * @param {{next(n: number): object, heldOut(): object, isReady?: Function}} source gives samples {inks, labels}
   * @param {Random} random for start values and noise
   */
  constructor(settings, source, random) {
    [this.settings, this.source, this.random] = [settings, source, random];
    this.learner = new Learner(settings);
    this.learner.begin(random);
    this.lastStep = new LastStep(this.learner);
    this.step = 0;
    this.held = this.seen(source.heldOut());
    this.recent = [];
    this.firstLoss = null;
    this.trouble = null;
    this.sound = { step: this.step, params: this.learner.params.slice() };
  }

  /** Whether there is anything left to learn: the rate has fallen to 0, or the loss has exploded. */
  get isOver() {
    const { schedule, course } = this.settings;
    return this.trouble !== null || (schedule !== "constant" && this.step >= course);
  }

  /** Whether the samples of the next step are there, or need only be asked for. */
  get isReady() {
    return this.isOver || (this.source.isReady?.(this.settings.batchSize) ?? true);
  }

  get rate() {
    const { rate, schedule, course } = this.settings;
    return rate * SCHEDULES[schedule](this.step / course);
  }

  /** One step, unless it is over. @returns {boolean} whether there was one */
  advance() {
    if (this.isOver) return false;
    const { inks, labels } = this.seen(this.source.next(this.settings.batchSize));
    this.disturb(labels);
    if (this.step % SOUND_EVERY === 0) this.keep();
    this.learner.rate = this.rate;
    this.lastStep.begin();
    const { loss, right } = this.learner.step(inks, labels);
    this.step += 1;
    this.firstLoss ??= loss;
    this.recent.push({ loss, accuracy: right / labels.length });
    if (this.recent.length > RECENT) this.recent.shift();
    if (!(loss <= EXPLODED * Math.max(this.firstLoss, 1))) this.trouble = this.diagnosis(loss);
    return true;
  }

  /** The samples as the network reads them. */
  seen(samples) {
    const { upright } = this.settings;
    if (!upright) return samples;
    const size = upright.side ** 2 * upright.channels;
    const inks = new Float32Array(samples.inks.length);
    for (let at = 0; at < inks.length; at += size) {
      const ink = samples.inks.subarray(at, at + size);
      inks.set(seen(ink, upright), at);
    }
    return { ...samples, inks };
  }

  /** Other settings from here on; sizes and activation stay. An optimizer that changes forgets. */
  change(settings) {
    const before = this.settings;
    if (this.trouble === null) this.keep(); // what follows may go wrong
    this.settings = { ...before, ...settings, sizes: before.sizes, activation: before.activation };
    const isOther = ["optimizer", "batchSize"].some((name) => before[name] !== this.settings[name]);
    if (isOther) this.renew(this.learner.params);
    this.learner.l2 = this.settings.l2;
  }

  /** Goes on from the last weights that were sound. */
  goBack() {
    [this.step, this.recent, this.trouble] = [this.sound.step, [], null];
    this.renew(this.sound.params);
  }

  renew(params) {
    this.learner = new Learner(this.settings);
    this.learner.restore(params);
    this.lastStep = new LastStep(this.learner);
  }

  /** Replaces some labels by any, the right one among them. */
  disturb(labels) {
    const { noise, classes } = this.settings;
    if (noise === 0) return;
    for (let i = 0; i < labels.length; i++) if (this.random.random() < noise) labels[i] = this.random.integers(0, classes);
  }

  /** Keeps the weights, if they are sound: all numbers, and no worse than at the beginning. */
  keep() {
    const { params } = this.learner;
    const loss = this.recent[this.recent.length - 1]?.loss ?? 0;
    if (params.every(Number.isFinite) && !(loss > GROWN * Math.max(this.firstLoss, 1))) this.sound = { step: this.step, params: params.slice() };
  }

  /** In one sentence what happened, when, and why it probably did. */
  diagnosis(loss) {
    const { optimizer, rate, l2 } = this.settings;
    const what = Number.isFinite(loss) ? t`the loss has grown to ${loss.toPrecision(2)}` : t`the loss is no longer a number`;
    const usual = OPTIMIZERS[optimizer].rate;
    const why =
      rate * l2 > 1
        ? t`the L2 penalty ${l2} is probably too large`
        : rate > HIGH * usual
          ? t`the rate ${rate} is probably too high (usual for this optimizer: ${usual})`
          : t`the rate ${rate} is probably too high for this network`;
    return t`At step ${this.step} ${what}: ${why}.`;
  }

  /** What is known without measuring anything: means over the last steps, as they learned. */
  report() {
    const mean = (name) => this.recent.reduce((sum, one) => sum + one[name], 0) / this.recent.length;
    const told = this.recent.length > 0 ? { loss: mean("loss"), accuracy: mean("accuracy") } : { loss: null, accuracy: null };
    const trouble = this.trouble && { sentence: this.trouble, soundStep: this.sound.step };
    return { step: this.step, rate: this.rate, ...told, trouble, isOver: this.isOver };
  }

  /** What the last step did to the weights into a unit: see last-step.js. @param {{column: number, unit: number}} place */
  changeInto(place) {
    const change = this.lastStep.into(place);
    const { optimizer, batchSize, l2 } = this.settings;
    return change && { ...change, place, step: this.step, optimizer, batchSize, l2 };
  }

  /** How well the held-out samples are read. @param {number} [most] so many of them, which lie in a random order */
  measure(most = Infinity) {
    const { learner, held } = this;
    const labels = held.labels.subarray(0, most);
    return { ...learner.measure(held.inks, labels), n: labels.length, isLearned: held.isLearned ?? false };
  }

  /** What the network usually does with some of them: see usual.js. */
  usual() {
    const { learner, held } = this;
    return learnedUsual(learner, held.inks, Math.min(SOME, held.labels.length));
  }
}

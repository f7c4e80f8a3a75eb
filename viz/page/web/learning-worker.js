/**
 * The worker that learns: the page sends what to do, it answers with the weights now and then. One of
 * its kind only answers questions.
 *
 * It works in short slices, so that it hears the page at once, and sends no new weights before the
 * page has taken in those before.
 */

import { speak } from "./language/texts.js";
import { Course } from "./model/course.js";
import { draw } from "./model/pen-ahead.js";
import { QUESTIONS } from "./model/questions.js";
import { Random } from "./model/random.js";
import { sourceOf } from "./model/sources.js";

const DRAWER = "draws"; // the name of the second worker, which is this program again
const SLICE = 50; // milliseconds of work at a time …
const TICK = 20; // … and between two looks whether a slow pace allows another step
const SHOW_EVERY = 150; // milliseconds between two messages, at least …
const MEASURE_EVERY = 500; // … between two measurements on held-out samples …
const CHOOSE_EVERY = 1000; // … and between two of what is usual, after which edges are chosen anew
const FEW = 1000; // held-out samples that are read unless it has come to rest

class LearningWorker {
  constructor() {
    this.course = null;
    this.wanted = 0; // steps still to take
    this.pace = Infinity; // steps a second, at most
    this.followed = null; // {column, unit}: of this one it tells what each step did to its weights
    this.isShown = true; // whether the page has taken in the last weights
    this.timer = null;
    this.number = 0; // of the order that was heard last
    [this.since, this.done] = [0, 0]; // when it was told to run, and steps since then
    [this.last, this.measured, this.chosen] = [0, 0, 0]; // when it sent weights, and measured
  }

  /** Begins a course. @param {object} given see sourceOf */
  begin(given) {
    const { settings } = given;
    this.course?.source.end();
    this.course = new Course(settings, sourceOf(given, startDrawer), new Random(settings.seed));
    this.followed = null;
    this.rest(FEW);
  }

  /** Own samples that are mixed in from the next step on. */
  mix(own) {
    this.course.source.keep(own);
  }

  /** Other settings from the next step on. */
  change({ settings }) {
    this.course.source.share = settings.ownShare;
    this.course.change(settings);
    if (this.wanted <= 0) this.show(true, true);
  }

  /** The last sound weights, and no step until it is told to. */
  goBack() {
    this.course.goBack();
    this.rest(FEW);
  }

  stop() {
    this.rest(Infinity);
  }

  /** @param {number} most held-out samples that are read */
  rest(most) {
    this.wanted = 0;
    clearTimeout(this.timer);
    this.show(true, true, most);
  }

  /** Steps to take from now on: Infinity until it is told otherwise. */
  run({ steps, pace }) {
    [this.wanted, this.pace] = [steps, pace];
    [this.since, this.done] = [performance.now(), 0];
    this.work();
  }

  /** Tells from now on what each step does to the weights into a unit; of none where it is null. */
  follow({ place }) {
    this.followed = place;
    if (place && this.wanted <= 0) this.show(false, false);
  }

  shown() {
    this.isShown = true;
  }

  /** @param {object} table see texts.js */
  speak(table) {
    speak(table);
  }

  work() {
    clearTimeout(this.timer);
    const begun = performance.now();
    while (this.wanted > 0 && this.course.isReady && performance.now() - begun < SLICE) {
      if (this.done >= ((performance.now() - this.since) / 1000) * this.pace + 1) break;
      if (!this.course.advance()) this.wanted = 0;
      else {
        this.wanted -= 1;
        this.done += 1;
      }
    }
    if (this.wanted <= 0) {
      this.rest(this.course.isOver ? Infinity : FEW);
      return;
    }
    const now = performance.now();
    if (this.isShown && now - this.last >= SHOW_EVERY) this.show(now - this.measured >= MEASURE_EVERY, now - this.chosen >= CHOOSE_EVERY);
    this.timer = setTimeout(() => this.work(), this.pace < Infinity ? TICK : 0);
  }

  /**
   * Sends the weights and how the course stands.
   * @param {boolean} measures also how held-out samples are read, @param {number} [most] so many of them
   * @param {boolean} chooses also what is usual
   */
  show(measures, chooses, most = FEW) {
    const { course } = this;
    const seconds = (performance.now() - this.since) / 1000;
    const params = course.trouble ? null : course.learner.params.slice();
    const message = {
      ...course.report(),
      params,
      stepsPerSecond: this.done > 0 ? this.done / seconds : null,
      isRunning: this.wanted > 0,
      number: this.number,
      heldOut: measures && params ? course.measure(most) : null,
      usual: chooses && params ? course.usual() : null,
      change: this.followed && params ? course.changeInto(this.followed) : null,
    };
    [this.last, this.isShown] = [performance.now(), false];
    if (measures) this.measured = this.last;
    if (chooses) this.chosen = this.last;
    self.postMessage(message, params ? [params.buffer] : []);
  }
}

function startDrawer() {
  return new Worker(self.location.href, { name: DRAWER });
}

if (self.name === DRAWER) {
  self.onmessage = draw((batch, buffers) => self.postMessage(batch, buffers));
} else {
  const worker = new LearningWorker();
  self.onmessage = ({ data: { order, number, given } }) => {
    if (order in QUESTIONS) {
      self.postMessage("heard"); // some take long, see hired.js
      self.postMessage({ number, ...QUESTIONS[order](given) });
      return;
    }
    worker.number = number ?? worker.number;
    worker[order](given);
  };
}

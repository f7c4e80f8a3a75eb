/** Learning before one's eyes: play, pause, step, what it has come to, and the settings. */

import { t } from "../language/texts.js";
import { writeJson, writeNpz } from "../formats/written.js";
import { CurvePicture } from "../picture/curves.js";
import { count, decimal, element, exponential, percent } from "../picture/dom.js";
import { save } from "../picture/exports.js";
import { Fields } from "./learn-fields.js";
import { MinePart } from "./mine.js";
import { Sureness } from "./sureness.js";

const MOST_WRITTEN = 1000; // of a loss; larger ones have not the room
const NAMED = 6; // dead units that are named, at most

export class LearnPanel {
  title = t`Learn`;

  /**
   * @param {Trainer} trainer @param {Lab} lab whose drawing can join what it learns from
   * @param {(files: File[]) => void} onFiles files were chosen to learn from
   */
  constructor(trainer, lab, onFiles) {
    this.trainer = trainer;
    const choose = ({ target }) => onFiles([...target.files]);
    this.request = element("p");
    this.wanted = element("div", {}, this.request, element("input", { type: "file", multiple: true, onchange: choose, "aria-label": t`Choose MNIST’s four files` }));
    const button = (words, press, title = "") => element("button", { onclick: press, title }, words);
    this.play = button(t`Play`, () => (trainer.isRunning ? trainer.pause() : trainer.start()));
    this.one = button(t`Step`, () => trainer.step(1), t`One step: one batch, one update`);
    this.epoch = button(t`Epoch`, () => trainer.step(trainer.stepsOfEpoch));
    this.reset = button(t`Reset`, () => trainer.reset(), t`Back to the noise of this seed`);
    this.told = element("p");
    this.numbers = element("p", { class: "learned" });
    this.trouble = element("div", { class: "unlike", role: "alert" });
    this.curves = [new CurvePicture("loss", (value) => (value < MOST_WRITTEN ? decimal(value, 2) : exponential(value, 0))), new CurvePicture("accuracy", (value) => percent(value, 0))];
    this.legend = element("p", { class: "hint" }, t`Solid: held out. Dashed: what it learns from.`);
    this.dead = element("p", { class: "hint" });
    this.sureness = new Sureness();
    this.fields = new Fields(trainer);
    this.mine = new MinePart(trainer, lab);
    this.takeHome = element(
      "div",
      { class: "row" },
      t`Save network`,
      button(".npz", () => save(new Blob([npzOf(trainer)], { type: "application/zip" }), "learned.npz")),
      button(".json", () => save(new Blob([jsonOf(trainer)], { type: "application/json" }), "learned.json")),
    );
    this.element = element(
      "div",
      {},
      this.told,
      element("div", { class: "row walk" }, this.play, this.one, this.epoch, this.reset),
      this.trouble,
      this.wanted,
      this.numbers,
      ...this.curves.map((curve) => curve.element),
      this.legend,
      this.dead,
      this.sureness.element,
      this.fields.element,
      this.mine.element,
      this.takeHome,
    );
  }

  leave() {
    this.trainer.isWatched = false;
  }

  /** @param {Palette} palette */
  show(palette) {
    const { trainer } = this;
    const state = trainer.state();
    trainer.isWatched = true;
    const isPossible = trainer.problem === null;
    this.told.textContent = t`${trainer.sizes(trainer.settings).join(" → ")}, from noise, on ${trainer.from.told(trainer.settings)}.`;
    this.play.textContent = state.isRunning ? t`Pause` : t`Play`;
    this.play.disabled = !state.isRunning && (!isPossible || (state.isOver && !trainer.report?.trouble && !trainer.isStale));
    this.one.disabled = this.epoch.disabled = !isPossible || state.isRunning || (state.isOver && !trainer.report?.trouble);
    this.reset.disabled = !isPossible || !trainer.begun;
    this.epoch.title = t`${trainer.stepsOfEpoch} steps: as many samples as a fixed set would have`;
    this.request.textContent = this.asked ?? "";
    this.wanted.hidden = this.asked === null;
    this.trouble.replaceChildren(...this.warning(state));
    this.trouble.hidden = this.trouble.childNodes.length === 0;
    this.numbers.replaceChildren(...numbersOf(state, trainer));
    const isBegun = trainer.begun !== null;
    for (const curve of this.curves) {
      curve.element.hidden = !isBegun;
      if (isBegun) curve.show(trainer.curve, palette);
    }
    this.legend.hidden = this.takeHome.hidden = !isBegun;
    this.dead.textContent = deadSentence(state.deadUnits);
    this.dead.hidden = state.deadUnits.length === 0;
    this.sureness.show(trainer.measured, palette);
    this.fields.show();
    this.mine.show(palette);
  }

  /** What a person must bring first, in a sentence. */
  get asked() {
    const { failure, from } = this.trainer;
    return failure === null && from.takesFiles ? from.problem : null;
  }

  warning({ trouble }) {
    const { trainer } = this;
    if (trouble === null || trouble === this.asked) return trainer.begun && trainer.isStale ? [t`Reset begins anew with what is set now.`] : [];
    const back = trainer.report?.trouble;
    if (!back) return [trouble];
    return [`${trouble} `, element("button", { onclick: () => trainer.goBack() }, t`Back to step ${back.soundStep}`)];
  }
}

function numbersOf(state, { measured, heldOut }) {
  if (measured === null) return [];
  const pace = Math.round(state.stepsPerSecond);
  const rate = state.stepsPerSecond === null ? "" : pace === 1 ? t` · 1 step a second` : t` · ${pace} steps a second`;
  const whose = measured.isLearned ? t`examples, those that it learns from` : t`${t(heldOut)} it never saw`;
  const mine = state.own.n === 0 ? "" : t`Of yours, ${count(state.own.right)} of ${count(state.own.n)} are read right. `;
  return [
    element("b", {}, percent(state.heldOut)),
    t` of ${count(measured.n)} ${whose}, loss ${decimal(measured.loss, 3)}. `,
    mine,
    t`Step ${count(state.step)}${state.isOver && state.trouble === null ? t`, the end: the rate has fallen to 0` : ""}${state.isRunning ? rate : ""}.`,
  ];
}

function deadSentence(units) {
  if (units.length === 0) return "";
  const named = units.slice(0, NAMED).join(", ");
  const more = units.length > NAMED ? t` and ${units.length - NAMED} more` : "";
  return t`Dead, silent for every sample tried: ${named}${more}.`;
}

function facts(trainer) {
  const { settings, report, measured, learnsFrom, mine } = trainer;
  return {
    class_names: learnsFrom.classNames,
    ...rangesOf(learnsFrom.inputFor(trainer.begun)),
    output: learnsFrom.output,
    trained_with: { ...trainer.begun, ...settings, own_samples: mine.list.length, steps: report.step, where: "in the page" },
    ...(measured ? { test: { accuracy: measured.accuracy, name: trainer.heldOutName } } : {}),
  };
}

/** Where features lie. */
function rangesOf({ kind, low, high }) {
  return kind === "features" ? { ranges: Array.from(low, (least, i) => [least, high[i]]) } : {};
}

/** @returns {Uint8Array} */
export function npzOf(trainer) {
  const input = stance(trainer);
  const told = input ? { ...facts(trainer), input } : facts(trainer);
  return writeNpz(trainer.layers(), { kind: trainer.begun.activation }, trainer.usualOfUnits, told);
}

export function jsonOf(trainer) {
  const input = stance(trainer);
  const words = input && `${input.shape.join("x")} in 0..1, bright ink, upright${input.even ? ", even" : ""}`;
  const told = input ? { ...facts(trainer), input: words } : facts(trainer);
  return writeJson(trainer.layers(), { kind: trainer.begun.activation }, told);
}

/** How pictures are set before they are read, as a file tells it: sides, and channels where there are several; or null. */
function stance({ learnsFrom, begun }) {
  const { upright, even, side, channels } = learnsFrom.inputFor(begun);
  const shape = [side, side, ...(channels > 1 ? [channels] : [])];
  return upright ? { shape, upright: true, ...(even ? { even: true } : {}) } : null;
}

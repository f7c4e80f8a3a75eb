/** The settings of learning: what it learns from, rate and sizes at once, the rest behind “more”. */

import { english, t } from "../language/texts.js";
import { FUNCTIONS } from "../model/kinds.js";
import { OPTIMIZERS } from "../model/optimizers.js";
import { SETTINGS } from "../model/settings.js";
import { element } from "../picture/dom.js";

const PACES = [Infinity, 100, 30, 5, 1]; // steps a second
const FALLS = { constant: english`stays as it is`, cosine: english`falls to 0 over` };

export class Fields {
  /** @param {Trainer} trainer */
  constructor(trainer) {
    this.trainer = trainer;
    this.inputs = new Map();
    const labeled = (words, input) => element("label", { class: "setting" }, words, input);
    const choice = (name, words) => {
      const options = Object.entries(words).map(([value, text]) => element("option", { value }, t(text)));
      return this.field(name, element("select", {}, ...options), (text) => text);
    };
    const number = (name, step) => this.field(name, element("input", { type: "number", step, min: 0 }), Number);
    const functions = Object.fromEntries(SETTINGS.activation.words.map((kind) => [kind, FUNCTIONS[kind].word]));
    const offers = Object.fromEntries(Object.entries(trainer.sources).map(([name, { option }]) => [name, option]));
    const pace = (this.pace = element("select", { onchange: () => trainer.setPace(Number(pace.value)) }, ...PACES.map((one) => element("option", { value: one }, one === Infinity ? t`full` : t`${one} steps/s`))));
    this.noise = labeled(t`Noise of points`, number("pointNoise", 0.05));
    const rules = Object.fromEntries(Object.entries(OPTIMIZERS).map(([name, { word }]) => [name, word]));
    this.element = element(
      "div",
      { class: "settings" },
      ...(Object.keys(offers).length > 1 ? [labeled(t`Learns from`, choice("source", offers))] : []),
      this.noise,
      labeled(t`Rate`, number("rate", "any")),
      labeled(t`Hidden sizes`, this.field("hidden", element("input", { type: "text", inputmode: "numeric", title: t`0 to 4 sizes, such as 128 64` }), sizesIn, (sizes) => sizes.join(" "))),
      element(
        "details",
        {},
        element("summary", {}, t`More`),
        labeled(t`Speed`, pace),
        labeled(t`Optimizer`, choice("optimizer", rules)),
        labeled(t`Function`, choice("activation", functions)),
        labeled(t`The rate …`, choice("schedule", FALLS)),
        labeled(t`… so many steps`, number("course", 100)),
        labeled(t`Batch`, number("batchSize", 1)),
        labeled(t`L2 penalty`, number("l2", "any")),
        labeled(t`Label noise`, number("noise", 0.05)),
        labeled(t`Share of yours`, number("ownShare", 0.05)),
        labeled(t`Seed`, number("seed", 1)),
      ),
    );
  }

  field(name, input, read, write = String) {
    this.inputs.set(name, { input, write });
    input.addEventListener("change", () => this.change(name, read(input.value)));
    return input;
  }

  change(name, value) {
    const { trainer } = this;
    const { input } = this.inputs.get(name);
    const isRight = SETTINGS[name].isRight(value);
    input.setCustomValidity(isRight ? "" : t`must be ${SETTINGS[name].expected()}`);
    if (!isRight) {
      input.reportValidity();
      return;
    }
    const others = { source: () => this.forSource(value), optimizer: () => forOptimizer(value) }[name]?.();
    trainer.set({ [name]: value, ...others });
  }

  /** What suits another source, where it needs other settings than those so far. */
  forSource(source) {
    const { sources, usual } = this.trainer;
    const { suggested, pace = Infinity } = sources[source];
    if (!suggested) return {};
    this.trainer.setPace(pace);
    return { hidden: usual.hidden, activation: usual.activation, rate: usual.rate, ...suggested };
  }

  show() {
    this.pace.value = this.trainer.pace;
    this.noise.hidden = !this.trainer.from.isPoints;
    for (const [name, { input, write }] of this.inputs) if (document.activeElement !== input) input.value = write(this.trainer.settings[name]);
  }
}

/** The rate that is usual for it. */
function forOptimizer(name) {
  return { rate: name === SETTINGS.optimizer.usual ? SETTINGS.rate.usual : OPTIMIZERS[name].rate };
}

/** "128, 64" → [128, 64] */
function sizesIn(text) {
  return (text.match(/[^\s,;→-]+/g) ?? []).map(Number);
}

/** The laboratory's one state: network, drawing, choice of edges, selection. No pixels here. */

import {
  contributions,
  drawnAndRest,
  drawnEdges,
  effectiveLinearMap,
  incomingRanks,
  signalShare,
  strongest,
} from "../model/attribution.js";
import { calibrate } from "../model/calibration.js";
import { edgeStrengths, networkRanks, ofEdges, onlyDrawn, othersAverage, rankLimit, withInfluence } from "../model/drawings.js";
import { normalizeInk } from "../model/ink.js";
import { fold, inputLength, meanInput } from "../model/layers.js";
import { argmax, forward } from "../model/network.js";
import { noveltyScore } from "../model/novelty.js";
import { decodeFloats, readCases, readNetwork } from "../model/payload.js";
import { Teacher } from "../model/teaching.js";

export const CHOICES = ["usual", "weight", "now"]; // by what edges are chosen …
export const SPREADS = ["network", "unit"]; // … of the whole network, or equally many into each unit

export const GOOD = 1e-4; // largest difference from other programs that counts as the same
const LARGEST = 1e9; // of a feature's value

export class Lab {
  /** @param {object} payload what Python wrote @param {(what: string) => void} onChange */
  constructor(payload, onChange) {
    this.payload = payload;
    this.onChange = onChange;
    Object.assign(this, readNetwork(payload)); // columns, layers
    this.classNames = payload.classNames;
    this.output = payload.output; // what becomes of the logits: "softmax", "sigmoid" or "linear"
    this.facts = payload.facts; // measured at training time; null where the file tells nothing
    this.input = payload.input;
    this.side = this.isPicture ? this.input.side : 1; // pixels of a row
    this.hasMaps = this.columns.some(({ cells }) => cells > 1);
    this.mostInputs = Math.max(...this.layers.map(({ fanIn }) => fanIn));
    this.places = new Map(
      this.columns.flatMap(({ ids }, column) => ids.map((id, unit) => [id, { column, unit }])),
    );
    this.teacher = new Teacher(this.layers);
    this.choice = payload.choice;
    this.spread = payload.spread;
    this.topK = Math.min(payload.topK, this.mostInputs);
    this.selected = null; // {column, unit}
    this.edge = null; // {layer, index}: the edge under the microscope
    this.drawn = null; // {ranks, limit, layers}: what drawnNetwork was last
    this.staticRanks = new Map(); // of choices that no drawing changes
    this.swings = null; // of every edge, with its sign: what no drawing changes either
    this.ink = this.isPicture ? new Float32Array(inputLength(this.layers[0])) : this.middle;
    this.revision = 0; // of the weights
    this.learned();
  }

  /** What each output unit speaks for: a single one for the second class of two. */
  get outputNames() {
    const { length } = this.columns[this.columns.length - 1].ids;
    return this.classNames.slice(-length);
  }

  /** Index of the output unit that speaks for the answer, −1 where a single one speaks against it; null while blank. */
  get winnerUnit() {
    return this.winner === null ? null : this.winner - this.classNames.length + this.outputNames.length;
  }

  /** Whether it reads a picture; else features, and then `ink` are their values. */
  get isPicture() {
    return this.input.kind === "picture";
  }

  /** Every feature in the middle of its range. */
  get middle() {
    const { low, high } = this.input;
    return Float32Array.from(low, (least, i) => (least + high[i]) / 2);
  }

  /** How much of each input there is, from 0 to 1: of a feature, where it is in its range. */
  get levels() {
    if (this.isPicture) return this.ink;
    const { low, high } = this.input;
    return this.ink.map((value, i) => Math.min(Math.max((value - low[i]) / (high[i] - low[i]), 0), 1));
  }

  /** What ink on a canvas becomes before the network reads it. */
  prepare(canvas, width) {
    return this.inChannels(normalizeInk(canvas, width, this.input));
  }

  /** Ink, one number for each pixel, in as many channels as the network reads. */
  inChannels(image) {
    const { channels } = this.input;
    if (channels === 1) return image;
    return Float32Array.from({ length: image.length * channels }, (_, at) => image[Math.floor(at / channels)]);
  }

  /** One number for each pixel of what the network reads: the mean of its channels. */
  pixelsOf(values) {
    const { channels } = this.input;
    if (channels === 1) return values;
    const pixels = new Float32Array(values.length / channels);
    values.forEach((value, at) => (pixels[Math.floor(at / channels)] += value / channels));
    return pixels;
  }

  get isBlank() {
    return this.isPicture && this.ink.every((value) => value === 0);
  }

  get showsAll() {
    return this.topK >= this.mostInputs;
  }

  /** Whether the file tells what the network usually does. */
  get knowsUsual() {
    return this.layers.every(({ usual }) => usual !== null);
  }

  /** Below which rank an edge is drawn. */
  get limit() {
    return rankLimit(this.layers, this.spread, this.topK);
  }

  /** Index of the answer, or null for a blank canvas. */
  get winner() {
    return this.isBlank ? null : argmax(this.trace.probabilities);
  }

  /** Whether outputs are shares of 1; else they are values. */
  get givesShares() {
    return this.output !== "linear";
  }

  /** Whether units of a hidden column may pass on negative numbers: then their sign is drawn. */
  isSigned(column) {
    return column > 0 && column < this.layers.length && this.layers[column - 1].activation.mayBeNegative;
  }

  /** The functions of the hidden columns, each once: word, and whether it is linear piece by piece. */
  get functions() {
    const all = this.layers.slice(0, -1).map(({ activation }) => [activation.word, activation.isPiecewiseLinear]);
    return Array.from(new Map(all), ([word, isPiecewiseLinear]) => ({ word, isPiecewiseLinear }));
  }

  /**
   * How far an answer can be trusted. What the file does not tell, or lessons have changed, is null.
   * @param {ArrayLike<number>} [ink] @returns {{calibrated: Float32Array | null,
   *   novelty: number | null, unlikeAnyDigit: boolean | null}} ten probabilities; 0 … 1; verdict
   */
  confidence(ink = this.ink) {
    if (this.teacher.steps > 0) return { calibrated: null, novelty: null, unlikeAnyDigit: null };
    const { temperature, noveltyThreshold } = this.facts;
    const trace = ink === this.ink ? this.trace : forward(this.layers, ink);
    const calibrated = temperature === null ? trace.probabilities : calibrate(trace.logits, temperature);
    const novelty = noveltyScore(calibrated, ink);
    return {
      calibrated: temperature === null ? null : calibrated,
      novelty: noveltyThreshold === null ? null : novelty,
      unlikeAnyDigit: noveltyThreshold === null ? null : novelty > noveltyThreshold,
    };
  }

  /** Whether there is a temperature that still holds: lessons end it. */
  get isCalibrated() {
    return this.facts.temperature !== null && this.teacher.steps === 0;
  }

  /** The one probability of each class that is told: calibrated where it can be, else raw. */
  tell({ logits, probabilities }) {
    return this.isCalibrated ? calibrate(logits, this.facts.temperature) : probabilities;
  }

  /** The same, one number for each output unit. */
  get toldByUnits() {
    return this.told.slice(-this.outputNames.length);
  }

  setInk(ink) {
    if (ink.length !== this.ink.length) {
      throw new RangeError(`ink must have ${this.ink.length} numbers; got ${ink.length}.`);
    }
    const [least, most] = this.isPicture ? [0, 1] : [-LARGEST, LARGEST];
    this.ink = Float32Array.from(ink, (value) => Math.min(Math.max(Number(value) || 0, least), most));
    this.think();
    this.onChange("ink");
  }

  setTopK(k) {
    const wanted = k === "all" ? this.mostInputs : Math.floor(Number(k));
    if (!(wanted >= 1)) throw new RangeError(`k must be 1, 2, … or "all"; got ${k}.`);
    this.topK = Math.min(wanted, this.mostInputs);
    this.onChange("edges");
  }

  setChoice(choice) {
    if (!CHOICES.includes(choice)) throw new RangeError(`choose by ${CHOICES.join(" or ")}; got ${choice}.`);
    if (choice === "usual") this.requireUsual();
    this.choice = choice;
    this.rank();
    this.onChange("edges");
  }

  setSpread(spread) {
    if (!SPREADS.includes(spread)) throw new RangeError(`spread over ${SPREADS.join(" or ")}; got ${spread}.`);
    if (spread === "network") this.requireUsual();
    this.spread = spread;
    this.rank();
    this.onChange("edges");
  }

  requireUsual() {
    if (!this.knowsUsual) {
      throw new RangeError("this file does not tell what the network usually does; choose by weight or now, into each unit.");
    }
  }

  /** @param {string | null} id of a unit */
  select(id) {
    if (id !== null && !this.places.has(id)) throw new RangeError(`there is no unit ${id}.`);
    this.selected = id === null ? null : this.places.get(id);
    this.onChange("selection");
  }

  /** What a unit is called where there is no picture: a feature by its name, all others by their id. */
  nameOf(id) {
    const { column, unit } = this.places.get(id);
    return column === 0 && !this.isPicture ? this.input.names[unit] : id;
  }

  idOf({ column, unit }) {
    return this.columns[column].ids[unit];
  }

  /** Both ends of the edge that a weight belongs to: units of the columns before and behind. */
  endsOf({ layer, index }) {
    const { fanIn, fanOut } = this.layers[layer];
    return [Math.floor(index / fanOut) % fanIn, index % fanOut];
  }

  teach(label) {
    if (!this.givesShares) throw new RangeError("this network's outputs are values: there is no right class to teach it.");
    const lesson = this.teacher.teach(this.ink, label);
    this.edge = this.teacher.steepestEdge();
    this.learned();
    this.onChange("network");
    return lesson;
  }

  undoLesson() {
    this.teacher.undo();
    this.edge = this.teacher.lesson ? this.teacher.steepestEdge() : null;
    this.learned();
    this.onChange("network");
  }

  resetLessons() {
    this.teacher.reset();
    this.edge = null;
    this.learned();
    this.onChange("network");
  }

  /** After the weights have changed. */
  learned() {
    this.revision += 1;
    this.staticRanks.clear();
    this.swings = null;
    this.think();
  }

  /** After the drawing or the weights have changed. */
  think() {
    this.trace = forward(this.layers, this.ink);
    this.told = this.tell(this.trace);
    this.products = this.layers.map((layer, n) => contributions(layer, meanInput(layer, this.trace.inputs[n])));
    this.means = [this.ink, ...this.trace.activations].map((values, column) => this.meansOf(values, column));
    this.map = null;
    this.rank();
  }

  rank() {
    const way = `${this.choice} ${this.spread}`;
    this.ranks = this.staticRanks.get(way) ?? this.ranksNow();
    if (this.choice !== "now") this.staticRanks.set(way, this.ranks);
  }

  ranksNow() {
    const { layers, choice, spread, products } = this;
    const strengths = layers.map((layer, n) => ofEdges(layer, edgeStrengths(layer, choice, products[n])));
    if (spread === "network") return networkRanks(layers.map((layer, n) => withInfluence(strengths[n], layer)));
    return layers.map(({ fanOut }, n) => incomingRanks(strengths[n], fanOut));
  }

  /** What the picture leaves out. Accuracies are null where they were not measured. */
  fidelity() {
    const { layers, topK, choice, spread, limit, teacher } = this;
    const { drawings } = this.facts;
    const counts = teacher.steps === 0 ? drawings?.correct[choice]?.[spread] : undefined;
    const accuracy = (others) => {
      const count = counts?.[others]?.[drawings.topK.indexOf(topK)]; // of the number of edges, too
      return count === undefined ? null : count / drawings.n;
    };
    return {
      drawnEdges: drawnEdges(layers, topK),
      totalEdges: drawnEdges(layers, Infinity),
      signalShare: layers.map((_, n) => signalShare(this.products[n], this.ranks[n], limit)),
      accuracyIfOnlyDrawn: accuracy("cut"),
      accuracyWithOthersAtAverage: accuracy("average"),
    };
  }

  /** The layers of only the drawn edges; made anew when other edges are drawn or the weights have changed. */
  get drawnNetwork() {
    const { layers, ranks, limit, drawn } = this;
    if (drawn?.ranks !== ranks || drawn.limit !== limit) {
      this.drawn = { ranks, limit, layers: onlyDrawn(layers, ranks, limit, "average") };
    }
    return this.drawn.layers;
  }

  /** What a network of only the drawn edges, the others at their average, says of this drawing. */
  answerOfDrawn() {
    const { probabilities } = forward(this.drawnNetwork, this.ink);
    const best = argmax(probabilities);
    return { name: this.classNames[best], probability: probabilities[best] };
  }

  /**
   * For every layer what flows into each unit: through drawn edges, and through all others, which
   * is what they usually give and what is special about this drawing.
   */
  flows() {
    return this.layers.map((layer, n) => {
      const { drawn, rest } = drawnAndRest(this.products[n], this.ranks[n], this.limit, layer.fanOut);
      const average = othersAverage(layer, this.ranks[n], this.limit);
      return { drawn, rest, othersAverage: average, othersDeviation: rest.map((sum, j) => sum - average[j]) };
    });
  }

  /** One number for each unit of a column: its value, of a map the mean. */
  meansOf(values, column) {
    const { ids, cells } = this.columns[column];
    if (cells === 1) return values;
    const means = new Float64Array(ids.length);
    values.forEach((value, at) => (means[at % ids.length] += value / cells));
    return means;
  }

  /** The numbers of one unit, row by row: one number, or a map. */
  valuesOf(values, { column, unit }) {
    const { ids } = this.columns[column];
    return values.filter((_, at) => at % ids.length === unit);
  }

  /**
   * Every unit's sum, layer by layer, of maps the mean: drawn + rest + bias = preActivation, and
   * rest = othersAverage + othersDeviation.
   */
  sums() {
    return this.flows().map((flow, n) => ({
      ...flow,
      bias: Float64Array.from(this.layers[n].b),
      preActivation: this.meansOf(this.trace.preActivations[n], n + 1),
      activation: this.means[n + 1],
    }));
  }

  /** One unit's sum; of a pixel, its ink. */
  explain(id) {
    if (!this.places.has(id)) throw new RangeError(`there is no unit ${id}.`);
    const { column, unit } = this.places.get(id);
    if (column === 0) return { id, activation: this.means[0][unit] };
    const numbers = Object.entries(this.sums()[column - 1]).map(([name, values]) => [name, values[unit]]);
    return { id, ...Object.fromEntries(numbers) };
  }

  /** The terms of a unit's sum: what each unit behind it gives, and gives on average (or null). */
  terms({ column, unit }) {
    const { edges, fanIn, fanOut, taps, W, usual } = this.layers[column - 1];
    const read = taps === 1 ? this.trace.inputs[column - 1] : this.means[column - 1];
    const averages = usual && new Float64Array(fanIn);
    usual?.mean.forEach((mean, row) => (averages[row % fanIn] += mean * W[row * fanOut + unit]));
    return Array.from(read, (activation, from) => {
      const edge = from * fanOut + unit;
      const contribution = this.products[column - 1][edge];
      return { from, weight: edges[edge], activation, contribution, average: averages && averages[from] };
    });
  }

  /** The unit at the other end of the strongest live (else strongest) edge, back or forth. */
  strongestNeighbor({ column, unit }, step) {
    const layer = this.layers[step < 0 ? column - 1 : column];
    if (!layer) return null;
    const products = this.products[step < 0 ? column - 1 : column];
    const others = this.columns[column + step].ids.map((_, other) => {
      const edge = step < 0 ? other * layer.fanOut + unit : unit * layer.fanOut + other;
      return { other, live: products[edge], weight: layer.edges[edge] };
    });
    const flows = others.some(({ live }) => live !== 0);
    const [best] = strongest(others, 1, (entry) => (flows ? entry.live : entry.weight));
    return { column: column + step, unit: best.other };
  }

  /** What the picture shows of each edge of a layer, with a sign. */
  shownValues(n) {
    const { layers, choice, products } = this;
    if (choice === "now") return products[n];
    if (choice === "weight") return layers[n].edges;
    this.swings ??= layers.map((layer) => edgeStrengths(layer, choice).map((swing, edge) => (layer.edges[edge] < 0 ? -swing : swing)));
    return this.swings[n];
  }

  /** The linear map that the network is for this drawing; computed once for each drawing. */
  linearMap() {
    this.map ??= effectiveLinearMap(this.layers, this.trace.preActivations);
    return this.map;
  }

  /** The stored NumPy cases against JavaScript, with the network of the file. */
  selfCheck() {
    const cases = readCases(this.payload);
    const original = this.layers.map((layer, n) => ({ ...layer, params: this.teacher.original[n] }));
    original.forEach(fold);
    let maxError = 0;
    const { by, probabilities } = this.payload.cases;
    const said = probabilities && decodeFloats(probabilities);
    let [fromOriginal, nth] = [0, 0];
    for (const { ink, preActivations } of cases) {
      const trace = forward(original, ink);
      if (said) {
        for (const probability of trace.probabilities) {
          const error = Math.abs(said[nth++] - probability);
          if (!(error <= fromOriginal)) fromOriginal = error;
        }
      }
      preActivations.forEach(({ first, step, values }, n) => {
        values.forEach((z, at) => {
          const error = Math.abs(z - trace.preActivations[n][first + step * at]);
          if (!(error <= maxError)) maxError = error; // a NaN shows as well
        });
      });
    }
    // what another program says is the last word, unless this one differs from what it shall compute
    if (said && maxError <= GOOD) return { cases: cases.length, maxError: fromOriginal, by };
    return { cases: cases.length, maxError, by: said ? "NumPy" : by };
  }
}

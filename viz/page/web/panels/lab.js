/** The laboratory's one state: network, drawing, choice of edges, selection. No pixels here. */

import { t } from "../language/texts.js";
import { contributions, effectiveLinearMap } from "../model/attribution.js";
import { EdgeChoice } from "../model/choice.js";
import { confidenceIn, isCalibrated, tell } from "../model/confidence.js";
import { Cuts } from "../model/cuts.js";
import { Inputs } from "../model/inputs.js";
import { fold, folded, inputLength, meanInput, multiplications } from "../model/layers.js";
import { argmax, forward } from "../model/network.js";
import { strongestPaths } from "../model/paths.js";
import { readNetwork } from "../model/payload.js";
import { selfCheck } from "../model/self-check.js";
import { sumsOf } from "../model/sums.js";
import { Teacher } from "../model/teaching.js";

export class Lab {
  /** @param {object} payload what Python wrote @param {(what: string) => void} [onChange] */
  constructor(payload, onChange = () => {}) {
    this.payload = payload;
    this.onChange = onChange;
    Object.assign(this, readNetwork(payload)); // columns, layers
    this.classNames = payload.classNames;
    this.output = payload.output; // what becomes of the logits: "softmax", "sigmoid" or "linear"
    this.facts = payload.facts; // measured at training time; null where the file tells nothing
    this.input = new Inputs(payload.input, inputLength(this.layers[0]));
    this.hasMaps = this.columns.some(({ cells }) => cells > 1);
    this.places = new Map(
      this.columns.flatMap(({ ids }, column) => ids.map((id, unit) => [id, { column, unit }])),
    );
    this.teacher = new Teacher(this.layers);
    this.fileNorms = this.layers.map(({ before, norm, after }) => ({ before, norm, after }));
    this.source = null; // of other weights than the file's, see setWeights
    this.cuts = new Cuts(this.layers);
    this.edges = new EdgeChoice(this.layers, payload);
    this.selected = null; // {column, unit}
    this.through = null; // {layer, index}: the edge whose paths are looked at, where no unit is selected
    this.edge = null; // {layer, index}: the edge under the microscope
    this.ink = this.input.start; // or the values of its features
    this.inks = [this.ink]; // of each digit that is drawn, from left to right
    this.shown = 0; // which of them the picture shows
    this.isDrawing = false; // whether the pen is down, or was a moment ago
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
    return this.input.isPicture;
  }

  /** What the first layer reads: the drawing, set as the network says. */
  get seen() {
    return this.trace.ink;
  }

  /** Whether its classes are the ten digits, so that several make a number. */
  get readsDigits() {
    return this.isPicture && this.classNames.join("") === "0123456789";
  }

  get isBlank() {
    return this.input.isBlank(this.ink);
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

  /** How far an answer can be trusted. @param {ArrayLike<number>} [ink] another one than that of now */
  confidence(ink = this.ink) {
    const trace = ink === this.ink ? this.trace : forward(this.layers, ink);
    return confidenceIn(trace, this.facts, this.changes);
  }

  /** Ink that is no digit is "unlike" any, or "unfinished" as long as somebody draws; else null. */
  get doubt() {
    if (this.winner === null || !this.confidence().unlikeAnyDigit) return null;
    return this.isDrawing ? "unfinished" : "unlike";
  }

  /** The answer to each digit that is drawn. @returns {{name: string, probability: number, isUnlike: boolean | null}[]} */
  readings() {
    return this.inks.map((ink) => {
      const trace = ink === this.ink ? this.trace : forward(this.layers, ink);
      const best = argmax(trace.probabilities);
      const { unlikeAnyDigit: isUnlike } = confidenceIn(trace, this.facts, this.changes);
      return { name: this.classNames[best], probability: this.tell(trace)[best], isUnlike };
    });
  }

  get isCalibrated() {
    return isCalibrated(this.facts, this.changes);
  }

  /** The one probability of each class that is told. */
  tell(trace) {
    return tell(trace, this.facts, this.changes);
  }

  /** The same for this drawing, one number for each output unit. */
  get toldByUnits() {
    return this.told.slice(-this.outputNames.length);
  }

  setInk(ink) {
    this.setInks([ink], 0, false);
  }

  /** @param {ArrayLike<number>[]} inks of the digits @param {number} shown which one is in the picture @param {boolean} isDrawing */
  setInks(inks, shown, isDrawing) {
    this.inks = inks.map((ink) => this.input.clean(ink));
    this.isDrawing = isDrawing;
    this.showDigit(shown);
  }

  /** @param {number} i which digit the picture shows */
  showDigit(i) {
    this.shown = i;
    this.ink = this.inks[i];
    this.think();
    this.onChange("ink");
  }

  /** The pen has been up for a while: what is drawn is meant. */
  rest() {
    const before = this.doubt;
    this.isDrawing = false;
    if (this.doubt !== before) this.onChange("rest");
  }

  setTopK(k) {
    this.edges.setTopK(k);
    this.onChange("edges");
  }

  setChoice(choice) {
    this.edges.setChoice(choice);
    this.onChange("edges");
  }

  setSpread(spread) {
    this.edges.setSpread(spread);
    this.onChange("edges");
  }

  /** @param {string | null} id of a unit */
  select(id) {
    if (id !== null && !this.places.has(id)) throw new RangeError(`there is no unit ${id}.`);
    this.selected = id === null ? null : this.places.get(id);
    this.through = null;
    this.onChange("selection");
  }

  /** @param {{layer: number, index: number}} edge whose paths are looked at */
  selectEdge(edge) {
    this.selected = null;
    this.through = edge;
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
    if (!this.givesShares) throw new RangeError(t`this network's outputs are values: there is no right class to teach it.`);
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

  /**
   * Other weights than the file's, or those again; lessons are over.
   * @param {object[]} layers as readNetwork makes them, of the same shapes
   * @param {{badge: string, sentence: string} | null} source whose they are, in words; null: the file's
   */
  setWeights(layers, source) {
    this.layers.forEach((layer, n) => {
      const { params, before, norm, after, usual } = layers[n];
      Object.assign(layer, { params, before, norm, after, usual });
      fold(layer);
    });
    this.source = source;
    this.teacher.rebase();
    this.edge = null;
    this.learned();
    this.onChange("network");
  }

  /** @param {{column: number, unit: number}[]} places @param {"zero" | "average"} hold see cuts.js */
  silence(places, hold) {
    if (hold === "average") this.edges.requireUsual();
    this.recut(() => this.cuts.silence(places, hold));
  }

  /** @param {{layer: number, index: number}} edge */
  cut(edge) {
    this.recut(() => this.cuts.cut(edge));
  }

  /** One unit or edge. */
  putBack(one) {
    this.recut(() => this.cuts.release(one));
  }

  restore() {
    this.recut(() => this.cuts.restore());
  }

  undoCut() {
    this.recut(() => this.cuts.undo());
  }

  /** @param {object[]} list of what is taken out from now on, see cuts.js */
  setCuts(list) {
    this.recut(() => this.cuts.change(list));
  }

  recut(change) {
    change();
    this.layers.forEach(fold);
    this.learned();
    this.onChange("network");
  }

  /** Multiplications of one forward pass. */
  get multiplications() {
    return this.layers.reduce((sum, layer) => sum + multiplications(layer), 0);
  }

  /** How far the network is from that of the file, of which its facts were measured: 0 only if it is that. */
  get changes() {
    return this.teacher.steps + (this.source ? 1 : 0) + this.cuts.list.length;
  }

  /**
   * Weights that are being learned take the place of these. Where what is usual has been measured, too, edges are
   * chosen anew and lessons begin from here; else only the numbers move, which is cheap.
   * @param {{W: Float32Array, b: Float32Array}[]} learned of each layer @param {object[] | null} usual of each layer
   */
  adopt(learned, usual) {
    this.layers.forEach((layer, n) => {
      layer.params = learned[n];
      if (usual) layer.usual = usual[n];
      fold(layer);
    });
    if (usual) {
      this.teacher.rebase();
      this.edge = null;
      this.learned();
    } else {
      this.revision += 1;
      this.think();
    }
    this.onChange(usual ? "learning" : "weights");
  }

  /** After the weights have changed. */
  learned() {
    this.revision += 1;
    this.edges.forget();
    this.think();
  }

  /** After the drawing or the weights have changed. */
  think() {
    this.trace = forward(this.layers, this.ink);
    this.told = this.tell(this.trace);
    this.products = this.layers.map((layer, n) => contributions(layer, meanInput(layer, this.trace.inputs[n]), this.products?.[n]));
    this.means = [this.seen, ...this.trace.activations].map((values, column) => this.meansOf(values, column));
    this.map = null;
    this.ways = null;
    this.edges.follow(this.products);
  }

  /** What the picture leaves out. */
  fidelity() {
    const told = this.edges.fidelity(this.changes === 0 ? this.facts.drawings : null);
    const totalEdges = this.cuts.isEmpty ? this.source?.edges : null; // of a moment: its twelve bits round some to 0
    return totalEdges ? { ...told, totalEdges } : told;
  }

  /** What the network with nothing taken out says of this drawing. */
  whole() {
    const layers = this.layers.map((layer) => (layer.cut ? { ...layer, ...folded(layer) } : layer));
    return forward(layers, this.ink);
  }

  /** What a network of only the drawn edges, the others at their average, says of this drawing. */
  answerOfDrawn() {
    const { probabilities } = forward(this.edges.network, this.ink);
    const best = argmax(probabilities);
    return { name: this.classNames[best], probability: probabilities[best] };
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

  /** One unit's sum; of a pixel, its ink. */
  explain(id) {
    if (!this.places.has(id)) throw new RangeError(`there is no unit ${id}.`);
    const { column, unit } = this.places.get(id);
    if (column === 0) return { id, activation: this.means[0][unit] };
    const numbers = Object.entries(sumsOf(this)[column - 1]).map(([name, values]) => [name, values[unit]]);
    return { id, ...Object.fromEntries(numbers) };
  }

  /** The linear map that the network is for this drawing; computed once for each drawing. */
  linearMap() {
    this.map ??= effectiveLinearMap(this.layers, this.trace.preActivations);
    return this.map;
  }

  /** The output that paths are told of: the one that the edge leads to, else the answer. */
  get pathsTo() {
    const { through, layers } = this;
    const last = layers.length - 1;
    return through?.layer === last ? through.index % layers[last].fanOut : Math.max(this.winnerUnit ?? 0, 0);
  }

  /** The paths through an edge, null: all; computed once for each drawing and edge. See strongestPaths. */
  paths(through = this.through) {
    if (this.ways?.through !== through) {
      const { inputs, preActivations } = this.trace;
      this.ways = { through, found: strongestPaths(this.layers, inputs[0], preActivations, this.pathsTo, through) };
    }
    return this.ways.found;
  }

  /** The stored cases, with the network of the file, which lessons do not change. */
  selfCheck() {
    const layers = this.layers.map((layer, n) => ({ ...layer, ...this.fileNorms[n] }));
    return selfCheck(this.payload, layers, this.teacher.original);
  }
}

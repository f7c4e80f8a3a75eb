/** Which edges are chosen to be drawn, by what and how many, and what that leaves out. */

import { incomingRanks, signalShare } from "./attribution.js";
import { drawnEdges, edgeStrengths, networkRanks, NO_EDGE, ofEdges, onlyDrawn, rankLimit, withInfluence } from "./drawings.js";

const LARGE = 500000; // edges that are all ranked; of more those that may be drawn soon
const SOON = 4; // times as many as are drawn

export const CHOICES = ["usual", "weight", "now"]; // by what edges are chosen …
export const SPREADS = ["network", "unit"]; // … of the whole network, or equally many into each unit

export class EdgeChoice {
  /** @param {object[]} layers from readNetwork @param {{choice: string, spread: string, topK: number}} first */
  constructor(layers, { choice, spread, topK }) {
    this.layers = layers;
    this.mostInputs = Math.max(...layers.map(({ fanIn }) => fanIn));
    this.choice = choice;
    this.spread = spread;
    this.topK = Math.min(topK, this.mostInputs);
    this.products = null; // the contributions of the drawing, layer by layer
    this.ranks = null;
    this.ranked = 0; // edges, the strongest, that have ranks of their own
    this.drawn = null; // {ranks, limit, layers}: what `network` was last
    this.staticRanks = new Map(); // of choices that no drawing changes
    this.swings = null; // of every edge, with its sign: what no drawing changes either
    this.isLarge = layers.reduce((sum, { fanIn, fanOut }) => sum + fanIn * fanOut, 0) > LARGE;
  }

  /** Whether the file tells what the network usually does. */
  get knowsUsual() {
    return this.layers.every(({ usual }) => usual !== null);
  }

  setTopK(k) {
    const wanted = k === "all" ? this.mostInputs : Math.floor(Number(k));
    if (!(wanted >= 1)) throw new RangeError(`k must be 1, 2, … or "all"; got ${k}.`);
    const showed = this.showsAll;
    this.topK = Math.min(wanted, this.mostInputs);
    if (showed !== this.showsAll || this.limit > this.ranked) this.rank();
  }

  setChoice(choice) {
    if (!CHOICES.includes(choice)) throw new RangeError(`choose by ${CHOICES.join(" or ")}; got ${choice}.`);
    if (choice === "usual") this.requireUsual();
    this.choice = choice;
    this.rank();
  }

  setSpread(spread) {
    if (!SPREADS.includes(spread)) throw new RangeError(`spread over ${SPREADS.join(" or ")}; got ${spread}.`);
    if (spread === "network") this.requireUsual();
    this.spread = spread;
    this.rank();
  }

  requireUsual() {
    if (!this.knowsUsual) {
      throw new RangeError("this file does not tell what the network usually does; choose by weight or now, into each unit.");
    }
  }

  get showsAll() {
    return this.topK >= this.mostInputs;
  }

  /** Below which rank an edge is drawn. */
  get limit() {
    return rankLimit(this.layers, this.spread, this.topK);
  }

  /** After the weights have changed. */
  forget() {
    this.staticRanks.clear();
    this.swings = null;
  }

  /** After the drawing has changed. @param {Float64Array[]} products its contributions, layer by layer */
  follow(products) {
    this.products = products;
    this.rank();
  }

  rank() {
    const way = this.showsAll ? "all" : `${this.choice} ${this.spread}`;
    let known = this.staticRanks.get(way);
    if (!known || known.ranked < this.limit) {
      if (this.isLarge) this.staticRanks.clear();
      known = this.showsAll ? { ranks: this.layers.map(firstOfAll), ranked: Infinity } : this.ranksNow();
      if (this.showsAll || this.choice !== "now") this.staticRanks.set(way, known);
    }
    Object.assign(this, known);
  }

  ranksNow() {
    const { layers, choice, spread, products } = this;
    const strengths = layers.map((layer, n) => ofEdges(layer, edgeStrengths(layer, choice, products[n])));
    if (spread === "network") {
      const ranked = this.isLarge ? Math.max(LARGE, SOON * this.limit) : Infinity;
      return { ranks: networkRanks(layers.map((layer, n) => withInfluence(strengths[n], layer)), ranked), ranked };
    }
    return { ranks: layers.map(({ fanOut }, n) => incomingRanks(strengths[n], fanOut)), ranked: Infinity };
  }

  /** The layers of only the drawn edges; made anew when other edges are drawn or the weights have changed. */
  get network() {
    const { layers, ranks, limit, drawn } = this;
    if (drawn?.ranks !== ranks || drawn.limit !== limit) {
      this.drawn = { ranks, limit, layers: onlyDrawn(layers, ranks, limit, "average") };
    }
    return this.drawn.layers;
  }

  /** The drawn edges of a layer, as indices. @returns {Int32Array} */
  drawnOf(n) {
    const { limit } = this;
    const ranks = this.ranks[n];
    const drawn = new Int32Array(ranks.length);
    let count = 0;
    for (let edge = 0; edge < ranks.length; edge++) if (ranks[edge] < limit) drawn[count++] = edge;
    return drawn.slice(0, count);
  }

  /** What the picture shows of each edge of a layer, with a sign. */
  shownValues(n) {
    const { layers, choice, products } = this;
    if (choice === "now") return products[n];
    if (choice === "weight") return layers[n].edges;
    this.swings ??= layers.map((layer) => withSigns(edgeStrengths(layer, choice), layer.edges));
    return this.swings[n];
  }

  /**
   * What the picture leaves out. Accuracies are null where they were not measured.
   * @param {object | null} drawings what was measured of drawings of this network, while it is still this network
   */
  fidelity(drawings) {
    const { layers, topK, choice, spread, limit } = this;
    const counts = drawings?.correct[choice]?.[spread];
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
}

/** Where all edges are drawn nobody asks which comes first. @returns {Int32Array} */
function firstOfAll({ edges }) {
  const ranks = new Int32Array(edges.length);
  for (let edge = 0; edge < edges.length; edge++) if (edges[edge] === 0) ranks[edge] = NO_EDGE;
  return ranks;
}

/** Strengths with the signs of their weights, as exact as a picture needs. @returns {Float32Array} */
function withSigns(strengths, weights) {
  const signed = new Float32Array(strengths.length);
  for (let edge = 0; edge < signed.length; edge++) signed[edge] = weights[edge] < 0 ? -strengths[edge] : strengths[edge];
  return signed;
}

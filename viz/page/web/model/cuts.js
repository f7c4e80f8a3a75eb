/** Which units and edges are taken out, and what stands in their place: the twin of ablation.py. */

export const HOLDS = ["zero", "average"]; // what a unit that is taken out gives: nothing, or what it usually gives

export class Cuts {
  /** @param {object[]} layers from readNetwork; each gets `cut`, which `fold` minds */
  constructor(layers) {
    this.layers = layers;
    this.list = []; // {column, unit, hold}: a unit; {layer, index}: an edge; the last one was made last
    this.past = [];
  }

  get isEmpty() {
    return this.list.length === 0;
  }

  /** How a unit is held, or null if it is not taken out. */
  holdOf(place) {
    return this.list.find(isUnit(place))?.hold ?? null;
  }

  isCut(edge) {
    return this.list.some(isEdge(edge));
  }

  /** Takes units out, or holds them in another way. @param {{column: number, unit: number}[]} places hidden units or inputs */
  silence(places, hold) {
    const others = places.reduce((list, place) => list.filter((cut) => !isUnit(place)(cut)), this.list);
    this.change([...others, ...places.map(({ column, unit }) => ({ column, unit, hold }))]);
  }

  /** @param {{layer: number, index: number}} edge index = source · fanOut + target */
  cut({ layer, index }) {
    if (!this.isCut({ layer, index })) this.change([...this.list, { layer, index }]);
  }

  /** Puts one unit or edge back. */
  release(one) {
    const isOne = one.layer === undefined ? isUnit(one) : isEdge(one);
    this.change(this.list.filter((cut) => !isOne(cut)));
  }

  /** Puts everything back; can be undone, too. */
  restore() {
    this.change([]);
  }

  /** @returns {boolean} whether there was anything to undo */
  undo() {
    if (this.past.length === 0) return false;
    this.list = this.past.pop();
    this.apply();
    return true;
  }

  change(list) {
    this.past.push(this.list);
    this.list = list;
    this.apply();
  }

  /** Tells each layer which of its edges are out; `fold` has to follow. */
  apply() {
    this.layers.forEach((layer, n) => {
      const out = new Uint8Array(layer.fanIn * layer.fanOut);
      const held = new Uint8Array(out.length); // at their average
      for (const cut of this.list) {
        if (cut.layer === n) out[cut.index] = 1;
        if (cut.column !== n) continue;
        out.fill(1, cut.unit * layer.fanOut, (cut.unit + 1) * layer.fanOut);
        held.fill(cut.hold === "average" ? 1 : 0, cut.unit * layer.fanOut, (cut.unit + 1) * layer.fanOut);
      }
      layer.cut = out.includes(1) ? { out, held } : null;
    });
  }
}

const isUnit = ({ column, unit }) => (cut) => cut.column === column && cut.unit === unit;
const isEdge = ({ layer, index }) => (cut) => cut.layer === layer && cut.index === index;

/** W and b of a layer, folded, without what is cut. @returns {{W: Float64Array, b: Float64Array}} */
export function withoutCut({ W, b, fanOut, usual, cut: { out, held } }) {
  const left = Float64Array.from(W);
  const bias = Float64Array.from(b);
  for (let w = 0; w < left.length; w++) {
    const edge = w % out.length; // of kernels, every tap
    if (!out[edge]) continue;
    if (held[edge]) bias[w % fanOut] += usual.mean[Math.floor(w / fanOut)] * left[w];
    left[w] = 0;
  }
  return { W: left, b: bias };
}

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

  /** Takes units out, or holds them in another way. @param {{column: number, unit: number}[]} places hidden units or inputs */
  silence(places, hold) {
    const isOne = (cut) => places.some(({ column, unit }) => cut.column === column && cut.unit === unit);
    this.change([...this.list.filter((cut) => !isOne(cut)), ...places.map(({ column, unit }) => ({ column, unit, hold }))]);
  }

  /** @param {{layer: number, index: number}[]} edges index = source · fanOut + target */
  cut(edges) {
    const isOne = (cut) => edges.some(({ layer, index }) => cut.layer === layer && cut.index === index);
    this.change([...this.list.filter((cut) => !isOne(cut)), ...edges.map(({ layer, index }) => ({ layer, index }))]);
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

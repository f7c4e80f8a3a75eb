/** Which words stand on the picture: from far a word for each layer, from near every unit's number. */

import { t } from "../language/texts.js";
import { decimal, signed } from "./dom.js";
import { same } from "./focus.js";
import { reach, restAnchor } from "./lines.js";
import { fittingNames, Names } from "./names.js";
import { columnNames, share, shortName } from "./words.js";

const NAMED = 5; // neighbors on each side that keep their names
const USUAL = 14; // css pixels of a word
const [ABOVE_COLUMN, UNDER_POINT, BESIDE] = [16, 14, 8]; // css pixels from a shape to the middle of its words
const MOST_WEIGHTS = 40; // edges that show their weight at a time
const LONG = 90; // css pixels of an edge that are seen, at least, where its weight is written
const SMALLEST = 10.5; // css pixels of a letter
const SHORT = 2; // letters of a class that stand within its unit
const LONGEST = 14; // letters of a class beside it

export class Labels {
  /** @param {Lab} lab @param {Nodes} nodes */
  constructor(lab, nodes) {
    Object.assign(this, { lab, nodes });
    this.names = new Names();
  }

  /** @param {CanvasRenderingContext2D} ctx in css pixels @param {object} camera see View.camera */
  write(ctx, camera, scene) {
    const grown = Math.max(1, camera.textSize / USUAL); // how many times larger than usual words are
    Object.assign(this, { camera, scene, grown, theme: scene.palette.theme });
    this.names.begin(ctx, camera);
    if (camera.isFar) {
      this.layers();
      return;
    }
    this.outputs();
    this.columns();
    if (!this.lab.isPicture) this.features();
    this.neighbors();
    this.units();
    this.weights();
  }

  /** From far: what each layer is, in a word, on it. */
  layers() {
    const { lab, camera, theme, names } = this;
    const { columns } = lab;
    const style = { size: camera.textSize + 1, weight: 700, color: theme.text, plate: theme.surface };
    const middles = columns.map((column) => camera.toScreen({ x: reach(column).center, y: 0 }));
    const words = columns.map((_, i) => {
      const [longest, ...others] = columnNames(lab, i);
      return [longest.split(":")[0], others[others.length - 1]];
    });
    const texts = fittingNames(words, middles.map(({ x }) => x), (text) => names.measure(text, style));
    texts.forEach((text, i) => [0, 20, -20].some((down) => names.put(text, middles[i].x, middles[i].y + down, style)));
  }

  /** Layers with what they hold, above them; "all others" below. */
  columns() {
    const { lab, camera, theme, names } = this;
    const { columns } = lab;
    const style = { size: camera.textSize, weight: 600, color: theme.text };
    const tops = columns.map((column) => camera.toScreen({ x: reach(column).center, y: reach(column).top }));
    const texts = fittingNames(
      columns.map((_, i) => columnNames(lab, i)),
      tops.map(({ x }) => x),
      (text) => names.measure(text, style),
    );
    texts.forEach((text, i) => names.put(text, tops[i].x, tops[i].y - ABOVE_COLUMN * this.grown, style));
    const quiet = { ...style, weight: 400, size: camera.textSize - 1, color: theme.muted };
    for (const [layer, rests] of this.scene.rests.entries()) {
      if (!rests) continue;
      const at = camera.toScreen(restAnchor(columns[layer]));
      names.ctx.beginPath();
      names.ctx.arc(at.x, at.y, 3.5, 0, 2 * Math.PI);
      names.ctx.fillStyle = theme.muted;
      names.ctx.fill();
      names.put(t`all others`, at.x, at.y + UNDER_POINT * this.grown, quiet);
    }
  }

  /** The name of each feature, below its unit. */
  features() {
    const { lab, camera, theme, names } = this;
    const { x, y, size } = lab.columns[0];
    const radius = (size * camera.scale) / 2;
    const style = { size: camera.textSize - 1, color: theme.text, plate: theme.background, align: "left" };
    lab.input.names.forEach((name, unit) => {
      const at = camera.toScreen({ x: x[unit], y: y[unit] });
      names.put(name, at.x - radius + 3, at.y + radius + BESIDE + 2, style);
    });
  }

  /** Each output's class within it, or a long one beside it; its probability, or step by step its logit. */
  outputs() {
    const { lab, camera, theme, names, nodes } = this;
    const { columns, outputNames, toldByUnits, trace } = lab;
    const { winner } = nodes; // none before the last step
    const last = columns.length - 1;
    const { x, y, size } = columns[last];
    const radius = (size * camera.scale) / 2;
    const room = y.length > 1 ? Math.abs(y[1] - y[0]) * camera.scale : Infinity;
    const order = [...x.keys()].sort((p, q) => (q === winner) - (p === winner)); // the answer first
    for (const k of order) {
      const at = camera.toScreen({ x: x[k], y: y[k] });
      const wins = k === winner;
      const isLong = outputNames[k].length > SHORT;
      if (!isLong) this.nameInside(outputNames[k], at, radius, wins);
      const lines = isLong ? [[brief(outputNames[k]), { weight: 600, color: theme.text }]] : [];
      const value = toldByUnits[k];
      if (nodes.stage === last && room >= camera.textSize) lines.push([decimal(trace.logits[k], 2), { color: theme.text }]);
      else if (wins) lines.push([share(lab, value), { weight: 700, color: theme.text }]);
      else if (winner !== null && room >= camera.textSize && value >= 0.001) lines.push([share(lab, value), { color: theme.muted }]);
      lines.forEach(([text, style], line) => {
        const down = (line - (lines.length - 1) / 2) * 1.25 * camera.textSize;
        names.put(text, at.x + radius + BESIDE * this.grown, at.y + down, { size: camera.textSize, align: "left", ...style });
      });
    }
  }

  nameInside(name, at, radius, wins) {
    const { lab, theme, nodes, names } = this;
    const isNear = nodes.isNear(lab.columns.length - 1) && lab.isPicture;
    const size = isNear ? 15 : Math.min(Math.max(radius, SMALLEST), 30 * this.grown);
    const style = { size, weight: 600, color: wins ? theme.background : theme.text, over: true };
    if (isNear) names.put(name, at.x - radius + 12, at.y - radius + 12, { ...style, color: theme.text, plate: theme.surface });
    else names.put(name, at.x, at.y + 0.04 * size, style);
  }

  /** The unit that is looked at, and the neighbors that matter most to it, with their numbers. */
  neighbors() {
    const { place, amount } = this.scene.focus;
    if (place === null || amount < 0.5) return;
    const style = { size: this.camera.textSize - 1, color: this.theme.text, plate: this.theme.surface };
    if (place.unit === undefined) {
      for (const { other } of this.scene.neighbors) this.nameUnit(other, style, false); // of the paths through an edge
      return;
    }
    this.nameUnit(place, { ...style, weight: 700 }, true);
    const flow = ({ layer, index }) => Math.abs(this.lab.products[layer][index]);
    for (const side of [-1, 1]) {
      const others = this.scene.neighbors.filter(({ other }) => other.column === place.column + side);
      others.sort((p, q) => flow(q) - flow(p)); // what matters now; where nothing flows, as they are
      for (const { other } of others.slice(0, NAMED)) this.nameUnit(other, style, false);
    }
  }

  nameUnit(place, style, isMiddle) {
    const { lab, camera, names } = this;
    if (place.column === lab.columns.length - 1) return; // outputs have their names
    const { x, y, size } = lab.columns[place.column];
    const at = camera.toScreen({ x: x[place.unit], y: y[place.unit] });
    const radius = (size * camera.scale) / 2;
    const isFeature = place.column === 0 && !lab.isPicture; // it has its name
    const text = isFeature ? this.number(place) : `${shortName(lab, place)}  ${this.number(place)}`;
    if (isMiddle) names.put(text, at.x, at.y - radius - 14 * this.grown, style);
    else names.put(text, at.x + radius + BESIDE * this.grown, at.y, { ...style, align: "left" });
  }

  number({ column, unit }) {
    const value = this.lab.means[column][unit];
    return value === 0 ? "0" : decimal(value, 2);
  }

  /** From near: every unit's number, below it or in it. */
  units() {
    const { lab, camera, theme, names, nodes, scene } = this;
    const levels = lab.input.levels(lab.seen);
    const { place, amount } = scene.focus;
    lab.columns.slice(0, -1).forEach(({ x, y, size, cells }, column) => {
      if (!nodes.isNear(column) || !nodes.speaks(column) || (column === 0 && cells > 1)) return;
      const radius = (size * camera.scale) / 2;
      x.forEach((_, unit) => {
        const at = camera.toScreen({ x: x[unit], y: y[unit] });
        if (at.x < -radius || at.y < -radius || at.x > camera.width + radius || at.y > camera.height + radius) return;
        if (column > 0) names.shapes.push({ left: at.x - radius, right: at.x + radius, top: at.y - radius, bottom: at.y + radius });
        if (amount > 0.5 && same(place, { column, unit })) return; // it has its name and number
        const isZero = lab.means[column][unit] === 0;
        const number = this.number({ column, unit });
        const color = isZero ? theme.muted : theme.text;
        if (column === 0) {
          const ground = levels[unit] > 0.5 ? theme.background : theme.text;
          if (!isZero || !lab.isPicture) names.put(number, at.x, at.y, { size: SMALLEST, color: ground, over: true });
        } else if (cells > 1) {
          names.put(number, at.x, at.y + radius - 10, { size: 12, color, plate: theme.surface });
        } else names.put(number, at.x, at.y + radius + 8, { size: (SMALLEST + 0.5) * this.grown, color, plate: theme.background });
      });
    });
  }

  /** From near: the weights of edges, of the unit that is looked at or of those that carry most. */
  weights() {
    const { lab, camera, theme, names, nodes, scene } = this;
    if (!lab.columns.some((_, column) => nodes.isNear(column))) return;
    const { place, amount } = scene.focus;
    const edges = place !== null && amount > 0.5 ? scene.neighbors : scene.glowing;
    let written = 0;
    for (const { layer, index } of edges) {
      if (written === MOST_WEIGHTS) return;
      const [i, j] = lab.endsOf({ layer, index });
      const [from, to] = [lab.columns[layer], lab.columns[layer + 1]];
      const [a, b] = [camera.toScreen({ x: from.x[i], y: from.y[i] }), camera.toScreen({ x: to.x[j], y: to.y[j] })];
      const seen = seenPart(a, b, camera);
      if (!seen || (seen[1] - seen[0]) * Math.hypot(b.x - a.x, b.y - a.y) < LONG) continue;
      const text = signed(lab.layers[layer].edges[index], 2);
      const style = { size: (SMALLEST + 0.5) * this.grown, color: theme.text, plate: theme.background, passing: true };
      const isWritten = [0.5, 0.32, 0.68, 0.2].some((share) => {
        const at = seen[0] + share * (seen[1] - seen[0]);
        return names.put(text, a.x + at * (b.x - a.x), a.y + at * (b.y - a.y), style);
      });
      if (isWritten) written++;
    }
  }
}

/** Which part of the line from a to b is on the screen: two shares of its length, or null. */
export function seenPart(a, b, { width, height }) {
  let [start, end] = [0, 1];
  for (const [from, to, most] of [[a.x, b.x, width], [a.y, b.y, height]]) {
    const way = to - from;
    if (way === 0 && (from < 0 || from > most)) return null;
    if (way === 0) continue;
    const [one, other] = [-from / way, (most - from) / way];
    start = Math.max(start, Math.min(one, other));
    end = Math.min(end, Math.max(one, other));
  }
  return start < end ? [start, end] : null;
}

/** A long name, cut. */
export function brief(name) {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

/** How often answers are right, by how sure they are: on the dashed diagonal they mean what they say. */

import { t } from "../language/texts.js";
import { Chart } from "./chart.js";
import { count, percent } from "./dom.js";

const LARGEST_DOT = 2.2;
const QUARTERS = [0, 0.5, 1].map((share) => [share, percent(share, 0)]);

export class ReliabilityChart {
  constructor() {
    this.chart = new Chart({ places: QUARTERS, word: t`how sure it is` }, { places: QUARTERS });
    this.element = this.chart.element;
  }

  /** @param {{counts: number[], right: number[], confidence: number[]}} bins see reliability.js @param {Palette} palette */
  show({ counts, right, confidence }, palette) {
    const { theme } = palette;
    const all = counts.reduce((sum, n) => sum + n, 0);
    const used = [...counts.keys()].filter((bin) => counts[bin] > 0);
    const points = used.map((bin) => [confidence[bin] / counts[bin], right[bin] / counts[bin]]);
    const size = used.map((bin) => 0.6 + LARGEST_DOT * Math.sqrt(counts[bin] / all));
    const told = points.map(([sure, share], i) => t`${percent(sure, 0)} sure: ${percent(share, 0)} right, of ${count(counts[used[i]])}`);
    this.chart.show([{ points: [[0, 0], [1, 1]], color: theme.muted, dashes: [7, 5] }, { points, size, color: theme.accent }], t`How often answers are right, by how sure they are. ${told.join("; ")}`, palette);
  }
}

/** The caption: how much of the network is drawn, and what a network of only that could do. */

import { drawnEdges, signalShare } from "./attribution.js";
import { byId, count, percent } from "./dom.js";

const LADDER = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/**
 * What the picture leaves out, in numbers.
 * @returns {{drawnEdges: number, totalEdges: number, signalShare: number[],
 *   accuracyIfOnlyDrawn: number | null}} shares and accuracy in 0..1; null where it was not measured
 */
export function fidelityOf({ layers, ranks, facts }, topK, ink, trace) {
  const inputs = [ink, ...trace.activations];
  const correct = facts.drawings?.correct;
  return {
    drawnEdges: drawnEdges(layers, topK),
    totalEdges: drawnEdges(layers, Infinity),
    signalShare: layers.map((layer, i) => signalShare(layer, ranks[i], inputs[i], topK)),
    accuracyIfOnlyDrawn: correct ? correct[Math.min(topK, correct.length) - 1] / facts.drawings.n : null,
  };
}

/** The sentences below the picture, as a list of plain strings. */
export function captionSentences(fidelity, { facts }, topK, blank) {
  const { drawnEdges: drawn, totalEdges: total, signalShare: shares } = fidelity;
  const all = drawn === total;
  const sentences = [
    all
      ? `All ${count(total)} edges are drawn.`
      : `${count(drawn)} of ${count(total)} edges are drawn: the ${topK} strongest into each unit.`,
  ];
  if (!blank && !all) {
    const listed = shares.map((share) => percent(share, 0)).join(" · ");
    sentences.push(`They carry ${listed} of this drawing’s signal, layer by layer.`);
  }
  if (fidelity.accuracyIfOnlyDrawn !== null) {
    const { correct, n, measuredOn: where } = facts.drawings;
    const whole = percent(correct[correct.length - 1] / n);
    sentences.push(
      all
        ? `The network reads ${whole} of ${count(n)} digits right (${where}).`
        : `A network of only these edges would read ${percent(fidelity.accuracyIfOnlyDrawn)} of ` +
            `${count(n)} digits right (${where}); the whole one reads ${whole}.`,
    );
  } else {
    sentences.push("How well it reads was not recorded in this weights file.");
  }
  return sentences;
}

/** Slider and sentences; `onTopK` is told what the person chose. */
export class Caption {
  constructor(mostInputs, onTopK) {
    this.steps = [...LADDER.filter((k) => k < mostInputs), mostInputs];
    this.slider = byId("top-k");
    this.slider.max = this.steps.length - 1;
    this.slider.addEventListener("input", () => onTopK(this.steps[this.slider.value]));
  }

  show(sentences, topK, isAll) {
    const above = this.steps.findIndex((k) => k >= topK);
    this.slider.value = above < 0 ? this.steps.length - 1 : above;
    const words = isAll ? "all weights" : `${topK} strongest`;
    this.slider.setAttribute("aria-valuetext", `${words} into each unit`);
    byId("top-k-value").textContent = isAll ? "all" : String(topK);
    byId("caption").textContent = sentences.join(" ");
  }
}

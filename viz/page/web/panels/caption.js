/** The caption: how much of the network is drawn, and what a network of only that could do. */

import { byId, count, percent } from "../picture/dom.js";

const LADDER = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/** The sentences below the picture, as a list of plain strings. */
export function captionSentences(lab) {
  const { drawnEdges, totalEdges, signalShare, accuracyIfOnlyDrawn } = lab.fidelity();
  const all = drawnEdges === totalEdges;
  const which = lab.choice === "weight" ? "strongest weights into" : "largest contributions to";
  const sentences = [
    all
      ? `All ${count(totalEdges)} edges are drawn; nothing is left out.`
      : `${count(drawnEdges)} of ${count(totalEdges)} edges are drawn: the ${lab.topK} ${which} each unit.`,
  ];
  if (!lab.isBlank && !all) {
    const listed = signalShare.map((share) => percent(share, 0)).join(" · ");
    const { name, probability } = lab.answerOfDrawn();
    sentences.push(
      `They carry ${listed} of this drawing’s signal, layer by layer; alone they would read it as ` +
        `${name} (${percent(probability)}).`,
    );
  }
  if (!lab.isBlank && lab.confidence().unlikeAnyDigit) sentences.push("This drawing is unlike any digit it learned.");
  return [...sentences, accuracySentence(lab, all, accuracyIfOnlyDrawn), ...edgeMeaning(lab)];
}

/** What an edge is where units are maps. */
function edgeMeaning({ hasMaps, choice }) {
  if (!hasMaps) return [];
  return [
    choice === "weight"
      ? "An edge between maps is a kernel: its norm, with the sign of its sum."
      : "An edge between maps is what one adds to the other’s mean pre-activation.",
  ];
}

function accuracySentence({ facts, teacher }, all, accuracy) {
  if (teacher.steps > 0) return "You have changed this network: its accuracy is no longer known.";
  if (!facts.drawings) return "How well it reads was not recorded in this weights file.";
  const { correct, n, measuredOn } = facts.drawings;
  const whole = percent(correct[correct.length - 1] / n);
  const of = `of ${count(n)} digits right (${measuredOn})`;
  if (all || accuracy === null) return `The whole network reads ${whole} ${of}.`;
  return `A network of only these edges reads ${percent(accuracy)} ${of}; the whole one ${whole}.`;
}

/** Slider, choice and sentences. */
export class Caption {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.steps = [...LADDER.filter((k) => k < lab.mostInputs), lab.mostInputs];
    this.slider = byId("top-k");
    this.slider.max = this.steps.length - 1;
    this.slider.addEventListener("input", () => lab.setTopK(this.steps[this.slider.value]));
    this.choice = byId("choice");
    this.choice.addEventListener("change", () => lab.setChoice(this.choice.value));
  }

  show() {
    const { topK, showsAll, choice } = this.lab;
    const above = this.steps.findIndex((k) => k >= topK);
    this.slider.value = above < 0 ? this.steps.length - 1 : above;
    this.slider.setAttribute("aria-valuetext", showsAll ? "all edges" : `${topK} into each unit`);
    this.choice.value = choice;
    byId("top-k-value").textContent = showsAll ? "all" : String(topK);
    byId("caption").textContent = captionSentences(this.lab).join(" ");
  }
}

/** The caption: how much of the network is drawn, and what a network of only that could do. */

import { byId, count, percent } from "../picture/dom.js";
import { share } from "../picture/words.js";

const WORDS = { usual: "usual swing", weight: "weight", now: "contribution now" };

/** How much of the network is drawn, and how well a network of only that reads, where it was measured. */
export function drawnSentences(lab) {
  const fidelity = lab.fidelity();
  const { drawnEdges, totalEdges } = fidelity;
  if (drawnEdges === totalEdges) return [`All ${count(totalEdges)} edges are drawn; nothing is left out.`];
  return [`${count(drawnEdges)} of ${count(totalEdges)} edges are drawn: ${whichEdges(lab.edges)}.`, ...accuracyOfDrawn(lab, fidelity)];
}

/** The sentences below the picture, as a list of plain strings. */
export function captionSentences(lab) {
  const { drawnEdges, totalEdges, signalShare } = lab.fidelity();
  const sentences = drawnSentences(lab);
  if (!lab.isBlank && drawnEdges < totalEdges) {
    const listed = signalShare.map((share) => percent(share, 0)).join(" · ");
    const { name, probability } = lab.answerOfDrawn();
    sentences.push(
      `They carry ${listed} of this ${lab.isPicture ? "drawing" : "input"}’s signal, layer by layer; with them alone it would be read as ` +
        `${name} (${share(lab, probability)}).`,
    );
  }
  if (lab.doubt === "unlike") sentences.push("This drawing is unlike any digit it learned.");
  return [...sentences, wholeSentence(lab), ...edgeMeaning(lab)];
}

/** How the drawn edges were chosen. */
function whichEdges({ choice, spread, topK }) {
  return spread === "unit"
    ? `into each unit the ${topK} of largest ${WORDS[choice]}`
    : `of the whole network those whose ${WORDS[choice]} moves the answer most`;
}

/** What an edge is where units are maps. */
function edgeMeaning({ hasMaps, edges }) {
  if (!hasMaps) return [];
  return [
    edges.choice === "now"
      ? "An edge between maps is what one adds to the other’s mean pre-activation."
      : "An edge between maps is a kernel: its norm, with the sign of its sum.",
  ];
}

/** How well a network of only these edges reads, as far as it was measured. */
function accuracyOfDrawn({ facts }, { accuracyIfOnlyDrawn: cut, accuracyWithOthersAtAverage: average }) {
  const told = (accuracy) => percent(accuracy) + standardError(accuracy, facts.drawings);
  if (average !== null) {
    return [`A network of only these, others at their average, reads ${told(average)}; with the others cut, ${told(cut)}.`];
  }
  return cut === null ? [] : [`A network of only these, others cut, reads ${told(cut)}.`];
}

/** Of digits that were only a part of those at hand, how far the figure may be off. */
function standardError(share, { n, of }) {
  return n < of ? ` (± ${percent(Math.sqrt((share * (1 - share)) / n))})` : "";
}

function wholeSentence({ facts, teacher, source, cuts }) {
  if (!cuts.isEmpty) return "Something is taken out: the accuracies in the file are those of the whole network.";
  if (teacher.steps > 0) return "You have changed this network: its accuracy is no longer known.";
  if (source) return source.sentence;
  const { drawings, test } = facts;
  const isOfAll = drawings && drawings.n === drawings.of; // else the test of the whole network saw more digits
  if (test && !isOfAll) return `The whole network reads ${percent(test.accuracy)} of ${test.name} right.`;
  if (!drawings) return "How well it reads was not recorded in this weights file.";
  const { whole, n, of, measuredOn } = drawings;
  const some = n < of ? `the first ${count(n)}` : count(n);
  return `The whole network reads ${percent(whole / n)} of ${some} digits (${measuredOn}).`;
}

/** Slider, choice and sentences. */
export class Caption {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.steps = lab.payload.ladder;
    this.slider = byId("top-k");
    this.slider.max = this.steps.length - 1;
    this.slider.addEventListener("input", () => lab.setTopK(this.steps[this.slider.value]));
    this.choice = byId("choice");
    this.choice.addEventListener("change", () => lab.setChoice(this.choice.value));
    this.spread = byId("spread");
    this.spread.addEventListener("change", () => lab.setSpread(this.spread.value));
    for (const option of document.querySelectorAll("option[data-needs-usual]")) option.disabled = !lab.edges.knowsUsual;
  }

  show() {
    const { topK, showsAll, choice, spread } = this.lab.edges;
    const { drawnEdges } = this.lab.fidelity();
    const above = this.steps.findIndex((k) => k >= topK);
    this.slider.value = above < 0 ? this.steps.length - 1 : above;
    this.slider.setAttribute("aria-valuetext", showsAll ? "all edges" : `${drawnEdges} edges`);
    this.choice.value = choice;
    this.spread.value = spread;
    byId("top-k-value").textContent = showsAll ? "all" : count(drawnEdges);
    byId("caption").textContent = captionSentences(this.lab).join(" ");
  }
}

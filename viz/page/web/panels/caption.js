/** The caption: how much of the network is drawn, and what a network of only that could do. */

import { rawName } from "./answer.js";
import { dataName } from "../picture/data-names.js";
import { english, t } from "../language/texts.js";
import { byId, count, percent } from "../picture/dom.js";
import { share } from "../picture/words.js";

const WORDS = { usual: english`usual swing`, weight: english`weight`, now: english`contribution now` };

/** How much of the network is drawn, and how well a network of only that reads, where it was measured. */
export function drawnSentences(lab) {
  const fidelity = lab.fidelity();
  const { drawnEdges, totalEdges } = fidelity;
  if (drawnEdges === totalEdges) return [t`All ${count(totalEdges)} edges are drawn; nothing is left out.`];
  return [t`${count(drawnEdges)} of ${count(totalEdges)} edges are drawn: ${whichEdges(lab.edges)}.`, ...accuracyOfDrawn(lab, fidelity)];
}

/** The sentences below the picture, as a list of plain strings. */
export function captionSentences(lab) {
  const { drawnEdges, totalEdges, signalShare } = lab.fidelity();
  const sentences = drawnSentences(lab);
  if (!lab.isBlank && drawnEdges < totalEdges) {
    const listed = signalShare.map((share) => percent(share, 0)).join(" · ");
    const { name, probability } = lab.answerOfDrawn();
    const told = `${lab.isCalibrated ? `${rawName(lab)} ` : ""}${share(lab, probability)}`; // beside a calibrated one it is told which
    sentences.push(
      lab.isPicture
        ? t`They carry ${listed} of this drawing’s signal, layer by layer; with them alone it would be read as ${name} (${told}).`
        : t`They carry ${listed} of this input’s signal, layer by layer; with them alone it would be read as ${name} (${told}).`,
    );
  }
  if (lab.doubt === "unlike") sentences.push(t`This drawing is unlike any digit it learned.`);
  return [...sentences, ...unreadSentence(lab), wholeSentence(lab), ...edgeMeaning(lab)];
}

/** Inputs that no edge leaves, where there are some. */
function unreadSentence({ layers, isPicture, columns }) {
  const unread = layers[0].outDegrees.filter((degree) => degree === 0).length;
  if (unread === 0) return [];
  const [some, all] = [count(unread), count(columns[0].ids.length)];
  return isPicture
    ? [t`No edge leaves ${some} of the ${all} pixels (hatched): ink there is not read.`]
    : [t`No edge leaves ${some} of the ${all} features: they are not read.`];
}

/** How the drawn edges were chosen. */
function whichEdges({ choice, spread, topK }) {
  return spread === "unit"
    ? t`into each unit the ${topK} of largest ${t(WORDS[choice])}`
    : t`of the whole network those whose ${t(WORDS[choice])} moves the answer most`;
}

/** What an edge is where units are maps. */
function edgeMeaning({ hasMaps, edges }) {
  if (!hasMaps) return [];
  return [
    edges.choice === "now"
      ? t`An edge between maps is what one adds to the other’s mean pre-activation.`
      : t`An edge between maps is a kernel: its norm, with the sign of its sum.`,
  ];
}

/** How well a network of only these edges reads, as far as it was measured. */
function accuracyOfDrawn({ facts }, { accuracyIfOnlyDrawn: cut, accuracyWithOthersAtAverage: average }) {
  const told = (accuracy) => percent(accuracy) + standardError(accuracy, facts.drawings);
  if (average !== null) {
    return [t`A network of only these, others at their average, reads ${told(average)}; with the others cut, ${told(cut)}.`];
  }
  return cut === null ? [] : [t`A network of only these, others cut, reads ${told(cut)}.`];
}

/** Of digits that were only a part of those at hand, how far the figure may be off. */
function standardError(share, { n, of }) {
  return n < of ? ` (± ${percent(Math.sqrt((share * (1 - share)) / n))})` : "";
}

function wholeSentence({ facts, teacher, source, cuts }) {
  if (!cuts.isEmpty) return t`Something is taken out: the accuracies in the file are those of the whole network.`;
  if (teacher.steps > 0) return t`You have changed this network: its accuracy is no longer known.`;
  if (source) return source.sentence;
  const { drawings, test } = facts;
  const isOfAll = drawings && drawings.n === drawings.of; // else the test of the whole network saw more digits
  if (test && !isOfAll) return t`The whole network reads ${percent(test.accuracy)} of ${dataName(test.name)} right.`;
  if (!drawings) return t`How well it reads was not recorded in this weights file.`;
  const { whole, n, of, measuredOn } = drawings;
  const some = n < of ? t`the first ${count(n)}` : count(n);
  return t`The whole network reads ${percent(whole / n)} of ${some} digits (${dataName(measuredOn)}).`;
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
    this.slider.setAttribute("aria-valuetext", showsAll ? t`all edges` : t`${drawnEdges} edges`);
    this.choice.value = choice;
    this.spread.value = spread;
    byId("top-k-value").textContent = showsAll ? t`all` : count(drawnEdges);
    byId("caption").textContent = captionSentences(this.lab).join(" ");
  }
}

/**
 * What a page needs of a network that is made or read in the page itself: the twin of diagram.py
 * and payload.py. Numbers are arrays here, where Python writes them as text.
 */

import { english } from "../language/texts.js";
import { functionOf } from "./kinds.js";
import { funnelLayout, nodeIds } from "./layout.js";

// edges into each unit that pages offer: the twin of LADDER in drawings.py
export const LADDER = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 37, 48, 64, 96, 128, 192, 256, 384, 512,
];
const FEW = 8; // edges into each unit of a first picture of which nothing is known
const BEST_WAY = { choice: "usual", spread: "network" }; // how edges are chosen where nothing else is asked
const PLAIN_WAY = { choice: "weight", spread: "unit" }; // what is possible without knowing what is usual

/**
 * A dense layer, as the payload has it.
 * @param {Float32Array} W fan_in × fan_out, row by row @param {Float32Array} b fan_out
 * @param {object} [activation] see functionOf
 */
export function denseLink(W, b, activation = functionOf("linear")) {
  return { kind: "dense", params: { W, b }, activation };
}

/**
 * The payload of a network that nobody has proved: no stored cases, no facts but those given.
 * @param {object} network
 * @param {string} [network.title] else its sizes @param {string} network.weightsName @param {string} [network.description] one line
 * @param {object} network.input what it reads: {kind: "picture", side, channels, box} or {kind: "features",
 *   names, low, high, rows}
 * @param {string[]} network.classNames @param {string} [network.output] "softmax", "sigmoid" or "linear"
 * @param {object[]} network.links layers from left to right, see denseLink; the last one linear; a usual
 *   {mean, deviation, influence} in each of them or in none
 * @param {number[][]} [network.maps] rows and columns of the maps of each column's units, where there are any
 * @param {object} [network.facts] of those that payload.py writes
 * @param {object} page the payload that the page came with: themes and example drawings are its own
 */
export function payloadOf(network, page) {
  const { links, input } = network;
  const isPicture = input.kind === "picture";
  const maps = network.maps ?? [...links, null].map(() => [1, 1]);
  const sizes = sizesOf(links, maps);
  const ids = nodeIds(sizes, isPicture);
  const isUsualKnown = links.every(({ usual }) => usual);
  return {
    title: network.title ?? sizes.join(" → "),
    weightsName: network.weightsName,
    description: network.description ?? "",
    input,
    classNames: network.classNames,
    topK: FEW,
    ladder: ladderOf(sizes),
    ...(isUsualKnown ? BEST_WAY : PLAIN_WAY),
    columns: funnelLayout(sizes, maps, isPicture).map(({ positions, size }, n) => ({
      key: ids[n][0].split(":")[0],
      ids: ids[n],
      size,
      positions,
      map: maps[n],
    })),
    layers: links,
    output: network.output ?? "softmax",
    cases: { values: new Float32Array(0), labels: [], by: english`NeuroScribble's own reading`, preActivations: links.map(() => ({ step: 1, values: new Float32Array(0) })) },
    examples: page.examples,
    facts: { drawings: null, test: null, confusion: null, usualOf: null, temperature: null, noveltyThreshold: null, ...network.facts },
    themes: page.themes,
  };
}

/** Units of every column, input first. */
function sizesOf(links, maps) {
  const first = links[0];
  const cells = maps[0][0] * maps[0][1];
  const { W, b } = first.params;
  const fanIn = first.kind === "conv" ? (W.length / b.length / (first.kernel[0] * first.kernel[1])) * first.groups : W.length / b.length / cells;
  return [fanIn, ...links.map(({ params }) => params.b.length)];
}

/** The numbers of edges that the page offers; the last one draws every edge. */
function ladderOf(sizes) {
  const most = Math.max(...sizes.slice(0, -1));
  return [...LADDER.filter((k) => k < most), most];
}

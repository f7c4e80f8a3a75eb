/**
 * Our own files: W0, b0, W1, b1, … alone, or any layers that `meta` describes. The twin of npz.py and ours.py, but
 * for the order of layers, which files that we write have already.
 */

import { t } from "../language/texts.js";
import { denseLink } from "../model/diagram.js";
import { functionOf } from "../model/kinds.js";
import { OUTPUTS } from "../model/outputs.js";
import { checkedFloats, describedLayers, finiteFloats } from "./described.js";
import { linksOf } from "./links.js";
import { Unreadable } from "./unreadable.js";

const PARTS = ["mean", "deviation", "influence"]; // of what a network usually does

/**
 * @param {Map<string, object>} entries see npzEntries
 * @returns {object | null} what linksOf returns, with usual in the links, output and meta; null for somebody else's file
 */
export function readOurs(entries) {
  const meta = metaOf(entries.get("meta"));
  const isClaimed = meta !== null && ("layers" in meta || "format_version" in meta);
  try {
    const take = (name, shape) => floatsOf(entries, name, shape);
    const read = meta && "layers" in meta ? linksOf(describedLayers(meta.layers, take)) : plain(entries);
    const output = meta?.output ?? "softmax";
    if (!Object.hasOwn(OUTPUTS, output)) throw new Unreadable(t`its output must be one of ${Object.keys(OUTPUTS).join(", ")}`);
    return { ...read, links: withUsual(entries, read.links), output, meta: meta ?? {} };
  } catch (error) {
    if (isClaimed || !(error instanceof Unreadable)) throw error;
    return null;
  }
}

/** One JSON object; null where there is none that can be read. */
function metaOf(entry) {
  try {
    const meta = JSON.parse(entry.text);
    return meta !== null && typeof meta === "object" && !Array.isArray(meta) ? meta : null;
  } catch {
    return null;
  }
}

/** Dense layers with ReLU between them. */
function plain(entries) {
  const names = [...entries.keys()].filter((name) => /^[Wb]\d+$/.test(name));
  const layers = Math.max(1, Math.ceil(names.length / 2));
  const links = [];
  for (let n = 0, fanIn = null; n < layers; n++) {
    const W = entries.get(`W${n}`);
    const b = entries.get(`b${n}`);
    if (W?.kind !== "f" || b?.kind !== "f") throw new Unreadable(t`expected the arrays W0, b0, …; ${W ? "b" : "W"}${n} is missing`);
    if (W.shape.length !== 2 || W.data.length === 0 || (fanIn !== null && W.shape[0] !== fanIn)) throw new Unreadable(t`W${n} does not fit`);
    const flat = b.shape.length === 2 && b.shape[0] === 1 ? { ...b, shape: [b.shape[1]] } : b; // (1, n) → (n,)
    const weights = finiteFloats(`W${n}`, W.data);
    links.push(denseLink(weights, checkedFloats(`b${n}`, flat, [W.shape[1]]), functionOf(n < layers - 1 ? "relu" : "linear")));
    fanIn = W.shape[1];
  }
  if (names.length !== 2 * layers) throw new Unreadable(t`expected the arrays W0 to b${layers - 1} alone`);
  return { links, maps: undefined, inputs: entries.get("W0").shape[0], picture: null };
}

function floatsOf(entries, name, shape) {
  const entry = entries.get(name);
  if (entry && entry.kind !== "f") throw new Unreadable(t`${name} must hold floating-point numbers`);
  return checkedFloats(name, entry, shape);
}

/** What the network usually does, if the file tells it, and then all of it. */
function withUsual(entries, links) {
  if (![...entries.keys()].some((name) => name.startsWith("usual."))) return links;
  return links.map((link, n) => {
    const { W, b } = link.params;
    const key = n === links.length - 1 ? "output" : `h${n + 1}`;
    const rows = (W.length / b.length) * (link.groups ?? 1);
    const usual = PARTS.map((part) => [part, floatsOf(entries, `usual.${key}.${part}`, [part === "influence" ? b.length : rows])]);
    return { ...link, usual: Object.fromEntries(usual) };
  });
}

/**
 * A file that is dropped on the page: a network that the page reads, one that only commands read, or none at all. What it
 * is shows in its content, and nothing in it is ever run.
 */

import { english, t } from "../language/texts.js";
import { payloadOf } from "../model/diagram.js";
import { arraysOf, jsonArrays, npzEntries } from "./arrays.js";
import { factsOf, firstTopK } from "./facts.js";
import { classNamesOf, describedInput, samplesOf } from "./reads.js";
import { isNpy, npyArray } from "./npy.js";
import { readOurs } from "./ours.js";
import { readArrays } from "./reading.js";
import { MOST_WEIGHTS, withWhole } from "./sparse.js";
import { count, OpenQuestion, Unreadable } from "./unreadable.js";
import { MAX_BYTES, zipMembers } from "./zip.js";

const NETWORKS = /\.(npz|npy|json|onnx|keras|h5|hdf5|pt|pth|ckpt|safetensors)$/i;
const FIRST = 16; // bytes, that tell what a file is
const BY_COMMANDS = english`is a network of a kind that commands read, not the page`;

/**
 * @param {File} file @param {{activation?: string, orientation?: string}} hints what a person said of it
 * @param {object} page the payload that the page came with
 * @returns {Promise<object | null>} the payload of a page of the network, with read: {file, hints, notes, assumed} (see
 *   readArrays); null where the file is no network
 * @throws {Error} with a sentence: what is wrong, and what to do @throws {OpenQuestion} where only a person can tell
 */
export async function readDropped(file, hints, page) {
  const first = new Uint8Array(await file.slice(0, FIRST).arrayBuffer());
  const isZip = first[0] === 0x50 && first[1] === 0x4b;
  const isJson = /^\s*[{[]/.test(new TextDecoder().decode(first));
  if (!isZip && !isNpy(first) && !isJson) {
    if (!NETWORKS.test(file.name)) return null;
    throw new Error(`“${file.name}” ${t(BY_COMMANDS)}: ${commandFor(file)}`);
  }
  try {
    if (file.size > MAX_BYTES) throw new Unreadable(t`it has ${count(file.size)} bytes; at most ${count(MAX_BYTES)} are read here`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const network = await (isZip ? readZip(bytes, hints) : readNamed(isNpy(first) ? npyFound(bytes) : jsonArrays(bytes), hints));
    return { ...payloadFor(file.name, network, page), read: { file, hints, notes: network.notes ?? [], assumed: network.assumed ?? null } };
  } catch (error) {
    if (error instanceof OpenQuestion) throw error;
    const why = error instanceof Unreadable ? error.message : t`it is damaged (${error.message})`;
    throw new Error(t`“${file.name}” is not shown: ${why.replace(/\.$/, "")}. ${commandFor(file)}`);
  }
}

/** What a person can do outside of the page. */
function commandFor({ name }) {
  return t`neuroscribble network --weights "${name}" makes a page of what it can read, neuroscribble summary tells what is in it.`;
}

async function readZip(bytes, hints) {
  const names = [...zipMembers(bytes).keys()];
  if (names.length > 0 && !names.some((name) => name.endsWith(".npy"))) throw new Unreadable(t`it ${t(BY_COMMANDS)}`);
  const entries = withWhole(await npzEntries(bytes));
  const isAsked = Object.keys(hints).length > 0;
  return (isAsked ? null : readOurs(entries)) ?? readNamed(arraysOf(entries), hints);
}

function readNamed(found, hints) {
  const { links, ...told } = readArrays(found, hints);
  const [{ W, b }, last] = [links[0].params, links[links.length - 1].params];
  const output = last.b.length === 1 ? "linear" : "softmax"; // a single sum is a value
  return { links, maps: undefined, inputs: W.length / b.length, picture: null, output, meta: { input: found.input }, ...told };
}

function npyFound(bytes) {
  return arraysOf(new Map([["arr_0", npyArray("arr_0", bytes)]]));
}

function payloadFor(name, network, page) {
  const { links, maps, inputs, picture, output, meta, classNames } = network;
  const weights = links.reduce((sum, { params }) => sum + params.W.length + params.b.length, 0);
  if (weights > MOST_WEIGHTS) throw new Unreadable(t`a page holds at most ${count(MOST_WEIGHTS)} weights; this network has ${count(weights)}`);
  const units = links[links.length - 1].params.b.length;
  const input = describedInput(meta, inputs, picture);
  const names = classNamesOf([meta.class_names, meta.input?.classes, classNames], units, output);
  if (input.kind === "features") Object.assign(input, samplesOf(meta, inputs, names));
  const made = {
    title: typeof meta.name === "string" ? meta.name : undefined,
    weightsName: name,
    description: t`${name}, dropped on this page`,
    input,
    classNames: names,
    output,
    links,
    maps,
  };
  const payload = payloadOf(made, page);
  const facts = factsOf(meta, output, input.kind === "picture" ? "digits" : "rows", payload.ladder, payload.classNames.length);
  return { ...payload, facts, topK: firstTopK(facts.drawings) ?? payload.topK };
}

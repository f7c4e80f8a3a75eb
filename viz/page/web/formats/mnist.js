/**
 * MNIST's four files, as they are published or unpacked. Each is known by its content, whatever its name; sizes are checked
 * before memory is taken, and it is MNIST's if its SHA-256 is. The form is LeCun's, Cortes's and Burges's (1998).
 */

import { english, t } from "../language/texts.js";
import { count, Unreadable } from "./unreadable.js";

const [IMAGES, LABELS] = [english`images`, english`labels`];
const HEADERS = { [IMAGES]: 16, [LABELS]: 8 }; // bytes: what it is, how many, and of images rows and columns
const KINDS = { "00 00 08 03": IMAGES, "00 00 08 01": LABELS }; // by their first bytes: numbers of one byte in 3 dimensions, or in 1
const SIDE = 28;
const PIXELS = { [IMAGES]: SIDE * SIDE, [LABELS]: 1 };
const FIRST = 16; // bytes that tell what a file is
const N_CLASSES = 10;

/** The files by their names, with what is in them once they are unpacked. */
export const FILES = {
  "train-images-idx3-ubyte": { n: 60_000, kind: IMAGES, sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" },
  "train-labels-idx1-ubyte": { n: 60_000, kind: LABELS, sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5" },
  "t10k-images-idx3-ubyte": { n: 10_000, kind: IMAGES, sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7" },
  "t10k-labels-idx1-ubyte": { n: 10_000, kind: LABELS, sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2" },
};
const LARGEST = sizeOf(FILES["train-images-idx3-ubyte"]); // bytes, packed or not

/** Whether a file may be one of them: packed, or an idx file by its content or its name. @param {File} file */
export async function maybeMnist(file) {
  const [a, b, type] = new Uint8Array(await file.slice(0, FIRST).arrayBuffer());
  return isGzip(a, b) || (a === 0 && b === 0 && type >= 8 && type <= 14) || /idx[13][-_.]ubyte/i.test(file.name);
}

/**
 * @param {File} file
 * @returns {Promise<{name: string, bytes: Uint8Array, isChecked: boolean}>} its name in FILES, what stands behind its header, and
 *   whether its SHA-256 is known: a browser need not have one for files that are opened from a disk
 * @throws {Error} of one sentence for whatever is none of MNIST's
 */
export async function readMnist(file) {
  try {
    const { name, whole } = await unpacked(file);
    const isChecked = await isKnown(name, whole);
    const bytes = whole.subarray(HEADERS[FILES[name].kind]);
    if (FILES[name].kind === LABELS && bytes.some((label) => label >= N_CLASSES)) throw new Unreadable(t`it has labels beyond 9`);
    return { name, bytes, isChecked };
  } catch (error) {
    const why = error instanceof Unreadable ? error.message : t`it is damaged or cut off, so that it cannot be unpacked`;
    throw new Error(t`“${file.name}” is none of MNIST’s files: ${why}.`);
  }
}

/** All bytes of a file; no more memory than one of MNIST's needs is taken. */
async function unpacked(file) {
  if (file.size > LARGEST) throw new Unreadable(t`it has ${count(file.size)} bytes, and the largest of them has ${count(LARGEST)}`);
  const [a, b] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = isGzip(a, b);
  if (isPacked && typeof DecompressionStream === "undefined") throw new Unreadable(t`this browser cannot unpack .gz; unpack it first`);
  const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  const reader = stream.getReader();
  let [name, whole, at] = [null, new Uint8Array(0), 0]; // its first bytes, until these tell what it is
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const value = name === null ? joined(whole, part.value) : part.value;
      if (name === null && value.length < FIRST) {
        whole = value;
        continue;
      }
      if (name === null) {
        name = nameOf(value);
        whole = new Uint8Array(sizeOf(FILES[name]));
      }
      if (at + value.length > whole.length) throw new Unreadable(t`it goes on behind its ${words(FILES[name])}`);
      whole.set(value, at);
      at += value.length;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  if (name === null) throw new Unreadable(t`it has only ${count(whole.length)} bytes`);
  if (at < whole.length) throw new Unreadable(t`it ends after ${count(at)} of ${count(whole.length)} bytes`);
  return { name, whole };
}

/** Which of the files begins so. @param {Uint8Array} first at least FIRST bytes */
function nameOf(first) {
  const magic = Array.from(first.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const kind = KINDS[magic];
  if (!kind) throw new Unreadable(t`it begins with the bytes ${magic}, and they with ${Object.keys(KINDS).join(t` or `)}`);
  const view = new DataView(first.buffer, first.byteOffset);
  const [n, rows, columns] = [4, 8, 12].map((at) => view.getUint32(at));
  if (kind === IMAGES && (rows !== SIDE || columns !== SIDE)) {
    throw new Unreadable(t`its images have ${count(rows)}×${count(columns)} pixels, and theirs ${SIDE}×${SIDE}`);
  }
  const name = Object.keys(FILES).find((one) => FILES[one].kind === kind && FILES[one].n === n);
  if (!name) throw new Unreadable(t`it has ${words({ n, kind })}, and they have ${count(60000)} or ${count(10000)}`);
  return name;
}

/** @returns {Promise<boolean>} whether it was checked at all */
async function isKnown(name, whole) {
  if (!globalThis.crypto?.subtle) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== FILES[name].sha256) throw new Unreadable(t`it has the form of ${name}, but another content (its SHA-256 is ${found.slice(0, 8)}…)`);
  return true;
}

function isGzip(a, b) {
  return a === 0x1f && b === 0x8b;
}

function sizeOf({ n, kind }) {
  return HEADERS[kind] + n * PIXELS[kind];
}

function words({ n, kind }) {
  return `${count(n)} ${t(kind)}`;
}

function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

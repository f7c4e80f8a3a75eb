/**
 * The members of a zip archive, stored or deflated, as NumPy writes them. No size that is claimed
 * is believed before it can be true, and nothing is run.
 */

import { english, t } from "../language/texts.js";
import { count, Unreadable } from "./unreadable.js";

export const MAX_BYTES = 128 * 2 ** 20; // of a file, and of all its members unpacked
const MAX_MEMBERS = 8192;
const MOST_PER_BYTE = 1032; // what one deflated byte can become
const END = 0x06054b50; // of the directory
const END_LENGTH = 22;
const MAX_COMMENT = 65535;
const ENTRY = 0x02014b50; // of the directory
const LOCAL = 0x04034b50; // in front of a member
const [STORED, DEFLATED] = [0, 8];
const DAMAGED = english`it is damaged or no zip archive as NumPy writes it`;

/** @param {Uint8Array} bytes @returns {Map<string, {size: number}>} members by name, see unpack */
export function zipMembers(bytes) {
  const view = viewOf(bytes);
  const end = endOf(view);
  const total = view.getUint16(end + 10, true);
  if (total > MAX_MEMBERS) throw new Unreadable(t`it holds ${count(total)} files; at most ${count(MAX_MEMBERS)} are read`);
  const members = new Map();
  let at = view.getUint32(end + 16, true);
  let claimed = 0;
  for (let n = 0; n < total; n++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY) throw new Unreadable(t(DAMAGED));
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (members.has(name)) throw new Unreadable(t`every array must have its own name; ${name} is there twice`);
    const [crc, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
    const method = view.getUint16(at + 10, true);
    const isLocked = (view.getUint16(at + 8, true) & 1) === 1;
    members.set(name, { name, method, isLocked, crc, packed, size, start: view.getUint32(at + 42, true) });
    claimed += size;
    at += 46 + nameLength + extra + comment;
  }
  if (claimed > MAX_BYTES) throw new Unreadable(t`it unpacks to ${count(claimed)} bytes; at most ${count(MAX_BYTES)} are read here`);
  return members;
}

/** A member's bytes, exactly as many as it claims to have. */
export async function unpack(bytes, { name, method, isLocked, crc, packed, size, start }) {
  const view = viewOf(bytes);
  if (isLocked) throw new Unreadable(t`${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED) throw new Unreadable(t`${name} must be stored or deflated, as NumPy does it`);
  if (start + 30 > bytes.length || view.getUint32(start, true) !== LOCAL) throw new Unreadable(t(DAMAGED));
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packed > bytes.length || size > packed * (method === STORED ? 1 : MOST_PER_BYTE)) {
    throw new Unreadable(t`${name} claims ${count(size)} bytes, more than there can be in the file`);
  }
  const content = bytes.subarray(from, from + packed);
  const whole = method === STORED ? content.subarray(0, size) : await inflate(name, content, size);
  if (crcOf(whole) !== crc) throw new Unreadable(t`${name} is damaged: its checksum is wrong`);
  return whole;
}

/** Deflated bytes without any head, exactly as many as they shall be. */
export async function inflate(name, packed, size) {
  if (typeof DecompressionStream === "undefined") throw new Unreadable(t`${name} is compressed, which this browser cannot undo; save it with numpy.savez`);
  const whole = new Uint8Array(size);
  let at = 0;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) throw new RangeError("too long");
      whole.set(part.value, at);
      at += part.value.length;
    }
  } catch {
    reader.cancel().catch(() => {});
    throw new Unreadable(t`${name} is damaged: it cannot be unpacked`);
  }
  if (at !== size) throw new Unreadable(t`${name} claims ${count(size)} bytes, but has ${count(at)}`);
  return whole;
}

function viewOf({ buffer, byteOffset, byteLength }) {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Where the end of the directory stands: the last bytes but for a comment. */
function endOf(view) {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) if (view.getUint32(at, true) === END) return at;
  throw new Unreadable(t(DAMAGED));
}

let table = null;

export function crcOf(bytes) {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  let crc = ~0;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

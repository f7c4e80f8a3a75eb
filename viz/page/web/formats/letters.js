/** Bytes that the page's own file holds deflated, and written as letters: the twin of `as_letters` in packing.py. */

const LETTERS = 85; // from "(" on …
const INSTEAD = { "<": "}", ">": "~", "\\": "!" }; // … without those that mean something in HTML or JSON
const DIGITS = new Uint8Array(128); // what each letter stands for, by its code
for (let digit = 0; digit < LETTERS; digit++) {
  const letter = String.fromCharCode(40 + digit);
  DIGITS[(INSTEAD[letter] ?? letter).charCodeAt(0)] = digit;
}

/** @param {string} text @returns {Promise<Uint8Array>} */
export async function unpacked(text) {
  const packed = new Blob([bytesOf(text.trim())]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Five letters are four bytes, the highest first; of the last ones some may be missing. */
export function bytesOf(text) {
  const view = new DataView(new ArrayBuffer(4 * Math.ceil(text.length / 5)));
  for (let at = 0, byte = 0; at < text.length; byte += 4) {
    let word = 0;
    for (const end = at + 5; at < end; at++) {
      word = word * LETTERS + (at < text.length ? DIGITS[text.charCodeAt(at)] : LETTERS - 1);
    }
    view.setUint32(byte, word);
  }
  return new Uint8Array(view.buffer, 0, Math.floor((text.length * 4) / 5));
}

/** The page's texts in the language of who reads: the English sentence is the key of all others. */

const ENGLISH = { code: "en", decimal: ".", group: ",", texts: {} };

let spoken = ENGLISH;

/** Every text from here on is in another language. @param {object} [table] code, decimal, group, texts; by default English */
export function speak(table = ENGLISH) {
  spoken = table;
}

/** The table of what is spoken, for a worker to speak it, too. */
export function spokenTable() {
  return spoken;
}

/** "en", "de", … of what is spoken. */
export function language() {
  return spoken.code;
}

/**
 * A text in the language that is spoken, in English where the table has none; written before a template, whose places
 * become {0}, {1}, … in the key and may stand in another order elsewhere. t(key) tells a text that was marked before.
 */
export function t(words, ...values) {
  return typeof words === "string" ? look(words) : look(keyOf(words)).replace(PLACE, (_, n) => values[n]);
}

/** The same of a sentence that holds elements. @returns {(string | Node)[]} what `element` takes as children */
export function woven(words, ...values) {
  return look(keyOf(words)).split(PLACE).map((part, i) => (i % 2 ? values[part] : part));
}

/** Marks a text that is told later, by t(key): in a table that is made before a language is known. @returns {string} the key */
export function english(words) {
  return words[0];
}

/** A number as it is written in the language that is spoken. @param {string} text as in English: "1,234.50" */
export function numeral(text) {
  return spoken === ENGLISH ? text : text.replace(/[.,]/g, (mark) => (mark === "." ? spoken.decimal : spoken.group));
}

const PLACE = /\{(\d+)\}/g;

function look(key) {
  return spoken.texts[key] ?? key;
}

/** What stands between the places, and their numbers: "Draw {0} digits". */
function keyOf(words) {
  return words.reduce((key, word, n) => `${key}{${n - 1}}${word}`);
}

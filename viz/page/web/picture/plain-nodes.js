/** Text that came as a tree of plain values becomes elements: known tags, text as text, nothing that could run. */

import { element } from "./dom.js";

const TAGS = ["p", "strong", "em", "code", "br", "pre", "ul", "ol", "li", "blockquote", "hr", "h3", "table", "thead", "tbody", "tr", "th", "td", "a"];

/** @param {(string | [string, object, ...any])[]} nodes see markdown_tree.py @returns {(string | HTMLElement)[]} */
export function built(nodes) {
  return nodes.map((node) => (typeof node === "string" ? node : one(node)));
}

function one([tag, told, ...children]) {
  if (!TAGS.includes(tag)) throw new RangeError(`a lesson has no <${tag}>.`);
  const attributes = {};
  if (tag === "ol" && /^\d+$/.test(told.start)) attributes.start = told.start;
  if (tag === "a" && /^https?:\/\//.test(told.href)) Object.assign(attributes, { href: told.href, target: "_blank", rel: "noopener noreferrer" });
  return element(tag, attributes, ...built(children));
}

/** A sentence that is said once, over the page. */

import { byId } from "../picture/dom.js";

const SENTENCE = 6000; // milliseconds that it stands

let timer = null;

/** @param {...(string | Node)} words a sentence; with buttons it stays until it is answered */
export function notify(...words) {
  const notice = byId("notice");
  const hide = () => (notice.hidden = true);
  notice.replaceChildren(...words);
  notice.hidden = false;
  notice.onclick = hide;
  clearTimeout(timer);
  if (words.length === 1) timer = setTimeout(hide, SENTENCE);
}

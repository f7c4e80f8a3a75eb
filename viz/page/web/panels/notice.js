/** A sentence that is said once, over the page. */

import { byId } from "../picture/dom.js";

const TO_PAINT = 50; // milliseconds until it is surely on the screen
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

/** Says something that shall be read before a long work begins. */
export async function announce(sentence) {
  notify(sentence);
  await shownOnScreen();
}

/** What has just been drawn is seen. */
export function shownOnScreen() {
  return new Promise((resolve) => setTimeout(resolve, TO_PAINT));
}

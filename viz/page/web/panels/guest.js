/** What is said of a network that was dropped on the page: what was taken for granted, and the way back. */

import { t, woven } from "../language/texts.js";
import { FUNCTIONS } from "../model/kinds.js";
import { byId, element } from "../picture/dom.js";

export class GuestBar {
  /**
   * @param {object} payload of the dropped network, see readDropped @param {object} own of the page's own
   * @param {(hints: object) => void} again reads the file once more @param {() => void} back
   */
  constructor({ title, description, read }, own, again, back) {
    document.querySelector("h1").textContent = title;
    byId("facts").textContent = description;
    const name = element("b", {}, read.file.name);
    const bar = element("div", { id: "guest", role: "status" }, element("span", {}, ...woven`${name} as this page reads it. `, ...assumption(read, again), read.notes.join(" ")));
    bar.append(element("button", { onclick: back }, t`Back to ${own.weightsName}`));
    document.querySelector("header").append(bar);
  }
}

/** What is said of a network that learns in the page. */
export class LearningBar {
  /** @param {object} payload of what learns @param {object} own of the page's own @param {() => void} back */
  constructor({ title, description }, own, back) {
    document.querySelector("h1").textContent = title;
    byId("facts").textContent = description;
    const bar = element("div", { id: "guest" }, element("span", {}, t`This network learns in this page, on your machine alone.`));
    bar.append(element("button", { onclick: back }, t`Back to ${own.weightsName}`));
    document.querySelector("header").append(bar);
  }
}

/** What was taken for the function between layers, to be chosen otherwise. */
function assumption({ assumed, hints }, again) {
  if (assumed === null) return [];
  const options = Object.entries(FUNCTIONS).map(([kind, { word }]) => element("option", { value: kind, selected: kind === assumed }, word));
  const choose = ({ target }) => again({ ...hints, activation: target.value });
  const choice = element("select", { onchange: choose, "aria-label": t`Function between the layers` }, ...options);
  return woven`Between its layers ${choice} is taken, which the file does not tell. `;
}

/** What only a person can tell, with a button for each answer. @param {OpenQuestion} asked */
export function question(file, { message, hint, answers }, tell) {
  const buttons = answers.map(([value, words]) => element("button", { onclick: () => tell({ [hint]: value }) }, words));
  return [t`“${file.name}”: ${message}. Which are they? `, ...buttons];
}

/** Images side by side; a click puts one on the pad, and it runs through the network. */

import { t } from "../language/texts.js";
import { element, tile } from "../picture/dom.js";

/**
 * @param {Lab} lab @param {Palette} palette @param {{label: number, answer: number, ink: Float32Array, caption: string}[]} images
 * @param {(ink: Float32Array) => void} setInk
 */
export function gallery(lab, palette, images, setInk) {
  const buttons = images.map(({ label, answer, ink, caption }) => {
    const words = t`${lab.classNames[label]}, read as ${lab.classNames[answer]}`;
    const name = lab.isPicture ? t`${words}; ${caption}: put it on the pad` : t`${words}; ${caption}: put it in`;
    const picture = lab.isPicture ? [tile(lab.input.pixelsOf(ink), lab.input.side, (value) => palette.ink(value), words)] : [lab.classNames[label], " "];
    return element("button", { class: "template", title: words, "aria-label": name, onclick: () => setInk(ink) }, ...picture, element("span", {}, caption));
  });
  return element("div", { class: lab.isPicture ? "templates gallery" : "templates gallery words" }, ...buttons);
}

/** Whose the images are that the page brought along, where that has to be said. */
export function license({ payload }) {
  return payload.evidence?.license ? [element("p", { class: "hint" }, t(payload.evidence.license))] : [];
}

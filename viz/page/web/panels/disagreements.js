/** Digits that two networks read differently: a click puts one on the pad. */

import { dataName } from "../picture/data-names.js";
import { t } from "../language/texts.js";
import { forward, argmax } from "../model/network.js";
import { decodeInk } from "../model/payload.js";
import { count, element, tile } from "../picture/dom.js";

export class Gallery {
  /** @param {Comparison} compared @param {(ink: ArrayLike<number>) => void} setInk on pad and networks */
  constructor(compared, setInk) {
    this.compared = compared;
    this.setInk = setInk;
    const { inks, labels, found, of, name } = compared.facts.gallery;
    const all = decodeInk(inks);
    const length = compared.first.ink.length;
    this.digits = labels.map((label, i) => ({ label, ink: all.subarray(i * length, (i + 1) * length) }));
    const some = found > labels.length ? t` Here are the ${count(labels.length)} of which both are surest.` : "";
    const words = found === 0 ? t`There is no digit among ${count(of)} of ${dataName(name)} that they read differently.` : t`They read ${count(found)} of ${count(of)} digits of ${dataName(name)} differently.${some} Click one to run it through both.`;
    this.tiles = element("div", { class: "gallery" });
    this.element = element("div", {}, element("p", {}, words), this.tiles);
    this.painted = null; // the palette of the tiles
  }

  /** @param {Palette} palette tiles are made once for each */
  show(palette) {
    if (palette === this.painted) return;
    this.painted = palette;
    const { first, second, names } = this.compared;
    this.tiles.replaceChildren(
      ...this.digits.map(({ label, ink }) => {
        const [one, other] = [first, second].map((lab) => lab.classNames[argmax(forward(lab.layers, ink).probabilities)]);
        const words = t`${first.classNames[label]}: ${names[0]} reads ${one}, ${names[1]} reads ${other}`;
        const picture = tile(first.input.pixelsOf(ink), first.input.side, (value) => palette.ink(value), words);
        return element("button", { onclick: () => this.setInk(ink), title: words }, picture, element("span", {}, `${one} · ${other}`));
      }),
    );
  }
}

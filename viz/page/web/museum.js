/** Brings the class museum to life: drawings on walls, walked by keyboard. Twin of museum_page.py. */

import { t } from "./language/texts.js";
import { Languages } from "./panels/language.js";
import { Atlas } from "./picture/atlas.js";
import { byId, count, element, percent } from "./picture/dom.js";
import { Palette, step } from "./picture/theme.js";

const SURE = [0.99, 0.9, 0.6]; // where one wall ends and the next begins

async function start(payload) {
  const { classNames, refused, themes } = payload;
  const exhibits = payload.exhibits.map((one) => ({ ...one, sure: one.probabilities[one.answer] }));
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const atlas = new Atlas(payload.atlas, []);
  await atlas.load();
  const palettes = Object.fromEntries(Object.entries(themes).map(([name, theme]) => [name, new Palette(theme)]));
  const cards = exhibits.map((_, i) => card(i));
  let chosen = 0;

  const orders = {
    name: { told: t`Name`, wall: ({ name }) => name, before: () => 0 },
    digit: { told: t`Digit`, wall: ({ answer }) => t`Read as ${classNames[answer]}`, before: (a, b) => a.answer - b.answer || b.sure - a.sure },
    sure: { told: t`Sureness`, wall: sureness, before: (a, b) => a.sure - b.sure },
  };

  function sureness({ sure }) {
    const [most, much, half] = SURE.map((share) => percent(share, 0));
    if (sure >= SURE[0]) return t`Very sure: ${most} and more`;
    if (sure >= SURE[1]) return t`Sure: ${much} and more`;
    return sure >= SURE[2] ? t`Rather sure: ${half} and more` : t`Unsure: below ${half}`;
  }

  /** "Anna, row 2, column 3" */
  function whose({ name, row, column }) {
    if (row) return t`${name}, row ${row}, column ${column}`;
    return column ? t`${name}, digit ${column}` : name;
  }

  function read({ answer, sure }) {
    return t`read as ${classNames[answer]}, ${percent(sure)}`;
  }

  function card(i) {
    const one = exhibits[i];
    const attributes = { class: one.unlike ? "card unlike" : "card", tabindex: -1, onclick: () => choose(i), onfocus: () => choose(i) };
    const bar = element("i", { style: `--sure: ${100 * one.sure}%` });
    const short = one.row ? `${one.name} ${one.row}·${one.column}` : one.name;
    return element(
      "button",
      { ...attributes, "aria-pressed": "false", "aria-label": `${whose(one)}: ${read(one)}${one.unlike ? t`, unlike any digit` : ""}`, title: whose(one) },
      element("canvas", { width: atlas.side, height: atlas.side }),
      element("b", {}, classNames[one.answer]),
      bar,
      element("span", {}, percent(one.sure)),
      element("span", {}, short),
    );
  }

  function paint(canvas, i) {
    const { inkTable } = palettes[root.dataset.theme];
    const image = new ImageData(atlas.side, atlas.side);
    image.data.fill(255);
    atlas.inkOf(i).forEach((ink, pixel) => image.data.set(inkTable[step(ink / 255)], 4 * pixel));
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /** Puts all drawings on their walls, in another order. */
  function hang(key) {
    const { wall, before } = orders[key];
    const order = [...exhibits.keys()].sort((a, b) => before(exhibits[a], exhibits[b]) || a - b);
    const walls = new Map();
    for (const i of order) {
      const name = wall(exhibits[i]);
      if (!walls.has(name)) walls.set(name, []);
      walls.get(name).push(cards[i]);
    }
    byId("walls").replaceChildren(
      ...[...walls].map(([name, hung], n) =>
        element(
          "section",
          { "aria-labelledby": `wall-${n}` },
          element("h2", { id: `wall-${n}`, translate: "no" }, name, " ", element("small", {}, count(hung.length))),
          element("div", { class: "wall" }, ...hung),
        ),
      ),
    );
  }

  function choose(i) {
    cards[chosen].setAttribute("aria-pressed", "false");
    cards[chosen].tabIndex = -1;
    chosen = i;
    cards[i].setAttribute("aria-pressed", "true");
    cards[i].tabIndex = 0;
    const one = exhibits[i];
    paint(byId("picture"), i);
    const isWrong = one.label !== null && one.label !== classNames[one.answer];
    const meant = one.label === null ? [] : [element("span", isWrong ? { class: "wrong" } : {}, t`It was meant to be a ${one.label}.`)];
    const strange = one.unlike ? [element("p", {}, t`Unlike any digit that the network learned.`)] : [];
    byId("told").replaceChildren(element("b", {}, classNames[one.answer]), read(one), element("p", {}, whose(one)), ...meant, ...strange);
    byId("bars").replaceChildren(
      ...one.probabilities.flatMap((p, k) => [
        element("span", {}, classNames[k]),
        element("i", { style: `--sure: ${100 * p}%` }),
        element("span", {}, percent(p)),
      ]),
    );
  }

  /** The card that a key leads to, seen from the chosen one. */
  function towards(key) {
    const hung = [...byId("walls").querySelectorAll(".card")];
    const at = hung.indexOf(cards[chosen]);
    if (key === "Home") return hung[0];
    if (key === "End") return hung[hung.length - 1];
    if (key === "ArrowRight") return hung[at + 1];
    if (key === "ArrowLeft") return hung[at - 1];
    const from = hung[at].getBoundingClientRect();
    const down = key === "ArrowDown" ? 1 : -1;
    const steps = (to) => down * (to.getBoundingClientRect().top - from.top);
    const beyond = hung.filter((one) => steps(one) > 1);
    const next = Math.min(...beyond.map(steps));
    const aside = (one) => Math.abs(one.getBoundingClientRect().left - from.left);
    return beyond.filter((one) => steps(one) < next + 1).sort((a, b) => aside(a) - aside(b))[0];
  }

  function setTheme(name) {
    root.dataset.theme = name;
    cards.forEach((one, i) => paint(one.firstChild, i));
    paint(byId("picture"), chosen);
  }

  const photos = payload.sheets ? t` Sheets: ${count(payload.sheets)}, empty squares on them: ${count(payload.empty)}.` : "";
  byId("facts").textContent = t`${count(exhibits.length)} drawings in ${count(payload.files)} files, read by ${payload.weights}.` + photos;
  byId("refused").hidden = refused.length === 0;
  byId("refused").querySelector("ul").append(...refused.map((sentence) => element("li", {}, sentence)));
  for (const [key, { told }] of Object.entries(orders)) {
    const input = element("input", { type: "radio", name: "orders", value: key, checked: key === "name", onchange: () => hang(key) });
    byId("orders").append(element("label", { class: "pick" }, input, told));
  }
  byId("walls").addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain || !["Home", "End", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    towards(event.key)?.focus();
  });
  byId("choice").addEventListener("submit", (event) => event.preventDefault());
  byId("theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
  hang("name");
  setTheme(dark.matches ? "dark" : "light");
  choose(0);
}

window.neuroscribble = { ready: null };
window.neuroscribble.ready = (async () => {
  await new Languages(JSON.parse(byId("languages").textContent)).begin();
  await start(JSON.parse(byId("payload").textContent));
})();

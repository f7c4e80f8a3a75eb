/** Brings the maps' page to life: which layer, which method, which digit. Twin of maps_page.py. */

import { t } from "./language/texts.js";
import { Languages } from "./panels/language.js";
import { Atlas } from "./picture/atlas.js";
import { dataName } from "./picture/data-names.js";
import { byId, count, element, percent } from "./picture/dom.js";
import { Scatter } from "./picture/scatter.js";
import { Palette } from "./picture/theme.js";

const METHODS = { tsne: "t-SNE", pca: "PCA" };

async function start(payload) {
  const { layers, labels, answers, confidences, classNames, themes, steps } = payload;
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const atlas = new Atlas(payload.atlas, labels);
  await atlas.load();
  const digits = { labels, answers, classNames };
  const scatter = new Scatter(byId("dots"), atlas, digits, (index) => choose(index));
  let [layer, method] = [layers[0], Object.keys(layers[0].maps)[0]];

  /** A digit's place in the panel: picture, what it is, what was read. */
  function choose(index) {
    if (index === scatter.selected) return;
    scatter.select(index);
    showDigit();
    byId("speech").textContent = byId("told").textContent;
  }

  function showDigit() {
    const index = scatter.selected;
    const palette = new Palette(themes[root.dataset.theme]);
    const ctx = byId("picture").getContext("2d");
    const { side } = atlas;
    atlas.inkOf(index).forEach((ink, pixel) => {
      ctx.fillStyle = palette.ink(ink / 255);
      ctx.fillRect(pixel % side, Math.floor(pixel / side), 1, 1);
    });
    const [label, answer] = [classNames[labels[index]], classNames[answers[index]]];
    const sure = percent(confidences[index]);
    byId("picture").setAttribute("aria-label", t`A digit ${label}`);
    byId("told").replaceChildren(
      element("b", {}, label),
      " ",
      scatter.isWrong[index] ? element("span", { class: "wrong" }, t`misread as ${answer}, ${sure}`) : t`read as ${answer}, ${sure}`,
    );
  }

  function showMap() {
    const { places, centers } = layer.maps[method];
    scatter.show({ places: places.map((place) => place / steps), centers });
    const share = method === "pca" ? t` The two directions hold ${percent(layer.pcaShare, 0)} of its variance.` : "";
    byId("measures").textContent =
      t`${layer.key}, ${count(layer.shape.reduce((a, b) => a * b))} numbers a digit. Alike: the nearest other digit is of the same class for ${percent(layer.alike)}. Apart: the class means explain ${percent(layer.apart)} of the variance. Both are measured in the layer itself, by Euclidean distance, not on this map.${share}`;
  }

  function setTheme(name) {
    root.dataset.theme = name;
    scatter.setTheme(themes[name]);
    document.querySelectorAll("#classes i").forEach((swatch, label) => {
      swatch.style.background = scatter.color(label);
    });
    showDigit();
  }

  /** One of several, as a radio button that looks like a tab. */
  function pick(group, value, isChecked, onPick, ...words) {
    const input = element("input", { type: "radio", name: group, value, checked: isChecked, onchange: onPick });
    byId(group).append(element("label", { class: "pick" }, input, ...words));
  }

  function nextMisread() {
    const wrong = [...labels.keys()].filter((i) => scatter.isWrong[i]);
    const highlighted = wrong.filter((i) => scatter.isShown(i));
    const among = highlighted.length > 0 ? highlighted : wrong;
    const next = among.find((i) => i > (scatter.selected ?? -1)) ?? among[0];
    if (next === undefined) return;
    choose(next);
    scatter.reveal(next);
  }

  function highlight(label) {
    scatter.highlighted = scatter.highlighted === label ? null : label;
    [...byId("classes").children].forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === scatter.highlighted));
    });
    scatter.draw();
  }

  for (const one of layers) {
    const numbers = element("small", {}, t`${percent(one.alike)} alike, ${percent(one.apart, 0)} apart`);
    const choice = () => {
      layer = one;
      showMap();
    };
    pick("layers", one.key, one === layer, choice, `${one.key} · ${one.shape.join(" × ")}`, numbers);
  }
  for (const name of Object.keys(layer.maps)) {
    const choice = () => {
      method = name;
      showMap();
    };
    pick("methods", name, name === method, choice, METHODS[name]);
  }
  classNames.forEach((name, label) => {
    const n = labels.filter((other) => other === label).length;
    const title = t`${count(n)} digits`;
    byId("classes").append(
      element("button", { "aria-pressed": "false", title, onclick: () => highlight(label) }, name, element("i")),
    );
  });
  const on = (id, type, listener) => byId(id).addEventListener(type, listener);
  on("choice", "submit", (event) => event.preventDefault());
  on("misread", "change", ({ target }) => {
    scatter.misreadOnly = target.checked;
    scatter.draw();
  });
  on("next", "click", nextMisread);
  byId("next").disabled = !scatter.isWrong.includes(true);
  on("fit", "click", () => scatter.fit());
  on("theme", "click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
  on("map", "keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && scatter.key(event.key)) event.preventDefault();
  });
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));

  const nWrong = scatter.isWrong.filter(Boolean).length;
  byId("facts").textContent = t`${payload.weightsName}: ${count(labels.length)} digits of ${dataName(payload.name)}, ${count(nWrong)} of them misread`;
  showMap();
  scatter.select(Math.max(scatter.isWrong.indexOf(true), 0));
  setTheme(dark.matches ? "dark" : "light");
  return {
    layer: () => layer.key,
    method: () => method,
    selected: () => scatter.selected,
    screen: (index) => scatter.screen(index),
    moving: () => Boolean(scatter.moving),
    zoom: () => scatter.view.zoom,
    shown: () => [...labels.keys()].filter((i) => scatter.isShown(i)),
    inkOf: (index) => [...atlas.inkOf(index)],
  };
}

window.neuroscribble = { ready: null };
window.neuroscribble.ready = (async () => {
  await new Languages(JSON.parse(byId("languages").textContent)).begin();
  Object.assign(window.neuroscribble, await start(JSON.parse(byId("payload").textContent)));
})();

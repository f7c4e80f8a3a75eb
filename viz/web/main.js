/** Brings the page to life: one state, one way from ink to picture, one object for teachers. */

import { incomingRanks } from "./attribution.js";
import { Caption, captionSentences, fidelityOf } from "./caption.js";
import { byId, decimal, element, percent } from "./dom.js";
import { EdgeLayer } from "./edges.js";
import { normalizeInk } from "./ink.js";
import { Inspector } from "./inspector.js";
import { argmax, forward } from "./network.js";
import { Nodes } from "./nodes.js";
import { Pad, PAD_SIZE } from "./pad.js";
import { readCases, readNetwork } from "./payload.js";
import { Palette, symmetricLimit } from "./theme.js";
import { View } from "./view.js";

const FIRST_DIGIT = 3; // the example that is drawn when the page opens

function start(payload, data, options) {
  const { columns, layers } = readNetwork(payload);
  const { classNames, facts } = payload;
  const side = Math.sqrt(layers[0].fanIn);
  const model = { columns, layers, classNames, facts, side, ranks: layers.map(incomingRanks) };
  const places = new Map(columns.flatMap(({ ids }, column) => ids.map((id, unit) => [id, { column, unit }])));
  const mostInputs = Math.max(...layers.map(({ fanIn }) => fanIn));
  const palettes = Object.fromEntries(
    Object.entries(payload.themes).map(([name, theme]) => [name, new Palette(theme)]),
  );
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const state = { ink: new Float32Array(layers[0].fanIn), trace: null, topK: mostInputs, selected: null };

  const nodes = new Nodes(columns, classNames);
  const view = new View(byId("network"), data, options, model, nodes, select);
  const scene = {
    columns: columns.map(({ x, y }) => ({ x, y })),
    layers: layers.map(({ W, fanIn, fanOut }, i) => ({
      fanIn,
      fanOut,
      values: W,
      ranks: model.ranks[i],
      limit: symmetricLimit(W),
    })),
  };
  const edges = new EdgeLayer(scene, () => view.redraw());
  const inspector = new Inspector(model, select);
  const caption = new Caption(mostInputs, setTopK);
  const pad = new Pad(byId("pad"), () => feed(normalizeInk(pad.ink, PAD_SIZE)));

  const isBlank = () => state.ink.every((value) => value === 0);
  const palette = () => palettes[document.documentElement.dataset.theme];

  function feed(ink) {
    state.ink = Float32Array.from(ink);
    state.trace = forward(layers, state.ink);
    nodes.show(state.ink, state.trace, isBlank());
    byId("pad-hint").hidden = !pad.isEmpty;
    refresh();
  }

  function refresh() {
    inspector.show(state.selected, state.ink, state.trace, isBlank(), palette());
    const isAll = state.topK === mostInputs;
    caption.show(captionSentences(fidelity(), model, state.topK, isBlank()), state.topK, isAll);
    view.redraw();
  }

  function fidelity() {
    return fidelityOf(model, state.topK, state.ink, state.trace);
  }

  function setTopK(k) {
    const wanted = k === "all" ? mostInputs : Math.floor(Number(k));
    if (!(wanted >= 1)) throw new RangeError(`k must be 1, 2, … or "all"; got ${k}.`);
    state.topK = Math.min(wanted, mostInputs);
    edges.set(state.topK, palette());
    refresh();
  }

  function select(id) {
    if (id !== null && !places.has(id)) throw new RangeError(`there is no unit ${id}.`);
    state.selected = id === null ? null : places.get(id);
    view.selected = state.selected;
    document.body.classList.toggle("inspecting", id !== null);
    refresh();
  }

  function setTheme(name) {
    document.documentElement.dataset.theme = name;
    nodes.setPalette(palette());
    pad.setPalette(palette());
    view.setLayers(edges, palette(), describe);
    edges.set(state.topK, palette());
    if (state.trace) refresh();
  }

  function describe(id) {
    const { column, unit } = places.get(id);
    if (column === 0) return `${id}: ink ${decimal(state.ink[unit], 3)}`;
    const z = state.trace.preActivations[column - 1][unit];
    const a = state.trace.activations[column - 1][unit];
    if (column === layers.length) return `${id}: logit ${decimal(z, 3)}, probability ${percent(a, 2)}`;
    return `${id}: pre-activation ${decimal(z, 3)}, activation ${decimal(a, 3)}`;
  }

  function showExample(example) {
    pad.setStrokes(example.strokes.map((points) => ({ points, width: pad.brush })));
    feed(normalizeInk(pad.ink, PAD_SIZE));
  }

  function setInk(ink) {
    pad.setImage(ink, side);
    feed(ink);
  }

  function selfCheck() {
    const cases = readCases(payload);
    let maxError = 0;
    for (const { ink, preActivations } of cases) {
      const trace = forward(layers, ink);
      preActivations.forEach((expected, i) => {
        expected.forEach((z, unit) => {
          maxError = Math.max(maxError, Math.abs(z - trace.preActivations[i][unit]));
        });
      });
    }
    return { cases: cases.length, maxError };
  }

  function showBadge() {
    const { cases, maxError } = selfCheck();
    const good = maxError <= 1e-4;
    const badge = byId("badge");
    badge.classList.toggle("bad", !good);
    badge.textContent = good
      ? `✓ Checked: ${cases} digits, same as NumPy to ${maxError.toExponential(0)}`
      : `✗ Differs from NumPy by ${maxError.toExponential(0)}: do not trust this page`;
  }

  byId("examples").append(
    ...payload.examples.map((example) =>
      element(
        "button",
        { onclick: () => showExample(example), "aria-label": `Example: ${example.label}` },
        String(example.label),
      ),
    ),
  );
  byId("clear").addEventListener("click", () => pad.clear());
  byId("undo").addEventListener("click", () => pad.undo());
  byId("brush").addEventListener("input", (event) => (pad.brush = Number(event.target.value)));
  byId("fit").addEventListener("click", () => view.fit());
  byId("theme").addEventListener("click", () =>
    setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
  );
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));

  setTheme(dark.matches ? "dark" : "light");
  showExample(payload.examples[FIRST_DIGIT]);
  setTopK(payload.topK);
  showBadge();

  return {
    forward: (ink) => forward(layers, ink),
    normalizeInk,
    setInk,
    clear: () => pad.clear(),
    setTopK,
    topK: () => (state.topK === mostInputs ? "all" : state.topK),
    select,
    selection: () => (state.selected ? columns[state.selected.column].ids[state.selected.unit] : null),
    fidelity,
    selfCheck,
    answer: () => (isBlank() ? null : classNames[argmax(state.trace.probabilities)]),
    painted: () => edges.painted,
    view: view.network,
  };
}

window.neuroscribble = { ready: null };
window.neuroscribble.ready = (async () => {
  const payload = JSON.parse(byId("payload").textContent);
  const { nodes, edges, options } = window.pyvisGraph;
  Object.assign(window.neuroscribble, start(payload, { nodes, edges }, options));
  await window.neuroscribble.painted();
})();

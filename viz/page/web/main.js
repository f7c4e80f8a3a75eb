/** Brings the page to life: one state, who shows what of it, one object for teachers and tests. */

import { t } from "./language/texts.js";
import { AnswerPanel } from "./panels/answer.js";
import { publicObject } from "./panels/api.js";
import { Caption, captionSentences } from "./panels/caption.js";
import { factsSentence, showBadge } from "./panels/badge.js";
import { DecidesPanel } from "./panels/decides.js";
import { EdgePaths } from "./panels/edge-paths.js";
import { readPad } from "./panels/digits.js";
import { graphOf, rememberBlank } from "./picture/blank.js";
import { byId, element } from "./picture/dom.js";
import { Examiner } from "./panels/examiner.js";
import { extras } from "./panels/extras.js";
import { drawnLayers } from "./picture/drawn.js";
import { tellNext } from "./picture/frames.js";
import { picturePng, pictureSvg, save } from "./picture/exports.js";
import { FeaturesPanel } from "./panels/features.js";
import { HowMuchToCut } from "./panels/how-much-to-cut.js";
import { Funnel } from "./picture/funnel.js";
import { Inspector } from "./panels/inspector.js";
import { readDropped } from "./formats/dropped.js";
import { unpackedPayload } from "./formats/packed.js";
import { GuestBar, LearningBar, question } from "./panels/guest.js";
import { Languages } from "./panels/language.js";
import { Keyboard } from "./panels/keyboard.js";
import { Lab } from "./panels/lab.js";
import { LearnPanel } from "./panels/learn.js";
import { Kiosk } from "./panels/kiosk.js";
import { LessonPanel } from "./panels/lesson.js";
import { Link } from "./panels/link.js";
import { announce, notify, shownOnScreen } from "./panels/notice.js";
import { MnistShelf } from "./panels/mnist-shelf.js";
import { Pad, PAD_SIZE } from "./panels/pad.js";
import { readPicture } from "./model/picture.js";
import { ReasonsPanel } from "./panels/reasons.js";
import { Stage } from "./panels/stage.js";
import { StagesPanel } from "./panels/stages.js";
import { Palette } from "./picture/theme.js";
import { StepsPanel } from "./panels/steps.js";
import { TakenOut } from "./panels/taken-out.js";
import { Tour } from "./panels/tour.js";
import { Trainer } from "./panels/trainer.js";
import { UnitEvidence } from "./panels/unit-evidence.js";
import { UnitPanel } from "./panels/unit.js";
import { UnitsWorth } from "./panels/units-worth.js";
import { WeightsPanel } from "./panels/weights.js";
import { WhatChanged } from "./panels/what-changed.js";
import { WhereItErrs } from "./panels/where-it-errs.js";
import { workerProgram } from "./panels/worker-program.js";

const LARGE = 2e6; // bytes of a file that takes a moment to read
const QUICK = 1e8; // multiplications of a self-check that no picture has to wait for
const PAUSE = 120; // milliseconds of a still pen, before what takes long is said of its drawing
const FIRST_DIGIT = 3; // the example that is drawn when the page opens

/** @param {object} payload see payload.js @param {object} graph see graphOf @param {AbortSignal} signal the end of it
 *  @param {string} hash the link to the state that it begins with @param {Lab} [kept] of the same network, with what was done to it */
function start(payload, graph, signal, hash, kept) {
  let isOpen = false; // what opens with the page opens calmly
  let pause = null; // of the pen, in which the caption is told anew
  const lab = kept ?? new Lab(payload);
  lab.onChange = changed;
  const palettes = Object.fromEntries(
    Object.entries(payload.themes).map(([name, theme]) => [name, new Palette(theme)]),
  );
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  root.dataset.theme ??= dark.matches ? "dark" : "light";
  const palette = () => palettes[root.dataset.theme];
  const funnel = new Funnel(byId("network"), graph, lab, palette());
  const { view, scene, light } = funnel;
  const compared = payload.compare ? new extras.compare({ lab, view, setInk, palette, options: window.pyvisGraph.options, signal }, payload.compare) : null;
  let check = null; // of the file's network, which lessons do not change
  const isQuick = payload.cases.labels.length * lab.multiplications < QUICK;
  if (isQuick) prove();
  else byId("badge").textContent = t`Checking …`;
  const pad = new Pad(byId("pad"), () => readPad(lab, pad), () => lab.rest());
  const features = lab.isPicture ? null : new FeaturesPanel(lab, (values) => lab.setInk(values));
  const education = payload.history ? new extras.trained.Education(lab, payload.history) : null;
  const ribbon = education ? new extras.trained.Ribbon(education) : null;
  if (ribbon) document.querySelector("footer").before(ribbon.element);
  signal.addEventListener("abort", () => ribbon?.pause());
  const watch = payload.watch ? new extras.trained.Watch(lab) : null;
  if (watch) document.querySelector("footer").before(watch.element);
  const examiner = new Examiner(lab, () => worker);
  signal.addEventListener("abort", () => examiner.end());
  const takenOut = new TakenOut(lab, examiner);
  document.querySelector("header").append(takenOut.element);
  const measured = [new UnitEvidence(lab, examiner, setInk), new UnitsWorth(lab, examiner), new HowMuchToCut(lab, examiner)];
  const point = (edges) => view.point(edges);
  const paths = new EdgePaths(lab, point);
  const unitPanel = new UnitPanel(lab, point, measured, payload.learns ? new WhatChanged(lab, trainer, point) : null, paths);
  const answerPanel = new AnswerPanel(lab, new WhereItErrs(lab, examiner, setInk));
  const learnPanel = new LearnPanel(trainer, lab, (files) => loadFiles(files));
  const steps = new StepsPanel(lab, (stage) => funnel.setStage(stage), (layer, time) => light.run([layer], time));
  const inspector = new Inspector([
    ...(compared ? [compared.panel] : []),
    answerPanel,
    unitPanel,
    ...(features ? [new ReasonsPanel(lab)] : [new DecidesPanel(lab, examiner, paths), new StagesPanel(lab, pad)]),
    steps,
    new LessonPanel(lab),
    new WeightsPanel(lab, point, (place) => scene.focus.point(place)),
    ...(education ? [new extras.trained.EducationPanel(education)] : []),
    learnPanel,
  ]);
  if (trainer.isWatched) inspector.current = learnPanel;
  const link = new Link(lab, pad, view, trainer, setInk, education, compared);
  const stage = new Stage(lab, link, view, payload.stage ?? {}, signal);
  const caption = new Caption(lab);
  const keyboard = new Keyboard(lab, view, signal);
  new Tour(lab.isPicture, payload === own && !classroom, signal);
  if (compared) keyboard.also = (what) => compared.spoken(what);

  /** Everything that shows the state, shown anew. */
  function changed(what) {
    const isLooking = Boolean(lab.selected ?? lab.through);
    if (what === "selection" && isLooking && !inspector.current.keepsSelection) inspector.current = unitPanel;
    if (what === "selection" && !isLooking && inspector.current === unitPanel) inspector.current = answerPanel;
    compared?.follow(what);
    const isLive = (what === "learning" || what === "weights") && trainer.isRunning; // one of many changes in a row
    const isDrawn = what === "ink" && lab.isDrawing; // another one, of which one watches the picture and the answer
    const tell = isDrawn ? tellNext : (words) => words();
    if (isLive || (isDrawn && inspector.current !== answerPanel)) showPanelSoon();
    else tell(showPanel);
    funnel.show(what, palette(), isLive);
    if (isDrawn) showCaptionAtPause();
    else if (what !== "selection" && what !== "weights") showCaption(); // while weights move it waits
    if (what === "ink" && isOpen && scene.stage === null) for (const one of [light, compared?.funnel.light]) one?.follow();
    keyboard.tell(what);
    if (features) features.show(palette());
    else byId("pad-hint").hidden = !pad.isEmpty;
    if (what === "network" && check) showBadge(check, lab);
    ribbon?.show();
    takenOut.show();
    classroom?.follow();
    tell(showStage);
  }

  function showStage() {
    stage.show();
  }

  function prove() {
    check = compared ? compared.selfCheck(lab.selfCheck()) : lab.selfCheck();
    showBadge(check, lab);
  }

  function showPanel() {
    if (!signal.aborted) inspector.show(palette());
  }

  /** The same behind the next frame, so that the picture has this one for itself. */
  function showPanelSoon() {
    requestAnimationFrame(() => setTimeout(showPanel));
  }

  function showCaptionAtPause() {
    clearTimeout(pause);
    pause = setTimeout(() => signal.aborted || showCaption(), PAUSE);
  }

  function showCaption() {
    clearTimeout(pause);
    caption.show();
    compared?.tellWhatIsDrawn();
  }

  function setTheme(name) {
    root.dataset.theme = name;
    pad.setPalette(palette());
    changed("theme");
  }

  function showExample(example) {
    pad.setStrokes(example.strokes.map((points) => ({ points, width: pad.brush })));
    pad.onChange();
  }

  function setInk(ink) {
    lab.setInk(ink);
    if (features) return;
    pad.setImage(lab.input.pixelsOf(lab.ink), lab.input.side);
    inspector.show(palette()); // the stages of its preparation begin with the pad's ink
    byId("pad-hint").hidden = true;
  }

  /** What was dropped or chosen: MNIST's files to learn from, else a picture or a network. @param {File[]} files */
  async function loadFiles(files) {
    const digits = await MnistShelf.among(files);
    if (digits.length === 0) {
      if (files.length > 0) loadFile(files[0]);
      return;
    }
    await announce(t`Reading MNIST’s files …`);
    notify(await trainer.take(digits));
    inspector.open(learnPanel);
  }

  /** A picture for the pad, or another network. @param {object} [hints] see readDropped */
  async function loadFile(file, hints = {}) {
    try {
      if (file.size > LARGE) await announce(t`Reading “${file.name}” …`);
      const network = await readDropped(file, hints, own);
      if (network) await open(network);
      else if (features) notify(t`This network reads features, no pictures.`);
      else {
        pad.setInk(await readPicture(file, PAD_SIZE));
        pad.onChange();
      }
    } catch (error) {
      if (error.answers) notify(...question(file, error, (told) => loadFile(file, { ...hints, ...told })));
      else notify(error.message);
    }
  }

  function svg() {
    const title = compared ? compared.names[0] : payload.title;
    const own = pictureSvg(lab, drawnLayers(lab), funnel.sheets, palette(), captionSentences(lab), title);
    return compared ? compared.svg(own) : own;
  }

  function openPad() {
    byId("examples").append(
      ...payload.examples.map((example) =>
        element(
          "button",
          { onclick: () => showExample(example), "aria-label": t`Example: ${example.label}` },
          String(example.label),
        ),
      ),
    );
    on("clear", "click", () => pad.clear());
    on("undo", "click", () => pad.undo());
    on("brush", "input", ({ target }) => (pad.brush = Number(target.value)));
    pad.setPalette(palette());
    showExample(payload.examples[FIRST_DIGIT]);
  }

  const on = (id, type, listener) => byId(id).addEventListener(type, listener);
  on("fit", "click", () => {
    view.fit();
    compared?.fit(view);
  });
  on("picture", "change", ({ target }) => {
    loadFiles([...target.files]);
    target.value = ""; // so that the same file can be chosen again
  });
  on("theme", "click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
  on("share", "click", () => link.share());
  byId("share").hidden = window.location.protocol === "about:" || payload !== own; // no address leads here
  on("save-svg", "click", () => save(new Blob([svg()], { type: "image/svg+xml" }), "network.svg"));
  on("save-png", "click", async () => save(await picturePng(svg()), "network.png"));
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"), { signal });
  window.addEventListener("hashchange", () => payload === own && link.replace(window.location.hash), { signal });
  document.addEventListener("dragover", (event) => event.preventDefault(), { signal });
  const onDrop = (event) => {
    event.preventDefault();
    loadFiles([...event.dataTransfer.files]);
  };
  document.addEventListener("drop", onDrop, { signal });
  signal.addEventListener("abort", () => {
    steps.pause();
    lab.onChange = () => {}; // what still waits for its frame changes nothing on the next page
    funnel.end();
  });

  const clear = () => (features ? lab.setInk(lab.input.start) : pad.clear());
  if (features) setInk(lab.input.rows[0]?.values ?? lab.ink);
  else openPad();
  link.restore(hash);
  compared?.fit(view);
  trainer.attach(payload, lab, () => {
    if (inspector.current === learnPanel) inspector.show(palette());
    classroom?.follow();
  });
  byId("facts").textContent = factsSentence(payload);
  if (payload.learns) new LearningBar(payload, own, () => open(own));
  if (payload.read) new GuestBar(payload, own, (told) => loadFile(payload.read.file, told), () => open(own));
  if (payload.stage?.kiosk) new Kiosk(stage, signal);
  isOpen = true;
  classroom?.attach({ lab, trainer, examiner, inspector, link, compared, showExample, clear, leave: () => open(own) });
  watch?.follow(signal);

  const made = publicObject(lab, { edges: funnel.edges, scene, view, education, examiner, setInk, clear, svg, hash: () => link.hash(), trainer });
  return { api: { ...made, compare: compared?.api }, lab, prove: isQuick ? null : prove };
}

const putBack = rememberBlank(document.body, "network");
let [own, worker] = [null, ""]; // the payload that the page came with, the program of its workers
let [trainer, classroom] = [null, null]; // of that network
const languages = new Languages(JSON.parse(byId("languages").textContent));
let [life, shown] = [null, null]; // the page's, and what it shows: {payload, lab}

/**
 * Shows a network in place of the one before.
 * @param {object} [graph] that PyVis wrote, at first @param {string} [hash] of the state that it begins with
 * @param {Lab} [lab] that is shown anew
 */
async function open(payload, graph, hash = "", lab = null) {
  life?.abort();
  life = new AbortController();
  if (!graph) putBack();
  document.title = payload.title;
  languages.tell(openInLanguage);
  const made = start(payload, graph ?? graphOf(payload, byId("network"), window.pyvisGraph.options), life.signal, hash, lab);
  shown = { payload, lab: made.lab };
  Object.assign(window.neuroscribble, made.api);
  const { signal } = life;
  await window.neuroscribble.painted();
  if (!made.prove) return;
  await shownOnScreen();
  if (!signal.aborted) made.prove();
}

/** The same with the drawing, the choice of edges and the keyboard where they were. */
function openInPlace(payload) {
  const words = document.activeElement?.closest("#panel button")?.textContent;
  const opened = open(payload, null, window.neuroscribble.hash());
  Array.from(document.querySelectorAll("#panel button")).find((button) => button.textContent === words)?.focus();
  return opened;
}

/** The same with every text in another language, and everything that was done to it. */
async function openInLanguage(code) {
  await languages.speak(code);
  trainer.orders.speak();
  const payload = shown.payload.learns ? trainer.payload() : shown.payload; // which speaks of itself
  const tab = document.querySelector('[role="tab"][aria-selected="true"]').id;
  const opened = open(payload, null, window.neuroscribble.hash(), shown.lab);
  byId(tab).click();
  byId("language").focus();
  return opened;
}

async function begin() {
  [own, worker] = await Promise.all([unpackedPayload(byId("payload").textContent), workerProgram(), window.graphShown]);
  trainer = new Trainer(own, () => worker, openInPlace);
  if (own.lesson) classroom = new extras.classroom(own.lesson);
  if (languages.wanted !== "en") await languages.speak();
  await open(own, window.pyvisGraph, window.location.hash);
}

window.neuroscribble = { ready: begin() };

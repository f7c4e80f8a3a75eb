/** What a lesson's step shows: words of the page's link, and a few for what no link holds. */

import { placeOf } from "./live-values.js";

const TABS = { answer: "AnswerPanel", unit: "UnitPanel", why: "DecidesPanel", ink: "StagesPanel", steps: "StepsPanel", teach: "LessonPanel", weights: "WeightsPanel", past: "EducationPanel", learn: "LearnPanel", compare: "ComparePanel" };
const TRAIN = {
  start: ({ trainer }) => trainer.start(),
  pause: ({ trainer }) => trainer.pause(),
  reset: ({ trainer }) => trainer.reset(),
};

/**
 * Brings the page to where a step wants it.
 * @param {() => object} page the page as it is now: it is another one when a network takes the place of one before
 * @param {Record<string, string>} words see lesson_words.py
 */
export async function showState(page, { example, unit, train, speed, tab, ...linked }) {
  if (train === "leave" && page().lab.payload.learns) await page().leave();
  if (example === "none") page().clear();
  else if (example !== undefined) page().showExample(page().lab.payload.examples.find(({ label }) => String(label) === example));
  if (linked.without === "" && !page().lab.cuts.isEmpty) page().lab.restore();
  page().link.restore(new URLSearchParams(linked).toString());
  if (unit !== undefined) select(page().lab, unit);
  if (speed !== undefined) page().trainer.setPace(speed === "full" ? Infinity : Number(speed));
  await TRAIN[train]?.(page());
  const { inspector } = page();
  const panel = inspector.panels.find(({ constructor }) => constructor.name === TABS[tab]);
  if (panel) inspector.open(panel);
}

function select(lab, name) {
  const place = name === "none" ? null : placeOf(lab, name);
  lab.select(place && lab.idOf(place));
}

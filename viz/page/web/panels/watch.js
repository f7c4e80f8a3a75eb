/** A training elsewhere, watched while it runs: what its server tells is shown in everything. */

import { t } from "../language/texts.js";
import { layersOf } from "../model/history.js";
import { sparkline } from "../picture/sparkline.js";
import { count, decimal, element, percent } from "../picture/dom.js";

const REST = 1000; // milliseconds before a server that does not answer is asked again
const PATIENCE = 4; // times that it is asked

export class Watch {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.told = element("p", { class: "moment" }, t`Waiting for the first step …`);
    this.courses = element("div", { class: "course" });
    this.element = element("section", { id: "ribbon", "aria-label": t`The training` }, this.courses, this.told);
  }

  /** Ask for news until there are no more. @param {AbortSignal} signal */
  async follow(signal) {
    let after = 0;
    for (let failed = 0; failed < PATIENCE && !signal.aborted; ) {
      try {
        const answer = await fetch(`next?after=${after}`, { signal, cache: "no-store" });
        if (answer.status === 204) continue;
        if (!answer.ok) throw new Error(answer.statusText);
        after = Number(answer.headers.get("X-Number"));
        const news = await answer.json();
        this.take(news);
        failed = 0;
        if (news.end) return;
      } catch {
        failed += 1;
        await new Promise((resolve) => setTimeout(resolve, REST));
      }
    }
    if (!signal.aborted) this.told.append(t` The training tells nothing more: it has ended.`);
  }

  take({ epoch, epochs, step, steps, losses, accuracies, end, moment }) {
    const known = accuracies.length > 0 ? t`, ${percent(accuracies[accuracies.length - 1])} of the digits held out read` : "";
    const loss = losses.length > 0 ? t`, loss ${decimal(losses[losses.length - 1], 3)}` : "";
    const sentence = end ?? t`Step ${count(step)} of ${count(steps ?? step)}${loss}${known}.`;
    const title = end ? t`Done` : t`Epoch ${epoch} of ${epochs}`;
    this.told.replaceChildren(element("b", {}, title), ` ${sentence}`);
    const shownLosses = sparkline(losses, Math.max(...losses, 0.1), (losses.length * (steps ?? step)) / Math.max(step, 1));
    const shownAccuracies = sparkline(accuracies, 1, epochs, 1);
    shownLosses.classList.add("loss");
    const what = element("span", { class: "what" }, t`thin: loss · dots: accuracy behind each epoch`);
    this.courses.replaceChildren(shownLosses, shownAccuracies, what);
    this.lab.setWeights(layersOf(this.lab.layers, moment), { badge: end ? t`Live: done` : t`Live: epoch ${epoch} of ${epochs}`, sentence });
  }
}

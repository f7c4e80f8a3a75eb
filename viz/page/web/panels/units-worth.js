/** Which units of a layer matter, which are spare, which are twins: each taken out alone. */

import { dataName } from "../picture/data-names.js";
import { english, t } from "../language/texts.js";
import { Asking } from "./asking.js";
import { count, decimal, element, signedCount } from "../picture/dom.js";

const LISTED = 10; // units, before all are asked for
const TWINS = 0.9; // units that correlate more count as such
const TOO_SLOW =
  english`To take each of these units out takes long: a page written with neuroscribble network --evidence has it measured. Select one, and its evidence is.`;

export class UnitsWorth {
  /** @param {Lab} lab @param {Examiner} examiner */
  constructor(lab, examiner) {
    this.lab = lab;
    this.column = 1;
    this.isLong = false;
    const hidden = lab.columns.slice(1, -1);
    const options = hidden.map(({ key, ids }, n) => element("option", { value: n + 1 }, `${key}: ${ids.length === 1 ? t`1 unit` : t`${ids.length} units`}`));
    const choose = ({ target }) => {
      this.column = Number(target.value);
      this.show(this.palette);
    };
    this.layer = element("select", { onchange: choose }, ...options);
    const select = element("label", { class: "which" }, t`Layer `, this.layer);
    this.sentence = element("p", { role: "status" });
    this.table = element("div");
    const summary = element("summary", {}, t`Which units matter?`);
    this.element = element("details", { class: "mind", ontoggle: () => this.show(this.palette) }, summary, select, this.sentence, this.table);
    this.element.hidden = hidden.length === 0 || !examiner.hasDigits;
    this.asking = new Asking(examiner, (answer) => this.take(answer));
  }

  show(palette) {
    this.palette = palette;
    const { selected } = this.lab;
    if (selected !== this.selected && selected?.column > 0 && selected.column < this.lab.layers.length) {
      this.column = selected.column;
      this.layer.value = String(this.column);
    }
    this.selected = selected;
    if (!this.element.open) return;
    const key = `${this.lab.revision} ${this.column}`;
    if (key === this.asking.key) return;
    this.sentence.textContent = t`Measuring …`;
    this.asking.ask(key, this.element, "column", { column: this.column });
  }

  take(answer) {
    const message = answer instanceof Error ? answer.message : answer.ablations ? null : t(TOO_SLOW);
    if (message) this.sentence.textContent = message;
    if (answer instanceof Error) return;
    this.answer = answer;
    this.units = ranked(answer);
    if (!message) this.sentence.textContent = this.words();
    this.tell();
  }

  words() {
    const { lab, column, answer, units } = this;
    const idle = units.filter(({ changed }) => changed === 0).length;
    const pairs = units.filter(({ twin, unit }) => twin && twin.likeness > TWINS && twin.unit > unit);
    const names = pairs.slice(0, 3).map(({ unit, twin }) => t`${lab.idOf({ column, unit })} and ${lab.idOf({ column, unit: twin.unit })}`);
    const spare = idle === 0 ? t`Each unit, silenced alone, changes an answer` : t`${count(idle)} of ${count(units.length)} units can each be silenced without changing one answer`;
    const twins = names.length > 0 ? t` Twins, correlated by more than ${decimal(TWINS, 1)}: ${names.join("; ")}${pairs.length > names.length ? t`; ${count(pairs.length - names.length)} pairs more` : ""}.` : t` No two correlate by more than ${decimal(TWINS, 1)}.`;
    return t`${spare} to ${count(answer.n)} ${dataName(answer.name)}.${twins}`;
  }

  tell() {
    const { lab, column, units, isLong } = this;
    const shown = isLong ? units : units.slice(0, LISTED);
    const link = (unit) => {
      const id = lab.idOf({ column, unit });
      return element("button", { class: "link", onclick: () => lab.select(id) }, id);
    };
    const number = (value) => element("td", { class: "number" }, value);
    const rows = shown.map(({ unit, silent, average, changed, twin }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, link(unit)),
        number(silent === null ? "–" : signedCount(silent)),
        number(average === null ? "–" : signedCount(average)),
        number(changed === null ? "–" : count(changed)),
        element("td", { class: "number" }, ...(twin ? [link(twin.unit), ` ${decimal(twin.likeness, 2)}`] : ["–"])),
      ),
    );
    const head = [t`unit`, t`silent`, t`average`, t`changed`, t`twin`].map((words) => element("th", { scope: "col" }, words));
    const toggle = () => {
      this.isLong = !isLong;
      this.tell();
      this.table.querySelector(".more")?.focus();
    };
    const more = units.length > LISTED ? [element("button", { class: "more", onclick: toggle }, isLong ? t`Show ${LISTED}` : t`Show all ${units.length}`)] : [];
    const caption = element("caption", {}, t`Images read right more or less without it, silent or held at its average; answers that change while it is silent; the unit that correlates with it most`);
    this.table.replaceChildren(element("table", { class: "units" }, caption, element("tr", {}, ...head), ...rows), ...more);
  }
}

/** The units of a layer, those first without which most is lost. */
function ranked({ ablations, twins, whole }) {
  const sum = (counts) => counts.reduce((total, one) => total + one, 0);
  const lost = (hold, unit) => (ablations?.correct[hold] ? sum(ablations.correct[hold][unit]) - sum(whole) : null);
  const units = twins.map((twin, unit) => ({ unit, twin, silent: lost("zero", unit), average: lost("average", unit), changed: ablations ? ablations.changed.zero[unit] : null }));
  return units.sort((p, q) => p.silent - q.silent || q.changed - p.changed || p.unit - q.unit);
}

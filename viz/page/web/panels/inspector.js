/** The panel beside the picture: one tab for each question. */

import { t } from "../language/texts.js";
import { byId, element } from "../picture/dom.js";

export class Inspector {
  /** @param {object[]} panels each with title, element, show(palette), and if need be leave() and key(event) */
  constructor(panels) {
    this.panels = panels;
    this.opened = panels[0];
    this.tabs = panels.map((panel, i) =>
      element(
        "button",
        { role: "tab", id: `tab-${i}`, "aria-controls": "panel", onclick: () => this.open(panel) },
        panel.title,
      ),
    );
    this.bar = element("div", { role: "tablist", "aria-label": t`Questions` }, ...this.tabs);
    this.bar.addEventListener("keydown", (event) => this.walk(event));
    this.body = element("div", { role: "tabpanel", id: "panel", tabindex: 0 });
    this.body.addEventListener("keydown", (event) => {
      if (!isForm(event.target) && this.current.key?.(event)) event.preventDefault();
    });
    byId("inspector").append(this.bar, this.body);
  }

  /** The panel that is open; one that is left is told so. */
  get current() {
    return this.opened;
  }

  set current(panel) {
    if (panel !== this.opened) this.opened.leave?.();
    this.opened = panel;
  }

  open(panel) {
    this.current = panel;
    this.show(this.palette);
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { length } = this.panels;
    const next = (this.panels.indexOf(this.current) + step + length) % length;
    this.open(this.panels[next]);
    this.tabs[next].focus();
  }

  show(palette) {
    this.palette = palette;
    this.panels.forEach((panel, i) => {
      const isOpen = panel === this.current;
      this.tabs[i].setAttribute("aria-selected", String(isOpen));
      this.tabs[i].tabIndex = isOpen ? 0 : -1;
      if (!isOpen) return;
      this.body.setAttribute("aria-labelledby", `tab-${i}`);
      if (this.revealed !== panel) reveal(this.tabs[i], this.bar);
      this.revealed = panel;
    });
    const held = this.body.contains(document.activeElement);
    if (this.body.firstChild !== this.current.element) this.body.replaceChildren(this.current.element);
    this.current.show(palette);
    // Who pressed a button that is gone goes on reading here, not at the top of the page.
    if (held && !this.body.contains(document.activeElement)) this.body.focus({ preventScroll: true });
  }
}

/** Scrolls a row of tabs, and nothing else, until one of them is seen whole. */
function reveal(tab, bar) {
  const [here, all] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
  if (here.left < all.left) bar.scrollLeft -= all.left - here.left;
  if (here.right > all.right) bar.scrollLeft += here.right - all.right;
}

/** Whether keys are for the thing itself. */
function isForm(node) {
  return node.matches("input, select, textarea");
}

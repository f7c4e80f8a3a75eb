/** In which language the page speaks: that of its link, else the one it was written for, else the browser's; a menu for another. */

import { carriedTexts } from "../formats/carried.js";
import { language, speak, t } from "../language/texts.js";
import { byId, element } from "../picture/dom.js";

const READ_ALOUD = ["aria-label", "title", "placeholder", "alt"];

/** The page's languages: English, and those whose texts it carries. */
export class Languages {
  /** @param {{asked: string | null, tables: Record<string, {name: string, packed: string, size: number}>}} carried see texts.py */
  constructor({ asked, tables }) {
    this.tables = tables;
    this.names = { en: "English", ...Object.fromEntries(Object.entries(tables).map(([code, { name }]) => [code, name])) };
    const linked = new URLSearchParams(window.location.hash.slice(1)).get("language");
    const preferred = [linked, asked, ...navigator.languages.map((tag) => tag.split("-")[0])];
    this.wanted = preferred.find((code) => code !== null && Object.hasOwn(this.names, code)) ?? "en";
  }

  /** Of a page that is loaded anew in another language. */
  async begin() {
    await this.speak();
    this.tell((code) => {
      window.location.hash = `language=${code}`;
      window.location.reload();
    });
  }

  /** From here on every text is in this language. English needs no waiting. */
  async speak(code = this.wanted) {
    if (code === language()) return;
    speak(code === "en" ? undefined : await carriedTexts(this.tables[code]));
  }

  /** The words of the HTML, which stand in English, and the menu. @param {(code: string) => void} choose */
  tell(choose) {
    document.documentElement.lang = language();
    if (language() !== "en") translate(document.body);
    const options = Object.entries(this.names).map(([code, name]) => element("option", { value: code, lang: code, selected: code === language() }, name));
    const menu = byId("language");
    menu.replaceChildren(...options);
    menu.addEventListener("change", () => choose(menu.value));
  }
}

/** What is read of an element and of all in it, but for what says translate="no". */
function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest('[translate="no"], script, style, noscript')) continue;
    if (node.nodeType === Node.TEXT_NODE) {
      const words = node.data.trim();
      if (words) node.data = node.data.replace(words, () => t(words));
      continue;
    }
    for (const name of READ_ALOUD) if (node.hasAttribute(name)) node.setAttribute(name, t(node.getAttribute(name)));
  }
}

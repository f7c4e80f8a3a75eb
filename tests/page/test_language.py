"""The page speaks English and German: every text has both, a switch changes all at once."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from javascript import MODULES, WEB
from written import unmarked

import neuroscribble as ns
from neuroscribble.errors import SettingsError
from viz.page import texts
from viz.page.page import network_page
from viz.page.texts import (
    carried_languages,
    languages,
    table_of,
    texts_in_html,
    texts_in_script,
    texts_of_all_pages,
)

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
OTHERS = languages()[1:]
SOURCES = {path.as_posix(): (WEB / path).read_text(encoding="utf-8") for path in MODULES.values()}
CLASSES = frozenset(re.findall(r"[.#]([\w-]+)", "".join(p.read_text() for p in WEB.glob("*.css"))))
TOLD_TO_PROGRAMS = ("model/", "panels/api.js")  # in sentences that are English everywhere
NOT_READ = {  # by people, though they are words; or in no language
    *("the table of texts", "too long", "cut off", "mean square", "English"),
    *("there is no unit ", "there is no unit ${}.", "${} numbers, as for the first network"),
    'the id of a unit of the first network, such as "h1:5"',
    'the id of a unit of the second network, such as "h1:5", or null',
    *("in the page", "${} in 0..1, bright ink, upright${}"),  # in files that are saved
    *("input, select, textarea", "script, noscript, style", "noopener noreferrer"),
    *("neuroscribble answers 1", "neuroscribble answers"),  # in files, and in the tab's memory
    "a lesson has no <${}>.",  # to who writes lessons
    "d m v s g vd sd grad grads gradient delta velocity momentum cache adam",
}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_in_the_table_and_every_text_of_the_table_is_used(code: str) -> None:
    table = table_of(code)["texts"]
    texts = texts_of_all_pages()
    missing = sorted(text for text in texts if not table.get(text))
    unused = sorted(table.keys() - texts)
    assert not missing + unused, (
        f"viz/page/languages/{code}.json is not up to date. Run `python docs/texts.py`, then write "
        f"a translation for each of: {missing}. No source says any more: {unused}."
    )
    assert list(table) == sorted(table, key=lambda text: (text.casefold(), text))


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_places_of_its_sentence(code: str) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{\d+\}", text))

    for text, told in table_of(code)["texts"].items():
        assert places(told) <= places(text), text


def test_every_sentence_for_people_is_marked() -> None:
    for_people = [name for name in SOURCES if not name.startswith(TOLD_TO_PROGRAMS)]
    found = [
        f"viz/page/web/{name}: {sentence}"
        for name in for_people
        for sentence in sorted(set(unmarked(SOURCES[name], CLASSES)) - NOT_READ)
    ]
    assert not found, (
        f"Said in one language only: {found}. Write t`…` for what is told at once, english`…` for "
        "what t(…) tells later (docs/language.md); if no person reads it, list it in NOT_READ."
    )


def test_unmarked_words_are_found() -> None:
    source = """// "not this one"
      f(t`Marked here`, "Unmarked here", /"no words"/.test(x) ? english`one more` : `${t`a b`}`);
      const other = "aria-label"; g({ class: "row walk" }, woven`of ${`this one`} too`);"""
    assert list(unmarked(source, frozenset({"row", "walk"}))) == ["Unmarked here", "this one"]


def test_nothing_hides_the_name_that_tells_texts() -> None:
    hidden = r"\b(?:const|let) t\b|\(t[,)]|, t\) =>|(?<![\w.])t =>|\{ t[ ,]"
    telling = {name: text for name, text in SOURCES.items() if "language/texts.js" in text}
    assert len(telling) > 20
    for name, text in telling.items():
        assert not re.search(hidden, re.sub(r"^import .*$", "", text, flags=re.M)), name


def test_texts_are_found_where_they_stand() -> None:
    script = r"""
      f(t`Clear`, t("all"), `not this`, "nor this", woven`${b} as \`it\` is\u00a0read.`);
      const A = { few: english`a few` }; // tells t(A.few)
      t`${n} of ${g({ a: "}" }, `${m}`)}${is ? t`, but ${one} more` : ""}.`
    """
    assert list(texts_in_script(script)) == [
        *("Clear", "{0} as `it` is\u00a0read.", "a few", "{0} of {1}{2}.", ", but {0} more", "all"),
    ]
    html = """<h1 translate="no">Free</h1><p>{{ filled_in }}</p><a title="Go">there <b>42</b></a>
      <select aria-label="Language" translate="no"><option>English</select><script>no</script>"""
    assert texts_in_html(html) == ["Go", "there", "Language"]


def test_a_page_carries_another_language_in_few_bytes() -> None:
    assert len(b64decode(carried_languages(None, "main")["tables"]["de"]["packed"])) < 25_000


def test_a_language_without_a_table_is_refused() -> None:
    with pytest.raises(SettingsError, match="texts are in en and .*; got 'xx'"):
        network_page(ns.load_network("xor"), language="xx")


STATE = """[neuroscribble.hash(), neuroscribble.cuts(),
  ...neuroscribble.forward(new Float32Array(784).fill(0.3)).logits]"""


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("german") / "page.html"
    network = ns.load_network(ROOT / "weights.npz")
    path.write_text(network_page(network, language="de"), encoding="utf-8")
    return path


LEFT = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, 5); // elements and texts
  const isSaid = ({ name }) => /^(title|placeholder|alt|aria-(label|valuetext))$/.test(name);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest('script, style, noscript, [translate="no"]')) continue;
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
    else found.push(...[...node.attributes].filter(isSaid).map(({ value }) => value));
  }
  return found;
}"""
NAMES = {  # that are the same in every language
    *("SGD", "momentum", "RMSProp", "Adam", "Logit"),
    *("ReLU", "leaky", "ELU", "GELU", "sigmoid", "tanh", "softplus", "linear"),
    *("npz", "json", "input", "output"),
}


def words_outside(marked: str) -> set[str]:
    """What stands in no brackets: names of units and numbers are no words."""
    before = ""
    while before != marked:
        before, marked = marked, re.sub(r"⟦[^⟦⟧]*⟧", "", marked)
    return set(re.findall(r"(?<![\w:])[A-Za-z]{2,}(?![\w:])", marked))


@pytest.fixture
def bracketed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page in a language in which every text is the English one in brackets."""
    table = {text: f"⟦{text}⟧" for text in texts_of_all_pages()}
    monkeypatch.setattr(texts, "table_of", lambda _: {**table_of("de"), "texts": table})
    path = tmp_path / "page.html"
    path.write_text(network_page(ns.load_network(ROOT / "weights.npz"), language="de"), "utf-8")
    return path


def walked(page: Page) -> Iterator[str]:
    """Every tab in turn, with all that is folded there opened."""
    for i in range(page.locator('[role="tab"]').count()):
        page.evaluate(f"document.getElementById('tab-{i}').click()")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        yield page.inner_text(f"#tab-{i}")


@pytest.mark.browser
def test_nothing_that_is_shown_stays_english(bracketed: Path, open_page: OpenPage) -> None:
    page = open_page(bracketed, width=1366, height=768)
    page.evaluate("neuroscribble.ready")
    left: dict[str, set[str]] = {}

    def look(where: str) -> None:
        words = set().union(*map(words_outside, page.evaluate(LEFT))) - NAMES
        if words:
            left[where] = words

    for unit in ("input:14,14", "h1:37", "output:3"):
        page.evaluate(f"neuroscribble.select('{unit}')")
        look(unit)
    page.evaluate("neuroscribble.select(null)")
    for name in walked(page):
        look(name)
        if "Steps" in name:
            for _ in range(4):
                page.get_by_role("button", name="Next").click()
                look(name)
    page.evaluate("neuroscribble.cut('h1:37', 'h2:5'), neuroscribble.teach(8)")
    look("taught")
    page.evaluate("neuroscribble.clear()")
    for name in walked(page):
        look(f"{name}, blank")
    assert not left


TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((node) => {
  if (!node.offsetParent || node.id === "speech" || node.closest(".vis-network")) return false;
  const { left, right, width } = node.getBoundingClientRect();
  if (width === 0) return false;
  const around = node.parentElement.getBoundingClientRect();
  const isClipped = getComputedStyle(node.parentElement).overflowX !== "visible";
  return left < -1 || right > window.innerWidth + 1 || (isClipped && right > around.right + 1);
}).map(({ tagName, id, textContent }) => `${tagName} ${id} ${textContent.slice(0, 40)}`)"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 390, 1366])
def test_longer_words_break_no_layout(german: Path, open_page: OpenPage, width: int) -> None:
    page = open_page(german, width=width, height=768)
    page.evaluate("neuroscribble.ready")
    for name in walked(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(TOO_WIDE) == [], name


def said(page: Page, *ids: str) -> list[str]:
    return [page.inner_text(f"#{name}") for name in ids]


@pytest.mark.browser
def test_a_switch_changes_every_text_and_nothing_else(german: Path, open_page: OpenPage) -> None:
    page = open_page(german, width=1366, height=768)
    page.evaluate("neuroscribble.ready")
    assert page.get_attribute("html", "lang") == "de"
    assert said(page, "clear", "top-k-value", "tab-0") == ["Löschen", "7.474", "Antwort"]
    page.click("#examples button >> nth=7")
    page.evaluate("neuroscribble.teach(4), neuroscribble.cut('h1:37', 'h2:5')")
    page.click("#tab-2")
    before = page.evaluate(STATE)
    german_words = said(page, "caption", "tab-2")
    page.select_option("#language", "en")
    page.wait_for_function("document.documentElement.lang === 'en'")
    page.evaluate("neuroscribble.painted()")
    assert said(page, "clear", "top-k-value", "tab-0") == ["Clear", "7,474", "Answer"]
    assert page.get_attribute("#tab-2", "aria-selected") == "true"
    assert page.evaluate("document.activeElement.id") == "language"
    assert "edges are drawn" in page.inner_text("#caption")
    page.select_option("#language", "de")
    page.wait_for_function("document.documentElement.lang === 'de'")
    assert said(page, "caption", "tab-2") == german_words
    assert page.evaluate(STATE) == before


@pytest.mark.browser
def test_nothing_goes_on_playing_in_the_language_before(german: Path, open_page: OpenPage) -> None:
    page = open_page(german, width=1366, height=768, anew=True)
    page.evaluate("neuroscribble.ready")
    page.evaluate(
        """() => {
          const { setInterval, clearInterval } = window;
          window.playing = new Set();
          window.setInterval = (...given) => {
            const one = setInterval(...given);
            window.playing.add(one);
            return one;
          };
          window.clearInterval = (one) => {
            clearInterval(one);
            window.playing.delete(one);
          };
        }"""
    )
    page.get_by_role("tab", name="Schritte").click()
    page.locator(".walk button").nth(2).click()
    assert page.evaluate("window.playing.size") == 1
    page.select_option("#language", "en")
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.evaluate("window.playing.size") == 0


@pytest.mark.browser
def test_by_default_a_page_speaks_the_browser_s_language(
    browser: Browser, page_files: Callable[[str], Path]
) -> None:
    file = page_files("weights")
    context = browser.new_context(locale="de-AT", offline=True)
    page = context.new_page()
    # a link may name what is no language, even what every object of JavaScript has
    for link in ("", "#language=constructor"):
        page.goto("about:blank")
        page.goto(file.as_uri() + link)
        page.evaluate("neuroscribble.ready")
        assert page.inner_text("#clear") == "Löschen"
    context.close()

"""The page speaks English and German: every text has both, a switch changes all at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import neuroscribble as ns
from neuroscribble.errors import SettingsError
from viz.page.page import network_page
from viz.page.texts import (
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


def test_texts_are_found_where_they_stand() -> None:
    script = r"""
      f(t`Clear`, t("all"), `not this`, "nor this", pieces`${b} as \`it\` is\u00a0read.`);
      const A = { few: english`a few` }; // tells t(A.few)
      t`${n} of ${g({ a: "}" }, `${m}`)}${is ? t`, but ${one} more` : ""}.`
    """
    assert list(texts_in_script(script)) == [
        *("Clear", "{0} as `it` is\u00a0read.", "a few", "{0} of {1}{2}.", ", but {0} more", "all"),
    ]
    html = """<h1 translate="no">Free</h1><p>{{ filled_in }}</p><a title="Go">there <b>42</b></a>
      <select aria-label="Language" translate="no"><option>English</select><script>no</script>"""
    assert texts_in_html(html) == ["Go", "there", "Language"]


def test_a_language_without_a_table_is_refused() -> None:
    with pytest.raises(SettingsError, match="texts are in en and de; got 'xx'"):
        network_page(ns.load_network("xor"), language="xx")


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("german") / "page.html"
    network = ns.load_network(ROOT / "weights.npz")
    path.write_text(network_page(network, language="de"), encoding="utf-8")
    return path


def said(page: Page, *ids: str) -> list[str]:
    return [page.inner_text(f"#{name}") for name in ids]


@pytest.mark.browser
def test_a_switch_changes_every_text_and_nothing_else(german: Path, open_page: OpenPage) -> None:
    page = open_page(german, width=1366, height=768)
    page.evaluate("neuroscribble.ready")
    assert page.get_attribute("html", "lang") == "de"
    assert said(page, "clear", "top-k-value", "tab-0") == ["Löschen", "7.474", "Antwort"]
    page.click("#examples button >> nth=7")
    page.evaluate("neuroscribble.cut('h1:37', 'h2:5')")
    page.click("#tab-2")
    before = page.evaluate("neuroscribble.hash()")
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
    assert page.evaluate("neuroscribble.hash()") == before


@pytest.mark.browser
def test_by_default_a_page_speaks_the_browser_s_language(
    browser: Browser, page_files: object
) -> None:
    file = page_files("weights")  # type: ignore[operator]
    context = browser.new_context(locale="de-AT", offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate("neuroscribble.ready")
    assert page.inner_text("#clear") == "Löschen"
    context.close()

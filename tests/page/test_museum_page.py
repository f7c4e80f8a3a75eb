"""The class museum in a real browser: every drawing walkable, sortable, told aloud, harmless."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from command_line import refuse, run, succeed
from PIL import Image

import neuroscribble as ns
from neuroscribble.teaching.museum import Exhibit, Museum
from viz.page.museum_page import museum_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

N = 24
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='hacked = 1'> {{ 7 }}"
NAMES = ("Anna", "Bruno", HOSTILE)


def exhibits() -> list[Exhibit]:
    """Eight pen digits each of three people; 3 is read as 4, the rest right."""
    images, labels = ns.pen_digits(N, rng=np.random.default_rng(7))
    found = []
    for n in range(N):
        answer = 4 if labels[n] == 3 else int(labels[n])
        probabilities = np.full(10, (1 - 0.3 - n / 40) / 9)
        probabilities[answer] = 0.3 + n / 40
        row, column = (n % 8 // 5 + 1, n % 8 % 5 + 1) if n < 8 else (0, 0)
        label = str(labels[n]) if n >= 16 else None
        found.append(Exhibit(NAMES[n // 8], row, column, images[n], probabilities, n == 2, label))
    return found


EXHIBITS = exhibits()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("museum") / "museum.html"
    museum = Museum(EXHIBITS, [f"{HOSTILE} is empty."], n_files=20, n_sheets=1, n_empty=2)
    network = ns.load_network("weights.npz")
    text = museum_page(museum, network, title=HOSTILE, weights_name=HOSTILE)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def page(file: Path, open_page: OpenPage) -> Page:
    return opened(file, open_page)


def opened(file: Path, open_page: OpenPage, **how: Any) -> Page:
    page = open_page(file, **{"width": 1366, "height": 768, **how})
    page.evaluate("() => window.neuroscribble.ready")
    return page


def labels(page: Page) -> list[str]:
    texts = page.locator(".card").evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    return [text.replace("\u00a0", " ") for text in texts]


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.ariaLabel")).replace("\u00a0", " ")


@pytest.mark.browser
def test_every_drawing_tells_whose_it_is_what_was_read_and_how_sure(page: Page) -> None:
    told = labels(page)
    assert len(told) == N
    answer = int(EXHIBITS[0].probabilities.argmax())
    assert told[0] == f"Anna, row 1, column 1: read as {answer}, 30.0 %"
    assert told[2].endswith(", unlike any digit")
    assert told[9].startswith("Bruno: read as ")
    facts = page.locator("#facts").inner_text()
    assert facts.startswith("24 drawings in 20 files, read by </script>")
    assert facts.endswith("Sheets: 1, empty squares on them: 2.")


@pytest.mark.browser
def test_names_full_of_html_are_shown_and_run_nothing(page: Page) -> None:
    assert page.locator("h1").text_content() == HOSTILE
    assert page.get_by_role("heading", name=f"{HOSTILE} 8").count() == 1
    assert page.locator("#refused li").inner_text() == f"{HOSTILE} is empty."
    assert page.evaluate("() => window.hacked === undefined")
    assert page.locator("img").count() == 0


@pytest.mark.browser
def test_walls_are_hung_by_name_digit_or_sureness(page: Page) -> None:
    headings = "(all) => all.map((one) => one.textContent)"
    first = page.locator("#walls h2")
    assert [text.split()[0] for text in first.evaluate_all(headings)][:2] == ["Anna", "Bruno"]
    page.get_by_role("radio", name="Digit").check()
    read = [int(text.split()[2]) for text in first.evaluate_all(headings)]
    assert read == sorted({int(one.probabilities.argmax()) for one in EXHIBITS})
    page.get_by_role("radio", name="Sureness").check()
    assert first.first.inner_text().replace("\u00a0", " ").startswith("Unsure: below 60 %")
    sure = [float(re.findall(r"([\d.]+) %", text)[0]) for text in labels(page)]
    assert sure == sorted(sure)


@pytest.mark.browser
def test_the_keyboard_walks_along_the_walls(page: Page) -> None:
    for _ in range(6):
        page.keyboard.press("Tab")
        if focused(page).startswith("Anna"):
            break
    told = labels(page)
    assert focused(page) == told[0], "one stop for the whole museum"
    for key, index in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", N - 1)):
        page.keyboard.press(key)
        assert focused(page) == told[index]
    assert page.locator("#told .wrong").count() == int(EXHIBITS[-1].label == "3")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert focused(page) == told[8], "the next wall begins below"
    page.keyboard.press("ArrowUp")
    assert focused(page) == told[0]
    assert page.locator("#bars span").nth(1).inner_text().strip().endswith("%")
    assert page.locator(".card[aria-pressed=true]").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing_and_nothing_sticks_out(
    scheme: Any, width: int, file: Path, open_page: OpenPage
) -> None:
    page = opened(file, open_page, width=width, color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.browser
def test_it_speaks_german_and_the_menu_switches(file: Path, open_page: OpenPage) -> None:
    page = opened(file, open_page, anew=True)
    page.select_option("#language", "de")
    page.wait_for_function("() => document.documentElement.lang === 'de'")
    page.evaluate("() => window.neuroscribble.ready")
    assert "Zeile 1, Spalte 1: gelesen als" in labels(page)[0]
    assert page.get_by_role("radio", name="Sicherheit").count() == 1


def test_the_command_tells_what_it_hung_and_prints_the_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = succeed("museum", "--sheet", "sheet.pdf", "--paper", "letter", "--language", "de")
    assert told.startswith("Wrote sheet.pdf; print it")
    assert Path("sheet.pdf").read_bytes().startswith(b"%PDF")
    image = EXHIBITS[0].image.reshape(28, 28)
    Path("7b").mkdir()
    Image.fromarray(np.uint8(255 - 255 * image)).resize((200, 200)).save("7b/Eva.png")
    Path("7b/bad.png").write_bytes(b"no picture")
    code, out, err = run("museum", "7b", "--out", "museum.html")
    assert (code, out.split(";")[0]) == (0, "Wrote museum.html: 1 drawing from 2 files")
    assert err.startswith("Not shown: bad.png is no picture")
    text = Path("museum.html").read_text("utf-8")
    assert "<title>7b</title>" in text
    assert len(text) < 120_000
    assert "name a folder with drawings, or --sheet FILE" in refuse("museum")
    assert "there is no folder 8c" in refuse("museum", "8c")
    assert "museum" in refuse("museum", "7b", "--weights", "xor")

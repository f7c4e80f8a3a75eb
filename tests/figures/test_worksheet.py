"""What a worksheet prints is what is computed: the printed numbers are calculated again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from command_line import refuse, succeed
from PIL import Image

import neuroscribble as ns
from neuroscribble.data.pen import pen_digit
from neuroscribble.errors import SettingsError
from neuroscribble.ink.fields import as_read
from neuroscribble.nn.reads import input_of
from neuroscribble.teaching.by_hand import ByHand, by_hand, sheets
from viz.figures.worksheet import worksheet_page
from viz.figures.worksheet_words import WORDS

TINY = ns.load_network("tiny")
SHEETS = sheets(TINY, 6, rng=np.random.default_rng(5))


def printed(sheet: ByHand, *, solved: bool, language: str = "en", paper: str = "a4") -> dict:
    """Name → text of every number on a sheet."""
    words = WORDS[language]
    page = worksheet_page(sheet, 1, 6, solved, paper=paper, words=words, network=TINY)
    texts = [text for text in page.figure.texts if text.get_gid()]
    found = {text.get_gid(): text.get_text().replace("−", "-") for text in texts}
    assert len(found) == len(texts), "no name stands for two numbers"
    return found


@pytest.mark.parametrize("sheet", SHEETS[:4], ids=lambda sheet: "".join(map(str, sheet.ink)))
def test_every_printed_number_follows_from_the_printed_numbers(sheet: ByHand) -> None:
    """Only from what a pupil sees on the paper, with nothing but whole numbers."""
    text = printed(sheet, solved=True)
    answer = text.pop("answer")
    number = {name: int(value) for name, value in text.items()}
    passed = []
    for unit in range(3):
        for place in range(9):
            product = number[f"ink {place}"] * number[f"weight {unit} {place}"]
            assert number[f"product {unit} {place}"] == product
        added = sum(number[f"product {unit} {place}"] for place in range(9))
        assert number[f"added {unit}"] == added
        assert number[f"sum {unit}"] == added + number[f"bias {unit}"]
        assert number[f"passed on {unit}"] == max(0, number[f"sum {unit}"])
        passed.append(number[f"passed on {unit}"])
    scores = {}
    for name in TINY.class_names:
        for unit in range(3):
            assert number[f"from {unit} → {name}"] == passed[unit]
            part = passed[unit] * number[f"weight {unit} → {name}"]
            assert number[f"part {unit} → {name}"] == part
        parts = [number[f"part {unit} → {name}"] for unit in range(3)]
        scores[name] = number[f"score {name}"]
        assert scores[name] == sum(parts) + number[f"bias → {name}"]
    assert answer == max(scores, key=lambda name: scores[name])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: "".join(map(str, sheet.ink)))
def test_the_network_itself_computes_the_same(sheet: ByHand) -> None:
    ink = as_read(sheet.drawing.reshape(1, -1), input_of(TINY))
    rounded = (np.rint(4 * ink) / 4).astype(np.float32)
    trace = TINY.forward(rounded)
    np.testing.assert_array_equal(trace.logits[0], sheet.scores)
    assert TINY.class_names[int(TINY.predict(rounded)[0])] == sheet.winners[0]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_empty_sheet_shows_what_is_given_and_nothing_that_is_asked(
    language: str, paper: str
) -> None:
    given = printed(SHEETS[0], solved=False, language=language, paper=paper)
    assert {name.split()[0] for name in given} == {"ink", "weight", "bias"}
    assert len(given) == 9 + 27 + 3 + 12 + 4
    solved = printed(SHEETS[0], solved=True, language=language, paper=paper)
    assert given.items() <= solved.items()
    assert WORDS["en"].keys() == WORDS[language].keys()


def test_no_words_leave_the_paper_or_run_into_one_another() -> None:
    for language, words in WORDS.items():
        page = worksheet_page(SHEETS[0], 1, 30, True, paper="letter", words=words, network=TINY)
        page.figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in page.figure.texts if text.get_text()]
        width, height = page.figure.bbox.width, page.figure.bbox.height
        for n, box in enumerate(boxes):
            assert 0 < box.x0 < box.x1 < width, language
            assert 0 < box.y0 < box.y1 < height, language
            assert not any(box.overlaps(other) for other in boxes[:n]), language


def test_students_have_numbers_of_their_own_and_the_same_seed_gives_the_same_file(
    tmp_path: Path,
) -> None:
    files = [tmp_path / f"{name}.pdf" for name in "abc"]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        told = succeed("worksheet", "pen:3", "--students", 3, "--seed", seed, "--out", file)
    assert told.endswith("3 pages to fill in, then as many with the answers.\n")
    contents = [file.read_bytes() for file in files]
    assert contents[0] == contents[1] != contents[2]
    assert contents[0].startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", contents[0])) == 6
    assert b"/Subtype /Image" not in contents[0], "all is vector"
    inks = {tuple(sheet.ink) for sheet in sheets(TINY, 30, rng=np.random.default_rng(1))}
    assert len(inks) == 30


def test_a_picture_is_the_first_sheet_and_is_turned_and_moved_for_the_others(
    tmp_path: Path,
) -> None:
    drawing = pen_digit(4, rng=np.random.default_rng(3)).ravel()
    found = sheets(TINY, 5, rng=np.random.default_rng(1), drawing=drawing)
    np.testing.assert_array_equal(found[0].drawing, drawing)
    assert len({tuple(sheet.ink) for sheet in found}) == 5
    picture = tmp_path / "four.png"
    Image.fromarray(np.uint8(255 - 255 * drawing.reshape(28, 28))).resize((200, 200)).save(picture)
    out = tmp_path / "sheet.pdf"
    assert "1 page to fill in" in succeed(
        "worksheet", picture, "--out", out, "--paper", "letter", "--language", "de"
    )
    assert b"/MediaBox [ 0 0 612" in out.read_bytes(), "8.5 inches of 72 points"


def test_what_cannot_be_a_worksheet_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "knows 0, 1, 3 and 4; got pen:7" in refuse("worksheet", "pen:7")
    assert "There is no picture" in refuse("worksheet", tmp_path / "none.png")
    out = tmp_path / "sheet.png"
    assert "are a .pdf file; got 'sheet.png'" in refuse("worksheet", "pen:3", "--out", out)
    blank = np.zeros(784, np.float32)
    with pytest.raises(SettingsError, match=r"only 1 worksheets? with numbers of"):
        sheets(TINY, 2, rng=np.random.default_rng(1), drawing=blank)
    with pytest.raises(SettingsError, match="9 → 3 → 4 that reads 3×3 pixels"):
        by_hand(ns.load_network("digits"), blank)
    other = ns.load_network("tiny")
    other.parameters.flat[0] += 0.5
    with pytest.raises(SettingsError, match="whole numbers"):
        by_hand(other, blank)

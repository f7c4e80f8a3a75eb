"""window.neuroscribble refuses what makes no sense, in one sentence that says what and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ANYTHING = [
    "undefined", "null", "true", "NaN", "-1", "0.5", "10n", "Symbol('k')", "'rubbish'", "''", "{}",
    "[]", "['a', 'b']", "() => 1", "new Date(NaN)", "new Map()", "Object.create(null)",
    "new DataView(new ArrayBuffer(8))",
]  # fmt: skip
LISTS = ["Array(784)", "Array(784).fill('1')", "Array(784).fill(NaN)", "Array(785).fill(0)"]
WRONG = {
    "forward": [*ANYTHING, *LISTS],
    "setInk": [*ANYTHING, *LISTS, "Array(784).fill(null)", "Array(784).fill(Infinity)"],
    "confidence": [*(value for value in ANYTHING if value != "undefined"), *LISTS],
    "normalizeInk": [*ANYTHING, "Array(10).fill(0)", "Array(9).fill('x')", "Array(9)"],
    "setTopK": [*ANYTHING, "'8'", "1.5", "Infinity", "[8]", "0"],
    "setChoice": [*ANYTHING, "'Weight'", "['weight']"],
    "select": [*(value for value in ANYTHING if value != "null"), "'h1:128'", "['h1:5']"],
    "explain": [*ANYTHING, "'h1:128'", "'input:28,0'", "['h1:5']"],
    "teach": [*ANYTHING, "10", "'8'", "[8]"],
}
CALLS = [f"{name}({value})" for name, values in WRONG.items() for value in values]

STATE = "JSON.stringify([neuroscribble.hash(), neuroscribble.selection(), neuroscribble.topK()])"


@pytest.fixture
def page(page_files: Callable[[str], Path], open_page: OpenPage) -> Page:
    page = open_page(page_files("weights"))
    page.evaluate("neuroscribble.ready")
    return page


def test_a_wrong_argument_gets_one_sentence_and_changes_nothing(page: Page) -> None:
    assert len(CALLS) >= 100
    before = page.evaluate(STATE)
    weights = "neuroscribble.weights().map(({ W }) => W.reduce((sum, w) => sum + Math.abs(w), 0))"
    sums = page.evaluate(weights)
    for call in CALLS:
        name, said = page.evaluate(
            f"(() => {{ try {{ neuroscribble.{call}; return ['', 'nothing']; }}"
            " catch (error) { return [error.constructor.name, error.message]; } })()"
        )
        sentence = r"\w+: \w+ must be [^\n]+; (got|there is no unit) [^\n]+\."
        assert re.fullmatch(sentence, said), (call, said)
        assert (name, said.split(":")[0]) == ("Error", call.split("(")[0])
    assert page.evaluate(STATE) == before
    assert page.evaluate(weights) == sums


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("setTopK('8')", 'setTopK: k must be 1, 2, … or "all"; got "8".'),
        ("select('h1:128')", "select: id must be the id of a unit, such as \"h1:5\", or null; "
         'there is no unit "h1:128".'),
        ("setInk([0, 1])", "setInk: ink must be 784 numbers, 0 for paper and 1 for ink; got 2 of "
         "them."),
        ("setInk(Array(784).fill(NaN))", "setInk: ink must be 784 numbers, 0 for paper and 1 for "
         "ink; got NaN at place 0."),
        ("teach(10)", "teach: label must be the index of a class, 0 … 9; got 10."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_was_expected_and_what_was_given(
    page: Page, call: str, said: str
) -> None:
    got = page.evaluate(
        f"(() => {{ try {{ neuroscribble.{call} }} catch (e) {{ return e.message }} }})()"
    )
    assert got == said


def test_right_arguments_of_every_kind_are_taken(page: Page) -> None:
    for call in (
        "setInk(Array(784).fill(0.5))",
        "setInk(new Uint8Array(784).fill(1))",
        "setInk(new Float64Array(784))",
        "normalizeInk(Array(100).fill(1))",
        "setTopK(5000)",
        "setTopK('all')",
        "setTopK(1)",
        "select('output:9')",
        "select(null)",
        "explain('input:3,4')",
        "confidence()",
        "confidence(new Float32Array(784).fill(1))",
        "forward(Array(784).fill(0)).logits",
    ):
        page.evaluate(f"void neuroscribble.{call}")

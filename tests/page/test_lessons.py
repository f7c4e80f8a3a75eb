"""Lessons that ship along, walked in a real browser: every task is solved as a student would.

Nothing here knows a number of the networks: what is typed is read from the page at that moment.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hand import draw
from packed_page import bytes_of

from neuroscribble.commands.lesson import lesson_page
from neuroscribble.commands.source import Source
from neuroscribble.teaching.handed_in import read_answers
from neuroscribble.teaching.lesson_file import Lesson, read_lesson
from neuroscribble.teaching.lesson_parts import TASKS
from neuroscribble.teaching.lesson_shelf import find_lesson
from viz.page.packing import as_json, packed_text

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

READ = "neuroscribble.forward(neuroscribble.input())"
TOLD = f"Math.max(...(neuroscribble.confidence().calibrated ?? {READ}.probabilities))"
VALUES = {
    "activation of strongest h1": f"Math.max(...{READ}.activations[0])",
    "activation of strongest h2": f"Math.max(...{READ}.activations[1])",
    "sum of selected": "neuroscribble.explain(neuroscribble.selection()).preActivation",
    "edges": "neuroscribble.fidelity().totalEdges",
    "edges drawn": "neuroscribble.fidelity().drawnEdges",
    "probability": TOLD,
    "second probability": (
        "parseFloat(document.querySelectorAll('.answers .told')[3].innerText.replace(/[<>]/, '')"
        ".replace(',', '.')) / 100"
    ),
    "accuracy": "neuroscribble.accuracy().then(({ accuracy }) => accuracy)",
    "held-out accuracy": "neuroscribble.learn.state().heldOut",
    "steps": "neuroscribble.learn.state().step",
}
# Ink between two examples, until `found` says yes: somewhere there a network changes its mind.
BETWEEN = """(found) => {
  const [isFound, { forward, compare }] = [eval(found), neuroscribble];
  const answer = ({ probabilities: all }) => all.indexOf(Math.max(...all));
  const inks = [...document.querySelectorAll("#examples button")].map((button) => {
    button.click();
    return Array.from(neuroscribble.input());
  });
  for (const a of inks) for (const b of inks) for (let share = 0.2; share < 0.81; share += 0.05) {
    if (a === b) continue;
    const ink = a.map((value, i) => share * value + (1 - share) * b[i]);
    if (isFound(ink)) return neuroscribble.setInk(ink);
  }
}"""
DISLIKES_THE_MIDDLE = """() => {
  const { W } = neuroscribble.weights()[0];
  const units = W.length / 784;
  const near = [13, 14, 15].flatMap((row) => [13, 14, 15].map((column) => 28 * row + column));
  const sum = (unit) => near.reduce((all, pixel) => all + W[pixel * units + unit], 0);
  neuroscribble.select(`h1:${[...Array(units).keys()].find((unit) => sum(unit) < 0)}`);
}"""
SILENCE_WHAT_SPEAKS_FOR_IT = """() => {
  const { activations } = neuroscribble.forward(neuroscribble.input());
  const { W } = neuroscribble.weights()[2];
  const worth = Array.from(activations[1], (a, unit) => [a * W[unit * 10 + 3], unit]);
  for (const [, unit] of worth.sort(([a], [b]) => b - a)) {
    if (neuroscribble.answer() !== "3") return;
    neuroscribble.silence(`h2:${unit}`);
  }
}"""

CHOOSE = """(task, at) => {
  task.querySelectorAll("input")[at].click();
  task.querySelector("button").click();
  return task.querySelector(".said").innerText;
}"""
ONCE_THERE = """async () => {
  let value = null;
  while ((value = await VALUE) === null) await new Promise((done) => setTimeout(done, 5));
  return value;
}"""
TYPE = """async (task, text) => {
  const said = task.querySelector(".said");
  said.innerText = "";
  task.querySelector("input").value = text;
  task.querySelector("button").click();
  while (said.innerText === "") await new Promise((done) => setTimeout(done, 5));
  return said.innerText;
}"""


def circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * n / 24 for n in range(25)]
    return [(x + 0.8 * radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns]


def scribble() -> list[tuple[float, float]]:
    return [(0.1 + 0.8 * (n % 2), 0.08 + 0.035 * n) for n in range(25)]


def learn_until_90(page: Page) -> None:
    for _ in range(20):
        if page.evaluate("neuroscribble.learn.step(60)")["heldOut"] >= 0.9:
            return


# What a student does to reach a goal, by the first thing that it asks for and its value.
DEEDS: dict[str, Callable[[Page], Any]] = {
    "selected column h1": lambda page: page.evaluate(DISLIKES_THE_MIDDLE),
    "selected column h2": lambda page: page.evaluate("neuroscribble.select('h2:1')"),
    "inputs with ink 0.0": lambda page: page.evaluate("document.getElementById('clear').click()"),
    "answer 1": lambda page: draw(page, [[(0.9, 0.8), (0.9, 0.95)]]),
    "probability 0.7": lambda page: page.evaluate(
        BETWEEN, "(ink) => Math.max(...forward(ink).probabilities) < 0.5"
    ),
    "steps 5.0": lambda page: page.evaluate("neuroscribble.learn.step(5)"),
    "steps 60.0": lambda page: page.evaluate("neuroscribble.learn.step(60)"),
    "held-out accuracy 0.9": learn_until_90,
    "unlike yes": lambda page: draw(page, [scribble()]),
    "answer 0": lambda page: draw(page, [circle(0.5, 0.5, 0.3)]),
    "answer 8": lambda page: draw(page, [circle(0.5, 0.3, 0.17), circle(0.5, 0.68, 0.21)]),
    "taken out 1.0": lambda page: page.locator(".scissors").first.dispatch_event("click"),
    "taken out 1.0, answer": lambda page: page.evaluate(SILENCE_WHAT_SPEAKS_FOR_IT),
    "agreement no": lambda page: page.evaluate(
        BETWEEN,
        "(ink) => answer(forward(ink)) !== answer(compare.forward(ink))",
    ),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str], tuple[Lesson, Path]]:
    """pages(1, "de") → the lesson and its page; a network's page is made once."""
    folder = tmp_path_factory.mktemp("lessons")
    made: dict[tuple[str, str | None], str] = {}

    def written(number: int, language: str) -> tuple[Lesson, Path]:
        path = find_lesson(str(number), language)
        lesson = read_lesson(path)
        key = lesson.network, lesson.compare
        if key not in made:
            made[key] = lesson_page(lesson, path, Source())
        text = with_lesson(made[key], lesson)
        file = folder / f"{number}-{language}.html"
        file.write_text(text, encoding="utf-8")
        return lesson, file

    return written


def with_lesson(page: str, lesson: Lesson) -> str:
    """The page of the same network with another lesson: to write it anew takes a second."""
    page = re.sub(r'"asked":"\w+"', f'"asked":"{lesson.language}"', page)
    begin = page.index('id="payload">') + len('id="payload">')
    words, newline, arrays = page[begin:].lstrip().partition("\n")
    payload = json.loads(zlib.decompress(bytes_of(words)))
    told = packed_text(as_json(payload | {"lesson": lesson.for_page()}))
    return page[:begin] + told + newline + arrays


# The German ones have the same tasks, which another test compares.
@pytest.mark.parametrize(
    ("number", "language"), [*((number, "en") for number in range(1, 7)), (1, "de"), (5, "de")]
)
def test_a_lesson_is_walked_to_its_end_and_handed_in(
    number: int,
    language: str,
    pages: Callable[[int, str], tuple[Lesson, Path]],
    few_pen_digits: None,
    open_page: OpenPage,
    tmp_path: Path,
) -> None:
    lesson, file = pages(number, language)
    page = open_page(file, width=1110, height=650, anew=True)
    page.evaluate("neuroscribble.ready.then(() => neuroscribble.setTopK(1))")  # quick to paint
    room = page.locator("#classroom")
    back, forward, _ = room.locator("> .row button").all()
    for n, step in enumerate(lesson.steps):
        assert room.locator("h2").inner_text() == step["title"]
        tasks = [part for part in step["parts"] if part["kind"] in TASKS]
        shown = room.locator(".task").all()
        for task, place in zip(tasks, shown, strict=True):
            solve(page, task, place)
        if (number, language, n) == (1, "en", 0):
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, found.generate_report()
        forward.evaluate("(button) => button.click()")
    assert back.is_enabled()
    assert forward.is_disabled()
    room.locator("input").fill("Zoë")
    if (number, language) == (1, "en"):
        page.reload()
        page.evaluate("neuroscribble.ready")
        assert room.locator("h2").inner_text() == "The end"
    with page.expect_download() as download:
        room.locator(".ending button").first.press("Enter")
    answers = tmp_path / download.value.suggested_filename
    assert answers.stem.endswith("-Zoë")
    download.value.save_as(answers)
    handed_in = read_answers(answers)
    assert (handed_in.name, handed_in.lesson) == ("Zoë", lesson.title)
    assert handed_in.right == len(handed_in.answers) == len(room_tasks(lesson))
    if (number, language) == (1, "en"):
        with page.expect_navigation():
            room.locator(".ending button").last.press("Enter")
        page.evaluate("neuroscribble.ready")
        assert room.locator("h2").inner_text() == lesson.steps[0]["title"]
        assert room.locator(".said").first.inner_text() == ""


def room_tasks(lesson: Lesson) -> list[dict[str, Any]]:
    return [part for step in lesson.steps for part in step["parts"] if part["kind"] in TASKS]


def solve(page: Page, task: dict[str, Any], place: Locator) -> None:
    """Answer one task, one that is typed or chosen wrongly at first."""
    if task["kind"] == "goal":
        assert place.locator(".said").inner_text().startswith("○"), (
            "reached before anything was done"
        )
        first, *others = task["until"]
        deed = f"{first['what']} {first['value']}"
        extra = [one["what"] for one in others if first["what"] == "taken out"]
        DEEDS[", ".join([deed, *extra])](page)
    elif task["kind"] == "choose":
        right = [option["right"] for option in task["options"]]
        for wanted in (False, True):
            assert place.evaluate(CHOOSE, right.index(wanted)).startswith("✓") == wanted
    else:
        asked = task["value"]
        phrase = f"{asked['what']} of {asked['of']}" if "of" in asked else asked["what"]
        scale = 100 if asked["kind"] == "share" else 1
        value = page.evaluate(ONCE_THERE.replace("VALUE", VALUES[phrase])) * scale
        assert not place.evaluate(TYPE, f"{value + 40:.2f}").startswith("✓")
        place.evaluate(TYPE, f"{value:.2f}".replace(".", ","))
    said = place.locator(".said").element_handle()
    page.wait_for_function("(said) => said.innerText.startsWith('✓')", arg=said, timeout=10_000)

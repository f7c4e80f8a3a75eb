"""Draw the pictures of the README and these documents again: python docs/pictures.py [NAME ...]

page, cnn, sparse, iris, compare, unit, evidence, near, steps, weights, education, stage, museum,
phone and learning-0, -2s, -30s and -points are photographed in Chromium, window is painted into
memory by SDL's dummy driver, maps and worksheet are what the commands of that name write, and speed
draws docs/growth.json.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from find_browser import find_chromium, is_root  # noqa: E402

from neuroscribble.data.pen import pen_strokes  # noqa: E402
from neuroscribble.formats.history import history_path, read_history  # noqa: E402
from neuroscribble.formats.storage import load_network  # noqa: E402

if TYPE_CHECKING:
    from viz.window.controller import Controller

SCREEN = (1920, 1080)
SHOWN = (1680, 945)
WINDOW = (1440, 900)
IRIS = "neuroscribble/examples/iris.npz"
FORGOTTEN = 3  # digits, at least, that the pictured lesson costs


def save(picture: Image.Image, name: str, size: tuple[int, int]) -> None:
    """Small enough for a repository, with a palette that keeps every hue."""
    small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    colors = small.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    colors.save(HERE / f"{name}.png", optimize=True)


def photograph(
    name: str,
    weights: str,
    *,
    screen: tuple[int, int] = SCREEN,
    shown: tuple[int, int] | None = None,
    scheme: str = "light",
    act: str = "",
    other: str | None = None,
    history: bool = False,
    states: Sequence[tuple[str, str]] = (),
) -> None:
    """The page as it opens, or after an act in JavaScript, in a screen of some size.

    other: a second network on it. history: with the training that is kept beside the weights.
    states: titles and words of a link, to be walked through on a stage.
    """
    from neuroscribble.commands.beside import compared
    from viz.page.page import network_page
    from viz.page.states import State

    network = load_network(ROOT / weights)
    names = (weights, other or "")
    text = network_page(
        network,
        weights_name=Path(weights).name,
        education=read_history(history_path(ROOT / weights), network) if history else None,
        compare=compared(network, load_network(ROOT / other), names, None) if other else None,
        states=[State(title, "", link) for title, link in states],
    )
    photograph_page(name, text, screen=screen, shown=shown, scheme=scheme, act=act)


def photograph_page(
    name: str,
    text: str,
    *,
    screen: tuple[int, int],
    shown: tuple[int, int] | None = None,
    scheme: str = "light",
    act: str = "",
) -> None:
    """A page of this text, opened in Chromium."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--disable-gpu"], chromium_sandbox=not is_root()
        )
        page = browser.new_page(
            viewport={"width": screen[0], "height": screen[1]},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page.goto(file.as_uri())
        page.evaluate("() => window.neuroscribble.ready")
        if act:
            page.evaluate(f"async () => {{ {act} }}")
        page.wait_for_timeout(4000)  # until all edges are painted
        page.screenshot(path=shot)
        save(Image.open(shot), name, shown or screen)


def window() -> None:
    """The window after a lesson on one digit alone, which cost some others."""
    import pygame

    from neuroscribble.data.sources import PEN, load_known_digits
    from viz.window.actions import Action
    from viz.window.app import Window
    from viz.window.school import School

    network = load_network(ROOT / "weights.npz")
    known = load_known_digits(PEN)
    with tempfile.TemporaryDirectory() as folder:
        school = School(network, digits=lambda: known, corrections=Path(folder))
        shown = Window(network, theme="light", title="", size=WINDOW, school=school)
        controller = shown.controller
        controller.act(Action.MIX)  # only the digit itself
        rng = np.random.default_rng(9)
        for number in range(1000):
            label = number % 10
            draw(controller, pen_strokes(label, rng=rng))
            if controller.reading.ranking[0] != label:
                controller.teach(label)
                lesson = school.teacher.lessons[-1]
                if len(lesson.probe.forgotten) >= FORGOTTEN and lesson.after.argmax() == label:
                    break
                controller.act(Action.UNTEACH)
            controller.act(Action.CLEAR)
        shown.paint()
        pixels = pygame.surfarray.array3d(shown.screen).swapaxes(0, 1)
        shown.close()
    save(Image.fromarray(pixels), "window", WINDOW)


def draw(controller: Controller, strokes: Sequence[np.ndarray[Any, Any]]) -> None:
    """A digit in the middle of the canvas, by the mouse."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    canvas = controller.layout.canvas
    scale = 0.66 * canvas.width / float((high - low).max())
    for stroke in strokes:
        placed = (stroke - (low + high) / 2) * scale + canvas.center
        controller.press("mouse", *placed[0])
        for x, y in placed[1:]:
            controller.move("mouse", x, y)
        controller.release("mouse")


def maps() -> None:
    """The first network's maps, of MNIST's test digits."""
    import subprocess

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "neuroscribble", "maps", "--out", folder]
        subprocess.run(command, cwd=ROOT, check=True)
        save(Image.open(Path(folder) / "maps.png"), "maps", (1320, 936))


def museum() -> None:
    """Five drawings of two desks, and two photos of the printed sheet."""
    from sheet_photos import drawn_sheet, photo

    from neuroscribble.ink.strokes import render_strokes
    from neuroscribble.teaching.museum import files_in, museum_of
    from viz.page.museum_page import museum_page

    rng = np.random.default_rng(7)
    network = load_network(ROOT / "weights.npz")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, desk in enumerate((1, 1, 1, 2, 2)):
            strokes = [stroke * 160 + 20 for stroke in pen_strokes(number, rng=rng)]
            ink = render_strokes(strokes, size=200, width=10)
            of_desk = folder / f"Desk {desk}"
            of_desk.mkdir(exist_ok=True)
            Image.fromarray(np.uint8(255 - 255 * ink)).save(of_desk / f"{number}.png")
        for letter, seed, turn in (("A", 4, 4), ("B", 5, -6)):
            sheet = drawn_sheet(seed=seed).gray
            photo(sheet, turn=turn, tilt=0.1, size=(1200, 1600)).save(
                folder / f"Sheet {letter}.jpg"
            )
        found = museum_of(network, folder, files_in(folder))
        text = museum_page(found, network, title="Class 7b", weights_name="weights.npz")
    photograph_page("museum", text, screen=LAPTOP)


def worksheet() -> None:
    """The first sheet that `neuroscribble worksheet pen --students 30 --seed 7` prints."""
    from neuroscribble.teaching.by_hand import sheets
    from viz.figures.worksheet import worksheet_page
    from viz.figures.worksheet_words import WORDS

    network, n = load_network("tiny"), 30
    first = sheets(network, n, rng=np.random.default_rng(7))[0]
    page = worksheet_page(first, 1, n, False, paper="a4", words=WORDS["en"], network=network)
    with tempfile.TemporaryDirectory() as folder:
        page.figure.savefig(Path(folder) / "drawn.png", dpi=200)
        save(Image.open(Path(folder) / "drawn.png"), "worksheet", (661, 935))


def speed() -> None:
    """How cost grows, from what `python bench/growth.py --out docs/growth.json` measured."""
    import runpy

    result = json.loads((HERE / "growth.json").read_text(encoding="utf-8"))
    draw_part = runpy.run_path(str(ROOT / "bench" / "growth.py"))["draw"]
    with tempfile.TemporaryDirectory() as folder:
        for part in ("epoch", "page"):
            draw_part(result, part, Path(folder) / "drawn.png")
            drawn = Image.open(Path(folder) / "drawn.png")
            save(drawn, f"speed-{part}", drawn.size)


NEAR = """
const { view } = neuroscribble;
const { x, y } = view.getPosition("h1:16");
view.moveTo({ position: { x: x + 36, y: y + 20 }, scale: 3.2 });
"""
STEPS = """
[...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Steps").click();
const next = [...document.querySelectorAll("#panel button")].find(({ textContent }) =>
  textContent.startsWith("Next"));
next.click();
next.click();
"""
WEIGHTS = """
[...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Weights").click();
setTimeout(() => {
  document.querySelector("#inspector").scrollTop = 690;
  const matrix = document.querySelectorAll(".plate canvas")[1];
  const { left, top } = matrix.getBoundingClientRect();
  const at = { clientX: left + 205, clientY: top + 205 };
  matrix.dispatchEvent(new PointerEvent("pointermove", at));
}, 1500);
"""
COMPARE = """
document.querySelectorAll(".gallery button")[12].click();
neuroscribble.select("h2:63");
"""
LEARN = """
[...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Learn").click();
await neuroscribble.learn.reset();
"""
EVIDENCE = """
neuroscribble.select("h2:63");
const card = [...document.querySelectorAll("#panel details")].find(({ textContent }) =>
  textContent.startsWith("What is it for?"));
card.open = true;
while (!card.querySelector(".by-class")) await new Promise((resolve) => setTimeout(resolve, 50));
card.scrollIntoView();
"""
STAGE = """
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
["f", "ArrowRight", "ArrowRight"].forEach(press);
"""
STATES = (
    ("What it sees", "k=8"),
    ("One unit of the second layer", "unit=h2:63&k=8"),
    ("Without it", "without=h2:63"),
)
PAST = """
[...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Past").click();
const { at, count } = neuroscribble.history;
for (let i = 0; i < count() && at(i).step < 50; i++);
"""
LAPTOP = (1366, 768)
PICTURES: dict[str, Callable[[], None]] = {
    "page": lambda: photograph("page", "weights.npz", shown=SHOWN),
    "cnn": lambda: photograph("cnn", "cnn.npz", shown=SHOWN),
    "sparse": lambda: photograph("sparse", "sparse.npz", shown=SHOWN, scheme="dark"),
    "iris": lambda: photograph("iris", IRIS, screen=(1366, 640)),
    "compare": lambda: photograph(
        "compare", "weights.npz", other="sparse.npz", screen=(1440, 900), act=COMPARE
    ),
    "unit": lambda: photograph(
        "unit", "weights.npz", screen=LAPTOP, scheme="dark", act="neuroscribble.select('h2:63')"
    ),
    "evidence": lambda: photograph("evidence", "weights.npz", screen=(1366, 900), act=EVIDENCE),
    "near": lambda: photograph("near", "weights.npz", screen=LAPTOP, act=NEAR),
    "steps": lambda: photograph("steps", "weights.npz", screen=LAPTOP, act=STEPS),
    "weights": lambda: photograph("weights", "weights.npz", shown=SHOWN, act=WEIGHTS),
    "education": lambda: photograph(
        "education", "weights.npz", screen=LAPTOP, act=PAST, history=True
    ),
    "learning-0": lambda: photograph("learning-0", "weights.npz", screen=LAPTOP, act=LEARN),
    "learning-2s": lambda: photograph(
        "learning-2s",
        "weights.npz",
        screen=LAPTOP,
        act=LEARN + "await neuroscribble.learn.step(250);",
    ),
    "learning-30s": lambda: photograph(
        "learning-30s",
        "weights.npz",
        screen=LAPTOP,
        act=LEARN + "await neuroscribble.learn.step(1800);",
    ),
    "learning-points": lambda: photograph(
        "learning-points",
        "neuroscribble/examples/xor.npz",
        screen=LAPTOP,
        act=LEARN
        + "await neuroscribble.learn.start({ source: 'spiral', hidden: [16, 16] });"
        + "await neuroscribble.learn.pause();"
        + "await neuroscribble.learn.reset();"
        + "await neuroscribble.learn.step(600);",
    ),
    "stage": lambda: photograph(
        "stage", "weights.npz", screen=(1280, 720), act=STAGE, states=STATES
    ),
    "museum": museum,
    "worksheet": worksheet,
    "phone": lambda: photograph("phone", "weights.npz", screen=(390, 844), scheme="dark"),
    "window": window,
    "maps": maps,
    "speed": speed,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        PICTURES[name]()

"""A network as a notebook shows it: a picture with every unit, and its summary as a table."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from small_cnn import small_cnn

from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.portrait import portrait

SVG = "{http://www.w3.org/2000/svg}"
Columns = list[tuple[str, tuple[int, ...]]]


def n_units(path: ElementTree.Element) -> int:
    """How many dashes a path has: each is a unit."""
    dash, gap = map(float, path.attrib["stroke-dasharray"].split())
    lengths = [float(length) for length in re.findall(r"v([\d.]+)", path.attrib["d"])]
    return sum(int((length + 0.05) // (dash + gap)) + 1 for length in lengths)


def texts(svg: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            [("input", (784,)), ("h1", (128,)), ("h2", (64,)), ("output", (10,))],
            ["input", "28 × 28", "h1", "128", "h2", "64", "output", "10"],
        ),
        ([("input", (2,)), ("output", (1,))], ["input", "2", "output", "1"]),
        (
            [("input", (64,)), ("h1", (6, 4, 70)), ("h2", (5000,)), ("output", (33,))],
            ["input", "8 × 8", "h1", "70 maps", "6 × 4", "h2", "5000", "output", "33"],
        ),
        (
            [("input", (28, 28, 1)), ("output", (10,))],
            ["input", "1 map", "28 × 28", "output", "10"],
        ),
    ],
    ids=["classic", "tiny", "all kinds", "one map"],
)
def test_a_portrait_shows_every_unit_and_says_how_many(columns: Columns, words: list[str]) -> None:
    svg = ElementTree.fromstring(portrait(columns))
    drawn = [path for path in svg.iter(f"{SVG}path") if "stroke-dasharray" in path.attrib]
    assert [n_units(path) for path in drawn] == [shape[-1] for _, shape in columns]
    assert texts(svg) == words


@pytest.mark.parametrize("depth", [1, 5, 40])
def test_columns_stand_apart_and_inside_the_picture(depth: int) -> None:
    columns: Columns = [("input", (784,)), *[("h", (500,))] * depth, ("output", (10,))]
    svg = ElementTree.fromstring(portrait(columns))
    left, top, width, height = map(float, svg.attrib["viewBox"].split())
    right_before = left
    for path in svg.iter(f"{SVG}path"):
        if "stroke-dasharray" not in path.attrib:
            continue
        lines = re.findall(r"M([\d.]+) ([\d.]+)v([\d.]+)", path.attrib["d"])
        half = float(path.attrib["stroke-width"]) / 2
        xs = [float(x) for x, _, _ in lines]
        assert right_before < min(xs) - half
        right_before = max(xs) + half
        for _, y, length in lines:
            assert top < float(y) < float(y) + float(length) < top + height
    assert right_before < left + width


def test_a_network_in_a_notebook_is_its_portrait_and_the_cells_of_its_summary() -> None:
    for network in (build_mlp(rng=np.random.default_rng(0)), small_cnn()):
        shown = network._repr_html_()
        svg, table = re.fullmatch(r"(<svg.*</svg>)(<table>.*)", shown, re.S).groups()
        assert "output" in texts(ElementTree.fromstring(svg))
        cells = Cells(table).cells
        lines = [line for line in network.summary().splitlines() if "─" not in line]
        for line in lines:
            for cell in re.split(r"  +", line.strip()):
                assert cell in cells
        assert len([cell for cell in cells if cell]) == sum(
            len(re.split(r"  +", line.strip())) for line in lines
        )


def test_names_from_outside_are_text_and_nothing_else() -> None:
    name = '<img src=x onerror="alert(1)">&'
    network = Network(
        {name: Dense(3, 2, rng=np.random.default_rng(0))}, input_shape=(3,), class_names="ab"
    )
    shown = network._repr_html_()
    assert "<img" not in shown
    assert name in Cells(shown).cells
    assert texts(ElementTree.fromstring(portrait([(name, (3,))])))[0] == name


class Cells(HTMLParser):
    """The texts of a table's cells and of what stands below it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("td", "th", "p"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data

"""A worksheet: one forward pass with squares to fill in, and the same sheet filled in.

Every number on it is drawn with a name (`gid`), by which the test that recomputes them finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection

from neuroscribble.nn.network import Network
from neuroscribble.shapes import IMAGE_SIZE
from neuroscribble.teaching.by_hand import INK_STEPS, ByHand

from ..diagram.facts import stored_test
from ..diagram.theme import LIGHT, color_table, sequential_colors
from .paper import FIELD, Paper, write_sheets
from .worksheet_words import WORDS

HEAD, NORMAL, SMALL = 12.5, 9.5, 8.0  # points
SIDE = 36.0  # millimeters of the drawing and of its nine numbers
CELL = 9.0  # of a weight
COLUMN = 62.0  # from one unit to the next
TABLE, ROW = 193.0, 8.4  # where the table of scores begins, and its rows
STRONGEST = 6.0  # a weight of 3 is tinted half as strongly as the palette could


def write_worksheets(
    sheets: Sequence[ByHand],
    path: Path,
    *,
    network: Network,
    paper: str,
    language: str,
    over: Callable[[Iterable[Paper]], Iterable[Paper]] = iter,
) -> Path:
    """Write the sheets, then the same filled in, as the pages of one PDF; returns its path.

    over: gives all pages on, one by one, as a progress bar does.

    Raises SettingsError for another ending than .pdf, OutputError when it cannot be written.
    """
    words = WORDS[language]
    pages = (
        worksheet_page(sheet, n, len(sheets), solved, paper=paper, words=words, network=network)
        for solved in (False, True)
        for n, sheet in enumerate(sheets, 1)
    )
    return write_sheets(over(pages), path, title=words["title"])


def worksheet_page(
    sheet: ByHand,
    n: int,
    of: int,
    solved: bool,
    *,
    paper: str,
    words: Mapping[str, str],
    network: Network,
) -> Paper:
    """Sheet n of so many, empty or solved."""
    page = Paper(paper)
    title = f"{words['title']}: {words['answers']}" if solved else words["title"]
    page.text(0, 7, title, size=19, weight="bold")
    if of > 1:
        page.text(FIELD[0], 7, words["sheet"].format(n=n, of=of), size=NORMAL, ha="right")
    if not solved:
        page.text(0, 17, words["name"], size=NORMAL)
        page.line(14, 17.5, 100, 17.5)
    _draw_ink(page, sheet, words)
    page.text(0, 77, words["units"], size=HEAD, weight="bold")
    page.text(0, 80.5, words["units_how"], size=NORMAL, va="top", linespacing=1.35)
    for unit in range(3):
        _draw_unit(page, sheet, unit, COLUMN * unit, solved, words)
    _draw_scores(page, sheet, solved, words)
    _draw_answer(page, sheet, solved, words, network)
    return page


def number(value: int) -> str:
    """With a true minus sign."""
    return str(value).replace("-", "−")


def _draw_ink(page: Paper, sheet: ByHand, words: Mapping[str, str]) -> None:
    page.text(0, 26, words["ink"], size=HEAD, weight="bold")
    top = 30.0
    step = SIDE / IMAGE_SIZE
    pixels = np.flatnonzero(sheet.drawing > 0)
    rows, columns = pixels // IMAGE_SIZE, pixels % IMAGE_SIZE
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    at = (np.stack([columns, rows], axis=1)[:, None] + corners) * step + (0, top)
    shares = np.stack(page.at(at[..., 0], at[..., 1]), axis=2)
    colors = sequential_colors(sheet.drawing[pixels], limit=1, anchors=("#ffffff", LIGHT.text))
    page.figure.add_artist(
        PolyCollection(
            [*shares], facecolors=colors / 255, linewidths=0, transform=page.figure.transFigure
        )
    )
    page.box(0, top, SIDE, SIDE)
    page.text(SIDE + 7, top + SIDE / 2 + 1.5, "→", size=18, ha="center", color=LIGHT.muted)
    tints = color_table(("#ffffff", "#b9c0cc"), INK_STEPS + 1) / 255
    for place, ink in enumerate(sheet.ink.tolist()):
        x, y = SIDE + 14 + place % 3 * SIDE / 3, top + place // 3 * SIDE / 3
        page.box(x, y, SIDE / 3, SIDE / 3, fill=tuple(tints[ink]))
        middle = (x + SIDE / 6, y + SIDE / 6 + 2)
        page.text(*middle, number(ink), size=16, ha="center", gid=f"ink {place}")
    page.text(2 * SIDE + 22, top + 3, words["ink_how"], size=NORMAL, va="top", linespacing=1.5)


def _draw_unit(
    page: Paper, sheet: ByHand, unit: int, left: float, solved: bool, words: Mapping[str, str]
) -> None:
    page.text(left, 98, words["unit"].format(n=unit + 1), size=NORMAL + 1, weight="bold")
    grid, top = 3 * CELL, 104.5
    page.text(left, top - 1.5, words["weights"], size=SMALL, color=LIGHT.muted)
    page.text(left + grid + 2, top - 1.5, words["products"], size=SMALL, color=LIGHT.muted)
    tints = color_table(LIGHT.signed, 2 * int(STRONGEST) + 1) / 255
    for place in range(9):
        weight = int(sheet.first[place, unit])
        x, y = left + place % 3 * CELL, top + place // 3 * CELL
        page.box(x, y, CELL, CELL, fill=tuple(tints[int(STRONGEST) + weight]) if weight else "none")
        middle = (x + CELL / 2, y + CELL / 2 + 1.6)
        page.text(*middle, number(weight), size=12, ha="center", gid=f"weight {unit} {place}")
        _blank(
            page,
            (x + grid + 2, y, CELL, CELL),
            int(sheet.products[place, unit]),
            solved,
            f"product {unit} {place}",
            size=12,
        )
    added = int(sheet.products[:, unit].sum())
    bias, total = int(sheet.first_bias[unit]), int(sheet.sums[unit])
    rows = (
        ("added", added, solved, f"added {unit}"),
        ("bias", bias, None, f"bias {unit}"),
        ("sum", total, solved, f"sum {unit}"),
        ("passed_on", int(sheet.passed_on[unit]), solved, f"passed on {unit}"),
    )
    for row, (word, value, shown, gid) in enumerate(rows):
        y = top + grid + 3 + 8 * row
        is_last = word == "passed_on"
        page.text(left, y + 5, words[word], size=NORMAL, weight="bold" if is_last else "normal")
        _blank(page, (left + grid + 11, y, 2 * CELL, 7), value, shown, gid, bold=is_last)


def _draw_scores(page: Paper, sheet: ByHand, solved: bool, words: Mapping[str, str]) -> None:
    page.text(0, TABLE - 15, words["scores"], size=HEAD, weight="bold")
    page.text(0, TABLE - 9, words["scores_how"], size=NORMAL)
    heads = [(4.0, words["digit"]), (139.0, words["bias"]), (161.0, words["score"])]
    heads += [(35.0 + 40 * unit, words["unit"].format(n=unit + 1)) for unit in range(3)]
    sign: dict[str, Any] = {"size": NORMAL, "color": LIGHT.muted, "ha": "center"}
    for x, head in heads:
        page.text(x, TABLE - 2, head, size=SMALL, color=LIGHT.muted, ha="center")
    for k, name in enumerate(sheet.class_names):
        top = TABLE + ROW * k
        foot = top + 5
        page.text(4, foot, name, size=NORMAL + 2, weight="bold", ha="center")
        for unit in range(3):
            x = 14.0 + 40 * unit
            page.text(x - 2, foot, "+" if unit else "", **sign)
            weight, gid = number(int(sheet.second[unit, k])), f"weight {unit} → {name}"
            page.text(x + 6, foot, weight, size=NORMAL + 1, ha="right", gid=gid)
            page.text(x + 8.5, foot, "×", **sign)
            value, part = int(sheet.passed_on[unit]), int(sheet.parts[unit, k])
            _blank(page, (x + 11, top, 10, 7), value, solved, f"from {unit} → {name}")
            page.text(x + 23, foot, "=", **sign)
            _blank(page, (x + 25, top, 11, 7), part, solved, f"part {unit} → {name}")
        page.text(133, foot, "+", **sign)
        bias, score = int(sheet.second_bias[k]), int(sheet.scores[k])
        page.text(142, foot, number(bias), size=NORMAL + 1, ha="right", gid=f"bias → {name}")
        page.text(147, foot, "=", **sign)
        wins = solved and name in sheet.winners
        _blank(page, (152, top, 18, 7), score, solved, f"score {name}", bold=wins)


def _draw_answer(
    page: Paper, sheet: ByHand, solved: bool, words: Mapping[str, str], network: Network
) -> None:
    top = TABLE + ROW * len(sheet.class_names) + 5
    page.text(0, top + 3, words["reads"], size=HEAD, weight="bold")
    page.text(0, top + 10, words["reads_how"], size=NORMAL)
    page.box(152, top - 1, 18, 13, edgecolor=LIGHT.text, linewidth=1.2)
    if solved:
        style: dict[str, Any] = {
            "color": LIGHT.accent,
            "weight": "bold",
            "ha": "center",
            "gid": "answer",
        }
        page.text(161, top + 8, " ".join(sheet.winners), size=HEAD * 1.5, **style)
        told = [] if sheet.label is None else [words["was"].format(label=sheet.label)]
        told += [words["ties"]] if len(sheet.winners) > 1 else []
        page.text(147, top + 3, " ".join(told), size=NORMAL, color=LIGHT.accent, ha="right")
    test = stored_test(network)
    if test:
        right, chance = round(1000 * test["accuracy"]), round(1000 / len(sheet.class_names))
        facts = {
            "names": ", ".join(sheet.class_names),
            "n": number(1000),
            "right": right,
            "chance": chance,
        }
        measured = words["measured"].format(**facts)
        page.text(0, FIELD[1] - 3, measured, size=SMALL + 0.5, color=LIGHT.muted, linespacing=1.4)


def _blank(
    page: Paper,
    place: tuple[float, float, float, float],
    value: int,
    shown: bool | None,
    gid: str,
    *,
    size: float = NORMAL + 0.5,
    bold: bool = False,
) -> None:
    """A square to write a number into: filled in where `shown`; None: printed, as what is given."""
    x, y, width, height = place
    if shown is not None:
        page.box(x, y, width, height, linewidth=1.2 if bold else 0.6)
    if shown is not False:
        color = LIGHT.text if shown is None else LIGHT.accent
        foot = y + height / 2 + 0.13 * size
        weight = "bold" if bold else "normal"
        style: dict[str, Any] = {"color": color, "weight": weight, "ha": "center", "gid": gid}
        page.text(x + width / 2, foot, number(value), size=size, **style)

"""The contact sheet shows every correction, and the same corrections give the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_school import SEVEN

from neuroscribble.errors import DataError, OutputError
from viz.diagram.theme import DARK, LIGHT, rgb
from viz.figures import contact_sheet
from viz.figures.contact_sheet import COLUMNS, MARGIN, SIDE, TOP, write_contact_sheet


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_drawing_is_on_it(tmp_path: Path, theme: object) -> None:
    path = write_contact_sheet([SEVEN] * 11, tmp_path / "sheet.png", theme=theme)  # type: ignore[arg-type]
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    ink = np.abs(pixels - rgb(theme.ink[-1])).sum(axis=2) < 30  # type: ignore[attr-defined]
    pitch = SIDE + contact_sheet.GAP
    for number in range(COLUMNS * 2):
        row, column = divmod(number, COLUMNS)
        top, left = TOP + row * (pitch + contact_sheet.WORDS), MARGIN + column * pitch
        assert (ink[top : top + SIDE, left : left + SIDE].sum() > 1000) == (number < 11)


def test_equal_corrections_give_equal_bytes(tmp_path: Path) -> None:
    paths = [write_contact_sheet([SEVEN], tmp_path / name, theme=LIGHT) for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_of_very_many_the_latest_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_sheet, "MOST", 3)
    sheets = [
        [replace(SEVEN, label=1)] * 5 + [SEVEN] * 3,
        [replace(SEVEN, label=2)] * 5 + [SEVEN] * 3,
    ]
    paths = [
        write_contact_sheet(sheet, tmp_path / f"{n}.png", theme=LIGHT)
        for n, sheet in enumerate(sheets)
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no correction"):
        write_contact_sheet([], tmp_path / "sheet.png", theme=LIGHT)
    with pytest.raises(OutputError):
        write_contact_sheet([SEVEN], tmp_path, theme=LIGHT)

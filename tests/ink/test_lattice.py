"""What a network reads of a drawing does not depend on the lattice that it was drawn on."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.pen import pen_strokes
from neuroscribble.ink.drawing import INK_SIDE, DrawnStroke, drawing_image
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.strokes import render_strokes

LATTICES = (32, 64, 100, 280, 1024)
RMS = 0.02  # of 784 pixels in [0, 1]


def strokes_on(lattice: int, strokes: list[np.ndarray], width: float) -> list[DrawnStroke]:
    """A digit over 70 % of a lattice; width: of the pen, in pixels of a lattice of 32."""
    return [
        DrawnStroke(
            [tuple(p) for p in stroke * 0.7 * lattice + 0.15 * lattice], width * lattice / 32
        )
        for stroke in strokes
    ]


@pytest.mark.parametrize("width", [1, 1.5, 2, 3, 4])
def test_a_digit_is_the_same_from_every_lattice(width: float) -> None:
    rng = np.random.default_rng(int(10 * width))
    for label in range(10):
        digit = pen_strokes(label, rng=rng)
        images = [drawing_image(strokes_on(n, digit, width), canvas=n) for n in LATTICES]
        worst = [float(np.sqrt(np.mean((image - images[-2]) ** 2))) for image in images]
        assert max(worst) <= RMS, (label, dict(zip(LATTICES, worst, strict=True)))


def test_on_a_pad_of_its_own_size_a_drawing_is_inked_as_it_is() -> None:
    digit = pen_strokes(5, rng=np.random.default_rng(1))
    drawn = strokes_on(INK_SIDE, digit, 2.5)
    ink = render_strokes([s.points for s in drawn], size=INK_SIDE, width=drawn[0].width)
    np.testing.assert_array_equal(drawing_image(drawn, canvas=INK_SIDE), normalize_ink(ink))


def test_ink_on_a_coarse_lattice_is_another_picture() -> None:
    """Why strokes are kept: pixels of 32 × 32 no longer tell where a line ended."""
    digit = pen_strokes(3, rng=np.random.default_rng(2))
    coarse, fine = (
        normalize_ink(render_strokes([s.points for s in drawn], size=n, width=drawn[0].width))
        for n in (32, INK_SIDE)
        for drawn in [strokes_on(n, digit, 2)]
    )
    assert np.sqrt(np.mean((coarse - fine) ** 2)) > RMS

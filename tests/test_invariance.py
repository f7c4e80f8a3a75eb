"""The same drawing, moved, scaled, turned or drawn with another pen, is read as the same digit."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.pen import pen_strokes
from neuroscribble.ink import normalize_ink
from neuroscribble.storage import load_network
from neuroscribble.strokes import render_strokes

N_DRAWINGS = 300
CANVAS = 200


def drawn(
    strokes: list[np.ndarray],
    *,
    at: float = 0.5,
    side: float = 110,
    turn: float = 0.0,
    pen: float = 0.12,
) -> np.ndarray:
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = np.array([[cosine, sine], [-sine, cosine]])
    placed = [(stroke - 0.5) @ turned * side + at * CANVAS for stroke in strokes]
    return normalize_ink(render_strokes(placed, size=CANVAS, width=pen * side)).reshape(-1)


VERSIONS = [
    {"at": 0.35},
    {"side": 36},
    {"side": 160},
    {"turn": -15},
    {"turn": -8},
    {"turn": 8},
    {"turn": 15},
    {"pen": 0.06},
    {"pen": 0.2},
]


@pytest.fixture(scope="module")
def drawings() -> list[list[np.ndarray]]:
    rng = np.random.default_rng(15)
    return [pen_strokes(i % 10, rng=rng) for i in range(N_DRAWINGS)]


def test_versions_of_a_legible_drawing_get_the_same_answer(
    drawings: list[list[np.ndarray]],
) -> None:
    """The pen digits' hand is now and then too hasty to be read; those drawings do not count."""
    network = load_network(None)
    plain = network.predict(np.stack([drawn(strokes) for strokes in drawings]))
    legible = plain == np.arange(N_DRAWINGS) % 10
    assert legible.mean() > 0.94
    same = {}
    for version in VERSIONS:
        answers = network.predict(np.stack([drawn(s, **version) for s in drawings]))
        same[str(version)] = float((answers == plain)[legible].mean())
    assert np.mean(list(same.values())) >= 0.98, same


@pytest.mark.parametrize("version", VERSIONS[:3], ids=str)
def test_where_and_how_large_a_drawing_is_hardly_changes_what_the_network_sees(
    version: dict[str, float], drawings: list[list[np.ndarray]]
) -> None:
    differences = [np.abs(drawn(s, **version) - drawn(s)).mean() for s in drawings[:100]]
    assert np.median(differences) < 0.03

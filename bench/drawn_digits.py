"""Digits that people drew, where this machine has them, and the ways in which they are drawn.

Looked for are, in MNIST's folder or beside it, `pendigits/pendigits-orig.tes` (UCI, UNIPEN text),
`strokes/uji-digits.npz` and `strokes/hwd1000.npz`. Strokes are drawn with three pens.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from neuroscribble.data.pen import pen_strokes
from neuroscribble.data.pendigits import FOLDER_VARIABLE, parse_unipen
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.strokes import render_strokes

PENS = {"thin": 0.05, "medium": 0.10, "thick": 0.18}  # of the digit's longer side
SIDE = 150  # pixels of a digit's longer side on a canvas
CANVAS = 280

VERSIONS: dict[str, dict[str, Any]] = {
    "in a corner": {"at": (0.32, 0.33)},
    "tiny": {"side": 50},
    "huge": {"side": 240},
    "turned by -15°": {"turn": -15.0},
    "turned by -8°": {"turn": -8.0},
    "turned by 8°": {"turn": 8.0},
    "turned by 15°": {"turn": 15.0},
    "thin": {"pen": PENS["thin"]},
    "thick": {"pen": PENS["thick"]},
}

Strokes = Sequence[NDArray[np.floating[Any]]]
Images = NDArray[np.float32]  # (N, 784)
Labels = NDArray[np.int64]  # (N,)


def drawn(
    strokes: Strokes,
    *,
    pen: float = 0.10,
    side: float = SIDE,
    turn: float = 0.0,
    at: tuple[float, float] = (0.5, 0.5),
) -> Images:
    """Draw strokes (x, y down) on a canvas and see them as the network does: (784,)."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side / max(float((high - low).max()), 1e-9)
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = np.array([[cosine, sine], [-sine, cosine]])
    placed = [(s - (low + high) / 2) @ turned * scale + np.array(at) * CANVAS for s in strokes]
    return normalize_ink(render_strokes(placed, size=CANVAS, width=pen * side)).reshape(-1)


def half_drawn(n: int, *, rng: np.random.Generator) -> Images:
    """Pen digits of which the first half of the points is drawn, as the pen goes."""
    return np.stack([drawn(_first_half(pen_strokes(i % 10, rng=rng))) for i in range(n)])


def pairs(n: int, *, rng: np.random.Generator) -> Images:
    """Two pen digits side by side."""
    both = [
        [*pen_strokes(int(a), rng=rng), *(one + (1, 0) for one in pen_strokes(int(b), rng=rng))]
        for a, b in rng.integers(0, 10, (n, 2))
    ]
    return np.stack([drawn(strokes) for strokes in both])


def _first_half(strokes: Strokes) -> Strokes:
    left = max(2, sum(map(len, strokes)) // 2)
    half = []
    for stroke in strokes:
        if left > 0:
            half.append(stroke[:left])
        left -= len(stroke)
    return half


def stroke_sets() -> dict[str, tuple[list[Strokes], Labels] | None]:
    """The sets of strokes by name; None for one that is not here."""
    sets: dict[str, tuple[list[Strokes], Labels] | None] = {"pendigits .tes": None, "uji": None}
    path = _find("pendigits", "pendigits-orig.tes")
    if path is not None:
        samples = parse_unipen(path.read_text("ascii"))
        labels = np.array([sample.label for sample in samples])
        sets["pendigits .tes"] = [sample.strokes for sample in samples], labels
    path = _find("strokes", "uji-digits.npz")
    if path is not None:
        with np.load(path) as file:
            lines = np.split(file["points"].astype(float), file["stroke_start"][1:-1])
            starts = file["sample_start"]
            digits = [lines[a:b] for a, b in zip(starts, starts[1:], strict=False)]
            sets["uji"] = digits, file["labels"].astype(np.int64)
    return sets


def hwd1000() -> tuple[Images, Labels] | None:
    """The thousand images of hwd1000 as the network sees them; None if they are not here."""
    path = _find("strokes", "hwd1000.npz")
    if path is None:
        return None
    with np.load(path) as file:
        images = np.stack([normalize_ink(image / 255).reshape(-1) for image in file["images"]])
        return images, file["labels"].astype(np.int64)


def _find(folder: str, name: str) -> Path | None:
    """The file in MNIST's folder, in `folder` in it or beside it; else in the cache."""
    cache = user_cache_path("neuroscribble")
    mnist = Path(os.path.expanduser(os.environ.get(FOLDER_VARIABLE) or cache)).absolute()
    if mnist.is_file():
        mnist = mnist.parent
    for place in (mnist, mnist / folder, mnist.parent / folder, cache / folder):
        if (place / name).is_file():
            return place / name
    return None

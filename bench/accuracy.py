"""How well drawn digits are read: `python bench/accuracy.py --drawn DIR [--mnist DIR]`.

DIR holds, where present, `pendigits/pendigits-orig.tra` and `.tes` (UNIPEN text), and
`strokes/uji-digits.npz` and `strokes/hwd1000.npz`. Stroke sets are drawn with three pens: thin,
medium and thick are 5, 10 and 18 % of the digit's longer side. What is missing is left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from neuroscribble.calibration import all_probabilities, expected_calibration_error
from neuroscribble.data.mnist import load_mnist
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.pendigits import parse_unipen
from neuroscribble.data.scribbles import letters, scribbles
from neuroscribble.errors import DataError
from neuroscribble.ink import normalize_ink
from neuroscribble.metrics import all_logits
from neuroscribble.network import Network
from neuroscribble.novelty import auroc, novelty_scores
from neuroscribble.storage import load_network
from neuroscribble.strokes import render_strokes

PENS = {"thin": 0.05, "medium": 0.10, "thick": 0.18}
SIDE = 150  # pixels of a digit's longer side on a canvas
CANVAS = 280
N_STRANGE = 500
N_MOVED = 1000  # pendigits that are drawn in every version

Strokes = Sequence[NDArray[np.floating[Any]]]
Images = NDArray[np.float32]

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


def stroke_sets(folder: Path) -> dict[str, tuple[list[Strokes], NDArray[np.int64]]]:
    """The stroke sets found in a folder, by name."""
    sets: dict[str, tuple[list[Strokes], NDArray[np.int64]]] = {}
    for end in ("tra", "tes"):
        path = folder / "pendigits" / f"pendigits-orig.{end}"
        if path.is_file():
            samples = parse_unipen(path.read_text("ascii"))
            labels = np.array([sample.label for sample in samples])
            sets[f"pendigits .{end}"] = [sample.strokes for sample in samples], labels
    path = folder / "strokes" / "uji-digits.npz"
    if path.is_file():
        with np.load(path) as file:
            lines = np.split(file["points"].astype(float), file["stroke_start"][1:-1])
            starts = file["sample_start"]
            digits = [lines[a:b] for a, b in zip(starts, starts[1:], strict=False)]
            sets["uji"] = digits, file["labels"].astype(np.int64)
    return sets


def image_sets(folder: Path, mnist: str | None) -> dict[str, tuple[Images, NDArray[np.int64]]]:
    """The sets of images: MNIST's test set as it is, hwd1000 through `normalize_ink`."""
    sets: dict[str, tuple[Images, NDArray[np.int64]]] = {}
    try:
        sets["MNIST test"] = load_mnist("test", mnist)
    except DataError as error:
        click.echo(f"Without MNIST: {error}", err=True)
    path = folder / "strokes" / "hwd1000.npz"
    if path.is_file():
        with np.load(path) as file:
            images = np.stack([normalize_ink(i / 255).reshape(-1) for i in file["images"]])
            sets["hwd1000"] = images, file["labels"].astype(np.int64)
    return sets


def measure(network: Network, images: Images, labels: NDArray[np.int64]) -> dict[str, Any]:
    """Accuracy, per digit too, calibration, and how far float32 is from exact."""
    right = all_logits(network, images).argmax(axis=1) == labels
    peak = max(float(np.abs(z).max()) for z in network.forward(images).pre_activations.values())
    return {
        "n": len(labels),
        "accuracy": float(right.mean()),
        "per_digit": [round(float(right[labels == k].mean()), 4) for k in range(10)],
        "calibration_error": expected_calibration_error(
            all_probabilities(network, images), labels
        ),
        "max_pre_activation": peak,
        "float32_error": float32_error(network, images),
    }


def float32_error(network: Network, images: Images) -> float:
    """The largest difference of any pre-activation between float32 and float64 arithmetic."""
    exact = images.astype(np.float64)
    worst = 0.0
    pre_activations = network.forward(images).pre_activations.values()
    for layer, single in zip(network.dense_layers(), pre_activations, strict=True):
        z = exact @ layer.params["W"].astype(np.float64) + layer.params["b"]
        worst = max(worst, float(np.abs(z - single).max()))
        exact = np.maximum(z, 0)
    return worst


def same_answers(network: Network, digits: list[Strokes]) -> dict[str, float]:
    """How often a version of a drawing gets the answer of the drawing itself."""
    plain = network.predict(np.stack([drawn(strokes) for strokes in digits]))
    return {
        name: float(
            (network.predict(np.stack([drawn(s, **how) for s in digits])) == plain).mean()
        )
        for name, how in VERSIONS.items()
    }


@click.command()
@click.option("--weights", type=click.Path(path_type=Path))
@click.option("--mnist", envvar="NEUROSCRIBBLE_DATA", help="Folder with MNIST's files.")
@click.option("--drawn", "folder", type=click.Path(path_type=Path), required=True)
@click.option("--only", multiple=True, help="Names of sets; others are left out.")
@click.option("--out", type=click.Path(path_type=Path), help="JSON file to write.")
def main(
    weights: Path | None, mnist: str | None, folder: Path, only: tuple[str, ...], out: Path | None
) -> None:
    """Print how well each set of drawn digits is read."""
    network = load_network(weights)
    sets = image_sets(folder, mnist)
    found = stroke_sets(folder)
    for name, (digits, labels) in found.items():
        if not only or name in only:
            for pen, width in PENS.items():
                images = np.stack([drawn(strokes, pen=width) for strokes in digits])
                sets[f"{name}, {pen}"] = images, labels
    result: dict[str, Any] = {"sets": {}, "novelty": {}}
    strange = {
        "scribbles": scribbles(N_STRANGE, rng=np.random.default_rng(1)),
        "letters": letters(N_STRANGE, rng=np.random.default_rng(2))[0],
    }
    sets["pen digits"] = pen_digits(1000, rng=np.random.default_rng(3))
    click.echo(f"{'':22} digits accuracy  calib.   AUROC scribbles, letters   peak  float32")
    for name, (images, labels) in sets.items():
        if only and name.split(",")[0] not in only:
            continue
        line = result["sets"][name] = measure(network, images, labels)
        scores = novelty_scores(network, images)
        areas = {k: auroc(novelty_scores(network, v), scores) for k, v in strange.items()}
        result["novelty"][name] = areas
        click.echo(
            f"{name:22} {line['n']:6} {line['accuracy']:8.2%} {line['calibration_error']:7.2%}"
            f"   {areas['scribbles']:15.3f} {areas['letters']:8.3f}"
            f"   {line['max_pre_activation']:6.1f} {line['float32_error']:8.1e}"
        )
    for name, (digits, _) in found.items():
        if not only or name in only:
            chosen = np.random.default_rng(0).permutation(len(digits))[:N_MOVED]
            same = same_answers(network, [digits[i] for i in chosen])
            result.setdefault("same_answer", {})[name] = same
            mean = np.mean(list(same.values()))
            each = ", ".join(f"{version} {share:.1%}" for version, share in same.items())
            click.echo(f"{name}, same answer: {mean:.2%} ({each})")
    if out:
        out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

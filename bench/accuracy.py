"""How well drawn digits are read, how honest the probabilities are, and which ones are misread.

Measured are MNIST's test digits, digits that people drew with a pen (pendigits, uji) at three pen
widths, and hwd1000, as far as this machine has them: what is missing is left out and said.
`neuroscribble bench accuracy` prints a table and writes it as JSON, and beside that one picture
of the misread drawings for each set.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # whatever else is installed
from accuracy_report import goals, report
from drawn_digits import (
    PENS,
    VERSIONS,
    Images,
    Labels,
    Strokes,
    drawn,
    half_drawn,
    hwd1000,
    pairs,
    stroke_sets,
)
from round_trip import round_trips

from neuroscribble.data.mnist import load_mnist
from neuroscribble.data.pen import pen_digits, pen_strokes, shapes_sheet
from neuroscribble.data.scribbles import letters, scribbles
from neuroscribble.data.unfinished import WAYS, unfinished
from neuroscribble.errors import DataError
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network
from neuroscribble.training.calibration import calibrated_probabilities, expected_calibration_error
from neuroscribble.training.novelty import auroc, novelty_scores, novelty_threshold
from viz.diagram.theme import LIGHT
from viz.figures.misread_sheet import write_misread_sheet

N_STRANGE = 500  # scribbles, and as many letters
N_PEN = 1000  # digits that the program draws
N_MOVED = 1000  # drawings of a set that are drawn in every version
N_ROUND_TRIPS = 2000  # of MNIST's test digits
WITHOUT = {"end": "their end", "gap": "their middle", "stroke": "one of their strokes"}


def main(out: Path, weights: Path | None = None) -> None:
    """Measure, print, and write `out` and the sheets of misread drawings beside it."""
    network = load_network(weights)
    sets, strokes, missing = find_sets()
    strange = {
        "scribbles": scribbles(N_STRANGE, rng=np.random.default_rng(1)),
        "letters": letters(N_STRANGE, rng=np.random.default_rng(2))[0],
    }
    result: dict[str, Any] = {
        "sets": {
            name: measure(network, images, labels, strange)
            for name, (images, labels) in sets.items()
        },
        "flagged": {
            name: flagged(network, images)
            for name, images in {
                **strange,
                "half-drawn pen digits": half_drawn(N_STRANGE, rng=np.random.default_rng(4)),
                "pairs of pen digits": pairs(N_STRANGE, rng=np.random.default_rng(5)),
                **{
                    f"pen digits without {WITHOUT[way]}": unfinished(
                        N_STRANGE, rng=np.random.default_rng(6), way=way
                    )
                    for way in WAYS
                },
            }.items()
        },
        "same_answer": {
            name: same_answers(network, digits, labels)
            for name, (digits, labels) in strokes.items()
        },
        "missing": missing,
    }
    if "MNIST test" in sets:
        result["round_trip"] = round_trips(sets["MNIST test"][0][:N_ROUND_TRIPS])
    result["goals"] = goals(result, model="mlp" if network.is_mlp() else "cnn")
    click.echo(report(result))
    write_atomically(out, json.dumps(result, indent=1).encode())
    sheets = [
        write_misread_sheet(
            images,
            labels,
            calibrated_probabilities(network, images),
            out.with_name(f"{out.stem}-misread-{slug(name)}.png"),
            title=name,
            class_names=network.class_names,
            theme=LIGHT,
        )
        for name, (images, labels) in sets.items()
        if result["sets"][name]["accuracy"] < 1
    ]
    click.echo("Wrote " + ", ".join(str(path) for path in (out, *sheets)) + ".")


def find_sets() -> tuple[
    dict[str, tuple[Images, Labels]], dict[str, tuple[list[Strokes], Labels]], list[str]
]:
    """Sets of images, sets of strokes, and the names of those that are not on this machine."""
    sets: dict[str, tuple[Images, Labels]] = {}
    missing = []
    try:
        sets["MNIST test"] = load_mnist("test")
    except DataError:
        missing.append("MNIST test")
    strokes: dict[str, tuple[list[Strokes], Labels]] = {}
    for name, found in stroke_sets().items():
        if found is None:
            missing.append(name)
            continue
        digits, labels = strokes[name] = found
        for pen, width in PENS.items():
            images = np.stack([drawn(one, pen=width) for one in digits])
            sets[f"{name}, {pen} pen"] = images, labels
    images_found = hwd1000()
    if images_found is None:
        missing.append("hwd1000")
    else:
        sets["hwd1000"] = images_found
    sets["pen digits"] = pen_digits(N_PEN, rng=np.random.default_rng(3))
    sets["shapes of many hands"] = shapes_sheet()
    rng = np.random.default_rng(15)
    drawings = [pen_strokes(i % 10, rng=rng) for i in range(N_PEN)]
    strokes["pen digits"] = drawings, np.arange(N_PEN) % 10
    return sets, strokes, missing


def measure(
    network: Network, images: Images, labels: Labels, strange: dict[str, Images]
) -> dict[str, Any]:
    """Accuracy, per digit too, calibration, novelty, and how far float32 is from exact."""
    right = network.predict(images) == labels
    probabilities = calibrated_probabilities(network, images)
    peak, float32_error = rounding(network, images)
    scores = novelty_scores(network, images)
    return {
        "n": len(labels),
        "accuracy": float(right.mean()),
        "per_digit": [round(float(right[labels == k].mean()), 4) for k in range(10)],
        "calibration_error": expected_calibration_error(probabilities, labels),
        "auroc": {
            name: auroc(novelty_scores(network, other), scores) for name, other in strange.items()
        },
        "flagged": flagged(network, images),
        "max_pre_activation": peak,
        "float32_error": float32_error,
    }


def flagged(network: Network, images: Images) -> float | None:
    """The share that is called unlike any digit; None for a network that tells no threshold."""
    threshold = novelty_threshold(network)
    if threshold is None:
        return None
    return float((novelty_scores(network, images) > threshold).mean())


def rounding(network: Network, images: Images) -> tuple[float, float]:
    """The largest pre-activation, and the largest error of one in float32 against float64."""
    exact, peak, worst = network.in_double_precision(), 0.0, 0.0
    for start in range(0, len(images), network.chunk):
        chunk = images[start : start + network.chunk]
        double = exact.forward(chunk).pre_activations
        for key, z in network.forward(chunk).pre_activations.items():
            peak = max(peak, float(np.abs(z).max()))
            worst = max(worst, float(np.abs(double[key] - z).max()))
    return peak, worst


def same_answers(network: Network, digits: list[Strokes], labels: Labels) -> dict[str, Any]:
    """How often a version of a drawing gets the answer of the drawing itself.

    A drawing is legible, so far as this network goes, if its plain version is read right.
    """
    chosen = np.random.default_rng(0).permutation(len(digits))[:N_MOVED]
    plain = network.predict(np.stack([drawn(digits[i]) for i in chosen]))
    legible = plain == labels[chosen]
    same = {
        name: network.predict(np.stack([drawn(digits[i], **how) for i in chosen])) == plain
        for name, how in VERSIONS.items()
    }
    every = np.stack(list(same.values()))
    return {
        "n": len(chosen),
        "of_all": float(every.mean()),
        "of_legible": float(every[:, legible].mean()),
        "versions": {name: float(one.mean()) for name, one in same.items()},
    }


def slug(name: str) -> str:
    """A name for a file: letters, digits and hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


if __name__ == "__main__":
    main(Path("output") / "bench-accuracy.json")

"""Ten lessons on one misread digit: is it learned, and what does that cost on MNIST's test set?

Taught are pen digits that the network misreads, drawn afresh; each lesson is mixed with old digits
from MNIST's training set, with old pen digits, or with none. After ten lessons on one digit the
network reads MNIST's test digits, of which it has learned none, and all ten are undone.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # whatever else is installed
from neuroscribble.data.batches import Digits
from neuroscribble.data.mnist import load_mnist
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import PEN, KnownDigits, load_known_digits
from neuroscribble.errors import DataError
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network
from neuroscribble.teaching.teacher import teacher_for
from neuroscribble.training.metrics import accuracy

N_TAUGHT = 20  # misread digits
N_LESSONS = 10  # on each
N_DRAWN = 4_000  # pen digits among which the misread ones are looked for
SEED = 20_261_121  # of these: no training and no other measurement draws them
TEST_COST = 1.2e10  # multiplications that reading the test digits may take
MOST_LOST = 0.2  # percentage points, by lessons that are mixed with old digits


@dataclass(frozen=True)
class Outcome:
    """Ten lessons on one digit."""

    lessons_until_right: int | None  # None: not within ten
    is_right: bool  # after the last one
    change: float  # of the accuracy on test digits, in percentage points


def main(out: Path, weights: Path | None = None) -> None:
    """Measure, print a table, write the numbers to `out` as JSON."""
    network = load_network(weights)
    taught = misread(network)
    kinds = {"pen digits": (load_known_digits(PEN), True)}
    try:
        test = Digits(*load_mnist("test"))
        mnist = load_known_digits()
        kinds = {"MNIST's digits": (mnist, True), **kinds, "none": (mnist, False)}
        measured_on = "MNIST's test digits"
    except DataError:
        test = Digits(*pen_digits(2_000, rng=np.random.default_rng(SEED + 1)))
        kinds["none"] = (kinds["pen digits"][0], False)
        measured_on = "the pen digits (MNIST is not on this machine)"
    n = min(len(test), int(TEST_COST / network.multiplications))
    test = Digits(test.images[:n], test.labels[:n])
    rows = {
        name: summary(outcomes(network, known, taught, test, mixed=mixed))
        for name, (known, mixed) in kinds.items()
    }
    result = {
        "taught": len(taught),
        "lessons": N_LESSONS,
        "measured_on": measured_on,
        "n": n,
        "old_digits": rows,
        "goals": goals(rows, len(taught)),
    }
    click.echo(report(result))
    write_atomically(out, json.dumps(result, indent=1).encode())


def misread(network: Network) -> Digits:
    """The first pen digits that the network reads wrong."""
    images, labels = pen_digits(N_DRAWN, rng=np.random.default_rng(SEED))
    wrong = np.flatnonzero(network.predict(images) != labels)[:N_TAUGHT]
    return Digits(images[wrong].astype(np.float32), labels[wrong])


def outcomes(
    network: Network, known: KnownDigits, taught: Digits, test: Digits, *, mixed: bool
) -> list[Outcome]:
    """Teach each digit ten times, measure, and take it all back."""
    teacher = teacher_for(network, known)

    def points() -> float:
        return 100 * accuracy(network.predict(test.images), test.labels)

    before, found = points(), []
    for image, label in zip(taught.images, taught.labels, strict=True):
        right = [
            bool(teacher.teach(image, int(label), mixed=mixed).after.argmax() == label)
            for _ in range(N_LESSONS)
        ]
        until = right.index(True) + 1 if any(right) else None
        found.append(Outcome(until, right[-1], points() - before))
        for _ in range(N_LESSONS):
            teacher.undo()
    return found


def summary(found: list[Outcome]) -> dict[str, Any]:
    """What all of them have in common."""
    until = [one.lessons_until_right for one in found if one.lessons_until_right is not None]
    changes = [one.change for one in found]
    return {
        "right": sum(one.is_right for one in found),
        "mean_lessons_until_right": float(np.mean(until)) if until else None,
        "most_lessons_until_right": max(until, default=None),
        "mean_change": float(np.mean(changes)),
        "worst_change": min(changes),
    }


def goals(rows: dict[str, dict[str, Any]], n: int) -> list[dict[str, Any]]:
    """Whatever is mixed with old digits must be learned and cost little."""
    lines = []
    for name, row in rows.items():
        if name == "none":
            continue
        right, loss = row["right"], max(0.0, -row["worst_change"])
        lines += [
            {
                "words": f"with {name}: misread digits that are read right after ten lessons",
                "value": right,
                "limit": n,
                "at_least": True,
                "met": right >= n,
            },
            {
                "words": f"with {name}: points lost on test digits",
                "value": loss,
                "limit": MOST_LOST,
                "met": loss <= MOST_LOST,
            },
        ]
    return lines


def report(result: dict[str, Any]) -> str:
    """The table for people."""
    lines = [
        f"{result['lessons']} lessons on each of {result['taught']} misread pen digits; change of "
        f"the accuracy on {result['n']:,} of {result['measured_on']}, in points",
        f"{'old digits':16}{'right':>7}{'lessons until':>16}{'mean change':>14}{'worst':>8}",
    ]
    for name, row in result["old_digits"].items():
        until = "never"
        if row["mean_lessons_until_right"] is not None:
            most = row["most_lessons_until_right"]
            until = f"{row['mean_lessons_until_right']:.1f} (≤ {most})"
        lines.append(
            f"{name:16}{row['right']:7}{until:>16}{row['mean_change']:14.2f}"
            f"{row['worst_change']:8.2f}"
        )
    return "\n".join(lines)

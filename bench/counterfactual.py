"""What would change its mind: how little ink turns the answer to pen digits, class by class."""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # whatever else is installed
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.counterfactual import counterfactual
from neuroscribble.explain.noise import smallest_noise
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

N_DIGITS = 100
SEED = 20_261_201  # no training and no other measurement draws these
COST = 2.3e8  # multiplications of one forward pass of all: of a larger network fewer digits
FEWEST = 10
LEAST_TURNED = 0.95
MOST_INK = 0.12  # in the middle of all that are turned


def main(out: Path, weights: Path | None = None) -> None:
    """Measure, print a table, write the numbers to `out` as JSON."""
    network = load_network(weights)
    n = min(N_DIGITS, max(int(COST / network.multiplications), FEWEST))
    images, labels = pen_digits(N_DIGITS, rng=np.random.default_rng(SEED))
    start = time.process_time()
    rows = [measure(network, image) for image in images[:n]]
    seconds = (time.process_time() - start) / n
    classes = {
        name: summary([row for row, label in zip(rows, labels[:n], strict=True) if label == k])
        for k, name in enumerate(network.class_names)
    }
    found = {"digits": n, "seconds": seconds, "all": summary(rows), "classes": classes}
    found["goals"] = goals(found["all"])
    click.echo(report(found))
    write_atomically(out, json.dumps(found, indent=1).encode())


def measure(network: Network, image: Floats) -> dict[str, Any]:
    """Of one digit; None for what was not found."""
    change, noise = counterfactual(network, image), smallest_noise(network, image)
    return {
        "ink": change and change.ink,
        "blobs": change and len(change.blobs),
        "norm": change and change.norm,
        "noise": noise and noise.norm,
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many of them turned, and the middle of their numbers."""
    turned = [row for row in rows if row["ink"] is not None]
    noises = [row["noise"] for row in rows if row["noise"] is not None]

    def middle(values: list[float]) -> float | None:
        return float(np.median(values)) if values else None

    return {
        "n": len(rows),
        "turned": len(turned),
        "most_ink": max((row["ink"] for row in turned), default=None),
        **{name: middle([row[name] for row in turned]) for name in ("ink", "blobs", "norm")},
        "noises": len(noises),
        "noise": middle(noises),
    }


def goals(every: dict[str, Any]) -> list[dict[str, Any]]:
    """Nearly all must turn, by little ink."""
    share = every["turned"] / every["n"]
    ink = math.inf if every["ink"] is None else every["ink"]
    return [
        {
            "words": "share of pen digits whose answer turns by blobs of ink",
            "value": share,
            "limit": LEAST_TURNED,
            "at_least": True,
            "met": share >= LEAST_TURNED,
        },
        {
            "words": "share of their ink that is changed, in the middle",
            "value": ink,
            "limit": MOST_INK,
            "met": ink <= MOST_INK,
        },
    ]


def report(found: dict[str, Any]) -> str:
    """The table for people."""
    lines = [
        f"{found['digits']} pen digits, {found['seconds']:.2f} s each; medians of those that turn",
        f"{'class':8}{'turned':>10}{'ink':>8}{'most':>8}{'blobs':>7}{'L2':>7}{'L2 of noise':>13}",
    ]
    for name, row in {**found["classes"], "all": found["all"]}.items():
        line = f"{name:8}{row['turned']:4} of {row['n']:3}"
        if row["turned"]:
            line += f"{row['ink']:8.1%}{row['most_ink']:8.1%}{row['blobs']:7.1f}{row['norm']:7.2f}"
            line += f"{row['noise']:13.2f}" if row["noise"] is not None else ""
        lines.append(line)
    return "\n".join(lines)

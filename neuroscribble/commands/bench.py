"""Measure what is promised."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click

from ..errors import SettingsError
from .options import weights_file_option

BENCHMARKS = (
    "page",
    "learn",
    "window",
    "training",
    "convolution",
    "accuracy",
    "lessons",
    "counterfactual",
)  # in bench/
APART = ("gpu",)  # only when asked for: it is for machines that have one
OF_BOTH = ("accuracy", "lessons", "counterfactual")  # measured of the convolutional network, too


@click.command()
@click.argument("part", type=click.Choice(["all", *BENCHMARKS, *APART]), default="all")
@weights_file_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="JSON file to write.  [default: output/bench.json, or output/bench-PART.json]",
)
def bench(part: str, weights: Path | None, out: Path | None) -> None:
    """Measure everything that NeuroScribble promises, or one part of it.

    page: against plain PyVis. learn: steps a second in the page, its way to 93 %, and its
    steps beside TensorFlow.js.
    window: from a stroke to the frame. training: epochs and the way to 98 % beside PyTorch, JAX and
    scikit-learn, which `make peers` installs for the benchmark alone.
    convolution: an epoch of the convolutional network beside PyTorch.
    gpu, not part of all: steps on NumPy and on PyTorch's arrays, beside PyTorch itself.
    accuracy: on MNIST and on digits that people drew, as far as this machine has them.
    lessons: ten on each of some misread digits, and what they cost.
    counterfactual: how little ink turns the answer to pen digits.
    Without PART and --weights the last three are of both networks that come along.

    Example: neuroscribble bench page
    """
    import runpy

    from ..files import require_writable

    folder = Path(__file__).parent.parent.parent / "bench"
    if not folder.exists():
        raise SettingsError(
            "bench needs the source checkout, which holds the peers' setups: clone it and run "
            "make bench there."
        )

    def main_of(script: str) -> Callable[..., None]:
        return cast(Callable[..., None], runpy.run_path(str(folder / f"{script}.py"))["main"])

    target = out or Path("output") / ("bench.json" if part == "all" else f"bench-{part}.json")
    require_writable(target)
    if part != "all":
        main_of(part)(target, weights)
        return
    jobs = [(name, name, weights) for name in BENCHMARKS]
    if weights is None:
        jobs += [(f"{name}-cnn", name, folder.parent / "cnn.npz") for name in OF_BOTH]
    measured = {}
    for name, script, measured_weights in jobs:
        click.echo(f"\n{name}\n")
        path = target.with_name(f"{target.stem}-{name}.json")
        main_of(script)(path, measured_weights)
        measured[name] = json.loads(path.read_text(encoding="utf-8"))
    main_of("report")(target, measured)

"""Measure what is promised."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from ..errors import SettingsError
from .options import weights_file_option


@click.command()
@click.argument("parts", nargs=-1, metavar="[PART]...")
@weights_file_option
@click.option("--full", is_flag=True, help="More rounds, and what is too long for a usual run.")
@click.option("--again", is_flag=True, help="Run what is kept from before, too.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="JSON file to write.  [default: output/bench.json, or output/bench-PART.json]",
)
def bench(
    parts: tuple[str, ...], weights: Path | None, full: bool, again: bool, out: Path | None
) -> None:
    """Measure what NeuroScribble promises, in a quarter of an hour, or some parts of it.

    page: against plain PyVis. learn: steps a second in the page, its way to 93 %, and its
    steps beside TensorFlow.js.
    window: from a stroke to the frame. training: epochs and the way to 98 % beside PyTorch, JAX and
    scikit-learn, which `make peers` installs for the benchmark alone.
    convolution: an epoch of the convolutional network beside PyTorch.
    accuracy: on MNIST and on digits that people drew, as far as this machine has them.
    lessons: ten on each of some misread digits, and what they cost.
    counterfactual: how little ink turns the answer to pen digits.

    Only when named, or in full: the last three of the convolutional network (accuracy-cnn,
    lessons-cnn, counterfactual-cnn); growth: epoch and page by width and depth; gpu: steps on
    NumPy and on PyTorch's arrays, beside PyTorch itself.

    What has finished is kept and not run again while nothing changes that it comes from, so a run
    that was stopped goes on. Leaves with 2 when one of them, or an installed peer, failed.

    Example: neuroscribble bench page
    """
    from ..files import require_writable

    folder = Path(__file__).parent.parent.parent / "bench"
    if not folder.exists():
        raise SettingsError(
            "bench needs the source checkout, which holds the peers' setups: clone it and run "
            "make bench there."
        )
    sys.path.insert(0, str(folder))
    plan, report = import_module("plan"), import_module("report")
    if unknown := sorted(set(parts) - set(plan.NAMES)):
        raise SettingsError(
            f"PART must be some of {', '.join(plan.NAMES)}; got {', '.join(unknown)}."
        )
    target = out or Path("output") / "bench.json"

    def path_of(name: str) -> Path:
        is_named = out is not None and len(parts) == 1
        return target if is_named else target.with_name(f"{target.stem}-{name}.json")

    require_writable(target)
    try:
        rows = plan.chosen(parts, full=full, weights=weights)
        outcome = plan.run(rows, path_of, weights=weights, full=full, again=again)
    except KeyboardInterrupt:
        click.echo("What has finished is kept; the same command goes on from there.")
        raise
    if not parts and outcome.results:
        report.main(target, outcome.results)
    for name, reason in outcome.missing.items():
        click.echo(f"Left out: {name}: {reason}")
    if outcome.failed:
        raise SettingsError(
            f"{len(outcome.failed)} of {len(rows)} benchmarks failed "
            f"({'; '.join(f'{name}: {why}' for name, why in outcome.failed.items())}); "
            "the same command runs these again and keeps the others."
        )

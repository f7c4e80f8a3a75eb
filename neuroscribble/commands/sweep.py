"""Train many networks side by side, and say which settings read best."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ..errors import ClusterError, NeuroscribbleError, SettingsError
from .learn import train
from .options import theme_option

if TYPE_CHECKING:
    from ..sweeps.run import Job
    from ..sweeps.spec import Run, Value

OF_ONE = {"seed", "out", "pictures", "history", "log_file", "tensorboard", "watch"}


@click.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for results.jsonl, ranking.png and networks.  [default: output/ and SPEC's name]",
)
@click.option(
    "--keep",
    default="all",
    show_default=True,
    type=click.Choice(["all", "best", "none"]),
    help="Which networks: of every run, of the run that reads most validation digits, or none.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Run on the workers of this Dask scheduler, as in tcp://10.0.0.1:8786.  [default: "
    "processes on this machine]",
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), help="Processes here.  [default: one for each core]"
)
@theme_option
def sweep(
    spec: Path,
    out: Path | None,
    keep: Literal["all", "best", "none"],
    scheduler: str | None,
    workers: int | None,
    theme: str,
) -> None:
    """Train by every setting that a TOML file names, and rank them.

    The file lists options of `train`: [grid] every combination of values, [random] so many draws,
    each for every seed in `seeds`; options in [train] are those of all. Validation digits rank the
    settings, the test digits are only told. Results are in the folder as soon as a run ends, and
    the same command again skips what is finished. Needs the extra `cluster`.

    Example: neuroscribble sweep width.toml --keep best
    """
    from ..sweeps.engine import Failure, facts, outcomes, workers_of
    from ..sweeps.ranking import ranked
    from ..sweeps.results import Line, Results, best_of
    from ..sweeps.spec import read_spec
    from .sweep_shown import SweepProgress, ranking_table, verdict

    if scheduler is not None and workers is not None:
        raise SettingsError("--workers is for this machine; a scheduler has workers of its own.")
    names = [_name(option) for option in train.params if option.name not in OF_ONE]
    runs = read_spec(spec, names=names, check=_as_train_takes_it)
    pairs = [(run, _job(run, spec)) for run in runs]
    folder = Path("output") / spec.stem if out is None else out
    results = Results(folder, keep=keep)
    with workers_of(scheduler, n_workers=workers) as client:
        if not client.nthreads():
            click.echo("The scheduler has no worker yet; waiting for one. Ctrl-C ends this.")
        known = facts(client, [job.materials for _, job in pairs])
        wanted: dict[str, tuple[Run, Job]] = {}
        for run, job in pairs:
            wanted.setdefault(job.fingerprint(known[job.materials]), (run, job))
        if len(wanted) < len(runs):
            click.echo(f"{len(runs) - len(wanted)} of {len(runs)} runs are equal to others.")
        done = results.finished(set(wanted))
        if done:
            click.echo(f"{len(done)} of {len(wanted)} runs are finished and skipped.")
        left = {
            key: (job, known[job.materials]) for key, (_, job) in wanted.items() if key not in done
        }
        if left:
            click.echo(f"Runs to do: {len(left)}. Workers: {len(client.nthreads())}.")
        with closing(SweepProgress(len(wanted), len(done))) as progress:

            def on_trouble(what: str, again: Sequence[str]) -> None:
                for key in again:
                    progress.say(f"{wanted[key][0]}: {what}; it is begun again.")

            for key, tries, came in outcomes(client, left, on_trouble=on_trouble):
                run, _ = wanted[key]
                line = Line(fingerprint=key, settings=run.own, seed=run.seed, tries=tries)
                if isinstance(came, Failure):
                    line = replace(line, failed=came.reason)
                    network = None
                else:
                    network = came.network
                    line = replace(line, **came.numbers())
                results.add(line, network, among=set(wanted))
                progress.on_run(str(run), line)
    lines = [
        replace(results.lines[key], settings=run.own, seed=run.seed)
        for key, (run, _) in wanted.items()
    ]
    groups = ranked(lines)
    if groups:
        from .pictures import viz  # after the work: slow to import

        picture = folder / "ranking.png"
        viz.write_ranking(groups, picture, theme=viz.THEMES[theme])
        kept = results.network_path(best_of(lines)[0].fingerprint)
        click.echo(ranking_table(groups))
        missing = sorted({line.missing for line in lines if line.missing})
        for sentence in filter(None, [verdict(groups), *missing]):
            click.echo(sentence)
        written = [results.file, picture, *([kept] if kept.exists() else [])]
        click.echo(f"Wrote {', '.join(map(str, written[:-1]))} and {written[-1]}.")
    failed = [line for line in lines if line.failed]
    if failed:
        run, _ = wanted[failed[0].fingerprint]
        raise ClusterError(
            f"{len(failed)} of {len(lines)} runs failed, the first ({run}) because "
            f"{failed[0].failed}. The others are kept; the same command tries these again."
        )


def _name(option: click.Parameter) -> str:
    return option.opts[0].removeprefix("--")


@cache
def _options() -> dict[str, click.Parameter]:
    return {_name(option): option for option in train.params}


@lru_cache(maxsize=None, typed=True)
def _as_train_takes_it(name: str, value: Value) -> Any:
    """The value of this option on a command line; raises SettingsError as `train` would refuse."""
    option = _options()[name]
    words = [f"--{name}={value}"]
    if isinstance(value, bool) and option.secondary_opts:
        words = [option.opts[0] if value else option.secondary_opts[0]]
    try:
        return train.make_context("train", words).params[str(option.name)]
    except click.ClickException as error:
        raise SettingsError(error.format_message()) from error


@cache
def _defaults() -> dict[str, Any]:
    return train.make_context("train", []).params


def _job(run: Run, spec: Path) -> Job:
    """What `train` would do with these options."""
    from ..sweeps.run import Job, Materials
    from .chosen import chosen_recipe

    options = dict(_defaults())
    for name, value in {**run.common, **run.own}.items():
        options[str(_options()[name].name)] = _as_train_takes_it(name, value)
    options["seed"] = run.seed
    try:
        recipe = chosen_recipe(
            **{name: options[name] for name in inspect.signature(chosen_recipe).parameters}
        )
    except NeuroscribbleError as error:
        raise SettingsError(f"{spec}, {run}: {error}") from error
    materials = Materials(
        data=options["data"],
        classes=options["classes"],
        also=None if options["also"] is None else str(options["also"]),
        teacher=recipe.teacher,
    )
    return Job(
        recipe=recipe,
        materials=materials,
        also_times=options["also_times"],
        device=options["device"],
    )

"""Make weights: train a network, or teach one what was corrected."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import click

from .options import (
    classes_option,
    corrections_option,
    data_option,
    json_option,
    known_digits_option,
    out_option,
    theme_option,
    weights_option,
)
from .source import Source

PATIENCE = "Ctrl-C waits: what was learned is measured and written first."
WORTH = 0.2  # measuring may cost this much of what training did, in passes over an image


@click.command()
@data_option
@classes_option
@click.option(
    "--recipe",
    "recipe_name",
    default="quick",
    show_default=True,
    help="Settings by name: quick (15 epochs), fast (98 % in seconds), best (reads what people "
    "draw; a quarter of an hour) or sparse (5,000 edges; some minutes). Each of the following "
    "options replaces one of them.",
)
@click.option(
    "--model",
    default="mlp",
    show_default=True,
    help="mlp: dense layers; cnn: convolutions; classic: 6,480,010 parameters, three convolutions "
    "without pooling. Recipes of the cnn are quick (some minutes) and best (most of an hour), of "
    "the classic quick (half an hour of a core's work).",
)
@click.option(
    "--device",
    default="cpu",
    show_default=True,
    type=click.Choice(["cpu", "cuda", "mps", "auto"]),
    help="Where to compute: NumPy on the processor, an NVIDIA GPU, Apple's, or a GPU if there is "
    "one and the network is large enough for it (extra gpu).",
)
@click.option("--hidden", help="Hidden sizes of the mlp, as in 128,64, or 'none'.")
@click.option("--optimizer", help="sgd, momentum, rmsprop or adam.")
@click.option(
    "--learning-rate", type=float, help="[default: the recipe's, or another optimizer's usual one]"
)
@click.option("--schedule", help="Rate over time: constant, cosine, warm-cosine or warm-linear.")
@click.option("--epochs", type=click.IntRange(1, 10_000), help="Times to see all digits.")
@click.option("--batch", type=click.IntRange(1, 100_000), help="Digits in one step.")
@click.option(
    "--edges",
    type=click.IntRange(1),
    help="Train the mlp down to so few weights, all others 0: a picture can show every one.",
)
@click.option(
    "--upright/--no-upright",
    default=None,
    help="Set every picture upright before the network reads it, now and later.",
)
@click.option(
    "--even/--no-even",
    default=None,
    help="As --upright, and center the ink and zoom it to the usual height and width.",
)
@click.option(
    "--teacher",
    metavar="FILE",
    help="Learn also what the network in this file says of each digit, such as cnn.npz.",
)
@click.option(
    "--teacher-share",
    type=click.FloatRange(0, 1, min_open=True),
    help="How much that counts.  [default: 0.7]",
)
@click.option(
    "--teacher-temperature",
    type=click.FloatRange(0, 100, min_open=True),
    help="How much its answers are softened.  [default: 2]",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Equal seeds, equal weights.")
@click.option(
    "--also",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Learn from the corrections in this folder, too, such as output/corrections.",
)
@click.option(
    "--also-times",
    default=20,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="How often an epoch shows each correction.",
)
@out_option("weights.npz", "The weights file to write.")
@click.option(
    "--pictures",
    default="output",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for training.png and confusion.png.",
)
@click.option(
    "--history/--no-history",
    default=True,
    help="Keep up to 16 moments of the training beside the weights, as in weights.history.npz: "
    "network --history and film show them.  [default: history]",
)
@click.option(
    "--log",
    "log_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a line of JSON behind every epoch, as in run.jsonl.",
)
@click.option(
    "--tensorboard",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write loss and accuracy as event files for TensorBoard, too (extra tensorboard).",
)
@click.option(
    "--watch",
    is_flag=False,
    flag_value="page",
    type=click.Choice(["page", "window"]),
    help="Show the network while it learns: in a page for browsers on this machine alone (just "
    "--watch), or in a window to draw in.",
)
def train(
    data: str | None,
    classes: str | None,
    recipe_name: str,
    model: str,
    device: str,
    hidden: str | None,
    optimizer: str | None,
    learning_rate: float | None,
    schedule: str | None,
    epochs: int | None,
    batch: int | None,
    edges: int | None,
    upright: bool | None,
    even: bool | None,
    teacher: str | None,
    teacher_share: float | None,
    teacher_temperature: float | None,
    seed: int | None,
    also: Path | None,
    also_times: int,
    out: Path,
    pictures: Path,
    history: bool,
    log_file: Path | None,
    tensorboard: Path | None,
    watch: str | None,
) -> None:
    """Train a network and write its weights and training curves.

    Matrix products run on one thread meanwhile: for sizes like these two are hardly faster on an
    idle machine and far slower on a busy one; convolutions work on two halves of a batch at once.
    Ctrl-C ends the training; the best epoch so far is kept (the last finished one by recipe best).

    Example: neuroscribble train --model cnn --recipe best --out cnn.npz
    """
    from ..data.sources import NamedDigits, load_digits
    from ..explain.measuring import AFFORDABLE, measure_drawings
    from ..explain.usual import note_usual, with_usual
    from ..files import require_writable
    from ..formats.history import history_path, write_history
    from ..formats.storage import load_network, save_network
    from ..interrupts import undisturbed
    from ..teaching.corrections import correction_digits, load_corrections
    from ..training.devices import MAKERS, gpu
    from ..training.events import Events
    from ..training.jobs import Also, train_and_measure
    from ..training.log import Log
    from .chosen import chosen_recipe
    from .console import TrainingProgress

    recipe = chosen_recipe(
        recipe_name=recipe_name,
        model=model,
        hidden=hidden,
        optimizer=optimizer,
        learning_rate=learning_rate,
        schedule=schedule,
        epochs=epochs,
        batch=batch,
        edges=edges,
        upright=upright,
        even=even,
        teacher=teacher,
        teacher_share=teacher_share,
        teacher_temperature=teacher_temperature,
        seed=seed,
    )
    if device in MAKERS:
        gpu(device)  # before the work, not after it
    taught_by = None if recipe.teacher is None else load_network(recipe.teacher)
    corrections = None
    if also is not None:
        corrected = correction_digits(load_corrections(also))
        corrections = Also(NamedDigits(f"corrections in {also.name}", corrected), also_times)
    written = [out, pictures / "training.png", pictures / "confusion.png"]
    if history:
        written.insert(1, history_path(out))
    for path in written:
        require_writable(path)  # before the work, not after it
    training, test = load_digits(data, classes=classes, progress=True)
    recipe = recipe.for_set_of(len(training.digits))
    found = [each.found for each in (training, test) if each.found]
    with ExitStack() as stack:
        watching = None
        if watch:
            from .watching import WATCHINGS  # slow to import

            watching = stack.enter_context(closing(WATCHINGS[watch](recipe, training)))
        with ExitStack() as work:
            progress = work.enter_context(closing(TrainingProgress(recipe.epochs, found)))
            logs: list[Log | Events] = []
            if log_file:
                logs.append(work.enter_context(closing(Log(log_file))))
            if tensorboard:
                logs.append(work.enter_context(closing(Events(tensorboard))))
            if watching:
                watching.begin(progress.say)
            observers = [one for one in (progress, watching, *logs) if one]
            run = train_and_measure(
                recipe,
                training,
                test,
                also=corrections,
                teacher=taught_by,
                data=data,
                on_mixture=progress.on_mixture,
                on_step=_each(observers, "on_step"),
                on_epoch=_each(observers, "on_epoch"),
                on_weights=[_each(observers, "on_weights")],
                keep_history=history,
                device=device,
                on_device=progress.say if device != "cpu" else lambda sentence: None,
                on_impatience=lambda: progress.say(PATIENCE),
            )
            education = run.education
            learned = len(run.history.epochs) * len(training.digits)
            with suppress(KeyboardInterrupt):  # an impatient Ctrl-C must not cost the training
                note_usual(run.network, training)
                if education is not None:
                    education = with_usual(education, run.network, training)
                run.network.meta["drawings"] = measure_drawings(
                    run.network,
                    test,
                    affordable=max(AFFORDABLE, WORTH * learned * run.network.multiplications),
                    on_step=progress.on_drawing,
                )
            with undisturbed(lambda: progress.say(PATIENCE)):
                save_network(out, run.network)
                if education is not None:
                    write_history(history_path(out), education)
            ended = "Stopped by you" if run.history.interrupted else "Done"
            result = (
                f"{ended} after {len(run.history.epochs)} of {recipe.epochs} epochs; kept is epoch "
                f"{run.history.best_epoch}. {test.name}: {run.test_accuracy:.2%} of "
                f"{len(test.digits):,} {test.noun} are read right."
            )
            if watching:
                watching.end(run.network, result)
        for log in logs:
            if log.problem:
                click.echo(f"Note: {log.problem}", err=True)

        from .pictures import viz  # after the work: slow to import

        viz.write_training_curves(run.history, pictures / "training.png")
        viz.write_confusion(
            run.confusion,
            pictures / "confusion.png",
            class_names=run.network.class_names,
            title=f"{run.test_accuracy:.2%} of {test.name}'s {len(test.digits):,} {test.noun}",
        )
        if history and education is None:
            written.remove(history_path(out))
            click.echo("Note: of a network of this size no history is kept.", err=True)
        click.echo(f"{result}\nWrote {', '.join(map(str, written[:-1]))} and {written[-1]}.")
        if watching:
            watching.stay()


@click.command()
@corrections_option
@click.option(
    "--sheet", metavar="FILE", type=click.Path(path_type=Path), help="Write a contact sheet (PNG)."
)
@click.option(
    "--teach",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Teach them all again, in order, and write the learned weights to this file.",
)
@weights_option
@known_digits_option
@theme_option
@json_option
def corrections(
    corrections: Path,
    sheet: Path | None,
    teach: Path | None,
    weights: Source,
    data: str | None,
    theme: str,
    as_json: bool,
) -> None:
    """List what was taught in the window; show it, or teach it again.

    Example: neuroscribble corrections --sheet output/corrections.png
    """
    from ..data.sources import load_known_digits
    from ..files import require_writable
    from ..formats.storage import require_digit_network, save_network
    from ..teaching.corrections import correction_digits, load_corrections
    from ..teaching.teacher import teach_all, teacher_for
    from .console import corrections_table
    from .pictures import viz

    taught = load_corrections(corrections)
    result: dict[str, Any] = {
        "folder": str(corrections),
        "corrections": [
            {"time": one.time.isoformat(), "label": one.label, "said": one.said} for one in taught
        ],
    }
    lines = [corrections_table(result)]
    if sheet is not None:
        viz.write_contact_sheet(taught, sheet, theme=viz.THEMES[theme])
        lines.append(f"Wrote {sheet}.")
    if teach is not None:
        require_writable(teach)
        digits = correction_digits(taught)
        digit_network = weights.load()
        require_digit_network(digit_network, what="corrections --teach")
        known = load_known_digits(data)
        teacher = teacher_for(digit_network, known)
        teach_all(teacher, digits)
        save_network(teach, digit_network, meta=teacher.meta())
        change = teacher.since_start
        right = int((digit_network.predict(digits.images) == digits.labels).sum())
        result["taught"] = {
            "file": str(teach),
            "right": right,
            "probe": {
                "name": known.probe.name,
                "n": change.n,
                "right_before": change.right_before,
                "right_after": change.right_after,
            },
        }
        lines.append(
            f"Taught all: {right} of {len(digits)} are read right; of {change.n} digits of "
            f"{known.probe.name}, {change.right_before} were and {change.right_after} are.\n"
            f"Wrote {teach}."
        )
    click.echo(json.dumps(result) if as_json else "\n".join(lines))


def _each(observers: Sequence[object], name: str) -> Callable[..., None]:
    """Tells all observers that have a method of this name."""
    methods = [getattr(one, name) for one in observers if hasattr(one, name)]

    def tell(*news: object) -> None:
        for method in methods:
            method(*news)

    return tell

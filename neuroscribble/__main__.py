"""The command line: the one place that brings the network and its pictures together.

Every command imports what it needs when it runs, so that `--help` is instant. Whatever a person
can cause ends in one sentence on stderr and exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from .errors import NeuroscribbleError, SettingsError
from .machine import prefer_wide_kernels

Command = TypeVar("Command", bound=Callable[..., Any])

BENCHMARKS = ("page", "window", "training", "convolution", "accuracy")  # scripts in bench/

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

weights_option = click.option(
    "--weights",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Weights to use.  [default: ./weights.npz, else the shipped file]",
)
data_option = click.option(
    "--data",
    metavar="DIR",
    envvar="NEUROSCRIBBLE_DATA",
    help="Folder with the four MNIST .gz files, or 'pen' for digits drawn by the program. "
    "[default: $NEUROSCRIBBLE_DATA, else a download into your cache folder]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
corrections_option = click.option(
    "--corrections",
    metavar="DIR",
    default="output/corrections",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder that keeps what was taught in the window.",
)
theme_option = click.option(
    "--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True
)


def out_option(default: str, what: str) -> Callable[[Command], Command]:
    return click.option(
        "--out", default=default, show_default=True, type=click.Path(path_type=Path), help=what
    )


@click.group(context_settings=CONTEXT, invoke_without_command=True)
@click.version_option(package_name="neuroscribble", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """See a small neural network think.

    Example: neuroscribble network --open
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@data_option
@click.option(
    "--recipe",
    "recipe_name",
    default="quick",
    show_default=True,
    help="Settings by name: quick (15 epochs), fast (98 % in seconds) or best (reads what people "
    "draw; some minutes). Each of the following options replaces one of them.",
)
@click.option(
    "--model",
    default="mlp",
    show_default=True,
    help="mlp: dense layers; cnn: convolutions. Recipes of the cnn are quick (some minutes) and "
    "best (most of an hour).",
)
@click.option("--hidden", help="Hidden sizes of the mlp, as in 128,64, or 'none'.")
@click.option("--optimizer", help="sgd, momentum, rmsprop or adam.")
@click.option(
    "--learning-rate", type=float, help="[default: the recipe's, or another optimizer's usual one]"
)
@click.option("--schedule", help="Rate over time: constant, cosine, warm-cosine or warm-linear.")
@click.option("--epochs", type=click.IntRange(1, 10_000), help="Times to see all digits.")
@click.option("--batch", type=click.IntRange(1, 100_000), help="Digits in one step.")
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
def train(
    data: str | None,
    recipe_name: str,
    model: str,
    hidden: str | None,
    optimizer: str | None,
    learning_rate: float | None,
    schedule: str | None,
    epochs: int | None,
    batch: int | None,
    seed: int | None,
    also: Path | None,
    also_times: int,
    out: Path,
    pictures: Path,
) -> None:
    """Train a network and write its weights and training curves.

    Matrix products run on one thread meanwhile: for sizes like these two are hardly faster on an
    idle machine and far slower on a busy one; convolutions work on two halves of a batch at once.
    Ctrl-C ends the training; the best epoch so far is kept (the last finished one by recipe best).

    Example: neuroscribble train --model cnn --recipe best --out cnn.npz
    """
    from .console import TrainingProgress
    from .corrections import correction_digits, load_corrections
    from .data.sources import NamedDigits, load_test_digits, load_training_digits
    from .files import require_writable
    from .recipes import recipe_by_name
    from .runs import Also, train_and_measure
    from .storage import save_network

    recipe = recipe_by_name(
        recipe_name,
        model=model,
        hidden=None if hidden is None else _sizes(hidden),
        optimizer=optimizer,
        learning_rate=learning_rate,
        schedule=schedule,
        epochs=epochs,
        batch_size=batch,
        seed=seed,
    )
    corrections = None
    if also is not None:
        corrected = correction_digits(load_corrections(also))
        corrections = Also(NamedDigits(f"corrections in {also.name}", corrected), also_times)
    for path in (out, pictures / "training.png", pictures / "confusion.png"):
        require_writable(path)  # before the work, not after it
    training = load_training_digits(data, progress=True)
    test = load_test_digits(data, progress=True)
    with closing(TrainingProgress(recipe.epochs)) as progress:
        run = train_and_measure(
            recipe,
            training,
            test,
            also=corrections,
            data=data,
            on_mixture=progress.on_mixture,
            on_step=progress.on_step,
            on_epoch=progress.on_epoch,
            on_drawing=progress.on_drawing,
        )
    save_network(out, run.network)

    from viz.curves import write_confusion, write_training_curves  # after the work: slow to import

    write_training_curves(run.history, pictures / "training.png")
    write_confusion(
        run.confusion,
        pictures / "confusion.png",
        class_names=run.network.class_names,
        title=f"{run.test_accuracy:.2%} of {test.name}'s {len(test.digits.labels):,} digits",
    )
    ended = "Stopped by you" if run.history.interrupted else "Done"
    click.echo(
        f"{ended} after {len(run.history.epochs)} of {recipe.epochs} epochs; kept is epoch "
        f"{run.history.best_epoch}. {test.name}: {run.test_accuracy:.2%} of "
        f"{len(test.digits.labels):,} digits are read right.\n"
        f"Wrote {out}, {pictures / 'training.png'} and {pictures / 'confusion.png'}."
    )


@cli.command()
@weights_option
@data_option
@json_option
def evaluate(weights: Path | None, data: str | None, as_json: bool) -> None:
    """Measure accuracy, class by class, on the test digits.

    Example: neuroscribble evaluate --data ~/mnist --json
    """
    from .console import evaluation_table
    from .data.sources import load_test_digits
    from .runs import evaluate as evaluate_network
    from .storage import default_weights, load_network, require_digit_network

    path = weights or default_weights()
    digit_network = load_network(path)
    require_digit_network(digit_network, what="evaluate")
    test = load_test_digits(data, progress=True)
    result = {"weights": str(path), **evaluate_network(digit_network, test)}
    click.echo(json.dumps(result) if as_json else evaluation_table(result))


@cli.command()
@weights_option
def summary(weights: Path | None) -> None:
    """Print the layers of a network as a table: shapes, parameters, memory.

    Example: neuroscribble summary --weights cnn.npz
    """
    from .storage import load_network

    click.echo(load_network(weights).summary())


@cli.command()
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@weights_option
@json_option
def predict(images: tuple[Path, ...], weights: Path | None, as_json: bool) -> None:
    """Read the digit in each picture: any size, dark on light or light on dark.

    Example: neuroscribble predict seven.png photo.jpg
    """
    from .console import prediction_line
    from .runs import predict_pictures
    from .storage import load_network, require_digit_network

    digit_network = load_network(weights)
    require_digit_network(digit_network, what="predict")
    results = predict_pictures(digit_network, images)
    if as_json:
        click.echo(json.dumps(results))
    for result in results:
        if "error" in result:
            click.echo(f"Error: {result['error']}", err=True)
        elif not as_json:
            click.echo(prediction_line(result))
    if any("error" in result for result in results):
        sys.exit(2)


@cli.command()
@weights_option
@out_option("output/network.html", "The page to write.")
@click.option(
    "--top-k",
    default=8,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Edges drawn at first: the k strongest weights into each unit.",
)
@click.option("--title", help="The page's title.  [default: the weights file's name and sizes]")
@click.option("--open", "open_page", is_flag=True, help="Open the page if there is a display.")
def network(
    weights: Path | None, out: Path, top_k: int, title: str | None, open_page: bool
) -> None:
    """Draw the network as one HTML file that opens offline anywhere.

    Example: neuroscribble network --top-k 12 --open
    """
    from viz.page import network_page

    from .files import write_atomically
    from .storage import default_weights, load_network

    path = weights or default_weights()
    page = network_page(load_network(path), top_k=top_k, title=title, weights_name=path.name)
    write_atomically(out, page.encode("utf-8"))
    click.echo(f"Wrote {out} ({out.stat().st_size / 1e6:.1f} MB); open it in any browser.")
    if open_page and _has_display():
        click.launch(out.resolve().as_uri())


@cli.command()
@weights_option
@click.option(
    "--compare",
    metavar="FILE",
    help="Another weights file to compare with, or 'initial' for the weights before training.",
)
@theme_option
@out_option("output", "The folder to write to.")
def heatmaps(weights: Path | None, compare: str | None, theme: str, out: Path) -> None:
    """Write pictures of all weights, alone or beside another network's.

    Example: neuroscribble heatmaps --compare initial
    """
    from viz.comparison import write_comparison
    from viz.heatmaps import write_heatmaps
    from viz.pairs import initial_network
    from viz.theme import THEMES

    from .storage import default_weights, load_network

    path = weights or default_weights()
    first = load_network(path)
    written = []
    if compare == "initial":  # before the rest: a comparison may be refused
        names = ("before training", path.name)
        written += write_comparison(
            initial_network(first), first, out, names=names, match=False, theme=THEMES[theme]
        )
    elif compare is not None:
        names = (path.name, Path(compare).name)
        written += write_comparison(
            first, load_network(compare), out, names=names, match=True, theme=THEMES[theme]
        )
    written += write_heatmaps(first, out, theme=THEMES[theme])
    for written_path in written:
        click.echo(f"Wrote {written_path}")


@cli.command()
@weights_option
@data_option
@click.option(
    "--digits",
    "n_digits",
    default=2000,
    show_default=True,
    type=click.IntRange(50, 10_000),
    help="Test digits on the maps, chosen by the seed.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**32 - 1),
    help="Equal seeds, equal maps.",
)
@theme_option
@out_option("output", "The folder to write to.")
def maps(
    weights: Path | None, data: str | None, n_digits: int, seed: int, theme: str, out: Path
) -> None:
    """Map what each layer makes of the test digits, and show a gallery of answers.

    Writes maps.png, maps.html (a page to walk in) and gallery.png. The maps are by PCA and, if
    scikit-learn is installed, by t-SNE.

    Example: neuroscribble maps --digits 1000
    """
    from viz.gallery import write_gallery
    from viz.maps import write_maps
    from viz.maps_page import maps_page
    from viz.theme import THEMES

    from .console import MapsProgress, maps_table
    from .data.sources import load_test_digits
    from .embedding import TSNE_MISSING
    from .files import require_writable, write_atomically
    from .maps import ask, map_layers, some_digits
    from .storage import default_weights, load_network, require_digit_network

    path = weights or default_weights()
    digit_network = load_network(path)
    require_digit_network(digit_network, what="maps")
    picture, page, gallery = (out / name for name in ("maps.png", "maps.html", "gallery.png"))
    for target in (picture, page, gallery):
        require_writable(target)  # before the work, not after it
    test = load_test_digits(data, progress=True)
    chosen = some_digits(test, n_digits, seed=seed)
    answers = ask(digit_network, chosen)
    with closing(MapsProgress(len(digit_network.stages) + 1)) as progress:
        layers = map_layers(digit_network, chosen.digits, seed=seed, on_layer=progress.on_layer)
    names: dict[str, Any] = {
        "class_names": digit_network.class_names,
        "weights_name": path.name,
    }
    write_maps(layers, answers, picture, theme=THEMES[theme], **names)
    write_atomically(page, maps_page(layers, answers, **names).encode("utf-8"))
    everything = ask(digit_network, test)
    write_gallery(everything, gallery, seed=seed, theme=THEMES[theme], **names)
    click.echo(maps_table(layers))
    if any(layer.tsne is None for layer in layers):
        click.echo(f"{TSNE_MISSING}.")
    click.echo(f"Wrote {picture}, {page} and {gallery}.")


@cli.command()
@weights_option
@click.option("--theme", type=click.Choice(["light", "dark"]), default="dark", show_default=True)
@corrections_option
@click.option(
    "--data",
    metavar="DIR",
    help="MNIST's folder, or 'pen': digits that lessons replay and forgetting is measured with. "
    "[default: MNIST if it is on this machine, else pen]",
)
@out_option("weights-learned.npz", "The file that S saves the learned network to.")
def draw(weights: Path | None, theme: str, corrections: Path, data: str | None, out: Path) -> None:
    """Open a window: draw a digit, watch the network read it, teach it better.

    Example: neuroscribble draw --theme light
    """
    from viz.window.app import run
    from viz.window.school import School

    from .data.sources import load_known_digits
    from .storage import default_weights, load_network, require_digit_network

    path = weights or default_weights()
    digit_network = load_network(path)
    require_digit_network(digit_network, what="draw")
    school = School(
        digit_network,
        digits=lambda: load_known_digits(data),
        corrections=corrections,
        out=out,
    )
    run(digit_network, theme=theme, title=f"NeuroScribble · {path.name}", school=school)


@cli.command()
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
@data_option
@theme_option
@json_option
def corrections(
    corrections: Path,
    sheet: Path | None,
    teach: Path | None,
    weights: Path | None,
    data: str | None,
    theme: str,
    as_json: bool,
) -> None:
    """List what was taught in the window; show it, or teach it again.

    Example: neuroscribble corrections --sheet output/corrections.png
    """
    from viz.contact_sheet import write_contact_sheet
    from viz.theme import THEMES

    from .console import corrections_table
    from .corrections import correction_digits, load_corrections
    from .data.sources import load_known_digits
    from .storage import load_network, require_digit_network, save_network
    from .teaching import teach_all, teacher_for

    taught = load_corrections(corrections)
    result: dict[str, Any] = {
        "folder": str(corrections),
        "corrections": [
            {"time": one.time.isoformat(), "label": one.label, "said": one.said} for one in taught
        ],
    }
    lines = [corrections_table(result)]
    if sheet is not None:
        write_contact_sheet(taught, sheet, theme=THEMES[theme])
        lines.append(f"Wrote {sheet}.")
    if teach is not None:
        digits = correction_digits(taught)
        digit_network = load_network(weights)
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


@cli.command()
@click.argument("part", type=click.Choice(["all", *BENCHMARKS]), default="all")
@weights_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="JSON file to write.  [default: output/bench.json, or output/bench-PART.json]",
)
def bench(part: str, weights: Path | None, out: Path | None) -> None:
    """Measure everything that NeuroScribble promises, or one part of it.

    page: against plain PyVis. window: from a stroke to the frame. training: epochs and the way to
    98 % beside PyTorch, JAX and scikit-learn, which `make peers` installs for the benchmark alone.
    convolution: an epoch of the convolutional network beside PyTorch.
    accuracy: on MNIST and on digits that people drew, as far as this machine has them.

    Example: neuroscribble bench page
    """
    import runpy

    folder = Path(__file__).parent.parent / "bench"
    if not folder.exists():
        raise SettingsError(
            "bench needs the source checkout, which holds the peers' setups: clone it and run "
            "make bench there."
        )

    def main_of(script: str) -> Callable[..., None]:
        return cast(Callable[..., None], runpy.run_path(str(folder / f"{script}.py"))["main"])

    if part != "all":
        main_of(part)(out or Path("output") / f"bench-{part}.json", weights)
        return
    target = out or Path("output") / "bench.json"
    measured = {}
    for name in BENCHMARKS:
        click.echo(f"\n{name}\n")
        path = target.with_name(f"{target.stem}-{name}.json")
        main_of(name)(path, weights)
        measured[name] = json.loads(path.read_text(encoding="utf-8"))
    main_of("report")(target, measured)


def _has_display() -> bool:
    windows_or_mac = sys.platform in ("win32", "darwin")
    return windows_or_mac or any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY"))


def _sizes(text: str) -> tuple[int, ...]:
    if text.strip().lower() in ("", "none"):
        return ()
    try:
        return tuple(int(part) for part in text.replace("x", ",").split(","))
    except ValueError:
        raise SettingsError(
            f"--hidden must be sizes such as 128,64, or 'none'; got {text!r}."
        ) from None


def main() -> None:
    """Run the command line; errors become one sentence and exit code 2."""
    prefer_wide_kernels(os.environ)
    for stream in (sys.stdout, sys.stderr):  # a console of another code page prints "?" for "→"
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result = cli.main(standalone_mode=False, prog_name="neuroscribble")
    except (NeuroscribbleError, click.ClickException) as error:
        sentence = error.format_message() if isinstance(error, click.ClickException) else error
        click.echo(f"Error: {sentence}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()

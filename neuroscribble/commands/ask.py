"""Ask a network: how good it is, what it is made of, what it reads in a picture."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from .options import classes_option, data_option, json_option, weights_option
from .source import Source


@click.command()
@weights_option
@data_option
@classes_option
@json_option
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, 10_000_000), help="The first N test digits."
)
def evaluate(
    weights: Source, data: str | None, classes: str | None, as_json: bool, limit: int | None
) -> None:
    """Measure accuracy, class by class, on the test digits, or on rows of features.

    Data whose classes have names are matched with the network's classes by these. Of a network in
    another format it also tells whether a usual other reading of its input (dark ink, 0..255, …)
    would be far better. A network that reads features is asked the rows of a CSV file, with a
    column that tells the class of each.

    Example: neuroscribble evaluate --data ~/mnist --json
    """
    from ..nn.reads import input_of
    from ..training.jobs import evaluate as evaluate_network
    from .console import evaluation_table
    from .known import known_rows, rows_to_read, test_digits_of
    from .readings import better_reading
    from .source import notes_of

    asked = weights.load(quiet=as_json)
    is_picture = input_of(asked).is_square
    whose = str(weights.path)
    if is_picture:
        test = test_digits_of(asked, data, classes=classes, whose=whose)
    else:
        test = rows_to_read(asked, known_rows(asked, data), whose=whose, classes=classes)
    if limit is not None:
        test = replace(test, digits=test.digits.some(slice(limit)))
    result = {"weights": whose, **evaluate_network(asked, test)}
    notes = notes_of(asked)
    proposal = better_reading(weights, test.digits) if is_picture else None
    if proposal is not None:
        notes.append(str(proposal))
        result["proposed"] = proposal.hints
    if notes:
        result["notes"] = notes
    if test.found and not as_json:
        click.echo(test.found)
    what = None if is_picture else "rows"
    click.echo(json.dumps(result) if as_json else evaluation_table(result, what=what))
    if proposal is not None and not as_json:
        click.echo(f"Note: {proposal}", err=True)


@click.command()
@weights_option
def summary(weights: Source) -> None:
    """Print the layers of a network as a table: shapes, parameters, memory.

    Example: neuroscribble summary --weights cnn.npz
    """
    click.echo(weights.load().summary())


@click.command()
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@weights_option
@json_option
def predict(images: tuple[Path, ...], weights: Source, as_json: bool) -> None:
    """Read the digit in each picture: any size, dark on light or light on dark.

    Several digits that do not touch are read one after the other, "42".

    Example: neuroscribble predict seven.png photo.jpg
    """
    from ..formats.storage import require_drawings
    from ..training.pictures import predict_pictures
    from .console import prediction_line

    digit_network = weights.load()
    require_drawings(digit_network, what="predict")
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

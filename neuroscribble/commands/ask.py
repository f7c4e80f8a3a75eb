"""Ask a network: how good it is, what it is made of, what it reads in a picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from .options import classes_option, data_option, json_option, weights_option


@click.command()
@weights_option
@data_option
@classes_option
@json_option
def evaluate(weights: Path | None, data: str | None, classes: str | None, as_json: bool) -> None:
    """Measure accuracy, class by class, on the test digits.

    Data whose classes have names are matched with the network's classes by these.

    Example: neuroscribble evaluate --data ~/mnist --json
    """
    from ..data.sources import load_test_digits, with_classes
    from ..formats.storage import default_weights, load_network, require_picture_network
    from ..training.jobs import evaluate as evaluate_network
    from .console import evaluation_table

    path = weights or default_weights()
    digit_network = load_network(path)
    require_picture_network(digit_network, what="evaluate")
    test = load_test_digits(data, classes=classes, progress=True)
    test = with_classes(test, digit_network.class_names, whose=str(path))
    result = {"weights": str(path), **evaluate_network(digit_network, test)}
    if test.found and not as_json:
        click.echo(test.found)
    click.echo(json.dumps(result) if as_json else evaluation_table(result))


@click.command()
@weights_option
def summary(weights: Path | None) -> None:
    """Print the layers of a network as a table: shapes, parameters, memory.

    Example: neuroscribble summary --weights cnn.npz
    """
    from ..formats.storage import load_network

    click.echo(load_network(weights).summary())


@click.command()
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@weights_option
@json_option
def predict(images: tuple[Path, ...], weights: Path | None, as_json: bool) -> None:
    """Read the digit in each picture: any size, dark on light or light on dark.

    Example: neuroscribble predict seven.png photo.jpg
    """
    from ..formats.storage import load_network, require_picture_network
    from ..training.jobs import predict_pictures
    from .console import prediction_line

    digit_network = load_network(weights)
    require_picture_network(digit_network, what="predict")
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

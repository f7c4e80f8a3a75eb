"""What a network can be asked: digits in the size and channels it reads, or rows of features."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..data.features import Features
    from ..data.sources import NamedDigits
    from ..nn.network import Network


def digits_as_read(named: NamedDigits, network: Network) -> NamedDigits:
    """The same digits in the size and channels that this network reads."""
    from ..data.batches import Digits
    from ..ink.fields import as_read
    from ..nn.reads import input_of

    images = as_read(named.digits.images, input_of(network))
    return replace(named, digits=Digits(images, named.digits.labels))


def known_digits(network: Network, data: str | Path | None) -> NamedDigits | None:
    """Digits of `data`, by default the pen's, as this network reads them; None if it reads others.

    Raises DataError when `data` names what holds no digits.
    """
    from ..data.sources import PEN, load_known_digits
    from ..nn.reads import input_of

    if not input_of(network).is_square:
        return None
    return digits_as_read(load_known_digits(data or PEN).replay, network)


def tell_unread(data: str | None, path: Path) -> None:
    """Say that --data, where it was given, is not read: nothing is to be measured with it."""
    if data is not None:
        click.echo(f"Note: --data {data} is not read: {path.name} needs none here.", err=True)


def test_digits_of(
    network: Network, data: str | None, *, classes: str | None, whose: str
) -> NamedDigits:
    """Test digits as this network reads them, their labels numbering its classes."""
    from ..data.sources import load_test_digits, with_classes

    test = load_test_digits(data, classes=classes, progress=True)
    return digits_as_read(with_classes(test, network.class_names, whose=whose), network)


def known_rows(network: Network, data: str | Path | None) -> Features:
    """The rows of a CSV file that a network of features is asked.

    Raises DataError where none is named, and for a file that is no such table.
    """
    from ..data.features import read_features
    from ..errors import DataError
    from ..nn.reads import input_of

    spec = input_of(network)
    if data is None or not Path(data).expanduser().is_file():
        got = "got none" if data is None else f"got {data}"
        raise DataError(
            f"A network that reads {spec.n_inputs:,} features is asked the rows of a CSV file, "
            f"named with --data, with {spec.n_inputs:,} columns of numbers and one with the class; "
            f"{got}."
        )
    return read_features(data, spec.n_inputs, spec.features)


def rows_to_read(
    network: Network, rows: Features, *, whose: str, classes: str | None = None
) -> NamedDigits:
    """The rows and their classes, numbered as the network's; it takes the names of those it counts.

    classes: what --classes says, names for the network's classes in order.
    Raises DataError where the table tells no class, or one that the network does not have.
    """
    from ..data.batches import Digits
    from ..data.features import numbered
    from ..data.forms.classes import given_names
    from ..data.sources import NamedDigits
    from ..errors import DataError

    if classes is not None:
        names = tuple(given_names(classes).values())
        if len(names) != len(network.class_names):
            raise DataError(
                f"--classes must name the network's {len(network.class_names)} classes; "
                f"got {len(names)} names."
            )
        network.class_names = names
    labels, network.class_names = numbered(rows, network.class_names, whose=whose)
    return NamedDigits(rows.name, Digits(rows.values, labels), network.class_names)


def note_rows(network: Network, rows: Features, *, whose: str) -> None:
    """Keep with the network what rows tell: names of features, ranges, examples, what is usual."""
    from ..data.features import as_meta
    from ..explain.usual import measure_usual
    from ..nn.reads import input_of

    named = None if rows.labels is None else rows_to_read(network, rows, whose=whose)
    spec = input_of(network)
    if rows.names and not spec.features:
        network.meta["input"] = replace(spec, features=rows.names).as_meta()
    labels = None if named is None else [network.class_names[k] for k in named.digits.labels]
    network.meta |= as_meta(rows, labels)
    network.usual = measure_usual(network, rows.values)
    network.meta["usual"] = {"measured_on": rows.name, "n": len(rows.values)}

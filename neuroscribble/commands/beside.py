"""A second network beside a first: which one is meant, and what both are asked."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .evidence import OFFICIAL
from .known import digits_as_read, known_rows, rows_to_read, test_digits_of

if TYPE_CHECKING:
    from ..data.sources import NamedDigits
    from ..nn.network import Network
    from .pictures import viz

    Asked: TypeAlias = tuple[NamedDigits, NamedDigits, NamedDigits | None]

MOMENT = "history:"  # with a number: a checkpoint of the training
N_KNOWN = 2_000  # inputs over which units are matched
FEWEST, AFFORDABLE = 1_000, 3e10  # test digits, and multiplications for all of them: some seconds


def named_network(given: str, first: Network, path: Path) -> tuple[Network, str, bool]:
    """The network that --compare names, its name, and whether it is the first at another moment.

    given: a file, 'initial', or 'history:7'; path: of the first network's weights.
    Raises SettingsError and WeightsError where there is no such network.
    """
    from ..formats.history import history_path, read_history
    from ..formats.storage import find_weights, load_network
    from .pictures import viz

    if given == "initial":
        return viz.initial_network(first), f"{path.name} before training", True
    if given.startswith(MOMENT):
        education = read_history(history_path(path), first)
        index = _moment(given, len(education.checkpoints))
        name = f"{path.name} after {education.checkpoints[index].step:,} steps"
        return education.network_at(index, first), name, True
    file = find_weights(Path(given))
    return load_network(file), file.name, False


def _moment(given: str, n: int) -> int:
    from ..errors import SettingsError

    number = given.removeprefix(MOMENT)
    if not (number.isascii() and number.isdecimal() and int(number) < n):
        raise SettingsError(
            f"the history has moments 0 to {n - 1}, as in history:0; got {given!r:.40}."
        )
    return int(number)


def compared(
    first: Network,
    second: Network,
    names: tuple[str, str],
    data: str | Path | None,
    *,
    in_place: bool = False,
    pictures: str | None = None,
) -> viz.Compared:
    """Both networks, measured over `data`, by default MNIST where it is at hand, else pen digits.

    pictures: what --evidence says, whose images the page may hold; by default pen digits.
    Raises SettingsError when they read or answer different things, DataError for bad data.
    """
    from ..data.sources import PEN
    from ..explain.pairing import check_comparable
    from ..explain.side_by_side import side_by_side
    from ..explain.usual import measure_usual
    from ..nn.reads import input_of
    from .pictures import viz

    check_comparable(first, second)
    is_square = input_of(first).is_square
    known, test, gallery = _digits(first, data) if is_square else _rows(first, data)
    if is_square and pictures not in (None, PEN):
        source = None if pictures == OFFICIAL else pictures
        gallery = test_digits_of(first, source, classes=None, whose=names[0])
    if not second.usual:
        second = copy.copy(second)  # the caller's stays as it is
        second.usual = measure_usual(second, known.digits.images)
        told = {"measured_on": known.name, "n": len(known.digits)}
        second.meta = {**second.meta, "usual": told}
    cost = sum(network.multiplications for network in (first, second))
    n = max(FEWEST, int(AFFORDABLE / cost))
    images, labels = test.digits.images[:n], test.digits.labels[:n]
    has_labels = test.class_names is not None and len(first.class_names) > 1
    measured = side_by_side(
        first,
        second,
        images,
        labels if has_labels else None,
        known=known.digits.images,
        in_place=in_place,
    )
    noun = known.noun if is_square else "rows"
    return viz.Compared(
        names=names,
        measured=measured,
        matched_on=f"{measured.pairing.n:,} {noun} of {known.name}",
        tested_on=f"{len(images):,} {noun} of {test.name}",
        gallery=gallery,
    )


def _digits(network: Network, data: str | Path | None) -> Asked:
    """Digits to match units over, others to test with, and those that a page may show.

    The last ones are always pen digits. Of a network whose classes are no digits, pen digits tell
    what units do, but nobody knows what is right.
    """
    from ..data.sources import (
        PEN,
        digits_at_hand,
        load_digits,
        load_known_digits,
        load_test_digits,
        with_classes,
    )
    from ..shapes import CLASS_NAMES

    reads_digits = network.class_names == CLASS_NAMES
    source = data or (digits_at_hand() if reads_digits else PEN)
    if str(source) == PEN:
        known, test = load_known_digits(PEN).replay, load_test_digits(PEN)
        test = digits_as_read(test if reads_digits else replace(test, class_names=None), network)
        shown = test
    else:
        training, test = load_digits(source)
        known = _some(with_classes(training, network.class_names, whose="the network"))
        test = digits_as_read(with_classes(test, network.class_names, whose="the network"), network)
        shown = digits_as_read(load_test_digits(PEN), network)
    return digits_as_read(known, network), test, shown if reads_digits else None


def _rows(network: Network, data: str | Path | None) -> Asked:
    """The rows of a table, to match units over and to test with."""
    from ..data.batches import Digits
    from ..data.sources import NamedDigits

    rows = known_rows(network, data)
    if rows.labels is None:
        labels = np.zeros(len(rows.values), np.int64)
        untold = NamedDigits(rows.name, Digits(rows.values, labels), None)
        return untold, untold, None
    told = rows_to_read(network, rows, whose="the network")
    return told, told, None


def _some(named: NamedDigits) -> NamedDigits:
    """So many of the digits, chosen at random, always the same."""
    chosen = np.random.default_rng(0).permutation(len(named.digits))[:N_KNOWN]
    return replace(named, digits=named.digits.some(chosen))

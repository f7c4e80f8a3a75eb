"""The digits that a page's evidence is measured on, and measuring it with a bar."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..data.sources import NamedDigits
    from ..explain.findings import Findings
    from ..nn.network import Network

OFFICIAL = "mnist"  # the value of --evidence that asks for MNIST's own test digits
MOST_NUMBERS = 8_000_000  # of all images that a page carries


def measured_evidence(network: Network, what: str, *, whose: str) -> Findings:
    """What the digits that --evidence names show of the network.

    what: "pen", "mnist", or what holds test digits or, of a network of features, rows.
    Raises DataError for what cannot be read, SettingsError where the output is no class.
    """
    from ..data import paper
    from ..explain.findings import find
    from ..nn.kinds import window_of
    from .console import EvidenceProgress

    digits = _digits_of(network, what, whose=whose)
    is_slow = any(window_of(layer) for layer in network.layers.values())
    is_carried = digits.name != paper.NAME or network.input_shape != (784,) or is_slow
    if is_carried:
        digits = _as_carried(network, digits)
    with closing(EvidenceProgress()) as progress:
        return find(network, digits, is_carried=is_carried, on_step=progress.on_unit)


def _digits_of(network: Network, what: str, *, whose: str) -> NamedDigits:
    from ..data.paper import paper
    from ..data.sources import PEN, with_classes
    from ..nn.reads import input_of
    from .known import digits_as_read, known_rows, rows_to_read, test_digits_of

    if not input_of(network).is_square:
        return rows_to_read(network, known_rows(network, what), whose=whose)
    if what != PEN:
        data = None if what == OFFICIAL else what
        return test_digits_of(network, data, classes=None, whose=whose)
    written = with_classes(paper(), network.class_names, whose=whose)
    return digits_as_read(written, network)


def _as_carried(network: Network, digits: NamedDigits) -> NamedDigits:
    """The first of the digits, as many as a page carries, ink as bytes have it."""
    from ..data.batches import Digits
    from ..nn.reads import input_of

    images, labels = digits.digits.images, digits.digits.labels
    n = max(1, MOST_NUMBERS // images.shape[1])
    images = images[:n]
    if input_of(network).is_picture:
        images = (images * 255).round() / images.dtype.type(255)
    return replace(digits, digits=Digits(images, labels[:n]))

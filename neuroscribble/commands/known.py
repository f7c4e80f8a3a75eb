"""Digits that any network of square pictures can be asked, in the size and channels it reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..data.sources import NamedDigits
    from ..nn.network import Network


def known_digits(network: Network, data: str | Path | None) -> NamedDigits | None:
    """Digits of `data`, by default the pen's, as this network reads them; None if it reads others.

    Raises DataError when `data` names what holds no digits.
    """
    from ..data.batches import Digits
    from ..data.sources import PEN, load_known_digits
    from ..ink.fields import as_read
    from ..nn.reads import input_of

    spec = input_of(network)
    if not spec.is_square:
        return None
    known = load_known_digits(data or PEN).replay
    images = as_read(known.digits.images, spec)
    return replace(known, digits=Digits(images, known.digits.labels))

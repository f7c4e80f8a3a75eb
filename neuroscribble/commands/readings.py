"""Other readings of what a foreign network expects: tried on digits, proposed, never chosen."""

from __future__ import annotations

from dataclasses import dataclass

from ..data.batches import Digits
from ..errors import NeuroscribbleError
from ..inputs import from_meta
from .source import Source

N_TRIED = 1000  # digits
USUAL = (
    "in 0..1, bright ink",
    "in 0..1, dark ink",
    "in 0..255, bright ink",
    "in 0..255, dark ink",
    "in -1..1, bright ink",
    "in -1..1, dark ink",
    "in 0..1, bright ink, mean 0.1307, std 0.3081",  # of MNIST's training pixels
)


@dataclass(frozen=True)
class Proposal:
    """A reading under which a network makes at most half as many mistakes."""

    words: str
    right: int
    instead_of: int  # as it was read
    of: int  # digits

    def __str__(self) -> str:
        return (
            f"Of the first {self.of:,} digits it reads {self.instead_of:,} right; with "
            f'--input "{self.words}" it would be {self.right:,}.'
        )


def better_reading(source: Source, digits: Digits) -> Proposal | None:
    """The best of the usual readings, where it is better by a wide margin.

    None for files that say themselves what they expect, and where a person has said it.
    """
    network = source.load(quiet=True)
    if source.words is not None or "read_from" not in network.meta:
        return None
    images, labels = digits.images[:N_TRIED], digits.labels[:N_TRIED]
    now = int((network.predict(images) == labels).sum())
    best: Proposal | None = None
    for words in USUAL:
        try:
            other = source.read_as(words).load(quiet=True)
        except NeuroscribbleError:  # the file's own words do not go with these
            continue
        right = int((other.predict(images) == labels).sum())
        wrong, wrong_now = len(labels) - right, len(labels) - now
        is_wide = wrong_now - wrong >= len(labels) / 100 and wrong <= wrong_now / 2
        if is_wide and (best is None or right > best.right):
            spec = from_meta(other.meta.get("input"))
            best = Proposal(spec.in_words() if spec else words, right, now, len(labels))
    return best

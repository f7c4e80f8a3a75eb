"""Other readings of a foreign network: tried on digits, proposed, never chosen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product

from ..data.batches import Digits
from ..errors import NeuroscribbleError
from ..inputs import from_meta
from ..nn.network import Network
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


ACTIVATIONS = ("sigmoid", "tanh")  # tried where ReLU was assumed


@dataclass(frozen=True)
class Proposal:
    """A reading under which a network makes at most half as many mistakes."""

    hints: dict[str, str]  # option → what to say, of those that are to be said
    right: int
    instead_of: int  # as it was read
    of: int  # digits

    def __str__(self) -> str:
        options = " ".join(
            f"--{name} {json.dumps(said) if ' ' in said else said}"
            for name, said in self.hints.items()
        )
        return (
            f"Of the first {self.of:,} digits it reads {self.instead_of:,} right; with "
            f"{options} it would be {self.right:,}."
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
    told = from_meta(network.meta.get("input"))
    best: Proposal | None = None
    for words, activation in product(USUAL, _activations(network)):
        try:
            other = source.read_as(words, activation).load(quiet=True)
        except NeuroscribbleError:  # the file's own words do not go with these
            continue
        right = int((other.predict(images) == labels).sum())
        wrong, wrong_now = len(labels) - right, len(labels) - now
        is_wide = wrong_now - wrong >= len(labels) / 100 and wrong <= wrong_now / 2
        if is_wide and (best is None or right > best.right):
            spec = from_meta(other.meta.get("input"))
            hints = {} if activation is None else {"activation": activation}
            if spec is not None and spec != told:
                hints["input"] = spec.in_words()
            best = Proposal(hints, right, now, len(labels))
    return best


def _activations(network: Network) -> tuple[str | None, ...]:
    """Others than the one that was assumed, after that one."""
    assumed = network.meta["read_from"].get("assumed", {})
    return (None, *ACTIVATIONS) if "activation" in assumed else (None,)

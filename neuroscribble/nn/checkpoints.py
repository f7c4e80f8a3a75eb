"""The education of a network: what its parameters were at some steps, and how well it read then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..shapes import Floats
from .network import Network
from .usual import Usual

# What a file tells of the network at the end of its training, and of no earlier one.
OF_THE_END = (
    *("best_epoch", "epochs_run", "interrupted", "validation_accuracy", "test", "confusion"),
    *("drawings", "temperature", "novelty", "usual"),
)


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network at one moment of its training."""

    step: int  # taken so far; 0 is before the first
    parameters: Floats  # (P,) float32: as `Network.parameters.flat`, statistics included
    loss: float  # mean cross-entropy over the education's digits
    accuracy: float  # over the same
    class_accuracy: Floats  # (K,): of each class; 0 where there was no such digit
    usual: Mapping[str, Usual] = field(default_factory=dict)  # by link; empty if not measured


@dataclass(frozen=True, eq=False)
class Education:
    """Checkpoints from the first to the one that was kept: the network itself."""

    checkpoints: tuple[Checkpoint, ...]  # at least one, steps rising
    steps_per_epoch: int
    measured_on: str  # in words: which digits loss and accuracies are of
    n: int  # how many

    def network_at(self, index: int, network: Network) -> Network:
        """A copy of `network`, whose education this is, as it was at checkpoint `index`.

        What was measured of the network at the end is told of the last one alone.
        """
        checkpoint = self.checkpoints[index]
        past = network.copy(dtype=np.float32)
        past.parameters.flat[...] = checkpoint.parameters
        past.usual = dict(checkpoint.usual)
        if index not in (-1, len(self.checkpoints) - 1):
            past.meta = {key: told for key, told in past.meta.items() if key not in OF_THE_END}
        return past


def fingerprint_of(parameters: Floats) -> str:
    """SHA-256 of a vector of parameters as little-endian float32."""
    return hashlib.sha256(np.ascontiguousarray(parameters, "<f4").tobytes()).hexdigest()

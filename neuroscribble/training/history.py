"""Keeps a network's education: its parameters at few steps, many early ones and few late ones.

Most of what can be seen happens in the first steps, so these are taken at 0, 1, 2, 5, 10, 20, 50, …
within the first epoch, and behind it whole epochs that lie evenly on a logarithmic scale. While it
learns, only copies are made; they are measured when it is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arrays import to_numpy
from ..data.batches import Digits
from ..machine import one_thread
from ..nn.balance import halve
from ..nn.checkpoints import Checkpoint, Education
from ..nn.folding import folded
from ..nn.losses import cross_entropy
from ..nn.network import Network
from ..shapes import Floats
from .metrics import class_reports, confusion_matrix

MOST = 16  # checkpoints of one education
MOST_BYTES = 192 * 2**20  # of all their parameters; a file of 256 MiB is still read
AFFORDABLE = 2e8  # multiplications that may measure one checkpoint, for
MEASURED, FEWEST = 1_000, 200  # digits of those held out, if there are as many


def checkpoint_steps(steps_per_epoch: int, epochs: int, *, most: int = MOST - 1) -> list[int]:
    """At which steps to keep a checkpoint: at most so many, rising, from 0.

    The last epoch is the last of them; behind an epoch that is chosen as the best there is one more
    checkpoint, the network itself.
    """
    early = [0]
    power = 1
    while power < steps_per_epoch:
        early += [power * factor for factor in (1, 2, 5) if power * factor < steps_per_epoch]
        power *= 10
    early = early[: max(1, most - min(epochs, max(1, most // 3)))]
    n_late = min(epochs, most - len(early))
    scale = [epochs ** (k / max(1, n_late - 1)) for k in range(n_late - 1)] + [epochs]
    late = [max(k, int(epoch + 0.5)) for k, epoch in enumerate(scale, start=1)]
    return early + [epoch * steps_per_epoch for epoch in late]


@dataclass(eq=False)
class Keeper:
    """Copies a network's parameters at the planned steps, to be measured afterwards."""

    steps_per_epoch: int
    epochs: int
    n_parameters: int
    kept: dict[int, Floats] = field(default_factory=dict)  # step → (P,)

    def __post_init__(self) -> None:
        most = min(MOST, MOST_BYTES // (4 * self.n_parameters)) - 1
        steps = checkpoint_steps(self.steps_per_epoch, self.epochs, most=most) if most > 0 else []
        self._planned = frozenset(steps)

    def note(self, step: int, parameters: Floats) -> None:
        """Told after every step of what would be kept if this were the last one."""
        if step in self._planned:
            self.kept[step] = np.array(to_numpy(parameters))

    @one_thread()
    def education(
        self,
        network: Network,
        digits: Digits,
        *,
        learned: Network,
        name: str,
        last_step: int,
        halvings: list[int],
    ) -> Education:
        """Measure what was kept before `last_step`, and the network itself, which is of that step.

        digits: some of them are read at each checkpoint. name: what they are called.
        learned: the network as it was while it learned, of which copies were kept. halvings: what
        `balance` did to the network; all are scaled alike, exactly.
        """
        n = min(MEASURED, max(FEWEST, int(AFFORDABLE / network.multiplications)))
        some = digits.some(slice(n))
        moment = learned.copy()
        checkpoints = []
        for step, parameters in self.kept.items():
            if step < last_step:
                moment.parameters.flat[...] = parameters
                past = folded(moment)
                halve(past, halvings)
                checkpoints.append(_measured(past, step, some))
        checkpoints.append(_measured(network, last_step, some))
        words = f"{len(digits.labels):,} digits held out of {name}"
        if len(some.labels) < len(digits.labels):
            words = f"the first {len(some.labels):,} of {words}"
        return Education(tuple(checkpoints), self.steps_per_epoch, words, len(some.labels))


def _measured(network: Network, step: int, digits: Digits) -> Checkpoint:
    logits = network.logits(digits.images)
    confusion = confusion_matrix(
        network.output.classes(logits), digits.labels, n_classes=len(network.class_names)
    )
    return Checkpoint(
        step=step,
        parameters=network.parameters.flat.copy(),
        loss=float(cross_entropy(logits, digits.labels)[0]),
        accuracy=float(np.diag(confusion).sum() / len(digits.labels)),
        class_accuracy=np.array([one.recall for one in class_reports(confusion)], np.float32),
    )

"""Training: predict, measure the loss, go backward, take a step; again for every batch.

The loop is quiet. Observers are told after every step and every epoch and may print, draw or
save; Ctrl-C ends the loop cleanly, and the best epoch so far is what the network keeps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..arrays import namespace
from ..data.batches import Digits, Distort, batches
from ..errors import SettingsError
from ..machine import keeping_memory, one_thread
from ..nn.losses import Loss, cross_entropy
from ..nn.network import Network
from ..nn.parameters import FlatParams
from ..shapes import Floats, Labels
from .distillation import Teacher
from .optimizers import Optimizer
from .pruning import Pruner


def constant(progress: float) -> float:
    """The same learning rate from the first step to the last."""
    return 1.0


def cosine(progress: float) -> float:
    """Half a cosine from 1 down to 0: large steps first, fine ones last (arXiv:1608.03983)."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


def warm_cosine(progress: float) -> float:
    """The cosine after a start from 0 in the first 2 %, for high rates (arXiv:1706.02677)."""
    return min(progress / 0.02, 1.0) * cosine(progress)


def warm_linear(progress: float) -> float:
    """A straight line down to 0 after a start from 0 in the first 5 %: for few epochs."""
    return min(progress / 0.05, 1.0) * (1.0 - progress)


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "cosine": cosine,
    "warm-cosine": warm_cosine,
    "warm-linear": warm_linear,
}


@dataclass(frozen=True)
class EpochReport:
    """One epoch in numbers. Training figures are means over the epoch while it was learning."""

    epoch: int  # 1, 2, …
    train_loss: float
    train_accuracy: float  # of what has a class: no answer is right for what is no digit
    validation_loss: float
    validation_accuracy: float


@dataclass
class History:
    """All epochs of one run; `best_epoch` is 0 before the first one has ended."""

    epochs: list[EpochReport] = field(default_factory=list)
    best_epoch: int = 0  # the one that is kept
    interrupted: bool = False

    @property
    def best(self) -> EpochReport:
        return self.epochs[self.best_epoch - 1]


@dataclass(frozen=True)
class StepReport:
    """Where the training is, after one batch."""

    epoch: int
    step: int  # 1, 2, … within the epoch
    steps: int  # of one epoch
    loss: float  # of this batch


def train_step(
    network: Network,
    images: Floats,
    labels: Labels,
    *,
    loss: Loss,
    optimizer: Optimizer,
    gradient: FlatParams,
    training: bool = False,
) -> tuple[float, int]:
    """One step of learning; returns the batch's mean loss and how many it had right before.

    `training` is whether layers drop numbers and count statistics meanwhile.
    """
    trace = network.forward(images, training=training)
    logits = trace.logits
    batch_loss, d_logits = loss(logits, labels)
    network.backward(d_logits, trace, gradient)
    optimizer.step(network.parameters.flat, gradient.flat)
    return batch_loss, _right(logits, labels)


def _right(logits: Floats, labels: Labels) -> int:
    xp = namespace(logits)
    return int(xp.count_nonzero(xp.argmax(logits, axis=1) == labels))


def evaluate_loss(network: Network, digits: Digits, *, loss: Loss) -> tuple[float, float]:
    """Mean loss and accuracy over any number of digits."""
    total, right = 0.0, 0
    for start in range(0, len(digits.labels), network.chunk):
        labels = network.place.bring(digits.labels[start : start + network.chunk])
        images = network.place.bring(digits.images[start : start + network.chunk])
        logits = network.forward(images).logits
        total += loss(logits, labels)[0] * labels.shape[0]
        right += _right(logits, labels)
    return total / len(digits.labels), right / len(digits.labels)


@one_thread()
@keeping_memory()
@np.errstate(over="ignore", invalid="ignore")  # a diverging loss is reported in one sentence
def train(
    network: Network,
    training: Digits,
    validation: Digits,
    *,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    loss: Loss = cross_entropy,
    schedule: Callable[[float], float] = constant,
    augment: Distort | None = None,
    calm: tuple[float, Distort] | None = None,
    average: float = 0.0,
    keep_last: bool = False,
    pruner: Pruner | None = None,
    teacher: Teacher | None = None,
    on_step: Sequence[Callable[[StepReport], None]] = (),
    on_epoch: Sequence[Callable[[EpochReport], None]] = (),
    on_weights: Sequence[Callable[[int, Floats], None]] = (),
) -> History:
    """Train in place and leave the network at the epoch with the best validation accuracy,
    or, with `keep_last`, at the last one that was finished.

    `schedule` maps progress (0 at the first step, 1 behind the last) to a factor of the
    optimizer's learning rate. `augment` distorts the training images, as `batches` says. With
    `calm` = (part, other) the epochs of that last part are distorted by `other` instead.

    With `average` > 0 what is validated and kept are not the weights themselves but their
    running mean, a ← average · a + (1 − average) · w, faster while it is young: the weights
    circle around a valley whose middle generalizes better (Polyak & Juditsky 1992).

    A `pruner` takes weights out behind every step. A `teacher` is asked of every training digit
    before the first.

    `on_weights` is told of every step, 0 before the first, and of the parameters that would be
    kept if it were the last, live, where the network lives: whoever wants them later copies them.

    The digits are NumPy's; every batch is brought to where the network lives.

    Matrix products run on one thread meanwhile, in the whole process (`machine.one_thread`).

    Of equally accurate epochs the one with the smaller validation loss counts as better.
    A KeyboardInterrupt ends the loop; the returned History says so.
    Raises SettingsError when the loss is no longer a number (the learning rate is too high).
    """
    history = History()
    if teacher:
        training = teacher.asked(training)
    gradient = network.new_gradient()
    bring = network.place.bring
    best_params = namespace(gradient.flat).asarray(network.parameters.flat, copy=True)
    n_steps = -(-len(training.labels) // batch_size)
    n_with_class = max(1, np.count_nonzero(training.labels < len(network.class_names)))
    learning_rate = optimizer.learning_rate
    mean = RunningMean(network.parameters.flat, average) if average else None
    current = mean.mean if mean else network.parameters.flat
    for observe_weights in on_weights:
        observe_weights(0, current)
    try:
        for epoch in range(1, epochs + 1):
            loss_sum, n_right = 0.0, 0
            if calm and epoch > epochs * (1 - calm[0]):
                augment = calm[1]
            shuffled = batches(training, batch_size=batch_size, rng=rng, augment=augment)
            for step, batch in enumerate(shuffled, start=1):
                progress = (epoch - 1 + (step - 1) / n_steps) / epochs
                optimizer.learning_rate = learning_rate * schedule(progress)
                batch_loss, batch_right = train_step(
                    network,
                    bring(batch.images),
                    bring(batch.labels),
                    loss=teacher.lesson(loss, bring(batch.targets))
                    if teacher and batch.targets is not None
                    else loss,
                    optimizer=optimizer,
                    gradient=gradient,
                    training=True,
                )
                if pruner:
                    pruner.follow(progress)
                if mean:
                    mean.update(network.parameters.flat)
                if pruner:
                    pruner.apply(current)
                _require_finite(batch_loss, f"epoch {epoch}, step {step}")
                loss_sum += batch_loss * len(batch.labels)
                n_right += batch_right
                for observe_step in on_step:
                    observe_step(StepReport(epoch, step, n_steps, batch_loss))
                for observe_weights in on_weights:
                    observe_weights((epoch - 1) * n_steps + step, current)
            n = len(training.labels)
            if mean:
                mean.swap(network.parameters.flat)
            report = EpochReport(
                epoch,
                loss_sum / n,
                n_right / n_with_class,
                *evaluate_loss(network, validation, loss=loss),
            )
            _require_finite(report.validation_loss, f"behind epoch {epoch}")
            history.epochs.append(report)
            if keep_last or history.best_epoch == 0 or _rank(report) > _rank(history.best):
                history.best_epoch = epoch
                best_params[...] = network.parameters.flat
            if mean:
                mean.swap(network.parameters.flat)
            for observe_epoch in on_epoch:
                observe_epoch(report)
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        optimizer.learning_rate = learning_rate
    if history.best_epoch:
        network.parameters.flat[...] = best_params
    return history


def _require_finite(loss: float, when: str) -> None:
    if not np.isfinite(loss):
        raise SettingsError(
            f"the loss is no longer a number ({when}): the learning rate is too high; "
            "try a tenth of it with --learning-rate."
        )


class RunningMean:
    """An exponential mean of a vector; over the first steps it is nearly the plain mean."""

    def __init__(self, vector: Floats, decay: float) -> None:
        if not 0 <= decay < 1:
            raise SettingsError(f"average must be at least 0 and less than 1; got {decay}.")
        xp = namespace(vector)
        self.mean: Floats = xp.asarray(vector, copy=True)
        self._decay, self._steps, self._scratch = decay, 0, xp.empty_like(vector)

    def update(self, vector: Floats) -> None:
        """Take one more vector into the mean."""
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        namespace(vector).subtract(vector, self.mean, out=self._scratch)
        self._scratch *= 1 - decay
        self.mean += self._scratch

    def swap(self, vector: Floats) -> None:
        """Exchange the mean with the vector, in place; twice is as before."""
        self._scratch[...] = vector
        vector[...] = self.mean
        self.mean[...] = self._scratch


def _rank(report: EpochReport) -> tuple[float, float]:
    return report.validation_accuracy, -report.validation_loss

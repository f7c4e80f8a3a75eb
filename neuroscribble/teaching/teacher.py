"""Learning from a correction without forgetting the rest: rehearsal, measured and undoable.

Steps on one digit alone pull the network toward it, at the cost of others. So every step is
taken on a batch of copies of the correction AND old digits. The old digits keep the answers
that the network gave when it was opened (pseudo-rehearsal; Robins 1995): at first they cost
nothing, and they pull back whatever drifts, without teaching anything new by the way. Most copies
are blended with old digits of the right class (mixup; Zhang et al. 2018): a drawing that wakes
only few hidden units, or none, has hardly a gradient of its own. A probe of other digits, never
learned from, shows what was forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from ..data.batches import Digits
from ..data.sources import KnownDigits, NamedDigits
from ..errors import SettingsError
from ..machine import keeping_memory, one_thread
from ..nn.network import Network
from ..nn.outputs import Output
from ..shapes import CLASS_NAMES, N_CLASSES, Floats, Labels, check_shape
from ..training.loop import train_step
from ..training.optimizers import RMSProp
from .lessons import Lesson, ProbeChange, most_moved, probe_change

MOST_UNDOS = 100  # each keeps a copy of the network and of the optimizer's state
LESSON_COST, PROBE_COST = 2e9, 1e9  # multiplications that a forward pass of each may take
FEWEST_REPLAYED, FEWEST_PROBED = 28, 100


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a lesson is given; the defaults were chosen on digits held out of MNIST's training."""

    steps: int = 10
    learning_rate: float = 2e-4
    copies: int = 4  # of the correction in a mixed batch …
    blended: int = 3  # … so many of them blended with old digits of the right class
    blend: float = 0.7  # the largest share of the old digit in a blend
    replayed: int = 252  # old digits beside them
    warmup: int = 50  # batches from which RMSProp learns beforehand how large gradients are

    def __post_init__(self) -> None:
        for name in ("steps", "copies", "replayed"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} must be at least 1; got {getattr(self, name)}.")
        for name, most in (("blended", self.copies), ("warmup", 10_000), ("blend", 1)):
            if not 0 <= getattr(self, name) <= most:
                value = getattr(self, name)
                raise SettingsError(f"{name} must be between 0 and {most}; got {value}.")


def manner_for(network: Network) -> Manner:
    """The usual manner, with fewer old digits where a forward pass costs more.

    A correction then has a larger share of every step, so the rate falls with the square root of
    the batch (Malladi et al. 2022, arXiv:2205.10287, for RMSProp and Adam).
    """
    usual = Manner()
    affordable = int(LESSON_COST / (usual.steps * network.multiplications)) - usual.copies
    replayed = min(max(affordable, FEWEST_REPLAYED), usual.replayed)
    share = (usual.copies + replayed) / (usual.copies + usual.replayed)
    return replace(usual, replayed=replayed, learning_rate=usual.learning_rate * share**0.5)


@dataclass(frozen=True, eq=False)
class _Snapshot:
    params: Floats
    mean_square: Floats
    rng: Mapping[str, Any]
    answers: Labels


@dataclass
class Teacher:
    """Teaches one network, in place, one lesson at a time; lessons can be taken back."""

    network: Network
    replay: NamedDigits  # learned from again with every mixed lesson
    probe: NamedDigits  # only measured
    manner: Manner = field(default_factory=Manner)
    seed: int = 7  # of the choice of old digits
    lessons: list[Lesson] = field(default_factory=list, init=False)

    @one_thread()
    @keeping_memory()
    def __post_init__(self) -> None:
        names = self.network.class_names
        if names != CLASS_NAMES:
            raise SettingsError(
                "old digits are learned from again with each lesson, so the classes must be the "
                f"digits 0 to 9; this network has {len(names)}, {names[0]} to {names[-1]}."
            )
        self._rng = np.random.default_rng(self.seed)
        self._old_answers = self.network.probabilities(self.replay.digits.images)
        self._answers: Labels = self.network.predict(self.probe.digits.images)
        self._first_answers = self._answers
        self._gradient = self.network.new_gradient()
        self._optimizer = RMSProp(self.manner.learning_rate)
        self._past: deque[_Snapshot] = deque(maxlen=MOST_UNDOS)
        self._warm_up()

    @property
    def can_undo(self) -> bool:
        """Whether a lesson can be taken back: one of the last hundred."""
        return bool(self._past)

    @property
    def since_start(self) -> ProbeChange:
        """What all lessons together did to the probe."""
        return probe_change(self.probe.digits, self._first_answers, self._answers)

    @one_thread()
    @keeping_memory()
    def teach(self, image: Floats, label: int, *, mixed: bool = True) -> Lesson:
        """Some steps toward `label` for this image (784,), mixed with old digits or alone."""
        check_shape("image", image, self.network.input_shape)
        if label not in range(N_CLASSES):
            raise SettingsError(f"A label must be a whole number from 0 to 9; got {label}.")
        params = self.network.parameters.flat
        past = _Snapshot(
            params.copy(), self._mean_square.copy(), self._rng.bit_generator.state, self._answers
        )
        before = self.network.probabilities(image[None])[0]
        alone = image[None], _one_hot(label, like=params)
        for _ in range(self.manner.steps):
            self._step(*(self._mixture(image, label) if mixed else alone))
        self._answers = self.network.predict(self.probe.digits.images)
        lesson = Lesson(
            image=image.copy(),
            label=label,
            mixed=mixed,
            before=before,
            after=self.network.probabilities(image[None])[0],
            moved=most_moved(self.network, past.params),
            probe=probe_change(self.probe.digits, past.answers, self._answers),
        )
        self._past.append(past)
        self.lessons.append(lesson)
        return lesson

    def undo(self) -> Lesson:
        """Take the last lesson back, to the last bit; returns it.

        Raises SettingsError when there is none (any more).
        """
        if not self._past:
            raise SettingsError("there is no lesson that could be taken back.")
        past = self._past.pop()
        self.network.parameters.flat[...] = past.params
        self._mean_square[...] = past.mean_square
        self._rng.bit_generator.state = past.rng
        self._answers = past.answers
        return self.lessons.pop()

    def meta(self) -> dict[str, Any]:
        """The network's `meta` after the lessons: numbers measured before them are left out."""
        of_test = ("test", "confusion", "drawings")
        outdated = (*of_test, "validation_accuracy", "temperature", "novelty")
        kept = {key: value for key, value in self.network.meta.items() if key not in outdated}
        if not self.lessons:
            return dict(self.network.meta)
        taught = {
            "lessons": len(self.lessons),
            "mixed": sum(lesson.mixed for lesson in self.lessons),
            "labels": [lesson.label for lesson in self.lessons],
            "replayed": self.replay.name,
            "manner": asdict(self.manner),
        }
        earlier = kept.get("taught")
        return {**kept, "taught": [*(earlier if isinstance(earlier, list) else []), taught]}

    @property
    def _mean_square(self) -> Floats:
        return self._optimizer.state()["mean_square"]

    def _mixture(self, image: Floats, label: int) -> tuple[Floats, Floats]:
        """The correction and old digits: images (N, 784) and what to answer (N, K)."""
        digits, manner = self.replay.digits, self.manner
        old = self._rng.integers(len(digits), size=manner.replayed)
        mine = image[None].repeat(manner.copies, 0)
        same = np.flatnonzero(digits.labels == label)
        if len(same) and manner.blended:
            n = manner.blended
            share = self._rng.uniform(0, manner.blend, (n, 1)).astype(mine.dtype)
            mine[:n] += share * (digits.images[self._rng.choice(same, n)] - mine[:n])
        return (
            np.concatenate([mine, digits.images[old]]),
            np.concatenate(
                [_one_hot(label, like=mine).repeat(len(mine), 0), self._old_answers[old]]
            ),
        )

    def _step(self, images: Floats, targets: Floats) -> None:
        train_step(
            self.network,
            images,
            targets.argmax(axis=1),
            loss=partial(_toward, self.network.output, targets),
            optimizer=self._optimizer,
            gradient=self._gradient,
        )

    def _warm_up(self) -> None:
        """Let RMSProp see ordinary gradients first, at rate 0: its mean square starts at 0,
        and then even the tiniest gradient would count as much as the largest."""
        digits, manner = self.replay.digits, self.manner
        self._optimizer.learning_rate = 0.0
        one_hot = np.eye(N_CLASSES, dtype=self.network.parameters.flat.dtype)
        for _ in range(max(1, manner.warmup)):
            some = self._rng.integers(len(digits), size=manner.copies + manner.replayed)
            self._step(digits.images[some], one_hot[digits.labels[some]])
        if not manner.warmup:
            self._mean_square[...] = 0
        self._optimizer.learning_rate = manner.learning_rate


def _one_hot(label: int, *, like: Floats) -> Floats:
    target: Floats = np.zeros((1, N_CLASSES), dtype=like.dtype)
    target[0, label] = 1
    return target


def _toward(
    output: Output, targets: Floats, logits: Floats, labels: Labels
) -> tuple[float, Floats]:
    return output.loss(logits, targets)


def teacher_for(network: Network, known: KnownDigits) -> Teacher:
    """A teacher whose lessons take a moment, whatever a forward pass of its network costs.

    An expensive network is probed with fewer digits, the first ones.
    """
    affordable = max(int(PROBE_COST / network.multiplications), FEWEST_PROBED)
    digits = known.probe.digits
    few = digits.some(slice(affordable))
    return Teacher(network, known.replay, NamedDigits(known.probe.name, few), manner_for(network))


def ignore_progress(done: int, of: int) -> None:
    """Hear of progress and do nothing."""


def teach_all(
    teacher: Teacher,
    digits: Digits,
    *,
    mixed: bool = True,
    on_lesson: Callable[[int, int], None] = ignore_progress,
) -> list[Lesson]:
    """One lesson for every digit, in order."""
    lessons = []
    for done, (image, label) in enumerate(zip(digits.images, digits.labels, strict=True), start=1):
        lessons.append(teacher.teach(image, int(label), mixed=mixed))
        on_lesson(done, len(digits))
    return lessons

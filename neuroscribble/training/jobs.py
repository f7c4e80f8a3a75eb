"""Whole jobs: train and measure, evaluate. Quiet; observers are told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import HERE
from ..data.batches import Digits, grey_levels, split
from ..data.mixture import Mixture, joined, mix
from ..data.sources import NamedDigits
from ..errors import SettingsError
from ..interrupts import undisturbed
from ..machine import one_thread
from ..nn.balance import balance
from ..nn.checkpoints import Education
from ..nn.folding import folded
from ..nn.losses import Loss, SmoothedCrossEntropy, cross_entropy
from ..nn.network import Network
from ..shapes import CLASS_NAMES, Floats
from .augment import Augment
from .calibration import (
    calibrate,
    expected_calibration_error,
    fit_temperature,
    stored_temperature,
)
from .devices import find_place, telling_of_memory
from .distillation import Teacher
from .history import Keeper
from .loop import SCHEDULES, EpochReport, History, StepReport, train
from .metrics import accuracy, class_reports, confusion_matrix
from .novelty import fit_novelty
from .optimizers import make_optimizer
from .pruning import SEEN, Pruner
from .recipes import Recipe

MOST_CLASSES = 100  # of a confusion matrix that a file keeps


@dataclass(frozen=True)
class TrainingRun:
    """A trained network, how it got there, and how it does on digits it has never seen."""

    network: Network
    history: History
    test_accuracy: float
    confusion: np.ndarray[Any, np.dtype[np.int64]]
    education: Education | None = None  # where it was asked for


@dataclass(frozen=True)
class Also:
    """Digits that are learned from besides the training digits, each several times an epoch."""

    digits: NamedDigits
    times: int


@one_thread()  # what follows the training as well: two threads spin more than they save
def train_and_measure(
    recipe: Recipe,
    training: NamedDigits,
    test: NamedDigits,
    *,
    also: Also | None = None,
    teacher: Network | None = None,
    data: str | Path | None = None,
    on_step: Callable[[StepReport], None],
    on_epoch: Callable[[EpochReport], None],
    on_mixture: Callable[[Mixture], None] = lambda mixture: None,
    on_weights: Sequence[Callable[[int, Floats], None]] = (),
    keep_history: bool = False,
    device: str = "cpu",
    on_device: Callable[[str], None] = lambda sentence: None,
    on_impatience: Callable[[], None] = lambda: None,
) -> TrainingRun:
    """Train by `recipe`, then measure on `test`; the network's `meta` tells all about it.

    A Ctrl-C ends the training; another one, while what was learned is measured, only calls
    `on_impatience`.

    The network has an output for every class of `training`, which `test` must have as well.

    One seed drives everything random. The test digits choose nothing: the best epoch is the best
    on validation digits taken from `training` (unless the recipe keeps the last), and they fit
    the temperature, too. Nothing of `also` is held out for validation. `teacher` is the network in
    the file that the recipe names. `data` is where the recipe's pendigits are looked for;
    `on_mixture` is told what there is to learn from. With `keep_history` the run has the network's
    education, measured on the validation digits. It is trained on `device`, one of DEVICES, of
    which `on_device` is told, and comes back to NumPy.
    Raises SettingsError for `also` or a teacher with other classes than the training's, DeviceError
    for a device that is not there or too small, and KeyboardInterrupt when the first epoch was not
    finished: then there is no result.
    """
    names = training.class_names or CLASS_NAMES
    if also is not None and also.digits.class_names != names:
        raise SettingsError(
            f"{also.digits.name} are digits, but {training.name} has the classes "
            f"{', '.join(names[:10])}; train without --also."
        )
    if teacher is not None and teacher.class_names != names:
        raise SettingsError(
            f"the teacher tells {len(teacher.class_names)} classes apart, "
            f"{', '.join(teacher.class_names[:10])}; {training.name} has "
            f"{', '.join(names[:10])}."
        )
    rng = np.random.default_rng(recipe.seed)
    network = recipe.network(names, rng)
    learning, validation = split(training.digits, n_validation=recipe.n_validation, rng=rng)
    mixture = mix(
        learning,
        n_pen=recipe.n_pen,
        n_pendigits=recipe.n_pendigits,
        n_nonsense=recipe.n_nonsense,
        n_wide=recipe.n_wide,
        n_unfinished=recipe.n_unfinished,
        data=data,
        class_names=names,
        rng=rng,
    )
    on_mixture(mixture)
    work = recipe.batch_size * network.multiplications
    place, sentence = find_place(device, multiplications=work)
    on_device(sentence)
    network = network.to(place)
    augment, calm = _distorting(recipe, rng)
    shown = mixture.digits if also is None else _with_also(mixture.digits, also)
    steps_per_epoch = -(-len(shown.labels) // recipe.batch_size)
    keeper = Keeper(steps_per_epoch, recipe.epochs, network.parameters.flat.shape[0])
    learn = telling_of_memory(recipe.batch_size)(train)
    history = learn(
        network,
        shown,
        validation,
        optimizer=make_optimizer(recipe.optimizer, recipe.learning_rate),
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        rng=rng,
        loss=_loss(recipe),
        schedule=SCHEDULES[recipe.schedule],
        augment=augment,
        calm=calm,
        average=recipe.average,
        keep_last=recipe.keep_last,
        pruner=Pruner(network, recipe.edges, shown.some(slice(SEEN)).images)
        if recipe.edges
        else None,
        teacher=Teacher(teacher, recipe.teacher_share, recipe.teacher_temperature)
        if teacher
        else None,
        on_step=[on_step],
        on_epoch=[on_epoch],
        on_weights=[*([keeper.note] if keep_history else []), *on_weights],
    )
    if not history.best_epoch:
        raise KeyboardInterrupt
    with undisturbed(on_impatience):
        learned = network.to(HERE)
        network = folded(learned)
        halvings = balance(network, mixture.digits.images)
        predicted = network.predict(test.digits.images)
        confusion = confusion_matrix(predicted, test.digits.labels, n_classes=len(names))
        test_accuracy = accuracy(predicted, test.digits.labels)
        network.meta = {
            "name": "NeuroScribble " + "→".join(str(n) for n in network.layer_sizes),
            "recipe": recipe.as_meta(),
            "trained_on": {
                "name": training.name,
                "sha256": fingerprint(training.digits),
                **mixture.as_meta(),
            },
            **({} if also is None else {"also": _also_meta(also)}),
            **({} if teacher is None else {"teacher": _teacher_meta(teacher)}),
            "best_epoch": history.best_epoch,
            "epochs_run": len(history.epochs),
            "interrupted": history.interrupted,
            "validation_accuracy": history.best.validation_accuracy,
            "test": {"name": test.name, "n": len(test.digits.labels), "accuracy": test_accuracy},
            "temperature": fit_temperature(network.logits(validation.images), validation.labels),
        }
        if len(names) <= MOST_CLASSES:
            network.meta["confusion"] = confusion.tolist()
        network.meta["novelty"] = fit_novelty(network, validation.images)  # at that temperature
        if not keeper.kept:
            return TrainingRun(network, history, test_accuracy, confusion)
        education = keeper.education(
            network,
            validation,
            learned=learned,
            name=training.name,
            last_step=history.best_epoch * steps_per_epoch,
            halvings=halvings,
        )
        return TrainingRun(network, history, test_accuracy, confusion, education)


def _with_also(learning: Digits, also: Also) -> Digits:
    digits = also.digits.digits
    return Digits(
        joined([learning.pixels, digits.pixels.repeat(also.times, axis=0)]),
        np.concatenate([learning.labels, digits.labels.repeat(also.times)]),
    )


def _also_meta(also: Also) -> dict[str, Any]:
    digits = also.digits.digits
    return {
        "name": also.digits.name,
        "n": len(digits),
        "times": also.times,
        "sha256": fingerprint(digits),
    }


def _teacher_meta(teacher: Network) -> dict[str, Any]:
    return {"name": teacher.meta.get("name", "a network"), "sha256": teacher.fingerprint()}


def _distorting(
    recipe: Recipe, rng: np.random.Generator
) -> tuple[Augment | None, tuple[float, Augment] | None]:
    """What distorts at first, and from when on what distorts half as much."""
    if recipe.distortions is None:
        return None, None
    augment = Augment(recipe.distortions, rng=rng)
    if not recipe.calm:
        return augment, None
    return augment, (recipe.calm, Augment(recipe.distortions.times(0.5), rng=rng))


def _loss(recipe: Recipe) -> Loss:
    plain = not (recipe.smoothing or recipe.n_nonsense or recipe.n_unfinished)
    return cross_entropy if plain else SmoothedCrossEntropy(recipe.smoothing)


def fingerprint(digits: Digits) -> str:
    """SHA-256 of the images as 8-bit grey levels and of the labels, in order.

    Labels are bytes, or eight bytes each where one does not fit into one.
    """
    digest = hashlib.sha256()
    for start in range(0, len(digits), 1000):  # a part at a time stays in the processor's cache
        digest.update(grey_levels(digits.pixels[start : start + 1000]).tobytes())
    kind = np.uint8 if digits.labels.max(initial=0) < 256 else np.dtype("<i8")
    digest.update(digits.labels.astype(kind).tobytes())
    return digest.hexdigest()


def evaluate(network: Network, test: NamedDigits) -> dict[str, Any]:
    """Accuracy, loss, a line for every class and the confusion matrix, as plain values.

    Labels number the network's classes. The calibration error is None for a network whose file
    tells no temperature.
    """
    labels = test.digits.labels
    logits = network.logits(test.digits.images)
    predicted = network.output.classes(logits)
    confusion = confusion_matrix(predicted, labels, n_classes=len(network.class_names))
    calibration_error, temperature = None, stored_temperature(network)
    if temperature is not None:
        calibration_error = expected_calibration_error(calibrate(logits, temperature), labels)
    return {
        "data": test.name,
        "found": test.found,
        "n": len(labels),
        "accuracy": accuracy(predicted, labels),
        "loss": network.output.loss(logits, network.output.targets(labels, logits.shape[1]))[0],
        "calibration_error": calibration_error,
        "classes": {
            name: {"count": c.count, "recall": c.recall, "precision": c.precision}
            for name, c in zip(network.class_names, class_reports(confusion), strict=True)
        },
        "confusion": confusion.tolist(),
    }

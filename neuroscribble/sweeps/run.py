"""One run, as a worker does it: read what it learns from, once; train; say what came of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from ..data.sources import NamedDigits, load_digits
from ..errors import DataError
from ..explain.usual import note_usual
from ..formats.storage import load_network, network_bytes
from ..machine import one_thread
from ..parallel import on_this_thread
from ..shapes import CLASS_NAMES
from ..teaching.corrections import correction_digits, load_corrections
from ..training.jobs import Also, fingerprint, train_and_measure
from ..training.recipes import Recipe

_reading = Lock()  # a worker of several threads reads once, too


@dataclass(frozen=True, kw_only=True)
class Materials:
    """What a run learns from, by name: each worker reads it by itself."""

    data: str | None
    classes: str | None
    also: str | None  # folder of corrections
    teacher: str | None  # file of a network


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything that a run depends on."""

    recipe: Recipe
    materials: Materials
    also_times: int
    device: str = "cpu"

    def fingerprint(self, facts: str) -> str:
        """Equal jobs on equal materials, and only these, have equal ones. facts: of materials."""
        settings = {**self.recipe.as_meta(), "teacher": None}  # its name does not matter
        times = self.also_times if self.materials.also else 0
        text = json.dumps([settings, times, self.device, facts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a run: shares of digits read right, and the network as the bytes of a file."""

    validation_accuracy: float
    test_accuracy: float
    best_epoch: int
    seconds: float  # without reading what it learns from
    missing: str | None  # what the recipe wants to learn from and is not there
    network: bytes

    def numbers(self) -> dict[str, Any]:
        """All but the network."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "network"
        }


def facts_of(materials: Materials) -> str:
    """A fingerprint of what the names stand for here, and of the program that reads it."""
    training, test, digest = _digits(materials.data, materials.classes)
    also = None if materials.also is None else fingerprint(_also(materials.also).digits)
    teacher = None if materials.teacher is None else load_network(materials.teacher).fingerprint()
    facts = [metadata.version("neuroscribble"), digest, training.class_names, also, teacher]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def run(job: Job, facts: str) -> Outcome:
    """Train by the job on this thread alone.

    Raises DataError where its materials are others than those that `facts` tells of.
    """
    materials = job.materials
    if facts_of(materials) != facts:
        raise DataError(
            f"A worker reads other data under the name {materials.data or 'MNIST'} than the first "
            "one, or has another version of neuroscribble; expected the same on every machine."
        )
    training, test, _ = _digits(materials.data, materials.classes)
    also = None
    if materials.also is not None:
        also = Also(_also(materials.also), job.also_times)
    missing: list[str | None] = []
    began = perf_counter()
    with on_this_thread(), one_thread():
        trained = train_and_measure(
            job.recipe.for_set_of(len(training.digits)),
            training,
            test,
            also=also,
            teacher=None if materials.teacher is None else load_network(materials.teacher),
            data=materials.data,
            device=job.device,
            on_step=lambda report: None,
            on_epoch=lambda report: None,
            on_mixture=lambda mixture: missing.append(mixture.missing),
        )
        note_usual(trained.network, training)
        content = network_bytes(trained.network)
    return Outcome(
        validation_accuracy=trained.history.best.validation_accuracy,
        test_accuracy=trained.test_accuracy,
        best_epoch=trained.history.best_epoch,
        seconds=round(perf_counter() - began, 3),
        missing=missing[0],
        network=content,
    )


def _digits(data: str | None, classes: str | None) -> tuple[NamedDigits, NamedDigits, str]:
    with _reading:
        return _digits_read_once(data, classes)


@cache
def _digits_read_once(
    data: str | None, classes: str | None
) -> tuple[NamedDigits, NamedDigits, str]:
    training, test = load_digits(data, classes=classes)
    return training, test, fingerprint(training.digits) + fingerprint(test.digits)


def _also(folder: str) -> NamedDigits:
    corrected = correction_digits(load_corrections(Path(folder)))
    return NamedDigits(f"corrections in {Path(folder).name}", corrected, CLASS_NAMES)

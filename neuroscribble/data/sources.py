"""Digits under one name, whatever their source: data that people have, or our own pen digits."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from ..errors import DataError, SettingsError
from ..shapes import CLASS_NAMES
from .batches import Digits
from .download import FOLDER_VARIABLE
from .forms.classes import Names, given_names, names_of
from .forms.found import Found, Part, Split
from .mnist import MNIST, find_digits, is_official
from .pen import pen_digits

PEN = "pen"  # the value of --data that asks for digits drawn by the program itself
N_PEN_TRAINING = 30_000
N_PEN_TEST = 5_000
N_REPLAY, N_PROBE = 2_000, 500  # digits that the drawing window replays and probes with
PEN_TRAINING_SEED, PEN_TEST_SEED = 784, 1284  # two streams: no digit is in both
PARTS: dict[Split, str] = {"train": "training", "test": "test"}


@dataclass(frozen=True)
class NamedDigits:
    """Digits and the words under which they appear in `meta` and on pictures."""

    name: str
    digits: Digits
    class_names: tuple[str, ...] | None = CLASS_NAMES  # of labels 0, 1, …; None: nobody told them
    found: str = ""  # a sentence for people: where they were found, and in which form

    @property
    def noun(self) -> str:
        """What they are called in a sentence."""
        return "digits" if self.class_names == CLASS_NAMES else "pictures"


def load_digits(
    data: str | Path | None, *, classes: str | None = None, progress: bool = False
) -> tuple[NamedDigits, NamedDigits]:
    """(training, test): MNIST's, those that `data` names, or freshly drawn ones for `data="pen"`.

    The labels of both number the same class names, which are never None here. `classes` names
    them, as given_names says; else the data or a file beside them may tell, else they are counted.
    Raises DataError for data that cannot be read, whatever the reason.
    """
    if str(data) == PEN:
        _require_no_names(classes)
        return (
            _pen("pen training", N_PEN_TRAINING, PEN_TRAINING_SEED),
            _pen("pen test", N_PEN_TEST, PEN_TEST_SEED),
        )
    found = find_digits(data, progress=progress)
    training, test = _named(found, "train", classes), _named(found, "test", classes)
    names = training.class_names or _counted(training, test)
    return replace(training, class_names=names), with_classes(test, names, whose=training.name)


def load_test_digits(
    data: str | Path | None, *, classes: str | None = None, progress: bool = False
) -> NamedDigits:
    """The test digits alone, as load_digits says; class names are None where nobody told them."""
    if str(data) == PEN:
        _require_no_names(classes)
        return _pen("pen test", N_PEN_TEST, PEN_TEST_SEED)
    return _named(find_digits(data, progress=progress), "test", classes)


def with_classes(named: NamedDigits, class_names: tuple[str, ...], *, whose: str) -> NamedDigits:
    """The same digits, their labels numbering `class_names`: matched by name, where they have one.

    Raises DataError when a class occurs that is not among them.
    """
    labels = named.digits.labels
    own = named.class_names or tuple(map(str, range(int(labels.max()) + 1)))
    places = {name: place for place, name in enumerate(class_names)}
    if named.class_names is None:
        table = np.array([place if place < len(class_names) else -1 for place in range(len(own))])
    else:
        table = np.array([places.get(name, -1) for name in own])
    matched = table[labels]
    if matched.min() < 0:
        unknown = own[int(labels[matched < 0].min())]
        raise DataError(
            f"{named.name} has the class {unknown!r}, which {whose} does not have (it has "
            f"{_some_of(class_names)}); choose what fits together, or name the classes with "
            "--classes."
        )
    digits = Digits(named.digits.pixels, matched.astype(np.int64))
    return replace(named, digits=digits, class_names=class_names)


@dataclass(frozen=True)
class KnownDigits:
    """Digits that a network has learned and shall not forget: some to replay, others to probe."""

    replay: NamedDigits
    probe: NamedDigits


def digits_at_hand() -> str | Path:
    """Where digits are without fetching any: MNIST on this machine, else PEN.

    A folder that the environment variable names is taken at its word.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return named
    cache = user_cache_path("neuroscribble") / "mnist"
    return cache if all((cache / f.name).is_file() for f in MNIST.files) else PEN


def load_known_digits(data: str | Path | None = None) -> KnownDigits:
    """MNIST's, if this machine has them already, else pen digits; nothing is downloaded.

    Those to replay come from the training digits, those of the probe from the test digits.
    Raises DataError when `data`, or the environment variable, names what holds no digits.
    """
    named = data or os.environ.get(FOLDER_VARIABLE) or None
    folder = named or digits_at_hand()
    if str(folder) != PEN:
        try:
            training, test = (
                with_classes(each, CLASS_NAMES, whose="a lesson in digits")
                for each in load_digits(folder)
            )
            return KnownDigits(
                _some(training, N_REPLAY, PEN_TRAINING_SEED), _some(test, N_PROBE, PEN_TEST_SEED)
            )
        except DataError:
            if named:  # else a broken cache, which the next training mends
                raise
    return KnownDigits(
        _pen("pen training", N_REPLAY, PEN_TRAINING_SEED), _pen("pen test", N_PROBE, PEN_TEST_SEED)
    )


def _named(found: Found, split: Split, classes: str | None) -> NamedDigits:
    """One part with the names of its classes, if anybody tells them."""
    part = found.read(split)
    official = is_official(part, split)
    names: Names | None
    if classes is not None:
        names, told_by = given_names(classes), "--classes"
    elif official:
        names, told_by = dict(enumerate(CLASS_NAMES)), ""
    else:
        names, told_by = names_of(found, part.place)
    labels = part.labels
    if names is not None:
        numbers = {label: number for number, label in enumerate(sorted(names))}
        table = np.array([numbers.get(label, -1) for label in range(int(labels.max()) + 1)])
        labels = table[labels]
        if labels.min() < 0:
            unnamed = part.labels[labels < 0].min()
            raise DataError(
                f"{part.place} has the label {unnamed}, but {told_by or 'MNIST'} names "
                f"{len(names)} classes, {_some_of(tuple(names.values()))}, for labels "
                f"{min(names)} to {max(names)}; name all of them with --classes."
            )
    return NamedDigits(
        f"{'MNIST' if official else found.name} {PARTS[split]}",
        Digits(part.images, labels),
        None if names is None else tuple(names[label] for label in sorted(names)),
        _sentence(found, part, split, official, told_by),
    )


def _sentence(found: Found, part: Part, split: Split, official: bool, told_by: str) -> str:
    known = "MNIST's official ones"
    facts = [f"{known}, checked" if official else f"not {known}, so unchecked"]
    facts += [f"class names from {told_by}"] if told_by else []
    facts += [part.note] if part.note else []
    what = "digits" if official else "pictures"
    return (
        f"Read {len(part):,} {PARTS[split]} {what} from {part.place} ({found.form}): "
        f"{'; '.join(facts)}."
    )


def _counted(training: NamedDigits, test: NamedDigits) -> tuple[str, ...]:
    """Names for classes that nobody named; raises DataError where the labels look wrong."""
    labels = np.unique(np.concatenate([training.digits.labels, test.digits.labels]))
    n_classes = int(labels[-1]) + 1
    if n_classes < 2 or n_classes > 2 * len(labels):
        raise DataError(
            f"{training.name} has {len(labels)} different labels up to {labels[-1]}; expected "
            "most of 0, 1, 2 and so on, at least two. Name the classes with --classes if this is "
            "meant."
        )
    return tuple(map(str, range(n_classes)))


def _some_of(names: tuple[str, ...]) -> str:
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")


def _require_no_names(classes: str | None) -> None:
    if classes is not None:
        raise SettingsError("--classes is for your own data; pen digits have their names.")


def _some(named: NamedDigits, n: int, seed: int) -> NamedDigits:
    """n of the digits, chosen at random, always the same."""
    chosen = np.random.default_rng(seed).permutation(len(named.digits))[:n]
    return replace(named, digits=named.digits.some(chosen))


def _pen(name: str, n: int, seed: int) -> NamedDigits:
    return NamedDigits(name, Digits(*pen_digits(n, rng=np.random.default_rng(seed))))

"""What every form gives: two parts, read when they are asked for, each checked in the same way."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...shapes import IMAGE_SIZE, N_PIXELS

Split = Literal["train", "test"]

MAX_PICTURES = 1_000_000  # in one part; the largest set like MNIST, EMNIST by class, has 697,932
MAX_LABEL = 255
SPLIT_SEED = 1998
SET_ASIDE = 7  # one picture in seven becomes a test picture, as in MNIST
WAYS_ON = (
    "Name other data with --data or NEUROSCRIBBLE_DATA, or use the digits that come along with "
    "--data pen."
)


@dataclass(frozen=True, eq=False)
class Part:
    """Pictures of one part with their labels, as the files number them."""

    images: NDArray[np.uint8]  # (N, 784), 0 for paper to 255 for ink
    labels: NDArray[np.int64]  # (N,), 0..255
    place: Path  # the file or folder that was read
    note: str = ""  # what else was done, in a few words

    def __len__(self) -> int:
        return len(self.images)

    def sha256_in_order(self) -> str:
        """Of all pictures, one behind the other, and behind them their labels: soon computed."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).data)
        digest.update(self.labels.astype(np.uint8).data)
        return digest.hexdigest()

    def sha256(self) -> str:
        """Of all pictures with their labels, whatever their form and their order."""
        rows = np.column_stack([self.images, self.labels.astype(np.uint8)])  # (N, 785)
        digests = sorted(hashlib.sha256(row).digest() for row in rows)
        return hashlib.sha256(b"".join(digests)).hexdigest()


def checked_part(
    images: NDArray[np.uint8], labels: NDArray[Any], place: Path, *, note: str = ""
) -> Part:
    """Pictures (N, 28, 28), (N, 28, 28, 1) or (N, 784) and labels (N,) that fit together.

    Raises DataError for anything else.
    """
    n = len(images)
    if images.shape[1:] not in ((IMAGE_SIZE, IMAGE_SIZE), (IMAGE_SIZE, IMAGE_SIZE, 1), (N_PIXELS,)):
        raise DataError(
            f"{place} must hold pictures of shape (N, {IMAGE_SIZE}, {IMAGE_SIZE}); "
            f"got {images.shape}."
        )
    if not n:
        raise DataError(f"{place} must hold at least one picture; got none.")
    if labels.shape != (n,):
        raise DataError(
            f"{place} must hold one label for each of {n:,} pictures; got shape {labels.shape}."
        )
    if labels.min() < 0 or labels.max() > MAX_LABEL:
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise DataError(f"{place} must hold labels from 0 to {MAX_LABEL}; got {wrong}.")
    return Part(images.reshape(n, N_PIXELS), labels.astype(np.int64), place, note)


def require_modest(n_pictures: int, place: Path) -> None:
    """Raise DataError for more pictures than are read, before any memory is taken for them."""
    if n_pictures > MAX_PICTURES:
        raise DataError(
            f"{place} claims {n_pictures:,} pictures; at most {MAX_PICTURES:,} are read."
        )


@contextmanager
def telling_ways_on() -> Iterator[None]:
    """Add what to do to a DataError that names no option of its own."""
    try:
        yield
    except DataError as error:
        if "--" in str(error):
            raise
        raise DataError(f"{error} {WAYS_ON}") from error


@dataclass(frozen=True, eq=False)
class Found:
    """A set of pictures in one of the forms; nothing but its outline has been read yet."""

    form: str  # "idx files", for people
    name: str  # of the set, after its files or its folder
    train: Callable[[], Part] | None
    test: Callable[[], Part] | None
    class_names: Mapping[int, str] | None = None  # of each label, where the data tell
    names_from: str = ""  # what told them

    def read(self, split: Split) -> Part:
        """One of the parts. Of a set without a test part one picture in seven is set aside.

        Raises DataError for whatever is wrong with the files.
        """
        with telling_ways_on():
            if split == "test" and self.test is not None:
                return self.test()
            if self.train is None:
                raise DataError(f"{self.name} holds test pictures only, none to learn from.")
            if split == "train" and self.test is not None:
                return self.train()
            return self._halves[split]

    @cached_property
    def _halves(self) -> dict[Split, Part]:
        """The whole set, shuffled by a fixed seed and cut in two."""
        assert self.train is not None
        whole = self.train()
        n_test = len(whole) // SET_ASIDE
        if not n_test:
            raise DataError(
                f"{whole.place} has no test part and only {len(whole)} pictures; at least "
                f"{SET_ASIDE} are needed to set some aside."
            )
        order = np.random.default_rng(SPLIT_SEED).permutation(len(whole))
        note = f"one in {SET_ASIDE} of its {len(whole):,} set aside as test, seed {SPLIT_SEED}"
        chosen: dict[Split, NDArray[np.intp]] = {"train": order[n_test:], "test": order[:n_test]}
        return {
            split: replace(
                whole,
                images=whole.images[which],
                labels=whole.labels[which],
                note="; ".join(filter(None, [whole.note, note])),
            )
            for split, which in chosen.items()
        }


def part_and_set(name: str) -> tuple[Split | None, str]:
    """Which part a file's name says it is, and what is left as the name of its set.

    >>> part_and_set("emnist-letters-train.csv")
    ('train', 'emnist-letters')
    """
    stem = re.sub(r"(\.(csv|gz|parquet|txt))+$", "", name, flags=re.I)
    stem = re.sub(r"-\d+-of-\d+$", "", stem)  # one of several Parquet files of a part
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", stem).lower()
    said = re.search(r"(?<![a-z])(train|test|t10k)(ing)?(?![a-z])", words)
    if said is None:
        return None, stem
    rest = (words[: said.start()] + words[said.end() :]).strip("-_. ")
    return ("train" if said[1] == "train" else "test"), rest


def only_set(names: Iterable[str], where: Path) -> str:
    """The one name; raises DataError when there are several sets to choose from."""
    sets = sorted(set(names))
    if len(sets) > 1:
        shown = ", ".join(name or "one without a name" for name in sets[:8])
        raise DataError(
            f"{where} holds {len(sets)} sets ({shown}); name one of their files with --data."
        )
    return sets[0]


def is_emnist(name: str) -> bool:
    """EMNIST's idx and CSV files have rows and columns exchanged."""
    return "emnist" in name.lower()


UPRIGHT = "EMNIST's rows and columns exchanged, so that its pictures stand upright"


def upright(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures (N, 28, 28) or (N, 784) with rows and columns exchanged, (N, 784)."""
    squares = images.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    return np.ascontiguousarray(squares.transpose(0, 2, 1)).reshape(-1, N_PIXELS)

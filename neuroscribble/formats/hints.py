"""What a person says of a file that the file does not say itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingsError, WeightsError

MAX_ARCHITECTURE = 2**20  # bytes
ORIENTATIONS = ("in-out", "out-in")


class NeedsHint(WeightsError):
    """The sentence says itself what to do: another one after it would only be in the way."""


@dataclass(frozen=True)
class Hints:
    """Nothing is known at first; each one that is given is believed.

    Raises SettingsError for an orientation that is none.
    """

    activation: str | None = None  # between the layers, as in "relu" or "leaky relu 0.1"
    architecture: tuple[str, ...] | None = None  # the layers in order, in words
    orientation: str | None = None  # of weight matrices: "in-out" or "out-in"
    words: str | None = None  # of the input, as in "28x28 in 0..255, dark ink"

    def __post_init__(self) -> None:
        if self.orientation not in (None, *ORIENTATIONS):
            raise SettingsError(
                f"--orientation must be {' or '.join(ORIENTATIONS)}; got {self.orientation!r}."
            )

    @property
    def rows_are_inputs(self) -> bool | None:
        """Whether a weight matrix has a row for each input; None if nobody said so."""
        return None if self.orientation is None else self.orientation == "in-out"


def make_hints(
    *,
    activation: str | None = None,
    architecture: str | Path | None = None,
    orientation: str | None = None,
    words: str | None = None,
) -> Hints:
    """Hints as they are typed: an architecture is a file's name, an orientation "(out, in)"."""
    if orientation is not None:
        orientation = "-".join(re.findall(r"in|out", orientation.lower())) or orientation
    layers = None if architecture is None else read_architecture(architecture)
    return Hints(activation, layers, orientation, words)


def read_architecture(path: str | Path) -> tuple[str, ...]:
    """The layers in a JSON file such as ["conv1 padding 1", "relu", "maxpool 2", "flatten", "fc1"].

    Raises SettingsError for whatever is no such list.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_ARCHITECTURE + 1)
        layers = json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"--architecture {path} cannot be read ({error}).") from error
    if not isinstance(layers, list) or not layers or not all(isinstance(x, str) for x in layers):
        raise SettingsError(
            f"--architecture {path} must be a JSON list of layers in words, such as "
            '["conv1 padding 1", "relu", "maxpool 2", "flatten", "fc1"].'
        )
    return tuple(layers)

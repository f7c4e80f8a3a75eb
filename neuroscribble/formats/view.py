"""Where the framework's numbers are among ours, and what is still to be done with them.

`View.view` is an array of the framework's shape that says, for each of its numbers, which number of
ours it is (maps are (row, column, channel) here). Reshaping and transposing only move indices. An
affine map of the numbers waits in `scale` and `shift`, in our order, until a layer takes it in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from ..inputs import InputSpec, guess_shape, read_words
from ..shapes import Floats

MAX_NUMBERS = 2**20  # behind one layer, for one sample
SMALL_FACTOR = 1 / 64  # an input multiplied with less is one of grey levels from 0 to 255


class View:
    """The numbers of one sample, as the framework sees them, at first those of the input.

    channels_first: how the framework lays out maps. words: what a person says of the input, as in
    `inputs.read_words`. grey_levels: the file says that it reads whole numbers from 0 to 255.
    """

    def __init__(
        self,
        shape: Sequence[int],
        *,
        channels_first: bool,
        words: str | None = None,
        grey_levels: bool = False,
    ) -> None:
        self.channels_first = channels_first
        self.spec: InputSpec | None = None  # of the input, known as soon as it is left
        self._words, self._grey_levels = words, grey_levels
        self.view: NDArray[np.int32] = np.zeros(0, np.int32)
        self._begin(tuple(shape))
        self.scale: Floats = np.ones(self.n_numbers)
        self.shift: Floats = np.zeros(self.n_numbers)

    @property
    def is_input(self) -> bool:
        """Whether no layer has come yet."""
        return self.spec is None

    def _begin(self, shape: tuple[int, ...]) -> None:
        """The input of this shape; of maps, our order is rows, columns, channels."""
        self._require_modest(shape, "the input")
        self._shape: tuple[int, ...] = ()  # ours, of a sample behind the last layer
        if self._are_maps(shape) and shape[2] in (1, 3) and shape[0] not in (1, 3):
            self._shape = shape  # the input alone has its channels last
            self.view = np.arange(math.prod(shape), dtype=np.int32).reshape(shape)
        else:
            self._lay_out(shape[1:] + shape[:1] if self._are_maps(shape) else shape)

    def _are_maps(self, shape: tuple[int, ...]) -> bool:
        """Whether the framework's order of axes is another one than ours."""
        return self.channels_first and len(shape) == 3

    def _lay_out(self, shape: tuple[int, ...]) -> None:
        """Numbers of this shape of ours, seen as the framework sees such."""
        self._shape = shape
        view = np.arange(math.prod(shape), dtype=np.int32).reshape(shape)
        self.view = view.transpose(2, 0, 1) if self._are_maps(shape) else view

    def _leave_input(self) -> None:
        """The first layer comes: what the network expects is known, and where ink is put in."""
        if self.spec is not None:
            return
        picture = self._shape[:2] if self._shape[2:] == (1,) else self._shape
        if len(picture) < 3 and 1 in picture or len(picture) == 1:
            picture = guess_shape(self.n_numbers)
        guess = InputSpec(shape=picture)
        if guess.is_picture and (self._grey_levels or np.abs(self.scale).max() <= SMALL_FACTOR):
            guess = replace(guess, high=255.0)
        spec = guess if self._words is None else read_words(self._words, guess)
        if spec.n_inputs != self.n_numbers:
            raise WeightsError(
                f"--input says {'x'.join(map(str, spec.shape))}, which is {spec.n_inputs:,} "
                f"numbers, but the network has {self.n_numbers:,} inputs."
            )
        self.spec = spec
        factor, term = (np.resize(numbers, self.n_numbers) for numbers in spec.scaling())
        self.scale, self.shift = self.scale * factor, self.scale * term + self.shift

    @property
    def n_numbers(self) -> int:
        return self.view.size

    def reshape(self, shape: Sequence[int]) -> None:
        """As NumPy's reshape, of the framework's array without its batch axis; one may be −1."""
        try:
            self.view = self.view.reshape(tuple(shape))
        except (ValueError, TypeError, OverflowError):
            raise WeightsError(
                f"{self.n_numbers} numbers of shape {self.view.shape} cannot be given the shape "
                f"{tuple(shape)}."
            ) from None

    def transpose(self, axes: Sequence[int]) -> None:
        """As NumPy's transpose, of the framework's array without its batch axis."""
        if sorted(axes) != list(range(self.view.ndim)):
            raise WeightsError(f"axes {tuple(axes)} do not fit an array of {self.view.ndim} axes.")
        self.view = self.view.transpose(tuple(axes))

    def flatten(self) -> None:
        self.reshape((-1,))

    def affine(self, scale: Any, shift: Any) -> None:
        """x ← scale · x + shift, numbers that can be broadcast to the framework's array."""
        try:
            factors = np.broadcast_to(np.asarray(scale, np.float64), self.view.shape)
            terms = np.broadcast_to(np.asarray(shift, np.float64), self.view.shape)
        except ValueError:
            raise WeightsError(
                f"numbers of shape {np.shape(scale)} and {np.shape(shift)} do not fit an array of "
                f"shape {self.view.shape}."
            ) from None
        if not (np.isfinite(factors).all() and np.isfinite(terms).all()):
            raise WeightsError("a factor or a term must be finite; got NaN or infinity.")
        mine, plus = np.empty(self.n_numbers), np.empty(self.n_numbers)
        mine[self.view.ravel()], plus[self.view.ravel()] = factors.ravel(), terms.ravel()
        self.scale, self.shift = self.scale * mine, self.shift * mine + plus

    def rows_axis(self) -> int:
        """Which axis of the framework's three holds rows: 1 where channels are first, else 0."""
        shape = self.view.shape
        if self.channels_first and self.view.ndim == 3 and not self.is_input:
            natural = np.arange(self.n_numbers).reshape(shape)
            return 0 if (self.view == natural).all() and shape[0] != self.n_numbers else 1
        return 1 if self.channels_first and shape[0] in (1, 3) else 0

    def _channel_axis(self) -> int:
        return 0 if self.channels_first and self.view.ndim == 3 else self.view.ndim - 1

    def _waits(self) -> bool:
        return bool((self.scale != 1).any() or self.shift.any())

    def _wait_no_more(self) -> None:
        self.scale, self.shift = np.ones(self.n_numbers), np.zeros(self.n_numbers)

    def _per_channel(self) -> tuple[Floats | None, Floats | None]:
        """scale and shift, (channels,), where every place of a map has the same; else None."""
        channels = self._shape[-1]
        scale, shift = self.scale.reshape(-1, channels), self.shift.reshape(-1, channels)
        if (scale == scale[0]).all() and (shift == shift[0]).all():
            return scale[0], shift[0]
        return None, None

    def _along(self, per_channel: Floats) -> Floats:
        return np.tile(per_channel, self.n_numbers // len(per_channel))

    def _require_modest(self, shape: tuple[int, ...], what: str) -> None:
        if min(shape, default=0) < 1 or math.prod(shape) > MAX_NUMBERS:
            raise WeightsError(
                f"{what} would have the shape {shape}; at most {MAX_NUMBERS:,} numbers are read."
            )

"""One forward pass to do by hand: nine numbers of ink, three units, four scores, all of them whole.

The network is the example "tiny". It reads ink in fourths, and its first weights are multiples of
four: with ink written as 0 to 4 and the weights as a fourth of themselves every sum is a whole
number, and the same as the network's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data.pen import pen_digit
from ..errors import SettingsError
from ..ink.fields import as_read
from ..nn.network import Network
from ..nn.reads import input_of
from ..shapes import Floats
from ..training.augment import Augment, Distortions

Whole = NDArray[np.int64]

N_OUTPUTS = 4
INK_STEPS = 4  # ink 4 is a square full of ink
TRIES = 60  # drawings for each sheet; there are not always so many with numbers of their own
MOST_SHEETS = 200


@dataclass(frozen=True)
class ByHand:
    """A forward pass in whole numbers, every one of which is written on a worksheet."""

    drawing: Floats  # (784,), what the ink was taken from
    label: str | None  # which digit it was written as, where that is known
    ink: Whole  # (9,) from 0 to 4
    first: Whole  # (9, 3): weights of the three units
    first_bias: Whole  # (3,)
    second: Whole  # (3, 4): weights of the outputs
    second_bias: Whole  # (4,)
    class_names: tuple[str, ...]

    @property
    def products(self) -> Whole:
        """(9, 3): ink times weight."""
        return self.ink[:, None] * self.first

    @property
    def sums(self) -> Whole:
        """(3,): the products of each unit and its bias."""
        sums: Whole = self.products.sum(axis=0) + self.first_bias
        return sums

    @property
    def passed_on(self) -> Whole:
        """(3,): the sums, but 0 for a negative one."""
        return np.maximum(self.sums, 0)

    @property
    def parts(self) -> Whole:
        """(3, 4): what each unit gives to each score."""
        return self.passed_on[:, None] * self.second

    @property
    def scores(self) -> Whole:
        """(4,): the parts of each output and its bias."""
        scores: Whole = self.parts.sum(axis=0) + self.second_bias
        return scores

    @property
    def winners(self) -> tuple[str, ...]:
        """The digits of the greatest score: one, but for a tie."""
        best = np.flatnonzero(self.scores == self.scores.max())
        return tuple(self.class_names[k] for k in best)


def by_hand(network: Network, drawing: Floats, label: str | None = None) -> ByHand:
    """The forward pass of a drawing (784,) through a network whose numbers are whole.

    Raises SettingsError for a network of another shape or with other numbers.
    """
    spec = input_of(network)
    dense = network.dense_layers()
    if network.layer_sizes != (9, 3, N_OUTPUTS) or spec.shape != (3, 3):
        raise SettingsError(
            "a worksheet is of a network 9 → 3 → 4 that reads 3×3 pixels, as the example tiny is; "
            f"got {' → '.join(map(str, network.layer_sizes))}."
        )
    (W, b), (V, c) = ((layer.params["W"], layer.params["b"]) for layer in dense)
    ink = np.rint(INK_STEPS * as_read(drawing.reshape(1, -1), spec)[0])
    numbers = [W / INK_STEPS, b, V, c]
    if any(np.any(one != np.rint(one)) for one in numbers):
        raise SettingsError("a worksheet needs a network of whole numbers, as the example tiny is.")
    level, first, first_bias, second, second_bias = (
        one.astype(np.int64) for one in (ink, *numbers)
    )
    return ByHand(
        *(drawing, label, level), *(first, first_bias, second, second_bias), network.class_names
    )


def sheets(
    network: Network,
    n: int,
    *,
    rng: np.random.Generator,
    drawing: Floats | None = None,
    label: str | None = None,
) -> list[ByHand]:
    """n forward passes, no two with the same ink, nor with a tie at the top.

    drawing: (784,) of somebody's own; the first sheet has it as it is, the others a little turned,
        slanted and moved. None: the program writes `label`, or where that is None, too, any of
        the digits that the network knows.

    Raises SettingsError for a digit it does not know, and when there are not so many that differ.
    """
    names = network.class_names
    if drawing is None and label not in (None, *names):
        raise SettingsError(
            f"the network of the worksheet knows {', '.join(names[:-1])} and {names[-1]}; "
            f"got pen:{label:.20}."
        )
    if not 1 <= n <= MOST_SHEETS:
        raise SettingsError(f"there are worksheets for 1 to {MOST_SHEETS} students; got {n}.")
    found: dict[tuple[int, ...], ByHand] = {}
    for one in _drawings(n, rng, drawing, names if label is None else (label,)):
        sheet = by_hand(network, *one)
        is_own = drawing is not None and not found
        if is_own or len(sheet.winners) == 1:
            found.setdefault(tuple(sheet.ink.tolist()), sheet)
        if len(found) == n:
            return [*found.values()]
    raise SettingsError(
        f"only {len(found)} worksheets with numbers of their own come of this; ask for fewer, or "
        "for pen, which writes several digits."
    )


def _drawings(
    n: int, rng: np.random.Generator, drawing: Floats | None, labels: Sequence[str]
) -> Iterator[tuple[Floats, str | None]]:
    """Drawings (784,) to take the ink from, with what each was written as."""
    if drawing is None:
        for _ in range(TRIES * n):
            label = labels[int(rng.integers(len(labels)))]
            yield pen_digit(int(label), rng=rng).ravel(), label
        return
    yield drawing, None
    if n > 1:
        augment = Augment(Distortions(), rng=rng, n_maps=TRIES, share=1)
        for _ in range(TRIES * n):
            yield augment(drawing.reshape(1, -1), rng)[0], None

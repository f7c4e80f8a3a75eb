"""The canonical form of a network: of all the networks that compute the same, the one to look at.

Multiply what flows into a hidden unit by c > 0 and divide what leads out of it by c: behind a
ReLU, a leaky ReLU or no nonlinearity at all the network computes what it did before, and every
picture of its weights is another one. So each hidden unit gets the factor with which its
activation has standard deviation 1 over the images of `network.usual`. A weight then says how far
the sum behind it moves when the activation moves as it usually does: it is the usual swing.

The deviation of a map is the root mean square over all that the next layer multiplies it with.
Pooling passes positive factors; batch normalization takes them into γ and β. A sigmoid, tanh, ELU
or GELU does not pass them: unless it is normalized, its units stay as they are. A unit that never
varies gets the factor with which its incoming weights and its bias, or γ and β, have norm 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..errors import SettingsError
from ..nn.kinds import word_of
from ..nn.network import Network
from ..nn.usual import Usual
from ..shapes import Floats
from .links import Link, links

NEVER = 1e-6  # a deviation of this share of the root mean square is float32's rounding


@dataclass(frozen=True, eq=False)
class Canonical:
    """A network in canonical form, and what has no such form in it."""

    network: Network  # in double precision; computes the same
    factors: dict[str, Floats]  # by hidden column: with what its activations were multiplied
    dead: dict[str, list[int]]  # by hidden column: units that never vary
    kept: dict[str, str]  # hidden columns that stay as they are, and their nonlinearity

    def scaled_activity(self, activity: Sequence[Floats]) -> list[Floats]:
        """What the units of all columns did, hidden ones first, as this form has it."""
        keys = (stage.key for stage in self.network.stages)
        return [a * self.factors.get(key, 1.0) for key, a in zip(keys, activity, strict=True)]


def canonical(network: Network) -> Canonical:
    """A copy of the network in canonical form; `usual` is that of the copy.

    Raises SettingsError when the network does not know what it usually does, and when it is built
    in a way that has no picture.
    """
    if len(network.stages) > 1 and not network.usual:
        raise SettingsError(
            "the canonical form needs what the network usually does, which its file does not tell; "
            "measure it with note_usual."
        )
    scaled = network.in_double_precision()
    factors: dict[str, Floats] = {}
    dead: dict[str, list[int]] = {}
    kept: dict[str, str] = {}
    for link, following in pairwise(links(scaled)):
        if not (link.after or link.activation.passes_factors):
            kept[link.key] = word_of(link.activation)
            continue
        units = following.fan_in
        ahead = scaled.usual[following.key]
        deviation = _over_taps(ahead.deviation, units)
        never = deviation <= NEVER * np.hypot(deviation, _over_taps(ahead.mean, units))
        by_unit = np.concatenate([part.reshape(-1, units) for part in _last_affine(link)])
        norm = np.linalg.norm(by_unit, axis=0)
        spread = np.where(never, norm, deviation)
        factor = 1 / np.where(spread > 0, spread, 1)
        scale_units(link, following, factor, scaled.usual)
        factors[link.key] = factor
        dead[link.key] = np.flatnonzero(never).tolist()
    return Canonical(scaled, factors, dead, kept)


def scale_units(link: Link, following: Link, factor: Floats, usual: dict[str, Usual]) -> None:
    """Multiply what flows into the units between two links by their factors, (units,), in place.

    What leads out of them is divided by it, and what the network usually does, where it is known,
    told anew. Behind a function that passes positive factors the network computes the same.
    """
    for part in _last_affine(link):
        part *= factor
    W, groups = following.params["W"], following.groups
    outgoing = W.reshape(-1, len(factor) // groups, groups, W.shape[-1] // groups)
    outgoing /= factor.reshape(groups, -1).T[:, :, None]
    if not usual:
        return
    if not link.after:
        here = usual[link.key]
        usual[link.key] = replace(here, influence=here.influence / factor)
    ahead = usual[following.key]
    by_row = np.tile(factor, following.n_rows // len(factor))
    usual[following.key] = replace(
        ahead, mean=ahead.mean * by_row, deviation=ahead.deviation * by_row
    )


def _last_affine(link: Link) -> list[Floats]:
    """The parameters of the last affine map before the next link, live: the last axis is units."""
    norm = link.after or link.norm
    return [norm.gamma, norm.beta] if norm else [link.params["W"], link.params["b"]]


def _over_taps(numbers: Floats, units: int) -> Floats:
    """Root mean square over the taps of each unit: (taps · units,) → (units,)."""
    by_tap = numbers.reshape(-1, units).astype(np.float64)
    size: Floats = np.sqrt((by_tap**2).mean(axis=0))
    return size

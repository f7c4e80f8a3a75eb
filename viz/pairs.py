"""Two networks brought into the same order, and what the numbers say about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuroscribble.errors import SettingsError
from neuroscribble.matching import (
    ALIKE,
    LayerDifference,
    Order,
    Weights,
    check_same_sizes,
    layer_differences,
    match_units,
    reorder_units,
)
from neuroscribble.network import Network, build_mlp

from . import figures
from .figures import SignedScale, number


def dense_weights(network: Network) -> Weights:
    """W (fan_in, fan_out) and b (fan_out,) of all layers; SettingsError if some are not dense."""
    if not network.is_mlp():
        raise SettingsError("only networks of dense layers with ReLUs between can be compared.")
    return [(layer.params["W"], layer.params["b"]) for layer in network.dense_layers()]


def initial_network(network: Network) -> Network:
    """The same network before its training, made again from the seed in its `meta`.

    Its units are the very same ones, in the same places, so the two need no matching.
    Raises SettingsError when `meta` does not tell the seed and the sizes of the hidden layers,
    or tells other sizes than the network has.
    """
    recipe = network.meta.get("recipe")
    recipe = recipe if isinstance(recipe, dict) else {}
    seed, hidden = recipe.get("seed"), recipe.get("hidden")
    sizes = [weights.shape for weights, _ in dense_weights(network)]
    if not _is_count(seed) or not isinstance(hidden, list | tuple):
        raise SettingsError(
            "these weights do not tell the seed they began with, so the network before training "
            "cannot be made again; compare with a weights file instead."
        )
    if list(hidden) != [fan_out for _, fan_out in sizes[:-1]]:
        raise SettingsError(
            f"these weights tell of hidden layers {list(hidden)} but have "
            f"{[fan_out for _, fan_out in sizes[:-1]]}, so the network before training cannot be "
            "made again; compare with a weights file instead."
        )
    return build_mlp(
        hidden,
        rng=np.random.default_rng(seed),
        n_inputs=sizes[0][0],
        n_classes=sizes[-1][1],
        class_names=network.class_names,
        dtype=network.parameters.flat.dtype,
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


@dataclass(frozen=True)
class Comparison:
    """Two networks, unit by unit, and all that the pictures of them show."""

    names: tuple[str, str]
    keys: tuple[str, ...]  # "input", "h1", …, "output"
    class_names: tuple[str, ...]
    orders: Sequence[Order]  # per hidden layer: the second network's unit at each place
    first: Weights
    second: Weights  # reordered
    layers: Sequence[LayerDifference]
    matched: bool

    @property
    def differences(self) -> list[np.ndarray[Any, Any]]:
        """Second − first, one matrix for every layer."""
        pairs = zip(self.first, self.second, strict=True)
        return [after.astype(np.float64) - before for (before, _), (after, _) in pairs]

    def scale(self, n_layers: int) -> SignedScale:
        """One scale for both networks and the difference, over the first `n_layers` layers."""
        weights = [matrix for matrix, _ in [*self.first[:n_layers], *self.second[:n_layers]]]
        return figures.signed_scale([*weights, *self.differences[:n_layers]])

    def sentence(self, layer: int) -> str:
        """What distinguishes the two networks in one layer, in numbers."""
        report, key, source = self.layers[layer], self.keys[layer + 1], self.keys[layer]
        n_units = len(report.correlations)
        median = f"{np.median(report.correlations):.2f}".replace("-", "−")
        alike = f"{report.n_alike:,} of {n_units:,} units correlate above {ALIKE} (median {median})"
        if report.largest == 0:
            return f"{alike}; no weight or bias differs."
        origin = "from its bias" if report.source is None else f"from {source}:{report.source}"
        return (
            f"{alike}; mean |difference| {number(report.mean)}; "
            f"largest {number(report.largest)}, into {key}:{report.unit} {origin}."
        )


def compare_networks(
    first: Network, second: Network, *, names: tuple[str, str], match: bool
) -> Comparison:
    """Bring the second network's units into the first one's order (if `match`) and compare.

    Without `match` every unit is compared with the one in its own place. Raises SettingsError
    when the layers differ in size or are not all dense.
    """
    weights, others = dense_weights(first), dense_weights(second)
    check_same_sizes(weights, others)
    in_place = [np.arange(len(bias), dtype=np.intp) for _, bias in weights[:-1]]
    orders = match_units(weights, others) if match else in_place
    matched = reorder_units(others, orders)
    return Comparison(
        names=(figures.plain(names[0]), figures.plain(names[1])),
        keys=("input", *(stage.key for stage in first.stages)),
        class_names=first.class_names,
        orders=orders,
        first=weights,
        second=matched,
        layers=layer_differences(weights, matched),
        matched=match,
    )

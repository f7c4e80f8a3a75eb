"""Two networks brought into the same order, and what the numbers say about them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuroscribble.errors import SettingsError
from neuroscribble.explain.links import links
from neuroscribble.explain.matching import (
    ALIKE,
    LayerDifference,
    Order,
    Weights,
    check_same_sizes,
    layer_differences,
    match_units,
    reorder_units,
)
from neuroscribble.nn.architectures import MODELS
from neuroscribble.nn.network import Network

from . import sheet as figures
from .sheet import SignedScale, number


def initial_network(network: Network) -> Network:
    """The same network before its training, made again from the seed in its `meta`.

    Its units are the very same ones, in the same places, so the two need no matching.
    Raises SettingsError when `meta` does not tell the model, the seed and the sizes of the hidden
    layers, or tells of another network than this one.
    """
    recipe = network.meta.get("recipe")
    recipe = recipe if isinstance(recipe, dict) else {}
    seed, hidden, model = recipe.get("seed"), recipe.get("hidden"), recipe.get("model", "mlp")
    if not (_is_count(seed) and _are_sizes(hidden) and model in MODELS):
        raise SettingsError(
            "these weights do not tell the seed they began with, so the network before training "
            "cannot be made again; compare with a weights file instead."
        )
    first = MODELS[model](
        hidden=hidden,
        rng=np.random.default_rng(seed),
        n_inputs=math.prod(network.input_shape),
        n_classes=len(network.class_names),
        class_names=network.class_names,
        dtype=network.parameters.flat.dtype,
    )
    if _shapes(first) != _shapes(network):
        raise SettingsError(
            f"these weights tell of a {model} with hidden layers {hidden} but are of another "
            "network, so the one before training cannot be made again; compare with a weights "
            "file instead."
        )
    return first


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(_is_count(value) and value for value in values)


def _shapes(network: Network) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in network.named_params().items()}


@dataclass(frozen=True)
class Comparison:
    """Two networks, unit by unit, and all that the pictures of them show."""

    names: tuple[str, str]
    keys: tuple[str, ...]  # "input", "h1", …, "output"
    tap_shapes: Sequence[tuple[int, int]]  # per layer: of the weights between two units
    is_folded: bool  # whether batch normalization is part of the weights
    class_names: tuple[str, ...]
    orders: Sequence[Order]  # per hidden layer: the second network's unit at each place
    first: Weights
    second: Weights  # reordered
    layers: Sequence[LayerDifference]
    matched: bool

    @property
    def differences(self) -> list[np.ndarray[Any, Any]]:
        """Second − first, for every layer."""
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
    when the layers differ in size or have no picture.
    """
    chain = links(first)
    weights = [(link.weights, link.bias) for link in chain]
    others = [(link.weights, link.bias) for link in links(second)]
    check_same_sizes(weights, others)
    in_place = [np.arange(len(bias), dtype=np.intp) for _, bias in weights[:-1]]
    orders = match_units(weights, others) if match else in_place
    matched = reorder_units(others, orders)
    return Comparison(
        names=(figures.plain(names[0]), figures.plain(names[1])),
        keys=("input", *(link.key for link in chain)),
        tap_shapes=[link.tap_shape for link in chain],
        is_folded=any(link.norm for link in chain),
        class_names=first.class_names,
        orders=orders,
        first=weights,
        second=matched,
        layers=layer_differences(weights, matched),
        matched=match,
    )

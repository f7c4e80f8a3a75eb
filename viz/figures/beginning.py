"""The network that a trained one began as, made again from what its file tells of the training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuroscribble.errors import SettingsError
from neuroscribble.nn.architectures import MODELS
from neuroscribble.nn.network import Network


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

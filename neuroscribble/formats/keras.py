"""Keras models of versions 2 and 3, in HDF5 or in a .keras archive: configuration and weights.

TensorFlow is not needed: the configuration says in JSON which layers there are, and h5py reads
their numbers. A file that holds weights alone is read like other named arrays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ..errors import WeightsError
from .arrays import Found
from .bounded import open_zip, unpacked
from .hdf5 import Hdf5
from .hints import Hints
from .keras_layers import Weights
from .keras_model import read_model
from .named import Array
from .reading import Reading, read_arrays

MAX_CONFIG = 16 * 2**20
NORMALIZATION: tuple[str, ...] = ("gamma", "beta", "moving_mean", "moving_variance")


def read_hdf5(content: bytes, hints: Hints) -> Reading:
    """The network in an HDF5 file: a whole Keras model, or weights alone."""
    file = Hdf5(content)
    config = file.text(file.root, "model_config")
    if config is None:
        return read_arrays(_weights_alone(file), hints)
    return read_model(_json(config), _named_weights(file), hints)


def read_keras(content: bytes, hints: Hints) -> Reading:
    """The network in a .keras archive: config.json and model.weights.h5."""
    with open_zip(content) as archive:
        config = unpacked(archive, archive.getinfo("config.json"))
        if "model.weights.h5" not in archive.namelist():
            raise WeightsError("its archive holds no model.weights.h5.")
        file = Hdf5(unpacked(archive, archive.getinfo("model.weights.h5")))
    return read_model(_json(config), _numbered_weights(file), hints)


def _json(config: str | bytes) -> Any:
    if len(config) > MAX_CONFIG:
        raise WeightsError(f"its configuration is longer than {MAX_CONFIG:,} characters.")
    try:
        return json.loads(config)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"its configuration is no JSON ({error}).") from error


def _named_weights(file: Hdf5) -> Weights:
    """Of HDF5 files: "dense/kernel:0" below the group of the layer "dense"."""
    top = file.child(file.root, "model_weights")
    if top is None:
        top = file.root
    found: dict[str, list[tuple[str, Any]]] = {}
    for layer in file.texts(top, "layer_names"):
        group = file.child(top, layer)
        for path in file.texts(group, "weight_names") if group is not None else ():
            parts = re.sub(r":\d+$", "", path).split("/")
            owners = {layer, parts[-2]} if len(parts) > 1 else {layer}  # a nested model's layer
            for owner in owners:
                found.setdefault(owner, []).append((parts[-1], file.child(group, path)))

    def weights(path: Sequence[str], kind: str, expected: Sequence[str]) -> dict[str, Array]:
        entries = found.get(path[-1], [])
        by_name = {name: one for name, one in entries if name in expected}
        if len(by_name) < len(expected) == len(entries):  # other names: in their order
            by_name = {key: one for key, (_, one) in zip(expected, entries, strict=True)}
        return {name: file.array(one, f"{path[-1]}/{name}") for name, one in by_name.items()}

    return weights


def _numbered_weights(file: Hdf5) -> Weights:
    """Of .keras archives: layers/conv2d_1/vars/0 is the first weight of the second Conv2D.

    Newer ones also tell the layer's own name.
    """
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    places: dict[tuple[str, ...], Any] = {}

    def group_of(path: tuple[str, ...], kind: str) -> Any:
        """The group of a layer, found once: class after class, in the order of the model."""
        if path in places:
            return places[path]
        parent = places[path[:-1]] if len(path) > 1 else file.root
        layers = file.child(parent, "layers") if parent is not None else None
        group = None
        if layers is not None:
            base = _snake(kind)
            number = counts.setdefault(path[:-1], {})
            seen = number[base] = number.get(base, -1) + 1
            named = [
                one
                for key in layers
                if (one := file.child(layers, key)) is not None
                and (own := file.child(one, "vars")) is not None
                and file.text(own, "name") == path[-1]
            ]
            usual = file.child(layers, f"{base}_{seen}" if seen else base)
            group = named[0] if named else usual
            if group is None:
                group = file.child(layers, path[-1])
        places[path] = group
        return group

    def weights(path: Sequence[str], kind: str, expected: Sequence[str]) -> dict[str, Array]:
        group = group_of(tuple(path), kind)
        variables = file.child(group, "vars") if group is not None else None
        found: dict[str, Array] = {}
        for number, name in enumerate(expected):
            one = file.child(variables, str(number)) if variables is not None else None
            if one is not None:
                found[name] = file.array(one, f"{path[-1]}/{name}")
        return found

    return weights


def _snake(name: str) -> str:
    """BatchNormalization → batch_normalization, Conv2D → conv2d, as Keras names groups."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _weights_alone(file: Hdf5) -> Found:
    """A file without a configuration, as save_weights writes it."""
    top = file.child(file.root, "model_weights")
    arrays: dict[str, Array] = {}
    for path, dataset in file.datasets(file.root if top is None else top):
        if path.startswith(("optimizer", "top_level_model_weights")):
            continue
        parts = path.split("/")
        if len(parts) > 2 and parts[-2] == "vars" and parts[-1].isdigit():
            names = NORMALIZATION if len(dataset.parent) == 4 else ("kernel", "bias")
            at = int(parts[-1])
            if at >= len(names):
                continue
            parts = [*[p for p in parts[:-2] if p != "layers"], names[at]]
        elif len(parts) > 2 and parts[-2] == parts[-3]:
            del parts[-3]
        arrays["/".join(parts)] = file.array(dataset, path)
    return Found("Keras weights", arrays, rows_are_inputs=True, kernels_last=True)

"""A network goes into weights.npz and comes back the same."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from ..errors import ShapeError, WeightsError
from ..nn.descriptions import build_layers, describe, layer_arrays
from ..nn.layers import Dense, Layer, ReLU
from ..nn.network import Network
from ..nn.pooling import Unflatten
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .npz import WHAT_TO_DO, LayersFile, WeightsFile, read_weights, write_weights

FORMAT_VERSION = 1
MAX_ACTIVATIONS = 2**24  # numbers behind one layer, for one image


def default_weights() -> Path:
    """`./weights.npz` if there is one, else the file that ships with NeuroScribble."""
    package = Path(__file__).parent.parent
    candidates = [Path("weights.npz"), package / "weights.npz", package.parent / "weights.npz"]
    return next((path for path in candidates if path.exists()), candidates[0])


def load_network(path: str | Path | None = None) -> Network:
    """The network in a weights file, of any layers.

    Raises WeightsError for whatever is wrong with the file. Files by others (float64, biases
    of shape (1, n), no `meta`) are welcome; class names come from `meta`, where each class has
    its own, or count from 0.
    """
    path = Path(path) if path is not None else default_weights()
    stored = read_weights(path)
    try:
        layers = _layers(stored)
        input_shape = _input_shape(layers)
        n_classes = _require_modest(layers, input_shape)
        names = stored.meta.get("class_names")
        if not (isinstance(names, list) and len(set(map(str, names))) == len(names) == n_classes):
            names = list(range(n_classes))
        network = Network(
            layers, input_shape=input_shape, class_names=[*map(str, names)], meta=stored.meta
        )
        if not any("W" in layer.params for layer in layers.values()):
            raise WeightsError("it has no layer with weights.")
        return network
    except (WeightsError, ShapeError) as error:
        raise WeightsError(f"{path} cannot be used: {error} {WHAT_TO_DO}") from error


def _layers(stored: WeightsFile | LayersFile) -> dict[str, Layer]:
    if isinstance(stored, LayersFile):
        return build_layers(stored.meta["layers"], dict(stored.arrays))
    layers: dict[str, Layer] = {}
    for number, (weights, bias) in enumerate(
        zip(stored.weights, stored.biases, strict=True), start=1
    ):
        layers[f"dense{number}"] = Dense.from_arrays(weights, bias)
        if number < len(stored.weights):
            layers[f"relu{number}"] = ReLU()
    return layers


def _input_shape(layers: dict[str, Layer]) -> tuple[int, ...]:
    """A row of numbers: what a first layer that is dense or gives pixels their shape takes."""
    first = next(iter(layers.values()))
    if isinstance(first, Dense):
        return (first.fan_in,)
    if isinstance(first, Unflatten):
        return (math.prod(first.shape),)
    raise WeightsError("its first layer must be dense or unflatten.")


def _require_modest(layers: dict[str, Layer], input_shape: tuple[int, ...]) -> int:
    """The number of classes; raises WeightsError where an image would need too much memory."""
    shape = input_shape
    _require_computable(shape, "the input")
    for name, layer in layers.items():
        shape = layer.output_shape(shape)
        _require_computable(shape, f"the output of layer {name}")
    if len(shape) != 1:
        raise WeightsError(f"its last layer must give one logit for each class; it gives {shape}.")
    return shape[0]


def _require_computable(shape: tuple[int, ...], what: str) -> None:
    if math.prod(shape) > MAX_ACTIVATIONS:
        raise WeightsError(
            f"{what} would be {math.prod(shape):,} numbers for each image; "
            f"at most {MAX_ACTIVATIONS:,} are computed."
        )


def save_network(
    path: str | Path,
    network: Network,
    *,
    meta: dict[str, Any] | None = None,
    replace: bool = True,
) -> None:
    """Write the network's weights and its `meta` (or the one given) to `path`, atomically.

    Raises OutputError when the file cannot be written, or, without `replace`, when there is one
    already; an old file then survives.
    """
    facts = {
        **(network.meta if meta is None else meta),
        "format_version": FORMAT_VERSION,
        "layer_sizes": list(network.layer_sizes),
        "class_names": list(network.class_names),
    }
    facts.pop("layers", None)
    file: WeightsFile | LayersFile
    if network.is_mlp():  # the common layout, which other programs read
        dense = network.dense_layers()
        file = WeightsFile(
            weights=[layer.params["W"] for layer in dense],
            biases=[layer.params["b"] for layer in dense],
            meta=facts,
        )
    else:
        file = LayersFile(
            arrays={
                f"{name}.{key}": array
                for name, layer in network.layers.items()
                for key, array in layer_arrays(layer).items()
            },
            meta={**facts, "layers": describe(network.layers)},
        )
    write_weights(Path(path), file, replace=replace)


def require_digit_network(network: Network, *, what: str) -> None:
    """Raise WeightsError unless the network reads 28×28 pictures and names ten classes."""
    n_inputs, n_classes = network.input_shape[0], len(network.class_names)
    if (n_inputs, n_classes) != (N_PIXELS, N_CLASSES):
        raise WeightsError(
            f"{what} needs a network with {N_PIXELS} inputs ({IMAGE_SIZE}×{IMAGE_SIZE} pixels) "
            f"and {N_CLASSES} classes; this one has {n_inputs} and {n_classes}."
        )

"""A network goes into weights.npz and comes back the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import SettingsError, WeightsError
from .layers import Dense, Layer, ReLU
from .network import Network
from .shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .weights import WeightsFile, read_weights, write_weights

FORMAT_VERSION = 1


def default_weights() -> Path:
    """`./weights.npz` if there is one, else the file that ships with NeuroScribble."""
    package = Path(__file__).parent
    candidates = [Path("weights.npz"), package / "weights.npz", package.parent / "weights.npz"]
    return next((path for path in candidates if path.exists()), candidates[0])


def load_network(path: str | Path | None = None) -> Network:
    """The network in a weights file: Dense layers with ReLU between them.

    Raises WeightsError for whatever is wrong with the file. Files by others (float64, biases
    of shape (1, n), no `meta`) are welcome; class names come from `meta` or count from 0.
    """
    path = Path(path) if path is not None else default_weights()
    stored = read_weights(path)
    layers: dict[str, Layer] = {}
    for number, (weights, bias) in enumerate(
        zip(stored.weights, stored.biases, strict=True), start=1
    ):
        layers[f"dense{number}"] = Dense.from_arrays(weights, bias)
        if number < len(stored.weights):
            layers[f"relu{number}"] = ReLU()
    n_classes = len(stored.biases[-1])
    names = stored.meta.get("class_names")
    if not (isinstance(names, list) and len(names) == n_classes):
        names = [str(k) for k in range(n_classes)]
    return Network(
        layers,
        input_shape=(len(stored.weights[0]),),
        class_names=[str(name) for name in names],
        meta=stored.meta,
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
    dense = network.dense_layers()
    if not network.is_mlp():
        raise SettingsError("only networks of Dense layers with ReLU between them can be saved.")
    facts = {
        **(network.meta if meta is None else meta),
        "format_version": FORMAT_VERSION,
        "layer_sizes": list(network.layer_sizes),
        "class_names": list(network.class_names),
    }
    write_weights(
        Path(path),
        WeightsFile(
            weights=[layer.params["W"] for layer in dense],
            biases=[layer.params["b"] for layer in dense],
            meta=facts,
        ),
        replace=replace,
    )


def require_digit_network(network: Network, *, what: str) -> None:
    """Raise WeightsError unless the network reads 28×28 pictures and names ten classes."""
    n_inputs, n_classes = network.input_shape[0], len(network.class_names)
    if (n_inputs, n_classes) != (N_PIXELS, N_CLASSES):
        raise WeightsError(
            f"{what} needs a network with {N_PIXELS} inputs ({IMAGE_SIZE}×{IMAGE_SIZE} pixels) "
            f"and {N_CLASSES} classes; this one has {n_inputs} and {n_classes}."
        )

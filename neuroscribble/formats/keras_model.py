"""A Keras configuration as a chain of layers: sequential, functional, and one inside another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import WeightsError
from ..inputs import InputSpec, read_words
from .chain import Chain
from .hints import Hints
from .keras_layers import LAYERS, PASSED, Weights, expected_weights
from .reading import Reading

MAX_DEPTH = 8  # of models inside models
MODELS = ("Sequential", "Functional", "Model")

Layer = tuple[tuple[str, ...], str, dict[str, Any]]  # path of names, class, configuration


def read_model(config: Any, weights: Weights, hints: Hints) -> Reading:
    """The network of a model's configuration, with its weights.

    Raises WeightsError for layers that are not read, by class and name, and for models that
    branch. Code in a file (Lambda layers) is never run.
    """
    layers = list(_layers(config, (), 0))
    if not layers:
        raise WeightsError("its model has no layers.")
    first_last = next((cfg["data_format"] for _, _, cfg in layers if cfg.get("data_format")), None)
    chain: Chain | None = None
    for path, kind, cfg in layers:
        label = f"{kind} {'/'.join(path)!r:.80}"
        try:
            if kind in MODELS:
                weights(path, kind, ())
            if kind in MODELS or kind == "InputLayer":
                continue
            if kind not in LAYERS and kind not in PASSED:
                raise WeightsError(_unread(kind))
            arrays = weights(path, kind, expected_weights(kind, cfg))
            if chain is None:
                chain = Chain(
                    _input_shape(config, layers, arrays, hints),
                    channels_first=first_last == "channels_first",
                    words=hints.words,
                    grey_levels=any(
                        k == "InputLayer" and "int" in str(c.get("dtype")) for _, k, c in layers
                    ),
                )
            if kind in LAYERS:
                LAYERS[kind](chain, cfg, arrays)
        except WeightsError as error:
            raise WeightsError(f"at its layer {label}: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise WeightsError(f"its layer {label} lacks {error} or has it wrong.") from error
    if chain is None:
        raise WeightsError("its model has no layers.")
    version = config.get("keras_version") if isinstance(config, dict) else None
    return Reading("Keras", chain, more={"keras_version": version} if version else {})


def _unread(kind: str) -> str:
    if kind == "Lambda":
        return (
            "a Lambda is a program inside the file, which is never run; build the model with "
            "layers of Keras instead, and save it again."
        )
    return f"layers of the kind {kind:.60} are not read."


def _layers(config: Any, path: tuple[str, ...], depth: int) -> Iterator[Layer]:
    """The layers of a model in the order in which numbers pass them."""
    if not isinstance(config, dict) or depth > MAX_DEPTH:
        raise WeightsError("its configuration describes no model.")
    kind, inner = config.get("class_name"), config.get("config")
    if kind not in MODELS:
        raise WeightsError(f"its model is a {kind!r:.60}; expected Sequential or Functional.")
    listed = inner if isinstance(inner, list) else (inner or {}).get("layers")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise WeightsError("its configuration lists no layers.")
    ordered = listed
    if kind != "Sequential" and isinstance(inner, dict):
        ordered = _followed(listed, inner.get("output_layers"))
    for one in ordered:
        own = one.get("config")
        if not isinstance(own, dict | list):
            raise WeightsError("a layer of its configuration has no settings.")
        name = one.get("name") or (own.get("name") if isinstance(own, dict) else None)
        here = (*path, str(name or one.get("class_name")))
        if one.get("class_name") in MODELS:
            yield here, str(one["class_name"]), {}  # it has a place among the weights
            yield from _layers(one, here, depth + 1)
        elif isinstance(own, dict):
            yield here, str(one.get("class_name")), own


def _followed(layers: list[dict[str, Any]], output_layers: Any) -> list[dict[str, Any]]:
    """A functional model's layers from its input to its output, where these make a chain."""
    named = {str(_name(one)): one for one in layers}
    outputs = _histories(output_layers)
    if len(outputs) != 1:
        raise WeightsError(f"its model must have one output; got {len(outputs)}.")
    ordered: list[dict[str, Any]] = []
    at = outputs[0]
    while True:
        if at not in named or len(ordered) > len(layers):
            raise WeightsError("its layers go round in a circle, or lead nowhere.")
        one = named[at]
        ordered.append(one)
        before = _histories(one.get("inbound_nodes"))
        if not before:
            return ordered[::-1]
        if len(set(before)) > 1 or len(before) > 1:
            raise WeightsError(
                f"its layer {at!r:.60} reads {len(before)} layers ({', '.join(before)[:80]}); only "
                "models whose layers follow one another are read."
            )
        at = before[0]


def _name(layer: dict[str, Any]) -> Any:
    inner = layer.get("config")
    return layer.get("name") or (inner.get("name") if isinstance(inner, dict) else None)


def _histories(node: Any, depth: int = 0) -> list[str]:
    """Names of layers in the ways in which Keras 2 and 3 write down connections.

    ["dense", 0, 0] in both, and {"keras_history": ["dense", 0, 0]} inside of call arguments.
    """
    if depth > 20:
        raise WeightsError("its connections are nested too deep.")
    if isinstance(node, dict):
        if "keras_history" in node:
            return _histories(node["keras_history"], depth + 1)
        return [name for one in node.values() for name in _histories(one, depth + 1)]
    if not isinstance(node, list):
        return []
    if len(node) >= 3 and isinstance(node[0], str) and all(type(n) is int for n in node[1:3]):
        return [node[0]]
    return [name for one in node for name in _histories(one, depth + 1)]


def _input_shape(
    config: dict[str, Any], layers: list[Layer], arrays: dict[str, Any], hints: Hints
) -> tuple[int, ...]:
    """Without the batch; sizes that are left open are those of the first weights, or said."""
    keys = ("batch_shape", "batch_input_shape", "input_shape", "build_input_shape")
    shape: Any = next((cfg[key] for _, _, cfg in layers[:2] for key in keys if cfg.get(key)), None)
    inner = config.get("config")
    for place in (inner, config.get("build_config"), config):
        if shape is None and isinstance(place, dict):
            shape = place.get("build_input_shape") or place.get("input_shape")
    kernel = arrays.get("kernel", arrays.get("depthwise_kernel"))
    if isinstance(shape, list) and len(shape) > 1:
        sizes = [size if type(size) is int else 0 for size in shape[1:]]
    elif kernel is not None and kernel.ndim in (2, 4):
        sizes = [0] if kernel.ndim == 2 else [0, 0, 0]
    else:
        raise WeightsError("the shape of its input is left open.")
    if all(sizes):
        return tuple(sizes)
    if len(sizes) == 1 and kernel is not None and kernel.ndim == 2:
        return (kernel.shape[0],)
    said = read_words(hints.words or "", InputSpec(shape=(1,))).shape
    sides = said[:2] if len(said) > 1 else (28, 28)
    if len(sizes) == 3 and kernel is not None and kernel.ndim == 4:
        first = any(cfg.get("data_format") == "channels_first" for _, _, cfg in layers)
        channels = kernel.shape[2]
        return (channels, *sides) if first else (*sides, channels)
    raise WeightsError(f"the shape of its input, {shape}, is left open.")

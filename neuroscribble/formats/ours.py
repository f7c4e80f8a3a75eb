"""Our own files as networks, and networks as what such a file holds."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

from ..errors import WeightsError
from ..inputs import InputSpec, from_meta
from ..nn.conv import Conv2d
from ..nn.descriptions import build_layers, describe, layer_arrays
from ..nn.layers import Dense, Layer, ReLU
from ..nn.network import Network
from ..nn.order import usual_order
from ..nn.outputs import OUTPUTS, Output
from ..nn.pooling import Unflatten
from ..nn.reads import input_of
from ..nn.usual import Usual
from ..shapes import Params
from .npz import LayersFile, WeightsFile

FORMAT_VERSION = 1
MAX_ACTIVATIONS = 2**24  # numbers behind one layer, for one image


def network_of(stored: WeightsFile | LayersFile) -> Network:
    """The network in a file of ours; raises WeightsError or ShapeError if it is none."""
    layers = usual_order(_layers(stored))
    input_shape = _input_shape(layers)
    n_units, output = _require_modest(layers, input_shape), _output(stored.meta)
    stands = _stands(stored.meta, input_shape)
    network = Network(
        layers,
        input_shape=input_shape,
        class_names=_class_names(stored.meta, output, n_units),
        meta=stored.meta,
        output=output.name,
        upright=stands.shape if stands else None,
        even=stands is not None and stands.even is True,
    )
    network.usual = _usual(stored.usual, network)
    if not any("W" in layer.params for layer in layers.values()):
        raise WeightsError("it has no layer with weights.")
    return network


def stored_of(network: Network, meta: dict[str, Any]) -> WeightsFile | LayersFile:
    """What a file of ours holds of a network, with `meta` and the facts that belong to it."""
    facts = {
        **meta,
        "format_version": FORMAT_VERSION,
        "layer_sizes": list(network.layer_sizes),
        "class_names": list(network.class_names),
        "output": network.output.name,
    }
    facts.pop("layers", None)
    if network.output.name == "softmax":  # the usual one: files of such networks do not tell it
        del facts["output"]
    if network.upright is not None:
        facts["input"] = input_of(network).as_meta()
    usual = {
        f"usual.{key}.{part.name}": getattr(one, part.name)
        for key, one in network.usual.items()
        for part in fields(one)
    }
    if network.is_mlp():  # the common layout, which other programs read
        dense = network.dense_layers()
        return WeightsFile(
            weights=[layer.params["W"] for layer in dense],
            biases=[layer.params["b"] for layer in dense],
            meta=facts,
            usual=usual,
        )
    return LayersFile(
        arrays={
            f"{name}.{key}": array
            for name, layer in network.layers.items()
            for key, array in layer_arrays(layer).items()
        },
        meta={**facts, "layers": describe(network.layers)},
        usual=usual,
    )


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


def _usual(arrays: Params, network: Network) -> dict[str, Usual]:
    """What the network usually does, if the file tells it, and then all of it."""
    if not arrays:
        return {}
    usual = {}
    for stage in network.stages:
        layer = network.layers[stage.weights]
        W, groups = layer.params["W"], layer.groups if isinstance(layer, Conv2d) else 1
        shapes = dict.fromkeys(("mean", "deviation"), (W.size // W.shape[-1] * groups,))
        shapes["influence"] = (W.shape[-1],)
        own = {}
        for part, shape in shapes.items():
            name = f"usual.{stage.key}.{part}"
            if name not in arrays or arrays[name].shape != shape:
                got = arrays[name].shape if name in arrays else "none"
                raise WeightsError(f"{name} must have shape {shape}; got {got}.")
            own[part] = arrays[name]
        usual[stage.key] = Usual(**own)
    return usual


def _stands(meta: dict[str, Any], input_shape: tuple[int, ...]) -> InputSpec | None:
    """The input of a network whose pictures are set upright, where the file says so."""
    told = from_meta(meta.get("input"))
    if told is None or told.upright is not True or (told.n_inputs,) != input_shape:
        return None
    return told


def _output(meta: dict[str, Any]) -> Output:
    """What becomes of the logits: softmax, where a file does not tell."""
    name = meta.get("output", "softmax")
    if not isinstance(name, str) or name not in OUTPUTS:
        raise WeightsError(f"meta's output must be one of {', '.join(OUTPUTS)}; got {name!r:.40}.")
    return OUTPUTS[name]


def _class_names(meta: dict[str, Any], output: Output, n_units: int) -> list[str]:
    """What the file calls its classes, where each has a name of its own; else they are counted."""
    told = meta.get("class_names")
    names = [*map(str, told)] if isinstance(told, list) else []
    if len(set(names)) == len(names) and output.fits(n_units, len(names)):
        return names
    return [str(k) for k in range(2 if output.fits(n_units, 2) else n_units)]


def _input_shape(layers: dict[str, Layer]) -> tuple[int, ...]:
    """A row of numbers: what a first layer that is dense or gives pixels their shape takes."""
    first = next(iter(layers.values()))
    if isinstance(first, Dense):
        return (first.fan_in,)
    if isinstance(first, Unflatten):
        return (math.prod(first.shape),)
    raise WeightsError("its first layer must be dense or unflatten.")


def _require_modest(layers: dict[str, Layer], input_shape: tuple[int, ...]) -> int:
    """The last layer's units; raises WeightsError where an image would need too much memory."""
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

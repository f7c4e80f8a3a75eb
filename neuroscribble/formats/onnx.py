"""ONNX: the graph of operations is followed from its input to its output, as one chain of layers.

Protobuf is read by `protobuf`, some hundred lines of our own: the `onnx` package would be a
dependency of 20 MB for the same numbers, and would have to be guarded against files that lie.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import WeightsError
from .chain import Chain
from .hints import Hints
from .named import Array
from .onnx_constants import constant, fold
from .onnx_gelu import with_gelu
from .onnx_graph import ancestors, input_shape, main_output, source
from .onnx_model import UINT8, Input, Model, Node, read_model
from .onnx_operators import OPERATORS, Live
from .onnx_write import EVEN_INK, UPRIGHT_INK
from .reading import Reading


def read_onnx(content: bytes, hints: Hints, folder: Path) -> Reading:
    """The network in an ONNX file; `folder` is where a second file with its numbers would lie.

    Raises WeightsError for graphs that are no chain and for operators that are not read, by name.
    """
    model = with_gelu(read_model(content, folder))
    output, classes = main_output(model)
    needed = ancestors(model, output)
    data = source(model, needed)
    chain = Chain(
        input_shape(data, model, hints),
        channels_first=True,
        words=hints.words or _told_words(model),
        grey_levels=data.type == UINT8,
    )
    _Follower(model, chain, data).run(needed, output)
    if chain.output is None and model.facts.get("output") == "linear":
        chain.output = "linear"
    notes = []
    others = [name for name in model.outputs if name != output and not classes]
    if others:
        notes.append(f"Its other outputs are left out: {', '.join(others)[:200]}.")
    return Reading(
        "ONNX",
        chain,
        tuple(notes),
        classes or _told_classes(model),
        {"producer": model.producer[:100]},
    )


def _told_words(model: Model) -> str | None:
    """Whether its pictures are set upright or even, as `onnx_write` says it in the metadata."""
    told = model.facts.get("input", "")
    words = {UPRIGHT_INK: "upright", EVEN_INK: "even"}
    return next((word for ink, word in words.items() if told.startswith(ink)), None)


def _told_classes(model: Model) -> tuple[str, ...]:
    """Class names in the model's metadata, as `onnx_write` puts them there."""
    try:
        names = json.loads(model.facts.get("class_names", "[]"))
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, names)) if isinstance(names, list) else ()


class _Follower:
    """Goes through the nodes in order: constants are computed, the rest becomes the chain."""

    def __init__(self, model: Model, chain: Chain, source: Input) -> None:
        self.model, self.chain = model, chain
        self.values: dict[str, Array | Live] = dict(model.constants)
        self.values[source.name] = Live(0)
        self.step = 0

    def run(self, needed: set[int], output: str) -> None:
        for number, node in enumerate(self.model.nodes):
            if number not in needed:
                continue
            label = node.op + (f" {node.name!r:.60}" if node.name else "")
            inputs = [self._value(name, label) for name in node.inputs]
            try:
                result = self._result(node, inputs)
            except WeightsError as error:
                raise WeightsError(f"at its operator {label}: {error}") from error
            if node.outputs:
                self.values[node.outputs[0]] = result
        end = self.values.get(output)
        if not isinstance(end, Live) or end.step != self.step:
            raise WeightsError("its output does not come from the end of its chain of layers.")

    def _value(self, name: str, label: str) -> Array | Live | None:
        if name and name not in self.values:
            raise WeightsError(f"its operator {label} reads {name!r:.60} before anything makes it.")
        return self.values[name] if name else None

    def _result(self, node: Node, inputs: list[Any]) -> Array | Live:
        if node.op == "Constant":
            return constant(node)
        live = [one for one in inputs if isinstance(one, Live)]
        if not live:
            return fold(node, inputs)
        if node.op == "Shape":
            return np.array([1, *self.chain.view.shape], np.int64)
        if len(live) > 1 or live[0].step != self.step:
            raise WeightsError(
                "the network branches here; only chains of layers, one after the other, are read."
            )
        if node.op not in OPERATORS:
            raise WeightsError("this operator is not read.")
        OPERATORS[node.op](self.chain, node, inputs)
        self.step += 1
        return Live(self.step)

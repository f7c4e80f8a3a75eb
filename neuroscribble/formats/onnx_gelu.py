"""GELU spelled out, x · (1 + erf(x / √2)) / 2, as the one operator that it is since opset 20."""

from __future__ import annotations

import math
from dataclasses import replace

from .onnx_constants import constant
from .onnx_model import Model, Node


def with_gelu(model: Model) -> Model:
    """The same graph, with every such formula as one operator Gelu."""
    formula = _Formula(model)
    found = [parts for node in model.nodes if node.op == "Erf" and (parts := formula.parts(node))]
    gone = {id(node) for _, nodes in found for node in nodes}
    ends = {id(nodes[-1]): source for source, nodes in found}
    nodes = [
        Node("Gelu", node.name, (ends[id(node)],), node.outputs, {}) if id(node) in ends else node
        for node in model.nodes
        if id(node) not in gone or id(node) in ends
    ]
    return replace(model, nodes=tuple(nodes))


class _Formula:
    """Looks for the rest of a formula around its Erf."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.makers = {name: node for node in model.nodes for name in node.outputs}
        self.readers: dict[str, list[Node]] = {}
        for node in model.nodes:
            for name in node.inputs:
                self.readers.setdefault(name, []).append(node)

    def parts(self, erf: Node) -> tuple[str, list[Node]] | None:
        """The name of x, and the nodes of the formula, its last one last; None if it is another."""
        divided = self.makers.get(erf.inputs[0]) if erf.inputs else None
        if divided is None or not self._is(divided, 1 / math.sqrt(2)):
            return None
        source = self._other(divided)
        plus = self._only_reader(erf)
        if plus is None or plus.op != "Add" or self._value(self._other(plus, erf)) != 1:
            return None
        first = self._only_reader(plus)
        if first is None:
            return None
        other = self._other(first, plus)
        half = self.makers.get(other)
        if half is not None and self._is(half, 0.5) and self._other(half) == source:
            return source, [divided, erf, plus, half, first]  # (x / 2) · (1 + erf)
        last = self._only_reader(first)
        if last is None:
            return None
        if other == source and self._is(last, 0.5):  # (x · (1 + erf)) / 2
            return source, [divided, erf, plus, first, last]
        if self._is(first, 0.5) and self._other(last, first) == source and last.op == "Mul":
            return source, [divided, erf, plus, first, last]  # x · ((1 + erf) / 2)
        return None

    def _only_reader(self, node: Node) -> Node | None:
        readers = self.readers.get(node.outputs[0], []) if node.outputs else []
        return readers[0] if len(readers) == 1 else None

    def _is(self, node: Node, factor: float) -> bool:
        """Whether a node multiplies with this factor."""
        if node.op not in ("Mul", "Div") or len(node.inputs) != 2:
            return False
        values = [self._value(name) for name in node.inputs]
        value = values[1] if values[1] is not None else values[0] if node.op == "Mul" else None
        if not value:
            return False
        return math.isclose(value if node.op == "Mul" else 1 / value, factor, rel_tol=1e-3)

    def _other(self, node: Node, known: Node | None = None) -> str:
        """The input that is not a constant, or not the output of a known node."""
        for name in node.inputs:
            if known is None and self._value(name) is None:
                return name
            if known is not None and name not in known.outputs:
                return name
        return ""

    def _value(self, name: str) -> float | None:
        """A constant of one number."""
        array = self.model.constants.get(name)
        maker = self.makers.get(name)
        if array is None and maker is not None and maker.op == "Constant":
            array = constant(maker)
        return float(array.ravel()[0]) if array is not None and array.size == 1 else None

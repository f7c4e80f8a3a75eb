"""Which part of an ONNX graph is the network: from its one input to its main output."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import WeightsError
from ..inputs import InputSpec, read_words
from .hints import Hints
from .onnx_model import Input, Model, Node

MAX_ENDS = 50  # of these behind one another
SHAPING = ("Cast", "Identity", "Reshape", "Squeeze", "Flatten")
ENDS = {  # behind the probabilities: their place, their names
    *("ArgMax", "ZipMap", "ArrayFeatureExtractor", "TopK", "Normalizer", "Concat", *SHAPING),
}


def _makers(model: Model) -> dict[str, Node]:
    return {name: node for node in model.nodes for name in node.outputs if name}


def main_output(model: Model) -> tuple[str, tuple[str, ...]]:
    """The output that most of the graph leads to, before classes are picked; and class names."""
    makers = _makers(model)
    classes: tuple[str, ...] = ()
    best, most = "", -1
    for name in model.outputs:
        at: str = name
        ends_in_class = False
        for _ in range(MAX_ENDS):
            node = makers.get(at)
            if node is None or node.op not in ENDS or not node.inputs:
                break
            classes = _class_names(node, model) or classes
            behind = _behind(node, makers)
            if node.op in SHAPING and not _leads_to_class(at, makers):
                break
            if not behind:
                break
            ends_in_class = True
            at = behind
        n = len(ancestors(model, at)) * 2 + (not ends_in_class)
        if n > most:
            best, most = at, n
    if not best:
        raise WeightsError("its graph has no output.")
    return best, classes


def _class_names(node: Node, model: Model) -> tuple[str, ...]:
    """What a node at the end calls the classes."""
    for key in ("classlabels_strings", "classlabels_int64s"):
        if node.attributes.get(key):
            return tuple(map(str, node.attributes[key]))
    if node.op != "ArrayFeatureExtractor":
        return ()
    numbers = model.constants.get(node.inputs[0])
    return model.texts.get(node.inputs[0]) or (
        () if numbers is None else tuple(str(int(number)) for number in numbers.ravel()[:4096])
    )


def _behind(node: Node, makers: Mapping[str, Node]) -> str:
    """What a node at the end was made from; "" where that is the network itself."""
    if node.op != "Concat":
        return node.inputs[-1 if node.op == "ArrayFeatureExtractor" else 0]
    first = makers.get(node.inputs[0])
    if first is not None and first.op == "Sub" and node.inputs[-1] in first.inputs:
        return node.inputs[-1]  # (1 − p, p) of two classes: p
    return ""


def _leads_to_class(name: str, makers: Mapping[str, Node]) -> bool:
    """Whether behind these casts and reshapes a class was picked."""
    for _ in range(MAX_ENDS):
        node = makers.get(name)
        if node is None or not node.inputs or node.op not in ENDS:
            return False
        if node.op in ("ArgMax", "ZipMap", "ArrayFeatureExtractor", "TopK"):
            return True
        name = node.inputs[0]
    return False


def ancestors(model: Model, output: str) -> set[int]:
    """Numbers of the nodes that an output depends on."""
    maker = {name: i for i, node in enumerate(model.nodes) for name in node.outputs if name}
    found: set[int] = set()
    waiting = [output]
    while waiting:
        number = maker.get(waiting.pop())
        if number is not None and number not in found:
            found.add(number)
            waiting.extend(filter(None, model.nodes[number].inputs))
    return found


def source(model: Model, needed: set[int]) -> Input:
    """The one input that the output depends on."""
    read = {name for number in needed for name in model.nodes[number].inputs}
    inputs = [one for one in model.inputs if one.name in read]
    if len(inputs) != 1:
        names = ", ".join(one.name for one in inputs) or "none"
        raise WeightsError(f"its graph must have one input; got {names[:200]}.")
    return inputs[0]


def input_shape(source: Input, model: Model, hints: Hints) -> tuple[int, ...]:
    """Without the batch; what the file leaves open is taken from the first weights."""
    first = next((n for n in model.nodes if n.op in ("Gemm", "MatMul", "Conv")), None)
    weights = [model.constants[n] for n in (first.inputs if first else ()) if n in model.constants]
    shape = list(source.shape[1:]) if source.shape is not None else []
    is_conv = first is not None and first.op == "Conv" and weights and weights[0].ndim == 4
    if source.shape is None:
        shape = [0, 0, 0] if is_conv else [0]
    if len(source.shape or (0, 0)) < 2:
        raise WeightsError(f"its input {source.name!r:.60} has no batch axis before its numbers.")
    if all(shape):
        return tuple(shape)
    if is_conv and len(shape) == 3:
        said = read_words(hints.words or "", InputSpec(shape=(1,))).shape
        sides = said[:2] if len(said) > 1 else (28, 28)
        channels = weights[0].shape[1]
        wanted = [channels, *sides] if shape[2] != channels or shape[0] == channels else []
        wanted = wanted or [*sides, channels]
        return tuple(size or usual for size, usual in zip(shape, wanted, strict=True))
    if weights and len(shape) == 1 and first is not None and weights[0].ndim == 2:
        return (weights[0].shape[1 if first.attributes.get("transB") else 0],)
    raise WeightsError(f"the shape of its input, {source.shape}, is left open.")

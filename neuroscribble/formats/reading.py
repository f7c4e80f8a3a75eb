"""What has been read: a network, and what was assumed on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import WeightsError
from ..inputs import InputSpec, read_words
from ..nn.descriptions import array_shapes, describe
from ..nn.network import Network
from ..nn.order import usual_order
from ..nn.outputs import OUTPUTS
from .architecture import Layout, activation, build
from .arrays import WAY_OUT, Found, listed_unread
from .chain import Chain
from .hints import Hints, NeedsHint
from .matrices import as_inputs_by_outputs, in_order, with_bias_columns
from .named import Group, Groups, group
from .propose import COLORED_SIDES, SIDES, Block, example_architecture, proposal

MAX_NOTED = 12  # names in one note


@dataclass(frozen=True)
class Reading:
    """Layers and weights of a file, as `Chain` has them, and what belongs into `meta`."""

    format: str  # "ONNX", "Keras", …
    chain: Chain
    notes: tuple[str, ...] = ()  # sentences: what was assumed or left unread
    class_names: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)  # other facts for `meta`
    assumed: Mapping[str, str] = field(default_factory=dict)  # hint → what was taken for it

    def network(self) -> Network:
        """The network; raises WeightsError when its layers make none."""
        output = OUTPUTS[self.chain.finish()]
        layers, spec = usual_order(self.chain.layers), self.chain.spec
        if spec is None or not any("W" in layer.params for layer in layers.values()):
            raise WeightsError("it has no layer with weights.")
        n_units = self.chain.n_numbers
        names = list(spec.classes or self.class_names)
        if len(set(names)) != len(names) or not output.fits(n_units, len(names)):
            n_classes = 2 if output.fits(n_units, 2) else n_units
            names = [str(number) for number in range(n_classes)]
        meta = {
            **self.more,
            "read_from": {
                "format": self.format,
                "notes": list(self.notes),
                **({"assumed": dict(self.assumed)} if self.assumed else {}),
            },
            "input": spec.as_meta(),
        }
        array_shapes(describe(layers))  # what could not be saved is refused now
        return Network(
            layers,
            input_shape=(spec.n_inputs,),
            class_names=names,
            meta=meta,
            output=output.name,
            upright=spec.shape if spec.upright else None,
            even=spec.even,
        )


def read_arrays(found: Found, hints: Hints) -> Reading:
    """The network of named arrays: dense layers by themselves, all others by an architecture.

    Raises WeightsError, with what was found and what to say, where arrays alone do not tell.
    """
    if hints.words is None:
        hints = replace(hints, words=found.words)
    try:
        groups = group(found.arrays)
    except WeightsError as error:
        if found.unread:
            raise WeightsError(f"{error} Not read: {listed_unread(found)}; {WAY_OUT}.") from error
        raise
    notes: list[str] = []
    assumed: dict[str, str] = {}
    left = [*groups.stray, *found.unread]
    if left:
        more = ", …" if len(left) > MAX_NOTED else ""
        notes.append(f"Left unread: {', '.join(left[:MAX_NOTED])}{more}.")
    if hints.architecture is not None:
        chain = _by_architecture(groups, hints.architecture, found, hints, notes)
    elif all(one.kind == "dense" for one in groups.groups):
        chain = _dense(list(groups.groups), found, hints, notes, assumed)
    else:
        blocks = _blocks(groups.groups, layout_of(groups.groups, found, hints))
        example = example_architecture(blocks)
        try:
            _by_architecture(groups, tuple(example), found, hints, [])
            fits = True
        except WeightsError:
            fits = False
        raise NeedsHint(proposal(blocks, example, fits=fits))
    return Reading(found.format, chain, tuple(notes), found.class_names, assumed=assumed)


def _dense(
    groups: list[Group], found: Found, hints: Hints, notes: list[str], assumed: dict[str, str]
) -> Chain:
    rows = hints.rows_are_inputs if hints.orientation else found.rows_are_inputs
    split = with_bias_columns(groups, rows)
    if split[0] is not groups[0]:
        notes.append("Its matrices have one input more than fits: read as the biases.")
    order, rows = in_order(split, rows)
    said = hints.activation or found.activation
    if said is None and len(order) > 1:
        assumed["activation"] = "relu"
        notes.append(
            "The file does not tell what happens between its layers: read with ReLU. "
            "--activation says otherwise."
        )
    name, _ = activation(said or "relu")
    chain = Chain(
        as_inputs_by_outputs(order[0], rows).shape[:1], channels_first=False, words=hints.words
    )
    for number, one in enumerate(order):
        if number and name != "linear":
            chain.activation(*activation(said or "relu"))
        chain.dense(as_inputs_by_outputs(one, rows), one.bias)
    return chain


def _by_architecture(
    groups: Groups, layers: tuple[str, ...], found: Found, hints: Hints, notes: list[str]
) -> Chain:
    layout = layout_of(groups.groups, found, hints)
    named = {one.name: one for one in groups.groups}
    used = [named[words.split()[0]] for words in layers if {*words.split()[:1]} & named.keys()]
    if not used:
        raise WeightsError(
            f"the architecture names no layer of the file's, which are {', '.join(named)[:400]}."
        )
    first: WeightsError | None = None
    for shape in _input_shapes(used[0], layout, hints):
        chain = Chain(shape, channels_first=not layout.kernels_last, words=hints.words)
        try:
            unused = build(chain, layers, named, layout)
        except WeightsError as error:
            first = first or error
            continue
        if unused:
            notes.append(f"Not in the architecture: {', '.join(unused[:MAX_NOTED])}.")
        return chain
    assert first is not None
    raise first


def _input_shapes(first: Group, layout: Layout, hints: Hints) -> list[tuple[int, ...]]:
    """What the input may be, as the framework sees it."""
    if first.weight is None:
        return [(first.norm["mean"].size,)]
    if first.weight.ndim == 2:
        return [layout.matrix(first.weight).shape[:1]]
    channels = layout.kernel(first.weight).shape[2]
    if hints.words is not None:
        said = read_words(hints.words, InputSpec(shape=(1,)))
        sides = [said.shape[:2]] if said.is_picture else []
    else:
        sides = []
    sides = sides or [(side, side) for side in (SIDES if channels == 1 else COLORED_SIDES)]
    return [(*s, channels) if layout.kernels_last else (channels, *s) for s in sides]


def layout_of(groups: Sequence[Group], found: Found, hints: Hints) -> Layout:
    """How matrices and kernels lie: as the file says, else as the shapes tell."""
    kernels = [one for one in groups if one.kind == "convolution"]
    last = found.kernels_last
    if last is None:
        last = any(_reads_last(one) for one in kernels) and not all(map(_reads_first, kernels))
    rows = found.rows_are_inputs if hints.orientation is None else hints.rows_are_inputs
    if rows is None:
        matrices = [one for one in groups if one.kind == "dense"]
        try:
            rows = in_order(matrices, None)[1] if matrices else last
        except WeightsError:
            rows = last
    return Layout(rows, last)


def _reads_first(kernel: Group) -> bool:
    """Whether it may be (out, in, rows, columns)."""
    shape = kernel.weight.shape if kernel.weight is not None else ()
    return shape[2] == shape[3] and (kernel.bias is None or kernel.bias.size == shape[0])


def _reads_last(kernel: Group) -> bool:
    """Whether it may be (rows, columns, in, out)."""
    shape = kernel.weight.shape if kernel.weight is not None else ()
    return shape[0] == shape[1] and (kernel.bias is None or kernel.bias.size == shape[3])


def _blocks(groups: Sequence[Group], layout: Layout) -> list[Block]:
    """Layers with weights in the order of the file, convolutions first.

    Parts of a sequence, "net.0", "net.3", "net.10", are in the order of their numbers.
    """
    stems = {stem: place for place, stem in enumerate(dict.fromkeys(map(_stem, groups)))}
    blocks: list[Block] = []
    if all(re.search(r"[./]\d+$", one.name) for one in groups):
        groups = sorted(groups, key=lambda one: (stems[_stem(one)], one.number or 0))
    for one in groups:
        if one.weight is None:
            if blocks:
                blocks[-1] = blocks[-1]._replace(norms=(*blocks[-1].norms, one))
            continue
        if one.weight.ndim == 4:
            rows, _, inputs, outputs = layout.kernel(one.weight).shape
        else:
            rows, (inputs, outputs) = 0, layout.matrix(one.weight).shape
        blocks.append(Block(one, (), inputs, outputs, rows, None))
    for i, (block, after) in enumerate(zip(blocks, blocks[1:], strict=False)):
        first, second = block.layer.number, after.layer.number
        alike = _stem(block.layer) == _stem(after.layer) != ()
        if alike and first is not None and second is not None:
            blocks[i] = block._replace(gap=second - first - 1)
    return sorted(blocks, key=lambda block: not block.kernel)


def _stem(group: Group) -> tuple[str, ...]:
    return tuple(word for word in group.key if not word.isdigit())

"""An architecture that would fit arrays whose file does not tell one, as an example to start from.

What the names and shapes of a convolutional network leave open is where it pools and how it pads.
The first dense layer's inputs tell which guesses are possible at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from .named import Group

SIDES = (28, 32, 64, 16, 8)  # of a picture, tried in this order
COLORED_SIDES = (32, 28, *SIDES[2:])
MOST_CONVOLUTIONS = 8
SHOWN = 10  # layers in the sentence


class Block(NamedTuple):
    """A layer with weights and the normalizations right behind it."""

    layer: Group
    norms: tuple[Group, ...]
    inputs: int
    outputs: int
    kernel: int  # of a convolution, else 0
    gap: int | None  # nameless layers behind it, by the numbers in the names; None: not known


def proposal(blocks: Sequence[Block], example: Sequence[str], *, fits: bool) -> str:
    """The sentence that says what was found and how an architecture is said."""
    found = ", ".join(
        f"{block.layer.name} ({'×'.join(map(str, block.layer.weight.shape))})"
        for block in blocks[:SHOWN]
        if block.layer.weight is not None
    )
    told = "which fits the shapes" if fits else "to be completed: no usual padding fits the shapes"
    return (
        f"it holds arrays alone ({found}), which do not tell activations and pooling; write them "
        f"into a JSON file and name it with --architecture FILE.json, for instance "
        f"{json.dumps(example)} ({told})."
    )


def example_architecture(blocks: Sequence[Block]) -> list[str]:
    """Layers in words, as likely as shapes and names make them."""
    convolutions = [block for block in blocks if block.kernel]
    dense = [block for block in blocks if not block.kernel]
    if not convolutions:
        return _written(dense, [], 0, 2)
    last = convolutions[-1].outputs
    side = SIDES if convolutions[0].inputs == 1 else COLORED_SIDES
    if len(convolutions) <= MOST_CONVOLUTIONS and dense:
        for height, size, same in product(side, (2, 3), (0, 1)):
            for pools in _patterns(convolutions):
                after = _height(convolutions, pools, height, size, same)
                if after and last * after * after == dense[0].inputs:
                    written = _written(convolutions, pools, same, size)
                    return [*written, "flatten", *_written(dense, [], 0, 2)]
    written = _written(convolutions, [True] * len(convolutions), 0, 2)
    middle = "globalpool" if dense and dense[0].inputs == last else "flatten"
    return [*written, middle, *_written(dense, [], 0, 2)]


def _patterns(convolutions: Sequence[Block]) -> Iterator[list[bool]]:
    """Behind which convolutions there is pooling, likely ones first."""
    n = len(convolutions)
    gaps = [block.gap for block in convolutions]
    if all(gap is not None for gap in gaps[:-1]):
        told = [b.gap is not None and b.gap - len(b.norms) > 1 for b in convolutions]
        yield told
        yield [*told[:-1], not told[-1]]
    yield [True] * n
    yield [i % 2 == 1 for i in range(n)]
    yield [i == n - 1 for i in range(n)]
    yield from (list(pools) for pools in product((False, True), repeat=n))


def _height(
    convolutions: Sequence[Block], pools: Sequence[bool], height: int, size: int, same: int
) -> int:
    for block, pooled in zip(convolutions, pools, strict=True):
        height += 2 * (block.kernel // 2 * same) - block.kernel + 1
        height = max(0, height // size if pooled else height)
    return height


def _written(blocks: Sequence[Block], pools: Sequence[bool], same: int, size: int) -> list[str]:
    words: list[str] = []
    channels = blocks[0].inputs if blocks else 0
    for number, block in enumerate(blocks):
        padding = block.kernel // 2 * same
        groups = channels // block.inputs if block.kernel else 1
        words.append(
            block.layer.name
            + (f" padding {padding}" if padding else "")
            + (f" groups {groups}" if groups > 1 else "")
        )
        channels = block.outputs
        is_last = not block.kernel and number == len(blocks) - 1
        after = ["relu"] * (not is_last)
        early = bool(block.norms) and _activation_comes_first(block)
        norms = [norm.name for norm in block.norms]
        words += after + norms if early else norms + after
        if pools and pools[number]:
            words.append(f"maxpool {size}")
    return words


def _activation_comes_first(block: Block) -> bool:
    """Numbered names with a gap: layers.0, layers.2 is a convolution, ReLU, normalization."""
    first, second = block.layer.number, block.norms[0].number
    alike = tuple(w for w in block.layer.key if not w.isdigit()) == tuple(
        w for w in block.norms[0].key if not w.isdigit()
    )
    return alike and first is not None and second is not None and second - first > 1

"""The few steps that libraries must take in different ways, each a row: what differs is only here.

Everything else in the layers is one source for all of them. A row names what NumPy does and what
all others do; a library with a way of its own stands there by its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays import empty, library_of, like, namespace, to_numpy
from ..parallel import in_blocks
from ..shapes import Floats
from .windows import Window

SMALL = 10**6  # multiplications; OpenBLAS computes larger products from copies in its own order

Result = TypeVar("Result")


def at_once(work: Callable[[slice], Result], n: int, size: int) -> list[Result]:
    """The whole batch as one block: a GPU, and PyTorch, share the work out by themselves."""
    return [work(slice(0, n))]


def whole_pixels(maps: Floats, window: Window) -> Floats:
    """A pixel is copied as one thing of C numbers; number by number takes twice the time."""
    laid: Floats = np.stack(list(window.views(_whole(maps))), axis=3).view(maps.dtype)
    return laid


def joined_pixels(maps: Floats, window: Window) -> Floats:
    """The same by joining views, which every library can."""
    laid: Floats = namespace(maps).concat(list(window.views(maps)), axis=3)
    return laid


def copied_views(maps: Floats, window: Window) -> list[Floats]:
    """Each in one piece: views of short pieces take NumPy longer than copies and the copying."""
    copies = [np.ascontiguousarray(view) for view in window.views(_whole(maps))]
    return [copy.view(maps.dtype).reshape(*copy.shape, -1) for copy in copies]


def plain_views(maps: Floats, window: Window) -> list[Floats]:
    return list(window.views(maps))


def put_whole(maps: Floats, window: Window, seen: Iterable[Floats]) -> None:
    """Again a pixel as one thing."""
    for view, numbers in zip(window.views(_whole(maps)), seen, strict=True):
        view[...] = _whole(numbers)


def put(maps: Floats, window: Window, seen: Iterable[Floats]) -> None:
    for view, numbers in zip(window.views(maps), seen, strict=True):
        view[...] = numbers


def _whole(maps: Floats) -> NDArray[Any]:
    """(n, H, W, C) → (n, H, W), each pixel one thing that can only be copied."""
    pixel = np.dtype((np.void, maps.shape[3] * maps.itemsize))
    whole: NDArray[Any] = np.ascontiguousarray(maps).view(pixel)[..., 0]
    return whole


def small_pieces(maps: Floats, others: int) -> Floats:
    """A few rows of an image are a piece: small products go without copying their factors first."""
    n, height, width, channels = maps.shape
    most = max(1, SMALL // (width * channels * others))
    rows = next(rows for rows in range(min(height, most), 0, -1) if height % rows == 0)
    return maps.reshape(n, height // rows, rows * width, channels)


def whole_images(maps: Floats, others: int) -> Floats:
    """An image is a piece."""
    n, height, width, channels = maps.shape
    images: Floats = namespace(maps).reshape(maps, (n, 1, height * width, channels))
    return images


def clipped(values: Floats, out: Floats | None = None) -> Floats:
    """Between 0 and ∞, which NumPy finds in a third of the time of the larger of value and 0."""
    positive: Floats = values.clip(0.0, math.inf, out=out)
    return positive


def larger(values: Floats, out: Floats | None = None) -> Floats:
    positive: Floats = namespace(values).maximum(values, 0.0, out=out)
    return positive


def multiplied(values: Floats, mask: Floats, out: Floats | None = None) -> Floats:
    """As a product with a truth value, which NumPy is six times as fast at as at choosing."""
    product: Floats = namespace(values).multiply(values, mask, out=out)
    return product


def chosen(values: Floats, mask: Floats, out: Floats | None = None) -> Floats:
    """The same in the standard, where a truth value is no number."""
    found: Floats = namespace(values).where(mask, values, 0.0, out=out)
    return found


def scipy_normal(z: Floats) -> Floats:
    from scipy.special import ndtr  # here, for most networks do without

    distribution: Floats = ndtr(z)
    return distribution


def scipy_normal_elsewhere(z: Any) -> Any:
    """There and back: the standard has no Φ."""
    return like(scipy_normal(to_numpy(z)), z)


def torch_normal(z: Any) -> Any:
    import torch

    return torch.special.ndtr(z)


def cupy_normal(z: Any) -> Any:
    from cupyx.scipy.special import ndtr

    return ndtr(z)


OTHERS = "others"
KERNELS: dict[str, dict[str, Callable[..., Any]]] = {
    # work(block) for a batch of n samples of `size` numbers
    "blocks": {"numpy": in_blocks, OTHERS: at_once},
    # beside each pixel all that a window sees of maps from there: (n, H', W', taps · C)
    "beside": {"numpy": whole_pixels, OTHERS: joined_pixels},
    # what each tap of a window sees of maps: a list of (n, H', W', C)
    "views": {"numpy": copied_views, OTHERS: plain_views},
    # the other way round: such a list written to maps, where no windows overlap
    "put": {"numpy": put_whole, OTHERS: put},
    # (n, H, W, C) → (n, pieces, pixels, C), for products with so many other numbers a pixel
    "pieces": {"numpy": small_pieces, OTHERS: whole_images},
    # max(value, 0)
    "positive": {"numpy": clipped, OTHERS: larger},
    # values where a mask is true, else 0
    "masked": {"numpy": multiplied, "torch": multiplied, "cupy": multiplied, OTHERS: chosen},
    # Φ, the distribution of a normal variable
    "normal": {
        "numpy": scipy_normal,
        "torch": torch_normal,
        "cupy": cupy_normal,
        OTHERS: scipy_normal_elsewhere,
    },
}


def kernel(name: str, array: Any) -> Callable[..., Any]:
    """The way in which the library of this array takes a step."""
    ways = KERNELS[name]
    if type(array) is np.ndarray:
        return ways["numpy"]
    return ways.get(library_of(array)) or ways[OTHERS]


def over_blocks(work: Callable[[slice], Result], x: Floats, size: int) -> list[Result]:
    """[work(block) for every block of the batch x], of `size` numbers a sample at its widest."""
    done: list[Result] = kernel("blocks", x)(work, x.shape[0], size)
    return done


def by_block(function: Callable[..., Floats], *arrays: Floats) -> Floats:
    """function(*arrays), number by number; feature maps (n, H, W, C) block by block."""
    maps = arrays[0]
    if maps.ndim < 4:  # so few that sharing them out takes longer
        return function(*arrays)
    out: Floats = empty(maps.shape, maps)

    def work(block: slice) -> None:
        function(*(array[block, ...] for array in arrays), out=out[block, ...])

    over_blocks(work, maps, math.prod(maps.shape[1:]))
    return out


def added(parts: Sequence[Floats]) -> Floats:
    """The sum of what the blocks gave, in order."""
    functions = namespace(parts[0])
    total: Floats = functions.sum(functions.stack(list(parts)), axis=0)
    return total

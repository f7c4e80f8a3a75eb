"""The few steps that libraries must take in different ways, each a row: what differs is only here.

Everything else in the layers is one source for all of them. A row names what NumPy does and what
all others do; a library with a way of its own stands there by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from ..arrays import library_of, like, namespace, to_numpy
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
    whole = np.dtype((np.void, maps.shape[3] * maps.itemsize))
    views = list(window.views(np.ascontiguousarray(maps).view(whole)))
    laid = np.empty((*views[0].shape[:3], len(views) * maps.shape[3]), maps.dtype)
    for i, view in enumerate(views):
        laid.view(whole)[..., i] = view[..., 0]
    return laid


def joined_pixels(maps: Floats, window: Window) -> Floats:
    """The same by joining views, which every library can."""
    laid: Floats = namespace(maps).concat(list(window.views(maps)), axis=3)
    return laid


def small_products(maps: Floats, weights: Floats) -> Floats:
    """One product for a few rows of an image: as small ones, they go without copying first."""
    product = _pieces(maps, weights.shape[1]) @ weights
    return product.reshape(*maps.shape[:3], -1)


def whole_product(maps: Floats, weights: Floats) -> Floats:
    """The whole batch at once: other libraries share the work out by themselves."""
    product: Floats = maps @ weights
    return product


def small_correlations(maps: Floats, others: Floats) -> Floats:
    """The same for the sum over all pixels of the products of two maps' channels."""
    products = _pieces(maps, others.shape[3]).mT @ _pieces(others, maps.shape[3])
    total: Floats = products.sum(axis=(0, 1))
    return total


def whole_correlation(maps: Floats, others: Floats) -> Floats:
    """Of the whole batch at once."""
    reshape = namespace(maps).reshape
    product: Floats = reshape(maps, (-1, maps.shape[3])).T @ reshape(others, (-1, others.shape[3]))
    return product


def _pieces(maps: Floats, others: int) -> Floats:
    """Maps (n, H, W, C) as pieces (n, m, H / m · W, C), for products of C · `others` numbers."""
    n, height, width, channels = maps.shape
    most = max(1, SMALL // (width * channels * others))
    rows = next(rows for rows in range(min(height, most), 0, -1) if height % rows == 0)
    return maps.reshape(n, height // rows, rows * width, channels)


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
    # maps (n, H, W, C), (C, O) → (n, H, W, O)
    "product": {"numpy": small_products, OTHERS: whole_product},
    # maps (n, H, W, C), (n, H, W, O) → (C, O), the sum over all pixels
    "correlation": {"numpy": small_correlations, OTHERS: whole_correlation},
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


def added(parts: Sequence[Floats]) -> Floats:
    """The sum of what the blocks gave, in order."""
    functions = namespace(parts[0])
    total: Floats = functions.sum(functions.stack(list(parts)), axis=0)
    return total

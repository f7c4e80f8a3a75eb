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

Result = TypeVar("Result")


def at_once(work: Callable[[slice], Result], n: int, size: int) -> list[Result]:
    """The whole batch as one block: a GPU, and PyTorch, share the work out by themselves."""
    return [work(slice(0, n))]


def whole_pixels(pixels: Floats, count: int, step: int) -> Floats:
    """A pixel is copied as one thing of C numbers; number by number takes twice the time."""
    n = len(pixels) - (count - 1) * step
    laid = np.empty((n, count * pixels.shape[1]), pixels.dtype)
    whole = np.dtype((np.void, pixels.shape[1] * pixels.itemsize))
    for i in range(count):
        laid.view(whole)[:, i] = pixels.view(whole)[i * step :][:n, 0]
    return laid


def joined_pixels(pixels: Floats, count: int, step: int) -> Floats:
    """The same by joining slices, which every library can."""
    n = pixels.shape[0] - (count - 1) * step
    slices = [pixels[i * step : i * step + n, :] for i in range(count)]
    laid: Floats = namespace(pixels).concat(slices, axis=1)
    return laid


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
    # each pixel, the one `step` further on, and so on: (P, C), count, step → (P − …, count · C)
    "beside": {"numpy": whole_pixels, OTHERS: joined_pixels},
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

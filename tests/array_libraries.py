"""Arrays that are not NumPy's: PyTorch's where it is installed, and always those of the standard.

`array_api_strict` knows what the array API standard tells and nothing else, and its second device
refuses to become NumPy's unasked, as a GPU does. So what would fail on a GPU fails on it, too.
"""

from __future__ import annotations

from collections.abc import Callable

import array_api_strict
import pytest

from neuroscribble.arrays import TO_NUMPY, Place, namespace

TO_NUMPY["array_api_strict"] = lambda array: array._array.copy()


def strict_place() -> Place:
    device = array_api_strict.Device("device1")
    return Place(namespace(array_api_strict.zeros(1, device=device)), device)


def torch_place() -> Place:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; the standard stands in")
    torch.set_num_threads(1)  # its threads wait for each other by spinning
    array = torch.zeros(1)
    return Place(namespace(array), array.device)


PLACES: dict[str, Callable[[], Place]] = {"standard": strict_place, "torch": torch_place}

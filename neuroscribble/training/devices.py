"""Where a network is trained: NumPy on the processor, or a GPU that PyTorch or CuPy sees.

A GPU is told each operation by itself, and that takes the processor's time however small the
operation is. So there are networks that no GPU can train faster; docs/devices.md has the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ..arrays import HERE, HOW_TO, Place, namespace
from ..errors import DeviceError

DEVICES = ("cpu", "cuda", "mps", "auto")
PAYS = 40_000_000  # multiplications of a forward pass over a batch; docs/devices.md says why
MAKERS = {"cuda": "an NVIDIA GPU", "mps": "Apple's GPU"}


def find_place(device: str, *, multiplications: int) -> tuple[Place, str]:
    """Where to train, by one of DEVICES, and why there, in a sentence.

    multiplications: of a forward pass over a batch. Raises DeviceError for a GPU that is not there.
    """
    if device == "cpu":
        return HERE, "NumPy trains on the processor."
    if device == "auto":
        if multiplications < PAYS:
            return HERE, "NumPy trains on the processor: for so small a network no GPU pays."
        for name in MAKERS:
            place, _ = _seen(name)
            if place:
                return place, f"The GPU trains ({name})."
        return HERE, "NumPy trains on the processor, for no GPU was found."
    return gpu(device), f"The GPU trains ({device})."


def gpu(device: str) -> Place:
    """The GPU of that name, "cuda" or "mps"; raises DeviceError where there is none."""
    place, why = _seen(device)
    if place is None:
        raise DeviceError(
            f"--device {device} needs {MAKERS[device]}, and {why}; "
            "train with --device cpu or --device auto."
        )
    return place


def _seen(device: str) -> tuple[Place | None, str]:
    """The GPU as the first library that sees it has it, or None and why."""
    reasons = []
    for name, library, look in LIBRARIES[device]:
        try:
            module = import_module(library)
        except ImportError:
            reasons.append(f"{name} is not installed ({HOW_TO})")
            continue
        array = look(module)
        if array is not None:
            return Place(namespace(array), array.device), ""
        reasons.append(f"{name} {module.__version__} sees none")
    return None, " and ".join(reasons)


def _torch_cuda(torch: Any) -> Any:
    return torch.zeros(1, device="cuda") if torch.cuda.is_available() else None


def _torch_mps(torch: Any) -> Any:
    return torch.zeros(1, device="mps") if torch.backends.mps.is_available() else None


def _cupy_cuda(cupy: Any) -> Any:
    return cupy.zeros(1) if cupy.is_available() else None


Look = Callable[[Any], Any]  # the module → an array on its GPU, or None where it sees none
LIBRARIES: dict[str, tuple[tuple[str, str, Look], ...]] = {
    "cuda": (("PyTorch", "torch", _torch_cuda), ("CuPy", "cupy", _cupy_cuda)),
    "mps": (("PyTorch", "torch", _torch_mps),),
}


@contextmanager
def telling_of_memory(batch_size: int) -> Iterator[None]:
    """Inside the block, a memory that does not suffice ends in a sentence about batches."""
    try:
        yield
    except Exception as error:
        if not _is_of_memory(error):
            raise
        raise DeviceError(
            f"the memory does not hold this network with batches of {batch_size:,} digits; take a "
            f"smaller batch size, such as --batch {max(1, batch_size // 2)}, or --device cpu."
        ) from error


def _is_of_memory(error: Exception) -> bool:
    """NumPy, PyTorch, CuPy and Apple's driver each say it in their own way."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"MemoryError", "OutOfMemoryError"}) or (
        isinstance(error, RuntimeError) and "out of memory" in str(error)
    )

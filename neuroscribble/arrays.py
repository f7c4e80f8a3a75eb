"""Whose arrays these are: everything is computed with the library that its arrays come from.

NumPy's are computed with NumPy itself. Those of PyTorch, CuPy and others that can be written to
are computed with the functions of the array API standard (data-apis.org/array-api), which
`array-api-compat` gives them; both have the same names. What they do not share is here, and in
`nn.kernels`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .errors import ArraysError

TAKING_OUT = ("torch", "cupy")  # libraries whose functions know `out`, as NumPy's do
NAMES = {"numpy": "NumPy", "torch": "PyTorch", "cupy": "CuPy"}
TO_NUMPY: dict[str, Callable[[Any], Any]] = {  # for libraries with memories of their own
    "torch": lambda array: array.cpu().numpy(),
    "cupy": lambda array: array.get(),
}
HOW_TO = 'pip install "neuroscribble[gpu]"'


class Functions(SimpleNamespace):
    """The functions of NumPy, which copies and other processes know by name: as NUMPY."""

    def __reduce__(self) -> str:
        return "NUMPY"


# NumPy's own functions; of these four the arrays' methods, which take a microsecond less
NUMPY: Any = Functions(
    **vars(np) | {name: getattr(np.ndarray, name) for name in ("sum", "max", "argmax", "reshape")}
)


class Standard:
    """The functions of a library as the standard tells of them, and of each with `out`.

    Where a library's own function does not know `out`, the result is copied there.
    """

    def __init__(self, functions: Any, library: str) -> None:
        self._functions, self._takes_out = functions, library in TAKING_OUT

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._functions, name)
        if callable(found) and not isinstance(found, type) and not self._takes_out:
            found = _with_out(found)
        setattr(self, name, found)  # the next time it is here
        return found


def _with_out(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, out: Any = None, **settings: Any) -> Any:
        result = function(*arguments, **settings)
        if out is None:
            return result
        out[...] = result
        return out

    return call


def library_of(array: Any) -> str:
    """The package that an array comes from: "numpy", "torch", "cupy", …"""
    kind = type(array)
    return "numpy" if kind is np.ndarray else kind.__module__.partition(".")[0]


def namespace(array: Any) -> Any:
    """The functions that compute with such arrays; raises ArraysError for what is no array."""
    if type(array) is np.ndarray or isinstance(array, np.ndarray | np.generic):
        return NUMPY
    return _standard(type(array), array)


_found: dict[type, Standard] = {}


def _standard(kind: type, array: Any) -> Standard:
    if kind not in _found:
        compat = _compat()
        try:
            found = compat.array_namespace(array)
        except TypeError:
            raise ArraysError(
                f"arrays of NumPy, PyTorch or CuPy are computed with; got {kind.__name__}."
            ) from None
        _found[kind] = Standard(found, library_of(array))
    return _found[kind]


@cache
def _compat() -> Any:
    try:
        import array_api_compat  # here: NumPy does without
    except ImportError:
        raise ArraysError(
            "arrays that are not NumPy's need the package array-api-compat; install it with "
            f"{HOW_TO}."
        ) from None
    return array_api_compat


@dataclass(frozen=True, repr=False)
class Place:
    """Where arrays live: a library by its functions, and one of its devices."""

    functions: Any
    device: Any  # None is what the library takes by itself

    def zeros(self, n: int, dtype: DTypeLike) -> Any:
        """So many zeros of a NumPy dtype."""
        own = getattr(self.functions, np.dtype(dtype).name)
        return self.functions.zeros(n, dtype=own, device=self.device)

    def bring(self, array: Any) -> Any:
        """An array of any library as one of this place, of the same precision."""
        if self == HERE:
            return to_numpy(array)
        if namespace(array) is self.functions and array.device == self.device:
            return array
        return self.functions.asarray(to_numpy(array), device=self.device)


HERE = Place(NUMPY, None)  # NumPy, in the memory of the machine


def place_of(array: Any) -> Place:
    """Where an array lives."""
    functions = namespace(array)
    return HERE if functions is NUMPY else Place(functions, array.device)


def to_numpy(array: Any) -> Any:
    """The same numbers as an array of NumPy."""
    if isinstance(array, np.ndarray):
        return array
    return TO_NUMPY.get(library_of(array), np.asarray)(array)


def converted(array: Any, dtype: Any) -> Any:
    """An array in another precision, a dtype of its library; itself where it has that one."""
    if type(array) is np.ndarray:
        return array.astype(dtype, copy=False)
    return namespace(array).astype(array, dtype, copy=False)


def like(array: NDArray[Any], other: Any) -> Any:
    """A NumPy array beside another one: in its library, on its device, of its precision."""
    if type(other) is np.ndarray:
        return array.astype(other.dtype, copy=False)
    return namespace(other).asarray(array, dtype=other.dtype, device=other.device)


def empty(shape: tuple[int, ...], other: Any) -> Any:
    """Room for numbers beside another array, of its precision."""
    if type(other) is np.ndarray:
        return np.empty(shape, other.dtype)
    return namespace(other).empty(shape, dtype=other.dtype, device=other.device)


def zeros(shape: tuple[int, ...], other: Any) -> Any:
    """Zeros beside another array, of its precision."""
    if type(other) is np.ndarray:
        return np.zeros(shape, other.dtype)
    return namespace(other).zeros(shape, dtype=other.dtype, device=other.device)


def full(shape: tuple[int, ...], value: float, other: Any) -> Any:
    """The same number everywhere, beside another array and of its precision."""
    if type(other) is np.ndarray:
        return np.full(shape, value, other.dtype)
    return namespace(other).full(shape, value, dtype=other.dtype, device=other.device)


def exact(array: Any) -> Any:
    """The dtype for sums of many numbers: double precision, where the device has it."""
    if type(array) is np.ndarray:
        return np.float64
    functions = namespace(array)
    return functions.float32 if str(array.device).startswith("mps") else functions.float64


def precision(array: Any) -> np.dtype[Any]:
    """The dtype of an array as NumPy calls it: float32 of torch.float32."""
    return np.dtype(str(array.dtype).rpartition(".")[2])


def require_together(name: str, array: Any, other_name: str, other: Any) -> None:
    """Refuse two arrays of different libraries or devices, by name."""
    if type(array) is type(other) is np.ndarray:
        return
    if place_of(array) != place_of(other):
        raise ArraysError(
            f"{name} are {described(array)} and {other_name} are {described(other)}; "
            f"bring both to one place, as network.place.bring({name}) does."
        )


def described(array: Any) -> str:
    """As people say it: "NumPy's", "PyTorch's on cuda:0"."""
    library = library_of(array)
    where = "" if library == "numpy" else f" on {array.device}"
    return f"{NAMES.get(library, library)}'s{where}"

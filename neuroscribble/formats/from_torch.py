"""A PyTorch module, read by running it: on a stand-in that writes down what is done with it.

PyTorch asks every argument that is no tensor for `__torch_function__` before it computes, so a
stand-in can pass through a module's own `forward` and see each operation with its weights, in
order. PyTorch is not imported, and no number is computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import WeightsError
from ..nn.network import Network
from ..shapes import Floats
from .chain import Chain
from .prove import with_original
from .reading import Reading
from .torch_functions import FUNCTIONS

WAY_OUT = (
    'export it instead: torch.onnx.export(model.eval(), torch.zeros(1, 1, 28, 28), "model.onnx").'
)
SIDE = 28  # of a picture whose size nobody told


def from_torch(
    module: Any, *, input_shape: Sequence[int] | None = None, input: str | None = None
) -> Network:
    """The network of a PyTorch module, whatever its `forward` does in a row.

    input_shape: of one sample as the module takes it, (1, 28, 28) or (784,), where it cannot be
    told from the first layer. input: what a picture's numbers are, as in "mean 0.1307, std
    0.3081". The module stays as it is.

    Raises WeightsError for what is no chain of layers, and for functions that are not read, by
    name.
    """
    if isinstance(module, type) or not hasattr(module, "forward"):
        raise WeightsError(f"from_torch needs a torch.nn.Module; got {type(module).__name__}.")
    furthest, error_there = -1, WeightsError("the module has no parameters.")
    shapes = [tuple(input_shape)] if input_shape is not None else _likely_shapes(module)
    for shape in shapes:
        chain = Chain(shape, channels_first=True, words=input)
        try:
            with _evaluating(module):
                end = module(Standin(chain))
            if not isinstance(end, Standin) or end.step != chain.step:
                raise WeightsError(f"its output is not the end of its chain of layers; {WAY_OUT}")
            network = Reading("PyTorch module", chain).network()
            return with_original(network, "torch", _asking(module), shape, called="PyTorch")
        except Exception as error:
            if chain.step > furthest:
                furthest, error_there = chain.step, _told(error)
    raise error_there


def _asking(module: Any) -> Callable[[Floats], Floats]:
    """The module as a function of arrays, in evaluation mode."""

    def ask(x: Floats) -> Floats:
        like = next(module.parameters()).detach()
        with _evaluating(module):
            said = module(like.new_tensor(x.tolist()))
        array: Floats = said.detach().cpu().double().numpy()
        return array

    return ask


def _told(error: Exception) -> WeightsError:
    if isinstance(error, WeightsError):
        return error
    said = f"{type(error).__name__}: {error!s:.120}"
    return WeightsError(f"the module cannot be followed ({said}); {WAY_OUT}")


def _likely_shapes(module: Any) -> list[tuple[int, ...]]:
    """What the first weights take, as a row and as a picture."""
    weights = next((p for p in module.parameters() if len(p.shape) in (2, 4)), None)
    if weights is None:
        return []
    n = int(weights.shape[1])
    if len(weights.shape) == 4:
        return [(n, side, side) for side in ((SIDE, 32, 64) if n == 1 else (32, SIDE, 64))]
    pictures = [(c, math.isqrt(n // c), math.isqrt(n // c)) for c in (1, 3)]
    return [*(shape for shape in pictures if math.prod(shape) == n), (n,)]


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """All parts of a module in evaluation mode, and afterwards as they were."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


class Standin:
    """Passes through a module in place of a batch of one sample, and hangs layers on the chain."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.step = chain, chain.step
        self.dtype, self.device, self.is_cuda, self.requires_grad = None, "cpu", False, False

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        name = getattr(function, "__name__", str(function))
        return _call(name, list(args), dict(kwargs or {}))

    @property
    def shape(self) -> tuple[int, ...]:
        return (1, *self.chain.view.shape)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def dim(self) -> int:
        return len(self.shape)

    def size(self, axis: int | None = None) -> Any:
        return self.shape if axis is None else self.shape[axis]

    def __len__(self) -> int:
        return 1

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: _call(name, [self, *args], kwargs)

    def __add__(self, other: Any) -> Standin:
        return _call("add", [self, other], {})

    def __sub__(self, other: Any) -> Standin:
        return _call("sub", [self, other], {})

    def __rsub__(self, other: Any) -> Standin:
        return _call("rsub", [self, other], {})

    def __mul__(self, other: Any) -> Standin:
        return _call("mul", [self, other], {})

    def __truediv__(self, other: Any) -> Standin:
        return _call("div", [self, other], {})

    __radd__, __rmul__ = __add__, __mul__


def _call(name: str, args: list[Any], kwargs: dict[str, Any]) -> Standin:
    """Do to the chain what a function of PyTorch does to its first argument."""
    key = name.rstrip("_").removeprefix("_").removeprefix("_")
    live = [one for one in (*args, *kwargs.values()) if isinstance(one, Standin)]
    if len(live) != 1 or live[0].step != live[0].chain.step:
        raise WeightsError(f"at {name}: the module branches, which is not read; {WAY_OUT}")
    if not isinstance((args or [None])[0], Standin):
        if key in ("add", "mul") and len(args) > 1:
            args = [args[1], args[0], *args[2:]]
        elif "input" in kwargs:
            args = [kwargs.pop("input"), *args]
        else:
            raise WeightsError(f"at {name}: the sample must be its first argument; {WAY_OUT}")
    chain = live[0].chain
    if key not in FUNCTIONS:
        raise WeightsError(f"the function {name} of PyTorch is not read; {WAY_OUT}")
    try:
        FUNCTIONS[key](chain, *args[1:], **kwargs)
    except WeightsError as error:
        raise WeightsError(f"at {name}: {error}") from error
    chain.step += 1
    return Standin(chain)

"""What each function of PyTorch is as a layer of ours; a new one is a new row at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.activations import ELU, GELU, Clip, LeakyReLU, Sigmoid, Softplus, Tanh
from ..nn.layers import ReLU
from .chain import Chain
from .named import Array


def _numbers(value: Any) -> Array | None:
    """A tensor as an array; None stays None."""
    if value is None:
        return None
    for step in ("detach", "cpu", "float"):
        value = getattr(value, step)() if hasattr(value, step) else value
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value)


def _pair(value: Any) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    sizes = [int(one) for one in value]
    if len(sizes) == 1:
        sizes *= 2
    first, second = sizes
    return first, second


def _linear(chain: Chain, weight: Any, bias: Any = None) -> None:
    W = _numbers(weight)
    assert W is not None
    chain.dense(W.T, _numbers(bias))


def _matmul(chain: Chain, weight: Any) -> None:
    chain.dense(_numbers(weight), None)


def _conv(
    chain: Chain, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: int = 1,
) -> None:  # fmt: skip
    W = _numbers(weight)
    assert W is not None
    (step, step2), (apart, apart2) = _pair(stride), _pair(dilation)
    if padding == "same":
        reach = [(size - 1) * d for size, d in zip(W.shape[2:], (apart, apart2), strict=True)]
        sides = [(n // 2, n - n // 2) for n in reach]
    else:
        rows, columns = (0, 0) if padding == "valid" else _pair(padding)
        sides = [(rows, rows), (columns, columns)]
    chain.conv(
        W.transpose(2, 3, 1, 0), _numbers(bias), stride=(step, step2),
        padding=(sides[0], sides[1]), dilation=(apart, apart2), groups=groups,
    )  # fmt: skip


def _pool(mean: bool) -> Callable[..., None]:
    def add(
        chain: Chain, kernel_size: Any, stride: Any = None, padding: Any = 0, *more: Any,
        **settings: Any,
    ) -> None:  # fmt: skip
        names = ("ceil_mode", "count_include_pad") if mean else ("dilation", "ceil_mode")
        settings |= dict(zip(names, more, strict=False))
        size = _pair(kernel_size)
        step = size if stride in (None, [], ()) else _pair(stride)
        rows, columns = _pair(padding)
        if settings.get("ceil_mode") or _pair(settings.get("dilation") or 1) != (1, 1):
            raise WeightsError("pooling with ceil_mode or dilation is not read.")
        sides = ((rows, rows), (columns, columns))
        counts = bool(settings.get("count_include_pad", True))
        chain.pool(size, stride=step, padding=sides, mean=mean, counts_padding=counts and mean)

    return add


def _adaptive(mean: bool) -> Callable[..., None]:
    def add(chain: Chain, output_size: Any, return_indices: bool = False) -> None:
        rows, columns = chain.view.shape[1:]
        wanted = _pair(output_size)
        if mean and wanted == (1, 1):
            chain.global_pool()
            chain.reshape((-1, 1, 1))
            return
        if rows % wanted[0] or columns % wanted[1]:
            raise WeightsError(f"{rows}×{columns} numbers pooled to {wanted} are not read.")
        size = (rows // wanted[0], columns // wanted[1])
        chain.pool(size, stride=size, mean=mean)

    return add


def _batch_norm(
    chain: Chain, running_mean: Any, running_var: Any, weight: Any = None, bias: Any = None,
    training: bool = False, momentum: float = 0.1, eps: float = 1e-5, *more: Any,
) -> None:  # fmt: skip
    if running_mean is None:
        raise WeightsError("a normalization without running statistics is not read.")
    arrays = (_numbers(one) for one in (weight, bias, running_mean, running_var))
    chain.batch_norm(*arrays, epsilon=eps, axis=0)


def _flatten(chain: Chain, start_dim: int = 0, end_dim: int = -1) -> None:
    ndim = chain.view.ndim + 1
    start, end = start_dim % ndim, end_dim % ndim
    if start == 0:
        raise WeightsError("flattening the batch axis is not read.")
    shape = chain.view.shape
    chain.reshape((*shape[: start - 1], -1, *shape[end:]))


def _view(chain: Chain, *shape: Any) -> None:
    sizes = list(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else list(shape)
    total = chain.n_numbers
    if len(sizes) < 2 or not all(isinstance(size, int) for size in sizes):
        raise WeightsError(f"a view of {sizes} mixes samples, which is not read.")
    if sizes[0] == -1 and math.prod(sizes[1:]) != total:
        raise WeightsError(f"a view of {sizes} does not fit {total} numbers.")
    chain.reshape(sizes[1:])


def _permute(chain: Chain, *dims: Any) -> None:
    order = list(dims[0]) if len(dims) == 1 and not isinstance(dims[0], int) else list(dims)
    if order[0] != 0:
        raise WeightsError("a permutation of the batch axis is not read.")
    chain.transpose([axis - 1 for axis in order[1:]])


def _squeeze(chain: Chain, dim: int | None = None) -> None:
    shape = (1, *chain.view.shape)
    gone = (
        {dim % len(shape)} if dim is not None else {i for i, n in enumerate(shape) if i and n == 1}
    )
    if 0 in gone:
        raise WeightsError("squeezing the batch axis is not read.")
    chain.reshape([n for i, n in enumerate(shape) if i and (i not in gone or n != 1)])


def _unsqueeze(chain: Chain, dim: int) -> None:
    shape = [1, *chain.view.shape]
    shape.insert(dim % (len(shape) + 1), 1)
    if dim == 0:
        raise WeightsError("a new batch axis is not read.")
    chain.reshape(shape[1:])


def _mean(chain: Chain, dim: Any = None, keepdim: bool = False, **more: Any) -> None:
    axes = sorted(
        axis % (chain.view.ndim + 1) for axis in ([dim] if isinstance(dim, int) else dim or [])
    )
    if axes != [2, 3] or chain.view.ndim != 3:
        raise WeightsError(f"a mean over the axes {axes} is not read, only one over whole maps.")
    chain.global_pool()
    if keepdim:
        chain.reshape((-1, 1, 1))


def _affine(make: Callable[[Array], tuple[Any, Any]]) -> Callable[..., None]:
    def add(chain: Chain, other: Any, **more: Any) -> None:
        value = _numbers(other)
        if value is None or value.dtype.kind not in "fiu" or more.get("alpha", 1) != 1:
            raise WeightsError("only numbers are added, taken away or multiplied.")
        if value.ndim == chain.view.ndim + 1 and len(value) == 1:
            value = value.reshape(value.shape[1:])
        chain.affine(*make(np.asarray(value, np.float64)))

    return add


def _softmax(chain: Chain, dim: Any = None, *more: Any, **settings: Any) -> None:
    if dim not in (None, 1, -1) or chain.view.ndim != 1:
        raise WeightsError(f"a softmax along axis {dim} is not read.")
    chain.softmax()


def _clamp(chain: Chain, min: Any = None, max: Any = None) -> None:
    if min == 0 and max is None:
        chain.activation("relu", ReLU())
    elif min is None or max is None:
        raise WeightsError(f"a clamp from {min} to {max} is not read.")
    else:
        chain.activation("clip", Clip(float(min), float(max)))


def _softplus(chain: Chain, beta: float = 1, threshold: float = 20) -> None:
    if beta != 1:
        raise WeightsError(f"a softplus with beta {beta} is not read.")
    chain.activation("softplus", Softplus())


def _prelu(chain: Chain, weight: Any) -> None:
    slopes = np.unique(np.asarray(_numbers(weight)))
    if slopes.size != 1:
        raise WeightsError("slopes that differ from map to map are not read.")
    chain.activation("leakyrelu", LeakyReLU(float(slopes[0])))


def _selu(chain: Chain, inplace: bool = False) -> None:
    chain.activation("elu", ELU(1.6732632423543772))
    chain.affine(1.0507009873554805, 0.0)


def _relu6(chain: Chain, inplace: bool = False) -> None:
    chain.activation("clip", Clip(0.0, 6.0))


def _hardtanh(
    chain: Chain, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> None:
    chain.activation("clip", Clip(float(min_val), float(max_val)))


def _nothing(chain: Chain, *args: Any, **kwargs: Any) -> None:
    """What changes no number in evaluation."""


FUNCTIONS: dict[str, Callable[..., None]] = {
    "linear": _linear,
    "matmul": _matmul,
    "mm": _matmul,
    "conv2d": _conv,
    "max_pool2d": _pool(mean=False),
    "avg_pool2d": _pool(mean=True),
    "adaptive_avg_pool2d": _adaptive(mean=True),
    "adaptive_max_pool2d": _adaptive(mean=False),
    "batch_norm": _batch_norm,
    "flatten": _flatten,
    "view": _view,
    "reshape": _view,
    "permute": _permute,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "mean": _mean,
    "add": _affine(lambda c: (1.0, c)),
    "sub": _affine(lambda c: (1.0, -c)),
    "rsub": _affine(lambda c: (-1.0, c)),
    "mul": _affine(lambda c: (c, 0.0)),
    "div": _affine(lambda c: (1.0 / c, 0.0)),
    "true_divide": _affine(lambda c: (1.0 / c, 0.0)),
    "relu": lambda chain, inplace=False: chain.activation("relu", ReLU()),
    "leaky_relu": lambda chain, negative_slope=0.01, inplace=False: chain.activation(
        "leakyrelu", LeakyReLU(float(negative_slope))
    ),
    "prelu": _prelu,
    "elu": lambda chain, alpha=1.0, inplace=False: chain.activation("elu", ELU(float(alpha))),
    "selu": _selu,
    "gelu": lambda chain, approximate="none": chain.activation(
        "gelu", GELU("tanh" if approximate == "tanh" else "erf")
    ),
    "sigmoid": lambda chain: chain.activation("sigmoid", Sigmoid()),
    "tanh": lambda chain: chain.activation("tanh", Tanh()),
    "softplus": _softplus,
    "relu6": _relu6,
    "hardtanh": _hardtanh,
    "clamp": _clamp,
    "clip": _clamp,
    "softmax": _softmax,
    "log_softmax": _softmax,
    **dict.fromkeys(
        ("dropout", "dropout2d", "feature_dropout", "alpha_dropout", "contiguous", "to", "float"),
        _nothing,
    ),
    **dict.fromkeys(("type", "type_as", "clone", "detach", "cpu", "cuda", "identity"), _nothing),
}

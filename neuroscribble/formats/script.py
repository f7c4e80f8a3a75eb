"""A network as a short program in NumPy that computes the same, to read, to run and to change.

The program holds the arithmetic alone, spelled out layer by layer; its numbers lie beside it in an
.npz file.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np

from ..errors import SettingsError
from ..nn.activations import ELU, GELU, Clip, LeakyReLU, Linear, Sigmoid, Softplus, Tanh
from ..nn.averaging import AvgPool2d, GlobalAvgPool2d
from ..nn.conv import Conv2d
from ..nn.descriptions import layer_arrays
from ..nn.layers import Dense, Layer, ReLU
from ..nn.network import Network
from ..nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from ..nn.pooling import Flatten, MaxPool2d, Pool2d, Unflatten

HEADER = '''"""{title}

The same numbers as in NeuroScribble. `probabilities` takes {rows}, one sample a row.

Called with a file of samples, samples.npy, this program prints the class of each row.
"""

import sys
from pathlib import Path

import numpy as np

W = np.load(Path(__file__).with_name({arrays!r}))
CLASSES = {classes!r}
'''
WINDOWS = '''

def windows(x, size, step, padding=((0, 0), (0, 0)), outside=0.0, apart=(1, 1)):
    """(N, H, W, C) → (N, H', W', C, rows, columns): what a window sees from each of its places."""
    x = np.pad(x, ((0, 0), *padding, (0, 0)), constant_values=outside)
    reach = [(n - 1) * d + 1 for n, d in zip(size, apart)]
    seen = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(1, 2))
    return seen[:, :: step[0], :: step[1], :, :: apart[0], :: apart[1]]
'''
CONV = '''

def conv(x, kernel, bias, groups=1, **how):
    """Each map is one weighted sum of a window; with groups, of its own part of the channels."""
    seen = windows(x, kernel.shape[:2], **how)
    parts = zip(np.split(seen, groups, axis=3), np.split(kernel, groups, axis=3))
    return np.concatenate([np.einsum("nyxcrs,rsco->nyxo", s, k) for s, k in parts], axis=3) + bias
'''
MEAN = '''

def mean_pool(x, counts_padding=False, **how):
    """The mean of what each window sees, of the padding only if that counts."""
    total = windows(x, **how).sum(axis=(4, 5))
    ones = np.ones_like(x)
    return total / windows(ones, **how, outside=float(counts_padding)).sum(axis=(4, 5))
'''
ERF = '''

def erf(z):
    """The error function, number by number."""
    return np.vectorize(math.erf, otypes=[float])(z)
'''
SAMPLE = '''

def sample(line, at):
    """A line of ink sampled anew, in place; between two pixels by both, outside is paper."""
    for values in line.T:
        values[:] = np.interp(at, np.arange(-1, len(values) + 1), np.pad(values, 1))
'''
UPRIGHT = '''

def upright(x, rows, columns):
    """Pictures without their slant: every row slides until the principal axis stands upright."""
    pictures = x.reshape(len(x), rows, columns, -1).astype(float)
    for picture in pictures:
        ink = picture.sum(axis=2)
        y = np.arange(rows) - ink.sum(axis=1) @ np.arange(rows) / max(ink.sum(), 1e-9)
        height = y**2 @ ink.sum(axis=1)
        slant = np.clip(y @ ink @ np.arange(columns) / height, -1, 1) if height > 1e-9 else 0
        for row in range(rows):
            sample(picture[row], np.arange(columns) + slant * y[row])
    return pictures.reshape(len(x), -1)
'''
EVEN = '''

def even(x, rows, columns):
    """Pictures without slant, their ink centered and evenly spread: moment normalization."""
    pictures = x.reshape(len(x), rows, columns, -1).astype(float)
    for picture in pictures:
        ink = picture.sum(axis=2)
        total = max(ink.sum(), 1e-9)
        places = [np.arange(rows) - rows / 2, np.arange(columns) - columns / 2]
        y, x = np.arange(rows), np.arange(columns)
        center = ink.sum(axis=1) @ y / total, ink.sum(axis=0) @ x / total
        y, x = y - center[0], x - center[1]
        height = y**2 @ ink.sum(axis=1)
        slant = np.clip(y @ ink @ x / height, -1, 1) if height > 1e-9 else 0
        width = ((x - slant * y[:, None]) ** 2 * ink).sum()
        spreads = np.sqrt(height / total) / (0.2 * rows), np.sqrt(width / total) / (0.13 * columns)
        zoom = np.clip(spreads, 0.8, 1.25)
        at = [c + z * p for c, z, p in zip(center, zoom, places)]
        for column in picture.swapaxes(0, 1):
            sample(column, at[0])
        for row, place in zip(picture, places[0]):
            sample(row, np.arange(columns) + slant * zoom[0] * place)
            sample(row, at[1])
    return pictures.reshape(len(pictures), -1)
'''
FOOTER = """

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name one file of samples, one a row, that numpy.save wrote: samples.npy")
    for p in probabilities(np.load(sys.argv[1])):
        print({line})
"""


def script_and_arrays(network: Network, *, arrays: str) -> tuple[str, bytes]:
    """The program, and the bytes of the .npz file called `arrays` that it reads.

    Raises SettingsError for a layer that no line of NumPy is known for.
    """
    lines = [_line(name, layer) for name, layer in network.layers.items()]
    if network.upright is not None:
        stand = "even" if network.even else "upright"
        lines.insert(0, f"x = {stand}(x, {network.upright[0]}, {network.upright[1]})")
    end = {
        "softmax": [
            "e = np.exp(x - x.max(axis=1, keepdims=True))",
            "return e / e.sum(axis=1, keepdims=True)",
        ],
        "sigmoid": ["x = 1 / (1 + np.exp(-x))", "return {}"],
        "linear": ["return x"],
    }[network.output.name]
    n_units = network.output_shapes[next(reversed(network.layers))][0]
    two = "np.hstack([1 - x, x])" if n_units == 1 else "x"
    body = [line for line in [*lines, *end] if line]
    code = "\n".join(f"    {line}" for line in body).replace("return {}", f"return {two}")
    text = HEADER.format(
        title=f"A network {' → '.join(map(str, network.layer_sizes))} in NumPy.",
        rows=f"{network.input_shape[0]} numbers",
        arrays=arrays,
        classes=list(network.class_names),
    )
    helpers = [
        (("conv(", "windows(", "mean_pool("), WINDOWS),
        (("conv(",), CONV),
        (("mean_pool(",), MEAN),
        (("erf(",), ERF),
        (("upright(", "even("), SAMPLE),
        (("upright(",), UPRIGHT),
        (("even(",), EVEN),
    ]
    text += "".join(helper for calls, helper in helpers if any(call in code for call in calls))
    if "erf(" in code:
        text = text.replace("import sys\n", "import math\nimport sys\n")
    text += f"\n\ndef probabilities(x):\n{code}\n"
    line = "*p" if network.output.name == "linear" else "CLASSES[p.argmax()], p.max()"
    content = BytesIO()
    numbers: dict[str, Any] = {
        f"{name}.{key}": array
        for name, layer in network.layers.items()
        for key, array in layer_arrays(layer).items()
    }
    np.savez(content, **numbers)
    return text + FOOTER.format(line=line), content.getvalue()


def _line(name: str, layer: Layer) -> str:
    """One line of NumPy for a layer; nothing for one that changes no number."""
    if isinstance(layer, Dense):
        return f'x = x @ W["{name}.W"] + W["{name}.b"]'
    if isinstance(layer, Conv2d):
        more = f", groups={layer.groups}" if layer.groups > 1 else ""
        if layer.window.dilation != (1, 1):
            more += f", apart={layer.window.dilation}"
        step, padding = layer.window.stride, layer.window.padding
        return f'x = conv(x, W["{name}.W"], W["{name}.b"], step={step}, padding={padding}{more})'
    if isinstance(layer, BatchNorm1d | BatchNorm2d):
        scaled = f'(x - W["{name}.mean"]) / np.sqrt(W["{name}.variance"] + {layer.epsilon})'
        return f'x = {scaled} * W["{name}.gamma"] + W["{name}.beta"]'
    if isinstance(layer, Pool2d):
        return _pool(layer)
    if isinstance(layer, Unflatten):
        return f"x = x.reshape(-1, {', '.join(map(str, layer.shape))})"
    if isinstance(layer, GELU):
        return GELU_LINES[layer.form]
    for kind, line in _LINES.items():
        if isinstance(layer, kind):
            return line.format(layer)
    raise SettingsError(f"layer {name} cannot be exported: no line of NumPy is known for it.")


def _pool(layer: Pool2d) -> str:
    size, step, padding, _ = layer.window
    how = f"size={size}, step={step}, padding={padding}"
    if isinstance(layer, MaxPool2d):
        return f"x = windows(x, {how}, outside=-np.inf).max(axis=(4, 5))"
    counts = isinstance(layer, AvgPool2d) and layer.counts_padding
    return f"x = mean_pool(x, {how}{', counts_padding=True' if counts else ''})"


GELU_LINES = {
    "erf": "x = x * (1 + erf(x / 2**0.5)) / 2",
    "tanh": "x = x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))) / 2",
}
_LINES: dict[Any, str] = {  # {0} is the layer
    ReLU: "x = np.maximum(x, 0)",
    LeakyReLU: "x = np.where(x > 0, x, {0.slope} * x)",
    ELU: "x = np.where(x > 0, x, {0.alpha} * np.expm1(np.minimum(x, 0)))",
    Sigmoid: "x = 1 / (1 + np.exp(-x))",
    Tanh: "x = np.tanh(x)",
    Softplus: "x = np.logaddexp(x, 0)",
    Clip: "x = np.clip(x, {0.low}, {0.high})",
    GlobalAvgPool2d: "x = x.mean(axis=(1, 2))",
    Flatten: "x = x.reshape(len(x), -1)",
    Linear: "",
    Dropout: "",
}

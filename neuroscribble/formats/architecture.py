"""A network in words, layer by layer: "conv1 padding 1", "relu", "maxpool 2", "flatten", "fc1".

Files that hold arrays alone (a PyTorch state_dict, say) do not tell what happens between them. A
person can: the names of the file's own layers, with their settings, and what stands between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import WeightsError
from ..nn.activations import ELU, GELU, Clip, LeakyReLU, Linear, Sigmoid, Softplus, Tanh
from ..nn.layers import Layer, ReLU
from .chain import Chain
from .named import Array, Group

SETTINGS = ("stride", "padding", "dilation", "groups")
LAST = ("softmax", "logsoftmax")  # what a network's probabilities are anyway


@dataclass(frozen=True)
class Layout:
    """How the file's arrays are laid out."""

    rows_are_inputs: bool  # matrices are (inputs, outputs)
    kernels_last: bool  # kernels are (rows, columns, in, out), else (out, in, rows, columns)

    def matrix(self, weight: Array) -> Array:
        return weight if self.rows_are_inputs else weight.T

    def kernel(self, weight: Array) -> Array:
        return weight if self.kernels_last else weight.transpose(2, 3, 1, 0)


ACTIVATIONS: dict[str, Callable[..., Layer]] = {
    "relu": ReLU,
    "leakyrelu": LeakyReLU,
    "elu": ELU,
    "gelu": GELU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softplus": Softplus,
    "clip": Clip,
    "relu6": Clip,
    "linear": Linear,
}
SYNONYMS = {"logistic": "sigmoid", "none": "linear", "identity": "linear", "leaky": "leakyrelu"}


def activation(words: str) -> tuple[str, Layer]:
    """A layer's name and the layer for words such as "relu" or "leaky relu 0.1".

    Raises WeightsError for an activation that is not known.
    """
    said = re.sub(r"[\s_-]+", " ", words.strip().lower())
    match = re.fullmatch(r"([a-z0-9 ]*?[a-z])((?: [-+.e\d]+)*)", said)
    name = match[1].replace(" ", "") if match else ""
    name = SYNONYMS.get(name, name)
    if match is None or name not in ACTIVATIONS:
        raise WeightsError(
            f"the activation must be one of {', '.join(ACTIVATIONS)}; got {words[:60]!r}."
        )
    try:
        return name, ACTIVATIONS[name](*map(float, match[2].split()))
    except (TypeError, ValueError) as error:  # also our SettingsError
        raise WeightsError(f"{words[:60]!r} is no activation ({error}).") from None


def build(
    chain: Chain, layers: tuple[str, ...], groups: Mapping[str, Group], layout: Layout
) -> list[str]:
    """Hang the layers on the chain, in this order; returns names of the file's that are not used.

    Raises WeightsError, naming the layer, for words that mean nothing and layers that do not fit.
    """
    left = dict(groups)
    for number, words in enumerate(layers, start=1):
        name, _, rest = words.strip().partition(" ")
        try:
            if name in left:
                _add(chain, left.pop(name), _settings(rest, words), layout)
            elif name in groups:
                raise WeightsError("it stands there twice.")
            else:
                _between(chain, words.strip())
        except WeightsError as error:
            known = ", ".join(groups)
            raise WeightsError(
                f"layer {number} of the architecture, {words[:60]!r}: {error} The file's layers "
                f"are {known[:400]}."
            ) from error
    return list(left)


def _add(chain: Chain, group: Group, settings: dict[str, int], layout: Layout) -> None:
    if group.weight is None:
        norm = group.norm
        chain.batch_norm(
            norm.get("gamma"),
            norm.get("beta"),
            norm["mean"],
            norm["variance"],
            epsilon=1e-5,
            axis=0 if chain.channels_first else -1,
        )
    elif group.weight.ndim == 2:
        chain.dense(layout.matrix(group.weight), group.bias)
    else:
        step, pad = settings.get("stride", 1), settings.get("padding", 0)
        dilation = settings.get("dilation", 1)
        chain.conv(
            layout.kernel(group.weight),
            group.bias,
            stride=(step, step),
            padding=((pad, pad), (pad, pad)),
            dilation=(dilation, dilation),
            groups=settings.get("groups", 1),
        )


def _between(chain: Chain, words: str) -> None:
    name, _, rest = re.sub(r"[\s_-]+", " ", words.lower()).partition(" ")
    if name == "flatten":
        chain.flatten()
    elif name in ("maxpool", "avgpool"):
        settings = _settings("size " + rest if rest[:1].isdigit() else rest, words, ("size",))
        size, pad = settings.get("size", 2), settings.get("padding", 0)
        step = settings.get("stride", size)
        sides = ((pad, pad), (pad, pad))
        chain.pool((size, size), stride=(step, step), padding=sides, mean=name == "avgpool")
    elif name == "globalpool":
        chain.global_pool()
    elif name == "dropout" or name in LAST:
        pass
    else:
        label, layer = activation(words)
        chain.activation(label, layer)


def _settings(words: str, whole: str, more: tuple[str, ...] = ()) -> dict[str, int]:
    pairs = words.split()
    names, numbers = pairs[::2], pairs[1::2]
    known = {*SETTINGS, *more}
    if len(names) != len(numbers) or not set(names) <= known or not all(map(str.isdigit, numbers)):
        raise WeightsError(
            f"settings are pairs such as 'stride 2' of {', '.join(sorted(known))}; got {whole!r}."
        )
    return {name: min(int(n), 10**6) for name, n in zip(names, numbers, strict=True)}

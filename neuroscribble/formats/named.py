"""Arrays by name, in the naming of whoever saved them: which ones make up a layer.

W1 and b1, w_1, weights_0 and biases_0, layers.0.weight, coefs and intercepts, dense/kernel: a word
in the name tells what an array is, the rest of the name which layer it belongs to. Where names
tell nothing (arr_0, arr_1), shapes do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError

Array = NDArray[Any]
Key = tuple[str, ...]  # what is left of a name without the word that says what the array is

ROLES = {
    "weight": ("w", "weight", "weights", "kernel", "kernels", "coef", "coefs", "theta", "wt"),
    "bias": ("b", "bias", "biases", "intercept", "intercepts", "bs"),
    "gamma": ("gamma",),
    "beta": ("beta",),
    "mean": ("mean",),
    "variance": ("var", "variance"),
}
ROLE_OF = {word: role for role, words in ROLES.items() for word in words}
KINDS_OF_MEAN = {"running", "moving"}  # "running_mean": of a normalization, not of a data set
COUNTERS = {"tracked"}  # num_batches_tracked: nothing that a result depends on
SHADOWS = {
    *("d", "m", "v", "s", "g", "vd", "sd"),  # dW1, vdW1: gradients, and what optimizers remember
    *("grad", "grads", "gradient", "delta", "velocity", "momentum", "cache", "adam"),
}
MAX_ARRAYS = 4096


@dataclass(frozen=True, eq=False)
class Group:
    """The arrays of one layer: a matrix, kernels (4 axes), or a normalization (weight None)."""

    name: str  # as a person would call the layer: "fc1", "layers.0", "W1"
    key: Key
    weight: Array | None = None
    bias: Array | None = None
    norm: Mapping[str, Array] = field(default_factory=dict)  # gamma, beta, mean, variance

    @property
    def kind(self) -> str:
        if self.weight is None:
            return "normalization"
        return "dense" if self.weight.ndim == 2 else "convolution"

    @property
    def number(self) -> int | None:
        """The last number in the name: the place among its like."""
        numbers = [int(word) for word in self.key if word.isdigit()]
        return numbers[-1] if numbers else None


@dataclass(frozen=True, eq=False)
class Groups:
    """The layers found among named arrays, and the names of arrays that belong to none."""

    groups: tuple[Group, ...]
    stray: tuple[str, ...]


def group(arrays: Mapping[str, Array]) -> Groups:
    """Put arrays together that belong to one layer; layers are in the order of the file.

    Raises WeightsError when none of them is a weight matrix or a kernel.
    """
    if len(arrays) > MAX_ARRAYS:
        raise WeightsError(f"it holds {len(arrays):,} arrays; at most {MAX_ARRAYS:,} are read.")
    arrays = _unstacked(arrays)
    roles = {name: _role(name) for name in arrays}
    weights = {n: a for n, a in arrays.items() if roles[n][0] == "weight" and a.ndim in (2, 4)}
    if not weights:
        weights = {
            n: a for n, a in arrays.items() if roles[n][0] is None and a.ndim in (2, 4) and a.size
        }
        weights = _without_columns(weights)
    keys = {roles[name][1] for name in weights}
    weights = {n: a for n, a in weights.items() if not _is_shadow(roles[n][1], keys)}
    if not weights:
        found = ", ".join(f"{n} {a.shape}" for n, a in list(arrays.items())[:8]) or "none"
        raise WeightsError(
            f"expected weight matrices by name, such as W0, b0, W1, b1, …; got {found}."
        )
    biases = _biases(arrays, roles, weights)
    norms = _norms(arrays, roles, set(weights))
    used = {*weights, *(name for name, _ in biases.values())}
    groups: dict[str, Group] = {}
    for name in arrays:
        key = roles[name][1]
        if name in weights:
            bias = biases.get(name, (None, None))[1]
            groups[name] = Group(_title(name), key, weights[name], bias)
        elif key in norms and not any(key == one.key for one in groups.values()):
            groups[name] = Group(_title(name), key, norm={r: a for r, (_, a) in norms[key].items()})
    for members in norms.values():
        used |= {name for name, _ in members.values()}
    stray = [n for n in arrays if n not in used and not set(_words(n)) & COUNTERS]
    return Groups(tuple(_distinct(list(groups.values()))), tuple(stray))


def natural(groups: list[Group]) -> list[Group]:
    """By name, where a number in a name counts as a number: fc2 before fc10."""
    return sorted(
        groups, key=lambda g: [(w.isdigit(), int(w) if w.isdigit() else 0, w) for w in g.key]
    )


def flat(array: Array) -> Array:
    """(n,), (n, 1) or (1, n) as (n,); every other shape stays."""
    return array.ravel() if array.ndim == 2 and 1 in array.shape else array


def _words(name: str) -> list[str]:
    """ "layers.0.weight" → layers, 0, weight; "W1" → w, 1; "hiddenBias" → hidden, bias."""
    name = re.sub(r":\d+$", "", name)  # TensorFlow's "kernel:0"
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return [part.lower() for part in parts]


def _role(name: str) -> tuple[str | None, Key]:
    words = _words(name)
    for at in reversed(range(len(words))):
        role = ROLE_OF.get(words[at])
        if role in ("mean", "variance") and not set(words[:at]) & KINDS_OF_MEAN:
            continue
        if role is not None:
            rest = [w for i, w in enumerate(words) if i != at]
            if role in ("mean", "variance"):
                rest = [word for word in rest if word not in KINDS_OF_MEAN]
            return role, tuple(rest)
    return None, tuple(words)


def _title(name: str) -> str:
    """The layer's name: what stands before the word that says what the array is."""
    short = re.sub(r":\d+$", "", name)
    parts = re.split(r"([./])", short)
    if len(parts) > 2 and _words(parts[-1]) and _words(parts[-1])[-1] in ROLE_OF:
        return "".join(parts[:-2])
    shorter = re.sub(r"[_ -](?:weights?|kernel)$", "", short)
    return shorter or short


def _is_shadow(key: Key, keys: set[Key]) -> bool:
    """Whether these are gradients or an optimizer's memory of other arrays: dW1 beside W1."""
    rest = tuple(word for word in key if word not in SHADOWS)
    return rest != key and rest in keys


def _without_columns(arrays: dict[str, Array]) -> dict[str, Array]:
    """Nameless matrices, but for those of one row or column that are a bias of the one before."""
    kept: dict[str, Array] = {}
    before: Array | None = None
    for name, array in arrays.items():
        if before is None or flat(array).ndim == 2 or array.size not in before.shape:
            kept[name], before = array, array
        elif array.ndim == 4:
            kept[name] = array
    return kept


def _biases(
    arrays: Mapping[str, Array],
    roles: Mapping[str, tuple[str | None, Key]],
    weights: Mapping[str, Array],
) -> dict[str, tuple[str, Array]]:
    """Weight's name → name and array (n,) of its bias, where it has one."""
    vectors = {
        name: flat(array)
        for name, array in arrays.items()
        if name not in weights and flat(array).ndim == 1 and array.size
    }
    named = {name: v for name, v in vectors.items() if roles[name][0] == "bias"}
    found: dict[str, tuple[str, Array]] = {}
    for weight in weights:
        for name, vector in named.items():
            if roles[name][1] == roles[weight][1] and vector.size in weights[weight].shape:
                found[weight] = (name, vector)
    taken = {name for name, _ in found.values()}
    without = [weight for weight in weights if weight not in found]
    left = [name for name in named if name not in taken]
    if not found and len(left) == len(without):  # names that do not match: one after the other
        found = {w: (n, named[n]) for w, n in zip(without, left, strict=True)}
    if not found and not named:  # nameless: what follows its matrix
        before = ""
        for name in arrays:
            if name in weights:
                before = name
            elif name in vectors and roles[name][0] is None and before and before not in found:
                if vectors[name].size in weights[before].shape:
                    found[before] = (name, vectors[name])
                before = ""
    return found


def _norms(
    arrays: Mapping[str, Array],
    roles: Mapping[str, tuple[str | None, Key]],
    weights: set[str],
) -> dict[Key, dict[str, tuple[str, Array]]]:
    """Key → gamma, beta, mean and variance by name, of every normalization with a mean."""
    members: dict[Key, dict[str, tuple[str, Array]]] = {}
    aliases = {"weight": "gamma", "bias": "beta"}
    for name, array in arrays.items():
        role, key = roles[name]
        if role is not None and name not in weights and array.ndim == 1:
            members.setdefault(key, {})[aliases.get(role, role)] = (name, array)
    return {
        key: named
        for key, named in members.items()
        if {"mean", "variance"} <= named.keys() and len({a.size for _, a in named.values()}) == 1
    }


def _unstacked(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Lists of equal matrices that became one array of three axes, taken apart again."""
    layers = {len(a) for n, a in arrays.items() if a.ndim == 3 and _role(n)[0] in ("weight", None)}
    apart: dict[str, Array] = {}
    for name, array in arrays.items():
        is_stack = array.ndim == 3 or (array.ndim == 2 and _role(name)[0] == "bias")
        if is_stack and len(array) in layers and 0 < len(array) <= 64 and flat(array).ndim > 1:
            apart |= {f"{name}.{i}": one for i, one in enumerate(array)}
        else:
            apart[name] = array
    return apart


def _distinct(groups: list[Group]) -> list[Group]:
    """Every layer under a name of its own."""
    seen: dict[str, int] = {}
    named = []
    for one in groups:
        seen[one.name] = seen.get(one.name, 0) + 1
        again = seen[one.name]
        named.append(one if again == 1 else replace(one, name=f"{one.name}#{again}"))
    return named


def as_numbers(array: Any) -> Array | None:
    """`array` if it holds real numbers, else None."""
    made = np.asarray(array)
    return made if made.dtype.kind in "fiub" and made.dtype != np.bool_ else None

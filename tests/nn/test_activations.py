"""Each activation is its formula, and what it says of itself is true."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neuroscribble.errors import SettingsError
from neuroscribble.nn.activations import (
    ELU,
    GELU,
    Clip,
    Elementwise,
    LeakyReLU,
    Linear,
    Sigmoid,
    Softplus,
    Tanh,
)
from neuroscribble.nn.kinds import KINDS, Role
from neuroscribble.nn.layers import Activation, ReLU

E = math.e
ALL: list[Activation] = [
    ReLU(),
    LeakyReLU(),
    LeakyReLU(-0.5),
    ELU(),
    ELU(-1),
    GELU(),
    GELU("tanh"),
    Sigmoid(),
    Tanh(),
    Softplus(),
    Clip(),
    Clip(-1, 1),
    Linear(),
]


def test_every_activation_of_the_table_is_tried_here() -> None:
    kinds = {kind.layer for kind in KINDS.values() if kind.role is Role.ACTIVATION}
    assert kinds == {type(layer) for layer in ALL}


@pytest.mark.parametrize(
    ("layer", "z", "a"),
    [
        (LeakyReLU(0.1), [-2, 0, 3], [-0.2, 0, 3]),
        (ELU(2), [-1, 0, 3], [2 * (1 / E - 1), 0, 3]),
        # Φ(1) = 0.841345: the distribution of a normal variable
        (GELU(), [-1, 0, 1], [-0.158655254, 0, 0.841344746]),
        # u = 0.797885 · 1.044715 = 0.833562, (1 + tanh u) / 2 = 0.841192
        (GELU("tanh"), [-1, 0, 1], [-0.158808009, 0, 0.841191991]),
        (Sigmoid(), [-1, 0, 1], [1 / (1 + E), 0.5, E / (1 + E)]),
        (Tanh(), [-1, 0, 1], [(1 - E**2) / (1 + E**2), 0, (E**2 - 1) / (E**2 + 1)]),
        (Softplus(), [-1, 0, 1], [math.log(1 + 1 / E), math.log(2), math.log(1 + E)]),
        (Clip(), [-1, 0, 5, 7], [0, 0, 5, 6]),
        (Linear(), [-1, 0, 1], [-1, 0, 1]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Elementwise) else "",
)
def test_values_by_hand(layer: Elementwise, z: list[float], a: list[float]) -> None:
    assert layer.forward(np.array([z], float))[0][0] == pytest.approx(a, abs=1e-9)


@pytest.mark.parametrize("layer", ALL, ids=lambda layer: type(layer).__name__)
def test_what_an_activation_says_of_itself_is_true(layer: Activation) -> None:
    z = np.linspace(-8, 8, 1601)[None]
    a, cache = layer.forward(z)
    slope = layer.backward(np.ones_like(z), cache, {})
    assert slope is not None
    assert layer.may_be_negative == (a.min() < 0)
    assert layer.never_falls == (np.diff(a).min() >= 0)
    assert layer.is_piecewise_linear == (len(np.unique(slope)) <= 2)
    assert layer.passes_factors == np.allclose(layer.forward(3 * z)[0], 3 * a, rtol=0, atol=1e-12)


@pytest.mark.parametrize("layer", ALL, ids=lambda layer: type(layer).__name__)
def test_huge_numbers_are_no_trouble_and_single_precision_stays(layer: Activation) -> None:
    z = np.array([[-1e4, -100, -1, 0, 1, 100, 1e4]], np.float32)
    kept = z.copy()
    a, cache = layer.forward(z)
    slope = layer.backward(np.ones_like(z), cache, {})
    assert slope is not None
    assert a.dtype == slope.dtype == np.float32
    assert np.isfinite([a, slope]).all()
    assert np.array_equal(z, kept)
    assert layer.output_shape((4, 5)) == (4, 5)
    assert layer.backward(a, cache, {}, need_d_x=False) is None


def test_settings_that_make_no_function_are_refused() -> None:
    with pytest.raises(SettingsError, match="Clip needs low < high; got 1.0 and 1.0"):
        Clip(1.0, 1.0)
    with pytest.raises(SettingsError, match="slope must be a finite number; got nan"):
        LeakyReLU(math.nan)
    with pytest.raises(SettingsError, match="GELU's form must be erf or tanh; got 'exact'"):
        GELU("exact")

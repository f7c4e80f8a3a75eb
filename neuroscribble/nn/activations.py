"""What becomes of a unit's sum: functions of a single number, each with its derivative.

ReLU, which almost all networks here have, stands in `layers`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

from ..arrays import converted, namespace
from ..errors import SettingsError
from ..shapes import Floats, Params
from .kernels import kernel
from .layers import Cache

TO_TANH = math.sqrt(2 / math.pi)  # of GELU's approximation …
CUBIC = 0.044715  # … in which z grows by this share of its cube
GELU_FORMS = ("erf", "tanh")


class Elementwise(ABC):
    """A layer a = value(z), with d_z = d_a · derivative(z)."""

    may_be_negative = True
    is_piecewise_linear = False
    passes_factors = False
    never_falls = True

    def __init__(self) -> None:
        self.params: Params = {}

    @abstractmethod
    def value(self, z: Floats) -> Floats: ...

    @abstractmethod
    def derivative(self, z: Floats) -> Floats:
        """The derivative; at a kink, that of the left side."""

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return input_shape

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        return self.value(x), x

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        return d_out * self.derivative(cache) if need_d_x else None


class Linear(Elementwise):
    """a = z: the sum itself."""

    is_piecewise_linear = passes_factors = True

    def value(self, z: Floats) -> Floats:
        return z

    def derivative(self, z: Floats) -> Floats:
        slopes: Floats = namespace(z).ones_like(z)
        return slopes


class LeakyReLU(Elementwise):
    """a = z where z > 0, else slope · z (Maas et al. 2013)."""

    is_piecewise_linear = passes_factors = True

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = _finite("slope", slope)
        self.may_be_negative, self.never_falls = slope > 0, slope >= 0

    def value(self, z: Floats) -> Floats:
        a: Floats = namespace(z).where(z > 0, z, self.slope * z)
        return a

    def derivative(self, z: Floats) -> Floats:
        xp = namespace(z)
        slopes: Floats = xp.where(z > 0, xp.ones_like(z), self.slope)
        return slopes


class ELU(Elementwise):
    """a = z where z > 0, else α (eᶻ − 1) (Clevert et al. 2015, arXiv:1511.07289)."""

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = _finite("alpha", alpha)
        self.may_be_negative, self.never_falls = alpha > 0, alpha >= 0

    def value(self, z: Floats) -> Floats:
        xp = namespace(z)
        a: Floats = xp.where(z > 0, z, self.alpha * xp.expm1(xp.minimum(z, 0.0)))
        return a

    def derivative(self, z: Floats) -> Floats:
        xp = namespace(z)
        slopes: Floats = xp.where(z > 0, xp.ones_like(z), self.alpha * xp.exp(xp.minimum(z, 0.0)))
        return slopes


class GELU(Elementwise):
    """a = z Φ(z), Φ the distribution of a normal variable (Hendrycks & Gimpel 2016).

    Form "erf" is Φ(z) = (1 + erf(z / √2)) / 2 itself; form "tanh" approximates it to 3e-4 by
    (1 + tanh u) / 2 with u = √(2/π) (z + 0.044715 z³) (arXiv:1606.08415). It falls a little below
    z = −0.75.
    """

    never_falls = False

    def __init__(self, form: str = "erf") -> None:
        super().__init__()
        if form not in GELU_FORMS:
            raise SettingsError(f"GELU's form must be {' or '.join(GELU_FORMS)}; got {form!r}.")
        self.form = form

    def value(self, z: Floats) -> Floats:
        return z * self._share(z)

    def derivative(self, z: Floats) -> Floats:
        share = self._share(z)
        if self.form == "erf":
            density = namespace(z).exp(-z * z / 2) / math.sqrt(2 * math.pi)
        else:
            density = 2 * share * (1 - share) * (TO_TANH * (1 + 3 * CUBIC * z * z))
        slopes: Floats = share + z * density
        return slopes

    def _share(self, z: Floats) -> Floats:
        """Φ(z), from 0 to 1."""
        share: Floats
        if self.form == "tanh":
            share = (1 + namespace(z).tanh(TO_TANH * (z + CUBIC * z**3))) / 2
        else:
            share = kernel("normal", z)(z)
        return share


class Sigmoid(Elementwise):
    """a = 1 / (1 + e⁻ᶻ): from 0 to 1."""

    may_be_negative = False

    def value(self, z: Floats) -> Floats:
        return sigmoid(z)

    def derivative(self, z: Floats) -> Floats:
        a = sigmoid(z)
        return a * (1 - a)


class Tanh(Elementwise):
    """a = tanh z: from −1 to 1."""

    def value(self, z: Floats) -> Floats:
        a: Floats = namespace(z).tanh(z)
        return a

    def derivative(self, z: Floats) -> Floats:
        a = self.value(z)
        return 1 - a * a


class Softplus(Elementwise):
    """a = log(1 + eᶻ): a ReLU without its corner."""

    may_be_negative = False

    def value(self, z: Floats) -> Floats:
        xp = namespace(z)
        a: Floats = xp.logaddexp(z, xp.zeros_like(z))
        return a

    def derivative(self, z: Floats) -> Floats:
        return sigmoid(z)


class Clip(Elementwise):
    """a = z, but not below `low` and not above `high`; from 0 to 6 it is called ReLU6."""

    is_piecewise_linear = True

    def __init__(self, low: float = 0.0, high: float = 6.0) -> None:
        super().__init__()
        self.low, self.high = _finite("low", low), _finite("high", high)
        if low >= high:
            raise SettingsError(f"Clip needs low < high; got {low} and {high}.")
        self.may_be_negative = low < 0

    def value(self, z: Floats) -> Floats:
        a: Floats = namespace(z).clip(z, self.low, self.high)
        return a

    def derivative(self, z: Floats) -> Floats:
        slopes: Floats = converted((z > self.low) & (z < self.high), z.dtype)
        return slopes


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + e⁻ᶻ), computed so that no exponent can overflow."""
    xp = namespace(z)
    small = xp.exp(-xp.abs(z))
    result: Floats = xp.where(z < 0, small, 1.0) / (1 + small)
    return result


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise SettingsError(f"{name} must be a finite number; got {value}.")
    return float(value)

"""An optimizer turns gradients into steps: four rules, from plain descent to Adam.

All of them see one flat vector of parameters and one of gradients; which layer a number
belongs to makes no difference to them. They change the parameters in place.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from .errors import SettingsError, ShapeError
from .shapes import Floats


class Optimizer(Protocol):
    """`step` changes `params` in place; `state` is what a resumed run would need.

    A schedule may change `learning_rate` between steps.
    """

    learning_rate: float

    def step(self, params: Floats, grads: Floats) -> None: ...

    def state(self) -> dict[str, Floats]: ...


class SGD:
    """Plain gradient descent: w ← w − rate · g."""

    def __init__(self, learning_rate: float = 0.1) -> None:
        self.learning_rate = _positive("learning_rate", learning_rate)

    def step(self, params: Floats, grads: Floats) -> None:
        _check_pair(params, grads)
        params -= self.learning_rate * grads

    def state(self) -> dict[str, Floats]:
        return {}


class Momentum:
    """A ball that rolls: u ← momentum · u + g,  w ← w − rate · u  (start: u = 0; Polyak 1964).

    Under a steady gradient the speed grows to rate / (1 − momentum).
    """

    def __init__(self, learning_rate: float = 0.02, momentum: float = 0.9) -> None:
        self.learning_rate = _positive("learning_rate", learning_rate)
        self.momentum = _fraction("momentum", momentum)
        self._velocity: Floats = np.zeros(0)

    def step(self, params: Floats, grads: Floats) -> None:
        _check_pair(params, grads)
        self._velocity = _like(self._velocity, params)
        self._velocity *= self.momentum
        self._velocity += grads
        params -= self.learning_rate * self._velocity

    def state(self) -> dict[str, Floats]:
        return {"velocity": self._velocity}


class RMSProp:
    """Every weight gets a step of its own size (Hinton 2012, Coursera lecture 6e).

        v ← decay · v + (1 − decay) · g²          start: v = 0
        w ← w − rate · g / (√v + ε)               ε outside the root

    Because v starts at 0, the first step under a steady gradient is 1 / √(1 − decay) ≈ 3.2
    times the rate (for decay 0.9); then it settles to 1. There is no correction for this.
    """

    def __init__(
        self, learning_rate: float = 1e-3, decay: float = 0.9, epsilon: float = 1e-8
    ) -> None:
        self.learning_rate = _positive("learning_rate", learning_rate)
        self.decay = _fraction("decay", decay)
        self.epsilon = _positive("epsilon", epsilon)
        self._mean_square: Floats = np.zeros(0)
        self._scratch: Floats = np.zeros(0)

    def step(self, params: Floats, grads: Floats) -> None:
        _check_pair(params, grads)
        v = self._mean_square = _like(self._mean_square, params)
        scratch = self._scratch = _like(self._scratch, params)
        v *= self.decay
        np.multiply(grads, grads, out=scratch)
        scratch *= 1.0 - self.decay
        v += scratch
        np.sqrt(v, out=scratch)
        scratch += self.epsilon
        np.divide(grads, scratch, out=scratch)
        scratch *= self.learning_rate
        params -= scratch

    def state(self) -> dict[str, Floats]:
        return {"mean_square": self._mean_square}


class Adam:
    """Momentum and RMSProp together, both corrected for their start at zero (Kingma & Ba 2015).

        m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²      start: m = v = 0
        w ← w − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)      t = 1, 2, …
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate = _positive("learning_rate", learning_rate)
        self.beta1, self.beta2 = _fraction("beta1", beta1), _fraction("beta2", beta2)
        self.epsilon = _positive("epsilon", epsilon)
        self._mean: Floats = np.zeros(0)
        self._mean_square: Floats = np.zeros(0)
        self._steps = 0

    def step(self, params: Floats, grads: Floats) -> None:
        _check_pair(params, grads)
        m = self._mean = _like(self._mean, params)
        v = self._mean_square = _like(self._mean_square, params)
        self._steps += 1
        m *= self.beta1
        m += (1.0 - self.beta1) * grads
        v *= self.beta2
        v += (1.0 - self.beta2) * (grads * grads)
        m_hat = m / (1.0 - self.beta1**self._steps)
        v_hat = v / (1.0 - self.beta2**self._steps)
        params -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)

    def state(self) -> dict[str, Floats]:
        steps = np.array(float(self._steps))
        return {"mean": self._mean, "mean_square": self._mean_square, "steps": steps}


OPTIMIZERS: dict[str, type[SGD] | type[Momentum] | type[RMSProp] | type[Adam]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "rmsprop": RMSProp,
    "adam": Adam,
}


def make_optimizer(name: str, learning_rate: float | None = None) -> Optimizer:
    """The optimizer of that name, at its usual learning rate unless one is given."""
    if name not in OPTIMIZERS:
        raise SettingsError(f"optimizer must be one of {', '.join(OPTIMIZERS)}; got {name!r}.")
    kind = OPTIMIZERS[name]
    return kind() if learning_rate is None else kind(learning_rate)


def _check_pair(params: Floats, grads: Floats) -> None:
    if params.shape != grads.shape:
        raise ShapeError(
            f"grads must have the shape of params, {params.shape}; got {grads.shape}."
        )


def _like(state: Floats, params: Floats) -> Floats:
    """The optimizer's own vector: zeros at the first step, afterwards the same one again."""
    if state.size == 0:
        return np.zeros_like(params)
    if state.shape != params.shape:
        raise ShapeError(
            f"this optimizer has stepped parameters of shape {state.shape}; got {params.shape}. "
            "Use one optimizer for each network."
        )
    return state


def _positive(name: str, value: float) -> float:
    if not (np.isfinite(value) and value > 0):
        raise SettingsError(f"{name} must be a positive number; got {value}.")
    return float(value)


def _fraction(name: str, value: float) -> float:
    if not 0.0 <= value < 1.0:
        raise SettingsError(f"{name} must be at least 0 and less than 1; got {value}.")
    return float(value)

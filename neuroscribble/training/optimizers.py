"""An optimizer turns gradients into steps: four rules, from plain descent to Adam.

All of them see one flat vector of parameters and one of gradients; which layer a number
belongs to makes no difference to them. They change the parameters in place.

A step is a few passes over whole vectors, each pass one operation of its formula, written into
vectors that exist already: `scratch` holds whatever is on the way. (Working in blocks that fit
the cache was measured: it gains nothing at 100,000 parameters.)
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..arrays import namespace, require_together
from ..errors import SettingsError, ShapeError
from ..shapes import Floats

VANISHING = 1e-26  # in 256 steps at decay 0.9 it shrinks to 1e-38, where float32 turns slow
FORGET_EVERY = 256  # steps


class Optimizer(Protocol):
    """`step` changes `params` in place; `state` is what a resumed run would need.

    A schedule may change `learning_rate` between steps.
    """

    learning_rate: float

    def step(self, params: Floats, grads: Floats) -> None: ...

    def state(self) -> dict[str, Floats]: ...


class _Rule:
    """What the rules share: vectors as long as the parameters, made at the first step.

    A memory of gradients that have stopped shrinks for ever. Below 1e-38 a float32 is computed
    with many times more slowly (it is "denormal"), and pixels that are almost never inked would
    take all their weights there. So what is below VANISHING is set to zero now and then; beside
    ε = 1e-8 it makes no difference.
    """

    memories: tuple[str, ...] = ()  # names of the vectors that last from step to step

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = _positive("learning_rate", learning_rate)
        self._steps = 0
        self._vectors: dict[str, Floats] = {name: np.zeros(0) for name in self.memories}
        self._scratch: Floats = np.zeros(0)

    def state(self) -> dict[str, Floats]:
        return dict(self._vectors)

    def _begin(self, params: Floats, grads: Floats) -> list[Floats]:
        """The memories of this rule, and scratch, as long as `params`."""
        if params.shape != grads.shape:
            raise ShapeError(
                f"grads must have the shape of params, {params.shape}; got {grads.shape}."
            )
        if self._steps == 0:
            require_together("grads", grads, "params", params)
            xp = namespace(params)
            self._vectors = {name: xp.zeros_like(params) for name in self.memories}
            self._scratch = xp.empty_like(params)
        elif self._scratch.shape != params.shape:
            raise ShapeError(
                f"this optimizer has stepped parameters of shape {self._scratch.shape}; "
                f"got {params.shape}. Use one optimizer for each network."
            )
        self._steps += 1
        if self._steps % FORGET_EVERY == 0:
            for memory in self._vectors.values():
                memory[namespace(memory).abs(memory) < VANISHING] = 0.0
        return [*self._vectors.values(), self._scratch]


class SGD(_Rule):
    """Plain gradient descent: w ← w − rate · g."""

    def __init__(self, learning_rate: float = 0.1) -> None:
        super().__init__(learning_rate)

    def step(self, params: Floats, grads: Floats) -> None:
        (scratch,) = self._begin(params, grads)
        xp = namespace(params)
        xp.multiply(grads, self.learning_rate, out=scratch)
        params -= scratch


class Momentum(_Rule):
    """A ball that rolls: u ← momentum · u + g,  w ← w − rate · u  (start: u = 0; Polyak 1964).

    Under a steady gradient the speed grows to rate / (1 − momentum).
    """

    memories = ("velocity",)

    def __init__(self, learning_rate: float = 0.02, momentum: float = 0.9) -> None:
        super().__init__(learning_rate)
        self.momentum = _fraction("momentum", momentum)

    def step(self, params: Floats, grads: Floats) -> None:
        u, scratch = self._begin(params, grads)
        xp = namespace(params)
        u *= self.momentum
        u += grads
        xp.multiply(u, self.learning_rate, out=scratch)
        params -= scratch


class RMSProp(_Rule):
    """Every weight gets a step of its own size (Hinton 2012, Coursera lecture 6e).

        v ← decay · v + (1 − decay) · g²          start: v = 0
        w ← w − rate · g / (√v + ε)               ε outside the root

    Because v starts at 0, the first step under a steady gradient is 1 / √(1 − decay) ≈ 3.2
    times the rate (for decay 0.9); then it settles to 1. There is no correction for this.
    """

    memories = ("mean_square",)

    def __init__(
        self, learning_rate: float = 1e-3, decay: float = 0.9, epsilon: float = 1e-8
    ) -> None:
        super().__init__(learning_rate)
        self.decay = _fraction("decay", decay)
        self.epsilon = _positive("epsilon", epsilon)

    def step(self, params: Floats, grads: Floats) -> None:
        v, scratch = self._begin(params, grads)
        xp = namespace(params)
        v *= self.decay
        xp.multiply(grads, grads, out=scratch)  # g²
        scratch *= 1.0 - self.decay
        v += scratch
        xp.sqrt(v, out=scratch)
        scratch += self.epsilon  # √v + ε
        xp.divide(grads, scratch, out=scratch)
        scratch *= self.learning_rate
        params -= scratch


class Adam(_Rule):
    """Momentum and RMSProp together, both corrected for their start at zero (Kingma & Ba 2015).

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²      start: m = v = 0
    w ← w − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)      t = 1, 2, …
    """

    memories = ("mean", "mean_square")

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate)
        self.beta1, self.beta2 = _fraction("beta1", beta1), _fraction("beta2", beta2)
        self.epsilon = _positive("epsilon", epsilon)

    def step(self, params: Floats, grads: Floats) -> None:
        m, v, scratch = self._begin(params, grads)
        xp = namespace(params)
        m *= self.beta1
        xp.multiply(grads, 1.0 - self.beta1, out=scratch)
        m += scratch
        v *= self.beta2
        xp.multiply(grads, grads, out=scratch)  # g²
        scratch *= 1.0 - self.beta2
        v += scratch
        xp.divide(v, 1.0 - self.beta2**self._steps, out=scratch)
        xp.sqrt(scratch, out=scratch)
        scratch += self.epsilon
        xp.divide(m, scratch, out=scratch)
        scratch *= self.learning_rate / (1.0 - self.beta1**self._steps)
        params -= scratch

    def state(self) -> dict[str, Floats]:
        return {**super().state(), "steps": np.array(float(self._steps))}


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


def _positive(name: str, value: float) -> float:
    if not (np.isfinite(value) and value > 0):
        raise SettingsError(f"{name} must be a positive number; got {value}.")
    return float(value)


def _fraction(name: str, value: float) -> float:
    if not 0.0 <= value < 1.0:
        raise SettingsError(f"{name} must be at least 0 and less than 1; got {value}.")
    return float(value)

"""What becomes of a network's last sums: one class of many, each class by itself, or plain values.

Each kind has the loss whose gradient is activation − target, so that all learn in the same way.
Log-softmax is softmax here: its logarithm is for losses, and the probabilities are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..arrays import namespace
from ..errors import SettingsError
from ..shapes import Floats, Labels
from .activations import sigmoid
from .losses import sigmoid_cross_entropy, soft_cross_entropy, softmax, squared_error


@dataclass(frozen=True)
class Output:
    """One kind of output; logits are (N, units), K classes have K units, or two classes one."""

    name: str
    activation: Callable[[Floats], Floats]  # (N, units) → (N, units), what the units show
    loss: Callable[[Floats, Floats], tuple[float, Floats]]  # (logits, targets) → as in `losses`

    def fits(self, n_units: int, n_classes: int) -> bool:
        """Whether so many units can tell so many classes: one sigmoid tells two."""
        return n_classes == (2 if (self.name, n_units) == ("sigmoid", 1) else n_units)

    def probabilities(self, logits: Floats) -> Floats:
        """(N, units) → (N, K): of softmax a distribution, of sigmoids one number for each class.

        A single sigmoid unit is the probability of the second class. Linear outputs are values,
        not probabilities.
        """
        a = self.activation(logits)
        if (self.name, a.shape[1]) != ("sigmoid", 1):
            return a
        both: Floats = namespace(a).concat([1 - a, a], axis=1)
        return both

    def classes(self, logits: Floats) -> NDArray[np.intp]:
        """(N, units) → (N,) class ids, of equal logits the lower class.

        Raises SettingsError where the output is a single value.
        """
        if logits.shape[1] > 1:
            best: NDArray[np.intp] = namespace(logits).argmax(logits, axis=1)
            return best
        if self.name == "linear":
            raise SettingsError("this network's output is a value, no class; take logits instead.")
        return (logits[:, 0] > 0).astype(np.intp)

    def targets(self, labels: Labels, n_units: int) -> NDArray[np.float32]:
        """(N,) class ids → what the units should show, (N, units): 1 at the class, else 0."""
        if n_units == 1:
            return labels[:, None].astype(np.float32)
        return np.eye(n_units, dtype=np.float32)[labels]


OUTPUTS = {
    output.name: output
    for output in (
        Output("softmax", softmax, soft_cross_entropy),
        Output("sigmoid", sigmoid, sigmoid_cross_entropy),
        Output("linear", lambda logits: logits, squared_error),
    )
}

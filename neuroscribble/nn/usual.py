"""What a network usually does: averages over the images it learned from, kept beside its weights.

A drawing of some edges needs them to say what the others amount to. *Usual swing* of an edge is
|w| · standard deviation of its source: how far the edge usually moves the sum that it leads to.
Scale what flows into a hidden unit by c and what leads out of it by 1/c: the network computes the
same, and the usual swing of every edge, times the influence of its target, stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..shapes import Floats


@dataclass(frozen=True, eq=False)
class Usual:
    """Of one layer of weights: what its rows are multiplied with, and what its units can do."""

    mean: Floats  # (rows of W,): average of the number that each row is multiplied with
    deviation: Floats  # (rows of W,): its standard deviation
    influence: Floats  # (units,): how far the logits move with a unit's sum, root mean square

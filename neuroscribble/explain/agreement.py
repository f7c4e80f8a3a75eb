"""Do two networks read alike, and is one of them better? Counted, and tested.

Of the digits on which just one of the two is right, each would be right on half of them if both
were equally good. McNemar's test (1947, doi:10.1007/BF02295996) asks how often chance alone would
share them out so unevenly, or more so; here with the exact binomial distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..shapes import Labels, check_shape

RARE = 0.05  # chance makes a difference this seldom: then it counts as one


@dataclass(frozen=True)
class Agreement:
    """How two networks answered the same n questions."""

    n: int
    same: int  # answers that are the same, right or wrong
    right: tuple[int, int]  # answers of each that are right
    only_first: int  # questions on which the first alone is right
    only_second: int

    @property
    def p_value(self) -> float:
        """How likely so uneven a split, or a more uneven one, is by chance; 1 where none is."""
        return mcnemar(self.only_first, self.only_second)


def agreement(first: NDArray[np.intp], second: NDArray[np.intp], labels: Labels) -> Agreement:
    """Compare the answers (N,) of two networks with each other and with the right ones (N,)."""
    check_shape("first", first, (len(labels),))
    check_shape("second", second, (len(labels),))
    one, other = first == labels, second == labels
    return Agreement(
        n=len(labels),
        same=int(np.count_nonzero(first == second)),
        right=(int(one.sum()), int(other.sum())),
        only_first=int(np.count_nonzero(one & ~other)),
        only_second=int(np.count_nonzero(other & ~one)),
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """The two-sided p-value of McNemar's exact test."""
    from scipy.stats import binomtest

    n = only_first + only_second
    return float(binomtest(only_first, n, 0.5).pvalue) if n else 1.0

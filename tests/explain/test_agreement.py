"""Agreement is counted, and McNemar's test is the binomial one, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.errors import ShapeError
from neuroscribble.explain.agreement import agreement, mcnemar


def test_answers_are_counted_by_who_is_right() -> None:
    labels = np.array([0, 1, 2, 3, 4, 5])
    first = np.array([0, 1, 2, 9, 9, 9])  # right: 0, 1, 2
    second = np.array([0, 9, 2, 3, 9, 8])  # right: 0, 2, 3; the same as the first on 0, 2 and 4
    found = agreement(first, second, labels)
    assert (found.n, found.same, found.right) == (6, 3, (3, 3))
    assert (found.only_first, found.only_second) == (1, 1)
    assert found.p_value == 1


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1),
        (3, 3, 1),
        # Of 5 coins none or one shows heads in 1 + 5 of 32 cases; twice that for both sides.
        (1, 4, 12 / 32),
        (4, 1, 12 / 32),
        (0, 10, 2 / 1024),
    ],
)
def test_the_p_value_is_that_of_a_fair_coin(only_first: int, only_second: int, p: float) -> None:
    assert mcnemar(only_first, only_second) == pytest.approx(p, rel=1e-12)


def test_answers_must_be_as_many_as_questions() -> None:
    with pytest.raises(ShapeError, match="second"):
        agreement(np.zeros(3, np.intp), np.zeros(2, np.intp), np.zeros(3, np.intp))

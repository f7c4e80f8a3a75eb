"""Every sample once, in a fresh order, and no sample on both sides of a split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuroscribble.data.batches import Batch, Digits, batches, grey_levels, split
from neuroscribble.errors import SettingsError, ShapeError


def numbered(n: int) -> Digits:
    """Digits that can be told apart: image i is (i, -i), its label i."""
    numbers = np.arange(n)
    return Digits(np.stack([numbers, -numbers], axis=1).astype(np.float32), numbers)


def copied(digits: Digits, *, batch_size: int, rng: np.random.Generator) -> list[Batch]:
    drawn = batches(digits, batch_size=batch_size, rng=rng)
    return [Batch(batch.images.copy(), batch.labels.copy()) for batch in drawn]


@given(n=st.integers(1, 50), batch_size=st.integers(1, 60), seed=st.integers(0, 99))
def test_every_sample_comes_once_with_its_label(n: int, batch_size: int, seed: int) -> None:
    drawn = copied(numbered(n), batch_size=batch_size, rng=np.random.default_rng(seed))
    assert sorted(np.concatenate([batch.labels for batch in drawn])) == list(range(n))
    for batch in drawn:
        assert np.array_equal(batch.images, np.stack([batch.labels, -batch.labels], axis=1))


def test_the_last_batch_is_smaller_and_kept(rng: np.random.Generator) -> None:
    sizes = [len(batch.labels) for batch in copied(numbered(10), batch_size=4, rng=rng)]
    assert sizes == [4, 4, 2]


def test_the_order_is_fresh_in_each_epoch_and_the_same_for_the_same_seed() -> None:
    def epochs(seed: int) -> list[list[int]]:
        rng = np.random.default_rng(seed)
        drawn = [copied(numbered(100), batch_size=100, rng=rng)[0] for _ in range(2)]
        return [batch.labels.tolist() for batch in drawn]

    first, second = epochs(1)
    assert first != second
    assert epochs(1) == [first, second]


def test_samples_are_shuffled_and_not_whole_batches(rng: np.random.Generator) -> None:
    first = copied(numbered(100), batch_size=10, rng=rng)[0].labels
    assert np.ptp(first) > 9  # ten neighbors would span 9


def test_batches_share_one_buffer_and_keep_the_dtype(rng: np.random.Generator) -> None:
    drawn = batches(numbered(20), batch_size=8, rng=rng)
    first, second = next(drawn), next(drawn)
    assert np.shares_memory(first.images, second.images)
    assert np.shares_memory(first.labels, second.labels)
    assert first.images.dtype == np.float32
    assert first.labels.dtype == np.int64


@given(n=st.integers(2, 40), data=st.data())
def test_a_split_loses_nothing_and_shares_nothing(n: int, data: st.DataObject) -> None:
    n_validation = data.draw(st.integers(1, n - 1))
    training, validation = split(
        numbered(n), n_validation=n_validation, rng=np.random.default_rng(n)
    )
    assert len(validation) == n_validation
    assert sorted([*training.labels, *validation.labels]) == list(range(n))
    assert np.array_equal(training.images[:, 0], training.labels)


def test_a_split_is_random(rng: np.random.Generator) -> None:
    _, validation = split(numbered(100), n_validation=50, rng=rng)
    assert sorted(validation.labels) not in (list(range(50)), list(range(50, 100)))


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_size_below_one_is_refused_at_once(
    batch_size: int, rng: np.random.Generator
) -> None:
    with pytest.raises(SettingsError, match=f"batch_size must be at least 1; got {batch_size}"):
        batches(numbered(3), batch_size=batch_size, rng=rng)


@pytest.mark.parametrize("n_validation", [-1, 0, 3, 4])
def test_a_split_with_an_empty_part_is_refused(n_validation: int, rng: np.random.Generator) -> None:
    with pytest.raises(SettingsError, match="n_validation must be between 1 and 2"):
        split(numbered(3), n_validation=n_validation, rng=rng)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((0, 4)), np.zeros(0, int), "at least one image"),
        (np.zeros((3, 4)), np.zeros(2, int), r"labels must have shape \(3,\); got \(2,\)"),
        (np.zeros(4), np.zeros(4, int), r"images must have shape \(N, D\); got \(4,\)"),
        (np.zeros((3, 4)), np.zeros((3, 1), int), r"labels must have shape \(3,\)"),
    ],
)
def test_what_is_not_digits_is_refused(
    images: np.ndarray, labels: np.ndarray, message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        Digits(images, labels)


def test_grey_levels_give_the_same_batches_as_their_ink_and_stay_grey_levels() -> None:
    levels = np.random.default_rng(3).integers(0, 256, (300, 5)).astype(np.uint8)
    levels[:256, 0] = np.arange(256)
    ink = levels.astype(np.float32) / np.float32(255)
    labels = np.arange(300)
    grey, white = Digits(levels, labels), Digits(ink, labels)
    for distort in (None, lambda images, rng: images + rng.random(images.shape, np.float32)):
        drawn = zip(
            *(
                batches(d, batch_size=64, rng=np.random.default_rng(1), augment=distort)
                for d in (grey, white)
            ),
            strict=True,
        )
        for one, other in drawn:
            np.testing.assert_array_equal(one.images, other.images)
            assert one.images.dtype == np.float32
    for part in split(grey, n_validation=40, rng=np.random.default_rng(1)):
        assert part.pixels.dtype == np.uint8
    assert "images" not in vars(grey)  # nobody made ink of all of them
    np.testing.assert_array_equal(grey.images, ink)
    np.testing.assert_array_equal(grey_levels(ink), levels)

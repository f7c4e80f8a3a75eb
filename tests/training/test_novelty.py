"""Novelty: digits pass, other ink stands out, blank paper is no digit."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.pen import pen_digits
from neuroscribble.data.scribbles import LETTERS, letters, scribbles
from neuroscribble.errors import SettingsError
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import build_mlp
from neuroscribble.training.novelty import auroc, fit_novelty, novelty_scores, novelty_threshold

N = 500


@pytest.mark.parametrize("make", [scribbles, lambda n, rng: letters(n, rng=rng)[0]])
def test_scribbles_and_letters_are_seeded_ink(make: object) -> None:
    first, second, other = (
        make(30, rng=np.random.default_rng(seed))
        for seed in (1, 1, 2)  # type: ignore[operator]
    )
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()
    assert first.shape == (30, 784)
    assert first.dtype == np.float32
    assert first.min() >= 0
    assert first.max() <= 1
    assert (first.max(axis=1) > 0.5).all()


def test_every_letter_is_written_and_none_that_looks_like_a_digit() -> None:
    _, names = letters(400, rng=np.random.default_rng(0))
    assert set(names) == set(LETTERS)
    assert not set(LETTERS) & set("BDGIOQSZ")
    with pytest.raises(SettingsError):
        letters(-1, rng=np.random.default_rng(0))


def test_the_score_runs_from_certain_to_undecided_and_blank_is_one(
    rng: np.random.Generator,
) -> None:
    network = build_mlp((), rng=rng, n_inputs=4)
    network.parameters.flat[...] = 0
    images = np.eye(4, dtype=np.float32)
    np.testing.assert_allclose(novelty_scores(network, images), 1)
    network.named_params()["dense1.W"][0, 3] = 50  # the first image is surely a 3
    scores = novelty_scores(network, np.vstack([images, np.zeros((1, 4), np.float32)]))
    np.testing.assert_allclose(scores, [0, 1, 1, 1, 1], atol=1e-6)


def test_the_threshold_lets_ninety_nine_of_a_hundred_pass(rng: np.random.Generator) -> None:
    network = build_mlp((8,), rng=rng)
    digits, _ = pen_digits(400, rng=rng)
    network.meta["novelty"] = fit_novelty(network, digits)
    threshold = novelty_threshold(network)
    assert threshold is not None
    assert (novelty_scores(network, digits) <= threshold).mean() == pytest.approx(0.99, abs=0.003)


@pytest.mark.parametrize("stored", [None, 1, {}, {"threshold": "x"}, {"threshold": float("nan")}])
def test_a_file_without_a_sensible_threshold_has_none(
    stored: object, rng: np.random.Generator
) -> None:
    network = build_mlp((3,), rng=rng, n_inputs=2)
    network.meta["novelty"] = stored
    assert novelty_threshold(network) is None


def test_the_area_under_the_curve_counts_pairs() -> None:
    # (3, 1) (3, 2) (2, 1) are ordered, (2, 2) is a tie: 3.5 of 4 pairs.
    assert auroc(np.array([3, 2]), np.array([1, 2])) == 3.5 / 4


def test_the_shipped_network_tells_scribbles_and_letters_from_digits() -> None:
    network = load_network(None)
    digits = novelty_scores(network, pen_digits(N, rng=np.random.default_rng(11))[0])
    strange = scribbles(N, rng=np.random.default_rng(12))
    written, _ = letters(N, rng=np.random.default_rng(13))
    for images in (strange, written):
        assert auroc(novelty_scores(network, images), digits) >= 0.95

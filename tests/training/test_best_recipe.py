"""The best recipe: the parts of a training run that the classic recipe does without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neuroscribble.data.batches import Digits, Distort, grey_levels
from neuroscribble.data.mixture import NO_DIGIT, mix
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.nn.losses import SmoothedCrossEntropy, cross_entropy, soft_cross_entropy
from neuroscribble.nn.network import build_mlp
from neuroscribble.shapes import Floats
from neuroscribble.training.augment import Distortions
from neuroscribble.training.jobs import train_and_measure
from neuroscribble.training.loop import History, RunningMean, train
from neuroscribble.training.optimizers import SGD
from neuroscribble.training.recipes import BEST


def test_soft_cross_entropy_with_certain_targets_is_cross_entropy(
    rng: np.random.Generator,
) -> None:
    logits, labels = rng.normal(size=(7, 4)), rng.integers(0, 4, 7)
    loss, d_logits = soft_cross_entropy(logits, np.eye(4)[labels])
    expected_loss, expected = cross_entropy(logits, labels)
    assert loss == pytest.approx(expected_loss)
    np.testing.assert_allclose(d_logits, expected, atol=1e-12)


def test_the_gradient_of_soft_cross_entropy_is_right(rng: np.random.Generator) -> None:
    logits, targets = rng.normal(size=(3, 5)), rng.dirichlet(np.ones(5), 3)
    _, d_logits = soft_cross_entropy(logits, targets)
    step = 1e-6 * rng.normal(size=logits.shape)
    above, _ = soft_cross_entropy(logits + step, targets)
    below, _ = soft_cross_entropy(logits - step, targets)
    assert above - below == pytest.approx(2 * (d_logits * step).sum(), rel=1e-6)


def test_smoothing_leaves_something_for_every_class_and_nonsense_is_undecided() -> None:
    targets = SmoothedCrossEntropy(0.1).targets(np.array([1, 4]), 4)
    np.testing.assert_allclose(targets, [[0.025, 0.925, 0.025, 0.025], [0.25] * 4])
    with pytest.raises(SettingsError):
        SmoothedCrossEntropy(1.0)


def test_a_running_mean_follows_and_swaps() -> None:
    vector = np.array([1.0, 2.0])
    mean = RunningMean(vector, 0.5)
    for value in (3.0, 3.0):
        vector[:] = value
        mean.update(vector)
    # decay (1 + t) / (10 + t) while young: 2/11, then 3/12 of the old mean remain
    np.testing.assert_allclose(mean.mean, 3 - np.array([2.0, 1.0]) * 2 / 11 * 3 / 12)
    before = mean.mean.copy()
    mean.swap(vector)
    np.testing.assert_array_equal(vector, before)
    np.testing.assert_array_equal(mean.mean, [3, 3])


def test_a_mixture_holds_all_its_parts_and_says_what_is_missing(
    rng: np.random.Generator, tmp_path: object
) -> None:
    learning = Digits(*pen_digits(30, rng=rng))
    mixture = mix(learning, n_pen=20, n_pendigits=2, n_nonsense=9, data=str(tmp_path), rng=rng)
    assert len(mixture.digits) == 59
    assert (mixture.digits.labels[-9:] == NO_DIGIT).all()
    assert mixture.digits.images.dtype == np.float32
    assert mixture.missing is not None
    assert "pendigits-orig.tra" in mixture.missing
    without = mix(learning, n_pen=0, n_pendigits=1, n_nonsense=0, data="pen", rng=rng)
    assert without.missing is not None
    assert without.missing.startswith("With --data pen no file is read.")
    more = mix(
        learning,
        n_pen=0,
        n_pendigits=0,
        n_nonsense=0,
        n_wide=10,
        n_unfinished=10,
        data="pen",
        rng=rng,
    )
    assert more.parts["pen digits in wide shapes"] == 10
    assert more.parts["unfinished digits and pairs"] == 10
    assert (np.bincount(more.digits.labels[30:]) == [*[1] * 10, 10]).all()
    grey = Digits(grey_levels(learning.pixels), learning.labels)
    few = mix(grey, n_pen=5, n_pendigits=0, n_nonsense=4, data="pen", rng=rng)
    assert few.digits.pixels.dtype == np.uint8
    assert np.array_equal(few.digits.pixels[:30], grey.pixels)
    plain = mix(learning, n_pen=0, n_pendigits=0, n_nonsense=0, data=None, rng=rng)
    assert plain.digits is learning
    assert plain.missing is None


@pytest.mark.parametrize("names", [("shirt", "shoe"), tuple("012345678"), tuple("abcdefghij")])
def test_nothing_is_mixed_into_classes_that_are_not_the_digits(
    names: tuple[str, ...], rng: np.random.Generator
) -> None:
    learning = Digits(*pen_digits(30, rng=rng))
    settings: dict[str, Any] = {"data": "pen", "class_names": names, "rng": rng}
    mixture = mix(learning, n_pen=20, n_pendigits=2, n_nonsense=9, **settings)
    assert mixture.digits is learning
    assert mixture.parts == {"training pictures": 30}
    assert mixture.missing is not None
    assert mixture.missing.startswith("The classes are not the digits 0 to 9")
    assert mix(learning, n_pen=0, n_pendigits=0, n_nonsense=0, **settings).missing is None


def test_train_validates_the_running_mean_of_the_weights(rng: np.random.Generator) -> None:
    digits = Digits(*pen_digits(40, rng=rng))
    network = build_mlp((8,), rng=rng)
    start = network.parameters.flat.copy()
    train(
        network,
        digits,
        digits,
        optimizer=SGD(0.5),
        epochs=1,
        batch_size=40,
        rng=np.random.default_rng(1),
        average=0.999,
    )
    kept = network.parameters.flat
    # One step w: the mean is 2/11 · start + 9/11 · w, so it lies between the two.
    after = (kept - 2 / 11 * start) * 11 / 9
    plain = build_mlp((8,), rng=rng)
    plain.parameters.flat[...] = start
    train(
        plain,
        digits,
        digits,
        optimizer=SGD(0.5),
        epochs=1,
        batch_size=40,
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(after, plain.parameters.flat, atol=1e-5)


@pytest.mark.slow
def test_a_small_best_recipe_runs_is_repeatable_and_tells_how_sure_it_may_be(
    tmp_path: object,
) -> None:
    few = {"n_pen": 40, "n_nonsense": 10, "n_wide": 10, "n_unfinished": 10}
    recipe = replace(BEST, epochs=2, n_validation=50, hidden=(16,), **few)
    digits = NamedDigits("pen", Digits(*pen_digits(300, rng=np.random.default_rng(1))))
    runs = [
        train_and_measure(
            recipe,
            digits,
            digits,
            data=str(tmp_path),
            on_step=lambda report: None,
            on_epoch=lambda report: None,
        )
        for _ in range(2)
    ]
    first, second = (run.network for run in runs)
    np.testing.assert_array_equal(first.parameters.flat, second.parameters.flat)
    assert first.meta == second.meta
    assert first.meta["temperature"] > 0
    assert 0 <= first.meta["novelty"]["threshold"] <= 1
    assert first.meta["trained_on"]["parts"]["pen digits"] == 40
    assert first.meta["recipe"]["distortions"]["turn"] == BEST.distortions.turn  # type: ignore


def test_the_last_epochs_are_calm_and_the_very_last_is_kept(rng: np.random.Generator) -> None:
    digits = Digits(*pen_digits(40, rng=rng))
    seen: list[str] = []

    def noting(name: str) -> Distort:
        def augment(images: Floats, rng: np.random.Generator) -> Floats:
            seen.append(name)
            return images

        return augment

    def run(keep_last: bool) -> History:
        return train(
            build_mlp((8,), rng=np.random.default_rng(0)),
            digits,
            digits,
            optimizer=SGD(1e-30),  # learns nothing: all epochs are equally good
            epochs=5,
            batch_size=40,
            rng=np.random.default_rng(1),
            augment=noting("wild"),
            calm=(0.4, noting("calm")),
            keep_last=keep_last,
        )

    assert run(keep_last=False).best_epoch == 1
    assert seen == ["wild"] * 3 + ["calm"] * 2
    assert run(keep_last=True).best_epoch == 5


def test_half_the_distortions_are_half_as_strong_and_as_smooth() -> None:
    whole = Distortions(turn=0.2, bend=0.8, contrast=0.3)
    half = whole.times(0.5)
    assert (half.turn, half.bend) == (0.1, 0.4)
    assert (half.contrast, half.smoothness) == (whole.contrast, whole.smoothness)


@pytest.mark.parametrize(
    "settings", [{"n_pen": -1}, {"calm": 1.0}, {"smoothing": 1.0}, {"average": -0.1}]
)
def test_impossible_settings_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        replace(BEST, **settings)

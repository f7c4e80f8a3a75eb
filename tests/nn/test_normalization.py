"""Batch normalization and dropout do one thing in training and another in evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.nn.gradcheck import GradientError, check_layer
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from neuroscribble.shapes import Floats


def two_pixels() -> Floats:
    return np.array([1.0, 3.0]).reshape(1, 1, 2, 1)


def test_training_normalizes_by_the_batch_and_counts_it_by_hand() -> None:
    layer = BatchNorm2d(1, momentum=0.1, epsilon=1e-12)
    layer.params["gamma"][:], layer.params["beta"][:] = 10, 5
    out, _ = layer.forward(two_pixels(), training=True)
    # mean 2, variance ((−1)² + 1²) / 2 = 1: x̂ = ∓1, out = 10 x̂ + 5
    assert out.reshape(-1) == pytest.approx([-5, 15])
    # running mean: 0.9 · 0 + 0.1 · 2; variance: 0.9 · 1 + 0.1 · 2, for the unbiased one is 2 / 1
    assert layer.statistics["mean"] == pytest.approx([0.2])
    assert layer.statistics["variance"] == pytest.approx([1.1])


def test_evaluation_is_a_fixed_map_and_the_default(rng: np.random.Generator) -> None:
    layer = BatchNorm2d(3, epsilon=0.5)
    for array in (*layer.params.values(), *layer.statistics.values()):
        array[:] = rng.uniform(0.5, 2, 3)
    before = {name: array.copy() for name, array in layer.statistics.items()}
    x = rng.normal(size=(6, 4, 5, 3))
    out, _ = layer.forward(x)
    normal = (x - before["mean"]) / np.sqrt(before["variance"] + 0.5)
    np.testing.assert_allclose(
        out, layer.params["gamma"] * normal + layer.params["beta"], rtol=1e-12, atol=1e-12
    )
    for name, array in layer.statistics.items():
        assert np.array_equal(array, before[name])
    np.testing.assert_allclose(layer.forward(x[:1])[0], out[:1], rtol=1e-15)  # nobody beside it


def test_what_comes_out_in_training_has_mean_beta_and_deviation_gamma(
    rng: np.random.Generator,
) -> None:
    layer = BatchNorm2d(4)
    layer.params["gamma"][:], layer.params["beta"][:] = [1, 2, 3, 4], [-1, 0, 1, 2]
    x = rng.normal(7, 3, (50, 9, 9, 4)).astype(np.float32)  # several blocks
    out, _ = layer.forward(x, training=True)
    assert out.dtype == np.float32
    assert out.mean(axis=(0, 1, 2), dtype=float) == pytest.approx([-1, 0, 1, 2], abs=1e-4)
    assert out.std(axis=(0, 1, 2), dtype=float) == pytest.approx([1, 2, 3, 4], rel=1e-4)


def test_a_mean_far_from_zero_does_not_eat_the_variance(rng: np.random.Generator) -> None:
    x = (10_000 + rng.normal(size=(64, 28, 28, 2))).astype(np.float32)
    layer = BatchNorm2d(2, momentum=1)
    layer.forward(x, training=True)
    exact = x.astype(float).var(axis=(0, 1, 2), ddof=1)
    assert layer.statistics["variance"] == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("training", [False, True])
def test_gradients_of_batch_normalization(training: bool, rng: np.random.Generator) -> None:
    layer = BatchNorm2d(3)
    for array in (*layer.params.values(), *layer.statistics.values()):
        array[:] = rng.uniform(0.5, 2, 3)
    report = check_layer(layer, rng.normal(size=(3, 2, 4, 3)), rng=rng, training=training)
    assert report.errors.keys() == {"x", "gamma", "beta"}
    report.require()


def test_a_gradient_that_forgets_the_batch_is_refused(rng: np.random.Generator) -> None:
    class Forgets(BatchNorm2d):
        def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, object]:
            out, cache = super().forward(x, training=training)
            return out, cache._replace(training=False)

    with pytest.raises(GradientError, match="the gradient of x is off"):
        check_layer(Forgets(2), rng.normal(size=(3, 2, 2, 2)), rng=rng, training=True).require()


def test_a_single_number_a_channel_cannot_be_learned_from() -> None:
    layer = BatchNorm2d(2)
    layer.forward(np.ones((1, 1, 1, 2)))
    with pytest.raises(SettingsError, match="cannot learn from a single number"):
        layer.forward(np.ones((1, 1, 1, 2)), training=True)


@pytest.mark.parametrize(
    "settings", [{"channels": 0}, {"momentum": 1.5}, {"momentum": -1}, {"epsilon": 0}], ids=str
)
def test_settings_that_make_no_normalization_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="BatchNorm2d needs"):
        BatchNorm2d(**{"channels": 2, **settings})  # type: ignore[arg-type]


def test_dropout_drops_its_share_in_training_and_nothing_in_evaluation(
    rng: np.random.Generator,
) -> None:
    x = rng.uniform(1, 2, (200, 300))
    layer = Dropout(0.25, seed=3)
    assert layer.forward(x)[0] is x
    out, _ = layer.forward(x, training=True)
    dropped = out == 0
    assert dropped.mean() == pytest.approx(0.25, abs=0.01)  # 60,000 numbers: σ = 0.0018
    np.testing.assert_allclose(out[~dropped], x[~dropped] / 0.75)
    assert out.mean() == pytest.approx(x.mean(), rel=0.02)


def test_equal_seeds_drop_the_same_numbers_and_every_call_others() -> None:
    x = np.ones((5, 40), np.float32)
    one, other = Dropout(0.5, seed=1), Dropout(0.5, seed=1)
    first, second = one.forward(x, training=True)[0], one.forward(x, training=True)[0]
    assert first.dtype == np.float32
    assert np.array_equal(first, other.forward(x, training=True)[0])
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, Dropout(0.5, seed=2).forward(x, training=True)[0])


class Rewound(Dropout):
    """Drops the same numbers in every call, as a gradient check needs it."""

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, object]:
        return Dropout(self.rate, seed=self.seed).forward(x, training=training)


@pytest.mark.parametrize("training", [False, True])
def test_gradients_of_dropout(training: bool, rng: np.random.Generator) -> None:
    check_layer(Rewound(0.4), rng.normal(size=(4, 9)), rng=rng, training=training).require()


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_a_rate_that_leaves_nothing_is_refused(rate: float) -> None:
    with pytest.raises(SettingsError, match="rate must be at least 0 and less than 1"):
        Dropout(rate)


def test_behind_a_dense_layer_every_unit_is_a_channel_of_one_pixel(
    rng: np.random.Generator,
) -> None:
    x = rng.normal(2, 3, size=(7, 3))
    for training in (False, True):
        units, maps = BatchNorm1d(3), BatchNorm2d(3)
        for layer in (units, maps):
            layer.params["gamma"][:] = [1, 2, 3]
        out, cache = units.forward(x, training=training)
        on_maps, _ = maps.forward(x.reshape(7, 1, 1, 3), training=training)
        assert np.array_equal(out, on_maps[:, 0, 0])
        assert np.array_equal(units.statistics["variance"], maps.statistics["variance"])
        check_layer(units, x, rng=rng, training=training).require()
        grads = {name: np.empty(3) for name in units.params}
        assert units.backward(out, cache, grads, need_d_x=False) is None
    assert units.output_shape((3,)) == (3,)
    with pytest.raises(ShapeError, match=r"a sample must have shape \(3,\); got \(1, 1, 3\)"):
        units.output_shape((1, 1, 3))

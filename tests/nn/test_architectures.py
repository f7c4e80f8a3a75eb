"""Networks of convolutions are the same Network: columns, traces, one vector, one table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from small_cnn import small_cnn

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.nn.architectures import MODELS, build_classic, build_cnn
from neuroscribble.nn.balance import balance
from neuroscribble.nn.gradcheck import check_network
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.training.loop import RunningMean, train, train_step
from neuroscribble.training.optimizers import OPTIMIZERS, make_optimizer
from neuroscribble.training.recipes import RECIPES_OF, recipe_by_name


def tiny(seed: int = 0, dtype: type = np.float32) -> Network:
    """8 × 8 pixels, two groups of maps, one hidden layer, three classes."""
    rng = np.random.default_rng(seed)
    return build_cnn(
        ((2, 3), (4,)), (5,), rng=rng, n_inputs=64, n_classes=3, dropout=0.2, dtype=dtype
    )


def some(seed: int = 0, n: int = 6) -> Digits:
    rng = np.random.default_rng(seed)
    return Digits(rng.random((n, 64)).astype(np.float32), rng.integers(0, 3, n))


@pytest.mark.slow
def test_the_classic_stack_has_6_480_010_parameters_and_learns(rng: np.random.Generator) -> None:
    network = build_classic(rng=rng)
    # convolutions 320 + 18,496 + 36,928, normalization 64 + 128 + 128, dense 6,422,656 + 1,290
    assert network.parameters.n_learned == 6_480_010
    assert "6,480,010" in network.summary()
    images, labels = pen_digits(16, rng=rng)
    digits, optimizer = Digits(images, labels), make_optimizer("adam", 1e-3)
    gradient = network.new_gradient()
    losses = [
        train_step(
            network,
            digits.images,
            digits.labels,
            loss=cross_entropy,
            optimizer=optimizer,
            gradient=gradient,
            training=True,
        )[0]
        for _ in range(12)
    ]
    assert min(losses[-6:]) < losses[0] / 2  # half of its units are dropped, others every time


def test_the_cnn_is_small_and_its_columns_are_maps(rng: np.random.Generator) -> None:
    network = build_cnn(rng=rng)
    assert network.layer_sizes == (784, 16, 16, 32, 32, 64, 128, 10)
    assert network.input_shape == (784,)
    assert network.parameters.n_learned < 400_000
    stages = {stage.key: stage for stage in network.stages}
    assert list(stages) == ["h1", "h2", "h3", "h4", "h5", "h6", "output"]
    first, dense, last = stages["h2"], stages["h6"], stages["output"]
    assert (first.weights, first.pre, first.post) == ("conv2", "bn2", "relu2")
    assert (first.shape, first.units) == ((28, 28, 16), 16)
    assert (dense.weights, dense.pre, dense.post) == ("dense1", "dense1", "relu6")
    assert (last.weights, last.pre, last.post, last.shape) == ("dense2", "dense2", "dense2", (10,))


def test_a_trace_holds_maps_before_and_behind_the_nonlinearity() -> None:
    network, digits = tiny(), some()
    trace = network.forward(digits.images)
    assert {key: z.shape for key, z in trace.pre_activations.items()} == {
        "h1": (6, 8, 8, 2),
        "h2": (6, 8, 8, 3),
        "h3": (6, 4, 4, 4),
        "h4": (6, 5),
        "output": (6, 3),
    }
    for key in ("h1", "h2", "h3", "h4"):
        z, a = trace.pre_activations[key], trace.activations[key]
        assert np.array_equal(a, np.maximum(z, 0))
    assert trace.activations["input"].shape == (6, 64)


@pytest.mark.parametrize("training", [False, True])
def test_the_whole_chain_agrees_with_central_differences(training: bool) -> None:
    network = tiny(dtype=np.float64)
    network.layers["dropout1"].rate = 0.0  # type: ignore[attr-defined]  # chance has no derivative
    # no bias at its start: where all inputs are 0, ReLU would be at its kink
    network.parameters.flat += np.random.default_rng(1).normal(0, 0.1, network.parameters.flat.size)
    forward = network.forward
    network.forward = lambda images: forward(images, training=training)  # type: ignore[method-assign, misc, assignment]
    digits = some()
    report = check_network(network, digits.images.astype(float), digits.labels, loss=cross_entropy)
    assert report.errors.keys() == network.named_params().keys()
    biases = {name for name in report.errors if name.startswith("conv") and name.endswith(".b")}
    for name, error in report.errors.items():
        if training and name in biases:  # the mean takes them away again: all rounding
            continue
        assert error <= 1e-6, name


def test_evaluation_is_the_default_and_changes_nothing() -> None:
    network, digits = tiny(), some()
    before = network.parameters.flat.copy()
    first = network.forward(digits.images).logits
    network.probabilities(digits.images)
    network.logits(digits.images)
    assert np.array_equal(network.parameters.flat, before)
    assert np.array_equal(network.forward(digits.images).logits, first)
    assert not np.array_equal(network.forward(digits.images, training=True).logits, first)
    assert not np.array_equal(network.parameters.flat, before)  # the statistics


def test_statistics_stand_behind_the_parameters_in_the_same_vector() -> None:
    network = tiny()
    named = network.named_statistics()
    assert list(named)[:3] == ["bn1.mean", "bn1.variance", "bn2.mean"]
    assert not named.keys() & network.named_params().keys()
    n = network.parameters.n_learned
    assert network.parameters.flat.size == n + 2 * (2 + 3 + 4)
    assert network.parameters.flat[n:].tolist() == [
        *[0, 0, 1, 1],
        *[0, 0, 0, 1, 1, 1],
        *[0, 0, 0, 0, 1, 1, 1, 1],
    ]
    network.parameters.flat[n] = 7
    assert network.layers["bn1"].statistics["mean"][0] == 7  # type: ignore[attr-defined]
    copy = network.in_double_precision()
    assert copy.named_statistics()["bn1.mean"].tolist() == [7, 0]
    network.parameters.flat[n] = 8
    assert copy.named_statistics()["bn1.mean"].tolist() == [7, 0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_optimizer_moves_statistics(name: str) -> None:
    network, digits = tiny(), some()
    optimizer, gradient = make_optimizer(name), network.new_gradient()
    statistics = network.parameters.flat[network.parameters.n_learned :]
    before, weights = statistics.copy(), network.parameters.flat[:9].copy()
    for _ in range(300):  # longer than an optimizer's memory lasts
        network.backward(
            cross_entropy(network.forward(digits.images).logits, digits.labels)[1],
            network.forward(digits.images),
            gradient,
        )
        optimizer.step(network.parameters.flat, gradient.flat)
    assert np.array_equal(statistics, before)
    assert not np.array_equal(network.parameters.flat[:9], weights)
    assert not gradient.flat[network.parameters.n_learned :].any()


def test_the_best_epoch_and_the_running_mean_take_the_statistics_along() -> None:
    network, digits = tiny(), some(n=40)
    mean = RunningMean(network.parameters.flat, 0.5)
    network.forward(digits.images, training=True)
    counted = network.named_statistics()["bn1.mean"].copy()
    mean.update(network.parameters.flat)
    mean.swap(network.parameters.flat)
    # the first update weighs 1 − 2/11; the mean began at 0
    assert network.named_statistics()["bn1.mean"] == pytest.approx(counted * 9 / 11, rel=1e-5)

    seen = []
    network = tiny()
    history = train(
        network,
        digits,
        some(seed=5),
        optimizer=make_optimizer("adam", 3e-2),
        epochs=6,
        batch_size=10,
        rng=np.random.default_rng(0),
        on_epoch=[lambda report: seen.append(network.parameters.flat.copy())],
    )
    assert network.parameters.flat.tobytes() == seen[history.best_epoch - 1].tobytes()


@pytest.mark.parametrize("average", [0.0, 0.99])
def test_equal_seeds_give_equal_bits(average: float) -> None:
    def run() -> bytes:
        network = build_cnn(((4, 4),), (8,), rng=np.random.default_rng(3))
        images, labels = pen_digits(150, rng=np.random.default_rng(4))
        digits = Digits(images.astype(np.float32), labels)
        train(
            network,
            digits,
            digits,
            optimizer=make_optimizer("adam", 3e-3),
            epochs=2,
            batch_size=50,
            rng=np.random.default_rng(5),
            average=average,
        )
        return network.parameters.flat.tobytes()

    assert run() == run()


def test_a_cnn_learns_pen_digits() -> None:
    images, labels = pen_digits(500, rng=np.random.default_rng(1))
    images = images.astype(np.float32)
    network = build_cnn(((8,), (8,)), (32,), rng=np.random.default_rng(2), dropout=0.0)
    history = train(
        network,
        Digits(images[:400], labels[:400]),
        Digits(images[400:], labels[400:]),
        optimizer=make_optimizer("adam", 1e-2),
        epochs=5,
        batch_size=20,
        rng=np.random.default_rng(3),
    )
    assert history.best.validation_accuracy >= 0.5  # of which chance would be 0.1


def test_any_number_of_images_is_computed_in_modest_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert build_mlp(rng=np.random.default_rng()).chunk == 4096
    assert 16 <= build_cnn(rng=np.random.default_rng()).chunk <= 512
    network, digits = tiny(), some(n=11)
    whole = network.predict(digits.images)
    monkeypatch.setattr("neuroscribble.nn.network.CHUNK_NUMBERS", 2000)
    assert network.chunk < 5
    assert network.predict(digits.images).tolist() == whole.tolist()


def test_balancing_shrinks_the_numbers_inside_and_no_answer() -> None:
    network, digits = tiny(), some(n=20)
    for name in ("bn2.gamma", "dense1.W"):
        network.named_params()[name][...] *= 60
    before = network.forward(digits.images).logits
    halvings = balance(network, digits.images, limit=4.0)
    assert max(halvings) > 0
    trace = network.forward(digits.images)
    assert all(np.abs(trace.pre_activations[f"h{i}"]).max() <= 4 for i in range(1, 5))
    np.testing.assert_allclose(trace.logits, before, rtol=1e-4)


def test_a_summary_adds_up() -> None:
    lines = tiny().summary().splitlines()
    assert lines[0].split("  ")[0] == "layer"
    assert [line.split()[0] for line in lines[2:-3]] == list(tiny().layers)
    conv = next(line for line in lines if line.startswith("conv2")).split()
    # 3·3·2·3 + 3 = 57 parameters of 4 bytes; 8·8·3 = 192 numbers of 4 bytes
    assert conv == ["conv2", "Conv2d", "8", "×", "8", "×", "3", "57", "228", "B", "768", "B"]
    assert next(line for line in lines if line.startswith("relu2")).split()[7] == "ReLU"
    assert "softmax" in lines[-4]
    total = lines[-2].split()
    assert total[:2] == ["total", f"{tiny().parameters.n_learned:,}"]
    assert lines[-1] == "and 18 running statistics, which no gradient learns"
    assert "statistics" not in build_mlp((3,), rng=np.random.default_rng()).summary()


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_recipes_of_its_own(name: str) -> None:
    assert "quick" in RECIPES_OF[name]
    for recipe in RECIPES_OF[name]:
        assert recipe_by_name(recipe, model=name).model == name


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: recipe_by_name("best", model="vgg"),
            "model must be one of mlp, cnn, classic; got 'vgg'",
        ),
        (lambda: recipe_by_name("fast", model="cnn"), "must be one of quick, best; got 'fast'"),
        (lambda: recipe_by_name("best", model="cnn", hidden=(5,)), "--hidden is for the mlp"),
    ],
)
def test_what_no_recipe_can_do_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        call()


def test_groups_that_pool_everything_away_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(SettingsError, match="4 groups pool every pixel away"):
        build_cnn(((2,), (2,), (2,), (2,)), rng=rng, n_inputs=64)


def test_the_recorded_small_network_reads_nine_of_ten_pen_digits() -> None:
    images, labels = pen_digits(300, rng=np.random.default_rng(99))
    assert (small_cnn().predict(images) == labels).mean() >= 0.9

"""Learning works, twice the same, and the step keeps its promises to everybody around it."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from neuroscribble import build_mlp, train
from neuroscribble.data.batches import Digits, batches
from neuroscribble.nn.gradcheck import check_network
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats
from neuroscribble.training.loop import SCHEDULES, History, train_step
from neuroscribble.training.optimizers import RMSProp


def blobs(n: int, seed: int = 0) -> Digits:
    """Three classes of points in the plane that a small network can tell apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=n)
    centers = np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]])
    return Digits((centers[labels] + rng.normal(0, 0.4, (n, 2))).astype(np.float32), labels)


def small_network(seed: int = 1, dtype: Any = np.float32) -> Network:
    return build_mlp((8,), rng=np.random.default_rng(seed), n_inputs=2, n_classes=3, dtype=dtype)


def trained(seed: int, **settings: Any) -> tuple[Network, History]:
    rng = np.random.default_rng(seed)
    network = small_network(seed)
    history = train(
        network,
        blobs(500),
        blobs(100, seed=9),
        optimizer=RMSProp(0.01),
        epochs=3,
        batch_size=16,
        rng=rng,
        **settings,
    )
    return network, history


def test_the_network_learns() -> None:
    _, history = trained(1)
    assert history.best.validation_accuracy > 0.97


@pytest.mark.parametrize("distorted", [False, True])
def test_equal_seeds_give_equal_bits(distorted: bool) -> None:
    def jitter(images: Floats, rng: np.random.Generator) -> Floats:
        return images + rng.normal(0, 0.1, images.shape).astype(np.float32)

    settings = {"augment": jitter} if distorted else {}
    first, second = (trained(5, **settings)[0].parameters.flat for _ in range(2))
    assert first.tobytes() == second.tobytes()
    assert trained(6, **settings)[0].parameters.flat.tobytes() != first.tobytes()


def test_backward_agrees_with_differences_through_the_whole_network(
    rng: np.random.Generator,
) -> None:
    network = small_network(dtype=np.float64)
    images, labels = rng.normal(size=(7, 2)), rng.integers(3, size=7)
    check_network(network, images, labels, loss=cross_entropy).require()


def test_a_step_changes_neither_the_images_nor_their_labels(rng: np.random.Generator) -> None:
    network = small_network()
    images, labels = rng.normal(size=(7, 2)).astype(np.float32), rng.integers(3, size=7)
    kept = images.copy(), labels.copy()
    train_step(
        network,
        images,
        labels,
        loss=cross_entropy,
        optimizer=RMSProp(),
        gradient=network.new_gradient(),
    )
    assert np.array_equal(images, kept[0])
    assert np.array_equal(labels, kept[1])


def test_two_threads_may_use_one_network_at_once(rng: np.random.Generator) -> None:
    """Layers keep nothing: gradients computed side by side are those computed one by one."""
    network = build_mlp((32,), rng=rng, n_inputs=20, n_classes=3)
    inputs = [rng.normal(size=(40, 20)).astype(np.float32) for _ in range(2)]
    labels = [rng.integers(3, size=40) for _ in range(2)]

    def gradient_of(i: int) -> Floats:
        gradient = network.new_gradient()
        trace = network.forward(inputs[i])
        network.backward(cross_entropy(trace.logits, labels[i])[1], trace, gradient)
        return gradient.flat

    alone = [gradient_of(0), gradient_of(1)]
    differences: list[bool] = []

    def repeat(i: int) -> None:
        differences.extend(not np.array_equal(gradient_of(i), alone[i]) for _ in range(200))

    threads = [threading.Thread(target=repeat, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(differences) == 400
    assert not any(differences)


def test_the_gradient_is_one_vector_seen_through_views_made_once() -> None:
    gradient = small_network().new_gradient()
    assert set(gradient.layers) == {"dense1", "relu1", "dense2"}
    assert gradient.layers["relu1"] == {}
    for name, view in gradient.views.items():
        layer, key = name.split(".")
        assert gradient.layers[layer][key] is view
        assert np.shares_memory(view, gradient.flat)
    assert sum(view.size for view in gradient.views.values()) == gradient.flat.size


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_stays_between_zero_and_one_and_ends_lower_unless_constant(name: str) -> None:
    factors = [SCHEDULES[name](progress) for progress in np.linspace(0, 1, 101)]
    assert all(0 <= factor <= 1 for factor in factors)
    assert max(factors) > 0.9
    assert name == "constant" or factors[-1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", ["warm-cosine", "warm-linear"])
def test_a_warm_schedule_starts_from_zero(name: str) -> None:
    assert SCHEDULES[name](0.0) == 0.0
    assert SCHEDULES[name](0.01) < SCHEDULES[name](0.02)


def test_distorted_batches_hold_every_sample_once_with_its_label(rng: np.random.Generator) -> None:
    numbers = np.arange(1000)
    digits = Digits(numbers[:, None].astype(np.float32), numbers)

    def add_half(images: Floats, rng: np.random.Generator) -> Floats:
        return images + 0.5

    drawn = list(batches(digits, batch_size=30, rng=rng, augment=add_half))
    assert [len(batch.labels) for batch in drawn] == [30] * 33 + [10]
    labels = np.concatenate([batch.labels for batch in drawn])
    images = np.concatenate([batch.images for batch in drawn])
    assert sorted(labels) == numbers.tolist()
    assert np.array_equal(images[:, 0], labels + 0.5)


def test_distortion_leaves_the_order_of_the_samples_alone() -> None:
    digits = blobs(100)

    def same(images: Floats, rng: np.random.Generator) -> Floats:
        rng.random(7)  # however much chance it uses
        return images

    plain = batches(digits, batch_size=100, rng=np.random.default_rng(1))
    distorted = batches(digits, batch_size=100, rng=np.random.default_rng(1), augment=same)
    assert np.array_equal(next(plain).images, next(iter(distorted)).images)


def test_an_error_in_a_distortion_reaches_the_caller_and_the_helper_ends() -> None:
    def broken(images: Floats, rng: np.random.Generator) -> Floats:
        raise ValueError("no such distortion")

    with pytest.raises(ValueError, match="no such distortion"):
        trained(1, augment=broken)
    assert not [t for t in threading.enumerate() if t.name.startswith("augment")]


def test_ctrl_c_within_distorted_batches_keeps_the_best_epoch_and_ends_the_helper() -> None:
    def interrupt(report: Any) -> None:
        if (report.epoch, report.step) == (2, 3):
            raise KeyboardInterrupt

    _, history = trained(1, augment=lambda images, rng: images, on_step=[interrupt])
    assert history.interrupted
    assert history.best_epoch == 1

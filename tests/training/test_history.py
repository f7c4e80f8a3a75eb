"""An education is kept at few moments, costs no bit of the result, and ends with the network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.usual import measure_usual, note_usual, with_usual
from neuroscribble.nn.balance import halve
from neuroscribble.nn.folding import folded
from neuroscribble.nn.network import build_mlp
from neuroscribble.shapes import CLASS_NAMES
from neuroscribble.training import history
from neuroscribble.training.history import MOST, Keeper, checkpoint_steps
from neuroscribble.training.jobs import TrainingRun, train_and_measure
from neuroscribble.training.recipes import Recipe

RECIPE = Recipe(hidden=(8,), epochs=3, batch_size=16, n_validation=60, learning_rate=0.01)


def named(n: int, seed: int) -> NamedDigits:
    return NamedDigits(f"pen {seed}", Digits(*pen_digits(n, rng=np.random.default_rng(seed))))


@pytest.fixture(scope="module")
def training() -> NamedDigits:
    return named(300, 1)


def run(training: NamedDigits, recipe: Recipe = RECIPE, *, keep: bool = True) -> TrainingRun:
    return train_and_measure(
        recipe,
        training,
        training,
        on_step=lambda report: None,
        on_epoch=lambda report: None,
        keep_history=keep,
    )


def test_checkpoints_are_dense_at_first_and_end_with_the_last_epoch() -> None:
    assert checkpoint_steps(860, 15) == [
        *(0, 1, 2, 5, 10, 20, 50, 100, 200, 500),
        *(860, 2 * 860, 4 * 860, 8 * 860, 15 * 860),
    ]
    assert checkpoint_steps(7, 4) == [0, 1, 2, 5, 7, 14, 21, 28]  # all epochs, where they fit


@pytest.mark.parametrize("steps_per_epoch", [1, 2, 3, 7, 60, 1000])
@pytest.mark.parametrize("most", [2, 3, MOST - 1])
def test_there_are_never_more_checkpoints_than_asked_for(steps_per_epoch: int, most: int) -> None:
    for epochs in (1, 2, 3, 10, 40, 300):
        steps = checkpoint_steps(steps_per_epoch, epochs, most=most)
        assert steps == sorted(set(steps))
        assert len(steps) <= most
        assert (steps[0], steps[-1]) == (0, steps_per_epoch * epochs)


def test_an_education_goes_from_the_first_weights_to_the_network_itself(
    training: NamedDigits,
) -> None:
    done = run(training)
    assert done.education is not None
    checkpoints = done.education.checkpoints
    per_epoch = done.education.steps_per_epoch
    last = done.history.best_epoch * per_epoch
    assert per_epoch == 15  # 240 digits by 16
    assert [one.step for one in checkpoints] == [
        *(step for step in (0, 1, 2, 5, 10, 15, 30, 45) if step < last),
        last,
    ]
    assert checkpoints[-1].parameters.tobytes() == done.network.parameters.flat.tobytes()
    first = build_mlp((8,), rng=np.random.default_rng(RECIPE.seed)).parameters.flat
    assert np.array_equal(checkpoints[0].parameters, first)
    assert not np.array_equal(checkpoints[1].parameters, checkpoints[2].parameters)
    # all 60 held-out digits measure it, so the last accuracy is the one that chose the epoch
    assert checkpoints[-1].accuracy == done.history.best.validation_accuracy
    assert done.education.n == 60
    assert done.education.measured_on == "60 digits held out of pen 1"
    for one in checkpoints:
        assert one.class_accuracy.shape == (10,)
        assert 0 <= one.class_accuracy.min() <= one.accuracy <= one.class_accuracy.max() <= 1


def test_what_was_measured_of_the_end_is_not_told_of_earlier_moments(
    training: NamedDigits,
) -> None:
    done = run(training)
    assert done.education is not None
    done.network.meta |= {"temperature": 0.7, "test": {"accuracy": 0.9}, "name": "Small"}
    early, last = (done.education.network_at(n, done.network).meta for n in (1, -1))
    assert early["name"] == last["name"] == "Small"
    assert "temperature" in last
    assert not {"temperature", "test", "drawings", "usual"} & early.keys()


def test_keeping_it_changes_no_bit_of_the_network(training: NamedDigits) -> None:
    kept, plain = run(training), run(training, keep=False)
    assert plain.education is None
    assert kept.network.parameters.flat.tobytes() == plain.network.parameters.flat.tobytes()


def test_an_earlier_checkpoint_is_scaled_as_the_network_was() -> None:
    """Halved twice, the layer's weights are a quarter, those behind it four times as large."""
    network = build_mlp((4,), rng=np.random.default_rng(1))
    before = network.copy()
    keeper = Keeper(steps_per_epoch=3, epochs=1, n_parameters=network.parameters.flat.size)
    keeper.note(0, network.parameters.flat)
    halve(network, [2])
    digits = named(20, 3).digits
    education = keeper.education(
        network, digits, learned=before, name="pen", last_step=3, halvings=[2]
    )
    past = education.network_at(0, network)
    assert np.array_equal(past.parameters.views["dense1.W"], before.named_params()["dense1.W"] / 4)
    assert np.array_equal(past.parameters.views["dense2.W"], before.named_params()["dense2.W"] * 4)
    assert past.logits(digits.images).tobytes() == before.logits(digits.images).tobytes()


def test_a_network_too_large_for_a_history_has_none(
    training: NamedDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 4 * 6_000)  # of one of 6,370 parameters
    assert run(training, replace(RECIPE, epochs=1)).education is None


def test_what_is_usual_is_told_of_every_checkpoint(training: NamedDigits) -> None:
    done = run(training, replace(RECIPE, epochs=1))
    assert done.education is not None
    note_usual(done.network, training)
    told = with_usual(done.education, done.network, training)
    assert told.checkpoints[-1].usual == done.network.usual
    past = done.education.network_at(1, done.network)
    expected = measure_usual(past, training.digits.images[:250])
    for key, usual in told.checkpoints[1].usual.items():
        np.testing.assert_allclose(usual.deviation, expected[key].deviation, rtol=1e-4, atol=1e-7)


def test_a_normalized_training_is_kept_as_the_network_that_it_becomes(
    training: NamedDigits,
) -> None:
    """Each moment is a plain dense network, and at its first nothing has been normalized yet."""
    recipe = replace(RECIPE, normalized=True, keep_last=True)
    done = run(training, recipe)
    assert done.network.is_mlp()
    assert done.network.meta["recipe"]["normalized"]
    assert done.network.meta["validation_accuracy"] == done.history.best.validation_accuracy
    assert done.education is not None
    first, *_, last = done.education.checkpoints
    assert last.parameters.tobytes() == done.network.parameters.flat.tobytes()
    assert last.accuracy == done.history.best.validation_accuracy
    begun = folded(recipe.network(CLASS_NAMES, np.random.default_rng(recipe.seed)))
    past = done.education.network_at(0, done.network)
    images = training.digits.images
    np.testing.assert_allclose(past.logits(images), begun.logits(images), rtol=1e-5, atol=1e-6)
    assert first.parameters.shape == last.parameters.shape == (8 * 784 + 8 + 80 + 10,)

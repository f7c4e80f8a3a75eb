"""Training learns, repeats itself to the bit, keeps its best epoch and ends well, always."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.nn.losses import SmoothedCrossEntropy, cross_entropy
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.shapes import Floats, Labels
from neuroscribble.training import jobs as runs
from neuroscribble.training.loop import (
    SCHEDULES,
    EpochReport,
    History,
    StepReport,
    cosine,
    evaluate_loss,
    train,
)
from neuroscribble.training.optimizers import SGD, RMSProp
from neuroscribble.training.recipes import Recipe


def clouds(n: int = 120, n_inputs: int = 4, n_classes: int = 3, seed: int = 1) -> Digits:
    """Points around one center for each class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % n_classes
    centers = 3 * np.eye(n_classes, n_inputs)
    images = centers[labels] + rng.normal(0, 0.5, (n, n_inputs))
    return Digits(images.astype(np.float32), labels)


def tiny(seed: int = 1) -> Network:
    return build_mlp((8,), rng=np.random.default_rng(seed), n_inputs=4, n_classes=3)


def run(network: Network, **options: Any) -> History:
    settings: dict[str, Any] = {
        "optimizer": RMSProp(0.01),
        "epochs": 4,
        "batch_size": 16,
        "rng": np.random.default_rng(3),
        **options,
    }
    return train(network, clouds(), clouds(60, seed=2), **settings)


def test_a_small_task_is_learned_and_every_epoch_reported() -> None:
    network, reports, steps = tiny(), [], []
    before, _ = evaluate_loss(network, clouds(), loss=cross_entropy)
    history = run(network, on_epoch=[reports.append], on_step=[steps.append])
    assert history.best.validation_accuracy == 1
    assert history.epochs == reports
    assert [report.epoch for report in reports] == [1, 2, 3, 4]
    assert reports[-1].train_loss < before / 2
    assert not history.interrupted
    # 120 digits by 16: 7 full batches and one of 8
    assert [(s.epoch, s.step) for s in steps] == [(e, s) for e in (1, 2, 3, 4) for s in range(1, 9)]
    assert {s.steps for s in steps} == {8}
    full, small = [s.loss for s in steps[:7]], steps[7].loss
    assert reports[0].train_loss == pytest.approx((16 * sum(full) + 8 * small) / 120)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    def trained(seed: int) -> bytes:
        network = tiny()
        run(network, rng=np.random.default_rng(seed), epochs=2)
        return network.parameters.flat.tobytes()

    assert trained(5) == trained(5)
    assert trained(5) != trained(6)


class Scripted:
    """An optimizer that moves one parameter by hand: epoch e ends with weights of script[e - 1]."""

    def __init__(self, script: list[float]) -> None:
        self.learning_rate = 1.0
        self.script: Iterator[float] = iter(script)

    def step(self, params: Floats, grads: Floats) -> None:
        params[...] = 0
        params[0] = next(self.script)

    def state(self) -> dict[str, Floats]:
        return {}


def one_input_network() -> Network:
    """Logits (w x, 0): class 0 is the answer for x = 1 if w ≥ 0, and surer for a larger w."""
    return build_mlp((), rng=np.random.default_rng(0), n_inputs=1, n_classes=2)


ONE_DIGIT = Digits(np.ones((1, 1), np.float32), np.array([0]))


@pytest.mark.parametrize(
    ("script", "best_epoch"),
    [
        ([-1, 2, -3], 2),  # wrong, right, wrong
        ([1, 3, 2], 2),  # all right: the smallest loss
        ([2, 2, 2], 1),  # all the same: the first
    ],
)
def test_the_best_epoch_is_kept(script: list[float], best_epoch: int) -> None:
    network = one_input_network()
    history = train(
        network,
        ONE_DIGIT,
        ONE_DIGIT,
        optimizer=Scripted(script),
        epochs=3,
        batch_size=1,
        rng=np.random.default_rng(0),
    )
    assert history.best_epoch == best_epoch
    assert history.best is history.epochs[best_epoch - 1]
    assert network.parameters.flat[0] == script[best_epoch - 1]


@pytest.mark.parametrize("where", ["on_epoch", "on_step"])
def test_an_interrupt_keeps_the_best_so_far(where: str) -> None:
    network, kept = tiny(), []

    def interrupt(report: EpochReport | StepReport) -> None:
        if isinstance(report, EpochReport):
            kept.append(network.parameters.flat.copy())
        if report.epoch == (2 if where == "on_epoch" else 3):
            raise KeyboardInterrupt

    observers = {"on_epoch": [interrupt], "on_step": [interrupt] if where == "on_step" else []}
    history = run(network, epochs=9, **observers)
    assert history.interrupted
    assert len(history.epochs) == 2
    assert np.array_equal(network.parameters.flat, kept[history.best_epoch - 1])


def test_an_interrupt_in_the_first_epoch_has_no_best() -> None:
    def interrupt(report: StepReport) -> None:
        raise KeyboardInterrupt

    history = run(tiny(), on_step=[interrupt])
    assert (history.interrupted, history.best_epoch, history.epochs) == (True, 0, [])


def test_a_loss_that_is_no_number_ends_in_one_sentence() -> None:
    optimizer = SGD(1e30)
    with pytest.raises(SettingsError, match=r"no longer a number \(epoch 1, step \d\): the learni"):
        run(tiny(), optimizer=optimizer)
    assert optimizer.learning_rate == 1e30


def test_a_last_step_that_spoils_the_network_is_noticed() -> None:
    with pytest.raises(SettingsError, match=r"no longer a number \(behind epoch 1\)"):
        train(
            one_input_network(),
            ONE_DIGIT,
            ONE_DIGIT,
            optimizer=Scripted([float("nan")]),
            epochs=1,
            batch_size=1,
            rng=np.random.default_rng(0),
        )


def test_half_a_cosine_by_hand() -> None:
    # (1 + cos(π t)) / 2 at t = 0, 1/4, 1/2, 3/4, 1; cos(π / 4) = 0.7071
    assert [cosine(t) for t in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx(
        [1, 0.853553, 0.5, 0.146447, 0], abs=1e-6
    )
    assert {SCHEDULES["constant"](t) for t in (0, 0.5, 1)} == {1}


def test_the_schedule_runs_over_all_steps_and_the_rate_is_restored() -> None:
    optimizer, seen = RMSProp(0.01), []

    def watch(report: StepReport) -> None:
        seen.append(optimizer.learning_rate)
        if report.epoch == 2:
            raise KeyboardInterrupt

    # two epochs of two steps: progress 0, 1/4, 1/2, 3/4
    run(tiny(), optimizer=optimizer, schedule=cosine, epochs=2, batch_size=60, on_step=[watch])
    assert seen == pytest.approx([0.01, 0.00853553, 0.005])
    assert optimizer.learning_rate == 0.01


def test_loss_and_accuracy_by_hand_in_any_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    network = one_input_network()
    network.parameters.flat[...] = 0
    network.parameters.flat[0] = np.log(3)  # logits (x log 3, 0)
    digits = Digits(np.array([[1.0], [1.0], [-1.0]], np.float32), np.array([0, 1, 1]))
    # p(label): 3/4, 1/4, 3/4: the loss is −(2 log 3/4 + log 1/4) / 3, and two are right
    expected = -(2 * np.log(3 / 4) + np.log(1 / 4)) / 3
    for chunk in (1, 2, 100):
        monkeypatch.setattr("neuroscribble.nn.network.CHUNK", chunk)
        loss, accuracy = evaluate_loss(network, digits, loss=cross_entropy)
        assert loss == pytest.approx(expected, rel=1e-6)
        assert accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"optimizer": "lion"},
            "optimizer must be one of sgd, momentum, rmsprop, adam; got 'lion'",
        ),
        ({"schedule": "linear"}, "schedule must be one of constant, cosine, .*; got 'linear'"),
        ({"epochs": 0}, "epochs must be at least 1; got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1; got 0"),
        ({"n_validation": -1}, "n_validation must be at least 1; got -1"),
        ({"hidden": (5, 0)}, r"hidden layers need at least 1 unit; got \[5, 0\]"),
        ({"hidden": (10**5, 10**5)}, "make 10,079,400,000 weights; at most 50,000,000"),
        ({"learning_rate": 0.0}, "learning_rate must be positive; got 0.0"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive; got nan"),
        ({"learning_rate": float("inf")}, "learning_rate must be positive; got inf"),
        ({"seed": -1}, "seed must be 0 or more; got -1"),
    ],
)
def test_recipes_that_cannot_be_followed_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Recipe(**options)


# ---------------------------------------------------------------- a whole run


def named(n: int, seed: int) -> NamedDigits:
    """Ten clouds in 784 dimensions."""
    return NamedDigits(f"{n} clouds", clouds(n, n_inputs=784, n_classes=10, seed=seed))


RECIPE = Recipe(hidden=(6,), epochs=2, batch_size=20, n_validation=50, learning_rate=0.01)


def whole_run(recipe: Recipe = RECIPE, **observers: Any) -> runs.TrainingRun:
    quiet = dict.fromkeys(("on_step", "on_epoch"), lambda *_: None)
    return runs.train_and_measure(recipe, named(300, 1), named(100, 2), **{**quiet, **observers})


def test_a_whole_run_tells_how_it_was_done() -> None:
    run = whole_run()
    meta = run.network.meta
    assert meta["name"] == "NeuroScribble 784→6→10"
    assert meta["recipe"]["hidden"] == [6]
    assert meta["trained_on"]["name"] == "300 clouds"
    assert meta["trained_on"]["sha256"] == runs.fingerprint(named(300, 1).digits)
    assert meta["trained_on"]["sha256"] != runs.fingerprint(named(300, 2).digits)
    assert meta["test"] == {"name": "100 clouds", "n": 100, "accuracy": run.test_accuracy}
    assert run.confusion.sum() == 100
    assert meta["confusion"] == run.confusion.tolist()
    assert np.trace(run.confusion) == round(100 * run.test_accuracy)


def test_the_novelty_threshold_is_fitted_at_the_temperature_at_which_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []
    fit = runs.fit_novelty
    monkeypatch.setattr(
        runs, "fit_novelty", lambda *given: seen.append(given[0].meta["temperature"]) or fit(*given)
    )
    run = whole_run()
    assert seen == [run.network.meta["temperature"]]


def test_a_whole_run_repeats_itself_to_the_bit() -> None:
    first, second = whole_run(), whole_run()
    assert first.network.parameters.flat.tobytes() == second.network.parameters.flat.tobytes()
    assert first.network.meta == second.network.meta


def interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_before_the_first_epoch_has_nothing_to_keep() -> None:
    with pytest.raises(KeyboardInterrupt):
        whole_run(on_step=interrupt)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_while_what_was_learned_is_measured_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    fit = runs.fit_novelty

    def pressed(*given: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return fit(*given)

    monkeypatch.setattr(runs, "fit_novelty", pressed)
    before = signal.getsignal(signal.SIGINT)
    run = whole_run(on_impatience=lambda: told.append("waits"))
    assert told == ["waits"]
    assert run.network.meta["novelty"]
    assert not run.history.interrupted
    assert signal.getsignal(signal.SIGINT) is before


def test_what_has_no_class_counts_for_no_accuracy() -> None:
    """Of 120 points 60 are called no class; all others are read right in the end."""
    points = clouds()
    labels = np.where(np.arange(120) < 60, points.labels, 3)  # of three classes
    mixed = Digits(np.where(labels[:, None] < 3, points.images, 0).astype(np.float32), labels)
    history = train(
        tiny(),
        mixed,
        clouds(60, seed=2),
        optimizer=RMSProp(0.01),
        epochs=40,
        batch_size=16,
        rng=np.random.default_rng(3),
        loss=SmoothedCrossEntropy(0.0),
    )
    assert history.epochs[-1].train_accuracy > 0.95  # counted among all it would be 0.5 at most


def test_more_validation_digits_than_there_are_are_refused() -> None:
    with pytest.raises(SettingsError, match="n_validation must be between 1 and 299"):
        whole_run(Recipe(n_validation=300))


def labels_of(labels: Labels) -> Digits:
    return Digits(np.zeros((len(labels), 1), np.float32), labels)


def test_the_fingerprint_sees_labels_too() -> None:
    sets = ([1, 2], [2, 1], [257, 2])
    one, other, large = (runs.fingerprint(labels_of(np.array(labels))) for labels in sets)
    assert large != one
    assert one != other

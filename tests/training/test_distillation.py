"""Learning from a teacher's answers, and on upright pictures: by hand, and in small runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neuroscribble.data.batches import Digits, Distort, batches
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.nn.losses import cross_entropy, softmax
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.training.distillation import Teacher
from neuroscribble.training.jobs import TrainingRun, train_and_measure
from neuroscribble.training.recipes import Recipe, recipe_by_name

SETTINGS: dict[str, Any] = {"epochs": 4, "n_validation": 20, "batch_size": 20, "average": 0.0}


def pens(n: int, seed: int = 1) -> Digits:
    return Digits(*pen_digits(n, rng=np.random.default_rng(seed)))


def run(recipe: Recipe, teacher: Network | None = None, n: int = 220) -> TrainingRun:
    digits = NamedDigits("pen", pens(n))
    return train_and_measure(
        recipe, digits, digits, teacher=teacher, on_step=lambda _: None, on_epoch=lambda _: None
    )


def test_what_a_teacher_adds_to_the_loss_by_hand() -> None:
    # Logits (2, 0), label 1: own loss log(1 + e²) = 2.126928. At temperature 2 they are (1, 0), and
    # the teacher's (4, 0) are (2, 0): p = (0.731059, 0.268941), t = (0.880797, 0.119203).
    # Cross-entropy: log(e + 1) − 0.880797 = 1.313262 − 0.880797 = 0.432465; times T² = 4: 1.729860.
    # Share 1/4: 0.75 · 2.126928 + 0.25 · 1.729860 = 2.027661.
    # Slopes: 0.75 · (0.880797, −0.880797) + 0.25 · 2 · (p − t) = 0.585729 in both, with a sign.
    teacher = Teacher(build_mlp((), rng=np.random.default_rng(0)), 0.25, 2.0)
    targets = softmax(np.array([[4.0, 0.0]]) / 2)
    lesson = teacher.lesson(cross_entropy, targets)
    loss, slopes = lesson(np.array([[2.0, 0.0]]), np.array([1]))
    assert loss == pytest.approx(2.027661, abs=1e-6)
    np.testing.assert_allclose(slopes, [[0.585729, -0.585729]], atol=1e-6)


def test_its_slopes_are_those_of_the_loss(rng: np.random.Generator) -> None:
    teacher = Teacher(build_mlp((), rng=rng), 0.6, 3.0)
    logits, labels = rng.normal(size=(4, 10)), rng.integers(0, 10, 4)
    lesson = teacher.lesson(cross_entropy, rng.dirichlet(np.ones(10), 4))
    _, slopes = lesson(logits, labels)
    step = 1e-6 * rng.normal(size=logits.shape)
    change = lesson(logits + step, labels)[0] - lesson(logits - step, labels)[0]
    assert change == pytest.approx(2 * (slopes * step).sum(), rel=1e-6)


def test_mistakes_are_not_learned_and_what_is_no_digit_stays_none() -> None:
    # One weight: the logits of pixels 1, 3, −1, 2 are (0, 1), (0, 3), (0, −1), (0, 2).
    network = build_mlp((), rng=np.random.default_rng(0), n_inputs=1, n_classes=2)
    network.parameters.flat[...] = [0, 1, 0, 0]
    images = np.array([[1], [3], [-1], [2]], np.float32)
    asked = Teacher(network, 0.5, 1.0).asked(Digits(images, np.array([1, 1, 1, 2])))
    one, three = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-3))
    assert asked.targets is not None  # 0.731, 0.953, their mean for the mistake, and no digit
    np.testing.assert_allclose(asked.targets[:, 1], [one, three, (one + three) / 2, 0.5], 1e-6)


@pytest.mark.parametrize("augment", [None, lambda images, rng: images])
def test_a_teacher_is_asked_once_of_every_digit_and_batches_keep_both_together(
    augment: Distort | None,
) -> None:
    network = build_mlp((8,), rng=np.random.default_rng(3))
    images = pens(30).images
    asked = Teacher(network, 0.5, 2.0).asked(Digits(images, network.predict(images)))
    rng = np.random.default_rng(4)
    for batch in batches(asked, batch_size=7, rng=rng, augment=augment):
        assert batch.targets is not None
        np.testing.assert_allclose(batch.targets, softmax(network.logits(batch.images) / 2), 1e-5)


def test_a_pupil_comes_to_say_what_its_teacher_says() -> None:
    # A teacher that is never sure: a pupil of labels alone becomes far surer.
    teacher = run(Recipe(**SETTINGS | {"epochs": 8}, hidden=(24,))).network
    for array in teacher.dense_layers()[-1].params.values():
        array *= 0.2
    recipe = Recipe(**SETTINGS | {"epochs": 10, "keep_last": True}, hidden=(24,))
    taught = replace(recipe, teacher="teacher.npz", teacher_share=1.0)
    images = pens(220).images
    said = teacher.probabilities(images)
    alone = run(recipe).network.probabilities(images)
    pupil = run(taught, teacher).network
    distance = np.abs(pupil.probabilities(images) - said).mean()
    assert distance < np.abs(alone - said).mean() / 3
    assert pupil.meta["teacher"]["sha256"] == teacher.fingerprint()
    assert pupil.meta["recipe"]["teacher"] == "teacher.npz"


@pytest.mark.parametrize(("share", "temperature"), [(0, 2), (1.1, 2), (0.5, 0), (0.5, -1)])
def test_a_teacher_needs_a_share_and_a_temperature(share: float, temperature: float) -> None:
    with pytest.raises(SettingsError):
        Teacher(build_mlp((), rng=np.random.default_rng(0)), share, temperature)


def test_a_teacher_must_read_such_digits_as_they_are_and_know_their_classes() -> None:
    small = build_mlp((), rng=np.random.default_rng(0), n_inputs=9)
    with pytest.raises(SettingsError, match="reads 9 numbers"):
        Teacher(small, 0.5, 2).asked(pens(5))
    three = build_mlp((), rng=np.random.default_rng(0), n_classes=3)
    with pytest.raises(SettingsError, match="3 classes"):
        run(Recipe(**SETTINGS, hidden=(8,)), three)


def test_a_recipe_sets_upright_what_is_learned_and_the_network_keeps_it() -> None:
    plain = Recipe(**SETTINGS, hidden=(8,))
    found = run(replace(plain, upright=True)).network
    assert found.upright == (28, 28)
    assert found.meta["recipe"]["upright"] is True
    assert run(plain).network.upright is None


def test_recipes_take_both_by_name() -> None:
    recipe = recipe_by_name("sparse", upright=True, teacher="cnn.npz", teacher_share=0.5)
    assert (recipe.upright, recipe.teacher, recipe.teacher_share) == (True, "cnn.npz", 0.5)

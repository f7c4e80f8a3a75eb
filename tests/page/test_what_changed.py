"""What the page tells of the last step is that step: gradient, memory and update as Python's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.nn.losses import cross_entropy, softmax
from neuroscribble.shapes import Floats
from neuroscribble.training.calibration import expected_calibration_error
from neuroscribble.training.loop import train_step
from neuroscribble.training.optimizers import OPTIMIZERS, make_optimizer
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

SEED, UNIT = 7, 3
STEPS = 3
RATES = {"sgd": 0.1, "momentum": 0.02, "rmsprop": 1e-3, "adam": 2e-3}
NAMES = {"velocity": "velocity", "mean": "mean", "mean_square": "mean square"}  # here and there


class Step(NamedTuple):
    """One step of the weights into one unit, the bias behind them."""

    gradient: Floats
    memories: dict[str, Floats]
    update: Floats


def python_steps(name: str) -> Iterator[Step]:
    """The same steps that the page takes, from the same start, on the same digits."""
    network = ns.build_mlp((16,), rng=np.random.default_rng(SEED))
    digits = np.random.default_rng(SEED)
    optimizer, gradient = make_optimizer(name, RATES[name]), network.new_gradient()
    into_unit = np.append(np.arange(784) * 16, 784 * 16) + UNIT  # where they are in the vector
    for _ in range(STEPS):
        before = network.parameters.flat.copy()
        images, labels = pen_digits(64, rng=digits)
        train_step(
            network, images, labels, loss=cross_entropy, optimizer=optimizer, gradient=gradient
        )
        memories = {k: v[into_unit].copy() for k, v in optimizer.state().items() if k != "steps"}
        update = (network.parameters.flat - before)[into_unit]
        yield Step(gradient.flat[into_unit].copy(), memories, update)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = ns.build_mlp((16,), rng=np.random.default_rng(2))
    path = tmp_path_factory.mktemp("changed") / "network.html"
    path.write_text(network_page(network, weights_name="mine.npz"), encoding="utf-8")
    return path


@pytest.mark.browser
def test_what_a_step_changed_is_what_pythons_step_changes(path: Path, open_page: OpenPage) -> None:
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    page.evaluate(f"neuroscribble.select('h1:{UNIT}')")
    assert page.locator(".changed").count() == 0  # nothing is learning yet
    for name in OPTIMIZERS:
        page.evaluate(f"neuroscribble.select(null), neuroscribble.select('h1:{UNIT}')")
        told = steps_in_the_page(page, name)
        mimic = make_optimizer(name, RATES[name])  # fed with the page's own gradients
        weights = np.array(told[0]["before"], np.float32)
        for t, (ours, theirs) in enumerate(zip(told, python_steps(name), strict=True), start=1):
            assert (ours["step"], ours["t"], ours["optimizer"]) == (t, t, name)
            assert np.array_equal(np.array(ours["before"], np.float32), weights)
            mimic.step(weights, np.array(ours["gradient"], np.float32))
            np.testing.assert_allclose(ours["after"], weights, atol=1e-7)
            weights = np.array(ours["after"], np.float32)
            update = np.subtract(ours["after"], ours["before"])
            assert np.array_equal(ours["update"], update)
            for key, memory in theirs.memories.items():
                mine = next(one for one in ours["memories"] if one["name"] == NAMES[key])
                least = 1e-6 * np.abs(memory).max()  # a sum of two may be all but nothing
                np.testing.assert_allclose(mine["after"], mimic.state()[key], 2e-6, least)
                np.testing.assert_allclose(mine["after"], memory, 1e-3, least)
            np.testing.assert_allclose(ours["gradient"], theirs.gradient, rtol=1e-3, atol=1e-7)
            clear = np.abs(theirs.gradient) > 1e-4  # others are the noise of float32 sums
            assert clear.sum() > 100
            np.testing.assert_allclose(update[clear], theirs.update[clear], rtol=5e-3, atol=1e-7)
        the_panel_says(page, told[-1])


def steps_in_the_page(page: Page, name: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = page.evaluate(
        """async ([asked, steps]) => {
          const { start, pause, reset, step, changed } = neuroscribble.learn;
          await start(asked);
          await pause();
          await reset();
          const told = [];
          const plain = (value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
          for (let i = 0; i < steps; i++) {
            await step(1);
            told.push(JSON.parse(JSON.stringify(changed(), (_, value) => plain(value))));
          }
          return told;
        }""",
        [{"optimizer": name, "rate": RATES[name], "schedule": "constant"}, STEPS],
    )
    return told


def the_panel_says(page: Page, change: dict[str, Any]) -> None:
    """Pictures of all weights, and every number of the one that moved most."""
    said = page.inner_text(".changed")
    assert f"What step {STEPS} changed" in said
    pictures = page.locator(".changed canvas").evaluate_all("(all) => all.map((c) => c.width)")
    assert pictures == [140] * (2 + len(change["memories"]))  # 28 pixels of 5
    most = int(np.abs(change["update"][:-1]).argmax())
    assert f"input:{most // 28},{most % 28} → h1:{UNIT}" in said
    assert written(change["gradient"][most]) in said
    assert f"{abs(change['update'][most]):.9f}" in said
    assert "undefined" not in said
    assert "NaN" not in said
    for memory in change["memories"]:
        assert written(memory["before"][most]) in said
        assert written(memory["after"][most]) in said
    page.locator(".changed .link", has_text="bias").click()
    assert f"bias → h1:{UNIT}" in page.inner_text(".changed")
    assert page.evaluate("document.activeElement.textContent") == "bias"


def written(value: float) -> str:
    """0.000123 → "1.230e−4", as the page writes it."""
    mantissa, power = f"{value:.3e}".split("e")
    return "0" if value == 0 else f"{mantissa}e{int(power):+d}".replace("-", "−")


@pytest.mark.browser
def test_it_follows_while_it_runs_and_stands_when_it_is_paused(
    path: Path, open_page: OpenPage
) -> None:
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    page.get_by_role("tab", name="Learn").click()
    page.evaluate("neuroscribble.learn.start()")
    page.wait_for_function("neuroscribble.learn.state().step > 5")
    page.evaluate("neuroscribble.select('h1:5')")
    assert page.get_by_role("tab", name="Unit").get_attribute("aria-selected") == "true"
    title = ".changed h3"
    is_new = f"(old) => document.querySelector('{title}').textContent !== old"
    page.wait_for_function(is_new, arg="What a step changes")
    page.wait_for_function(is_new, arg=page.locator(title).first.inner_text())
    page.locator(".changed").get_by_role("button", name="Pause").click()
    page.wait_for_function("!neuroscribble.learn.state().isRunning")
    step = page.evaluate("neuroscribble.learn.state().step")
    assert page.evaluate("neuroscribble.learn.changed().step") == step
    page.evaluate("neuroscribble.select('output:2')")  # another one, of the same step
    page.wait_for_function("neuroscribble.learn.changed()?.place.column === 2")
    assert page.evaluate("neuroscribble.learn.changed().step") == step
    after = "Array.from(neuroscribble.learn.changed().after)"
    shown = page.evaluate("(({ W, b }) => [[...W], [...b]])(neuroscribble.weights()[1])")
    weights, biases = (np.array(one) for one in shown)
    assert page.evaluate(after) == [*weights.reshape(16, 10)[:, 2], biases[2]]
    page.evaluate("neuroscribble.select('input:14,14')")  # has no weights of its own
    assert page.locator(".changed").count() == 0


# ---------------------------------------------------------------- how sure it may be


@pytest.mark.browser
def test_the_page_shows_how_sure_what_it_learned_may_be(path: Path, open_page: OpenPage) -> None:
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    page.get_by_role("tab", name="Learn").click()
    told = page.evaluate("neuroscribble.learn.step(40)")
    held_out = pen_digits(1000, rng=np.random.default_rng([SEED, 1]))
    numbers = page.evaluate(
        "neuroscribble.weights().flatMap(({ W, b }) => [Array.from(W), Array.from(b)])"
    )
    W0, b0, W1, b1 = (np.array(one) for one in numbers)
    hidden = np.maximum(held_out[0] @ W0.reshape(784, 16) + b0, 0)
    read = softmax(hidden @ W1.reshape(16, 10) + b1)
    expected = expected_calibration_error(read, held_out[1])
    assert told["calibrationError"] == pytest.approx(expected, abs=0.003)
    page.get_by_text("How sure may it be?").click()
    said = page.get_by_text("Expected calibration error").inner_text()
    assert f"Expected calibration error {expected:.1%}".replace("%", "\u00a0%") in said
    label = page.locator("details[open] canvas").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("How often answers are right, by how sure they are. ")

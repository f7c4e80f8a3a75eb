"""Upright and even pictures in the page: ink comes to lie at the same places as in Python."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from javascript import READ, RunJs, payload_of

from neuroscribble.data.pen import pen_digits
from neuroscribble.nn import even
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.upright import slid, slides, taken_back, upright
from neuroscribble.shapes import Floats

DIGITS = pen_digits(24, rng=np.random.default_rng(18))[0]


def hard_cases() -> Floats:
    """Paper, one pixel, a bar, a line that leans too much, ink up to all edges, less than none."""
    images = np.zeros((6, 28, 28), np.float32)
    images[1, 3, 25] = 0.5
    images[2, 14, 2:26] = 1
    images[3, [10, 11, 12], [4, 14, 24]] = 1
    images[4] = np.tri(28)
    images[5, 5:20, 10:15] = -0.4  # no ink at all, but numbers that a program may hand over
    images[5, 9:12, 9:20] = 1
    return images.reshape(len(images), -1)


def small(*, is_even: bool = False) -> Network:
    network = build_mlp((16, 8), rng=np.random.default_rng(4))
    network.upright, network.even = (28, 28), is_even
    return network


@pytest.mark.parametrize("channels", [1, 3])
def test_rows_slide_as_in_python_there_and_back(js: RunJs, channels: int) -> None:
    inks = np.concatenate([DIGITS, hard_cases()]).repeat(channels, axis=1)
    shape = (28, 28, channels)
    said = js(
        """
        return given.inks.map((numbers) => {
          const ink = Float32Array.from(numbers);
          const by = upright.slides(ink, given.picture);
          const back = upright.slid(ink, by.map((one) => -one), given.picture);
          const there = upright.slid(ink, by, given.picture);
          const taken = upright.takenBackFromUpright(ink, ink, given.picture);
          return [by, there, back, taken].map((list) => Array.from(list));
        });
        """,
        inks=inks.tolist(),
        picture={"side": 28, "channels": channels},
    )
    by = slides(inks, shape)
    taken = np.concatenate([taken_back(ink[None], ink, shape) for ink in inks.astype(np.float64)])
    for found, expected in zip(
        zip(*said, strict=True),
        (by, upright(inks, shape), slid(inks, -by, shape), taken),
        strict=True,
    ):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.abs(by).max() > 1


@pytest.mark.parametrize("channels", [1, 3])
def test_ink_moves_and_spreads_as_in_python_there_and_back(js: RunJs, channels: int) -> None:
    inks = np.concatenate([DIGITS, hard_cases()]).repeat(channels, axis=1)
    shape = (28, 28, channels)
    said = js(
        """
        return given.inks.map((numbers) => {
          const ink = Float32Array.from(numbers);
          const there = even.even(ink, given.picture);
          const taken = even.takenBackFromEven(ink, ink, given.picture);
          return [there, taken].map((list) => Array.from(list));
        });
        """,
        inks=inks.tolist(),
        picture={"side": 28, "channels": channels},
    )
    inks = inks.astype(np.float64)
    taken = np.concatenate([even.taken_back(ink[None], ink, shape) for ink in inks])
    there, back = zip(*said, strict=True)
    np.testing.assert_allclose(there, even.even(inks, shape), atol=1e-6)
    np.testing.assert_allclose(back, taken, atol=1e-6)
    assert np.abs(np.array(there) - upright(inks, shape)).max() > 0.5


@pytest.mark.parametrize("is_even", [False, True], ids=["upright", "even"])
def test_the_forward_pass_reads_the_picture_as_it_is_set(js: RunJs, is_even: bool) -> None:
    network = small(is_even=is_even)
    said = js(
        f"""{READ}
        return given.inks.map((ink) => {{
          const trace = network.forward(chain, Float32Array.from(ink));
          const templates = attribution.effectiveLinearMap(chain, trace.preActivations);
          const slope = (i, k) => templates.templates[i * 10 + k];
          const sums = Array.from(templates.bias, (bias, k) =>
            trace.ink.reduce((sum, value, i) => sum + value * slope(i, k), bias));
          return [trace.ink, trace.logits, sums].map((list) => Array.from(list));
        }});
        """,
        payload=payload_of(network),
        inks=DIGITS.tolist(),
    )
    seen, logits, sums = (np.array(list_) for list_ in zip(*said, strict=True))
    np.testing.assert_allclose(seen, network.seen(DIGITS), atol=1e-6)
    np.testing.assert_allclose(logits, network.logits(DIGITS), atol=1e-5)
    np.testing.assert_allclose(sums, logits, atol=1e-5)  # the exact map speaks of what is seen


@pytest.mark.parametrize("stage", [upright, even.even], ids=["upright", "even"])
def test_a_run_of_learning_sets_its_samples_so(
    js: RunJs, stage: Callable[[Floats, tuple[int, ...]], Floats]
) -> None:
    settings = {
        **{"sizes": [784, 10], "activation": {"kind": "relu", "settings": {}}, "output": "softmax"},
        **{"optimizer": "sgd", "rate": 0.1, "l2": 0, "batchSize": 8, "schedule": "constant"},
        **{"course": 10, "noise": 0, "classes": 10},
    }
    body = """
    const classes = Uint8Array.from(given.labels);
    const samples = (inks) => ({ inks: Float32Array.from(inks.flat()), labels: classes.slice() });
    const run = (inks, upright) => {
      const source = { next: () => samples(inks), heldOut: () => samples(inks) };
      const one = new course.Course({ ...given.settings, upright }, source, new random.Random(1));
      one.advance();
      return [...one.learner.params.slice(0, 7840), one.measure().loss];
    };
    const picture = { side: 28, channels: 1, even: given.even };
    return [run(given.inks, picture), run(given.upright, null), run(given.inks, null)];
    """
    inks = DIGITS[:8]
    here, by_python, plain = js(
        body,
        settings=settings,
        inks=inks.tolist(),
        upright=stage(inks, (28, 28)).tolist(),
        even=stage is even.even,
        labels=list(range(8)),
    )
    np.testing.assert_allclose(here, by_python, atol=1e-6)
    assert np.abs(np.subtract(here, plain)).max() > 1e-3

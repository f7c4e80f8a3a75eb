"""The page's pen digits against Python's: the same seed, the same draws, strokes and images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from javascript import RunJs
from node import Node
from numpy.typing import NDArray

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits, write_shape
from neuroscribble.data.pen_shapes import pen_shapes
from viz.page.bundle import program

SEEDS = [0, 7, 2**32, 2**53 - 1, [3, 1], [1, 2, 3, 4, 5, 2**40]]
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645  # of PCG64
WHOLE = 1 << 128


# ── Chance ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_draws_of_every_kind_are_numpys_to_the_bit(seed: Any, js: RunJs) -> None:
    got = js(
        """
        const rng = new random.Random(given.seed);
        const bounds = Array.from({ length: 40 }, (_, i) => 2 ** (i % 32) + i);
        return {
          mixed: [rng.random(), rng.integers(0, 10), rng.random(), rng.integers(5, 6),
                  rng.uniform(0.2, 1.4), rng.integers(32, 56), rng.normal(0.12, 0.28)],
          below: bounds.map((bound) => rng.integers(0, bound)),
          chosen: Array.from({ length: 50 }, () => rng.choice(given.upTo)),
          shuffled: rng.shuffle(Uint8Array.from({ length: 200 }, (_, i) => i)),
          after: rng.random(),
        };
        """,
        seed=seed,
        upTo=np.cumsum([0.5, 0.125, 0.375]),
    )
    rng = np.random.default_rng(seed)
    mixed = [rng.random(), rng.integers(0, 10), rng.random(), rng.integers(5, 6)]
    mixed += [rng.uniform(0.2, 1.4), rng.integers(32, 56), rng.normal(0.12, 0.28)]
    assert got["mixed"] == mixed
    assert got["below"] == [int(rng.integers(0, 2 ** (i % 32) + i)) for i in range(40)]
    assert got["chosen"] == rng.choice(3, size=50, p=[0.5, 0.125, 0.375]).tolist()
    assert got["shuffled"] == rng.permutation(np.arange(200)).tolist()
    assert got["after"] == rng.random()


def test_a_hundred_thousand_normal_numbers_are_numpys(js: RunJs) -> None:
    got = js(
        """
        const rng = new random.Random(11);
        return Array.from({ length: 100_000 }, () => rng.normal());
        """
    )
    wanted = np.random.default_rng(11).standard_normal(100_000)
    assert np.abs(wanted).max() > 4  # some come from the tail, whose logarithm may round
    assert np.abs(got - wanted).max() < 1e-15
    inner = np.abs(wanted) < 3.65
    assert np.array_equal(np.array(got)[inner], wanted[inner])


def test_the_ziggurats_edges_are_those_in_numpy_to_the_bit(js: RunJs) -> None:
    """A generator whose next 64 bits are known gives away what it multiplies them with."""
    rng = np.random.default_rng(0)
    state: dict[str, Any] = dict(rng.bit_generator.state)
    backwards = pow(MULTIPLIER, -1, WHOLE)
    edges = []
    for layer in range(256):
        bits = 1 << 9 | layer  # the smallest share of the layer's width
        before = (bits - state["state"]["inc"]) * backwards % WHOLE
        rng.bit_generator.state = {**state, "state": {**state["state"], "state": before}}
        edges.append(rng.standard_normal() * 2**52)
    assert js("ziggurat.ZIGGURAT.edges") == edges


@pytest.mark.parametrize("seed", [-1, 0.5, "7", None, 2**53])
def test_what_is_no_seed_is_refused_in_one_sentence(seed: Any, js: RunJs) -> None:
    with pytest.raises(AssertionError, match="RangeError: A seed is a whole number from 0"):
        js("new random.Random(given.seed)", seed=seed)


# ── Digits ────────────────────────────────────────────────────────────────────────────────────


def test_every_shape_is_written_with_pythons_strokes(node: Node, modules: Path) -> None:
    got = node.evaluate(
        """
        const rng = new random.Random(3);
        return Array.from({ length: 10 }, (_, label) => shapes.penShapes(label, 0.25))
          .flatMap(({ shapes }) => shapes)
          .map((shape) => pen.writeShape(shape, 3, rng).map(({ points, strokes }) =>
            strokes.map(([start, end]) => points.slice(2 * start, 2 * end))));
        """,
        {},
        {
            "random": modules / "model" / "random.js",
            "shapes": modules / "model" / "pen-shapes.js",
            "pen": modules / "model" / "pen.js",
        },
    )
    rng = np.random.default_rng(3)
    shapes = [shape for label in range(10) for shape in pen_shapes(label, 0.25)]
    assert len(got) == len(shapes)
    for shape, digits in zip(shapes, got, strict=True):
        for strokes, wanted in zip(digits, write_shape(shape, 3, rng), strict=True):
            for stroke, points in zip(strokes, wanted, strict=True):
                np.testing.assert_allclose(stroke, points.ravel(), rtol=0, atol=1e-12)


def drawn(node: Node, modules: Path, body: str, **given: Any) -> Any:
    """What some JavaScript with the module pen-store, named `pens` there, returns."""
    return node.evaluate(body, given, {"pens": modules / "model" / "pen-store.js"})


def check(got: Any, inks: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
    assert got["labels"] == labels.tolist()
    np.testing.assert_allclose(got["inks"], inks.ravel(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("world", [0.0, 0.6])
def test_fresh_digits_and_those_held_out_are_pythons(
    world: float, node: Node, modules: Path
) -> None:
    got = drawn(
        node,
        modules,
        """
        const store = new pens.PenDigits(7, { world: given.world, logPenWidth: [-2.1, 0.4] });
        const [first, kept] = [store.next(64), store.heldOut(30)];
        return [first, kept, store.next(0), store.next(61), store.heldOut(30)];
        """,
        world=world,
    )
    how: Any = {"world": world, "log_pen_width": (-2.1, 0.4)}
    rng = np.random.default_rng(7)
    check(got[0], *pen_digits(64, rng=rng, **how))
    check(got[1], *pen_digits(30, rng=np.random.default_rng([7, 1]), **how))
    check(got[2], *pen_digits(0, rng=rng, **how))
    check(got[3], *pen_digits(61, rng=rng, **how))
    assert got[4] == got[1]


def test_by_default_digits_are_ns_pen_digits(node: Node, modules: Path) -> None:
    got = drawn(node, modules, "return new pens.PenDigits(5).next(20);")
    check(got, *ns.pen_digits(20, rng=np.random.default_rng(5)))


def test_a_number_of_digits_that_is_none_is_refused(node: Node, modules: Path) -> None:
    for n in (-1, 0.5, "many"):
        with pytest.raises(AssertionError, match="The number of digits must be a whole number"):
            drawn(node, modules, "return new pens.PenDigits(5).next(given.n);", n=n)


def test_the_generator_takes_little_room_in_a_page() -> None:
    assert len(program("model/pen-store").encode()) < 60_000

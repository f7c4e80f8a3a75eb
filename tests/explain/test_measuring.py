"""What is measured of drawings is what each of them, made on its own, reads."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.explain.drawings import CHOICES, OTHERS, SPREADS, drawing, ladder, rank_edges
from neuroscribble.explain.measuring import measure_drawings
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.network import Network


def clouds(network: Network, images: np.ndarray) -> NamedDigits:
    """Labels as the network answers, but wrong at every fourth; it then knows what is usual."""
    labels = network.predict(images)
    labels[::4] = (labels[::4] + 1) % len(network.class_names)
    network.usual = measure_usual(network, images)
    return NamedDigits("sixty clouds", Digits(images, labels))


def test_what_is_measured_equals_the_drawings_one_by_one(
    tiny: Network, rng: np.random.Generator
) -> None:
    test = clouds(tiny, rng.random((60, 9)))
    seen: list[tuple[int, int]] = []
    facts = measure_drawings(tiny, test, on_step=lambda *step: seen.append(step))
    assert (facts["measured_on"], facts["n"], facts["of"]) == ("sixty clouds", 60, 60)
    assert facts["whole"] == 45
    assert facts["top_k"] == ladder(tiny) == [1, 2, 3, 4, 5, 6, 8, 9]
    assert seen == [(step, 64) for step in range(1, 65)]
    for choose, spread, others in product(CHOICES, SPREADS, OTHERS):
        counts = facts["correct"][choose][spread][others]
        assert counts[-1] == 45
        for top_k, count in zip(facts["top_k"], counts, strict=True):
            edges = n_drawn_edges(tiny.layer_sizes, top_k)
            drawn = drawing(tiny, edges=edges, choose=choose, spread=spread, others=others)
            assert count == (drawn.predict(test.digits.images) == test.digits.labels).sum()


def test_drawings_of_maps_are_measured_from_the_first_link_that_lacks_an_edge(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parts, as many digits do not fit into memory at once."""
    network = build_cnn(((3,), (4, 5)), (6,), rng=rng)
    network.forward(rng.random((30, 784)).astype(np.float32), training=True)  # some statistics
    test = clouds(network, rng.random((60, 784)).astype(np.float32))
    monkeypatch.setattr(Network, "chunk", 25)
    facts = measure_drawings(network, test)
    assert facts["whole"] == 45
    wholes = set()
    for choose, spread in product(CHOICES, SPREADS):
        ranking = rank_edges(network, choose=choose, spread=spread)
        for rung, top_k in enumerate(facts["top_k"]):
            wholes.add(ranking.n_whole(top_k))
            edges = ranking.n_drawn(top_k)
            for others in OTHERS:
                drawn = drawing(network, edges=edges, choose=choose, spread=spread, others=others)
                right = (drawn.predict(test.digits.images) == test.digits.labels).sum()
                assert facts["correct"][choose][spread][others][rung] == right
    assert wholes >= {1, 3, 4, 5}, "drawings that begin to lack edges at several links"


def test_a_small_budget_measures_fewer_digits_and_tells_how_many(
    tiny: Network, rng: np.random.Generator
) -> None:
    images = rng.random((900, 9))
    test = NamedDigits("clouds", Digits(images, tiny.predict(images)))
    assert measure_drawings(tiny, test, affordable=0)["n"] == 100
    passes = len(ladder(tiny))  # without knowing what is usual there is one way
    affordable = 250.0 * passes * tiny.multiplications
    facts = measure_drawings(tiny, test, affordable=affordable)
    assert (facts["n"], facts["of"], facts["whole"]) == (250, 900, 250)
    assert facts["correct"].keys() == {"weight"}

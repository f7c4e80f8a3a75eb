"""A network too large for a page is rounded, no more than its answers bear, and says so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from packed_page import payload_in

from neuroscribble.nn.network import build_mlp
from viz.diagram import rounding
from viz.diagram.inputs import check_digits
from viz.diagram.rounding import TOLERANCE, rounded_for_page
from viz.page.packing import common_step
from viz.page.page import network_page


def test_a_network_of_the_usual_size_keeps_every_bit() -> None:
    network = build_mlp((16,), rng=np.random.default_rng(0))
    assert rounded_for_page(network) == (network, None)


def test_a_large_network_answers_nearly_the_same_and_the_page_tells_how_nearly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounding, "MOST_EXACT", 10_000)
    monkeypatch.setattr(rounding, "LARGE", 10_000)
    network = build_mlp((16,), rng=np.random.default_rng(0))
    for layer in network.dense_layers():
        layer.params["W"][...] *= 5  # as sure of its answers as a trained one
    coarse, error = rounded_for_page(network)
    read = check_digits()[0] / np.float32(255)
    moved = np.abs(coarse.probabilities(read) - network.probabilities(read)).max()
    assert error == pytest.approx(moved)
    assert 0 < moved <= TOLERANCE
    page = network_page(network)
    assert f"no probability moves by more than {math.ceil(error * 1e5) / 1e5:.5f}" in page
    stored = payload_in(page)["layers"]
    for layer, shown, exact in zip(
        stored, coarse.dense_layers(), network.dense_layers(), strict=True
    ):
        assert np.array_equal(layer["params"]["W"], shown.params["W"].ravel())
        is_large = exact.params["W"].size >= rounding.LARGE
        assert (common_step(shown.params["W"].ravel()) is not None) == is_large
        assert np.array_equal(exact.params["W"], shown.params["W"]) != is_large

"""A training goes into a page in twelve bits a weight, and what that costs is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_education import small_education

from neuroscribble.errors import SettingsError
from viz.diagram import history
from viz.diagram.history import history_payload, packed, quantized, restored
from viz.diagram.inputs import check_digits


def test_twelve_bits_by_hand() -> None:
    """The largest weight of each unit is 2047 steps of its own; a unit of zeros stays zero."""
    W = np.array([[2047.0, 0.0, -1.0], [1.4, 0.0, 0.5], [-3.0, 0.0, 0.25]], np.float32)
    levels, scale = quantized(W)
    assert levels.tolist() == [[2047, 0, -2047], [1, 0, 1024], [-3, 0, 512]]
    np.testing.assert_allclose(scale, [1, 1, 1 / 2047], rtol=1e-6)
    # 0 is written as 2047 = 0x7ff, 2047 as 0xffe, −2047 as 0: two numbers, three bytes
    assert packed(levels)[:6].hex() == "ffe7ff" + "000800"
    assert len(packed(levels)) == 15  # nine weights and a zero
    assert np.abs(restored(levels, scale) - W).max() <= 0.5


def test_the_stated_error_is_what_the_bits_cost() -> None:
    network, education = small_education()
    payload = history_payload(education, network)
    read = check_digits()[0] / np.float32(255)
    worst = 0.0
    for index in range(len(education.checkpoints) - 1):
        past = education.network_at(index, network)
        exact = past.probabilities(read)
        for layer in past.dense_layers():
            layer.params["W"][...] = restored(*quantized(layer.params["W"]))
        worst = max(worst, float(np.abs(past.probabilities(read) - exact).max()))
    assert payload["error"] == pytest.approx(worst)
    assert 0 < worst < 0.01
    assert len(payload["moments"]) == len(payload["steps"]) - 1


def test_where_usual_was_not_measured_the_networks_own_stands_in() -> None:
    network, education = small_education()
    bare = replace(
        education, checkpoints=tuple(replace(one, usual={}) for one in education.checkpoints)
    )
    moment = history_payload(bare, network)["moments"][0][0]
    assert moment["usual"].keys() == {"mean", "deviation", "influence"}


def test_a_training_too_large_for_a_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network, education = small_education()
    monkeypatch.setattr(history, "MOST_BYTES", 10_000)
    with pytest.raises(SettingsError, match=r"checkpoints of 9,\d+ weights would add 0\.\d MB"):
        history_payload(education, network)

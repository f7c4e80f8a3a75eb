"""safetensors are read with every claim checked."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from network_files import dense_arrays, safetensors

from neuroscribble.errors import WeightsError
from neuroscribble.formats.storage import load_network


def arrays() -> dict[str, np.ndarray]:
    """In alphabetical order, as the format's own library writes them: not that of the layers."""
    (W1, b1), (W2, b2), (W3, b3) = dense_arrays((6, 5, 4, 3))
    return {
        **{"hidden.bias": b2, "hidden.weight": W2.T, "input.bias": b1, "input.weight": W1.T},
        **{"output.bias": b3, "output.weight": W3.T},
    }


def test_layers_are_put_in_order_by_their_shapes(tmp_path: Path) -> None:
    network = load_network(safetensors(tmp_path / "w.safetensors", arrays()))
    assert network.layer_sizes == (6, 5, 4, 3)
    for layer, (W, b) in zip(network.dense_layers(), dense_arrays((6, 5, 4, 3)), strict=True):
        assert np.array_equal(layer.params["W"], W)
        assert np.array_equal(layer.params["b"], b)


def entry(**changes: Any) -> dict[str, Any]:
    return {"l.weight": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48], **changes}}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (entry(shape=[3, 5]), "claims shape"),
        (entry(shape=[10**9, 10**9]), "claims shape"),
        (entry(shape=[-3, -4]), "must have a dtype, a shape"),
        (entry(shape="34"), "must have a dtype, a shape"),
        (entry(shape=[3, 4.0]), "must have a dtype, a shape"),
        (entry(data_offsets=[0, 10**12]), "claims bytes 0 to 1000000000000"),
        (entry(data_offsets=[48, 0]), "claims bytes"),
        (entry(data_offsets=[0]), "must have a dtype"),
        (entry(dtype=None), "must have a dtype"),
        (entry(dtype="F8_E4M3", shape=[3, 4]), "expected weight matrices.*holds F8_E4M3"),
        (entry() | {"m.weight": entry()["l.weight"]}, "its arrays overlap"),
        ({"l.weight": 7}, "must have a dtype"),
        ([], "must be an object|no JSON"),
        ({}, "expected weight matrices"),
    ],
)
def test_headers_that_lie_are_refused(tmp_path: Path, header: Any, message: str) -> None:
    path = safetensors(tmp_path / "w", {"l": np.zeros((3, 4), "f4")}, header={} | {"x": 1})
    encoded = json.dumps(header).encode()
    if isinstance(header, list):
        encoded = b"{" + encoded
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + bytes(48))
    with pytest.raises(WeightsError, match=message):
        load_network(path)


def test_a_header_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(struct.pack("<Q", 10**6) + b"{}")
    with pytest.raises(WeightsError, match="its header claims 1,000,000 bytes, but 2 follow"):
        load_network(tmp_path / "w")

"""The file's own framework has the last word: onnxruntime is asked what a page is proved with."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.formats import prove
from neuroscribble.formats.onnx_write import onnx_bytes
from neuroscribble.inputs import InputSpec
from viz.diagram.diagram import diagram_of
from viz.diagram.inputs import check_inputs
from viz.diagram.payload import page_payload

needs_onnxruntime = pytest.mark.skipif(
    prove.find_spec("onnxruntime") is None, reason="pip install onnxruntime to check this"
)


@needs_onnxruntime
@pytest.mark.parametrize("name", ["xor", "iris", "digits"])
def test_onnxruntime_says_what_was_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.onnx"
    path.write_bytes(onnx_bytes(ns.load_network(name)))
    network = ns.load_network(path)
    original = prove.original_of(path, network)
    assert original is not None
    assert original.by == f"onnxruntime {metadata.version('onnxruntime')}"
    x = check_inputs(network)[0].astype(np.float32)
    np.testing.assert_allclose(original.probabilities(x), network.probabilities(x), atol=1e-5)


def test_other_files_have_no_original(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "weights.npz"
    assert prove.original_of(path, ns.load_network(path)) is None


def test_without_onnxruntime_the_payload_names_its_own_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "iris.onnx"
    path.write_bytes(onnx_bytes(ns.load_network("iris")))
    monkeypatch.setattr(prove, "find_spec", lambda name: None)
    network = ns.load_network(path)
    assert prove.original_of(path, network) is None
    payload = page_payload(network, diagram_of(network), top_k=8, title="", weights_name="")
    assert payload["cases"]["by"] == "NeuroScribble's own reading"


def test_the_original_gets_its_own_range_and_order_of_axes() -> None:
    ink = np.arange(2 * 2 * 3, dtype=np.float32)[None] / 11
    spec = InputSpec(shape=(2, 2, 3), high=255.0, dark_ink=True)
    first = prove.as_original(ink, spec, (3, 2, 2))
    assert first.shape == (1, 3, 2, 2)
    np.testing.assert_allclose(first[0, :, 0, 0], 255 * (1 - ink[0, :3]), rtol=1e-6)
    assert prove.as_original(ink, spec, (2, 2, 3)).shape == (1, 2, 2, 3)
    assert prove.as_original(ink, spec, ()).shape == (1, 12)

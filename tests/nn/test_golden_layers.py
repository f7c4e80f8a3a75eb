"""Our layers agree with PyTorch's: with recorded numbers everywhere, with itself where it is."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from neuroscribble.nn.descriptions import array_shapes, build_layers
from neuroscribble.nn.kinds import KINDS
from neuroscribble.nn.layers import KeepsStatistics, Layer

ROOT = Path(__file__).parents[2]
RECORDED = Path(__file__).parents[1] / "golden_layers.json"
CASES: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))
NO_TORCH = importlib.util.find_spec("torch") is None


def our_layer(case: dict[str, Any]) -> tuple[Layer, bool]:
    """Our layer with the parameters of the case, and whether it is in training."""
    arrays = {name: np.array(value) for name, value in case["params"].items()}
    kind, settings = case["kind"], dict(case["settings"])
    training = settings.pop("training", False)
    if kind == "conv2d":
        rows, columns, fan_in, maps = arrays["W"].shape
        settings |= {"in_channels": fan_in * settings.get("groups", 1), "out_channels": maps}
        settings["kernel"] = [rows, columns]
    elif kind.startswith("batchnorm"):
        settings |= {"channels": 3, "momentum": 0.2, "epsilon": 1e-3}
    described = [{"name": "layer", "kind": kind, **settings}]
    shapes = array_shapes(described)
    named = {f"layer.{name}": array for name, array in arrays.items()}
    assert {name: array.shape for name, array in named.items()} == shapes
    return build_layers(described, named)["layer"], training


def assert_agrees(case: dict[str, Any]) -> None:
    layer, training = our_layer(case)
    out, cache = layer.forward(np.array(case["x"]), training=training)
    grads = {name: np.full_like(value, np.nan) for name, value in layer.params.items()}
    d_x = layer.backward(np.array(case["d"]), cache, grads)
    close = {"rtol": 0, "atol": 1e-5}
    np.testing.assert_allclose(out, case["out"], **close)
    np.testing.assert_allclose(d_x, case["d_x"], **close)
    assert grads.keys() == case["grads"].keys()
    for name, expected in case["grads"].items():
        np.testing.assert_allclose(grads[name], expected, **close)
    if isinstance(layer, KeepsStatistics):
        for name, expected in case["after"].items():
            np.testing.assert_allclose(layer.statistics[name], expected, **close)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']} {case['settings']}")
def test_layers_compute_what_pytorch_s_were_recorded_to_compute(case: dict[str, Any]) -> None:
    assert_agrees(case)


def recorder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden", ROOT / "bench" / "golden_layers.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(NO_TORCH, reason="PyTorch is not installed; its recorded numbers are checked")
def test_layers_compute_what_pytorch_s_compute_now() -> None:
    golden = recorder()
    fresh = golden.plain(golden.cases())
    assert len(fresh) == len(CASES)
    for case in fresh:
        assert_agrees(case)


def test_the_recorded_cases_are_every_layer_with_a_counterpart() -> None:
    kinds = [case["kind"] for case in CASES]
    ours_alone = {"dense", "relu", "dropout", "flatten", "unflatten"}  # a line of NumPy each
    assert set(kinds) == KINDS.keys() - ours_alone
    assert {case["settings"].get("training") for case in CASES} == {None, True, False}
    assert RECORDED.stat().st_size < 200_000

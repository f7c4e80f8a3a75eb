"""The networks that come along to be looked at: small, named, and made again by their script."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from conftest import needs_scikit

import neuroscribble as ns
from neuroscribble.errors import NeuroscribbleError
from neuroscribble.formats.storage import EXAMPLES

SCRIPT = Path(__file__).parents[1] / "docs" / "examples.py"
SHAPES = {"xor": (2, 4, 1), "iris": (4, 8, 3), "digits": (64, 32, 10), "tiny": (9, 3, 4)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_known_by_its_name(name: str) -> None:
    network = ns.load_network(name)
    assert network.layer_sizes == SHAPES[name]
    assert network.usual
    assert network.meta["test"]["accuracy"] > (0.75 if name == "tiny" else 0.9)


def test_a_file_of_that_name_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "iris").write_bytes(b"no network")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NeuroscribbleError, match="iris cannot be used"):
        ns.load_network("iris")


def test_xor_tells_all_four_corners() -> None:
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    assert ns.load_network("xor").predict(corners).tolist() == [0, 1, 1, 0]


def test_tiny_calculates_in_whole_numbers() -> None:
    numbers = ns.load_network("tiny").parameters.flat
    assert (numbers[:27] % 4 == 0).all()
    assert (numbers == np.rint(numbers)).all()


@needs_scikit
@pytest.mark.slow
def test_the_script_makes_iris_again() -> None:
    made, shipped = runpy.run_path(str(SCRIPT))["iris"](), ns.load_network("iris")
    assert made.meta["test"] == shipped.meta["test"]
    np.testing.assert_allclose(made.parameters.flat, shipped.parameters.flat, atol=1e-2)

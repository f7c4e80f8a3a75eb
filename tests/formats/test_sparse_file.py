"""Networks that are mostly zeros: small files that come back bit by bit, here and on the page."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from javascript import RunJs
from scipy.sparse import csr_array
from test_npz import peak_bytes

import neuroscribble as ns
from neuroscribble.errors import WeightsError
from neuroscribble.formats.npz import WeightsFile, read_weights, write_weights
from neuroscribble.formats.storage import save_network

SHAPE = (300, 20)
DROP = """return (async () => {
  const bytes = Uint8Array.from(Buffer.from(given.content, "base64"));
  try {
    const file = new File([bytes], "sparse.npz");
    const made = await dropped.readDropped(file, {}, { themes: {}, examples: [] });
    return made.layers.map(({ params }) => Array.from(params.W));
  } catch (error) {
    return error.message;
  }
})();"""


def mostly_zeros(seed: int = 0) -> WeightsFile:
    rng = np.random.default_rng(seed)
    W0 = np.where(rng.random(SHAPE) < 0.05, rng.normal(size=SHAPE), 0).astype(np.float32)
    W0[0, 0], W0[7] = -0.0, 0
    W1 = rng.normal(size=(20, 3)).astype(np.float32)  # full: it stays as it is
    biases = [np.ones(20, np.float32), np.ones(3, np.float32)]
    return WeightsFile([W0, W1], biases, {"format_version": 1})


def test_every_bit_comes_back_and_scipy_reads_the_same_matrix(tmp_path: Path) -> None:
    file, path = mostly_zeros(), tmp_path / "sparse.npz"
    write_weights(path, file)
    back = read_weights(path)
    assert isinstance(back, WeightsFile)
    for mine, theirs in zip(file.weights, back.weights, strict=True):
        assert mine.tobytes() == theirs.tobytes()
    with np.load(path) as stored:
        parts = [stored[f"W0.{part}"] for part in ("data", "indices", "indptr")]
        scipys = csr_array(tuple(parts), shape=tuple(stored["W0.shape"]))
        np.testing.assert_array_equal(scipys.toarray(), file.weights[0])
        assert stored["W1"].shape == (20, 3)
        with pytest.raises(KeyError, match="W0"):  # no reader takes it for something else
            stored["W0"]


def test_a_network_that_is_not_mostly_zeros_is_stored_as_before(tmp_path: Path) -> None:
    file = mostly_zeros()
    full = np.where(np.random.default_rng(1).random(SHAPE) < 0.3, 1, 0).astype(np.float32)
    write_weights(tmp_path / "full.npz", WeightsFile([full, file.weights[1]], file.biases, {}))
    assert np.load(tmp_path / "full.npz").files[0] == "W0"


def test_the_shipped_network_is_smaller_so_and_the_same(tmp_path: Path, js: RunJs) -> None:
    network = ns.load_network("sparse.npz")
    path = tmp_path / "sparse.npz"
    save_network(path, network)
    assert ns.load_network(path).fingerprint() == network.fingerprint()
    assert path.stat().st_size < 40_000  # with its zeros, 40,419 bytes
    content = base64.b64encode(path.read_bytes()).decode()
    told: Any = js(DROP, content=content)
    for layer, weights in zip(network.dense_layers(), told, strict=True):
        np.testing.assert_array_equal(np.float32(weights), layer.params["W"].ravel())


def other(**changes: Any) -> dict[str, Any]:
    """A good file of a matrix (4, 3) with some arrays replaced."""
    good = {
        "W0.data": np.array([1, 2, 3], np.float32),
        "W0.indices": np.array([0, 2, 1], np.int8),
        "W0.indptr": np.array([0, 2, 2, 3, 3], np.int8),
        "W0.shape": np.array([4, 3], np.int32),
        "b0": np.zeros(3, np.float32),
    }
    return {**good, **{f"W0.{part}": np.asarray(values) for part, values in changes.items()}}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (other(shape=[4]), "W0.shape must be two whole numbers"),
        (other(shape=[4, 0]), "W0.shape must be two whole numbers"),
        (other(shape=[4, -3]), "W0.shape must be two whole numbers"),
        (other(shape=[60_000, 60_000]), "claims the shape (60"),
        (other(shape=np.array([2**62, 2**62])), "claims the shape (4"),
        (other(shape=[5, 3]), "W0.indptr must tell where each of 5 rows begins"),
        (other(indptr=[0, 2, 1, 3, 3]), "W0.indptr must tell"),
        (other(indptr=[1, 2, 2, 3, 3]), "W0.indptr must tell"),
        (other(indptr=[0, 2, 2, 3, 9]), "W0.indptr must tell"),
        (other(indptr=[0, 2, 2, 3, 2]), "W0.indptr must tell"),
        (other(indices=[0, 3, 1]), "W0.indices must be the column of each number, 0 to 2"),
        (other(indices=[0, -1, 1]), "W0.indices must be the column"),
        (other(indices=[2, 0, 1]), "rising within a row"),
        (other(indices=[2, 2, 1]), "rising within a row"),
        (other(indices=[0, 2]), "W0.indices must be"),
        (other(indices=np.array([0.0, 2, 1], np.float32)), "W0.indices must"),
        (other(data=np.array([1, 2, 3])), "W0.data must"),
        (other(data=np.array([1, np.nan, 3], np.float32)), "finite"),
    ],
)
def test_what_makes_no_matrix_is_refused_by_both_before_memory_is_taken(
    arrays: dict[str, Any], message: str, tmp_path: Path, js: RunJs
) -> None:
    content = io.BytesIO()
    np.savez(content, **arrays)
    (tmp_path / "wrong.npz").write_bytes(content.getvalue())
    assert peak_bytes(tmp_path / "wrong.npz", ".") < 2**20
    with pytest.raises(WeightsError) as refused:
        read_weights(tmp_path / "wrong.npz")
    assert message in str(refused.value)
    told = js(DROP, content=base64.b64encode(content.getvalue()).decode())
    assert message.split("(")[0] in told

"""A history comes back to the bit; one of other weights, or no history at all, is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroscribble.errors import WeightsError
from neuroscribble.formats.history import (
    history_path,
    read_history,
    weights_path,
    write_history,
)
from neuroscribble.nn.checkpoints import Checkpoint, Education
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.usual import Usual


def network() -> Network:
    made = build_mlp((3,), rng=np.random.default_rng(4), n_inputs=4, n_classes=2)
    made.usual = usual(5)
    return made


def usual(seed: int) -> dict[str, Usual]:
    rng = np.random.default_rng(seed)

    def one(rows: int, units: int) -> Usual:
        return Usual(*(rng.random(n).astype(np.float32) for n in (rows, rows, units)))

    return {"h1": one(4, 3), "output": one(3, 2)}


def education(last: Network) -> Education:
    rng = np.random.default_rng(2)
    size = last.parameters.flat.size
    vectors = [rng.normal(size=size).astype(np.float32), last.parameters.flat]
    return Education(
        tuple(
            Checkpoint(7 * i, vector, 0.5 - i / 4, 0.5 + i / 4, np.float32([i / 2, 1]), usual(i))
            for i, vector in enumerate(vectors)
        ),
        steps_per_epoch=7,
        measured_on="9 digits",
        n=9,
    )


def arrays_of(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Any]:
    write_history(tmp_path / "good.history.npz", education(network()))
    return arrays_of(tmp_path / "good.history.npz")


def test_an_education_comes_back_to_the_bit(tmp_path: Path) -> None:
    path = tmp_path / "weights.history.npz"
    write_history(path, education(network()))
    first = path.read_bytes()
    back = read_history(path, network())
    assert (back.steps_per_epoch, back.measured_on, back.n) == (7, "9 digits", 9)
    write_history(path, back)
    assert path.read_bytes() == first
    assert [(one.step, one.loss, one.accuracy) for one in back.checkpoints] == [
        (0, 0.5, 0.5),
        (7, 0.25, 0.75),
    ]
    past = back.network_at(0, network())
    assert past.parameters.flat.tobytes() == back.checkpoints[0].parameters.tobytes()
    assert np.array_equal(past.usual["h1"].mean, usual(0)["h1"].mean)


def test_files_stand_beside_each_other() -> None:
    assert history_path(Path("a/weights.npz")) == Path("a/weights.history.npz")
    assert weights_path(Path("a/weights.history.npz")) == Path("a/weights.npz")
    with pytest.raises(WeightsError, match=r"a name such as weights\.history\.npz; got 'w\.npz'"):
        weights_path(Path("w.npz"))


def test_the_education_of_other_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.history.npz"
    write_history(path, education(network()))
    other = network()
    other.parameters.flat[3] = np.nextafter(other.parameters.flat[3], np.float32(9))
    with pytest.raises(WeightsError, match="it is the education of other weights than these"):
        read_history(path, other)


def without(name: str) -> Any:
    return lambda arrays: {key: array for key, array in arrays.items() if key != name}


def with_(name: str, change: Any) -> Any:
    return lambda arrays: {**arrays, name: change(arrays[name])}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (without("parameters"), "it is no history: it has no parameters"),
        (without("meta"), "it is no history: it has no meta"),
        (with_("step", lambda a: a[::-1]), "step must rise"),
        (with_("step", lambda a: a - 9), "step must rise"),
        (with_("step", lambda a: a[:0]), r"step must have shape \(1 … 1000,\); got \(0,\)"),
        (with_("step", lambda a: a * 1.0), "step must hold"),
        (with_("loss", lambda a: a * np.nan), "loss must hold finite numbers"),
        (with_("loss", lambda a: a[:1]), r"loss must have shape \(2,\); got \(1,\)"),
        (with_("accuracy", lambda a: a + 1), "accuracies must be from 0 to 1"),
        (with_("class_accuracy", lambda a: a.T[:1]), r"class_accuracy must have shape \(2, 2\)"),
        (with_("parameters", lambda a: a[:, 1:]), r"parameters must have shape \(2, 23\)"),
        (with_("parameters", lambda a: a.astype(float)), "parameters must be float32"),
        (with_("parameters", lambda a: a[::-1]), "its last checkpoint must be the network itself"),
        (with_("usual.h1.mean", lambda a: a[:, :2]), r"usual\.h1\.mean must have shape \(2, 4\)"),
        (without("usual.h1.mean"), r"usual\.h1\.mean must have shape \(2, 4\); got none"),
        (with_("meta", lambda a: np.array("[]")), "meta must be one JSON object"),
    ],
)
def test_what_is_no_history_is_refused(
    tmp_path: Path, good: dict[str, Any], spoil: Any, message: str
) -> None:
    path = tmp_path / "bad.history.npz"
    np.savez(path, **spoil(good))
    with pytest.raises(WeightsError, match=message) as refused:
        read_history(path, network())
    assert str(refused.value).startswith(str(path))
    assert "neuroscribble train" in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip" * 99])
def test_damaged_bytes_are_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.history.npz"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="damaged"):
        read_history(path, network())
    with pytest.raises(WeightsError, match="there is no such file"):
        read_history(tmp_path / "none.history.npz", network())

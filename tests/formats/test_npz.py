"""What is written comes back; what is damaged, hostile or foreign is refused in one sentence."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import OutputError, WeightsError
from neuroscribble.formats.bounded import MAX_BYTES
from neuroscribble.formats.npz import WeightsFile, read_weights, write_weights

Arrays = dict[str, Any]


def small(seed: int = 0, sizes: tuple[int, ...] = (4, 3, 2)) -> WeightsFile:
    rng = np.random.default_rng(seed)
    pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
    return WeightsFile(
        weights=[rng.normal(size=pair).astype(np.float32) for pair in pairs],
        biases=[rng.normal(size=fan_out).astype(np.float32) for _, fan_out in pairs],
        meta={"format_version": 1, "seed": seed},
    )


def good_arrays() -> Arrays:
    return {**small().named_arrays(), "meta": np.array("{}")}


def saved(path: Path, arrays: Arrays) -> Path:
    np.savez(path, **arrays)
    return path


def assert_same(a: WeightsFile, b: WeightsFile) -> None:
    assert a.meta == b.meta
    assert a.named_arrays().keys() == b.named_arrays().keys()
    for name, array in a.named_arrays().items():
        assert b.named_arrays()[name].tobytes() == array.tobytes()
        assert b.named_arrays()[name].shape == array.shape


# ---------------------------------------------------------------- what is written comes back

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    seed=st.integers(0, 99),
    meta=st.dictionaries(st.text(), json_values, max_size=4),
)
def test_saving_and_loading_is_identity(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], seed: int, meta: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.npz"
    file = small(seed, tuple(sizes))
    file = WeightsFile(file.weights, file.biases, meta)
    write_weights(path, file)
    back = read_weights(path)
    assert_same(back, file)
    for array in back.named_arrays().values():
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert array.flags.writeable


def test_equal_content_gives_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = small()
    write_weights(tmp_path / "a.npz", file)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    turned = [np.asfortranarray(W) for W in file.weights]  # other memory, same numbers
    meta = dict(reversed(file.meta.items()))
    write_weights(tmp_path / "b.npz", WeightsFile(turned, file.biases, meta))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_reads_the_file_without_pickle(tmp_path: Path) -> None:
    write_weights(tmp_path / "weights.npz", small())
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as archive:
        assert archive.files == ["W0", "b0", "W1", "b1", "meta"]
        assert json.loads(str(archive["meta"])) == {"format_version": 1, "seed": 0}


@pytest.mark.parametrize(
    "change",
    [
        lambda array: array.astype(np.float64),
        lambda array: array.astype(">f4"),
        lambda array: np.asfortranarray(array),
        lambda array: array[None] if array.ndim == 1 else array,  # b: (1, fan_out)
    ],
    ids=["float64", "big-endian", "fortran", "row biases"],
)
def test_files_by_others_load_to_the_same_values(
    tmp_path: Path, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    file = small()
    changed = {name: change(array) for name, array in file.named_arrays().items()}
    back = read_weights(saved(tmp_path / "foreign.npz", changed))
    assert_same(back, WeightsFile(file.weights, file.biases, {}))


def test_float16_and_arrays_of_other_names_are_accepted(tmp_path: Path) -> None:
    halves = {name: array.astype(np.float16) for name, array in small().named_arrays().items()}
    extra = {"history": np.arange(3), "pickled": np.array([{}], dtype=object)}
    back = read_weights(saved(tmp_path / "foreign.npz", halves | extra))
    assert np.array_equal(back.weights[0], halves["W0"].astype(np.float32))


# ---------------------------------------------------------------- what must be refused


def with_(**changes: Any) -> Arrays:
    """A good file with some arrays replaced; None removes one."""
    return {name: a for name, a in {**good_arrays(), **changes}.items() if a is not None}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"theta": np.zeros(3)}, "expected the arrays W0, b0; got theta"),
        ({}, "expected the arrays W0, b0; got none"),
        (with_(b1=None), "expected the arrays W0, b0, W1, b1; got W0, b0, W1, meta"),
        (with_(W0=None, b0=None), "expected the arrays W0, b0; got W1, b1, meta"),
        (with_(W3=np.zeros((2, 2)), b3=np.zeros(2)), "expected the arrays W0, b0, W1, b1, W2, b2"),
        (with_(W00=np.zeros((2, 2))), "expected the arrays"),
        (with_(W0=np.zeros(12)), r"W0 must have shape \(fan_in, fan_out\); got \(12,\)"),
        (with_(W0=np.zeros((4, 0))), "W0 must have shape"),
        (with_(W1=np.zeros((5, 2))), r"W1 must have shape \(3, fan_out\); got \(5, 2\)"),
        (with_(b0=np.zeros(4)), r"b0 must have shape \(3,\); got \(4,\)"),
        (with_(b0=np.zeros((3, 1))), r"b0 must have shape \(3,\); got \(3, 1\)"),
        (with_(b0=np.array(0.0)), r"b0 must have shape \(3,\); got \(\)"),
        (with_(W0=np.zeros((4, 3), int)), "W0 must hold floating-point numbers; got int64"),
        (with_(W0=np.zeros((4, 3), bool)), "got bool"),
        (with_(W0=np.zeros((4, 3), complex)), "got complex128"),
        (with_(W0=np.full((4, 3), "1")), "got <U1"),
        (with_(W0=np.full((4, 3), None)), "got object"),
        (with_(b1=np.array([0, np.nan])), "b1 must hold finite numbers"),
        (with_(b1=np.array([0, -np.inf])), "b1 must hold finite numbers"),
        (with_(b1=np.array([0, -1e300])), r"b1 must fit float32, at most 3.4e38; got 1e\+300"),
        (with_(meta=np.array("seed 7")), "meta must be one JSON object"),
        (with_(meta=np.array("")), "meta must be one JSON object|damaged"),
        (with_(meta=np.array("[1]")), "meta must be one JSON object; got a list"),
        (with_(meta=np.array('{"loss": NaN}')), "NaN is not JSON"),
        (with_(meta=np.array("[" * 100_000)), "meta must be one JSON object"),
        (with_(meta=np.array(["{}", "{}"])), "meta must be one JSON object"),
        (with_(meta=np.array(b"{}")), r"meta must hold text; got \|S2"),
        (with_(meta=np.array({}, dtype=object)), "meta must hold text; got object"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path: Path, arrays: Arrays, message: str) -> None:
    path = saved(tmp_path / "wrong.npz", arrays)
    with pytest.raises(WeightsError, match=message) as refused:
        read_weights(path)
    assert str(refused.value).startswith(str(path))
    assert "--weights" in str(refused.value)


def valid_bytes(tmp_path: Path) -> bytes:
    write_weights(tmp_path / "valid.npz", small())
    return (tmp_path / "valid.npz").read_bytes()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda good: b"", "it is empty"),
        (lambda good: good[: len(good) // 2], "damaged or no .npz file"),
        (lambda good: good[:-1], "damaged or no .npz file"),
        (lambda good: b"<!doctype html><title>404</title>", "damaged or no .npz file"),
        (lambda good: good.replace(b"W0.npy", b"X0.npy"), "expected the arrays"),
        (lambda good: good.replace(b"b0.npy", b"W0.npy"), "its own name"),
    ],
    ids=["empty", "half", "last byte", "web page", "renamed", "name twice"],
)
def test_damaged_files_are_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "damaged.npz"
    path.write_bytes(damage(valid_bytes(tmp_path)))
    with pytest.raises(WeightsError, match=message):
        read_weights(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, message in [
        (tmp_path / "absent.npz", "no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "zero\0byte.npz", "no such file|cannot be read"),
        (Path(os.devnull), "ordinary file"),
    ]:
        with pytest.raises(WeightsError, match=message):
            read_weights(path)


def npy(shape: str, data: bytes = bytes(16)) -> bytes:
    """An .npy file whose header may say anything."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data


def zip_with(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


@pytest.mark.parametrize(
    "shape",
    ["(10**6, 10**6)", "(1000000, 1000000)", "(-2, -2)", "(4611686018427387904, 4)", "(2, 3)"]
    + ["(True, 4)", "'4'", "((4,),)", "(" * 500, "__import__('os').abort()"],
)
def test_headers_that_lie_are_refused(tmp_path: Path, shape: str) -> None:
    path = zip_with(tmp_path / "lie.npz", {"W0": npy(shape), "b0": npy("(4,)")})
    with pytest.raises(WeightsError):
        read_weights(path)


def peak_bytes(path: Path, message: str) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match=message):
            read_weights(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_zip_bombs_are_refused_before_they_unfold(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("W0.npy", "w", force_zip64=True) as member:
            for _ in range(MAX_BYTES // 2**20 + 1):
                member.write(bytes(2**20))
        archive.writestr("b0.npy", npy("(4,)"))
    assert peak_bytes(path, "unpacks to") < 8 * path.stat().st_size


def test_zip_bombs_that_lie_about_their_size_do_not_unfold(tmp_path: Path) -> None:
    n_bytes = 2**26
    path = zip_with(
        tmp_path / "bomb.npz",
        {"W0": npy("(4, 4194304)", bytes(n_bytes)), "b0": npy("(4,)")},
        zipfile.ZIP_DEFLATED,
    )
    claimed = len(npy("(4, 4194304)", bytes(n_bytes))).to_bytes(4, "little")
    content = path.read_bytes()
    assert claimed in content
    path.write_bytes(content.replace(claimed, (1000).to_bytes(4, "little")))
    assert peak_bytes(path, "damaged|claims") < 2**22


def test_compressions_that_cannot_be_bounded_are_refused(tmp_path: Path) -> None:
    members = {"W0": npy("(4, 1)"), "b0": npy("(1,)", bytes(4))}
    path = zip_with(tmp_path / "bz2.npz", members, zipfile.ZIP_BZIP2)
    with pytest.raises(WeightsError, match="stored or deflated"):
        read_weights(path)


def only_weights_errors(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with contextlib.suppress(WeightsError):
        read_weights(path)


FUZZ = settings(max_examples=400)


@FUZZ
@given(content=st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "random.npz"
    only_weights_errors(path, content)
    only_weights_errors(path, b"PK\x03\x04" + content)
    zip_with(path, {"W0": npy("(2, 2)"), "b0": npy("(2,)", bytes(8)), "meta": content})
    only_weights_errors(path, path.read_bytes())
    zip_with(path, {"W0": b"\x93NUMPY\x01\x00" + content, "b0": npy("(4,)")})
    only_weights_errors(path, path.read_bytes())


def stored_file() -> bytes:
    """A valid file without compression, so that damage reaches every kind of field."""
    content = io.BytesIO()
    np.savez(content, **good_arrays())
    return content.getvalue()


@FUZZ
@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
    checked=st.booleans(),
)
def test_changed_bytes_raise_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], checked: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.npz"
    if checked:  # change the zip itself
        content = bytearray(stored_file())
        for position, value in changes:
            content[position % len(content)] = value
        only_weights_errors(path, bytes(content))
        return
    with zipfile.ZipFile(io.BytesIO(stored_file())) as archive:  # or arrays, with a right CRC
        members = {name[:-4]: bytearray(archive.read(name)) for name in archive.namelist()}
    for position, value in changes:
        member = members[sorted(members)[position % len(members)]]
        member[position % len(member)] = value
    zip_with(path, {name: bytes(member) for name, member in members.items()})
    only_weights_errors(path, path.read_bytes())


@pytest.mark.parametrize(
    ("weights", "biases", "message"),
    [
        ([], [], "at least one; got 0 and 0"),
        ([np.zeros((2, 3), np.float32)], [], "got 1 and 0"),
        ([np.zeros((2, 3))], [np.zeros(3, np.float32)], "W0 must be float32; got float64"),
        ([np.full((2, 3), np.nan, np.float32)], [np.zeros(3, np.float32)], "finite"),
    ],
)
def test_a_file_that_could_not_be_read_again_cannot_be_made(
    weights: list[np.ndarray], biases: list[np.ndarray], message: str
) -> None:
    with pytest.raises(WeightsError, match=message):
        WeightsFile(weights, biases, {})


# ---------------------------------------------------------------- the old file survives


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "weights.npz"
    write_weights(path, small(1))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    if step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_weights(path, small(2))
    monkeypatch.undo()
    assert_same(read_weights(path), small(1))
    assert os.listdir(tmp_path) == ["weights.npz"]


def test_a_folder_that_cannot_be_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for path in (tmp_path / "file" / "weights.npz", tmp_path):
        with pytest.raises(OutputError, match=re.escape(f"Cannot write {path}")):
            write_weights(path, small())


SAVE_FOREVER = """
import sys, numpy as np
from neuroscribble.formats.npz import WeightsFile, write_weights
W = np.random.default_rng(0).normal(size=(784, 128)).astype(np.float32)
for seed in range(10**9):
    write_weights(sys.argv[1], WeightsFile([W], [np.zeros(128, np.float32)], {"seed": seed}))
"""


def test_a_killed_process_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    write_weights(path, small())
    rng = np.random.default_rng(0)
    for _ in range(3):
        before = path.read_bytes()
        process = subprocess.Popen([sys.executable, "-c", SAVE_FOREVER, str(path)])
        while path.read_bytes() == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.03))
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
        assert read_weights(path).meta["seed"] >= 0

"""Where a network is trained: what is not there is told, and elsewhere it learns the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from array_libraries import PLACES, strict_place
from command_line import refuse, succeed
from small_mnist import CONTENT, folder_with

from neuroscribble.arrays import HERE
from neuroscribble.data.batches import Digits
from neuroscribble.errors import DeviceError
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.losses import SmoothedCrossEntropy
from neuroscribble.nn.network import build_mlp
from neuroscribble.training import devices
from neuroscribble.training.devices import PAYS, find_place, telling_of_memory
from neuroscribble.training.distillation import Teacher
from neuroscribble.training.loop import train
from neuroscribble.training.optimizers import make_optimizer
from neuroscribble.training.pruning import Pruner


def see(monkeypatch: pytest.MonkeyPatch, found: Any) -> None:
    """Let every GPU be this array, or none at all."""

    class Library:
        __version__ = "1.0"

    monkeypatch.setattr(devices, "import_module", lambda name: Library)
    row = (("PyTorch", "torch", lambda module: found),)
    monkeypatch.setattr(devices, "LIBRARIES", {"cuda": row, "mps": row})


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_gpu_that_is_not_there_is_refused(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    see(monkeypatch, None)
    message = (
        f"--device {device} needs .* GPU, and PyTorch 1.0 sees none; train with --device cpu or "
        "--device auto"
    )
    with pytest.raises(DeviceError, match=message):
        find_place(device, multiplications=PAYS)


def test_where_the_library_is_missing_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(devices, "import_module", missing)
    message = r"PyTorch is not installed \(pip install \"neuroscribble\[gpu\]\"\) and CuPy is not"
    with pytest.raises(DeviceError, match=message):
        find_place("cuda", multiplications=PAYS)


def test_auto_takes_a_gpu_for_networks_that_are_large_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    see(monkeypatch, None)
    assert find_place("auto", multiplications=PAYS) == (
        HERE,
        "NumPy trains on the processor, for no GPU was found.",
    )
    gpu = strict_place().zeros(1, np.float32)
    see(monkeypatch, gpu)
    assert find_place("auto", multiplications=PAYS - 1)[0] == HERE
    place, sentence = find_place("auto", multiplications=PAYS)
    assert (place.device, sentence) == (gpu.device, "The GPU trains (cuda).")


def test_the_command_says_in_one_sentence_that_there_is_no_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(monkeypatch, None)
    out = tmp_path / "weights.npz"
    told = refuse("train", "--data", "pen", "--device", "cuda", "--out", out)
    assert "--device cuda needs an NVIDIA GPU" in told
    assert not out.exists()


@pytest.mark.parametrize("library", PLACES)
def test_the_command_trains_elsewhere_and_writes_what_numpy_reads(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpu = PLACES[library]().zeros(1, np.float32)
    digits = folder_with(tmp_path / "digits", CONTENT)
    options = ("--data", digits, "--hidden", "6", "--epochs", 2, "--batch", 32)
    files = ("--pictures", tmp_path, "--out")
    succeed("train", *options, *files, tmp_path / "here.npz")
    see(monkeypatch, gpu)
    succeed("train", *options, "--device", "mps", *files, tmp_path / "there.npz")
    here, there = (load_network(tmp_path / name) for name in ("here.npz", "there.npz"))
    assert np.abs(here.parameters.flat - there.parameters.flat).max() < 1e-4
    assert here.meta["test"] == there.meta["test"]


@pytest.mark.parametrize("library", PLACES)
def test_everything_of_a_training_goes_along(library: str, rng: np.random.Generator) -> None:
    """Teacher, few edges, running mean, schedule, smoothing: elsewhere the same history."""
    digits = Digits(rng.random((40, 12), np.float32), rng.integers(0, 3, 40))
    start = build_mlp((7,), rng=rng, n_inputs=12, n_classes=3, dtype=np.float64)
    teacher = Teacher(build_mlp((5,), rng=rng, n_inputs=12, n_classes=3, dtype=np.float64), 0.5, 2)
    results = []
    for place in (HERE, PLACES[library]()):
        network = start.copy(place=place)
        history = train(
            network,
            digits,
            digits,
            optimizer=make_optimizer("rmsprop"),
            epochs=3,
            batch_size=1,
            rng=np.random.default_rng(2),
            loss=SmoothedCrossEntropy(0.1),
            average=0.9,
            pruner=Pruner(network, 30, digits.images),
            teacher=teacher,
        )
        results.append((history, network.to(HERE).parameters.flat))
    (ours, our_flat), (theirs, their_flat) = results
    assert np.abs(our_flat - their_flat).max() < 1e-9
    assert (our_flat == 0).sum() >= 7 * 15 - 30
    assert [one.validation_accuracy for one in ours.epochs] == [
        one.validation_accuracy for one in theirs.epochs
    ]


class OutOfMemoryError(RuntimeError):
    """As PyTorch and CuPy call theirs."""


@pytest.mark.parametrize(
    "error", [OutOfMemoryError(), MemoryError(), RuntimeError("MPS backend out of memory")]
)
def test_a_memory_that_does_not_suffice_ends_in_a_sentence_about_batches(error: Exception) -> None:
    message = "batches of 4,096 digits; take a smaller batch size, such as --batch 2048"
    with pytest.raises(DeviceError, match=message), telling_of_memory(4096):
        raise error


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="something else"), telling_of_memory(1):
        raise RuntimeError("something else")

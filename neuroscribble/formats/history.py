"""weights.history.npz in and out: the education of the network in the weights file beside it.

An .npz of float32 `parameters` (C, P), a row for each of C checkpoints; `step`, `loss`, `accuracy`
(C,) and `class_accuracy` (C, K); what is usual at each, such as `usual.h1.mean` (C, fan_in); and
`meta`, which tells whose education it is: the fingerprint of the weights. It is as suspicious as
`npz` of what it reads. Rows of float32 do not get smaller by packing, so nothing is packed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from ..files import write_atomically
from ..nn.checkpoints import Checkpoint, Education, fingerprint_of
from ..nn.network import Network
from ..nn.usual import Usual
from .bounded import open_zip, read_bounded, unpacked
from .npz import is_usual, json_object, npy_array, packed

FORMAT_VERSION = 1
MOST = 1_000  # checkpoints that are read
LONGEST = 200  # letters of a description
NUMBERS = ("step", "loss", "accuracy", "class_accuracy", "parameters")
WHAT_TO_DO = "A training writes both files anew: neuroscribble train"


def history_path(weights: Path) -> Path:
    """Where the education of a weights file is: weights.npz → weights.history.npz."""
    return weights.with_suffix(".history.npz")


def weights_path(history: Path) -> Path:
    """Whose education a file is: weights.history.npz → weights.npz.

    Raises WeightsError for a file of another name.
    """
    if not history.name.endswith(".history.npz"):
        raise WeightsError(
            f"a history has a name such as weights.history.npz; got {history.name!r:.80}."
        )
    return history.with_name(history.name.removesuffix(".history.npz") + ".npz")


def write_history(path: Path, education: Education) -> None:
    """Write an education to `path` in one step; its last checkpoint is the network itself.

    Raises OutputError when the file cannot be written; the old file survives.
    """
    checkpoints = education.checkpoints
    arrays: dict[str, NDArray[Any]] = {
        "step": np.array([one.step for one in checkpoints], np.int64),
        "loss": np.array([one.loss for one in checkpoints]),
        "accuracy": np.array([one.accuracy for one in checkpoints]),
        "class_accuracy": np.stack([one.class_accuracy for one in checkpoints]),
        "parameters": np.stack([one.parameters for one in checkpoints]).astype(np.float32),
    }
    for key, usual in checkpoints[-1].usual.items():
        for part in fields(usual):
            arrays[f"usual.{key}.{part.name}"] = np.stack(
                [getattr(one.usual[key], part.name) for one in checkpoints]
            )
    meta = {
        "history_version": FORMAT_VERSION,
        "fingerprint": fingerprint_of(checkpoints[-1].parameters),
        "steps_per_epoch": education.steps_per_epoch,
        "measured_on": education.measured_on,
        "n": education.n,
    }
    write_atomically(path, packed(arrays, meta, deflate=False))


def read_history(path: Path, network: Network) -> Education:
    """The education in a file, which must be that of `network`, to the bit.

    Raises WeightsError for whatever is wrong with the file, and when it is another network's.
    """
    try:
        content = read_bounded(path, example="weights.history.npz")
        try:
            return _parsed(content, network)
        except WeightsError:
            raise
        except Exception as error:  # damaged bytes make zipfile and NumPy raise a dozen kinds
            raise WeightsError(
                f"it is damaged or no .npz file ({type(error).__name__}: {error})."
            ) from error
    except WeightsError as error:
        raise WeightsError(f"{path} cannot be used: {error} {WHAT_TO_DO}") from error


def _parsed(content: bytes, network: Network) -> Education:
    with open_zip(content) as archive:
        entries = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
        missing = [name for name in (*NUMBERS, "meta") if name not in entries]
        if missing:
            raise WeightsError(f"it is no history: it has no {missing[0]}.")
        meta = json_object(npy_array("meta", unpacked(archive, entries["meta"])))
        if meta.get("fingerprint") != fingerprint_of(network.parameters.flat):
            raise WeightsError("it is the education of other weights than these.")
        arrays = {
            name: npy_array(name, unpacked(archive, entries[name]), "i" if name == "step" else "f")
            for name in entries
            if name in NUMBERS or is_usual(name)
        }
    n = len(arrays["step"]) if arrays["step"].ndim == 1 else 0
    if not 1 <= n <= MOST:
        raise WeightsError(f"step must have shape (1 … {MOST},); got {arrays['step'].shape}.")
    _require_shapes(arrays, n, network)
    step, accuracies = arrays["step"], (arrays["accuracy"], arrays["class_accuracy"])
    if step[0] < 0 or (np.diff(step) <= 0).any():
        raise WeightsError("step must rise from checkpoint to checkpoint, from 0 or more.")
    if any((array < 0).any() or (array > 1).any() for array in accuracies):
        raise WeightsError("accuracies must be from 0 to 1.")
    if fingerprint_of(arrays["parameters"][-1]) != meta["fingerprint"]:
        raise WeightsError("its last checkpoint must be the network itself.")
    usual = _usual(arrays, network)
    return Education(
        tuple(
            Checkpoint(
                step=int(step[i]),
                parameters=arrays["parameters"][i],
                loss=float(arrays["loss"][i]),
                accuracy=float(arrays["accuracy"][i]),
                class_accuracy=arrays["class_accuracy"][i],
                usual={
                    key: Usual(**{part: rows[i] for part, rows in one.items()})
                    for key, one in usual.items()
                },
            )
            for i in range(n)
        ),
        steps_per_epoch=_count(meta, "steps_per_epoch"),
        measured_on=str(meta.get("measured_on"))[:LONGEST],
        n=_count(meta, "n"),
    )


def _require_shapes(arrays: Mapping[str, NDArray[Any]], n: int, network: Network) -> None:
    shapes = {
        "loss": (n,),
        "accuracy": (n,),
        "class_accuracy": (n, len(network.class_names)),
        "parameters": (n, network.parameters.flat.size),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise WeightsError(f"{name} must have shape {shape}; got {arrays[name].shape}.")
    for name, array in arrays.items():
        if name not in ("step", "loss", "accuracy") and array.dtype != np.float32:
            raise WeightsError(f"{name} must be float32; got {array.dtype}.")
        if not np.isfinite(array).all():
            raise WeightsError(f"{name} must hold finite numbers; got NaN or infinity.")


def _usual(
    arrays: Mapping[str, NDArray[Any]], network: Network
) -> dict[str, dict[str, NDArray[Any]]]:
    """Link → part → a row for each checkpoint; all of it or nothing, as the network has it."""
    told = [name for name in arrays if is_usual(name)]
    if not told or not network.usual:
        return {}
    n = len(arrays["step"])
    found: dict[str, dict[str, NDArray[Any]]] = {}
    for key, one in network.usual.items():
        found[key] = {}
        for part in fields(one):
            name, shape = f"usual.{key}.{part.name}", (n, *getattr(one, part.name).shape)
            if name not in arrays or arrays[name].shape != shape:
                got = arrays[name].shape if name in arrays else "none"
                raise WeightsError(f"{name} must have shape {shape}; got {got}.")
            found[key][part.name] = arrays[name]
    return found


def _count(meta: Mapping[str, Any], name: str) -> int:
    value = meta.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise WeightsError(f"meta's {name} must be a whole number of at least 1.")
    return value

"""A foreign network asked in its own framework: what it says there is what a page is proved with.

A file is given to onnxruntime alone, which runs nothing but arithmetic. Keras and PyTorch run
programs when they load some files, so only models that are in memory already are asked by them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..inputs import InputSpec
from ..nn.network import Network
from ..nn.original import Original
from ..nn.reads import input_of
from ..shapes import Floats
from .bounded import read_bounded
from .recognize import recognize

TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}


def original_of(path: Path, network: Network) -> Original | None:
    """The file in onnxruntime, where it is ONNX and onnxruntime is installed; else None.

    Raises WeightsError when onnxruntime refuses a file that was read here.
    """
    if find_spec("onnxruntime") is None or recognize(read_bounded(path)) != "onnx":
        return None
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:  # of half a dozen kinds, none of which it exports
        raise WeightsError(
            f"{path} cannot be proved: onnxruntime refuses it ({str(error)[:200]}); "
            "leave the proof out with --no-prove."
        ) from error
    return Original(_named("onnxruntime"), lambda x: _asked(session, network, x))


def with_original(
    network: Network,
    program: str,
    ask: Callable[[Floats], Any],
    shape: Sequence[int],
    *,
    called: str | None = None,
) -> Network:
    """The network, told the model in memory that it was read from.

    program: the package that computes it, called otherwise if need be. ask: (N, *shape) as the
    model takes them → its numbers, (N, K) or (N,).
    """

    def probabilities(x: Floats) -> Floats:
        given = as_original(network.seen(x), input_of(network), tuple(shape)).astype(np.float32)
        said = np.asarray(ask(given), np.float64)
        return _as_probabilities(said.reshape(len(x), -1), network, x, program)

    network.original = Original(_named(program, called), probabilities, network.fingerprint())
    return network


def _named(program: str, called: str | None = None) -> str:
    """ "onnxruntime 1.20.1": the program and its version, as far as it is known."""
    try:
        return f"{called or program} {metadata.version(program)}"
    except metadata.PackageNotFoundError:
        return called or program


def _asked(session: Any, network: Network, x: Floats) -> Floats:
    """(N, D) → (N, K): probabilities, whatever of them the file itself gives."""
    (takes,) = session.get_inputs()
    shape = tuple(size for size in takes.shape[1:] if isinstance(size, int))
    given = as_original(network.seen(x), input_of(network), shape).astype(
        TYPES.get(takes.type, np.float32)
    )
    said = np.concatenate([_numbers(session.run(None, {takes.name: one[None]})) for one in given])
    return _as_probabilities(said, network, x, "onnxruntime")


def _as_probabilities(said: Floats, network: Network, x: Floats, program: str) -> Floats:
    """What a program said, (N, units): probabilities or logits, whichever it means."""
    logits = network.logits(x)
    expected = network.output.probabilities(logits)
    is_single = said.shape[1] == 1 and expected.shape[1] == 2  # one unit tells two classes
    ways = [np.hstack([1 - said, said]) if is_single else said]
    if said.shape == logits.shape:
        ways.append(network.output.probabilities(said))  # it may give logits
    if ways[0].shape != expected.shape:
        raise WeightsError(
            f"{program} gives {said.shape[1]} numbers where {expected.shape[1]} classes are "
            "read; leave the proof out with --no-prove."
        )
    return min(ways, key=lambda found: float(np.abs(found - expected).max()))


def as_original(x: Floats, spec: InputSpec, shape: tuple[int, ...]) -> Floats:
    """(N, D) as the network reads it → (N, *shape) as the file does, in its range and order."""
    scale, shift = spec.scaling()
    values = (x.reshape(len(x), -1, spec.channels) * scale + shift).reshape(len(x), *spec.shape)
    has_channels_first = len(shape) == 3 and spec.channels == shape[0] != shape[-1]
    if len(spec.shape) == 3 and has_channels_first:
        values = np.moveaxis(values, -1, 1)
    fits = math.prod(shape) == math.prod(values.shape[1:])
    return values.reshape(len(x), *(shape if fits else (-1,)))


def _numbers(outputs: list[Any]) -> Floats:
    """The output that holds numbers, (1, K); scikit-learn's give the class before it."""
    arrays = [np.asarray(out) for out in outputs if isinstance(out, np.ndarray)]
    found: Floats = next((array for array in arrays if array.dtype.kind == "f"), arrays[0])
    return found.reshape(1, -1)

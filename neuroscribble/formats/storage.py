"""The one door for networks in files: whatever a file is, by content, becomes a `Network`.

Networks are saved in our own format alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import NeuroscribbleError, ShapeError, WeightsError
from ..nn.network import Network
from ..nn.reads import input_of
from ..shapes import CLASS_NAMES, IMAGE_SIZE, N_PIXELS
from .arrays import Found, json_arrays, npy_arrays, npz_arrays
from .bounded import read_bounded
from .hints import Hints, NeedsHint, make_hints
from .keras import read_hdf5, read_keras
from .npz import WHAT_TO_DO, claims_to_be_ours, packed, parse, write_weights
from .onnx import read_onnx
from .ours import network_of, stored_of
from .reading import Reading, read_arrays
from .recognize import recognize
from .safetensors import safetensors_arrays
from .torch import old_torch_arrays, refuse_pickle, torch_arrays

EXAMPLES = ("xor", "iris", "digits", "tiny")
Reader = Callable[[bytes, Hints, Path], Reading]  # the folder is that of the file


def default_weights() -> Path:
    """`./weights.npz` if there is one, else the file that ships with NeuroScribble."""
    return next((path for path in _places("weights") if path.exists()), Path("weights.npz"))


def shipped_weights(name: str) -> Path:
    """The file of a network that ships along: "weights", "sparse" or "cnn"."""
    _, *places = _places(name)
    return next((path for path in places if path.exists()), places[0])


def _places(name: str) -> list[Path]:
    """Here, in the package, in the repository around it."""
    package = Path(__file__).parent.parent
    return [folder / f"{name}.npz" for folder in (Path(), package, package.parent)]


def find_weights(path: Path) -> Path:
    """The file of this name; where there is none, the example of this name that ships along."""
    shipped = Path(__file__).parent.parent / "examples" / f"{path}.npz"
    return shipped if str(path) in EXAMPLES and not path.exists() else path


def load_network(
    path: str | Path | None = None,
    *,
    activation: str | None = None,
    architecture: str | Path | None = None,
    orientation: str | None = None,
    input: str | None = None,
) -> Network:
    """The network in a file: one of ours, or one that others saved as NumPy arrays or JSON.

    What such a file does not tell can be said: the `activation` between its layers ("relu"), a
    JSON file with its `architecture`, the `orientation` of its matrices ("in-out" or "out-in") and
    what it expects as `input` ("28x28 in 0..255, dark ink"). A network that reads pictures takes
    ink from 0 to 1, whatever the file's own took. `meta["read_from"]` tells what was assumed.
    "xor", "iris", "digits" and "tiny" are small networks that come along, where no file has such a
    name. Class names come from the file, where each class has its own, or count from 0.

    Raises WeightsError for whatever is wrong with the file, and SettingsError for hints that mean
    nothing.
    """
    path = default_weights() if path is None else find_weights(Path(path))
    hints = make_hints(
        activation=activation, architecture=architecture, orientation=orientation, words=input
    )
    try:
        return _read(read_bounded(path), hints, path.parent)
    except NeedsHint as error:
        raise WeightsError(f"{path} cannot be used: {error}") from error
    except (WeightsError, ShapeError) as error:
        raise WeightsError(f"{path} cannot be used: {error} {WHAT_TO_DO}") from error


def _read(content: bytes, hints: Hints, folder: Path) -> Network:
    kind = recognize(content)
    if kind == "npz" and (hints == Hints() or claims_to_be_ours(content)):
        return _ours(content, hints)
    try:
        return _READERS[kind](content, hints, folder).network()
    except NeuroscribbleError:
        raise
    except Exception as error:  # damaged bytes make readers raise a dozen kinds
        raise WeightsError(
            f"it is damaged or no {kind} file ({type(error).__name__}: {error})."
        ) from error


def _ours(content: bytes, hints: Hints) -> Network:
    """W0, b0, … as we name them; where somebody else did, in whatever order and shape it is."""
    try:
        stored = parse(content)
    except WeightsError as error:
        if claims_to_be_ours(content):
            raise
        try:
            return read_arrays(npz_arrays(content), hints).network()
        except NeuroscribbleError:
            raise
        except Exception:
            raise error from None
    if hints != Hints():
        raise WeightsError(
            "it tells its layers and its input itself; leave out --activation, --architecture, "
            "--orientation and --input."
        )
    return network_of(stored)


def _arrays(find: Callable[[bytes], Found]) -> Reader:
    return lambda content, hints, folder: read_arrays(find(content), hints)


_READERS: dict[str, Reader] = {
    "onnx": read_onnx,
    "hdf5": lambda content, hints, folder: read_hdf5(content, hints),
    "keras": lambda content, hints, folder: read_keras(content, hints),
    "npz": _arrays(npz_arrays),
    "npy": _arrays(npy_arrays),
    "json": _arrays(json_arrays),
    "safetensors": _arrays(safetensors_arrays),
    "torch": _arrays(torch_arrays),
    "old torch": _arrays(old_torch_arrays),
    "pickle": _arrays(refuse_pickle),
}


def save_network(
    path: str | Path,
    network: Network,
    *,
    meta: dict[str, Any] | None = None,
    replace: bool = True,
) -> None:
    """Write the network's weights and its `meta` (or the one given) to `path`, atomically.

    Raises OutputError when the file cannot be written, or, without `replace`, when there is one
    already; an old file then survives.
    """
    stored = stored_of(network, network.meta if meta is None else meta)
    write_weights(Path(path), stored, replace=replace)


def network_bytes(network: Network) -> bytes:
    """What `save_network` would write, for whoever has the file elsewhere."""
    stored = stored_of(network, network.meta)
    return packed(stored.named_arrays(), stored.meta)


def require_picture_network(network: Network, *, what: str) -> None:
    """Raise WeightsError unless the network reads 28×28 pictures, of whatever classes."""
    n_inputs = network.input_shape[0]
    if n_inputs != N_PIXELS:
        raise WeightsError(
            f"{what} needs a network with {N_PIXELS} inputs ({IMAGE_SIZE}×{IMAGE_SIZE} pixels); "
            f"this one has {n_inputs} inputs."
        )


def require_drawings(network: Network, *, what: str) -> None:
    """Raise WeightsError unless the network reads pictures that drawings can be made into."""
    if not input_of(network).is_square:
        raise WeightsError(
            f"{what} needs a network that reads square pictures, such as {IMAGE_SIZE}×{IMAGE_SIZE} "
            f"pixels; this one has {network.input_shape[0]} inputs; the page that `neuroscribble "
            "network` writes has a slider for each."
        )


def require_digit_network(network: Network, *, what: str) -> None:
    """Raise WeightsError unless the network reads 28×28 pictures as the digits 0 to 9."""
    n_inputs, names = network.input_shape[0], network.class_names
    if (n_inputs, names) != (N_PIXELS, CLASS_NAMES):
        raise WeightsError(
            f"{what} needs a network with {N_PIXELS} inputs ({IMAGE_SIZE}×{IMAGE_SIZE} pixels) "
            f"and the classes 0 to 9; this one has {n_inputs} and {len(names)}, "
            f"{names[0]} to {names[-1]}."
        )

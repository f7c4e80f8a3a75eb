"""What a file is, by its content: a name may say anything."""

from __future__ import annotations

import zipfile
from io import BytesIO

from ..errors import WeightsError
from .hints import NeedsHint

OTHERS = {  # first bytes of files that people also have → what they are, and what to do
    b"TFL3": ("a TensorFlow Lite file", "save the Keras model itself, as .keras or .h5"),
    b"GGUF": ("a GGUF file", "only networks of dense layers and convolutions are read"),
    b"MATLAB 5": ("a MATLAB file", "save its matrices with scipy.io.loadmat and numpy.savez"),
    b"version https://git-lfs": ("a pointer of Git LFS", "run git lfs pull to get the file itself"),
    b"<!doctype html": ("a web page", "download the file itself, not the page around it"),
    b"<html": ("a web page", "download the file itself, not the page around it"),
    b"\x1f\x8b": ("compressed with gzip", "unpack it first"),
    b"BZh": ("compressed with bzip2", "unpack it first"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it first"),
    b"\xfd7zXZ": ("compressed with xz", "unpack it first"),
}
HDF5 = b"\x89HDF\r\n\x1a\n"
NPY = b"\x93NUMPY"
OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch.save's number before version 1.6
MAX_HEADER = 100 * 2**20  # of a safetensors file


def recognize(content: bytes) -> str:
    """ "npz", "npy", "json", "torch", "old torch", "safetensors", "keras", "hdf5" or "onnx".

    Raises WeightsError for an empty file, and for one of a kind that is known but not read.
    """
    if not content:
        raise WeightsError("it is empty; expected a zip of arrays W0, b0, W1, b1, …")
    if content[:2] == b"PK":
        return _zip(content)
    if HDF5 in (content[at : at + 8] for at in (0, 512, 1024, 2048)):
        return "hdf5"
    if content[:6] == NPY:
        return "npy"
    if content.startswith(OLD_TORCH):
        return "old torch"
    if 0 < int.from_bytes(content[:8], "little") <= MAX_HEADER and content[8:9] == b"{":
        return "safetensors"
    if content[257:262] == b"ustar":
        raise WeightsError("it is a tar archive; expected the file with the weights itself.")
    for start, (what, way_out) in OTHERS.items():
        if start in (content[: len(start)].lower(), content[: len(start)], content[4:8]):
            raise NeedsHint(f"it is {what}, which is not read; {way_out}.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "json"
    if content[:1] == b"\x80" and 2 <= content[1] <= 5:
        return "pickle"
    if content[:1] in (b"\x08", b"\x3a", b"\x12"):  # a field of ONNX's ModelProto
        return "onnx"
    return "npz"  # the reader of .npz says what is wrong with it


def _zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except Exception:  # damaged; the reader of .npz says so
        return "npz"
    last = {name.rpartition("/")[2] for name in names}
    if "model.weights.h5" in last or {"config.json", "metadata.json"} <= last:
        return "keras"
    if "data.pkl" in last:
        return "torch"
    if any(name.endswith(".npy") for name in names) or not names:
        return "npz"
    raise WeightsError(
        f"it is a zip archive of {', '.join(sorted(names)[:4])}; expected arrays (.npz), a .keras "
        "model or a PyTorch file."
    )

"""A file is either the old one or the new one, never half of each.

Whatever is saved is first written to a temporary file in the same folder, flushed to the disk,
and then renamed over the target: a full disk or a killed process leaves the old file as it was.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import OutputError


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` through a temporary file and a rename.

    Raises OutputError when the folder or the file cannot be written; the old file survives.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder; name a file")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes private files; a result is not private
        temporary.replace(path)
    except OSError as error:
        raise OutputError(_sentence(path, error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def require_writable(path: Path) -> None:
    """Raise OutputError now if `path` could not be written later, after hours of work."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder; name a file")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OutputError(_sentence(path, error)) from error


def _sentence(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"Cannot write {path}: {reason}. Choose another place with --out or free some space."


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

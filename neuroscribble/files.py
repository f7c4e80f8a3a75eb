"""A file is either the old one or the new one, never half of each.

Whatever is saved is first written to a temporary file in the same folder, flushed to the disk,
and then renamed over the target: a full disk or a killed process leaves the old file as it was.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from .errors import OutputError


def write_atomically(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write `content` to `path` through a temporary file and a rename.

    replace: whether a file of that name may be replaced; without, two programs that save at the
        same moment cannot both have the name.

    Raises OutputError when the folder or the file cannot be written; the old file survives.
    """
    temporary = None
    try:
        target = _target(path)
        handle, name = _make_temporary(target)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes private files; a result is not private
        if replace:
            temporary.replace(target)
        else:
            _claim(temporary, target)
    except OSError as error:
        raise OutputError(_sentence(path, error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def require_writable(path: Path) -> None:
    """Raise OutputError now if `path` could not be written later, after hours of work."""
    try:
        handle, name = _make_temporary(_target(path))
        os.close(handle)
        os.unlink(name)
    except OSError as error:
        raise OutputError(_sentence(path, error)) from error


def _target(path: Path) -> Path:
    """The file behind `path`, in a folder that exists: a link stays a link, a device a device."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder; name a file")
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "it is no ordinary file")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        reason = f"{path.parent} is a file, not a folder"
        raise NotADirectoryError(errno.ENOTDIR, reason) from None
    return target


def _claim(temporary: Path, target: Path) -> None:
    """Give the file its name if the name is free; raises FileExistsError if it is not."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: take the name first, then fill it
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        temporary.replace(target)


def _make_temporary(target: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")


def _sentence(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"Cannot write {path}: {reason}. Choose another place with --out or free some space."


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

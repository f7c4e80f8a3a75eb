"""A file is either the old one or the new one, never half of each.

Whatever is saved is first written to a temporary file in the same folder, flushed to the disk,
and then renamed over the target: a full disk or a killed process leaves the old file as it was.
What a killed process leaves behind, the next one that writes in that folder removes.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

from .errors import OutputError

SUFFIX = ".neuroscribble.part"
OURS = re.compile(r"\..+\.[a-z0-9_]{8}" + re.escape(SUFFIX), re.DOTALL)  # as mkstemp names them
UNLOCKED = 1.0  # seconds after its last change for which a temporary file may have no lock yet


def write_atomically(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write `content` to `path` through a temporary file and a rename.

    replace: whether a file of that name may be replaced; without, two programs that save at the
        same moment cannot both have the name.

    Raises OutputError when the folder or the file cannot be written, or the file is read-only; the
    old file survives.
    """
    temporary = None
    try:
        target = _target(path)
        handle, temporary = _make_temporary(target)
        with _in_use(handle):
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o666 & ~_umask())  # mkstemp makes private files; a result is public
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
        handle, temporary = _make_temporary(_target(path))
        os.close(handle)
        temporary.unlink()
    except OSError as error:
        raise OutputError(_sentence(path, error)) from error


def is_read_only(path: Path) -> bool:
    """Whether there is a file that somebody protected; an administrator could still write it."""
    try:
        return not path.stat().st_mode & 0o222
    except OSError:
        return False


def _target(path: Path) -> Path:
    """The file behind `path`, in a folder that exists: a link stays a link, a device a device."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder; name a file")
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "it is no ordinary file")
    if is_read_only(target):
        raise PermissionError(errno.EACCES, "it is read-only")
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


def _make_temporary(target: Path) -> tuple[int, Path]:
    """A new open file beside the target, in a folder without leftovers."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=SUFFIX)
    temporary = Path(name)
    with suppress(OSError):  # a folder that cannot be listed can still be written
        _remove_leftovers(temporary)
    return handle, temporary


def _remove_leftovers(temporary: Path) -> None:
    """Remove what killed processes left beside `temporary`: files named as ours are that are
    older, by the clock of their disk, and that no process uses.
    """
    now = temporary.stat().st_mtime
    with os.scandir(temporary.parent) as entries:
        for entry in entries:
            if (
                OURS.fullmatch(entry.name)
                and entry.is_file(follow_symlinks=False)
                and now - entry.stat().st_mtime > UNLOCKED
            ):
                with suppress(OSError):  # in use, another user's, or just removed by someone else
                    _remove_unused(Path(entry.path))


def _remove_unused(path: Path) -> None:
    """Remove a file; raises OSError if a process uses it."""
    if sys.platform == "win32":
        path.unlink()  # refused for open files
    else:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(handle)


@contextmanager
def _in_use(handle: int) -> Iterator[None]:
    """Lock an open file until the block ends, even if `handle` is closed before.

    The system lifts the lock when the process dies, however it dies.
    """
    if sys.platform == "win32":
        yield
    else:
        kept = os.dup(handle)
        try:
            with suppress(OSError):  # a disk without locks: nobody will get one there, either
                fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(kept)


def _sentence(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"Cannot write {path}: {reason}. Choose another place with --out or free some space."


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

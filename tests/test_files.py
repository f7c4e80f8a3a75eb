"""A file is the old one or the new one, whatever happens, and a refusal says why."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from neuroscribble.errors import OutputError
from neuroscribble.files import require_writable, write_atomically


def test_a_new_file_is_written_with_the_folders_that_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "page.html"
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["page.html"]


def test_a_result_is_as_public_as_any_other_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "result", b"")
    assert (tmp_path / "result").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    target = tmp_path / "store" / "real.npz"
    target.write_bytes(b"old")
    link = tmp_path / "weights.npz"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("step", ["write", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_the_old_file_survives_a_failure_at_any_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    class Full:
        """A file on a disk without space."""

        def __init__(self, handle: int, mode: str) -> None:
            self.handle = handle

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: Any) -> None:
            os.close(self.handle)

        write = fail

    path = tmp_path / "weights.npz"
    path.write_bytes(b"old")
    if step == "write":
        monkeypatch.setattr(os, "fdopen", Full)
    elif step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, step, fail)
    with pytest.raises(OutputError) as refused:
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert str(refused.value).startswith(f"Cannot write {path}: {os.strerror(number)}. ")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["weights.npz"]


REPLACE_FOREVER = """
import sys
from pathlib import Path
from neuroscribble.files import write_atomically
for number in range(10**9):
    write_atomically(Path(sys.argv[1]), b"%012d" % number * 100_000)
"""


def test_a_process_that_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"old")
    for pause in (0.0, 0.004, 0.011):
        before = path.read_bytes()
        process = subprocess.Popen([sys.executable, "-c", REPLACE_FOREVER, str(path)])
        while path.read_bytes() == before and process.poll() is None:
            time.sleep(0.002)
        time.sleep(pause)
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
        content = path.read_bytes()
        assert len(content) == 1_200_000
        assert content == content[:12] * 100_000


def unwritable(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """Places where nothing can be written (not even by root), and why."""
    (tmp_path / "file").write_bytes(b"precious")
    os.mkfifo(tmp_path / "pipe")
    return {
        "a folder": (tmp_path, "it is a folder; name a file"),
        "below a file": (tmp_path / "file" / "x", f"{tmp_path / 'file'} is a file, not a folder"),
        "deep below a file": (tmp_path / "file" / "a" / "x", os.strerror(errno.ENOTDIR)),
        "no ordinary file": (tmp_path / "pipe", "it is no ordinary file"),
        "a name too long": (tmp_path / ("x" * 300), os.strerror(errno.ENAMETOOLONG)),
        "a name too long for its temporary file": (tmp_path / ("x" * 250), "name too long"),
    }


PLACES = ["a folder", "below a file", "deep below a file", "no ordinary file"]
PLACES += ["a name too long", "a name too long for its temporary file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("place", PLACES)
def test_what_cannot_be_written_is_refused_before_and_after_the_work(
    tmp_path: Path, place: str
) -> None:
    path, reason = unwritable(tmp_path)[place]
    for attempt in (lambda: require_writable(path), lambda: write_atomically(path, b"new")):
        with pytest.raises(OutputError, match=f"^Cannot write {re.escape(str(path))}: .*{reason}"):
            attempt()
    assert (tmp_path / "file").read_bytes() == b"precious"
    assert sorted(os.listdir(tmp_path)) == ["file", "pipe"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        require_writable(tmp_path / "weights.npz")


def test_asking_whether_a_place_can_be_written_leaves_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "old.npz").write_bytes(b"old")
    require_writable(tmp_path / "old.npz")
    require_writable(tmp_path / "new" / "weights.npz")
    assert (tmp_path / "old.npz").read_bytes() == b"old"
    assert os.listdir(tmp_path / "new") == []

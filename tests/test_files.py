"""A file is the old one or the new one, whatever happens, and a refusal says why."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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


def leftover(folder: Path, name: str = ".page.html.k3x9_a2b.neuroscribble.part") -> Path:
    """What a process that was killed an hour ago has left."""
    path = folder / name
    path.write_bytes(b"half a pa")
    hour_ago = time.time() - 3600
    os.utime(path, (hour_ago, hour_ago))
    return path


@pytest.mark.parametrize(
    "write", [lambda path: write_atomically(path, b"new"), require_writable], ids=["write", "ask"]
)
def test_the_next_one_that_writes_in_the_folder_removes_what_a_killed_one_left(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    parts = [leftover(tmp_path), leftover(tmp_path, ".7.json.________.neuroscribble.part")]
    elsewhere = leftover(tmp_path.parent)
    write(tmp_path / "weights.npz")
    assert not any(part.exists() for part in parts)
    assert elsewhere.exists()
    elsewhere.unlink()


@pytest.mark.parametrize(
    "name",
    [
        "train-images-idx3-ubyte.gz.part",  # the program's own: a download that can go on
        "film.part",
        ".page.html.k3x9_a2b.part",
        ".k3x9_a2b.neuroscribble.part",
        ".page.html.k3x9.neuroscribble.part",
        ".page.html.K3X9_A2B.neuroscribble.part",
        "page.html.k3x9_a2b.neuroscribble.part",
        ".page.html.k3x9_a2b.neuroscribble.part.bak",
    ],
)
def test_files_of_other_names_are_left_alone(tmp_path: Path, name: str) -> None:
    leftover(tmp_path, name)
    write_atomically(tmp_path / "page.html", b"new")
    assert (tmp_path / name).exists()


def test_folders_and_links_are_left_alone(tmp_path: Path) -> None:
    real = leftover(tmp_path, "real")
    (tmp_path / ".link.k3x9_a2b.neuroscribble.part").symlink_to(real)
    (tmp_path / ".folder.k3x9_a2b.neuroscribble.part").mkdir()
    write_atomically(tmp_path / "page.html", b"new")
    assert len(os.listdir(tmp_path)) == 4
    assert real.exists()


def test_a_part_that_has_just_changed_is_left_alone(tmp_path: Path) -> None:
    part = leftover(tmp_path)
    os.utime(part)
    write_atomically(tmp_path / "page.html", b"new")
    assert part.exists()


SLOW_SAVE = """
import os, sys, time
from pathlib import Path
from neuroscribble import files
def slowly(*_):
    (part,) = Path(sys.argv[1]).parent.glob(".page.html.*.part")
    os.utime(part, (0, 0))
    print("saving", flush=True)
    sys.stdin.readline()
if sys.argv[2] == "before the rename":
    Path.chmod = slowly
else:
    os.fsync = slowly
files.write_atomically(Path(sys.argv[1]), b"slow")
"""


@pytest.mark.parametrize(
    "moment",
    [
        "while it is written",
        pytest.param(
            "before the rename",
            marks=pytest.mark.skipif(
                sys.platform == "win32", reason="Windows renames closed files only, without a lock"
            ),
        ),
    ],
)
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_part_in_use_survives_however_old_and_goes_when_its_process_is_killed(
    tmp_path: Path, moment: str, is_killed: bool
) -> None:
    path = tmp_path / "page.html"
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_SAVE, str(path), moment],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "saving\n"
        write_atomically(tmp_path / "other.html", b"new")
        (part,) = tmp_path.glob(".page.html.*.part")
        if is_killed:
            process.kill()
            process.wait(20)
            write_atomically(tmp_path / "other.html", b"new")
            assert os.listdir(tmp_path) == ["other.html"]
        else:
            process.communicate("go on\n", timeout=20)
            assert process.returncode == 0
            assert path.read_bytes() == b"slow"
            assert not part.exists()


def test_a_disk_without_locks_is_written_and_nothing_is_removed_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def no_locks(*_: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    part = leftover(tmp_path)
    write_atomically(tmp_path / "page.html", b"new")
    assert (tmp_path / "page.html").read_bytes() == b"new"
    assert part.exists()


def unwritable(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """Places where nothing can be written (not even by root), and why."""
    (tmp_path / "file").write_bytes(b"precious")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "protected").write_bytes(b"precious")
    (tmp_path / "protected").chmod(0o444)
    return {
        "a folder": (tmp_path, "it is a folder; name a file"),
        "below a file": (tmp_path / "file" / "x", f"{tmp_path / 'file'} is a file, not a folder"),
        "deep below a file": (tmp_path / "file" / "a" / "x", os.strerror(errno.ENOTDIR)),
        "a protected file": (tmp_path / "protected", "it is read-only"),
        "no ordinary file": (tmp_path / "pipe", "it is no ordinary file"),
        "a name too long": (tmp_path / ("x" * 300), os.strerror(errno.ENAMETOOLONG)),
        "a name too long for its temporary file": (tmp_path / ("x" * 250), "name too long"),
    }


PLACES = ["a folder", "below a file", "deep below a file", "no ordinary file"]
PLACES += ["a protected file", "a name too long", "a name too long for its temporary file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("place", PLACES)
def test_what_cannot_be_written_is_refused_before_and_after_the_work(
    tmp_path: Path, place: str
) -> None:
    path, reason = unwritable(tmp_path)[place]
    for attempt in (lambda: require_writable(path), lambda: write_atomically(path, b"new")):
        with pytest.raises(OutputError, match=f"^Cannot write {re.escape(str(path))}: .*{reason}"):
            attempt()
    for name in ("file", "protected"):
        assert (tmp_path / name).read_bytes() == b"precious"
    assert sorted(os.listdir(tmp_path)) == ["file", "pipe", "protected"]


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

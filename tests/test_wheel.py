"""The wheel holds everything the program needs: weights, the page's parts, type markers."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from viz.page.bundle import modules_of

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_wheel_is_complete(tmp_path: Path) -> None:
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path]
    done = subprocess.run(
        [sys.executable, *map(str, build), str(ROOT)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("neuroscribble-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for weights in ("weights.npz", "cnn.npz"):
            assert archive.read(f"neuroscribble/{weights}") == (ROOT / weights).read_bytes()
    assert {"neuroscribble/py.typed", "neuroscribble_viz/py.typed"} <= names
    modules = {*modules_of("main"), *modules_of("maps")}
    parts = {*(f"{name}.js" for name in modules), "page.html", "style.css", "maps.html", "maps.css"}
    assert {f"neuroscribble_viz/page/web/{part}" for part in parts} <= names
    top = {name.partition("/")[0] for name in names}
    assert sorted(name for name in top if not name.endswith(".dist-info")) == [
        "neuroscribble",
        "neuroscribble_viz",
    ]
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]

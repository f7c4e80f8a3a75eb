"""The wheel holds everything the program needs: weights, the page's parts, type markers."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from viz.maps_page import MODULES as MAPS_MODULES
from viz.page import MODULES

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
    assert {"neuroscribble/py.typed", "viz/py.typed", "viz/window/app.py"} <= names
    assert {f"viz/web/{name}.js" for name in {*MODULES, *MAPS_MODULES}} <= names
    assert {"viz/web/page.html", "viz/web/style.css"} <= names
    assert {"viz/web/maps.html", "viz/web/maps.css"} <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]

"""A hash of all that a benchmark's numbers come from, so that what has not changed is not repeated.

Code, network and settings are each benchmark's own; the machine, the versions of what computes and
draws, and the digits at hand are common to all.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from turns import peers_python

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from find_browser import find_chromium  # noqa: E402

from neuroscribble.data.mnist import FOLDER_VARIABLE  # noqa: E402

PACKAGES = {
    *("numpy", "scipy", "threadpoolctl", "pillow", "matplotlib", "array-api-compat"),
    *("pygame", "pygame-ce", "networkx", "pyvis", "playwright"),
    *("torch", "jax", "jaxlib", "scikit-learn"),
}


def fingerprint(paths: Iterable[Path], settings: Mapping[str, Any]) -> str:
    """Of the contents of files and folders, of settings, and of `surroundings`."""
    hashes = [content_hash(path) for path in paths]
    told = json.dumps([hashes, settings, surroundings()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def content_hash(path: Path) -> str:
    """Of a file, or of all files in a folder with their names; "" of what is not there."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = sorted(file for file in path.rglob("*") if "__pycache__" not in file.parts)
    told = [(str(file.relative_to(path)), content_hash(file)) for file in files if file.is_file()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


@cache
def surroundings() -> dict[str, Any]:
    """Machine, versions and digits, as text."""
    return {
        "machine": [platform.system(), platform.machine(), processor(), os.cpu_count()],
        "python": platform.python_version(),
        "ours": versions(sys.path),
        "peers": versions(peers_paths()),
        "browser": browser(),
        "digits": digits_at_hand(),
    }


def processor() -> str:
    """Its name, as well as the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(errors="replace").splitlines() if told.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def versions(paths: Iterable[str]) -> list[str]:
    """Of the packages that compute or draw, in these folders."""
    found = ((one.name.lower(), one.version) for one in distributions(path=list(paths)) if one.name)
    return sorted({f"{name} {version}" for name, version in found if name in PACKAGES})


def peers_paths() -> list[str]:
    environment = Path(peers_python()).parent.parent
    return [str(path) for path in environment.glob("[Ll]ib/**/site-packages")]


def browser() -> str:
    """Its version; "" where there is none."""
    try:
        program = find_chromium()
    except ValueError:
        return ""
    if program is None:
        return ""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def digits_at_hand() -> list[tuple[str, int]]:
    """Files of MNIST's folder and of those beside it where people's drawings are looked for."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else user_cache_path("neuroscribble") / "mnist"
    places = [folder, *(folder.parent / name for name in ("pendigits", "strokes"))]
    files = [file for place in places if place.is_dir() for file in sorted(place.iterdir())]
    return [(file.name, file.stat().st_size) for file in files if file.is_file()]

"""What the README promises is true: its targets exist, its commands and its Python run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import succeed
from PIL import Image

import neuroscribble as ns

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (neuroscribble .+)$", README, re.M)
PYTHON_BLOCKS = re.findall(r"^```python\n(.+?)^```", README, re.M | re.S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder but for the two pictures that the README's commands read."""
    folder = tmp_path_factory.mktemp("readme")
    for label, name in ((4, "photo.jpg"), (7, "drawing.png")):
        digit = ns.pen_digits(10, rng=np.random.default_rng(label))[0][0].reshape(28, 28)
        paper = Image.fromarray((255 - 255 * digit).astype(np.uint8)).resize((280, 280))
        paper.save(folder / name)
    return folder


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert {"network", "test", "train", "draw", "heatmaps"} <= named <= targets


def test_every_make_target_is_explained_by_make_help() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert targets == set(re.findall(r"^## ([a-z]+) ", makefile, re.M))


def test_the_readme_has_commands_python_and_a_picture() -> None:
    assert len(COMMANDS) >= 4
    assert len(PYTHON_BLOCKS) >= 1
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


@pytest.mark.slow
@pytest.mark.usefixtures("few_pen_digits")
def test_every_command_of_the_readme_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", "pen")
    for command in COMMANDS:
        succeed(*shlex.split(command)[1:])
    assert (folder / "small.npz").exists()
    assert (folder / "output" / "network.html").exists()


@pytest.mark.parametrize("block", PYTHON_BLOCKS)
def test_every_python_block_of_the_readme_runs(block: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()

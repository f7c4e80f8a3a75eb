"""How soon a command starts: `--help` beside an empty Python, `train` beside reading MNIST.

    python bench/start.py

Every turn starts fresh processes, one after the other: Python that does nothing, `--help`; NumPy
imported and MNIST read in two ways, and `train` up to its first step. Programs are compiled
beforehand, as installing them does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from turns import run_alone, spread

from neuroscribble.data.download import FOLDER_VARIABLE
from neuroscribble.data.mnist import find_mnist

TURNS = 15
READ = """
import gzip, sys
import numpy as np
for part in ("train", "t10k"):
    with gzip.open(f"{sys.argv[1]}/{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    with gzip.open(f"{sys.argv[1]}/{part}-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
"""
AS_INK = "    images = images.astype(np.float32) / 255\n"
TRAIN = """
import os, sys
from neuroscribble.commands.console import TrainingProgress
TrainingProgress.on_step = lambda progress, report: os._exit(0)
sys.argv = ["neuroscribble", "train", "--data", sys.argv[1], "--out", "w.npz", "--pictures", "."]
from neuroscribble.__main__ import main
main()
"""
HELP = """
import sys
sys.argv = ["neuroscribble", "--help"]
from neuroscribble.__main__ import main
main()
"""
WAYS = {"nothing": "pass", "help": HELP, "bytes": READ, "ink": READ + AS_INK, "train": TRAIN}


def seconds(code: str, data: Path, folder: str) -> float:
    """From the start of a process to its end."""
    own = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
    own["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    began = perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, data],
        env=own,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return perf_counter() - began


def main() -> None:
    data = Path(os.environ.get(FOLDER_VARIABLE) or find_mnist()).resolve()
    with TemporaryDirectory() as folder:
        for code in WAYS.values():
            seconds(code, data, folder)
        turns = [
            {way: seconds(code, data, folder) for way, code in WAYS.items()} for _ in range(TURNS)
        ]
    print(f"least, median, most of {TURNS} turns")
    more = [1000 * (turn["help"] - turn["nothing"]) for turn in turns]
    print(f"--help, more than an empty Python: {spread(more, decimals=2)} ms")
    for way, what in (("ink", "read as ink"), ("bytes", "read as bytes")):
        ratios = [turn["train"] / turn[way] for turn in turns]
        print(f"train to its first step ÷ NumPy and MNIST {what}: {spread(ratios, decimals=2)}")
    for way in WAYS:
        print(f"{way:>8}: {spread([turn[way] for turn in turns], decimals=2)} s")


if __name__ == "__main__":
    run_alone(main)

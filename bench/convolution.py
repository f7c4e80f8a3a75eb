"""How long does an epoch of our convolutional network take, beside the same network in PyTorch?

    python bench/convolution.py [--out output/bench-convolution.json] [--rounds 5]

Both live in processes of their own and take turns, so that whatever else the machine is doing hits
both alike. A turn is some steps of Adam on batches of 128 images (of noise: the time does not
depend on what they show), scaled to the 55,000 images of an epoch; what counts are the medians and
their ratio. Both use two threads; PyTorch runs in either memory format, and the faster one counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # the checkout, whatever is installed

from neuroscribble.files import write_atomically  # noqa: E402
from neuroscribble.machine import prefer_wide_kernels  # noqa: E402

BATCH, STEPS, N, THREADS = 128, 12, 55_000, 2
LIMIT = 2.5  # ours / PyTorch's
CONTENDERS = {"ours": "NeuroScribble", "torch": "PyTorch", "torch-last": "PyTorch, channels last"}
HOW_TO = "make peers installs PyTorch into bench/.venv"

Step = Callable[[], object]


def our_step() -> Step:
    import numpy as np

    from neuroscribble.nn.architectures import build_cnn
    from neuroscribble.nn.losses import cross_entropy
    from neuroscribble.training.loop import train_step
    from neuroscribble.training.optimizers import make_optimizer

    rng = np.random.default_rng(0)
    network, optimizer = build_cnn(rng=rng), make_optimizer("adam", 1e-3)
    gradient = network.new_gradient()
    images, labels = rng.random((BATCH, 784), np.float32), rng.integers(0, 10, BATCH)
    return lambda: train_step(
        network,
        images,
        labels,
        loss=cross_entropy,
        optimizer=optimizer,
        gradient=gradient,
        training=True,
    )


def torch_step(*, channels_last: bool) -> Step:
    import torch
    from torch import nn

    from neuroscribble.nn.architectures import DROPOUT, HIDDEN, MAPS

    torch.set_num_threads(THREADS)
    layers: list[nn.Module] = []
    channels, side = 1, 28
    for group in MAPS:
        for maps in group:
            layers += [nn.Conv2d(channels, maps, 3, padding=1), nn.BatchNorm2d(maps), nn.ReLU()]
            channels = maps
        layers.append(nn.MaxPool2d(2))
        side //= 2
    (hidden,) = HIDDEN
    layers += [nn.Flatten(), nn.Linear(side * side * channels, hidden), nn.ReLU()]
    network = nn.Sequential(*layers, nn.Dropout(DROPOUT), nn.Linear(hidden, 10))
    images, labels = torch.rand(BATCH, 1, 28, 28), torch.randint(0, 10, (BATCH,))
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    optimizer, loss = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        loss(network(images), labels).backward()
        optimizer.step()

    return step


def work(name: str) -> None:
    """The process of one contender: for every line on stdin the seconds of one turn."""
    if name == "ours":
        from neuroscribble.machine import keeping_memory, one_thread

        step = our_step()  # first of all: only libraries that are loaded can be limited
        with one_thread(), keeping_memory():
            answer(step)
    else:
        answer(torch_step(channels_last=name == "torch-last"))


def answer(step: Step) -> None:
    for _ in range(3):
        step()
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(STEPS):
            step()
        print(time.perf_counter() - start, flush=True)


def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds of an epoch, by contender, one number for each round."""
    peers = HERE / ".venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    environment = dict(os.environ)
    prefer_wide_kernels(environment)  # as the command line does
    processes = {}
    for name in CONTENDERS:
        python = sys.executable if name == "ours" or not peers.exists() else str(peers)
        processes[name] = subprocess.Popen(
            [python, __file__, "--work", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name, process in processes.items():
            assert process.stdin
            assert process.stdout
            try:
                process.stdin.write("turn\n")
                process.stdin.flush()
                turn = float(process.stdout.readline())
            except (OSError, ValueError):  # it could not start: PyTorch is not there
                continue
            seconds[name].append(turn / STEPS / BATCH * N)
    for process in processes.values():
        process.communicate()
    return {name: values for name, values in seconds.items() if values}


def main(out: Path, weights: Path | None = None, *, rounds: int = 5) -> None:
    """Measure, print a table, write JSON; `weights` is taken as other benchmarks take it."""
    seconds = measure(rounds)
    medians = {name: median(values) for name, values in seconds.items()}
    result: dict[str, Any] = {
        "machine": {"processor": platform.processor() or platform.machine(), "threads": THREADS},
        "epoch_images": N,
        "batch": BATCH,
        "epoch_seconds": seconds,
        "goals": [],
    }
    print(f"One epoch of {N:,} images, batch {BATCH}, {THREADS} threads, median of {rounds} turns")
    for name, value in medians.items():
        print(f"  {CONTENDERS[name]:24} {value:7.1f} s   ({min(seconds[name]):.1f} at best)")
    peers = [value for name, value in medians.items() if name != "ours"]
    if peers:
        ratio = medians["ours"] / min(peers)
        print(f"  ours / PyTorch's: {ratio:.2f}, asked ≤ {LIMIT}")
        words = "epoch of the convolutional network, ours / PyTorch's"
        result["goals"] = [
            {"words": words, "value": ratio, "limit": LIMIT, "met": ratio <= LIMIT},
        ]
    else:
        print(f"  PyTorch was not found: {HOW_TO}.")
    write_atomically(out, json.dumps(result, indent=1).encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("output/bench-convolution.json"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
    else:
        main(options.out, rounds=options.rounds)

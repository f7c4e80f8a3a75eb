"""Does a GPU pay? The same source on NumPy and on PyTorch's arrays, beside PyTorch itself.

    python bench/gpu.py [--out FILE.json] [--rounds 5] [--only mlp,classic] [--threads 2]

Four contenders, each in a process of its own, take turns: ours on NumPy, ours on PyTorch's arrays,
PyTorch eager and torch.compile. The last three use the GPU that PyTorch sees; where it sees none,
they use the processor, and the table says so. A turn is some steps of training on noise; what
counts are the medians of the ratios of each round. Beside it stands the processor's time, of all
threads, which a busy machine spoils less. Peak memory is that of the whole process.

A network hardly larger than nothing tells what each step costs on a device before it computes
anything: no network that NumPy trains in less time can gain there.
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
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # the checkout, whatever is installed

from neuroscribble.files import write_atomically  # noqa: E402
from neuroscribble.machine import prefer_wide_kernels  # noqa: E402

CONTENDERS = {
    "numpy": "ours, NumPy",
    "arrays": "ours, PyTorch's arrays",
    "eager": "PyTorch eager",
    "compile": "torch.compile",
}
OURS, BASE = ("numpy", "arrays"), "numpy"
HOW_TO = "make peers installs it into bench/.venv, and array-api-compat with it"


class Case(NamedTuple):
    model: str
    hidden: tuple[int, ...]
    batch: int
    steps: int  # of a turn


CASES = {
    "least": Case("mlp", (8, 8), 1, 50),
    "mlp": Case("mlp", (128, 64), 64, 30),
    "wide": Case("mlp", (1024, 1024), 128, 6),
    "cnn": Case("cnn", (128,), 128, 2),
    "classic": Case("classic", (128,), 128, 1),
}

Step = Callable[[], object]


def our_network(case: Case) -> Any:
    import numpy as np

    from neuroscribble.nn.architectures import MODELS

    return MODELS[case.model](hidden=case.hidden, rng=np.random.default_rng(0))


def torch_device() -> Any:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    seen = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return torch.device(next((name for name, is_there in seen.items() if is_there), "cpu"))


def our_step(case: Case, *, on_numpy: bool) -> Step:
    import numpy as np

    from neuroscribble.arrays import HERE, Place, namespace
    from neuroscribble.nn.losses import cross_entropy
    from neuroscribble.training.loop import train_step
    from neuroscribble.training.optimizers import make_optimizer

    place = HERE
    if not on_numpy:
        import torch

        place = Place(namespace(torch.zeros(1)), torch_device())
    network = our_network(case).to(place)
    optimizer, gradient = make_optimizer("adam"), network.new_gradient()
    rng = np.random.default_rng(0)
    images = place.bring(rng.random((case.batch, 784), np.float32))
    labels = place.bring(rng.integers(0, 10, case.batch))
    return lambda: train_step(
        network,
        images,
        labels,
        loss=cross_entropy,
        optimizer=optimizer,
        gradient=gradient,
        training=True,
    )


def torch_module(network: Any) -> Any:
    """The same layers in PyTorch, with start values of its own."""
    from torch import nn

    makers: dict[str, Callable[[Any], Any]] = {
        "Dense": lambda one: nn.Linear(one.fan_in, one.fan_out),
        "Conv2d": lambda one: nn.Conv2d(one.in_channels, one.out_channels, 3, padding=1),
        "BatchNorm2d": lambda one: nn.BatchNorm2d(one.channels),
        "ReLU": lambda one: nn.ReLU(),
        "MaxPool2d": lambda one: nn.MaxPool2d(one.size),
        "Flatten": lambda one: nn.Flatten(),
        "Unflatten": lambda one: nn.Unflatten(1, (1, *one.shape[:2])),
        "Dropout": lambda one: nn.Dropout(one.rate),
    }
    layers = network.layers.values()
    return nn.Sequential(*[makers[type(layer).__name__](layer) for layer in layers])


def torch_step(case: Case, *, compiled: bool) -> Step:
    import torch
    from torch import nn

    device = torch_device()
    module = torch_module(our_network(case)).to(device, memory_format=torch.channels_last)
    images = torch.rand(case.batch, 784, device=device)
    labels = torch.randint(0, 10, (case.batch,), device=device)
    run = torch.compile(module) if compiled else module
    optimizer, loss = torch.optim.Adam(module.parameters()), nn.CrossEntropyLoss()

    def step() -> float:
        optimizer.zero_grad()
        value = loss(run(images), labels)
        value.backward()
        optimizer.step()
        return float(value)  # as ours does: it waits for the device

    return step


def work(name: str, case: Case) -> None:
    """The process of one contender: for every line on stdin what a turn took."""
    if name in OURS:
        from neuroscribble.machine import keeping_memory, one_thread

        step = our_step(case, on_numpy=name == "numpy")
        with one_thread(), keeping_memory():
            if name == "arrays":
                torch_device()  # PyTorch's own threads, again
            answer(step, case)
    else:
        answer(torch_step(case, compiled=name == "compile"), case)


def answer(step: Step, case: Case) -> None:
    """Print, for every line that is read, seconds and processor's seconds a step, megabytes."""
    from contenders import peak_megabytes

    for _ in range(2):
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        start, began = time.perf_counter(), time.process_time()
        for _ in range(case.steps):
            step()
        took, worked = time.perf_counter() - start, time.process_time() - began
        megabytes = peak_megabytes() or float("nan")
        print(took / case.steps, worked / case.steps, megabytes, flush=True)


def python_of(name: str) -> str:
    peers = HERE / ".venv" / "bin" / "python"
    return sys.executable if name == BASE or not peers.exists() else str(peers)


def measure(
    key: str, rounds: int, threads: int, contenders: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Seconds of a step and megabytes, by contender; who cannot start is left out."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    prefer_wide_kernels(environment)  # as the command line does
    found: dict[str, dict[str, Any]] = {}
    running = {}
    for name in contenders:
        process = subprocess.Popen(
            [python_of(name), __file__, "--work", name, "--only", key],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        assert process.stdout
        if process.stdout.readline() == "ready\n":
            running[name] = process
            found[name] = {"seconds": [], "processor": [], "megabytes": 0.0}
    for _ in range(rounds):
        for name, process in running.items():
            assert process.stdin
            assert process.stdout
            process.stdin.write("turn\n")
            process.stdin.flush()
            seconds, worked, megabytes = map(float, process.stdout.readline().split())
            found[name]["seconds"].append(seconds)
            found[name]["processor"].append(worked)
            found[name]["megabytes"] = megabytes
    for process in running.values():
        process.communicate()
    return found


def device_in_words() -> str:
    """What the last three contenders use; honest where there is no GPU, or no PyTorch."""
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import gpu; print(gpu.torch_device())"
    asked = subprocess.run(
        [python_of("eager"), "-c", code], capture_output=True, text=True, check=False
    )
    device = asked.stdout.strip()
    if not device:
        return f"PyTorch was not found: {HOW_TO}. Only NumPy was measured."
    if device == "cpu":
        return "No GPU was at hand: PyTorch sees none, and everything here ran on the processor."
    return f"PyTorch's contenders ran on its device {device}."


def main(
    out: Path,
    weights: Path | None = None,
    *,
    rounds: int = 5,
    threads: int = 2,
    only: tuple[str, ...] = tuple(CASES),
    contenders: tuple[str, ...] = tuple(CONTENDERS),
) -> None:
    """Measure, print tables, write JSON; `weights` is taken as other benchmarks take it."""
    words = device_in_words()
    result: dict[str, Any] = {
        "machine": {"processor": platform.processor() or platform.machine(), "threads": threads},
        "device": words,
        "cases": {},
        "goals": [],
    }
    print(words)
    for key in only:
        case, found = CASES[key], measure(key, rounds, threads, contenders)
        products = case.batch * our_network(case).multiplications
        result["cases"][key] = {"multiplications": products, **found}
        print(
            f"{key}: {products / 1e6:,.1f} million multiplications forward, batch {case.batch}, "
            f"median of {rounds} turns"
        )
        for name, one in found.items():
            pairs = zip(found[BASE]["seconds"], one["seconds"], strict=True)
            ratio = median(numpy / theirs for numpy, theirs in pairs)
            print(
                f"  {CONTENDERS[name]:23}{median(one['seconds']) * 1e3:9.2f} ms a step, processor "
                f"{median(one['processor']) * 1e3:9.2f}{one['megabytes']:7.0f} MB   "
                f"NumPy's time / this one's: {ratio:.2f}"
            )
    write_atomically(out, json.dumps(result, indent=1).encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("output/bench-gpu.json"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(CASES), help="some of " + ", ".join(CASES))
    parser.add_argument("--threads", type=int, default=2, help="of the processor, for each")
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--work", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    chosen, contenders = tuple(options.only.split(",")), tuple(options.contenders.split(","))
    for name, asked, known in (
        ("only", chosen, CASES.keys()),
        ("contenders", contenders, CONTENDERS.keys()),
    ):
        if unknown := set(asked) - known:
            sys.exit(f"--{name} must name some of {', '.join(known)}; got {', '.join(unknown)}.")
    if options.work:
        work(options.work, CASES[chosen[0]])
    else:
        main(
            options.out,
            rounds=options.rounds,
            threads=options.threads,
            only=chosen,
            contenders=contenders,
        )

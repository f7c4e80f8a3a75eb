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
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the checkout, whatever is installed
from steps import Step, our_step, serve_steps, torch_step  # noqa: E402
from turns import HOW_TO, Process, Turns, peers_python  # noqa: E402

from neuroscribble.files import write_atomically  # noqa: E402

CONTENDERS = {
    "numpy": "ours, NumPy",
    "arrays": "ours, PyTorch's arrays",
    "eager": "PyTorch eager",
    "compile": "torch.compile",
}
OURS, BASE = ("numpy", "arrays"), "numpy"


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


def our_network(case: Case) -> Any:
    import numpy as np

    from neuroscribble.nn.architectures import MODELS

    return MODELS[case.model](hidden=case.hidden, rng=np.random.default_rng(0))


def torch_device() -> Any:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    seen = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return torch.device(next((name for name, is_there in seen.items() if is_there), "cpu"))


def step_of(name: str, key: str) -> Step:
    """The step of one contender, in its own process."""
    case = CASES[key]
    network = our_network(case)
    if name == "numpy":
        return our_step(network, case.batch)
    if name == "arrays":
        import torch

        from neuroscribble.arrays import Place, namespace

        return our_step(network.to(Place(namespace(torch.zeros(1)), torch_device())), case.batch)
    return torch_step(
        network,
        case.batch,
        device=torch_device(),
        channels_last=True,
        compiled=name == "compile",
    )


def measure(
    key: str, rounds: int, threads: int, contenders: tuple[str, ...]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Seconds of a step and megabytes, by contender, and who was left out, with the reason."""
    with Turns() as turns:
        for name in contenders:
            program = [__file__, "--work", name]
            environment = {"OMP_NUM_THREADS": str(threads)}
            process = Process(name, program, is_peer=name != BASE, environment=environment)
            turns.start(process, key=key)
        answers = turns.ask_each(rounds, "turn", steps=CASES[key].steps)
    found = {
        name: {
            "seconds": [turn["seconds"] for turn in said],
            "processor": [turn["processor"] for turn in said],
            "megabytes": said[-1]["megabytes"],
        }
        for name, said in answers.items()
        if name not in turns.left_out
    }
    return found, turns.left_out


def device_in_words() -> str:
    """What the last three contenders use; honest where there is no GPU, or no PyTorch."""
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import gpu; print(gpu.torch_device())"
    asked = subprocess.run(
        [peers_python(), "-c", code], capture_output=True, text=True, check=False
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
        "left_out": {},
        "goals": [],
    }
    print(words)
    for key in only:
        case = CASES[key]
        found, left_out = measure(key, rounds, threads, contenders)
        result["left_out"].update({f"{key}, {name}": reason for name, reason in left_out.items()})
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
                f"{median(one['processor']) * 1e3:9.2f}{one['megabytes'] or 0:7.0f} MB   "
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
        serve_steps(partial(step_of, options.work), ours=options.work in OURS)
    else:
        main(
            options.out,
            rounds=options.rounds,
            threads=options.threads,
            only=chosen,
            contenders=contenders,
        )

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
import platform
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the checkout, whatever is installed
from steps import Step, our_step, serve_steps, torch_step  # noqa: E402
from turns import HOW_TO, Process, Turns  # noqa: E402

from neuroscribble.files import write_atomically  # noqa: E402

BATCH, STEPS, N, THREADS = 128, 12, 55_000, 2
LIMIT = 1.5  # ours / PyTorch's
CONTENDERS = {"ours": "NeuroScribble", "torch": "PyTorch", "torch-last": "PyTorch, channels last"}


def step_of(name: str) -> Step:
    """The step of one contender, in its own process."""
    import numpy as np

    from neuroscribble.nn.architectures import build_cnn

    network = build_cnn(rng=np.random.default_rng(0))
    if name == "ours":
        return our_step(network, BATCH)
    import torch

    torch.set_num_threads(THREADS)
    return torch_step(network, BATCH, channels_last=name == "torch-last")


def measure(rounds: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Seconds of an epoch, by contender and round, and who was left out, with the reason."""
    with Turns() as turns:
        for name in CONTENDERS:
            turns.start(Process(name, [__file__, "--work", name], is_peer=name != "ours"))
        answers = turns.ask_each(rounds, "turn", steps=STEPS)
    seconds = {
        name: [turn["seconds"] / BATCH * N for turn in said]
        for name, said in answers.items()
        if name not in turns.left_out
    }
    return seconds, turns.left_out


def main(out: Path, weights: Path | None = None, *, rounds: int = 5) -> None:
    """Measure, print a table, write JSON; `weights` is taken as other benchmarks take it."""
    seconds, left_out = measure(rounds)
    medians = {name: median(values) for name, values in seconds.items()}
    result: dict[str, Any] = {
        "machine": {"processor": platform.processor() or platform.machine(), "threads": THREADS},
        "epoch_images": N,
        "batch": BATCH,
        "epoch_seconds": seconds,
        "left_out": left_out,
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
        serve_steps(partial(step_of, options.work), ours=options.work == "ours")
    else:
        main(options.out, rounds=options.rounds)

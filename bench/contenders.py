"""One contender of the training benchmark, in a process of its own.

    python contenders.py NAME FOLDER

It reads one JSON command a line from stdin and answers with one JSON line on stdout; between
commands it sleeps, so that contenders can take turns. FOLDER holds the digits as .npy files.
Every contender trains the same sizes on the same digits in float32:

    {"do": "setup", "hidden": [128, 64], "batch": 64, "n": 55000}
    {"do": "epoch"}                     → seconds of one shuffled epoch, RMSProp (or Adam)
    {"do": "target", "seed": 1, "most_seconds": 120}
                                        → training seconds until 98 % of the test digits are right
    {"do": "given", "seed": 1, "batch": 128, "rates": [0.001, …]}
                                        → the same by our recipe: RMSProp at the rate of each step
    {"do": "latency"}                   → median microseconds of one digit's forward pass
    {"do": "memory"}                    → largest resident memory so far, in MB
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from turns import peak_megabytes, serve

TARGET = 0.98
MAX_EPOCHS = 40
RATE = 1e-3
DECAY, EPSILON = 0.9, 1e-8  # of RMSProp
USUAL_BATCH = 64


class Contender:
    """Shared by all: data, clocks. A subclass knows how to build, learn an epoch and predict."""

    optimizer = "RMSProp"
    usual = f"Adam {RATE}, batch {USUAL_BATCH}"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

        def read(part: str) -> Any:
            return (np.load(folder / f"{part}_{name}.npy") for name in ("images", "labels"))

        self.images, self.labels = read("train")
        self.known_images, self.known_labels = read("validation")
        self.test_images, self.test_labels = read("test")
        self.facts: dict[str, Any] = {}

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        raise NotImplementedError

    def epoch(self, rates: Any = None) -> None:
        """All digits once, shuffled, with the usual learning rate or with one for each step."""
        raise NotImplementedError

    def logits(self, images: Any) -> Any:
        """(N, 10) of NumPy images (N, 784), as a NumPy array."""
        raise NotImplementedError

    def predict(self, images: Any) -> Any:
        """Class ids (N,) of NumPy images (N, 784)."""
        return self.logits(images).argmax(1)

    def warm(self) -> None:
        """Whatever must be compiled before the clock runs."""

    def start_like(self, params: list[tuple[Any, Any]]) -> None:
        """Begin from these weights (fan_in, fan_out) and biases (fan_out,) of every layer."""
        raise NotImplementedError

    def kept(self) -> Any:
        """What `go_back` needs to come back to the weights of now."""
        raise NotImplementedError

    def go_back(self, kept: Any) -> None:
        raise NotImplementedError

    def answer(self, command: dict[str, Any]) -> Any:
        do = command.pop("do")
        if do == "setup":
            self.setup(**command, usual=False, seed=0)
            self.epoch()  # compilation and first touches are no part of any comparison
            return {"optimizer": self.optimizer, "usual": self.usual, **self.facts}
        if do == "epoch":
            began = time.perf_counter()
            self.epoch()
            return time.perf_counter() - began
        if do == "target":
            return self.target(**command)
        if do == "given":
            return self.given(**command)
        if do == "latency":
            return self.latency()
        if do == "memory":
            return peak_megabytes()
        raise ValueError(do)

    def target(self, seed: int, most_seconds: float) -> dict[str, Any]:
        """Learn by the usual recipe; the clock stands still while the test digits are read."""
        self.setup([128, 64], USUAL_BATCH, len(self.images), usual=True, seed=seed)
        self.warm()
        self.predict(self.test_images)  # compiled before the clock runs
        seconds, accuracy = 0.0, 0.0
        for number in range(1, MAX_EPOCHS + 1):
            began = time.perf_counter()
            self.epoch()
            seconds += time.perf_counter() - began
            accuracy = self.accuracy()
            if accuracy >= TARGET:
                return _outcome(seconds, number, accuracy)
            if seconds > most_seconds:
                break
        return _outcome(seconds, number, accuracy)

    def given(self, seed: int, batch: int, rates: list[float]) -> dict[str, Any]:
        """Learn by our recipe: its start values and steps, the best epoch on validation digits."""
        self.setup([128, 64], batch, len(self.images), usual=False, seed=seed)
        rng = np.random.default_rng(seed)
        sizes = [(784, 128), (128, 64), (64, 10)]
        self.start_like(
            [(rng.normal(0, np.sqrt(2 / size[0]), size), np.zeros(size[1])) for size in sizes]
        )
        self.warm()
        self.logits(self.known_images), self.predict(self.test_images)  # compiled
        steps = -(-len(self.images) // batch)
        best, kept = None, None
        began, worked = time.perf_counter(), time.process_time()
        for start in range(0, len(rates), steps):
            self.epoch(rates[start : start + steps])
            rank = _rank(self.logits(self.known_images), self.known_labels)
            if best is None or rank > best:
                best, kept = rank, self.kept()
        self.go_back(kept)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        return _outcome(seconds, len(rates) // steps, self.accuracy(), processor=worked)

    def accuracy(self) -> float:
        return float(np.mean(self.predict(self.test_images) == self.test_labels))

    def latency(self, n: int = 2000) -> float:
        times = []
        for i in range(n):
            image = self.test_images[i % len(self.test_images)][None]
            began = time.perf_counter()
            self.predict_one(image)
            times.append(time.perf_counter() - began)
        return float(np.median(times)) * 1e6

    def predict_one(self, image: Any) -> Any:
        return self.logits(image)


def _outcome(
    spent: float, epochs: int, accuracy: float, *, processor: float | None = None
) -> dict[str, Any]:
    """`seconds` until the target, None if it was not reached in the seconds `spent`.

    processor: its seconds, of all threads, where they were measured.
    """
    seconds = spent if accuracy >= TARGET else None
    told = {"seconds": seconds, "spent": spent, "processor": processor}
    return {**told, "epochs": epochs, "accuracy": accuracy}


def _rank(logits: Any, labels: Any) -> tuple[float, float]:
    """Accuracy and minus the mean loss: the larger, the better."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    chosen = np.take_along_axis(shifted, labels[:, None], axis=1)[:, 0]
    loss = np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen)
    return float(np.mean(logits.argmax(axis=1) == labels)), -float(loss)


class Ours(Contender):
    """NeuroScribble, as its command line runs it."""

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        from neuroscribble.data.batches import Digits, grey_levels
        from neuroscribble.nn.network import build_mlp
        from neuroscribble.training.optimizers import RMSProp
        from neuroscribble.training.recipes import RECIPES

        fast = RECIPES["fast"]
        self.usual = (
            f"--recipe fast: {fast.optimizer} {fast.learning_rate}, batch {fast.batch_size}, "
            f"{fast.epochs} epochs"
        )
        self.rng = np.random.default_rng(seed)
        self.network = build_mlp(hidden, rng=self.rng)
        self.optimizer_ = RMSProp(RATE, DECAY, EPSILON)
        self.batch, self.digits = batch, Digits(grey_levels(self.images[:n]), self.labels[:n])
        self.few = Digits(self.images[:1], self.labels[:1])  # validation costs nothing here

    def epoch(self, rates: Any = None) -> None:
        from neuroscribble.training.loop import train

        train(
            self.network,
            self.digits,
            self.few,
            optimizer=self.optimizer_,
            epochs=1,
            batch_size=self.batch,
            rng=self.rng,
        )

    def target(self, seed: int, **others: Any) -> dict[str, Any]:
        """The whole of `--recipe fast`, with its own validation; the test digits only measure."""
        from neuroscribble.data.batches import Digits, grey_levels
        from neuroscribble.nn.network import build_mlp
        from neuroscribble.training.loop import SCHEDULES, train
        from neuroscribble.training.optimizers import make_optimizer
        from neuroscribble.training.recipes import RECIPES

        fast, rng = RECIPES["fast"], np.random.default_rng(seed)
        learning = Digits(grey_levels(self.images), self.labels)  # as a file has them
        network = build_mlp(fast.hidden, rng=rng)
        began, worked = time.perf_counter(), time.process_time()
        train(
            network,
            learning,
            Digits(self.known_images, self.known_labels),
            optimizer=make_optimizer(fast.optimizer, fast.learning_rate),
            epochs=fast.epochs,
            batch_size=fast.batch_size,
            rng=rng,
            schedule=SCHEDULES[fast.schedule],
        )
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        accuracy = float(np.mean(network.predict(self.test_images) == self.test_labels))
        return _outcome(seconds, fast.epochs, accuracy, processor=worked)

    given = target

    def logits(self, images: Any) -> Any:
        return self.network.forward(images).logits


class Products(Contender):
    """The floor: the eight matrix products of a step and nothing else, on unshuffled batches."""

    optimizer = "none"

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        sizes = [self.images.shape[1], *hidden, 10]
        rng = np.random.default_rng(seed)
        pairs = list(zip(sizes, sizes[1:], strict=False))
        self.weights = [rng.normal(0, 0.05, pair).astype(np.float32) for pair in pairs]
        self.grads = [np.empty_like(weights) for weights in self.weights]
        self.outs = [rng.random((batch, fan_out), dtype=np.float32) for _, fan_out in pairs]
        self.d_outs = [rng.random((batch, fan_out), dtype=np.float32) for _, fan_out in pairs]
        self.d_xs = [np.empty((batch, fan_in), np.float32) for fan_in, _ in pairs]
        self.batch, self.x = batch, self.images[:n]

    def epoch(self, rates: Any = None) -> None:
        for start in range(0, len(self.x), self.batch):
            a = x = self.x[start : start + self.batch]
            n = len(x)
            for weights, out in zip(self.weights, self.outs, strict=True):
                a = np.matmul(a, weights, out=out[:n])
            for i in reversed(range(len(self.weights))):
                below = self.outs[i - 1][:n] if i else x
                np.matmul(below.T, self.d_outs[i][:n], out=self.grads[i])
                if i:
                    np.matmul(self.d_outs[i][:n], self.weights[i].T, out=self.d_xs[i][:n])

    def predict_one(self, image: Any) -> Any:
        a = image
        for weights in self.weights:
            a = a @ weights
        return a


class Torch(Contender):
    """PyTorch, eager: the loop of its tutorials, with the batch gathered by index."""

    compiled = False

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        import torch
        from torch import nn

        self.torch = torch
        if "BENCH_THREADS" in os.environ:
            torch.set_num_threads(int(os.environ["BENCH_THREADS"]))
        torch.manual_seed(seed)
        sizes, layers = [self.images.shape[1], *hidden, 10], []
        for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
            layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
        self.model = nn.Sequential(*layers[:-1])
        kind = torch.optim.Adam if usual else torch.optim.RMSprop
        extra = {} if usual else {"alpha": DECAY, "eps": EPSILON}
        self.rule = kind(self.model.parameters(), lr=RATE, **extra)
        self.loss = nn.CrossEntropyLoss()
        self.x = torch.from_numpy(self.images[:n])
        self.y = torch.from_numpy(self.labels[:n])
        self.batch = batch
        self.facts = {"version": torch.__version__, "threads": torch.get_num_threads()}
        self.step = torch.compile(self._step) if self.compiled else self._step

    def _step(self, x: Any, y: Any) -> Any:
        self.rule.zero_grad()
        loss = self.loss(self.model(x), y)
        loss.backward()
        self.rule.step()
        return loss

    def epoch(self, rates: Any = None) -> None:
        order = self.torch.randperm(len(self.x))
        for number, start in enumerate(range(0, len(order), self.batch)):
            if rates:
                self.rule.param_groups[0]["lr"] = rates[number]
            chosen = order[start : start + self.batch]
            self.step(self.x[chosen], self.y[chosen])

    def start_like(self, params: list[tuple[Any, Any]]) -> None:
        with self.torch.no_grad():
            for layer, (weights, bias) in zip(self.model[::2], params, strict=True):
                layer.weight.copy_(self.torch.from_numpy(weights.T))
                layer.bias.copy_(self.torch.from_numpy(bias))

    def kept(self) -> Any:
        return {name: values.clone() for name, values in self.model.state_dict().items()}

    def go_back(self, kept: Any) -> None:
        self.model.load_state_dict(kept)

    def logits(self, images: Any) -> Any:
        with self.torch.inference_mode():
            return self.model(self.torch.from_numpy(images)).numpy()


class TorchCompiled(Torch):
    """PyTorch, the step compiled by torch.compile."""

    compiled = True


class Jax(Contender):
    """JAX: one jit-compiled lax.scan over all batches of an epoch."""

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        if os.environ.get("BENCH_THREADS") == "1":  # JAX has no such setting: pin it to one core
            os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
        import jax
        import jax.numpy as jnp

        self.jax, self.jnp = jax, jnp
        self.rng = np.random.default_rng(seed)
        sizes = [self.images.shape[1], *hidden, 10]
        params = [
            (
                jnp.asarray(self.rng.normal(0, np.sqrt(2 / pair[0]), pair), jnp.float32),
                jnp.zeros(pair[1], jnp.float32),
            )
            for pair in zip(sizes, sizes[1:], strict=False)
        ]
        zeros = jax.tree.map(jnp.zeros_like, params)
        self.carry = (params, zeros, zeros, jnp.zeros((), jnp.float32))
        self.x, self.y = jnp.asarray(self.images[:n]), jnp.asarray(self.labels[:n])
        self.batch = batch
        self.facts = {
            "version": jax.__version__,
            "threads": 1 if os.environ.get("BENCH_THREADS") == "1" else os.cpu_count(),
        }

        def logits(params: Any, x: Any) -> Any:
            for weights, bias in params[:-1]:
                x = jax.nn.relu(x @ weights + bias)
            return x @ params[-1][0] + params[-1][1]

        def loss(params: Any, x: Any, y: Any) -> Any:
            log_p = jax.nn.log_softmax(logits(params, x))
            return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], 1))

        def step(carry: Any, now: Any) -> Any:
            chosen, rate = now
            p, m, v, t = carry
            value, g = jax.value_and_grad(loss)(p, self.x[chosen], self.y[chosen])
            t = t + 1
            if usual:  # Adam
                m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
                v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
                rate = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), p, m, v)
            else:
                v = jax.tree.map(lambda v, g: DECAY * v + (1 - DECAY) * g * g, v, g)
                p = jax.tree.map(lambda p, v, g: p - rate * g / (jnp.sqrt(v) + EPSILON), p, v, g)
            return (p, m, v, t), value

        self.run = jax.jit(lambda carry, nows: jax.lax.scan(step, carry, nows)[0])
        self.last = jax.jit(lambda carry, now: step(carry, now)[0])
        self.compiled_logits = jax.jit(logits)

    def epoch(self, rates: Any = None) -> None:
        order = self.rng.permutation(len(self.x))
        whole = len(order) // self.batch
        rates = np.full(whole + 1, RATE, np.float32) if rates is None else np.float32(rates)
        chosen = order[: whole * self.batch].reshape(-1, self.batch)
        self.carry = self.run(self.carry, (chosen, rates[:whole]))
        if whole * self.batch < len(order):
            self.carry = self.last(self.carry, (order[whole * self.batch :], rates[whole]))
        self.jax.block_until_ready(self.carry)

    def warm(self) -> None:
        before = self.carry
        self.epoch()
        self.carry = before

    def start_like(self, params: list[tuple[Any, Any]]) -> None:
        start = [tuple(self.jnp.asarray(one, self.jnp.float32) for one in pair) for pair in params]
        self.carry = (start, *self.carry[1:])

    def kept(self) -> Any:
        return self.carry

    def go_back(self, kept: Any) -> None:
        self.carry = kept

    def logits(self, images: Any) -> Any:
        return np.asarray(self.compiled_logits(self.carry[0], images))


class ScikitLearn(Contender):
    """scikit-learn's MLPClassifier; it has no RMSProp, so Adam."""

    optimizer = "Adam"
    usual = f"Adam {RATE}, batch 200 (its default)"

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        import sklearn
        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_info, threadpool_limits

        if "BENCH_THREADS" in os.environ:
            threadpool_limits(int(os.environ["BENCH_THREADS"]))
        self.model = MLPClassifier(
            tuple(hidden),
            solver="adam",
            learning_rate_init=RATE,
            batch_size=200 if usual else batch,
            random_state=seed,
        )
        self.n = n
        threads = max((pool["num_threads"] for pool in threadpool_info()), default=1)
        self.facts = {"version": sklearn.__version__, "threads": threads}

    def epoch(self, rates: Any = None) -> None:
        self.model.partial_fit(self.images[: self.n], self.labels[: self.n], classes=np.arange(10))

    def predict(self, images: Any) -> Any:
        untrained = not hasattr(self.model, "coefs_")
        return np.zeros(len(images), int) if untrained else self.model.predict(images)

    def predict_one(self, image: Any) -> Any:
        return self.model.predict_proba(image)


CONTENDERS = {
    "ours": Ours,
    "products": Products,
    "torch": Torch,
    "torch-compile": TorchCompiled,
    "jax": Jax,
    "scikit-learn": ScikitLearn,
}


if __name__ == "__main__":
    serve(CONTENDERS[sys.argv[1]](Path(sys.argv[2])).answer)

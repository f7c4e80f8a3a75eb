"""Makes the small networks that come along: XOR, iris, digits of 8×8 and of 3×3 pixels.

    python docs/examples.py

Writes neuroscribble/examples/*.npz, each trained from a seed in seconds. Iris and the digits are
scikit-learn's own data (Fisher 1936; UCI's optical digits by Alpaydin and Kaynak 1998), so it must
be installed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.usual import measure_usual
from neuroscribble.formats.storage import save_network
from neuroscribble.ink.fields import as_read
from neuroscribble.inputs import InputSpec
from neuroscribble.nn.activations import Sigmoid
from neuroscribble.nn.layers import Dense, Layer
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.shapes import Floats, Labels
from neuroscribble.training.optimizers import Adam

FOLDER = Path(__file__).parent.parent / "neuroscribble" / "examples"
N_PEN = 3000  # digits by the program's own pen
TINY_SEED = 1
TINY_DIGITS = ("0", "1", "3", "4")  # nine numbers tell these four apart best
TEST_SHARE = 5  # every fifth sample is held back from training
DECAY = 1e-3  # of the weights, so that none grows beyond need
INK_STEPS = 4  # tiny: an input is 0, 1/4, …, 1, which a worksheet writes as 0, 1, …, 4
LARGEST = (3, 9, 3, 9)  # tiny: of the first weights, biases, second weights and biases
SOFTNESS = 8  # tiny: scores are divided by it while it learns; whole numbers are far apart


def xor() -> Network:
    """2-4-1, sigmoids: whether exactly one of two numbers is on."""
    rng = np.random.default_rng(4)
    layers: dict[str, Layer] = {
        "dense1": Dense(2, 4, rng=rng),
        "sigmoid1": Sigmoid(),
        "dense2": Dense(4, 1, rng=rng),
    }
    network = Network(
        layers, input_shape=(2,), class_names=("equal", "different"), output="sigmoid"
    )
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    labels = corners.sum(axis=1).astype(np.int64) % 2
    spec = InputSpec(shape=(2,), features=("first", "second"), classes=network.class_names)
    _train(network, corners, labels, steps=3000, rate=0.03, decay=0.0)
    _tell(network, "XOR", spec, corners, labels, corners, labels)
    network.meta["test"]["name"] = "the four corners"
    network.meta["ranges"] = [[-0.5, 1.5], [-0.5, 1.5]]
    return network


def iris() -> Network:
    """4-8-3: which of three irises, from four lengths in centimeters."""
    from sklearn.datasets import load_iris

    data = load_iris()
    x, labels = data.data.astype(np.float32), data.target
    names = tuple(name.removesuffix(" (cm)") for name in data.feature_names)
    rng = np.random.default_rng(8)
    network = build_mlp((8,), rng=rng, n_inputs=4, n_classes=3, class_names=[*data.target_names])
    learned, held_back = _split(len(x))
    mean, std = x[learned].mean(axis=0), x[learned].std(axis=0)
    _train(network, (x[learned] - mean) / std, labels[learned], steps=1500, rate=0.01)
    _take_off(network, mean, std)
    spec = InputSpec(shape=(4,), low=0.0, high=8.0, features=names, classes=network.class_names)
    _tell(network, "Iris", spec, x[learned], labels[learned], x[held_back], labels[held_back])
    network.meta["ranges"] = [[float(f), float(c)] for f, c in zip(x.min(0), x.max(0), strict=True)]
    network.meta["rows"] = _rows(x, labels, network.class_names, each=3)
    every = [network.class_names[k] for k in labels]
    network.meta["samples"] = {"values": data.data.tolist(), "labels": every}
    return network


def digits() -> Network:
    """64-32-10: digits of 8×8 pixels that fill their picture.

    It learns from pen digits, too: those of 1998 are wider than what a pad makes of a drawing.
    """
    from sklearn.datasets import load_digits

    data = load_digits()
    x, labels = (data.data / 16).astype(np.float32), data.target
    network = build_mlp((32,), rng=np.random.default_rng(64), n_inputs=64)
    learned, held_back = _split(len(x))
    spec = InputSpec(shape=(8, 8), box=8, classes=network.class_names)
    pen, pen_labels = pen_digits(N_PEN, rng=np.random.default_rng(88))
    both = np.concatenate([x[learned], as_read(pen, spec)])
    _train(network, both, np.concatenate([labels[learned], pen_labels]), steps=800, rate=0.01)
    name = "Digits 8×8"
    _tell(network, name, spec, x[learned], labels[learned], x[held_back], labels[held_back])
    return network


def tiny(seed: int = TINY_SEED, steps: int = 3000) -> Network:
    """9-3-4: four digits of 3×3 pixels, weights to calculate with by hand: whole numbers up to 3.

    Ink in fourths times weights that are multiples of four: every sum is a whole number. While it
    learns, the forward pass slides from the numbers as they are to the rounded ones.
    """
    rng = np.random.default_rng(seed)
    spec = InputSpec(shape=(3, 3), box=3, classes=TINY_DIGITS)
    (x, labels), (test_x, test_labels) = (_nine_numbers(n, spec) for n in (N_PEN * 2, 2500))
    n_classes = len(TINY_DIGITS)
    numbers = [rng.normal(0, 1.2, shape) for shape in ((9, 3), (3,), (3, n_classes), (n_classes,))]
    targets = np.eye(n_classes)[labels]
    best, chosen = 0.0, numbers
    state = [(np.zeros_like(one), np.zeros_like(one)) for one in numbers]
    for step in range(steps):
        whole = [np.rint(one) for one in numbers]
        share = min(1.0, 2 * step / steps)
        W1, b1, W2, b2 = (n + share * (w - n) for n, w in zip(numbers, whole, strict=True))
        z = x @ W1 + b1
        a = np.maximum(z, 0)
        logits = (a @ W2 + b2) / SOFTNESS
        if share == 1 and (right := float((logits.argmax(1) == labels).mean())) > best:
            best, chosen = right, whole
        p = np.exp(logits - logits.max(1, keepdims=True))
        d_logits = (p / p.sum(1, keepdims=True) - targets) / (SOFTNESS * len(x))
        d_z = d_logits @ W2.T * (z > 0)
        gradients = (x.T @ d_z, d_z.sum(0), a.T @ d_logits, d_logits.sum(0))
        rate = 0.03 * (1 - step / steps) + 0.001
        for one, d, (mean, square), most in zip(numbers, gradients, state, LARGEST, strict=True):
            mean += 0.1 * (d - mean)
            square += 0.01 * (d * d - square)
            fair = (
                mean / (1 - 0.9 ** (step + 1)) / np.sqrt(square / (1 - 0.99 ** (step + 1)) + 1e-18)
            )
            one[...] = np.clip(one - rate * fair, -most, most)
    network = build_mlp((3,), rng=rng, n_inputs=9, n_classes=n_classes, class_names=TINY_DIGITS)
    flat = [INK_STEPS * chosen[0], *chosen[1:]]
    network.parameters.flat[:] = np.concatenate([one.ravel() for one in flat])
    _tell(network, "Digits 3×3", spec, x / INK_STEPS, labels, test_x / INK_STEPS, test_labels)
    network.meta["test"]["name"] = f"{len(test_x):,} other pen digits"
    return network


def _nine_numbers(n: int, spec: InputSpec) -> tuple[Floats, Labels]:
    """Of so many pen digits those that `tiny` knows: ink from 0 to 4 (N, 9), and classes (N,)."""
    images, digits = pen_digits(n, rng=np.random.default_rng((3, n)), world=0.3)
    known = np.isin(digits, [int(name) for name in TINY_DIGITS])
    classes = np.searchsorted([int(name) for name in TINY_DIGITS], digits[known])
    return np.rint(INK_STEPS * as_read(images[known], spec)), classes


EXAMPLES: dict[str, Callable[[], Network]] = {
    "xor": xor,
    "iris": iris,
    "digits": digits,
    "tiny": tiny,
}


def _split(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices to learn from, and those held back."""
    is_held_back = np.arange(n) % TEST_SHARE == TEST_SHARE - 1
    return np.flatnonzero(~is_held_back), np.flatnonzero(is_held_back)


def _train(
    network: Network, x: Floats, labels: Labels, *, steps: int, rate: float, decay: float = DECAY
) -> None:
    """So many steps of Adam over all samples at once, slower and slower."""
    optimizer, gradient = Adam(rate), network.new_gradient()
    targets = network.output.targets(labels, network.layer_sizes[-1])
    for step in range(steps):
        optimizer.learning_rate = rate * (1 - step / steps)
        trace = network.forward(x)
        network.backward(network.output.loss(trace.logits, targets)[1], trace, gradient)
        gradient.flat += decay * network.parameters.flat
        optimizer.step(network.parameters.flat, gradient.flat)


def _take_off(network: Network, mean: Floats, std: Floats) -> None:
    """Let a network that learned from (x − mean) / std read x itself."""
    params = network.dense_layers()[0].params
    params["W"] /= std[:, None]
    params["b"] -= mean @ params["W"]


def _tell(
    network: Network,
    name: str,
    spec: InputSpec,
    x: Floats,
    labels: Labels,
    test_x: Floats,
    test_labels: Labels,
) -> None:
    """What the page wants to know: names, what is usual, how good the network is."""
    network.usual = measure_usual(network, x)
    right = float((network.predict(test_x) == test_labels).mean())
    network.meta |= {
        "name": name,
        "input": spec.as_meta(),
        "usual": {"measured_on": f"{name} training", "n": len(x)},
        "test": {"name": f"{len(test_x)} held-back samples", "accuracy": right},
    }
    network.meta["rows"] = _rows(x, labels, network.class_names, each=2)
    if spec.is_picture:
        del network.meta["rows"]


def _rows(
    x: Floats, labels: Labels, class_names: tuple[str, ...], *, each: int
) -> list[dict[str, object]]:
    """The first samples of every class."""
    chosen = [i for k in range(len(class_names)) for i in np.flatnonzero(labels == k)[:each]]
    return [
        {"label": class_names[labels[i]], "values": [round(float(v), 3) for v in x[i]]}
        for i in chosen
    ]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in EXAMPLES.items():
        network, path = make(), FOLDER / f"{name}.npz"
        save_network(path, network)
        accuracy = network.meta["test"]["accuracy"]
        print(f"{path.name}: {accuracy:.4f} right, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

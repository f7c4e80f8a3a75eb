"""What a network in the page learns from, against NumPy: own samples among others, whole sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from javascript import RunJs

from neuroscribble.data.batches import Digits, batches
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.points import KINDS, point_set
from neuroscribble.ink.fields import as_read
from neuroscribble.inputs import InputSpec

SEED = 7


def test_own_samples_take_the_last_places_of_the_batches_that_python_draws(js: RunJs) -> None:
    """0.15 · 12 = 1.8: two of twelve. Three are dealt anew, shuffled, when all had their turn."""
    own, own_labels = np.eye(3, 784, dtype=np.float32), [4, 5, 6]
    ours = js(
        """
        const chance = new random.Random(given.seed);
        const source = { next: (n) => pen.penDigits(n, chance), heldOut: () => "others" };
        const mixed = new mixture.Mixture(source, given.seed, 0.15);
        const all = [mixed.next(12)];
        mixed.keep({ inks: given.own, labels: Uint8Array.from(given.labels) });
        for (let i = 0; i < 5; i++) all.push(mixed.next(12));
        mixed.share = 0;
        all.push(mixed.next(12));
        mixed.end();
        return { all, held: mixed.heldOut(), isReady: mixed.isReady(12) };
        """,
        seed=SEED,
        own=own,
        labels=own_labels,
    )
    assert (ours["held"], ours["isReady"]) == ("others", True)
    rng, dealing = np.random.default_rng(SEED), np.random.default_rng([SEED, 0, 1])
    order, dealt = np.arange(3), 0
    for n, batch in enumerate(ours["all"]):
        images, labels = pen_digits(12, rng=rng)
        for place in (10, 11) if 1 <= n <= 5 else ():
            if dealt % 3 == 0:
                dealing.shuffle(order)
            images[place], labels[place] = own[order[dealt % 3]], own_labels[order[dealt % 3]]
            dealt += 1
        assert batch["labels"] == labels.tolist()
        np.testing.assert_allclose(batch["inks"], images.ravel(), atol=1e-5)
    assert dealt == 10


def some_digits(n: int) -> Digits:
    rng = np.random.default_rng(n)
    return Digits(rng.integers(256, size=(n, 5)).astype(np.float32), rng.integers(10, size=n))


def test_a_whole_set_comes_in_the_batches_of_python_epoch_by_epoch(js: RunJs) -> None:
    digits, others = some_digits(50), some_digits(30)
    ours: dict[str, Any] = js(
        """
        const set = ({ images, labels }) =>
          ({ inks: Uint8Array.from(images), labels: Uint8Array.from(labels) });
        const held = set(given.others);
        const whole = new epochs.Epochs({ ...set(given.digits), held }, given.seed);
        const two = Array.from({ length: 8 }, () => whole.next(16));
        const split = new epochs.Epochs({ ...set(given.digits), held: 20 }, given.seed);
        return { two, held: whole.heldOut(), rest: split.next(100), part: split.heldOut() };
        """,
        digits={"images": digits.images, "labels": digits.labels},
        others={"images": others.images, "labels": others.labels},
        seed=SEED,
    )
    rng = np.random.default_rng(SEED)
    expected = [
        (batch.images.copy() / 255, batch.labels.tolist())
        for _ in range(2)
        for batch in batches(digits, batch_size=16, rng=rng)
    ]
    assert [len(labels) for _, labels in expected] == [16, 16, 16, 2] * 2
    for batch, (images, labels) in zip(ours["two"], expected, strict=True):
        assert batch["labels"] == labels
        np.testing.assert_allclose(batch["inks"], images.ravel(), atol=1e-7)
    order = np.random.default_rng([SEED, 1]).permutation(30)
    assert ours["held"]["labels"] == others.labels[order].tolist()
    np.testing.assert_allclose(ours["held"]["inks"], others.images[order].ravel() / 255, atol=1e-7)
    # A split: no digit in both parts, every digit in one.
    apart = [np.reshape(ours[name]["inks"], (-1, 5)).tolist() for name in ("rest", "part")]
    assert [len(rows) for rows in apart] == [30, 20]
    np.testing.assert_allclose(sorted(sum(apart, [])), sorted((digits.images / 255).tolist()))


@pytest.mark.parametrize("noise", [0, 0.3])
@pytest.mark.parametrize("kind", KINDS)
def test_point_sets_are_pythons_point_by_point(kind: str, noise: float, js: RunJs) -> None:
    ours = js(
        "points.pointsToLearn(given.kind, 301, given.noise, given.seed)",
        kind=kind,
        noise=noise,
        seed=SEED,
    )
    for told, seed in ((ours, SEED), (ours["held"], [SEED, 1])):
        places, labels = point_set(kind, 301, noise=noise, rng=np.random.default_rng(seed))
        np.testing.assert_allclose(told["inks"], places.ravel(), atol=1e-6)
        assert told["labels"] == labels.tolist()


@pytest.mark.parametrize(
    "spec",
    [InputSpec(shape=(8, 8), box=8), InputSpec(shape=(16, 16, 3)), InputSpec(shape=(28, 28, 3))],
    ids=lambda spec: "×".join(map(str, spec.shape)),
)
def test_digits_become_the_pictures_that_a_network_reads(spec: InputSpec, js: RunJs) -> None:
    images, labels = pen_digits(12, rng=np.random.default_rng(SEED))
    ours = js(
        """
        const { inks, labels, input } = given;
        const all = { inks, labels: Uint8Array.from(labels) };
        const data = { kind: "epochs", ...all, held: all, input };
        const own = { inks: new Float32Array(0), labels: [] };
        const source = sources.sourceOf({ settings: { seed: 7, ownShare: 0 }, data, own });
        return { next: source.next(12), held: source.heldOut(), isReady: source.isReady(12) };
        """,
        inks=images,
        labels=labels,
        input={"side": spec.shape[0], "box": spec.fitted, "channels": spec.channels},
    )
    assert ours["isReady"]
    for name, seed in (("next", SEED), ("held", [SEED, 1])):
        order = np.random.default_rng(seed).permutation(12)
        assert ours[name]["labels"] == labels[order].tolist()
        read = as_read(images[order], spec)
        np.testing.assert_allclose(ours[name]["inks"], read.ravel(), atol=1e-6)

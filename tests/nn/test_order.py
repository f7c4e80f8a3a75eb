"""Layers in their usual order compute what they computed before."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.explain.links import links
from neuroscribble.nn.activations import GELU, LeakyReLU, Linear, Tanh
from neuroscribble.nn.averaging import AvgPool2d, GlobalAvgPool2d
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from neuroscribble.nn.order import usual_order
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten


def built(order: str, rng: np.random.Generator) -> dict[str, Layer]:
    """Layers by letters; what reads maps behind Unflatten((6, 6, 2))."""
    layers: dict[str, Layer] = {"pixels": Unflatten((6, 6, 2))}
    shape: tuple[int, ...] = (6, 6, 2)
    makers = {
        "C": lambda: Conv2d(2, 2, rng=rng),
        "D": lambda: Dense(shape[0], 3, rng=rng),
        "P": lambda: MaxPool2d(2),
        "M": lambda: AvgPool2d(2),
        "Z": lambda: AvgPool2d(2, padding=1, counts_padding=True),
        "G": GlobalAvgPool2d,
        "B": lambda: (BatchNorm2d if len(shape) == 3 else BatchNorm1d)(shape[-1]),
        "R": ReLU,
        "T": Tanh,
        "~": GELU,
        "L": Linear,
        "F": Flatten,
        "O": lambda: Dropout(0.5),
    }
    for number, letter in enumerate(order):
        layer: Layer = makers[letter]()
        layers[f"{letter}{number}"] = layer
        shape = layer.output_shape(shape)
    return layers


def network_of(layers: dict[str, Layer], rng: np.random.Generator, *, least: float) -> Network:
    network = Network(layers, input_shape=(72,), class_names="abc", dtype=np.float64)
    for name, array in {**network.named_params(), **network.named_statistics()}.items():
        if name.endswith((".gamma", ".variance")):
            array[...] = rng.uniform(least if "gamma" in name else 0.5, 2, array.shape)
        elif not name.endswith(".W"):
            array[...] = rng.normal(size=array.shape)
    return network


def letters(layers: dict[str, Layer]) -> str:
    return "".join(name[0] for name in layers if name != "pixels")


@pytest.mark.parametrize(
    ("order", "usual"),
    [
        ("CRPFD", "CRPFD"),  # as it should be
        ("CPRFD", "CRPFD"),
        ("COPRFD", "CROPFD"),
        ("CPTCRFD", "CTPCRFD"),
        ("CPBRFD", "CBRPFD"),
        ("CRPBCFD", "CRBPCFD"),
        ("CMBRFD", "CBMRFD"),  # the ReLU of a mean is not the mean of ReLUs
        ("CMLFD", "CMLFD"),
        ("CFRD", "CRFD"),
        ("CRGBD", "CRBGD"),
        ("CLBRFD", "CBRFD"),  # an activation that does nothing
        ("CP~FD", "CP~FD"),  # it falls below −0.75
        ("CRPTFD", "CRPTFD"),  # a second one stays
        ("CRZBCFD", "CRZBCFD"),  # zeros beside the map are not normalized
        ("CFDBRD", "CFDBRD"),
    ],
)
def test_activations_and_normalizations_move_forward_and_change_no_result(
    order: str, usual: str, rng: np.random.Generator
) -> None:
    network = network_of(built(order, rng), rng, least=0.5)
    moved = usual_order(network.layers)
    assert letters(moved) == usual
    same = Network(moved, input_shape=(72,), class_names="abc", dtype=np.float64)
    images = rng.normal(size=(20, 72))
    np.testing.assert_allclose(same.logits(images), network.logits(images), rtol=1e-12, atol=1e-12)
    if usual in ("CRPFD", "CROPFD", "CTPCRFD", "CBRPFD", "CRBPCFD", "CRBGD", "CBRFD"):
        assert len(links(same)) == usual.count("C") + 1


def test_a_normalization_that_turns_the_sign_does_not_pass_the_largest(
    rng: np.random.Generator,
) -> None:
    network = network_of(built("CRPBCFD", rng), rng, least=-2)
    network.named_params()["B3.gamma"][...] = [1, -1]
    assert letters(usual_order(network.layers)) == "CRPBCFD"
    network.named_params()["B3.gamma"][...] = [1, 0]
    assert letters(usual_order(network.layers)) == "CRBPCFD"


def test_a_function_that_falls_does_not_pass_the_largest(rng: np.random.Generator) -> None:
    layers = built("CPRFD", rng)
    for slope, order in ((0.1, "CRPFD"), (-0.1, "CPRFD")):
        layers["R2"] = LeakyReLU(slope)
        assert letters(usual_order(layers)) == order

"""A convolution is the weighted sums of its formula, whatever the trick that computes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble import parallel
from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.machine import numpy_on_one_thread
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.gradcheck import GradientError, check_layer
from neuroscribble.nn.kernels import KERNELS
from neuroscribble.nn.taps import Taps
from neuroscribble.shapes import Floats

Result = TypeVar("Result")


def naive(layer: Conv2d, x: Floats) -> Floats:
    """The formula of the docstring, sum by sum."""
    weights, bias = layer.params["W"], layer.params["b"]
    (rows, columns), (down, right), padding, (apart, beside) = layer.window
    padded = np.pad(x, ((0, 0), *padding, (0, 0)))
    reach = ((rows - 1) * apart + 1, (columns - 1) * beside + 1)
    height = (padded.shape[1] - reach[0]) // down + 1
    width = (padded.shape[2] - reach[1]) // right + 1
    z = np.empty((len(x), height, width, layer.out_channels))
    channels, maps = weights.shape[2], layer.out_channels // layer.groups
    for row, column, o in np.ndindex(height, width, layer.out_channels):
        top, left, first = row * down, column * right, o // maps * channels
        window = padded[:, top : top + reach[0] : apart, left : left + reach[1] : beside]
        seen = window[..., first : first + channels]  # (n, rows, columns, in / groups)
        z[:, row, column, o] = np.einsum("nrsc,rsc->n", seen, weights[..., o]) + bias[o]
    return z


def test_a_window_by_hand() -> None:
    # one 3 × 3 image, one 2 × 2 kernel, no padding: four windows
    #   1 2 3     weights 1 10      1·1 + 2·10 + 4·100 + 5·1000 + 0.5 = 5421.5
    #   4 5 6             100 1000
    #   7 8 9
    weights = np.array([[1.0, 10.0], [100.0, 1000.0]]).reshape(2, 2, 1, 1)
    layer = Conv2d.from_arrays(weights, np.array([0.5]), padding=0)
    x = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
    z, cache = layer.forward(x)
    assert z.reshape(2, 2).tolist() == [[5421.5, 6532.5], [8754.5, 9865.5]]
    # backward with d = 1 at the first window, 2 at the last:
    # dW[r, s] = 1 · x[r, s] + 2 · x[r + 1, s + 1]; db = 3; dx: the weights laid at each window
    grads = {"W": np.full((2, 2, 1, 1), 99.0), "b": np.full(1, 99.0)}
    d_x = layer.backward(np.array([1.0, 0, 0, 2]).reshape(1, 2, 2, 1), cache, grads)
    assert grads["W"].reshape(2, 2).tolist() == [[1 + 2 * 5, 2 + 2 * 6], [4 + 2 * 8, 5 + 2 * 9]]
    assert grads["b"].tolist() == [3]
    assert d_x is not None
    assert d_x.reshape(3, 3).tolist() == [[1, 10, 0], [100, 1000 + 2, 20], [0, 200, 2000]]


def test_zeros_stand_around_the_image_and_a_stride_leaves_windows_out() -> None:
    layer = Conv2d.from_arrays(np.ones((3, 3, 1, 1)), np.zeros(1), padding=1, stride=2)
    z, _ = layer.forward(np.ones((1, 3, 5, 1)))
    # windows around rows 0 and 2, columns 0, 2 and 4: each counts the pixels that it covers
    assert z.reshape(2, 3).tolist() == [[4, 6, 4], [4, 6, 4]]
    assert layer.output_shape((3, 5, 1)) == (2, 3, 1)


def test_each_group_sees_its_own_channels_and_padding_may_differ_by_hand() -> None:
    # two channels, two groups, a kernel of 1 × 2 that looks two pixels to the right:
    #   channel 0:  1 2 3     weights 1 10      one zero on the left, none on the right:
    #   channel 1:  4 5 6     weights 2 20      0·1 + 2·10 = 20, 1·1 + 3·10 = 31;  0 + 5·20, 8 + 120
    weights = np.array([[1.0, 2.0], [10.0, 20.0]]).reshape(1, 2, 1, 2)
    layer = Conv2d.from_arrays(weights, np.zeros(2), padding=((0, 0), (1, 0)), dilation=2, groups=2)
    x = np.array([[1.0, 4], [2, 5], [3, 6]]).reshape(1, 1, 3, 2)
    assert layer.forward(x)[0].reshape(2, 2).T.tolist() == [[20, 31], [100, 128]]
    assert (layer.in_channels, layer.kernel, layer.padding) == (2, (1, 2), ((0, 0), (1, 0)))


SHAPES = st.fixed_dictionaries(
    {
        "n": st.integers(1, 3),
        "height": st.integers(1, 7),
        "width": st.integers(1, 7),
        "channels": st.integers(1, 3),
        "maps": st.integers(1, 3),
        "kernel": st.integers(1, 4),
        "padding": st.integers(0, 3),
        "stride": st.integers(1, 3),
        "seed": st.integers(0, 99),
    }
)


GENERAL = st.fixed_dictionaries(
    {
        "n": st.integers(1, 3),
        "sides": st.tuples(st.integers(1, 6), st.integers(1, 6)),
        "kernel": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "padding": st.tuples(*[st.tuples(st.integers(0, 4), st.integers(0, 4))] * 2),
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 3)),
        "groups": st.integers(1, 3),
        "channels": st.integers(1, 2),  # of each group
        "maps": st.integers(1, 2),
        "seed": st.integers(0, 99),
    }
)


def drawn_general(s: dict[str, Any]) -> tuple[Conv2d, Floats, np.random.Generator]:
    rng = np.random.default_rng(s["seed"])
    settings = {key: s[key] for key in ("kernel", "padding", "stride", "dilation", "groups")}
    layer = Conv2d(s["groups"] * s["channels"], s["groups"] * s["maps"], **settings, rng=rng)
    layer.params["b"] = rng.normal(size=layer.out_channels)
    reaches = layer.window.reach
    sides = [
        max(side, reach - sum(pad))
        for side, reach, pad in zip(s["sides"], reaches, s["padding"], strict=True)
    ]
    return layer, rng.normal(size=(s["n"], *sides, layer.in_channels)), rng


def drawn(s: dict[str, int]) -> tuple[Conv2d, Floats, np.random.Generator]:
    rng = np.random.default_rng(s["seed"])
    padding = min(s["padding"], s["kernel"] - 1)
    sides = [max(s[side], s["kernel"] - 2 * padding) for side in ("height", "width")]
    layer = Conv2d(
        s["channels"],
        s["maps"],
        kernel=s["kernel"],
        padding=padding,
        stride=s["stride"],
        rng=rng,
    )
    layer.params["b"] = rng.normal(size=s["maps"])
    return layer, rng.normal(size=(s["n"], *sides, s["channels"])), rng


@settings(max_examples=80)
@given(SHAPES)
def test_it_is_the_sum_that_its_formula_says(s: dict[str, int]) -> None:
    layer, x, _ = drawn(s)
    z, _ = layer.forward(x)
    assert z.shape[1:] == layer.output_shape(x.shape[1:])
    np.testing.assert_allclose(z, naive(layer, x), rtol=1e-12, atol=1e-12)


@settings(max_examples=80)
@given(GENERAL)
def test_so_it_is_with_any_settings(s: dict[str, Any]) -> None:
    layer, x, _ = drawn_general(s)
    z, _ = layer.forward(x)
    assert z.shape[1:] == layer.output_shape(x.shape[1:])
    np.testing.assert_allclose(z, naive(layer, x), rtol=1e-12, atol=1e-12)


@settings(max_examples=40)
@given(SHAPES.map(drawn) | GENERAL.map(drawn_general))
def test_forward_and_backward_are_adjoint(
    made: tuple[Conv2d, Floats, np.random.Generator],
) -> None:
    """⟨d, conv(x)⟩ = ⟨dx, x⟩ + ⟨db, b⟩ = ⟨dW, W⟩ + ⟨db, b⟩ for every d: it is linear in both."""
    layer, x, rng = made
    z, cache = layer.forward(x)
    d = rng.normal(size=z.shape)
    grads = {name: np.full_like(value, np.nan) for name, value in layer.params.items()}
    d_x = layer.backward(d, cache, grads)
    assert d_x is not None
    whole = float((d * z).sum()) - float(grads["b"] @ layer.params["b"])
    assert whole == pytest.approx(float((d_x * x).sum()), abs=1e-9)
    assert whole == pytest.approx(float((grads["W"] * layer.params["W"]).sum()), abs=1e-9)


def test_what_moves_in_the_image_moves_in_the_maps(rng: np.random.Generator) -> None:
    layer = Conv2d(2, 3, rng=rng)
    x = np.zeros((1, 9, 9, 2))
    x[:, 2:5, 2:5] = rng.normal(size=(3, 3, 2))
    z = layer.forward(x)[0]
    moved = layer.forward(np.roll(x, (2, 1), axis=(1, 2)))[0]
    np.testing.assert_allclose(moved[:, 3:8, 2:8], z[:, 1:6, 1:7], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("kernel", "padding", "stride"),
    [(3, 1, 1), (3, 0, 1), (3, 1, 2), (1, 0, 1), (2, 1, 1), (5, 2, 3), (4, 3, 1)],
)
def test_its_gradients_agree_with_central_differences(
    kernel: int, padding: int, stride: int, rng: np.random.Generator
) -> None:
    layer = Conv2d(2, 3, kernel=kernel, padding=padding, stride=stride, rng=rng)
    for training in (False, True):
        report = check_layer(layer, rng.normal(size=(2, 5, 6, 2)), rng=rng, training=training)
        assert report.errors.keys() == {"x", "W", "b"}
        report.require()


@pytest.mark.parametrize(
    "given",
    [
        {"kernel": (3, 2), "padding": 0},
        {"kernel": (1, 5), "padding": ((0, 0), (2, 2))},
        {"padding": ((0, 1), (2, 0)), "stride": 2},
        {"stride": (1, 3)},
        {"dilation": 2},
        {"padding": 4},
        {"groups": 2},
        {"groups": 4, "stride": 2},
    ],
    ids=str,
)
def test_so_do_those_of_the_general_way(given: dict[str, Any], rng: np.random.Generator) -> None:
    layer = Conv2d(4, 4, **given, rng=rng)
    report = check_layer(layer, rng.normal(size=(2, 5, 6, 4)), rng=rng)
    assert report.errors.keys() == {"x", "W", "b"}
    report.require()


def test_both_ways_agree(rng: np.random.Generator) -> None:
    layer, x = Conv2d(3, 4, kernel=3, padding=1, stride=2, rng=rng), rng.normal(size=(3, 7, 6, 3))
    fast = layer.forward(x)[0]
    with patch("neuroscribble.nn.conv.Spans", side_effect=AssertionError):  # it was the fast one
        pytest.raises(AssertionError, layer.forward, x)
    general = np.empty_like(fast)
    Taps(layer.params["W"], layer.window, 1).sums(x, general)
    np.testing.assert_allclose(fast, general, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["x", "W", "b"])
def test_a_wrong_gradient_of_a_convolution_is_refused(name: str, rng: np.random.Generator) -> None:
    class Wrong(Conv2d):
        def backward(self, *args: object, **kwargs: object) -> Floats | None:
            d_x = super().backward(*args, **kwargs)  # type: ignore[arg-type]
            array = d_x if name == "x" else args[2][name]  # type: ignore[index]
            array *= 1.01
            return d_x

    with pytest.raises(GradientError, match=f"the gradient of {name} is off"):
        check_layer(Wrong(2, 2, rng=rng), rng.normal(size=(2, 4, 4, 2)), rng=rng).require()


def test_without_need_of_d_x_the_other_gradients_are_the_same(rng: np.random.Generator) -> None:
    layer, x = Conv2d(2, 3, rng=rng), rng.normal(size=(3, 5, 5, 2))
    z, cache = layer.forward(x)
    grads = [{name: np.empty_like(v) for name, v in layer.params.items()} for _ in range(2)]
    assert layer.backward(z, cache, grads[0], need_d_x=False) is None
    layer.backward(z, cache, grads[1])
    for name in layer.params:  # which are computed in another way then
        np.testing.assert_allclose(grads[0][name], grads[1][name], rtol=1e-12, atol=1e-12)


def test_one_thread_computes_the_same_bits_as_two(rng: np.random.Generator) -> None:
    layer = Conv2d(4, 5, rng=rng)
    x = rng.normal(size=(80, 28, 28, 4)).astype(np.float32)  # several blocks for each thread
    layer.params = {name: v.astype(np.float32) for name, v in layer.params.items()}

    def results() -> list[bytes]:
        z, cache = layer.forward(x)
        grads = {name: np.empty_like(v) for name, v in layer.params.items()}
        d_x = layer.backward(z, cache, grads)
        assert d_x is not None
        return [array.tobytes() for array in (z, d_x, *grads.values())]

    assert len(parallel.blocks(len(x), 28 * 28 * 5)) > 2
    two = results()

    def on_one(work: Callable[[slice], Result], n: int, size: int) -> list[Result]:
        with numpy_on_one_thread():
            return [work(block) for block in parallel.blocks(n, size)]

    with patch.dict(KERNELS["blocks"], numpy=on_one):
        assert results() == two


def test_an_empty_batch_has_an_empty_answer(rng: np.random.Generator) -> None:
    assert Conv2d(1, 2, rng=rng).forward(np.zeros((0, 5, 5, 1)))[0].shape == (0, 5, 5, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"padding": ((0, 0), (-1, 0))},
        {"padding": -1},
        {"stride": 0},
        {"kernel": (3, 0)},
        {"dilation": 0},
        {"out_channels": 0},
        {"groups": 0},
        {"groups": 2},
        {"in_channels": 2, "groups": 2},
    ],
    ids=str,
)
def test_settings_that_make_no_convolution_are_refused(
    change: dict[str, Any], rng: np.random.Generator
) -> None:
    with pytest.raises(SettingsError, match="a (convolution|window) needs"):
        Conv2d(**{"in_channels": 1, "out_channels": 1, **change}, rng=rng)


def test_samples_that_do_not_fit_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ShapeError, match="a sample must have shape"):
        Conv2d(3, 1, rng=rng).output_shape((5, 5, 2))
    with pytest.raises(ShapeError, match="a 3×3 window does not fit into"):
        Conv2d(1, 1, padding=0, rng=rng).output_shape((2, 5, 1))


def test_an_error_on_the_helper_thread_is_raised() -> None:
    def work(block: slice) -> None:
        if block.stop == 5:
            raise ValueError("the last block")

    with pytest.raises(ValueError, match="the last block"):
        parallel.in_blocks(work, 5, parallel.BLOCK_NUMBERS)
    assert parallel.in_blocks(lambda b: b.start, 5, parallel.BLOCK_NUMBERS) == [0, 1, 2, 3, 4]
    assert parallel.in_blocks(lambda b: b.start, 0, 10) == []

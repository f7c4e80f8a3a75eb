"""A convolution is the weighted sums of its formula, whatever the trick that computes them."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble import parallel
from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.gradcheck import GradientError, check_layer
from neuroscribble.shapes import Floats


def naive(layer: Conv2d, x: Floats) -> Floats:
    """The formula of the docstring, sum by sum."""
    weights, bias = layer.params["W"], layer.params["b"]
    k, p, stride = layer.kernel, layer.padding, layer.stride
    padded = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    height, width = ((side + 2 * p - k) // stride + 1 for side in x.shape[1:3])
    z = np.empty((len(x), height, width, layer.out_channels))
    for row, column in np.ndindex(height, width):
        top, left = row * stride, column * stride
        window = padded[:, top : top + k, left : left + k]  # (n, k, k, C)
        z[:, row, column] = np.einsum("nrsc,rsco->no", window, weights) + bias
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


@settings(max_examples=80, deadline=None)
@given(SHAPES)
def test_it_is_the_sum_that_its_formula_says(s: dict[str, int]) -> None:
    layer, x, _ = drawn(s)
    z, _ = layer.forward(x)
    assert z.shape[1:] == layer.output_shape(x.shape[1:])
    np.testing.assert_allclose(z, naive(layer, x), rtol=1e-12, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(SHAPES)
def test_forward_and_backward_are_adjoint(s: dict[str, int]) -> None:
    """⟨d, conv(x)⟩ = ⟨dx, x⟩ + ⟨db, b⟩ = ⟨dW, W⟩ + ⟨db, b⟩ for every d: it is linear in both."""
    layer, x, rng = drawn(s)
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
    for name in layer.params:
        assert np.array_equal(grads[0][name], grads[1][name])


def test_one_thread_computes_the_same_bits_as_two(rng: np.random.Generator) -> None:
    layer = Conv2d(4, 5, rng=rng)
    x = rng.normal(size=(40, 28, 28, 4)).astype(np.float32)  # several blocks for each thread
    layer.params = {name: v.astype(np.float32) for name, v in layer.params.items()}

    def results() -> list[bytes]:
        z, cache = layer.forward(x)
        grads = {name: np.empty_like(v) for name, v in layer.params.items()}
        d_x = layer.backward(z, cache, grads)
        assert d_x is not None
        return [array.tobytes() for array in (z, d_x, *grads.values())]

    assert len(parallel.blocks(len(x), 28 * 28 * 5)) > 2
    two = results()
    with patch("neuroscribble.nn.conv.in_blocks", lambda work, n, size: [
        work(block) for block in parallel.blocks(n, size)
    ]):
        assert results() == two


def test_an_empty_batch_has_an_empty_answer(rng: np.random.Generator) -> None:
    assert Conv2d(1, 2, rng=rng).forward(np.zeros((0, 5, 5, 1)))[0].shape == (0, 5, 5, 2)


@pytest.mark.parametrize(
    "change",
    [{"padding": 3}, {"padding": -1}, {"stride": 0}, {"kernel": 0}, {"out_channels": 0}],
    ids=str,
)
def test_settings_that_make_no_convolution_are_refused(
    change: dict[str, int], rng: np.random.Generator
) -> None:
    with pytest.raises(SettingsError, match="a convolution needs"):
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

"""The even picture: ink stands upright in the middle and spreads as usual, and slopes follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.counterfactual import slopes
from neuroscribble.explain.usual import measure_usual
from neuroscribble.inputs import InputSpec, from_meta
from neuroscribble.nn.even import (
    LARGEST,
    LEAST,
    USUAL,
    Pose,
    even,
    hats,
    pose_of,
    samples,
    taken_back,
)
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.reads import input_of
from neuroscribble.nn.upright import CHUNK, slid, upright
from neuroscribble.shapes import Floats
from neuroscribble.training.recipes import Recipe

FIELD = (28, 28)
DIGITS = pen_digits(40, rng=np.random.default_rng(17))[0]


def small(*, is_even: bool = True) -> Network:
    network = build_mlp((16, 8), rng=np.random.default_rng(4))
    network.upright, network.even = FIELD, is_even
    return network


def inked(*places: tuple[int, int]) -> Floats:
    """A picture of 10 × 10 with ink at these rows and columns: its middle is row 5, column 5, and
    usual are spreads of 2 rows and 1.3 columns."""
    picture = np.zeros((10, 10))
    picture[tuple(np.transpose(places))] = 1
    return picture.reshape(1, -1)


def evened(picture: Floats) -> Floats:
    return even(picture, (10, 10)).reshape(10, 10)


def test_a_narrow_picture_is_stretched_by_hand() -> None:
    # Rows 3 and 7: ȳ = 5, spread √((4 + 4) / 2) = 2 as usual, so the rows stay. One column has no
    # spread, and 4/5 is the least zoom: column j is sampled at 5 + 0.8 (j − 5), column 4 at 4.2.
    expected = np.zeros((10, 10))
    expected[[3, 7]] = [0, 0, 0, 0, 0.2, 1, 0.2, 0, 0, 0]
    np.testing.assert_allclose(evened(inked((3, 5), (7, 5))), expected, atol=1e-12)


def test_the_center_of_the_ink_comes_to_the_middle() -> None:
    moved = evened(inked((2, 3), (6, 3)))
    np.testing.assert_allclose(moved, evened(inked((3, 5), (7, 5))), atol=1e-12)


def test_a_high_picture_is_shrunk_by_no_more_than_a_quarter() -> None:
    # Rows 1 and 9 spread by 4, twice the usual; the zoom is 5/4. Row 2 is sampled at
    # 5 + 1.25 · (2 − 5) = 1.25, where row 1 counts 0.75; rows 1 and 3 at 0 and 2.5 see nothing.
    expected = np.zeros((10, 10))
    expected[[2, 8]] = np.array([0, 0, 0, 0, 0.2, 1, 0.2, 0, 0, 0]) * 0.75
    np.testing.assert_allclose(evened(inked((1, 5), (9, 5))), expected, atol=1e-12)


def test_rows_slide_by_what_leans() -> None:
    # (3, 4), (5, 5), (7, 6): slant 4 / 8 = 1/2, spread_y √(8/3) = 1.633, zoom_y 0.816.
    pose = pose_of(inked((3, 4), (5, 5), (7, 6)), (10, 10))
    np.testing.assert_allclose(pose.slant, 0.5)
    np.testing.assert_allclose(pose.zooms, [[np.sqrt(8 / 3) / 2], [0.8]])
    found = evened(inked((3, 4), (5, 5), (7, 6)))
    columns = found.sum(axis=0)
    np.testing.assert_allclose(columns[4], columns[6])  # as much left of the middle as right of it
    np.testing.assert_allclose(found[:, :4], 0, atol=0.05)


def held(pose: Pose) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where a zoom stands at its least or largest, or the picture leans too much."""
    at_limits = np.isin(np.stack(pose.zooms), [LEAST, LARGEST]).any(axis=0)
    return at_limits | (pose.slant != pose.leaning)


def test_digits_stand_in_the_middle_upright_and_spread_as_usual() -> None:
    images = DIGITS.astype(np.float64)
    free = ~held(pose_of(images, FIELD))
    assert free.sum() > 10
    pose = pose_of(even(images, FIELD), FIELD)
    for center in pose.center:
        np.testing.assert_allclose(center, 14, atol=0.15)  # sampled, so not to the last digit
    np.testing.assert_allclose(pose.slant[free], 0, atol=0.03)
    for spread, usual in zip(pose.spreads, USUAL, strict=True):
        np.testing.assert_allclose(spread[free], usual * 28, rtol=0.03)
    before = pose_of(images, FIELD).spreads
    assert np.abs(np.array(before) / (28 * np.array(USUAL)[:, None]) - 1).max() > 0.2


@settings(deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 39))
def test_where_a_digit_stands_makes_no_difference(down: int, right: int, n: int) -> None:
    digit = DIGITS[n].astype(np.float64).reshape(FIELD)
    there = np.roll(digit, (down, right), axis=(0, 1))
    cut = [np.roll(digit, step, axis=axis) for axis, step in ((0, down), (1, right))]
    if not all(np.isclose(one.sum(), digit[4:-4, 4:-4].sum()) for one in (digit, *cut)):
        return  # the roll brought ink in from the other side
    found = even(np.stack([digit.ravel(), there.ravel()]), FIELD)
    np.testing.assert_allclose(found[1], found[0], atol=1e-9)


def test_paper_stays_paper_and_types_stay() -> None:
    found = even(np.zeros((3, 784), np.float32), FIELD)
    assert found.dtype == np.float32
    assert not found.any()


def test_what_is_no_ink_breaks_nothing() -> None:
    digit, whole = DIGITS[0].astype(np.float64), np.full(784, np.inf)
    odd = np.stack([digit - 0.4, whole, -whole, digit * 1e300])
    with np.errstate(all="ignore"):
        for stage in (even, upright):
            found = stage(odd, FIELD)
            assert np.isfinite(found[0]).all()
            assert np.isfinite(found[3]).all()


def test_many_pictures_and_channels_move_as_one_does_alone() -> None:
    many = np.tile(DIGITS, (8, 1))
    assert len(many) > CHUNK
    one_by_one = np.concatenate([even(image[None], FIELD) for image in DIGITS])
    np.testing.assert_allclose(even(many, FIELD), np.tile(one_by_one, (8, 1)), atol=1e-6)
    colored = even(DIGITS.repeat(3, axis=1), (28, 28, 3))
    np.testing.assert_allclose(colored, one_by_one.repeat(3, axis=1), atol=1e-6)
    wide = np.pad(DIGITS.reshape(-1, 28, 28), ((0, 0), (0, 0), (0, 6))).reshape(len(DIGITS), -1)
    assert even(wide, (28, 34)).shape == wide.shape


@pytest.mark.parametrize("shape", [(28, 28, 1), (28, 28, 3), (20, 28, 1), (28, 22, 1)])
def test_gradients_come_back_as_finite_differences_say(
    shape: tuple[int, int, int], rng: np.random.Generator
) -> None:
    rows, columns, channels = shape
    for digit in DIGITS[:6].astype(np.float64).reshape(-1, *FIELD):
        cut = digit[28 - rows :, 28 - columns :, None] * np.linspace(1, 0.4, channels)
        drawing = cut.ravel()
        gradients = rng.normal(size=(3, drawing.size))
        step = rng.normal(size=drawing.size) * 1e-7
        more, less = even(np.stack([drawing + step, drawing - step]), shape)
        found = taken_back(gradients, drawing, shape) @ step
        np.testing.assert_allclose(found, gradients @ (more - less) / 2, rtol=1e-4, atol=1e-12)


def test_the_picture_moves_too_when_ink_is_added(rng: np.random.Generator) -> None:
    """A gradient without that is refused: the picture's map alone, held still, is another one."""
    drawing = DIGITS[0].astype(np.float64)
    gradients, step = rng.normal(size=(3, 784)), rng.normal(size=784) * 1e-7
    more, less = even(np.stack([drawing + step, drawing - step]), FIELD)
    pose = pose_of(drawing[None], FIELD)
    rows, columns = (hats(at)[0] for at in samples(pose, FIELD))
    by = (pose.slant * pose.zooms[0])[:, None] * (np.arange(28) - 14)
    level = (gradients.reshape(3, *FIELD) @ columns).reshape(3, -1)
    slid_back = slid(level, -by.repeat(3, axis=0), FIELD).reshape(3, *FIELD)
    still = (rows.T @ slid_back).reshape(3, -1) @ step
    right = gradients @ (more - less) / 2
    assert np.abs(still - right).max() > 0.1 * np.abs(right).max()


def test_networks_that_say_so_read_even_pictures(tmp_path: Path) -> None:
    network, other = small(), small(is_even=False)
    network.usual = measure_usual(network, DIGITS)
    expected = even(DIGITS, FIELD)
    assert np.array_equal(network.forward(DIGITS).activations["input"], expected)
    assert np.array_equal(other.seen(DIGITS), upright(DIGITS, FIELD))
    assert input_of(network).even
    assert not input_of(other).even
    assert "set upright and even" in network.summary()
    ns.save_network(tmp_path / "even.npz", network)
    ns.save_network(tmp_path / "upright.npz", other)
    made = [network.copy(), ns.load_network(tmp_path / "even.npz"), ns.drawing(network, edges=500)]
    for one in made:
        np.testing.assert_allclose(one.seen(DIGITS), expected, atol=1e-6)
    assert not ns.load_network(tmp_path / "upright.npz").even


def test_slopes_of_a_network_are_those_of_the_drawing() -> None:
    network = small().in_double_precision()
    for image in DIGITS[:4].astype(np.float64) + 1e-3:
        step = np.random.default_rng(1).normal(size=784) * 1e-7
        more, less = network.logits(np.stack([image + step, image - step]))
        found = step @ slopes(network, image)
        np.testing.assert_allclose((more - less) / 2, found, rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize("told", [1, "yes", None, [True]])
def test_only_a_plain_yes_in_a_file_evens(told: object, tmp_path: Path) -> None:
    network = small(is_even=False)
    network.upright = None
    network.meta["input"] = {"shape": [28, 28], "upright": True, "even": told}
    ns.save_network(tmp_path / "odd.npz", network)
    assert not ns.load_network(tmp_path / "odd.npz").even


def test_what_is_not_set_upright_cannot_be_evened() -> None:
    with pytest.raises(SettingsError, match="set upright"):
        InputSpec(shape=FIELD, even=True)
    with pytest.raises(SettingsError, match="set upright"):
        Recipe(even=True)
    assert from_meta({"shape": [28, 28], "even": True}) is None

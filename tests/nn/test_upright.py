"""The upright picture: slant goes, center and ink stay, and networks that say so read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.attribution import effective_linear_map
from neuroscribble.explain.counterfactual import counterfactual, slopes
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.reads import input_of
from neuroscribble.nn.upright import CHUNK, slid, slides, upright
from neuroscribble.shapes import Floats

FIELD = (28, 28)
DIGITS = pen_digits(40, rng=np.random.default_rng(17))[0]


def moments(images: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Ink, center (y, x) and Σ ink · (x − x̄) · (y − ȳ) of each picture, by their definition."""
    y, x = np.divmod(np.arange(784), 28)
    ink = images.sum(axis=1)
    middle_y, middle_x = images @ y / ink, images @ x / ink
    across = (images * (x - middle_x[:, None]) * (y - middle_y[:, None])).sum(axis=1)
    return ink, middle_y, middle_x, across


def small(*, is_upright: bool = True) -> Network:
    network = build_mlp((16, 8), rng=np.random.default_rng(4))
    network.upright = FIELD if is_upright else None
    return network


def test_a_leaning_line_is_set_upright_by_hand() -> None:
    # Ink at (row, column) (1, 3), (2, 2), (3, 1): x̄ = ȳ = 2. Σ (x − 2)(y − 2) = −1 + 0 − 1 = −2,
    # Σ (y − 2)² = 2, slant −1. Row 1 slides by −1 · (1 − 2) = 1 to the left, row 3 to the right.
    leaning = np.zeros((5, 5))
    leaning[[1, 2, 3], [3, 2, 1]] = 1
    straight = np.zeros((5, 5))
    straight[[1, 2, 3], 2] = 1
    assert upright(leaning.reshape(1, -1), (5, 5)).reshape(5, 5).tolist() == straight.tolist()


def test_a_row_that_slides_by_half_a_pixel_is_shared_by_two() -> None:
    # Of ink at (0, 2), (1, 2), (2, 1), (2, 2) ȳ = 5/4. With y − ȳ = −5/4, −1/4, 3/4, 3/4 and
    # x = 2, 2, 1, 2: Σ (y − ȳ) x = −2.5 − 0.5 + 0.75 + 1.5 = −0.75, Σ (y − ȳ)² = 2.75.
    picture = np.zeros((1, 3, 4))
    picture[0, [0, 1, 2, 2], [2, 2, 1, 2]] = 1
    slant = -0.75 / 2.75
    np.testing.assert_allclose(
        slides(picture.reshape(1, -1), (3, 4))[0], slant * np.array([-1.25, -0.25, 0.75])
    )
    top, _, bottom = upright(picture.reshape(1, -1), (3, 4)).reshape(3, 4)
    share = -1.25 * slant  # of a pixel, to the left: 0.34
    np.testing.assert_allclose(top, [0, share, 1 - share, 0])
    share = -0.75 * slant  # to the right: 0.20
    np.testing.assert_allclose(bottom, [0, 1 - share, 1, share])


def test_slant_goes_while_ink_and_center_stay() -> None:
    # what leans by more than 45° keeps the rest, so it is left out here
    steep = np.abs(slides(DIGITS, FIELD)).max(axis=1) < 6
    images = DIGITS[steep].astype(np.float64)
    assert len(images) > 20
    before, behind = moments(images), moments(upright(images, FIELD))
    for was, is_now in zip(before[:3], behind[:3], strict=True):
        np.testing.assert_allclose(is_now, was, rtol=1e-9)
    assert np.abs(before[3]).max() > 100
    np.testing.assert_allclose(behind[3], 0, atol=1e-9)
    once = upright(images, FIELD)
    np.testing.assert_allclose(upright(once, FIELD), once, atol=1e-9)


def test_paper_and_level_lines_stay_as_they_are() -> None:
    pictures = np.zeros((2, 28, 28), np.float32)
    pictures[1, 14, 4:24] = 1  # no slant can be told from one row
    found = upright(pictures.reshape(2, -1), FIELD)
    assert found.dtype == np.float32
    assert np.array_equal(found, pictures.reshape(2, -1))


def test_many_pictures_and_channels_slide_as_one_does_alone() -> None:
    many = np.tile(DIGITS, (8, 1))
    assert len(many) > CHUNK
    one_by_one = np.concatenate([upright(image[None], FIELD) for image in DIGITS])
    assert np.array_equal(upright(many, FIELD), np.tile(one_by_one, (8, 1)))
    colored = upright(DIGITS.repeat(3, axis=1), (28, 28, 3))
    np.testing.assert_allclose(colored, one_by_one.repeat(3, axis=1), atol=1e-6)


def test_sliding_back_is_the_transpose(rng: np.random.Generator) -> None:
    by = slides(DIGITS[:5], FIELD)
    a, b = rng.normal(size=(2, 5, 784))
    there, back = (slid(a, by, FIELD) * b).sum(axis=1), (a * slid(b, -by, FIELD)).sum(axis=1)
    np.testing.assert_allclose(there, back)


def test_a_network_sets_upright_what_it_reads_if_it_says_so() -> None:
    network, other = small(), small(is_upright=False)
    straight = upright(DIGITS, FIELD)
    assert np.array_equal(network.probabilities(DIGITS), other.probabilities(straight))
    assert not np.array_equal(other.probabilities(DIGITS), other.probabilities(straight))
    assert np.array_equal(network.forward(DIGITS).activations["input"], straight)
    assert input_of(network).upright
    assert not input_of(other).upright


def test_what_is_made_of_it_sets_upright_too(tmp_path: Path) -> None:
    network = small()
    network.usual = measure_usual(network, DIGITS)
    made = [
        network.copy(),
        network.in_double_precision(),
        ns.drawing(network, edges=500),
        ns.ablate(network, units=["h1:3"]),
    ]
    ns.save_network(tmp_path / "upright.npz", network)
    made.append(ns.load_network(tmp_path / "upright.npz"))
    for one in made:
        assert one.upright == FIELD
        assert np.allclose(one.forward(DIGITS).images, upright(DIGITS, FIELD))
    ns.save_network(tmp_path / "plain.npz", small(is_upright=False))
    assert ns.load_network(tmp_path / "plain.npz").upright is None
    assert "input" not in ns.load_network(tmp_path / "plain.npz").meta


def test_exact_sums_speak_of_the_upright_picture() -> None:
    network = small().in_double_precision()
    for image in DIGITS[:5].astype(np.float64):
        found = effective_linear_map(network, image)
        seen = network.seen(image[None])[0]
        expected = network.logits(image[None])[0]
        np.testing.assert_allclose(seen @ found.templates + found.bias, expected, atol=1e-9)


@pytest.mark.parametrize(
    "drawing", [*DIGITS[:4], np.eye(28).ravel(), np.fliplr(np.tri(28)).ravel()]
)
def test_slopes_are_those_of_the_drawing_also_where_its_ink_leans_it(drawing: Floats) -> None:
    network = small().in_double_precision()
    image = drawing.astype(np.float64) + 1e-3  # no kink: a slide of a whole pixel has one
    found = slopes(network, image)
    step = np.random.default_rng(1).normal(size=784) * 1e-7
    more, less = network.logits(np.stack([image + step, image - step]))
    np.testing.assert_allclose((more - less) / 2, step @ found, rtol=1e-4, atol=1e-12)


def test_a_change_of_ink_turns_the_answer_of_the_drawing() -> None:
    network = small()
    change = counterfactual(network, DIGITS[0])
    assert change is not None
    said = network.in_double_precision().probabilities(change.images).argmax(axis=1)
    assert said[0] != said[-1]
    np.testing.assert_allclose(change.images[0], DIGITS[0])


@pytest.mark.parametrize("told", [1, "yes", None, [True]])
def test_only_a_plain_yes_in_a_file_sets_upright(told: object, tmp_path: Path) -> None:
    network = small(is_upright=False)
    network.meta["input"] = {"shape": [28, 28], "upright": told}
    ns.save_network(tmp_path / "odd.npz", network)
    assert ns.load_network(tmp_path / "odd.npz").upright is None

"""What a network expects at its input is said in words, and is one affine map of the ink."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.errors import SettingsError
from neuroscribble.inputs import InputSpec, from_meta, guess_shape, read_words

PICTURE = InputSpec(shape=(28, 28))


@pytest.mark.parametrize(
    ("words", "scale", "shift"),
    [
        ("28x28 in 0..255, dark ink", -255, 255),
        ("28x28 in 0..1", 1, 0),
        ("-1..1", 2, -1),
        ("[0, 255]", 255, 0),
        ("0 to 255", 255, 0),
        ("dark ink", -1, 1),
        ("black on white", -1, 1),
        ("white on black", 1, 0),
        ("mean 0.1307, std 0.3081", 1 / 0.3081, -0.1307 / 0.3081),
        ("0..255, mean 33.3, std 78.6", 255 / 78.6, -33.3 / 78.6),
        ("28 × 28 × 1, std: 2", 0.5, 0),
        ("28x28 in 0..1, bright ink, upright", 1, 0),
        ("28x28 in 0..1, bright ink, upright, even", 1, 0),
        ("", 1, 0),
    ],
)
def test_words_become_one_affine_map_of_the_ink(words: str, scale: float, shift: float) -> None:
    spec = read_words(words, PICTURE)
    assert spec.shape == (28, 28)
    assert np.concatenate(spec.scaling()) == pytest.approx([scale, shift])
    assert read_words(spec.in_words(), PICTURE) == spec
    assert from_meta(spec.as_meta()) == spec


def test_features_have_names_means_and_deviations_of_their_own() -> None:
    words = "3 features, mean 1 2 3, std 4 5 6, features a / b c / d, classes no / yes"
    spec = read_words(words, InputSpec(shape=(3,)))
    assert (spec.features, spec.classes) == (("a", "b c", "d"), ("no", "yes"))
    scale, shift = spec.scaling()
    assert scale == pytest.approx([1 / 4, 1 / 5, 1 / 6])
    assert shift == pytest.approx([-1 / 4, -2 / 5, -3 / 6])
    assert read_words(spec.in_words(), InputSpec(shape=(3,))) == spec


def test_pictures_may_be_set_upright_and_features_may_not() -> None:
    assert read_words("dark ink, Upright", PICTURE).upright
    assert not read_words("dark ink", PICTURE).upright
    assert read_words("Even", PICTURE).upright
    assert read_words("even, upright", PICTURE).even
    assert not read_words("upright", PICTURE).even
    with pytest.raises(SettingsError, match="only pictures can be set upright"):
        read_words("upright", InputSpec(shape=(3,)))


@pytest.mark.parametrize(
    ("n", "shape"),
    [
        *((784, (28, 28)), (64, (8, 8)), (3072, (32, 32, 3)), (49, (49,)), (4, (4,))),
        *((785, (785,)), (75, (75,)), (768, (16, 16, 3))),
    ],
)
def test_a_row_of_numbers_may_look_like_a_picture(n: int, shape: tuple[int, ...]) -> None:
    assert guess_shape(n) == shape


@pytest.mark.parametrize(
    "words",
    [
        *("sideways", "28x28x1x1", "mean", "std zero", "std 0", "5..5", "9..1", "nan..1"),
        *("features a / b", "0x28", "mean 1 2", "std -1", "1e999..2e999", "28x"),
    ],
)
def test_words_that_mean_nothing_are_refused(words: str) -> None:
    with pytest.raises(SettingsError):
        read_words(words, PICTURE)


@pytest.mark.parametrize(
    "meta", [None, 3, [], {}, {"shape": "28"}, {"shape": [28, "x"]}, {"shape": [28], "std": [0]}]
)
def test_a_meta_without_a_usable_input_tells_nothing(meta: object) -> None:
    assert from_meta(meta) is None

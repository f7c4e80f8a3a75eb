"""The pictures of the weights: real files, honest scales, any network, literal names."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text
from PIL import Image

from neuroscribble.errors import OutputError, SettingsError
from neuroscribble.explain.links import links
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.pooling import Flatten, Unflatten
from viz.diagram.theme import DARK, LIGHT, Theme, rgb
from viz.figures.beginning import initial_network
from viz.figures.comparison import matrices_figure, trios_figure, write_comparison
from viz.figures.distributions import distributions_figure, statistics
from viz.figures.heatmaps import input_pictures, receptive_fields_figure, write_heatmaps
from viz.figures.kernels import kernels_figure
from viz.figures.matrices import weights_figure
from viz.figures.pairs import compare_networks
from viz.figures.sheet import plain, signed_scale
from viz.figures.shown import Shown, weights_to_show

FILES = ["receptive_fields.png", "weights.png", "weight_distributions.png"]
COMPARISONS = ["comparison.png", "comparison_receptive_fields.png"]


def network_of(
    hidden: tuple[int, ...] = (12, 8), *, n_inputs: int = 49, n_classes: int = 4, seed: int = 3
) -> Network:
    rng = np.random.default_rng(seed)
    network = build_mlp(hidden, rng=rng, n_inputs=n_inputs, n_classes=n_classes)
    network.meta["recipe"] = {"hidden": list(hidden), "seed": seed}
    return network


def raw(network: Network) -> Shown:
    return weights_to_show(network, raw=True)


def images_of(figure: Figure) -> list[AxesImage]:
    return [image for axes in figure.axes for image in axes.images]


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]


def pixels_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        image.verify()
        assert image.format == "PNG"
        return image.size


@pytest.mark.slow
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_classic_network_becomes_three_pictures(tmp_path: Path, theme: Theme) -> None:
    network = network_of((128, 64), n_inputs=784, n_classes=10)
    written = write_heatmaps(network, tmp_path / "new", theme=theme)
    assert written == [tmp_path / "new" / name for name in FILES]
    # 16 x 8 tiles of 140 pixels, 10 apart; labels 30, heading and footer 150, margins 60, and 28
    # for the second line of the caption.
    assert pixels_of(written[0]) == (16 * 150 + 120, 8 * 180 + 300 + 28)
    for path in written:
        width, height = pixels_of(path)
        assert 1700 <= width <= 2700
        assert 600 <= height <= 2000
        with Image.open(path) as image:
            corner = "#" + "".join(f"{c:02x}" for c in image.convert("RGB").getpixel((0, 0)))
        assert corner == theme.background


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hidden", "n_inputs", "n_classes"),
    [((), 784, 10), ((1,), 1, 2), ((5, 4, 3, 2), 10, 12), ((3,), 2000, 26)],
)
def test_any_dense_network_can_be_pictured(
    tmp_path: Path, hidden: tuple[int, ...], n_inputs: int, n_classes: int
) -> None:
    network = network_of(hidden, n_inputs=n_inputs, n_classes=n_classes)
    for path in write_heatmaps(network, tmp_path):
        assert min(pixels_of(path)) > 300
    other = network_of(hidden, n_inputs=n_inputs, n_classes=n_classes, seed=9)
    for path in write_comparison(network, other, tmp_path, match=True):
        assert min(pixels_of(path)) > 300


def test_one_symmetric_scale_holds_for_all_tiles_and_the_color_bar() -> None:
    figure = receptive_fields_figure(weights_to_show(network_of()))
    limits = {(image.norm.vmin, image.norm.vmax) for image in images_of(figure)}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == -high
    bar = figure.axes[-1]
    assert bar.get_xlim() == (low, high)
    assert bar.get_xticks().tolist() == [low, low / 2, 0, high / 2, high]
    zero = images_of(figure)[0].cmap(images_of(figure)[0].norm(0.0))
    assert tuple(round(255 * c) for c in zero[:3]) == (0xF5, 0xF3, 0xEE)  # the theme's zero


def test_every_matrix_has_a_scale_of_its_own_and_tells_it() -> None:
    network = network_of()
    network.dense_layers()[2].params["W"] *= 1000
    figure = weights_figure(raw(network))
    images, bars = images_of(figure), [axes for axes in figure.axes if not axes.images]
    for layer, image, bar in zip(network.dense_layers(), images, bars, strict=True):
        scale = signed_scale([layer.params["W"]])
        assert (image.norm.vmin, image.norm.vmax) == (-scale.limit, scale.limit)
        assert bar.get_xlim() == (-scale.limit, scale.limit)
        assert scale.note in texts_of(figure)
    assert images[2].norm.vmax > 300 * images[0].norm.vmax


def test_every_tile_shows_its_own_unit() -> None:
    network = network_of()
    weights = network.dense_layers()[0].params["W"]
    figure = receptive_fields_figure(raw(network))
    for unit, image in enumerate(images_of(figure)):
        np.testing.assert_array_equal(np.asarray(image.get_array()), weights[:, unit].reshape(7, 7))
    assert len(images_of(figure)) == 12
    assert {"h1:0", "h1:11"} <= set(texts_of(figure))


def test_matrices_have_units_as_rows() -> None:
    network = network_of()
    images = images_of(weights_figure(raw(network)))
    for layer, image in zip(network.dense_layers(), images, strict=True):
        np.testing.assert_array_equal(np.asarray(image.get_array()), layer.params["W"].T)


@pytest.mark.slow
def test_a_network_of_maps_has_its_kernels_pictured(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    network = build_cnn(((3,), (5,)), (6,), rng=rng)
    names = [path.name for path in write_heatmaps(network, tmp_path)]
    dense = ["weights.png", "weight_distributions.png"]
    assert names == ["kernels_h1.png", "kernels_h2.png", *dense]
    network.layers["bn2"].params["gamma"][...] = rng.uniform(0.5, 2, 5)
    second = links(network)[1]
    figure = kernels_figure(weights_to_show(network), 1)
    (sheet,) = images_of(figure)
    values = np.unique(np.ma.compressed(sheet.get_array()))
    np.testing.assert_array_equal(values, np.unique(second.weights))
    assert "batch normalization folded in" in " ".join(texts_of(figure))
    (sheet,) = images_of(kernels_figure(raw(network), 1))
    values = np.unique(np.ma.compressed(sheet.get_array()))
    np.testing.assert_array_equal(values, np.unique(second.params["W"]))
    assert {"h1:0", "h1:2"} <= set(texts_of(kernels_figure(raw(network), 0)))


def test_networks_of_maps_are_compared_in_the_same_order(tmp_path: Path) -> None:
    first, second = (build_cnn(((3,), (4,)), (6,), rng=np.random.default_rng(1)) for _ in range(2))
    order = [2, 0, 1]
    for name, value in second.named_params().items():
        layer = name.split(".")[0]
        if layer in ("conv1", "bn1"):
            value[...] = value[..., order]
        elif name == "conv2.W":
            value[...] = value[:, :, order]
    comparison = compare_networks(first, second, names=("a", "b"), match=True)
    assert [o.tolist() for o in comparison.orders][0] == [1, 2, 0]  # undoes the shuffle
    for layer in range(len(comparison.layers)):
        assert comparison.sentence(layer).endswith("no weight or bias differs.")
    for path in write_comparison(first, second, tmp_path, match=True):
        assert min(pixels_of(path)) > 300


def test_a_cell_of_a_matrix_between_maps_is_a_kernel() -> None:
    first = build_cnn(((3,), (4,)), (6,), rng=np.random.default_rng(1))
    second = build_cnn(((3,), (4,)), (6,), rng=np.random.default_rng(2))
    comparison = compare_networks(first, second, names=("a", "b"), match=False, raw=True)
    shown = [np.asarray(image.get_array()) for image in images_of(matrices_figure(comparison))]
    kernels = links(first)[1].weights.reshape(3, 3, 3, 4)  # row, column, from, to
    np.testing.assert_array_equal(shown[3][3:6, 6:9], kernels[:, :, 2, 1])  # of h1:2 → h2:1
    assert shown[3].shape == (4 * 3, 3 * 3)
    assert "Batch normalization is folded in" in " ".join(texts_of(matrices_figure(comparison)))


def test_the_convolutional_network_before_training_is_made_again() -> None:
    network = build_cnn(rng=np.random.default_rng(5))
    network.meta["recipe"] = {"model": "cnn", "hidden": [128], "seed": 5}
    again = initial_network(network)
    np.testing.assert_array_equal(again.parameters.flat, network.parameters.flat)
    network.meta["recipe"]["hidden"] = [64]
    with pytest.raises(SettingsError, match="but are of another network"):
        initial_network(network)


def test_networks_with_kernels_of_other_sizes_are_not_compared() -> None:
    def network_of_kernel(kernel: int) -> Network:
        rng = np.random.default_rng(1)
        layers = {
            "pixels": Unflatten((7, 7, 1)),
            "conv1": Conv2d(1, 2, kernel=kernel, padding=kernel // 2, rng=rng),
            "relu1": ReLU(),
            "flatten": Flatten(),
            "dense1": Dense(98, 3, rng=rng),
        }
        return Network(layers, input_shape=(49,), class_names="abc")

    with pytest.raises(SettingsError, match="the first is 1→9·2→49·3, the second 1→25·2→49·3"):
        compare_networks(network_of_kernel(3), network_of_kernel(5), names=("a", "b"), match=True)


def test_inputs_that_fill_no_square_are_wrapped() -> None:
    pictures = input_pictures(np.arange(10.0).reshape(5, 2))  # 5 inputs, 2 units
    np.testing.assert_array_equal(
        pictures[1], [[1, 3, 5], [7, 9, np.nan], [np.nan, np.nan, np.nan]]
    )


def test_the_scale_says_what_lies_beyond_it() -> None:
    values = np.append(np.linspace(-1, 1, 1999), 7.3)
    scale = signed_scale([values], percentile=99.5)
    assert scale.limit == 1.0  # the 99.5th percentile of |values| is 0.996, rounded up
    assert scale.n_beyond == 1
    assert scale.note == "2,000 values from −1 to 7.3; 1 beyond the scale"
    whole = signed_scale([np.array([-0.25, 0.1])], percentile=100)
    assert (whole.limit, whole.n_beyond) == (0.25, 0)
    assert whole.note.endswith("none beyond the scale")
    assert (scale.extend, whole.extend) == ("max", "neither")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_saturated_cells_have_colors_that_no_other_cell_has(theme: Theme) -> None:
    network = network_of()
    weights = network.dense_layers()[0].params["W"]
    weights[5, 3], weights[6, 3] = -50, 50
    image = images_of(weights_figure(raw(network), theme=theme))[0]
    colors = image.cmap(image.norm(image.get_array()), bytes=True)[..., :3]  # (units, inputs, 3)
    for place, color in zip((5, 6), theme.beyond, strict=True):
        same = (colors == rgb(color)).all(axis=2)
        assert same[3, place]
        assert same.sum() == (weights.T * np.sign(weights[place, 3]) > image.norm.vmax).sum()


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.0, 1e-38, 1e30])
def test_flat_tiny_and_huge_weights_make_pictures_too(tmp_path: Path, value: float) -> None:
    network = network_of((3, 2), n_inputs=9)
    network.parameters.flat[...] = value
    for path in write_heatmaps(network, tmp_path):
        pixels_of(path)
    for path in write_comparison(network, network, tmp_path, match=True):
        pixels_of(path)


@pytest.mark.slow
def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_heatmaps(network_of((3, 2), n_inputs=9), tmp_path / folder)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert b"Matplotlib" not in (tmp_path / "a" / FILES[0]).read_bytes()


def test_statistics_by_hand() -> None:
    lines = statistics(np.array([-3.0, 0.0, 0.005, 3.0])).splitlines()
    # mean 0.005 / 4; variance (9 + 0 + 0.000025 + 9) / 4 − mean² = 4.5
    assert lines == ["mean  0.00125", "std  2.12", "min  −3", "max  3", "near zero  50.0%"]


def test_histograms_count_every_value() -> None:
    figure = distributions_figure(weights_to_show(network_of()))
    counts = [sum(s.get_data().values.sum() for s in axes.patches) for axes in figure.axes]
    assert counts == [49 * 12, 12, 12 * 8, 8, 8 * 4, 4]


def test_a_permuted_copy_is_drawn_without_any_difference() -> None:
    first, second = network_of(), network_of()
    order = np.random.default_rng(0).permutation(12)
    one, two = second.dense_layers()[:2]
    one.params["W"][...] = one.params["W"][:, order]
    one.params["b"][...] = one.params["b"][order]
    two.params["W"][...] = two.params["W"][order]
    comparison = compare_networks(first, second, names=("a", "b"), match=True)
    assert comparison.sentence(0).endswith("no weight or bias differs.")
    for image in images_of(matrices_figure(comparison))[2::3]:
        assert not np.asarray(image.get_array()).any()
    for image in images_of(trios_figure(comparison))[2::3]:
        assert not np.asarray(image.get_array()).any()
    unmatched = compare_networks(first, second, names=("a", "b"), match=False)
    assert all(difference.any() for difference in unmatched.differences[:2])


def test_a_row_of_a_comparison_has_one_symmetric_scale() -> None:
    comparison = compare_networks(network_of(), network_of(seed=8), names=("a", "b"), match=True)
    figure = matrices_figure(comparison)
    bars = [axes for axes in figure.axes if not axes.images]
    limits = [(image.norm.vmin, image.norm.vmax) for image in images_of(figure)]
    assert limits == [bar.get_xlim() for bar in bars for _ in range(3)]
    trios = trios_figure(comparison)
    assert {(image.norm.vmin, image.norm.vmax) for image in images_of(trios)} == {limits[0]}
    assert trios.axes[-1].get_xlim() == limits[0]
    assert all(low == -high for low, high in limits)


def test_the_network_before_training_is_made_again() -> None:
    trained = network_of()
    start = trained.parameters.flat.copy()
    trained.parameters.flat += 1
    again = initial_network(trained)
    np.testing.assert_array_equal(again.parameters.flat, start)
    assert again.class_names == trained.class_names


@pytest.mark.parametrize(
    "meta",
    [{}, {"recipe": "secret"}, {"recipe": {"seed": 3}}, {"recipe": {"hidden": [12, 8]}},
     {"recipe": {"hidden": [12, 8], "seed": -1}}, {"recipe": {"hidden": [12, 8], "seed": "3"}},
     {"recipe": {"hidden": [12, 9], "seed": 3}}],
)  # fmt: skip
def test_without_seed_and_sizes_the_beginning_is_unknown(meta: dict[str, object]) -> None:
    network = network_of()
    network.meta = meta
    with pytest.raises(SettingsError, match="compare with a weights file instead"):
        initial_network(network)


def test_networks_of_different_sizes_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the first is 49→12→8→4, the second 49→12→4"):
        write_comparison(network_of(), network_of((12,)), tmp_path, match=True)
    assert not list(tmp_path.iterdir())


def test_other_layers_than_dense_ones_are_refused(tmp_path: Path) -> None:
    dense = network_of(())
    layers = {**dense.layers, "extra": ReLU()}
    network = Network(layers, input_shape=(49,), class_names=dense.class_names)
    with pytest.raises(SettingsError, match="the last layer has no place in a picture"):
        write_heatmaps(network, tmp_path)


def test_a_folder_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_heatmaps(network_of(), tmp_path / "file")


@pytest.mark.slow
def test_names_from_outside_are_shown_as_they_are(tmp_path: Path) -> None:
    names = ("$\\oops{$.npz", "<b>$x^2$</b>", "重み\n\x00\udcff.npz", "n" * 300)
    network = network_of((2,), n_inputs=4)
    network.class_names = names
    write_heatmaps(network, tmp_path)
    for two in (names[:2], names[2:]):
        written = write_comparison(network, network, tmp_path, names=two, match=False)
        assert written == [tmp_path / file for file in COMPARISONS]
        comparison = compare_networks(network, network, names=two, match=False)
        texts = texts_of(matrices_figure(comparison))
        assert all(any(plain(name) in text for text in texts) for name in two)


def test_a_name_is_drawn_letter_by_letter_and_never_as_a_formula() -> None:
    assert plain("<b>bold</b>") == "<b>bold</b>"
    assert len(plain("x" * 99)) == 48
    assert plain("重") == "\ufffd"

    def drawn(text: str, *, parse_math: bool) -> bytes:
        figure = Figure(figsize=(3, 1))
        figure.text(0, 0, text, parse_math=parse_math)
        buffer = BytesIO()
        figure.savefig(buffer, format="rgba")
        return buffer.getvalue()

    for name in ("a$x^2$b", "$", "\\$ and \\\\$", "$$"):
        assert drawn(plain(name), parse_math=True) == drawn(name, parse_math=False)

"""What pictures of weights show: which form it is, in which order, and what has no such form."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from neuroscribble.explain.canonical import Canonical, canonical
from neuroscribble.explain.links import links
from neuroscribble.explain.sorting import sort_units
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.network import Network, build_mlp
from viz.diagram.theme import LIGHT, class_color, rgb
from viz.figures.heatmaps import heatmap_figures, receptive_fields_figure
from viz.figures.matrices import weights_figure
from viz.figures.shown import canonical_words, weights_to_show


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    """49 → 12 → 8 → 4, and what it usually does over noise."""
    network = build_mlp((12, 8), rng=rng, n_inputs=49, n_classes=4, class_names="abcd")
    network.usual = measure_usual(network, rng.random((300, 49)).astype(np.float32))
    network.meta["usual"] = {"measured_on": "noise", "n": 300}
    return network


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]


def test_every_cell_is_the_canonical_weight_of_the_units_that_stand_there(
    network: Network,
) -> None:
    shown = weights_to_show(network)
    form = canonical(network)
    sortings = sort_units(links(form.network), form.network.usual)
    orders = [np.arange(49), sortings["h1"].order, sortings["h2"].order, np.arange(4)]
    for link, before, after, W, b in zip(
        links(form.network), orders, orders[1:], shown.weights, shown.biases, strict=False
    ):
        np.testing.assert_array_equal(W[0], link.params["W"][before][:, after])
        np.testing.assert_array_equal(b, link.params["b"][after])
    unit = orders[1][3]
    label = "abcd"[sortings["h1"].helped[3]]
    assert shown.name(1, 3) == f"h1:{unit} → {label}"
    assert f"h1:{unit} → {label}" in texts_of(receptive_fields_figure(shown))


def test_the_classes_that_units_help_stand_beside_every_matrix(network: Network) -> None:
    figure = weights_figure(weights_to_show(network))
    axes = [one for one in figure.axes if one.images]
    strips = [[inset.images[0].get_array() for inset in one.child_axes] for one in axes]
    assert [len(strip) for strip in strips] == [1, 2, 1]  # input and classes stay in their places
    shown = weights_to_show(network)
    for label, color in zip(shown.helped[1], strips[0][0][:, 0], strict=True):
        assert tuple(color) == rgb(class_color(LIGHT, label))
    np.testing.assert_array_equal(strips[0][0][:, 0], strips[1][0][0])
    named = [text.get_text() for text in axes[0].get_yticklabels()]
    assert set(named) <= {"abcd"[label] for label in shown.helped[1]}
    assert axes[2].get_yticklabels()[0].get_text() == "a"


def test_raw_is_what_is_in_the_file(network: Network) -> None:
    shown = weights_to_show(network, raw=True)
    for link, W, b in zip(links(network), shown.weights, shown.biases, strict=True):
        np.testing.assert_array_equal(W[0], link.params["W"])
        np.testing.assert_array_equal(b, link.params["b"])
    assert (shown.form_and_order, shown.name(1, 3)) == ("As in the file.", "h1:3")
    for figure in heatmap_figures(network, raw=True).values():
        assert "As in the file." in " ".join(texts_of(figure))


def test_pictures_say_which_form_they_show(network: Network) -> None:
    form = (
        "Units scaled to standard deviation 1 over 300 rows of noise, which changes nothing that "
        "the network computes."
    )
    sorting = "Sorted by the class that a unit helps most (→), the strongest first."
    assert weights_to_show(network).form_and_order == f"{form} {sorting}"
    for figure in heatmap_figures(network).values():
        assert form in " ".join(texts_of(figure)).replace("\n", " ")
    network.usual = {}
    unknown = "As in the file, which does not tell what the network usually does."
    assert weights_to_show(network).form_and_order == f"{unknown} {sorting}"


def test_units_without_a_form_are_named_or_counted(network: Network) -> None:
    def words(dead: dict[str, list[int]], kept: dict[str, str], n: int = 1) -> str:
        return canonical_words([Canonical(network, {}, dead, kept)] * n, "over noise")

    assert words({"h1": [3], "h2": []}, {}).endswith("computes. 1 unit never varies (h1:3).")
    assert words({"h1": [3, 9]}, {}).endswith("2 units never vary (h1:3, h1:9).")
    assert words({"h1": [*range(30)]}, {}).endswith("30 units never vary.")
    assert words({}, {"h1": "tanh", "h2": "GELU"}).endswith("As in the file: h1 (tanh), h2 (GELU).")
    assert words({"h1": [3]}, {}, n=2).endswith("the networks compute. 2 units never vary.")


def test_of_a_dense_layer_behind_maps_all_places_of_a_map_stand_together(
    rng: np.random.Generator,
) -> None:
    network = build_cnn(((3,),), (6,), rng=rng)
    shown = weights_to_show(network)
    weights = links(network)[1].weights  # (14 · 14 taps, 3, 6)
    first, unit = shown.orders[1][0], shown.orders[2][4]
    np.testing.assert_array_equal(shown.matrix(1)[:196, 4], weights[:, first, unit])
    raw = weights_to_show(network, raw=True)
    np.testing.assert_array_equal(raw.matrix(1), links(network)[1].params["W"])

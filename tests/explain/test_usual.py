"""What a network usually does: means, deviations and influences, worked by hand and by chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_cnn import small_cnn

from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import ShapeError, WeightsError
from neuroscribble.explain.links import links
from neuroscribble.explain.usual import measure_usual
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network, build_mlp


def test_means_deviations_and_influences_by_hand() -> None:
    # h = max(x W0, 0): inputs (1, 0) and (3, 2) give h = 1 and 5, mean 3, deviation 2.
    network = Network(
        {
            "dense1": Dense.from_arrays(np.array([[1.0], [1.0]]), np.zeros(1)),
            "relu1": ReLU(),
            "dense2": Dense.from_arrays(np.array([[3.0, -4.0]]), np.zeros(2)),
        },
        input_shape=(2,),
        class_names="ab",
        dtype=np.float64,
    )
    usual = measure_usual(network, np.array([[1.0, 0.0], [3.0, 2.0]]))
    assert usual["h1"].mean.tolist() == [2.0, 1.0]
    assert usual["h1"].deviation.tolist() == [1.0, 1.0]
    assert usual["output"].mean.tolist() == [3.0]
    assert usual["output"].deviation.tolist() == [2.0]
    # A logit moves with itself by 1. h1 moves them by 3 and −4: its length is 5, and with random
    # signs (±3 ± 4)² is 1 or 49, whose mean over many images is 25.
    assert usual["output"].influence.tolist() == [1.0, 1.0]
    many = measure_usual(network, np.tile([[1.0, 0.0]], (2000, 1)))
    assert many["h1"].influence[0] == pytest.approx(5, rel=0.05)
    silent = measure_usual(network, np.array([[-1.0, 0.0]]))
    assert silent["h1"].influence.tolist() == [0.0]


def test_the_average_contributions_of_maps_add_up_to_the_average_sum() -> None:
    network = small_cnn()
    images, _ = pen_digits(150, rng=np.random.default_rng(8))
    usual = measure_usual(network, images)
    trace = network.forward(images)
    for link, z in zip(links(network), trace.pre_activations.values(), strict=True):
        mean = z.mean(axis=tuple(range(z.ndim - 1)))
        weights = link.weights.reshape(link.n_rows, -1)
        np.testing.assert_allclose(usual[link.key].mean @ weights + link.bias, mean, atol=2e-3)
        assert (usual[link.key].deviation >= 0).all()
        assert usual[link.key].influence.shape == (z.shape[-1],)


def test_images_of_another_shape_are_refused(tiny: Network) -> None:
    with pytest.raises(ShapeError, match="images must have shape"):
        measure_usual(tiny, np.zeros((3, 8)))


@pytest.mark.parametrize("which", ["dense", "convolutional"])
def test_it_goes_into_the_file_and_comes_back(
    which: str, rng: np.random.Generator, tmp_path: Path
) -> None:
    network = build_mlp((5, 4), rng=rng, n_inputs=9) if which == "dense" else small_cnn()
    size = network.input_shape[0]
    network.usual = measure_usual(network, rng.random((40, size)).astype(np.float32))
    save_network(tmp_path / "w.npz", network)
    back = load_network(tmp_path / "w.npz")
    assert back.usual.keys() == network.usual.keys()
    for key, usual in network.usual.items():
        for part in ("mean", "deviation", "influence"):
            assert np.array_equal(getattr(back.usual[key], part), getattr(usual, part))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("usual.h1.mean", np.zeros(8, np.float32)),
        ("usual.output.influence", np.zeros(4, np.float32)),
        ("usual.h2.deviation", None),
        ("usual.h1.mean", np.full(9, np.nan, np.float32)),
    ],
    ids=["too short", "too long", "missing", "not a number"],
)
def test_a_file_whose_usual_does_not_fit_is_refused(
    name: str, array: np.ndarray | None, rng: np.random.Generator, tmp_path: Path
) -> None:
    network = build_mlp((5, 4), rng=rng, n_inputs=9, n_classes=3)
    network.usual = measure_usual(network, rng.random((40, 9)))
    save_network(tmp_path / "w.npz", network)
    with np.load(tmp_path / "w.npz") as file:
        arrays = {key: file[key] for key in file.files if key != name}
    if array is not None:
        arrays[name] = array
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(WeightsError, match=f"{name} must h"):
        load_network(tmp_path / "w.npz")

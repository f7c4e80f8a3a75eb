"""Two networks on one page, by command and in a notebook; what does not fit is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import refuse, succeed
from packed_page import payload_in
from small_education import small_education

import neuroscribble as ns
from neuroscribble.formats.history import write_history
from neuroscribble.formats.storage import save_network
from neuroscribble.nn.network import Network, build_mlp
from viz.page.bundle import modules_of


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_pen_digits: None) -> Path:
    """A folder with weights.npz of 784→12→10, which knows no MNIST: pen digits are at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("neuroscribble.data.sources.digits_at_hand", lambda: "pen")
    save_network("weights.npz", sparse())
    return tmp_path


def sparse() -> Network:
    """One whose units stand where their edges are short."""
    network = mlp(0)
    first, last = network.dense_layers()
    first.params["W"][:, 1:] = 0
    last.params["W"][...] = np.eye(12)[::-1, :10]
    return network


def mlp(seed: int, *, meta: dict[str, Any] | None = None, n_classes: int = 10) -> Network:
    network = build_mlp((12,), rng=np.random.default_rng(seed), n_classes=n_classes)
    network.meta = meta or {}
    return network


def test_any_file_stands_beside_the_first(own_folder: Path) -> None:
    np.savez(
        "other.npz", **{f"{kind}{n}": array for n, layer in enumerate(mlp(1).dense_layers())
                        for kind, array in layer.params.items()}
    )  # fmt: skip
    assert "Wrote output/network.html" in succeed("network", "--compare", "other.npz")
    page = (own_folder / "output" / "network.html").read_text("utf-8")
    assert ">weights.npz and other.npz</h1>" in page
    compared = payload_in(page)["compare"]
    assert compared["names"] == ["weights.npz", "other.npz"]
    assert compared["testedOn"] == "200 digits of pen test"
    assert compared["matchedOn"] == "300 digits of pen training"
    assert compared["agreement"]["n"] == 200
    assert [swap["key"] for swap in compared["swaps"]] == ["h1", "output"]
    assert compared["gallery"]["of"] == 200
    assert not compared["inPlace"]
    own = payload_in(page)["columns"]
    for n, column in enumerate(compared["columns"]):
        places, partners = column["positions"], own[n]["positions"]
        assert np.array_equal(places, partners)  # a unit stands where its partner does
    plain = ns.show(mlp(0)).html
    alone = payload_in(plain)["columns"][1]["positions"]
    assert not np.array_equal(alone, own[1]["positions"])


def test_the_same_network_before_and_while_it_learned(own_folder: Path) -> None:
    network, education = small_education()
    save_network("own.npz", network)
    write_history(Path("own.history.npz"), education)
    for other, name in (
        ("history:1", f"own.npz after {education.checkpoints[1].step} steps"),
        ("initial", "own.npz before training"),
    ):
        if other == "initial":
            save_network("own.npz", mlp(0, meta={"recipe": {"hidden": [12], "seed": 0}}))
        succeed("network", "--weights", "own.npz", "--compare", other, "--out", "pair.html")
        compared = payload_in(Path("pair.html").read_text("utf-8"))["compare"]
        assert compared["names"] == ["own.npz", name]
        assert compared["inPlace"]
        ids = compared["columns"][1]["ids"]
        assert ids == [f"h1:{unit}" for unit in range(len(ids))]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("gone.npz", "gone.npz cannot be used: there is no such file"),
        ("iris", "the first reads 28×28 numbers, the second 4"),
        ("nine.npz", "the first has outputs 10 for 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, the second 9"),
        ("initial", "do not tell the seed they began with"),
        ("history:0", "weights.history.npz cannot be used: there is no such file"),
    ],
)
def test_what_cannot_stand_beside_it_is_refused(other: str, why: str, own_folder: Path) -> None:
    save_network("nine.npz", mlp(1, n_classes=9))
    assert why in refuse("network", "--compare", other, "--data", "pen")
    assert not (own_folder / "output").exists()


@pytest.mark.parametrize("moment", ["history:99", "history:", "history:-1", "history:x"])
def test_a_moment_that_never_was_is_refused(moment: str) -> None:
    network, education = small_education()
    save_network("weights.npz", network)
    write_history(Path("weights.history.npz"), education)
    last = len(education.checkpoints) - 1
    assert f"the history has moments 0 to {last}, as in history:0; got '{moment}'" in refuse(
        "network", "--compare", moment
    )


def test_a_notebook_shows_two_networks_and_leaves_them_as_they_are() -> None:
    first, second = mlp(1), mlp(2)
    page = ns.show(first, compare=second, data="pen")
    assert payload_in(page.html)["compare"]["names"] == ["this network", "the other"]
    assert (first.usual, second.usual, second.meta) == ({}, {}, {})


def test_a_page_of_two_networks_of_the_usual_size_is_small_and_one_of_one_carries_nothing() -> None:
    pair = [build_mlp(rng=np.random.default_rng(seed)) for seed in (1, 2)]
    page = ns.show(pair[0], compare=pair[1], data="pen").html
    assert len(page.encode()) < 5e6
    alone = {"panels/comparison", "panels/compare-panel", "panels/disagreements", "model/swaps"}
    assert alone <= set(modules_of("two")) - set(modules_of("main"))
    assert "#compared" not in ns.show(pair[0]).html

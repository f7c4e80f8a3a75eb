"""What the documents state is what the code and the shipped files are."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from pen_paper import paper

import neuroscribble as ns
from neuroscribble.explain import cut_curve
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.formats.history import read_history

ROOT = Path(__file__).parent.parent
WAYS = (("weight", "unit", "cut"), ("usual", "unit", "average"), ("usual", "network", "average"))


def test_the_picture_of_the_house_is_drawn_from_the_code() -> None:
    house = runpy.run_path(str(ROOT / "docs" / "house.py"))
    assert (ROOT / "docs" / "house.svg").read_text("utf-8") == house["picture"]()
    order = house["ORDER"]
    for number, room in enumerate(order):
        assert house["imported"](room) <= set(order[:number])


def test_the_table_of_drawings_is_what_the_shipped_file_tells() -> None:
    text = (ROOT / "docs" / "truth.md").read_text("utf-8")
    rows = re.findall(r"^\| \**([\d,]+)(?: \(k = (\d+)\))?[^|]*\|(.+)\|$", text, re.M)
    network = ns.load_network(ROOT / "weights.npz")
    facts = network.meta["drawings"]
    assert len(rows) == 5
    for edges, k, cells in rows:
        top_k = int(k or 784)
        assert int(edges.replace(",", "")) == n_drawn_edges(network.layer_sizes, top_k)
        told = [float(cell) for cell in re.findall(r"([\d.]+) %", cells)]
        at = facts["top_k"].index(top_k)
        counts = [facts["correct"][c][s][o][at] for c, s, o in WAYS]
        assert told == pytest.approx([100 * count / facts["n"] for count in counts], abs=0.051)


def test_the_table_of_cuts_is_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row stands for all."""
    text = (ROOT / "docs" / "evidence.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) % \|(.+)\|$", text, re.M)
    assert [int(percent) / 100 for percent, _ in rows] == list(cut_curve.FRACTIONS)
    told = [float(cell) for cell in re.findall(r"([\d.]+) %", dict(rows)["8"])]
    monkeypatch.setattr(cut_curve, "FRACTIONS", (0.08,))
    network, digits = ns.load_network(ROOT / "weights.npz"), paper()
    measured = [
        cut_curve.cut_curve(network, digits, order=order, value=hold)[0] / 10
        for hold in ("average", "zero")
        for order in cut_curve.ORDERS
    ]
    assert told == measured


def test_the_accuracies_of_the_shipped_training_are_what_its_file_tells() -> None:
    text = (ROOT / "docs" / "education.md").read_text("utf-8")
    header, told = re.findall(r"^\| (after .+|% .+) \|$", text, re.M)
    steps_by_hand = re.findall(r"\d+", header.partition("steps")[0])
    epochs_by_hand = re.findall(r"\d+", header.partition("steps")[2])
    education = read_history(ROOT / "weights.history.npz", ns.load_network(ROOT / "weights.npz"))
    at = {one.step: one.accuracy for one in education.checkpoints}
    steps = [int(n) for n in steps_by_hand]
    steps += [int(n) * education.steps_per_epoch for n in epochs_by_hand]
    accuracies = [float(cell) / 100 for cell in re.findall(r"[\d.]+", told)]
    assert accuracies == pytest.approx([at[step] for step in steps], abs=1e-9)
    assert len(accuracies) == 10

"""`network --evidence`: what was measured and the images are in the page, and only then."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import refuse, succeed
from pen_paper import paper
from small_mnist import CONTENT, N_TEST, digits, folder_with
from test_cli_features import payload_of_page, table

import neuroscribble as ns
from neuroscribble.commands.known import known_digits
from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import PEN, NamedDigits
from neuroscribble.explain.ablation import measure_ablations
from neuroscribble.explain.findings import find
from neuroscribble.explain.usual import note_usual
from neuroscribble.formats.npz import WeightsFile, write_weights
from neuroscribble.nn.network import build_mlp
from viz.diagram.evidence import evidence_payload

__all__ = ["table"]  # a fixture


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small network in own.npz, in the folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    dense = build_mlp((4,), rng=np.random.default_rng(3)).dense_layers()
    weights, biases = ([layer.params[key] for layer in dense] for key in "Wb")
    write_weights(tmp_path / "own.npz", WeightsFile(weights, biases))
    return tmp_path / "own.npz"


def evidence_in(page: str) -> dict[str, Any]:
    evidence: dict[str, Any] = payload_of_page(Path(page))["evidence"]  # type: ignore[assignment]
    return evidence


def numbers(content: bytes) -> list[int]:
    return np.frombuffer(content, "<u2").tolist()


def test_without_asking_nothing_is_measured(own: Path) -> None:
    succeed("network", "--weights", own, "--out", "page.html")
    assert "evidence" not in payload_of_page(Path("page.html"))


def test_pen_digits_are_measured_and_left_to_the_page_to_write(own: Path) -> None:
    succeed("network", "--weights", own, "--evidence", "--out", "page.html")
    told, network = evidence_in("page.html"), ns.load_network(own)
    images, labels = paper().digits.images, paper().digits.labels
    assert (told["name"], told["n"], told["license"]) == ("pen digits", 1000, None)
    assert "inks" not in told
    assert numbers(told["labels"]) == labels.tolist()
    assert numbers(told["answers"]) == network.predict(images).tolist()
    assert len(told["ablations"]["columns"]) == 1


def test_digits_of_a_folder_come_along_as_bytes_and_are_what_is_measured(own: Path) -> None:
    folder_with(Path("data"), CONTENT)
    succeed("network", "--weights", own, "--evidence", "data", "--out", "page.html")
    told, network = evidence_in("page.html"), ns.load_network(own)
    images, labels = digits(N_TEST)
    packed = zlib.decompress(told["inks"], -zlib.MAX_WBITS)
    assert packed == images.tobytes()
    assert numbers(told["labels"]) == labels.tolist()
    ink = images.reshape(N_TEST, -1) / np.float32(255)
    assert numbers(told["answers"]) == network.predict(ink).tolist()
    named = NamedDigits("these", Digits(ink, labels.astype(np.int64)))
    network = ns.load_network(own)
    note_usual(network, known_digits(network, PEN))  # type: ignore[arg-type]
    measured = measure_ablations(network, named)
    column = {key: measured[key]["h1"] for key in ("correct", "changed")}
    assert told["ablations"]["columns"] == [column]


def test_rows_of_a_table_come_along_as_they_are(table: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    succeed("network", "--weights", "iris", "--evidence", table, "--out", page)
    told = evidence_in(str(page))
    rows = ns.load_network("iris").meta["rows"]
    packed = zlib.decompress(told["inks"], -zlib.MAX_WBITS)
    expected = np.array([row["values"] for row in rows], "<f4")
    assert np.frombuffer(packed, "<f4").reshape(expected.shape).tolist() == expected.tolist()
    assert (told["name"], told["values"]) == ("rows of flowers", True)


def test_what_holds_no_digits_is_refused(own: Path) -> None:
    message = refuse("network", "--weights", own, "--evidence", "nowhere", "--out", "page.html")
    assert "nowhere" in message
    assert not Path("page.html").exists()
    message = refuse("network", "--weights", "iris", "--evidence", "--out", "page.html")
    assert "CSV" in message


def test_a_page_with_mnists_digits_says_whose_they_are() -> None:
    network = build_mlp((3,), rng=np.random.default_rng(3))
    images, labels = (array[:20] for array in (paper().digits.images, paper().digits.labels))
    found = find(network, NamedDigits("MNIST test", Digits(images, labels)))
    told = evidence_payload(found, network)
    assert told["name"] == "digits of MNIST test"
    assert "Creative Commons" in told["license"]

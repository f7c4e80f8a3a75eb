"""Networks that read features, and tables of them: evaluated, and told to the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from command_line import run, succeed
from conftest import MODELS, needs_models, needs_scikit
from packed_page import payload_in

import neuroscribble as ns
from neuroscribble.formats.npz import WeightsFile, write_weights


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The rows that the example of iris brings, as a table with other names and order."""
    network = ns.load_network("iris")
    lines = ["Id,Species,Petal_Width,PetalLength,Sepal Width (cm),sepal length"]
    for number, row in enumerate(network.meta["rows"]):
        values = map(str, reversed(row["values"]))
        lines.append(f"{number},Iris-{row['label']},{','.join(values)}")
    path = tmp_path / "flowers.csv"
    path.write_text("\n".join(lines))
    return path


def payload_of_page(path: Path) -> dict[str, object]:
    return payload_in(path.read_text(encoding="utf-8"))


def test_a_table_measures_a_network_of_features(table: Path) -> None:
    told = json.loads(succeed("evaluate", "--weights", "iris", "--data", table, "--json"))
    network = ns.load_network("iris")
    rows = network.meta["rows"]
    right = network.predict(np.array([row["values"] for row in rows], np.float32))
    labels = [network.class_names.index(row["label"]) for row in rows]
    assert told["accuracy"] == np.mean(right == labels)
    assert (told["n"], told["data"]) == (len(rows), "flowers")
    text = succeed("evaluate", "--weights", "iris", "--data", table, "--limit", 3)
    assert "3 rows are read right" in text
    assert "proposed" not in told


def test_the_page_shows_the_tables_rows_ranges_and_names(table: Path, tmp_path: Path) -> None:
    """Of a network that knows nothing but its numbers."""
    iris, path = ns.load_network("iris"), tmp_path / "bare.npz"
    dense = iris.dense_layers()
    weights, biases = ([layer.params[key] for layer in dense] for key in "Wb")
    write_weights(path, WeightsFile(weights, biases))
    lines = table.read_text().splitlines()
    lines[0] = "id,what,pw,pl,sw,sl"
    table.write_text("\n".join(lines))
    order = np.arange(4)[::-1]
    weights[0] = weights[0][order]  # it reads the columns as they stand in the table
    write_weights(path, WeightsFile(weights, biases))
    succeed("network", "--weights", path, "--data", table, "--out", tmp_path / "page.html")
    payload = payload_of_page(tmp_path / "page.html")
    reads = payload["input"]
    assert isinstance(reads, dict)
    assert reads["names"] == ["pw", "pl", "sw", "sl"]
    values = np.array([row["values"] for row in iris.meta["rows"]], np.float32)[:, ::-1]
    assert reads["low"] == pytest.approx(values.min(axis=0).tolist())
    assert reads["high"] == pytest.approx(values.max(axis=0).tolist())
    assert len(reads["rows"]) == len(values)
    assert payload["classNames"] == ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]
    assert payload["choice"] == "usual"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "gone.csv"), "asked the rows of a CSV file, named with --data.*got gone.csv"),
        (("--data", "TABLE", "--classes", "a,b"), "must name the network's 3 classes; got 2 names"),
        (
            ("--data", "TABLE", "--classes", "a,b,c"),
            "has the class 'Iris-setosa', which .* not have",
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    table: Path, arguments: tuple[str, ...], message: str
) -> None:
    given = [str(table) if one == "TABLE" else one for one in arguments]
    result = run("evaluate", "--weights", "iris", *given)
    assert result.code == 2
    assert re.search(message, result.err), result.err
    assert result.err.count("\n") == 1


@needs_models
@needs_scikit
def test_iris_of_others_with_the_data_that_people_have(tmp_path: Path) -> None:
    from sklearn.datasets import load_iris

    data, path = load_iris(), tmp_path / "iris.csv"
    lines = [",".join([*data.feature_names, "target"])]
    lines += [",".join(map(str, [*x, y])) for x, y in zip(data.data, data.target, strict=True)]
    path.write_text("\n".join(lines))
    weights = ("--weights", MODELS / "iris.onnx")
    told = json.loads(succeed("evaluate", *weights, "--data", path, "--json"))
    assert told["n"] == 150
    assert told["accuracy"] > 0.9
    succeed("network", *weights, "--data", path, "--out", tmp_path / "page.html")
    reads = payload_of_page(tmp_path / "page.html")["input"]
    assert isinstance(reads, dict)
    assert reads["names"] == list(data.feature_names)
    assert reads["low"] == pytest.approx(data.data.min(axis=0).tolist())

"""Rows of features out of CSV files as people have them; what is no such table is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neuroscribble.data.features import Features, as_meta, numbered, read_features
from neuroscribble.errors import DataError

ROWS = [[5.1, 3.5, "a"], [4.9, 3.0, "b"], [6.2, 2.9, "a"]]


def table(path: Path, header: str = "", sep: str = ",") -> Path:
    lines = [header] * bool(header) + [sep.join(map(str, row)) for row in ROWS]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("header", "sep", "names"),
    [
        ("length,width,species", ",", ("length", "width")),
        ("length;width;what it is", ";", ("length", "width")),
        ("length\twidth\tlabel", "\t", ("length", "width")),
        ("", ",", ()),
    ],
)
def test_columns_of_numbers_and_one_of_words(
    tmp_path: Path, header: str, sep: str, names: tuple[str, ...]
) -> None:
    found = read_features(table(tmp_path / "few.csv", header, sep), 2)
    assert found.values.tolist() == np.float32([[5.1, 3.5], [4.9, 3.0], [6.2, 2.9]]).tolist()
    assert (found.name, found.names, found.labels) == ("few", names, ("a", "b", "a"))


def test_a_label_of_numbers_is_the_last_column_or_the_one_that_is_called_so(
    tmp_path: Path,
) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("1,2,0\n3,4,1\n")
    assert read_features(path, 2).labels == ("0", "1")
    assert read_features(path, 3).labels is None
    path.write_text("target,x1,x2\n1,2,3\n0,5,6\n")
    assert read_features(path, 2).labels == ("1", "0")
    assert read_features(path, 2).values.tolist() == [[2, 3], [5, 6]]


@pytest.mark.parametrize(
    ("header", "n_features", "names", "label"),
    [
        ("x,y,class_id", 2, ("x", "y"), 2),  # a point, and what it is
        ("y,x,kind_id", 2, ("y", "x"), 2),
        ("x,y", 2, ("x", "y"), None),
        ("x,y", 1, ("x",), 1),
        ("x1,x2,y", 2, ("x1", "x2"), 2),
        ("y,x1,x2", 2, ("x1", "x2"), 0),
        ("x,y,label", 2, ("x", "y"), 2),
    ],
)
def test_y_is_the_class_unless_it_is_half_of_a_point(
    tmp_path: Path, header: str, n_features: int, names: tuple[str, ...], label: int | None
) -> None:
    path, row = tmp_path / "y.csv", ["7", "8", "9"][: header.count(",") + 1]
    path.write_text(f"{header}\n{','.join(row)}\n")
    for wanted in ((), names):
        found = read_features(path, n_features, wanted)
        assert found.names == names
        assert found.labels == (None if label is None else (row[label],))


def test_a_feature_that_is_asked_for_by_name_is_no_class(tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    path.write_text("target,speed,kind\n1,2,a\n3,4,b\n")
    found = read_features(path, 2, ("target", "speed"))
    assert (found.values.tolist(), found.labels) == ([[1, 2], [3, 4]], ("a", "b"))


def test_columns_that_number_the_rows_are_passed_over_and_names_give_the_order(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kaggle.csv"
    path.write_text("Id,PetalWidth,Sepal Length (cm),Species\n1,0.2,5.1,Iris-setosa\n2,1.3,6,x\n")
    assert read_features(path, 2).values[0].tolist() == np.float32([0.2, 5.1]).tolist()
    ordered = read_features(path, 2, ("sepal length", "petal width"))
    assert ordered.values[0].tolist() == np.float32([5.1, 0.2]).tolist()
    path.write_text(",a,b\n0,1,2\n1,3,4\n")  # as pandas writes an index
    assert read_features(path, 2).values.tolist() == [[1, 2], [3, 4]]


def test_classes_are_matched_by_name_by_its_end_or_by_number(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    for labels, names, expected in (
        ("ab", ("b", "a"), [1, 0]),
        (("Iris-setosa", "IRIS-VIRGINICA"), ("virginica", "setosa"), [1, 0]),
        ("10", ("no", "yes"), [1, 0]),
        (("1.0", "0.0"), ("no", "yes"), [1, 0]),
        (("2", "3"), ("3", "2"), [1, 0]),
    ):
        path.write_text("".join(f"1,2,{label}\n" for label in labels))
        found, told = numbered(read_features(path, 2), names, whose="it")
        assert (found.tolist(), told) == (expected, names)
    path.write_text("1,2,pear\n3,4,apple\n")
    found, told = numbered(read_features(path, 2), ("0", "1"), whose="it")
    assert (found.tolist(), told) == ([1, 0], ("apple", "pear"))
    with pytest.raises(DataError, match="has the class 'apple', which it does not have"):
        numbered(read_features(path, 2), ("plum", "pear"), whose="it")
    path.write_text("1,2\n")
    with pytest.raises(DataError, match="has no column with the class of each row"):
        numbered(read_features(path, 2), ("a",), whose="it")


def test_a_page_is_told_ranges_and_some_rows_of_every_class(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("".join(f"{i},7,{'abc'[i % 3]}\n" for i in range(60)))
    found = read_features(path, 2)
    told = as_meta(found, found.labels)
    assert told["ranges"] == [[0, 59], [3.5, 10.5]]  # what never changes has a range, too
    assert [row["label"] for row in told["rows"]] == [*"aaaabbbbcccc"]
    assert told["rows"][1]["values"] == [15, 7]
    samples = told["samples"]
    assert samples == {"values": found.values.tolist(), "labels": [*found.labels]}
    untold = as_meta(found, None)
    assert ({row["label"] for row in untold["rows"]}, untold["samples"]) == ({""}, None)


def test_of_a_large_table_every_kth_row_is_a_sample() -> None:
    """9,000 rows of 7 are 63,000 numbers, of which 20,000 are kept: every fourth row."""
    values = np.arange(63_000, dtype=np.float32).reshape(9000, 7)
    large = Features("large", values, (), tuple("ab" * 4500))
    samples = as_meta(large, large.labels)["samples"]
    assert samples["values"] == values[::4].tolist()
    assert len(samples["labels"]) == 2250
    wide = Features("wide", np.ones((79, 256), np.float32), (), ("a",) * 79)
    assert np.shape(as_meta(wide, wide.labels)["samples"]["values"]) == (40, 256)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no row"),
        ("a\0b,c\n1,2\n", "is no table"),
        ("x,y,label\n1,2,a\n1,zwei,a\n", r"line 3, column 2 must be a number; got 'zwei'"),
        ("x,y,label\n1,,a\n", r"line 2, column 2 must be a number; got ''"),
        ("x,y,label\n1,nan,a\n", r"column 2 must be a number; got 'nan'"),
        ("1,2,3\n1,2\n", "line 2 has 2 columns; the first has 3"),
        ("x,y\n\n1,2\n\n\n1,zwei\n", "line 6, column 2 must be a number; got 'zwei'"),
        ("x,y\n", "holds no row but its header"),
        ("1,2\n1,1e300\n", r"line 2, column 2 must be a number within ±1e\+30; got '1e300'"),
        ("1,2,3,4,5\n", r"has 5 columns of features \(of 5 in all\); this network reads 2"),
        ('1,2,"a\n' + "b" * 200_000, "is no table that is read"),
    ],
)
def test_what_is_no_such_table_is_refused_in_one_sentence(
    tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "wrong.csv").write_text(content)
    with pytest.raises(DataError, match=message):
        read_features(tmp_path / "wrong.csv", 2)

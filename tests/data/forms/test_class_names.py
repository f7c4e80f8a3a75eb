"""Names of classes: given, found beside the data, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_forms import TEST, TRAIN, noise, write_idx

from neuroscribble.data.forms.classes import FASHION, given_names, names_in, names_of
from neuroscribble.data.forms.door import open_data
from neuroscribble.errors import DataError


def test_names_are_given_with_commas_or_in_a_file(tmp_path: Path) -> None:
    assert given_names("shirt, shoe,T-shirt/top") == {0: "shirt", 1: "shoe", 2: "T-shirt/top"}
    (tmp_path / "names").write_text("shirt\nankle boot \n\n", encoding="utf-8")
    assert given_names(str(tmp_path / "names")) == {0: "shirt", 1: "ankle boot"}
    (tmp_path / "names").write_bytes("\ufeffß\r\nあ\r\n".encode())
    assert given_names(str(tmp_path / "names")) == {0: "ß", 1: "あ"}


def test_emnists_mapping_tells_labels_and_letters(tmp_path: Path) -> None:
    path = tmp_path / "emnist-letters-mapping.txt"
    path.write_text("1 65 97\n2 66 98\n26 90 122\n")
    assert names_in(path) == {1: "A", 2: "B", 26: "Z"}
    path.write_text("0 48\n10 65 \n36 97\n")
    assert names_in(path) == {0: "0", 10: "A", 36: "a"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must name 2 to 256 classes; got 0"),
        (b"one", "must name 2 to 256 classes; got 1"),
        (b"\n".join(b"%d" % k for k in range(257)), "must name 2 to 256 classes; got 257"),
        (b"a\n\nb", "names of 1 to 64 letters; got ''"),
        (b"a\n" + b"b" * 65, "names of 1 to 64 letters; got 'b"),
        (b"a\nb\x07", "names of 1 to 64 letters; got 'b.x07'"),
        (b"a\nb\na", "must give each class its own name; got 'a' twice"),
        (b"\xff\xfea\0", "must hold names of classes as UTF-8 text"),
        (b"a\n" * 40_000, "at most 65,536 bytes"),
        (b"0 48\n0 49", "must map every label once"),
        (b"0 48\n300 49", "must name 2 to 256 classes"),
        (b"0 48\n1 99999999", "must map labels to codes of letters"),
        (b"0 48\n1 " + b"9" * 5_000, "must map labels to codes of letters"),
        (b"0 48\n1 55296", "names of 1 to 64 letters; got '.ud800'"),
        (b"0 48\n1 10", "names of 1 to 64 letters; got ''"),
    ],
)
def test_a_file_that_names_no_classes_is_refused(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "classes.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as refused:
        names_in(path)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_file_beside_the_data_names_the_classes(tmp_path: Path) -> None:
    name = "emnist-letters-{part}-{what}-idx{axes}-ubyte"
    found = open_data(write_idx(tmp_path, TRAIN, TEST, name=name))
    assert names_of(found, tmp_path) == (None, "")
    (tmp_path / "labels.txt").write_text("x\ny")
    assert names_of(found, tmp_path) == ({0: "x", 1: "y"}, "labels.txt")
    (tmp_path / "classes.txt").write_text("a\nb")
    assert names_of(found, tmp_path) == ({0: "a", 1: "b"}, "classes.txt")
    (tmp_path / "emnist-letters-mapping.txt").write_text("1 65 97\n2 66 98")
    assert names_of(found, tmp_path) == ({1: "A", 2: "B"}, "emnist-letters-mapping.txt")
    assert names_of(found, tmp_path / "file.csv")[1] == "emnist-letters-mapping.txt"


def test_a_set_called_fashion_has_fashions_classes(tmp_path: Path) -> None:
    found = open_data(write_idx(tmp_path / "Fashion-MNIST", noise(10), noise(10)))
    assert names_of(found, tmp_path / "Fashion-MNIST") == (
        dict(enumerate(FASHION)),
        "the set's name",
    )
    assert len(set(FASHION)) == 10

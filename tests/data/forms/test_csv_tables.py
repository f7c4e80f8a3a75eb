"""CSV tables: with and without a header, and refused with the line and the column."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from data_forms import HEADER, TEST, TRAIN, Pictures, csv, noise, packed, write_csv

from neuroscribble.data.forms.door import open_data
from neuroscribble.errors import DataError

LINES = csv(TEST).decode().split("\n")


def with_cell(line: int, column: int, text: str) -> bytes:
    """The test part, with one cell replaced; line and column count from 1."""
    lines = [*LINES]
    cells = lines[line - 1].split(",")
    cells[column - 1] = text
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (with_cell(3, 5, "x"), "line 3, column 5 must be a whole number from 0 to 255; got 'x'"),
        (with_cell(3, 5, ""), "line 3, column 5 must be a whole number .* got ''"),
        (with_cell(3, 5, "256"), "line 3, column 5 must .* got '256'"),
        (with_cell(3, 5, "-1"), "line 3, column 5 must .* got '-1'"),
        (with_cell(3, 5, "0.5"), "line 3, column 5 must .* got '0.5'"),
        (with_cell(3, 5, "nan"), "line 3, column 5 must .* got 'nan'"),
        (with_cell(3, 5, "1e999"), "line 3, column 5 must .* got '1e999'"),
        (with_cell(3, 5, "9" * 5_000), "line 3, column 5 must .* got '9{39}[^9]"),
        (with_cell(20, 785, "7\0"), "line 20, column 785 must .* got '7.x00'"),
        (with_cell(3, 5, "1_0"), "line 1 or below holds something that is no number"),
        (with_cell(2, 1, "300"), "line 2, column 1 must .* got '300'"),  # a label
        (with_cell(2, 1, "seven"), "line 2, column 1 must .* got 'seven'"),
        (with_cell(3, 5, "1,2"), "line 3 has 786 columns; expected 785"),
        ("\n".join(LINES)[:-40].encode(), r"line 20 has \d+ columns; expected 785"),
        ((HEADER + "\n").encode(), "holds no line with a picture"),
        ((HEADER + "\n\n \n").encode(), "holds no line with a picture|at least one picture"),
        (csv(TEST) + b"1" * 3_000_000, "has a line of more than 65,536 bytes"),
        (packed(csv(TEST))[:-100], "is cut off"),
        (packed(csv(TEST))[:-6] + b"??????", "is not an intact gzip file"),
    ],
)
def test_a_table_that_holds_something_else_is_refused(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "digits.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as refused:
        open_data(path).read("train")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("first_line", "message"),
    [
        (HEADER.removeprefix("label,"), "pictures without labels .*784 columns, expected 785"),
        (",".join(["0"] * 784), "pictures without labels"),
        ("ImageId,Label", "has 2 columns, separated by commas; expected 785"),
        (HEADER.replace("label", "name"), 'none of its columns is called "label"'),
        (HEADER + ",more", "has 786 columns"),
        (LINES[0].replace(",", ";"), "is no data of a form that is read"),
        ("," * 70_000, "is no data of a form that is read"),  # no end of the line
    ],
)
def test_a_first_line_that_promises_no_pictures_is_refused(
    first_line: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "test.csv"
    path.write_text(first_line + "\n" + LINES[0] + "\n")
    with pytest.raises(DataError, match=message):
        open_data(path)


def test_kaggles_folder_is_split_because_its_test_has_no_labels(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_bytes(csv(TRAIN, header=True))
    (tmp_path / "test.csv").write_text(HEADER.removeprefix("label,") + "\n" + "0," * 783 + "0\n")
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    for path in (tmp_path, tmp_path / "train.csv"):
        found = open_data(path)
        assert (len(found.read("train")), len(found.read("test"))) == (35, 5)
        assert found.read("test").place == tmp_path / "train.csv"
    with pytest.raises(DataError, match="pictures without labels"):
        open_data(tmp_path / "test.csv")


def test_other_ways_to_write_a_table_are_understood(tmp_path: Path) -> None:
    table = np.column_stack([TEST.images.reshape(20, 784), TEST.labels])
    header = [f'"{row}x{column}"' for row in range(28) for column in range(28)] + ['"Class"']
    lines = [",".join(header)] + [", ".join(f"{cell}.0" for cell in row) for row in table.tolist()]
    path = tmp_path / "digits.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, "", ""]).encode())
    part = open_data(path).read("train")
    assert len(part) == 18
    whole = np.concatenate([part.images, open_data(path).read("test").images])
    assert {row.tobytes() for row in whole} == {image.tobytes() for image in TEST.images}


def test_a_file_without_an_end_of_line_loses_no_picture(tmp_path: Path) -> None:
    write_csv(tmp_path, TRAIN, TEST)
    path = tmp_path / "mnist_test.csv"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    np.testing.assert_array_equal(open_data(path).read("test").images, TEST.images.reshape(20, 784))


def test_two_tables_for_one_part_are_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, TRAIN, TEST)
    write_csv(tmp_path, TRAIN, TEST, pack=True)
    with pytest.raises(DataError, match="holds both mnist_test.csv and mnist_test.csv.gz; keep"):
        open_data(tmp_path)


def test_emnists_tables_are_turned_upright(tmp_path: Path) -> None:
    lying = Pictures(TEST.images.transpose(0, 2, 1), TEST.labels)
    (tmp_path / "emnist-digits-test.csv").write_bytes(csv(lying))
    part = open_data(tmp_path).read("test")
    np.testing.assert_array_equal(part.images, TEST.images.reshape(-1, 784))
    assert "stand upright" in part.note


def test_a_packed_table_without_end_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "mnist_test.csv.gz").write_bytes(packed(csv(noise(1)) + b"1," * 2**25))
    found = open_data(tmp_path)
    tracemalloc.start()
    with pytest.raises(DataError, match="has a line of more than 65,536 bytes"):
        found.read("test")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


@pytest.mark.slow
def test_sixty_thousand_lines_load_in_a_few_seconds(tmp_path: Path) -> None:
    """A fifth of them: how long it takes grows with their number, and no faster."""
    path = tmp_path / "mnist_test.csv"
    ink = noise(500)
    ink.images[:, :, ::2] = 0  # as empty as MNIST's pictures, roughly
    path.write_bytes(csv(ink) * 24)
    start = time.process_time()  # this process alone, however busy the machine is
    part = open_data(path).read("test")
    assert len(part) == 12_000
    assert time.process_time() - start < 2  # about 0.6 s

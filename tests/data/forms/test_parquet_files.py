"""Parquet of the Hugging Face data sets: read with pyarrow, refused with a reason, or named."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_forms import TEST, TRAIN, Pictures, parquet_table, png, write_parquet

from neuroscribble.data.forms import parquet
from neuroscribble.data.forms.door import open_data
from neuroscribble.errors import DataError

needs_pyarrow = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed"
)


def write(path: Path, table: Any) -> Path:
    from pyarrow.parquet import write_table

    write_table(table, path)
    return path


def table(images: list[Any], labels: list[Any], image_kind: Any = None) -> Any:
    import pyarrow

    kind = image_kind or pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    return pyarrow.table({"image": pyarrow.array(images, kind), "label": pyarrow.array(labels)})


@needs_pyarrow
def test_a_part_may_lie_in_several_files(tmp_path: Path) -> None:
    for number, some in enumerate((slice(15), slice(15, 40))):
        half = Pictures(TRAIN.images[some], TRAIN.labels[some])
        write(tmp_path / f"train-0000{number}-of-00002.parquet", parquet_table(half))
    write(tmp_path / "test-00000-of-00001.parquet", parquet_table(TEST))
    found = open_data(tmp_path / "train-00000-of-00002.parquet")
    np.testing.assert_array_equal(found.read("train").images, TRAIN.images.reshape(-1, 784))
    np.testing.assert_array_equal(found.read("test").labels, TEST.labels)
    assert found.class_names is None


@needs_pyarrow
def test_names_of_classes_are_read_from_the_data_sets_metadata(tmp_path: Path) -> None:
    names = [f"class {k}" for k in range(10)]
    write(tmp_path / "train.parquet", parquet_table(TRAIN, names=names))
    found = open_data(tmp_path)
    assert found.class_names == dict(enumerate(names))
    assert found.names_from == "the file itself"


@needs_pyarrow
@pytest.mark.parametrize(
    "metadata",
    ["", "rubbish", "[]", "null", "{}", '{"info": null}', '{"info": {"features": {"label": []}}}']
    + [json.dumps({"info": {"features": {"label": {"names": [1, 2]}}}}), "[" * 100_000],
)
def test_metadata_that_tell_no_names_are_passed_over(metadata: str, tmp_path: Path) -> None:
    told = parquet_table(TRAIN).replace_schema_metadata({"huggingface": metadata})
    write(tmp_path / "train.parquet", told)
    assert open_data(tmp_path).class_names is None


def cases() -> list[Any]:
    import pyarrow

    one = {"bytes": png(TEST.images[0]), "path": "../../etc/passwd"}
    none = {"bytes": None, "path": "0.png"}
    big = {"bytes": png(np.zeros((29, 28), np.uint8)), "path": None}
    text = {"bytes": b"hello", "path": None}
    return [
        (table([one, none], [1, 2]), "row 2 must hold a picture's bytes; got NoneType"),
        (table([one, None], [1, 2]), "row 2 must hold a picture's bytes; got NoneType"),
        (table([one, big], [1, 2]), "row 2 must have 28×28 pixels; got 28×29"),
        (table([one, text], [1, 2]), "row 2 is no picture that can be read"),
        (table(["a", "b"], [1, 2], pyarrow.string()), "row 1 must hold a picture's bytes; got str"),
        (table([one, one], [1, None]), "row 2 must have a whole number as label; got None"),
        (table([one, one], [1.0, 2.0]), "row 1 must have a whole number as label; got 1.0"),
        (table([one, one], ["1", "2"]), "row 1 must have a whole number as label; got '1'"),
        (table([one, one], [True, False]), "row 1 must have a whole number as label; got True"),
        (table([one, one], [1, -1]), "row 2 must have a whole number as label; got -1"),
        (table([one, one], [1, 2**40]), "row 2 must have a whole number as label; got 1099"),
        (table([one, one], [1, 300]), "labels from 0 to 255; got 300"),
        (table([], pyarrow.array([], pyarrow.int64())), "at least one picture"),
        (pyarrow.table({"img": [1], "label": [1]}), "the columns image and label; got img, label"),
    ]


@needs_pyarrow
def test_rows_that_hold_no_picture_or_label_are_refused(tmp_path: Path) -> None:
    for number, (content, message) in enumerate(cases()):
        path = write(tmp_path / f"{number}-test.parquet", content)
        with pytest.raises(DataError, match=message):
            open_data(path).read("test")


@needs_pyarrow
@pytest.mark.parametrize("end", [4, 100, -1, -8, -200])
def test_a_file_that_is_cut_off_is_refused(end: int, tmp_path: Path) -> None:
    path = write(tmp_path / "test.parquet", parquet_table(TEST))
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(DataError, match="test.parquet is a damaged Parquet file") as refused:
        open_data(path)
    assert "\n" not in str(refused.value)


@needs_pyarrow
def test_a_damaged_page_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "test.parquet", parquet_table(TEST))
    content = bytearray(path.read_bytes())
    content[4:60] = bytes(56)
    path.write_bytes(content)
    with pytest.raises(DataError, match="test.parquet is a damaged Parquet file"):
        open_data(path).read("test")


@needs_pyarrow
def test_more_than_is_read_is_refused_by_its_outline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "test.parquet", parquet_table(TEST))
    monkeypatch.setattr(parquet, "MAX_UNPACKED", 1_000)
    with pytest.raises(DataError, match=r"unpacks to \d\d,\d\d\d bytes; at most 1,000 are read"):
        open_data(path)
    monkeypatch.setattr("neuroscribble.data.forms.found.MAX_PICTURES", 10)
    with pytest.raises(DataError, match="claims 20 pictures; at most 10 are read"):
        open_data(path)


def test_without_pyarrow_one_sentence_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    (tmp_path / "test.parquet").write_bytes(b"PAR1 and so on")
    for path in (tmp_path, tmp_path / "test.parquet"):
        with pytest.raises(DataError, match="needs pyarrow; install it: pip install") as refused:
            open_data(path)
        assert "neuroscribble[parquet]" in str(refused.value)


@needs_pyarrow
def test_both_parts_come_from_a_folder(tmp_path: Path) -> None:
    found = open_data(write_parquet(tmp_path, TRAIN, TEST))
    assert (len(found.read("train")), len(found.read("test"))) == (40, 20)

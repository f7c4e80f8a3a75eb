"""docs/data.md tells the limits that hold and names every form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from neuroscribble.data.forms import classes, found, parquet, picture, table

TEXT = (Path(__file__).parents[3] / "docs" / "data.md").read_text(encoding="utf-8")


def test_the_limits_are_those_of_the_code() -> None:
    words = " ".join(TEXT.split())
    assert f"At most {found.MAX_PICTURES:,} pictures a part" in words
    assert f"{found.MAX_LABEL + 1} classes, names of up to {classes.LONGEST_NAME} letters" in words
    assert f"always the same (seed {found.SPLIT_SEED})" in words
    assert found.SET_ASIDE == 7
    assert f"`{parquet.INSTALL}`" in words
    for name in classes.BESIDE:
        assert f"`{name}`" in words
    kinds = {"TIFF": ".tif", "WebP": ".webp", "JPEG": ".jpg"}
    for name in re.search(r"only `7/\*.png`; (.+?) \|", words)[1].replace(" or", ",").split(", "):  # type: ignore[index]
        assert kinds.get(name, f".{name.lower()}") in picture.SUFFIXES
    assert {"label", "class", "digit"} <= set(table.LABELS)


@pytest.mark.parametrize(
    ("name", "part", "its_set"),
    [
        ("train.csv", "train", ""),
        ("mnist_test.csv.gz", "test", "mnist"),
        ("emnist-letters-train.csv", "train", "emnist-letters"),
        ("mnistTest.csv", "test", "mnist"),
        ("train-00000-of-00002.parquet", "train", ""),
        ("training", "train", ""),
        ("t10k", "test", ""),
        ("latest.csv", None, "latest"),
        ("testament.csv", None, "testament"),
        ("digits.csv", None, "digits"),
    ],
)
def test_a_name_tells_its_part_and_set(name: str, part: str | None, its_set: str) -> None:
    assert found.part_and_set(name) == (part, its_set)

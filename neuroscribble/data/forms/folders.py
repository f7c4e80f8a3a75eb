"""Pictures by class: a folder for each class, perhaps below train and test.

train/7/*.png, test/7/*.png    also training/ and testing/
7/*.png                        without a test part
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ...errors import DataError
from ...shapes import IMAGE_SIZE
from .classes import checked_names
from .files import opened, read_at_most
from .found import Found, Part, Split, checked_part, part_and_set, require_modest
from .picture import MAX_BYTES, SUFFIXES, gray_picture

TURNED = "dark on light, so turned to light on dark"


def find(path: Path) -> Found | None:
    """The pictures below a folder, by class; None for a file or where there are none."""
    if not path.is_dir():
        return None
    parts: dict[Split, Path] = {}
    for folder in _folders(path):
        part, rest = part_and_set(folder.name)
        if part and not rest and _classes(folder):
            if part in parts:
                both = f"both {parts[part].name} and {folder.name}"
                raise DataError(f"{path} holds {both}; keep one of them.")
            parts[part] = folder
    if not parts and _classes(path):
        parts["train"] = path
    if not parts:
        return None
    folders = {each.name for part in parts.values() for each in _classes(part)}
    names = sorted(folders, key=_order)
    checked = checked_names(dict(enumerate(names)), str(path))
    readers = {part: partial(_part, folder, names) for part, folder in parts.items()}
    return Found(
        form="pictures by class",
        name=path.absolute().name,
        train=readers.get("train"),
        test=readers.get("test"),
        class_names=checked,
        names_from="its folders",
    )


def _folders(path: Path) -> list[Path]:
    return [each for each in sorted(path.iterdir()) if each.is_dir() and each.name[0] not in "._"]


def _classes(folder: Path) -> list[Path]:
    """The folders in a folder that hold pictures."""
    return [each for each in _folders(folder) if any(map(_is_picture, each.iterdir()))]


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".")


def _order(name: str) -> tuple[bool, int, str]:
    """The key that puts 9 before 10, and both before words."""
    return (False, int(name), name) if name.isdecimal() else (True, 0, name)


def _part(folder: Path, names: Sequence[str]) -> Part:
    files = [
        (file, names.index(each.name))
        for each in _classes(folder)
        for file in sorted(filter(_is_picture, each.iterdir()))
    ]
    require_modest(len(files), folder)
    images = np.empty((len(files), IMAGE_SIZE, IMAGE_SIZE), np.uint8)
    for image, (file, _) in zip(images, files, strict=True):
        with opened(file) as stream:
            content = bytes(read_at_most(stream, MAX_BYTES + 1))
        image[...] = gray_picture(content, str(file))
    labels = np.array([label for _, label in files])
    border = np.ones((IMAGE_SIZE, IMAGE_SIZE), bool)
    border[1:-1, 1:-1] = False
    if np.median(images[:, border]) > 127:
        return checked_part(255 - images, labels, folder, note=TURNED)
    return checked_part(images, labels, folder)

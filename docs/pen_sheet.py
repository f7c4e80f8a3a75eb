"""Draws shapes.png: the sheet of 200 digits on which a network is tried, and what is misread.

python docs/pen_sheet.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from neuroscribble.data.pen import shapes_sheet
from neuroscribble.formats.storage import load_network

DOCS = Path(__file__).parent
TINT = np.array([1.0, 0.78, 0.7])  # of the paper under a digit that is misread


def main() -> None:
    """Write the picture, and say how many are read."""
    images, labels = shapes_sheet()
    wrong = load_network(None).predict(images) != labels
    paper = np.where(wrong[:, None, None, None], TINT, 1.0)  # (N, 1, 1, 3)
    pictures = paper * (1 - images.reshape(-1, 28, 28, 1))
    order = np.argsort(labels, kind="stable").reshape(10, -1)
    sheet = pictures[order].transpose(0, 2, 1, 3, 4).reshape(10 * 28, -1, 3)
    large = np.rint(255 * sheet).astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    Image.fromarray(large).quantize(64).save(DOCS / "shapes.png", optimize=True)
    print(f"{(~wrong).sum()} of {len(wrong)} are read; misread ones stand on tinted paper.")


if __name__ == "__main__":
    main()

"""The maps as one HTML file to walk in: layers, methods, and every digit behind its dot.

Like the network's page it is complete in itself: no request of any kind, and its content security
policy forbids them. All digits travel as one picture, the atlas.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from neuroscribble.explain.embedding import TSNE_MISSING, Points
from neuroscribble.explain.maps import Answers, LayerMap
from neuroscribble.shapes import IMAGE_SIZE, Floats

from ..diagram.centers import READING_PCA, READING_TSNE, TITLE, class_centers, square_around
from .small_page import small_page

ATLAS_COLUMNS = 64
STEPS = 10_000  # places along a side of a map: a tenth of a pixel on the largest screens


def maps_page(
    layers: Sequence[LayerMap],
    answers: Answers,
    *,
    class_names: Sequence[str],
    weights_name: str,
    language: str | None = None,
) -> str:
    """The whole page as HTML text; names are free text.

    language: of the page's own texts at first, "en" or "de"; by default the browser's.
    """
    has_tsne = all(layer.tsne is not None for layer in layers)
    n, n_wrong = len(answers.labels), int(np.count_nonzero(~answers.is_right))
    facts = f"{weights_name}: {n:,} digits of {answers.name}, {n_wrong:,} of them misread"
    payload = {
        **_payload(layers, answers, class_names),
        "name": answers.name,
        "weightsName": weights_name,
    }
    return small_page(
        "maps",
        payload,
        language=language,
        title=TITLE,
        description=facts,
        reading_pca=READING_PCA,
        reading_tsne=READING_TSNE if has_tsne else TSNE_MISSING,
    )


def _payload(
    layers: Sequence[LayerMap], answers: Answers, class_names: Sequence[str]
) -> dict[str, Any]:
    """Plain values for `json.dumps`: maps, measures, answers and pictures."""
    names = list(class_names)
    return {
        "classNames": names,
        "layers": [
            {
                "key": layer.key,
                "shape": list(layer.shape),
                "alike": layer.neighbor_accuracy,
                "apart": layer.variance_between,
                "pcaShare": layer.pca_share,
                "maps": {
                    name: _map(points, answers, len(names))
                    for name, points in (("tsne", layer.tsne), ("pca", layer.pca))
                    if points is not None
                },
            }
            for layer in layers
        ],
        "steps": STEPS,
        "labels": answers.labels.tolist(),
        "answers": answers.answers.tolist(),
        "confidences": [round(p, 5) for p in answers.confidences.tolist()],
        "atlas": {
            "picture": png_address(atlas(answers.images)),
            "columns": ATLAS_COLUMNS,
            "side": IMAGE_SIZE,
        },
    }


def _map(points: Points, answers: Answers, n_classes: int) -> dict[str, Any]:
    """Places x0, y0, x1, y1, … in whole steps, y downward, and which points carry class names."""
    low, high = square_around(points)
    places = (points - low) / (high - low)
    places[:, 1] = 1 - places[:, 1]
    return {
        "places": np.rint(places * STEPS).astype(int).ravel().tolist(),
        "centers": list(class_centers(points, answers.labels, n_classes=n_classes).items()),
    }


def atlas(images: Floats) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Images (N, 784) → one picture in bytes, row by row, ATLAS_COLUMNS in each; ink is 255."""
    n_rows = -(-len(images) // ATLAS_COLUMNS)
    side = IMAGE_SIZE
    tiles = np.zeros((n_rows * ATLAS_COLUMNS, side, side), np.uint8)
    tiles[: len(images)] = np.rint(images * 255).reshape(-1, side, side)
    rows = tiles.reshape(n_rows, ATLAS_COLUMNS, side, side).transpose(0, 2, 1, 3)
    return rows.reshape(n_rows * side, ATLAS_COLUMNS * side)


def png_address(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    """A gray picture as a data: address."""
    from PIL import Image  # here: only pictures need it

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")

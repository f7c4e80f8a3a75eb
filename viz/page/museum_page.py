"""The class museum as one HTML file: every drawing, what was read in it, how sure.

Like the network's page it is complete in itself: no request of any kind, and its content security
policy forbids them. All drawings travel as one picture, the atlas.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuroscribble.nn.network import Network
from neuroscribble.shapes import IMAGE_SIZE
from neuroscribble.teaching.museum import Exhibit, Museum

from .maps_page import ATLAS_COLUMNS, atlas, png_address
from .small_page import small_page


def museum_page(
    museum: Museum, network: Network, *, title: str, weights_name: str, language: str | None = None
) -> str:
    """The whole page as HTML text; all names are free text.

    Raises SettingsError when there are no texts in that language.
    """
    return small_page(
        "museum",
        _payload(museum, network, weights_name),
        language=language,
        title=title,
        description=f"{len(museum.exhibits):,} drawings, read by {weights_name}",
    )


def _payload(museum: Museum, network: Network, weights_name: str) -> dict[str, Any]:
    """Plain values for `json.dumps`."""
    images = np.stack([one.image for one in museum.exhibits])
    return {
        "classNames": list(network.class_names),
        "weights": weights_name,
        "exhibits": [_told(one) for one in museum.exhibits],
        "refused": museum.refused,
        "files": museum.n_files,
        "sheets": museum.n_sheets,
        "empty": museum.n_empty,
        "atlas": {
            "picture": png_address(atlas(images)),
            "columns": ATLAS_COLUMNS,
            "side": IMAGE_SIZE,
        },
    }


def _told(one: Exhibit) -> dict[str, Any]:
    probabilities = [_short(float(p)) for p in one.probabilities]
    answer = int(one.probabilities.argmax())
    return {
        "name": one.name,
        "row": one.row,
        "column": one.column,
        "answer": answer,
        "probabilities": probabilities,
        "unlike": one.unlike,
        "label": one.label,
    }


def _short(probability: float) -> float:
    """With five decimals; never rounded to certainty."""
    return min(round(probability, 5), 1 - 1e-5)

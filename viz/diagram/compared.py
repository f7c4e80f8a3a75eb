"""A second network for the page of a first: its payload, what was measured, where they part."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.side_by_side import SideBySide, disagreements

from .diagram import Diagram, diagram_of
from .payload import floats, page_payload

MOST_SHOWN = 40  # digits on which the two disagree


@dataclass(frozen=True, eq=False)
class Compared:
    """Two networks, and in words what they were asked."""

    names: tuple[str, str]  # of the networks, as in "weights.npz"
    measured: SideBySide
    matched_on: str  # "2,000 digits of MNIST training"
    tested_on: str  # the same of what tells how they agree
    gallery: NamedDigits | None = None  # of which the page shows those that they read differently


def compared_payload(compared: Compared, beside: Diagram, *, top_k: int) -> dict[str, Any]:
    """Plain values of the second network, units in the first one's order, and of the comparison.

    beside: the first network's diagram: matched units stand where their partners do.
    """
    pairing = compared.measured.pairing
    second = pairing.second
    diagram = diagram_of(second)
    name = compared.names[1]
    payload = page_payload(second, diagram, top_k=top_k, title=name, weights_name=name)
    for shared in ("examples", "themes"):  # the page has them
        del payload[shared]
    stand = zip(beside.columns, beside.blocks, strict=True)
    blocks = {column.key: block for column, block in stand}
    for column, block in zip(payload["columns"], diagram.blocks, strict=True):
        pair = pairing.pairs.get(column["key"])
        if pair is not None:
            places = blocks[column["key"]].positions
            aside = block.positions[:, 0].mean() - places[:, 0].mean()  # other columns are wider
            column["positions"] = floats(places + (aside, 0))
            column["ids"] = [column["ids"][unit] for unit in pair.order]
            column["correlations"] = floats(pair.correlations)
            column["alignment"] = pair.alignment
    agreement = compared.measured.agreement
    return {
        **payload,
        "names": list(compared.names),
        "unmatched": pairing.unmatched,
        "inPlace": pairing.in_place,
        "canSwap": pairing.can_swap,
        "matchedOn": compared.matched_on,
        "testedOn": compared.tested_on,
        "agreement": agreement and {**asdict(agreement), "pValue": agreement.p_value},
        "swaps": [asdict(swap) for swap in compared.measured.swaps],
        "gallery": _gallery(compared),
    }


def _gallery(compared: Compared) -> dict[str, Any] | None:
    """Digits that the two read differently: as many bytes as they have numbers, each / 255."""
    if compared.gallery is None:
        return None
    pairing = compared.measured.pairing
    images, labels = compared.gallery.digits.images, compared.gallery.digits.labels
    inks = np.rint(images * 255).astype(np.uint8)
    found = disagreements(pairing.first, pairing.second, inks / np.float32(255))
    shown = found[:MOST_SHOWN]
    return {
        "inks": inks[shown].tobytes(),
        "labels": labels[shown].tolist(),
        "found": len(found),
        "of": len(images),
        "name": compared.gallery.name,
    }

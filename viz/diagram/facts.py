"""What a network's file tells about drawings of it; what is missing or makes no sense is None."""

from __future__ import annotations

from itertools import product
from typing import Any

from neuroscribble.explain.drawings import CHOICES, OTHERS, SPREADS, ladder
from neuroscribble.explain.links import links
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of

ENOUGH = 0.9  # of the digits: so many the first picture shall still read
ALL = 6_000  # edges that a picture shows all at once
MOST_TESTED = 2**31  # digits of a test
FEW = 8  # edges into each unit of a first picture of which nothing is known


def first_top_k(network: Network) -> int:
    """How many edges a picture shows at first: all, or the fewest that still read nine of ten."""
    if sum(link.n_edges for link in links(network)) <= ALL:
        return ladder(network)[-1]
    facts = stored_drawings(network) or {"correct": {}}
    counts = facts["correct"].get("usual", {}).get("network", {}).get("average")
    if not counts:
        return FEW
    readable = (k for k, n in zip(facts["topK"], counts, strict=True) if n >= ENOUGH * facts["n"])
    return next(readable, FEW)


def stored_drawings(network: Network) -> dict[str, Any] | None:
    """What training measured about drawings of this network, if its file has it all."""
    facts = network.meta.get("drawings")
    if not isinstance(facts, dict):
        return None
    top_ks, n = ladder(network), facts.get("n")
    if "correct_if_only_drawn" in facts:
        facts = {**facts, **_of_first_version(facts, top_ks)}
    whole = facts.get("whole")
    if facts.get("top_k") != top_ks or not _are_counts([whole], 1, n):
        return None
    found: dict[str, Any] = {}
    for choose, spread, others in product(CHOICES, SPREADS, OTHERS):
        counts: Any = facts.get("correct")
        for key in (choose, spread, others):
            counts = counts.get(key) if isinstance(counts, dict) else None
        if _are_counts(counts, len(top_ks), n):
            found.setdefault(choose, {}).setdefault(spread, {})[others] = counts
    return {
        "correct": found,
        "whole": whole,
        "topK": top_ks,
        "n": n,
        "of": facts.get("of", n),
        "measuredOn": str(facts.get("measured_on")),
    }


def stored_test(network: Network) -> dict[str, Any] | None:
    """How good the network was when it was tested: the accuracy, and on what."""
    test = network.meta.get("test")
    if not isinstance(test, dict) or not isinstance(test.get("accuracy"), float):
        return None
    return {"accuracy": test["accuracy"], "name": str(test.get("name"))}


def stored_confusion(network: Network) -> list[list[int]] | None:
    """How the test digits were read: a row for each class, a column for each answer."""
    rows, n_classes = network.meta.get("confusion"), len(network.class_names)
    if stored_test(network) is None or not isinstance(rows, list) or len(rows) != n_classes:
        return None
    return rows if all(_are_counts(row, n_classes, MOST_TESTED) for row in rows) else None


def usual_words(network: Network) -> str | None:
    """Over what its usual activations were measured: "10,000 digits of MNIST training"."""
    facts = network.meta.get("usual")
    if not (network.usual and isinstance(facts, dict) and isinstance(facts.get("n"), int)):
        return None
    what = "digits" if input_of(network).is_picture else "rows"
    return f"{facts['n']:,} {what} of {facts.get('measured_on')}"


def _of_first_version(facts: dict[str, Any], top_ks: list[int]) -> dict[str, Any]:
    """What files of version 0.1 tell: the strongest weights into each unit, all others cut."""
    counts = facts["correct_if_only_drawn"]
    if not isinstance(counts, list) or not counts:
        return {}
    measured = facts.get("top_k") or [*range(1, len(counts) + 1)]
    at = dict(zip(measured, counts, strict=False))
    cut = [at.get(top_k) for top_k in top_ks]
    return {"whole": counts[-1], "top_k": top_ks, "correct": {"weight": {"unit": {"cut": cut}}}}


def _are_counts(values: Any, length: int, most: Any) -> bool:
    return (
        isinstance(most, int)
        and isinstance(values, list)
        and len(values) == length
        and all(isinstance(value, int) and 0 <= value <= most for value in values)
    )

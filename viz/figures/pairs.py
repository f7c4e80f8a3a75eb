"""Two networks brought into the same form and order, and what the numbers say about them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.alignment import (
    enough_images,
    layer_activity,
    linear_alignment,
    unit_correlations,
)
from neuroscribble.explain.canonical import canonical
from neuroscribble.explain.links import Link, links
from neuroscribble.explain.matching import (
    ALIKE,
    LayerDifference,
    Order,
    Weights,
    check_same_sizes,
    layer_differences,
    match_activity,
    match_units,
    reorder_units,
)
from neuroscribble.explain.sorting import sort_units
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from . import sheet as figures
from .sheet import SignedScale, number
from .shown import canonical_words

ROUNDING = 1e-5  # of the largest weight of a layer: what rescaling in float32 may change


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two networks, unit by unit, and all that the pictures of them show.

    Units stand in the order of `places`: the first network's sorted by the class that they help,
    or as in the file. Beside each stands the second network's unit that it is compared with.
    """

    names: tuple[str, str]
    matched: bool  # else every unit stands beside the one in its own place
    keys: tuple[str, ...]  # "input", "h1", …, "output"
    tap_shapes: Sequence[tuple[int, int]]  # per layer: of the weights between two units
    class_names: tuple[str, ...]
    form: str  # what was done to the weights
    measured: str  # what alignments are, and over what
    orders: Sequence[Order]  # per hidden layer: the second network's unit for each of the first
    places: Sequence[Order]  # per hidden layer: the first network's unit at each place
    helped: Mapping[int, NDArray[np.intp]]  # of each sorted column: the class helped most
    first: Weights
    second: Weights
    layers: Sequence[LayerDifference]  # the first network's units in their own order
    alignments: Sequence[float]  # per layer, from 0 to 1; none without digits
    # Per layer, (units, units): how what the first's units do correlates with what the second's do;
    # in the order of `places`, so that those which are compared stand on the diagonal.
    activity: Sequence[NDArray[np.float64]]

    @property
    def order_words(self) -> str:
        """How units are sorted."""
        if not self.helped:
            return f"Units stand as in the {'first file' if self.matched else 'files'}."
        whose = "first" if self.matched else "second"
        return f"Sorted by the class that a unit of the {whose} helps most, the strongest first."

    @property
    def differences(self) -> list[np.ndarray[Any, Any]]:
        """Second − first, for every layer."""
        pairs = zip(self.first, self.second, strict=True)
        return [after.astype(np.float64) - before for (before, _), (after, _) in pairs]

    def scale(self, layer: int) -> SignedScale:
        """One scale for a layer of both networks and its difference."""
        return figures.signed_scale(
            [self.first[layer][0], self.second[layer][0], self.differences[layer]]
        )

    def alike(self, layer: int) -> NDArray[np.floating[Any]]:
        """How the two units at each place correlate: in what they do, or else in their weights."""
        if self.activity:
            return self.activity[layer].diagonal()
        correlations = self.layers[layer].correlations
        return correlations[self.places[layer]] if layer < len(self.places) else correlations

    def unit_words(self, place: int) -> str:
        """Who stands at a place of the first layer, and how alike the two are."""
        unit = self.places[0][place] if self.places else place
        other = self.orders[0][unit] if self.orders else place
        return f"{self.keys[1]}:{unit} · {other}   {_two_digits(self.alike(0)[place])}"

    def sentence(self, layer: int) -> str:
        """What distinguishes the two networks in one layer, in numbers."""
        report, key, source = self.layers[layer], self.keys[layer + 1], self.keys[layer]
        weights = f"weights by {_two_digits(np.median(report.correlations))}"
        alike, does = self.alike(layer), f"their {weights}"
        if self.activity:
            does = f"what they do correlates by {_two_digits(np.median(alike))}, {does}"
        n_alike = int(np.count_nonzero(alike > ALIKE))
        start = f"{n_alike:,} of {len(alike):,} units correlate above {ALIKE}; in the median {does}"
        if report.largest == 0:
            return f"{start}; no weight or bias differs."
        origin = "from its bias" if report.source is None else f"from {source}:{report.source}"
        return (
            f"{start}; mean |difference| {number(report.mean)}; "
            f"largest {number(report.largest)}, into {key}:{report.unit} {origin}."
        )


def _two_digits(value: Any) -> str:
    return f"{value:.2f}".replace("-", "−")


def compare_networks(
    first: Network,
    second: Network,
    *,
    names: tuple[str, str],
    match: bool,
    digits: NamedDigits | None = None,
    raw: bool = False,
) -> Comparison:
    """Two networks side by side, in canonical form over the same digits, sorted.

    match: bring the second network's units into the first one's order; else every unit is compared
    with the one in its own place, and sorted is by what the second network's units help.
    digits: what both networks read to be measured; without any the weights stay as they are in the
    files, and units are matched by weights alone. With `raw` they stay so in any case, unsorted.
    Raises SettingsError when the layers differ in size or have no picture.
    """
    chains = links(first), links(second)
    check_same_sizes(*map(_weights_of, chains))
    if match and any(link.groups > 1 for link in chains[0]):
        raise SettingsError(
            "units of a convolution in groups have their places, so networks with such cannot be "
            "brought into the same order and compared."
        )
    pair = [first, second]
    does: list[list[Floats]] = []  # what both networks' units do, layer by layer
    said, measured = "Weights as in the files.", ""
    if digits is not None:
        images = digits.digits.images[: enough_images(first, len(digits.digits))]
        does = [layer_activity(network, images) for network in pair]
        over = f"over {len(images):,} {digits.noun} of {digits.name}"
        if not raw:
            forms = [canonical(_measured(network, images)) for network in pair]
            pair = [form.network for form in forms]
            does = [form.scaled_activity(did) for form, did in zip(forms, does, strict=True)]
            said = canonical_words(forms, over)
        measured = f"Alignment: linear CKA (Kornblith et al. 2019) {over}, 1 where layers agree."
    chains = links(pair[0]), links(pair[1])
    weights, others = map(_weights_of, chains)
    alike = [unit_correlations(one, other) for one, other in zip(*does, strict=True)]
    orders: list[Order] = [np.arange(len(bias), dtype=np.intp) for _, bias in weights[:-1]]
    if match:
        matched = match_activity(weights, others, alike[:-1]) if does else None
        orders = match_units(weights, others) if matched is None else matched
    others = reorder_units(others, orders)
    if does and not raw:
        others = [_without_rounding(*layer) for layer in zip(weights, others, strict=True)]
    leader = 0 if match else 1
    sortings = {} if raw else sort_units(chains[leader], pair[leader].usual)
    places = [
        sortings[link.key].order if sortings else np.arange(len(order), dtype=np.intp)
        for link, order in zip(chains[0], orders, strict=False)
    ]
    if any(link.norm for link in chains[0]):
        said += " Batch normalization is folded in."
    last = np.arange(len(weights[-1][1]), dtype=np.intp)
    rows, columns = [*places, last], [*(o[p] for o, p in zip(orders, places, strict=True)), last]
    return Comparison(
        names=(figures.plain(names[0]), figures.plain(names[1])),
        matched=match,
        keys=("input", *(link.key for link in chains[0])),
        tap_shapes=[link.tap_shape for link in chains[0]],
        class_names=first.class_names,
        form=said,
        measured=measured,
        orders=orders,
        places=places,
        helped={n + 1: sorting.helped for n, sorting in enumerate(sortings.values())},
        first=reorder_units(weights, places),
        second=reorder_units(others, places),
        layers=layer_differences(weights, others),
        alignments=[linear_alignment(one, other) for one, other in zip(*does, strict=True)],
        activity=[a[np.ix_(*both)] for a, *both in zip(alike, rows, columns, strict=bool(alike))],
    )


def _measured(network: Network, images: Floats) -> Network:
    """The same network, knowing what it usually does over these images."""
    known = copy.copy(network)
    known.usual = measure_usual(network, images)
    return known


def _weights_of(chain: Sequence[Link]) -> Weights:
    return [(link.weights, link.bias) for link in chain]


def _without_rounding(
    first: tuple[Floats, Floats], second: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """The second's weights and biases, but the first's where they differ by rounding alone."""
    limit = ROUNDING * max(float(np.abs(array).max(initial=0)) for array in first)
    W, b = (
        np.where(np.abs(other - one) <= limit, one, other)
        for one, other in zip(first, second, strict=True)
    )
    return W, b

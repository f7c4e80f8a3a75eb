"""Which unit of a second network does what a unit of the first does, and the two laid side by side.

Units of a hidden layer have no fixed places and, behind a ReLU, no fixed scale: change both and the
network computes the same. So before two networks are looked at together, the second one's units
are put beside those of the first with which they correlate most (`matching`), and scaled until
they vary as much (`canonical`). A permuted and rescaled copy is then the first network itself.

Only columns of the same kind and size are matched. What stands in a network of another build is
left as it is, and said.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..nn.network import Network
from ..nn.reads import input_of
from ..shapes import Floats
from .alignment import enough_images, layer_activity, linear_alignment, unit_correlations
from .canonical import Canonical, canonical, scale_units
from .links import Column, columns, links
from .matching import ALIKE, Order, match_activity, most_alike
from .usual import measure_usual


@dataclass(frozen=True, eq=False)
class Pair:
    """One column of both networks, unit by unit."""

    order: Order  # entry i: the second network's unit, as in its file, at place i
    correlations: NDArray[np.float64]  # (units,): of what the two units at each place do
    alignment: float  # linear CKA of the two columns, 1 where they tell the same apart

    @property
    def median(self) -> float:
        """The correlation of the unit in the middle."""
        return float(np.median(self.correlations))

    @property
    def n_alike(self) -> int:
        """How many units correlate by more than 0.9."""
        return int(np.count_nonzero(self.correlations > ALIKE))


@dataclass(frozen=True, eq=False)
class Pairing:
    """Two networks laid side by side."""

    first: Network
    second: Network  # in the order and at the scale of the first; computes what it did before
    pairs: dict[str, Pair]  # by column: those that both have in the same kind and size
    unmatched: dict[str, str]  # by column: why it is none of these, a part of a sentence
    in_place: bool  # units were not matched: they are the same ones at another moment
    n: int  # images over which it was measured

    @property
    def can_swap(self) -> bool:
        """Whether each layer of one could stand in the other's place."""
        seams = zip_longest(_seams(self.first), _seams(self.second))
        return not self.unmatched and all(one == other for one, other in seams)


def check_comparable(first: Network, second: Network) -> None:
    """Raise SettingsError unless both read the same kind of input and answer with the same classes.

    A difference of range or ink is none: both take ink from 0 to 1.
    """
    one, other = input_of(first), input_of(second)
    if one.shape != other.shape:
        shapes = ["×".join(map(str, spec.shape)) for spec in (one, other)]
        raise SettingsError(
            f"only networks that read the same can be compared; the first reads {shapes[0]} "
            f"numbers, the second {shapes[1]}."
        )
    outputs = [(network.class_names, network.layer_sizes[-1]) for network in (first, second)]
    if outputs[0] != outputs[1]:
        told = [f"{n} for {', '.join(names[:10])}" for names, n in outputs]
        raise SettingsError(
            "only networks with the same classes can be compared; the first has outputs "
            f"{told[0]}, the second {told[1]}."
        )


def pair_networks(
    first: Network, second: Network, images: Floats, *, in_place: bool = False
) -> Pairing:
    """Lay two networks side by side, by what their units do over images (N, D).

    in_place: units stand where they are already: the second is the first at another moment.
    Raises SettingsError for networks that read or answer different things, or have no picture.
    """
    check_comparable(first, second)
    images = images[: min(enough_images(network, len(images)) for network in (first, second))]
    forms = [canonical(_measured(network, images)) for network in (first, second)]
    does = [
        _activity(network, form, images)
        for network, form in zip((first, second), forms, strict=True)
    ]
    unmatched = _unmatched(columns(first), columns(second), second)
    shared = [key for key in does[1] if key not in unmatched]
    alike = {key: _correlations(does[0][key], does[1][key]) for key in shared}
    orders = _orders(forms, alike, in_place=in_place, is_whole=not unmatched)
    laid = second.copy()
    _lay(laid, forms, orders)
    pairs = {
        key: Pair(
            order=order,
            correlations=alike[key][np.arange(len(order)), order],
            alignment=linear_alignment(does[0][key], does[1][key]),
        )
        for key, order in orders.items()
    }
    return Pairing(first, laid, pairs, unmatched, in_place, len(images))


def _orders(
    forms: Sequence[Canonical],
    alike: dict[str, NDArray[np.float64]],
    *,
    in_place: bool,
    is_whole: bool,
) -> dict[str, Order]:
    """Of each column that both have alike; the last one gives the answers, each in its place."""
    orders: dict[str, Order] = {
        key: np.arange(len(each), dtype=np.intp) for key, each in alike.items()
    }
    if in_place:
        return orders
    *hidden, _ = orders
    if is_whole:
        one, other = ([(link.weights, link.bias) for link in links(form.network)] for form in forms)
        matched = match_activity(one, other, [alike[key] for key in hidden])
        return orders | dict(zip(hidden, matched, strict=True))
    return orders | {key: most_alike(alike[key]) for key in hidden}


def _lay(second: Network, forms: Sequence[Canonical], orders: dict[str, Order]) -> None:
    """Put the second network's units into the first one's order and scale, in place."""
    for n, (link, following) in enumerate(pairwise(links(second))):
        if link.key not in orders:
            continue
        order = orders[link.key]
        reorder_column(second, n, order)
        one, other = (form.factors.get(link.key) for form in forms)
        if one is not None and other is not None:
            scale_units(link, following, other[order] / one, second.usual)


def reorder_column(network: Network, n: int, order: Order) -> None:
    """Give the units behind link n another order, in place: new unit i is old unit order[i]."""
    link, following = links(network)[n : n + 2]
    own = [link.params["W"], link.params["b"]]
    for norm in (link.norm, link.after):
        own += [norm.gamma, norm.beta, norm.mean, norm.variance] if norm else []
    for array in own:
        array[...] = array[..., order]
    rows = following.params["W"].reshape(-1, len(order), following.params["W"].shape[-1])
    rows[...] = rows[:, order]
    if network.usual:
        here, ahead = network.usual[link.key], network.usual[following.key]
        by_unit = (ahead.mean.reshape(-1, len(order)), ahead.deviation.reshape(-1, len(order)))
        mean, deviation = (numbers[:, order].ravel() for numbers in by_unit)
        network.usual[link.key] = replace(here, influence=here.influence[order])
        network.usual[following.key] = replace(ahead, mean=mean, deviation=deviation)


def _unmatched(one: Sequence[Column], other: Sequence[Column], second: Network) -> dict[str, str]:
    """By hidden column, why its units cannot be matched."""
    chain = links(second)
    found = {}
    for n, (ours, theirs) in enumerate(zip_longest(one[1:-1], other[1:-1])):
        if ours is None or theirs is None:
            found[(ours or theirs).key] = f"only the {'first' if ours else 'second'} has it"
        elif ours != theirs:
            found[ours.key] = f"{_words(ours)} in the first, {_words(theirs)} in the second"
        elif chain[n].groups > 1 or chain[n + 1].groups > 1:
            found[ours.key] = "units of a convolution in groups have their places"
    return found


def _words(column: Column) -> str:
    rows, width = column.map_shape
    return f"{column.n_units} {'units' if rows * width == 1 else f'maps of {rows}×{width}'}"


def _correlations(one: Floats, other: Floats) -> NDArray[np.float64]:
    """Of all units with all others, (units, units); two that never vary do the same."""
    never, others_never = ((x == x[0]).all(axis=0) for x in (one, other))
    correlations = unit_correlations(one, other)
    correlations[np.ix_(never, others_never)] = 1
    return correlations


def _activity(network: Network, form: Canonical, images: Floats) -> dict[str, Floats]:
    """What the units of each column do, in canonical form; of logits what a softmax reads of them.

    A number added to all of them changes no answer, so their mean is taken off.
    """
    *hidden, logits = form.scaled_activity(layer_activity(network, images))
    if network.output.name == "softmax":
        logits = logits - logits.mean(axis=1, keepdims=True)
    keys = (stage.key for stage in network.stages)
    return dict(zip(keys, [*hidden, logits], strict=True))


def _seams(network: Network) -> list[tuple[int, ...]]:
    """The shape of what each layer of weights reads."""
    names = list(network.layers)
    shapes = [network.input_shape, *network.output_shapes.values()]
    return [shapes[names.index(stage.weights)] for stage in network.stages]


def _measured(network: Network, images: Floats) -> Network:
    """The same network, knowing what it usually does over these images."""
    known = copy.copy(network)
    known.usual = measure_usual(network, images)
    return known

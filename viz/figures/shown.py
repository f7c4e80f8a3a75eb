"""What pictures of weights show: the canonical form with its units sorted, or the file as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuroscribble.explain.canonical import Canonical, canonical
from neuroscribble.explain.sorting import sort_units
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from ..diagram.diagram import Diagram, diagram_of
from ..diagram.facts import usual_words
from . import sheet as figures

MOST_NAMED = 4  # units that never vary are named, if they are not more
SORTED = "Sorted by the class that a unit helps most (→), the strongest first."


@dataclass(frozen=True, eq=False)
class Shown:
    """All weights of a network as its pictures hold them."""

    diagram: Diagram  # of the network in this form
    weights: tuple[Floats, ...]  # of each link: (taps, fan_in, fan_out), units in order
    biases: tuple[Floats, ...]  # of each link: (fan_out,)
    orders: tuple[NDArray[np.intp], ...]  # of each column: the unit at each place
    helped: Mapping[int, NDArray[np.intp]]  # of each sorted column: the class helped most
    form: str  # what was done to the weights
    is_raw: bool

    @property
    def form_and_order(self) -> str:
        """What was done to the weights, and how units are sorted."""
        return f"{self.form} {SORTED}" if self.helped else self.form

    def matrix(self, link: int) -> Floats:
        """A link with a row for everything that is read; taps of a unit together, if sorted."""
        weights = self.weights[link]
        rows = weights if self.is_raw else weights.transpose(1, 0, 2)
        return rows.reshape(-1, weights.shape[2])

    def name(self, column: int, place: int) -> str:
        """The unit at a place, "h1:37 → 5" with the class that it helps."""
        name: str = self.diagram.ids[column][self.orders[column][place]]
        if column not in self.helped:
            return name
        return f"{name} → {class_name(self.diagram.class_names, self.helped[column][place])}"


def weights_to_show(network: Network, *, raw: bool = False) -> Shown:
    """The network's weights in canonical form and sorted, or with `raw` as they are in the file.

    Where the network does not tell what it usually does, they are only sorted. Raises
    SettingsError when it is built in a way that has no picture.
    """
    form = None if raw or not network.usual else canonical(network)
    diagram = diagram_of(form.network if form else network)
    keys = [column.key for column in diagram.columns]
    sortings = {} if raw else sort_units(diagram.links, diagram.usual)
    orders = tuple(
        sortings[key].order if key in sortings else np.arange(size, dtype=np.intp)
        for key, size in zip(keys, diagram.sizes, strict=True)
    )
    weights = [link.by_pairs(link.params["W"]) if raw else link.weights for link in diagram.links]
    return Shown(
        diagram=diagram,
        weights=tuple(
            W[:, source][:, :, target]
            for W, source, target in zip(weights, orders, orders[1:], strict=False)
        ),
        biases=tuple(
            (link.params["b"] if raw else link.bias)[order]
            for link, order in zip(diagram.links, orders[1:], strict=True)
        ),
        orders=orders,
        helped={n: sortings[key].helped for n, key in enumerate(keys) if key in sortings},
        form=form_words(network, form, raw=raw),
        is_raw=raw,
    )


def form_words(network: Network, form: Canonical | None, *, raw: bool) -> str:
    """What was done to the weights before they were drawn."""
    if form is None or len(network.stages) == 1:
        unknown = ", which does not tell what the network usually does"
        return f"As in the file{unknown if form is None and not raw else ''}."
    told = usual_words(network)
    return canonical_words([form], f"over {told}" if told else "as its file tells")


def canonical_words(forms: Sequence[Canonical], over: str) -> str:
    """What the canonical form of one network or two is, and what in it has none."""
    computed = "the network computes" if len(forms) == 1 else "the networks compute"
    words = f"Units scaled to standard deviation 1 {over}, which changes nothing that {computed}."
    kept = dict(pair for form in forms for pair in form.kept.items())
    if kept:
        words += f" As in the file: {', '.join(f'{key} ({word})' for key, word in kept.items())}."
    dead = [f"{key}:{unit}" for form in forms for key, units in form.dead.items() for unit in units]
    if dead:
        named = f" ({', '.join(dead)})" if len(forms) == 1 and len(dead) <= MOST_NAMED else ""
        units = "unit never varies" if len(dead) == 1 else "units never vary"
        words += f" {len(dead):,} {units}{named}."
    return words


def class_name(names: Sequence[str], label: int) -> str:
    """A class as it stands beside a unit; a single value has a lower and a higher end."""
    name = names[label] if len(names) > 1 else f"{'−+'[label]} {names[0]}"
    return figures.plain(name, longest=12)

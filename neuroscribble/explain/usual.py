"""Measures what a network usually does over many images: means, deviations, influences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..data.sources import NamedDigits
from ..machine import one_thread
from ..nn.checkpoints import Education
from ..nn.network import Network, Trace
from ..nn.usual import Usual
from ..shapes import Floats, check_shape
from .links import link_inputs, links

MOST, FEWEST = 10_000, 1_000  # images that tell what is usual, as many as …
AFFORDABLE = 1e10  # … so many multiplications allow: a second
SOME = 2_000  # of them tell influences
AT_CHECKPOINT = 250  # images that tell it of a checkpoint
SEED = 10


def note_usual(network: Network, digits: NamedDigits) -> None:
    """Keep with the network what it usually does over (the first of) these digits."""
    n = int(AFFORDABLE / network.multiplications)
    images = digits.digits.some(slice(min(max(n, FEWEST), MOST))).images
    network.usual = measure_usual(network, images)
    network.meta["usual"] = {"measured_on": digits.name, "n": len(images)}


@one_thread()  # many small products: nine times as fast as on two
def with_usual(education: Education, network: Network, digits: NamedDigits) -> Education:
    """The education of `network` with what it usually did at each checkpoint.

    At the last one it is what the network has noted; before, fewer digits tell.
    """
    images = digits.digits.some(slice(AT_CHECKPOINT)).images
    *earlier, last = education.checkpoints
    told = [
        replace(one, usual=measure_usual(education.network_at(i, network), images))
        for i, one in enumerate(earlier)
    ]
    return replace(education, checkpoints=(*told, replace(last, usual=network.usual)))


def measure_usual(network: Network, images: Floats) -> dict[str, Usual]:
    """One `Usual` for every link, by its key. images: (N, D), as the network reads them.

    A row of a kernel meets a whole map of numbers; what counts is their mean over all its places.

    Raises SettingsError when the network is built in a way that has no picture.
    """
    check_shape("images", images, ("N", *network.input_shape))
    chain = links(network)
    sums = [np.zeros(link.n_rows) for link in chain]
    squares = [np.zeros(link.n_rows) for link in chain]
    moves = {stage.key: np.zeros(stage.units) for stage in network.stages}
    rng = np.random.default_rng(SEED)
    n, n_some = len(images), min(SOME, len(images))
    starts = [*range(0, n_some, network.chunk), *range(n_some, n, network.chunk)]
    for start, stop in zip(starts, [*starts[1:], n], strict=True):
        trace = network.forward(images[start:stop])
        for i, (link, x) in enumerate(zip(chain, link_inputs(network, trace), strict=True)):
            seen = link.mean_inputs(x).astype(np.float64)
            sums[i] += seen.sum(axis=0)
            squares[i] += (seen**2).sum(axis=0)
        if start < n_some:
            for key, squared in _squared_moves(network, trace, rng).items():
                moves[key] += squared
    measured = {}
    for link, total, square in zip(chain, sums, squares, strict=True):
        mean = total / n
        measured[link.key] = Usual(
            mean.astype(np.float32),
            np.sqrt(np.maximum(square / n - mean**2, 0)).astype(np.float32),
            np.sqrt(moves[link.key] / n_some).astype(np.float32),
        )
    return measured


def _squared_moves(network: Network, trace: Trace, rng: np.random.Generator) -> dict[str, Floats]:
    """|d logits / d sum|², added up over the images, for every unit of every column.

    One backward pass serves all classes: from random signs r, (rᵀ J)² is |J|² on average
    (Hutchinson 1990, doi:10.1080/03610919008812866). The sum of a map is moved at all its places.
    """
    signs = rng.integers(0, 2, trace.logits.shape) * 2.0 - 1
    gradients = _sum_gradients(network, trace, signs.astype(trace.logits.dtype))
    return {key: (d.astype(np.float64) ** 2).sum(axis=0) for key, d in gradients.items()}


def _sum_gradients(network: Network, trace: Trace, d_logits: Floats) -> dict[str, Floats]:
    """d/d(pre-activation) of every stage, summed over the places of maps: (N, units)."""
    keys = {stage.pre: stage.key for stage in network.stages}
    gradient = network.new_gradient()  # of the parameters; it is not needed here
    found: dict[str, Floats] = {}
    d_out: Floats | None = d_logits
    for name, layer in reversed(network.layers.items()):
        assert d_out is not None
        if name in keys:
            places = tuple(range(1, d_out.ndim - 1))
            found[keys[name]] = d_out.sum(axis=places) if places else d_out
        if len(found) == len(keys):
            break
        d_out = layer.backward(d_out, trace.caches[name], gradient.layers[name])
    return found

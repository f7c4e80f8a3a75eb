"""What a link of a picture learns, its normalization's numbers included."""

from __future__ import annotations

from neuroscribble.explain.links import Link
from neuroscribble.shapes import Params


def learned_by(link: Link) -> Params:
    """W and b, and gamma and beta where a normalization follows, as the page names them."""
    if link.norm is None:
        return dict(link.params)
    return {**link.params, "gamma": link.norm.gamma, "beta": link.norm.beta}

"""Recipes by name: how the network that comes along was trained, and why so.

Every number of BEST was chosen on digits of the training sets; docs/recipe.md is the log.
"""

from __future__ import annotations

from .augment import Distortions
from .errors import SettingsError
from .training import Recipe

QUICK = Recipe()

BEST = Recipe(
    optimizer="adam",
    learning_rate=6e-3,
    schedule="warm-cosine",
    epochs=100,
    batch_size=256,
    seed=7,
    distortions=Distortions(
        turn=0.08,
        slant=0.1,
        log_size=0.04,
        log_aspect=0.05,
        shift=0.4,
        bend=0.6,
        thinner=0.3,
        thicker=0.3,
    ),
    average=0.999,
    smoothing=0.05,
    n_pen=24_000,
    n_pendigits=4,
    n_nonsense=4_000,
)

RECIPES: dict[str, Recipe] = {"quick": QUICK, "best": BEST}


def find_recipe(name: str) -> Recipe:
    """The recipe of that name; raises SettingsError."""
    if name not in RECIPES:
        raise SettingsError(f"recipe must be one of {', '.join(RECIPES)}; got {name!r}.")
    return RECIPES[name]

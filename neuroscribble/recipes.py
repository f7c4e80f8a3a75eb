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
    epochs=200,
    batch_size=256,
    distortions=Distortions(
        turn=0.09,
        slant=0.1,
        log_size=0.04,
        log_aspect=0.05,
        shift=0.4,
        bend=0.6,
        thinner=0.2,
        thicker=0.2,
    ),
    average=0.999,
    smoothing=0.03,
    n_pen=20_000,
    n_pendigits=3,
    n_nonsense=3_000,
)

RECIPES: dict[str, Recipe] = {"quick": QUICK, "best": BEST}


def find_recipe(name: str) -> Recipe:
    """The recipe of that name; raises SettingsError."""
    if name not in RECIPES:
        raise SettingsError(f"recipe must be one of {', '.join(RECIPES)}; got {name!r}.")
    return RECIPES[name]

"""Recipes by name: whole sets of settings that are known to work well together.

Every number was chosen on digits of the training sets, never on a test set; docs/recipe.md is
the log of BEST, which made the weights that come along.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .augment import Distortions
from .errors import SettingsError
from .optimizers import OPTIMIZERS
from .training import Recipe

QUICK = Recipe()  # the classic: 15 epochs of RMSProp, half a cosine, a running mean

FAST = Recipe(  # 98 % in seconds: high rates early, a straight line to 0, larger batches
    learning_rate=5e-3, schedule="warm-linear", epochs=6, batch_size=128, average=0.0
)

BEST = Recipe(
    optimizer="adam",
    learning_rate=5e-3,
    schedule="warm-cosine",
    epochs=300,
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
    calm=0.15,
    average=0.999,
    keep_last=True,
    smoothing=0.02,
    n_pen=14_000,
    n_pendigits=4,
    n_nonsense=3_000,
)

RECIPES: dict[str, Recipe] = {"quick": QUICK, "fast": FAST, "best": BEST}


def recipe_by_name(name: str, **settings: Any) -> Recipe:
    """The recipe of that name, with every setting replaced that is not None.

    Another optimizer comes with its own usual learning rate unless one is given: rates do not
    mean the same to different rules. Raises SettingsError for an unknown name or a bad value.
    """
    if name not in RECIPES:
        raise SettingsError(f"recipe must be one of {', '.join(RECIPES)}; got {name!r}.")
    chosen = {key: value for key, value in settings.items() if value is not None}
    optimizer = chosen.get("optimizer", RECIPES[name].optimizer)
    if optimizer != RECIPES[name].optimizer and optimizer in OPTIMIZERS:
        chosen.setdefault("learning_rate", OPTIMIZERS[optimizer]().learning_rate)
    return replace(RECIPES[name], **chosen)

"""Recipes by name: whole sets of settings that are known to work well together.

Every number was chosen on digits of the training sets, never on a test set; docs/recipe.md is
the log of BEST and docs/cnn.md that of BEST_CNN, which made the weights that come along.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .architectures import MODELS
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

CNN = Recipe(  # a few epochs of MNIST, distorted
    model="cnn",
    hidden=(128,),
    optimizer="adam",
    learning_rate=3e-3,
    schedule="warm-cosine",
    epochs=4,
    batch_size=128,
    distortions=Distortions(
        turn=0.11,
        slant=0.13,
        log_size=0.06,
        log_aspect=0.06,
        shift=0.7,
        bend=0.75,
        thinner=0.3,
        thicker=0.3,
    ),
    average=0.998,
)

BEST_CNN = replace(  # made cnn.npz; docs/cnn.md tells how it was chosen
    CNN,
    epochs=30,
    calm=0.25,
    average=0.999,
    keep_last=True,
    smoothing=0.02,
    n_pen=BEST.n_pen,
    n_pendigits=BEST.n_pendigits,
    n_nonsense=BEST.n_nonsense,
)

RECIPES: dict[str, Recipe] = {"quick": QUICK, "fast": FAST, "best": BEST}
CNN_RECIPES: dict[str, Recipe] = {"quick": CNN, "best": BEST_CNN}


def recipe_by_name(name: str, *, model: str = "mlp", **settings: Any) -> Recipe:
    """The recipe of that name for that model, with every setting replaced that is not None.

    Another optimizer comes with its own usual learning rate unless one is given: rates do not
    mean the same to different rules. Raises SettingsError for an unknown name or a bad value.
    """
    if model not in MODELS:
        raise SettingsError(f"model must be one of {', '.join(MODELS)}; got {model!r}.")
    recipes = CNN_RECIPES if model == "cnn" else RECIPES
    if name not in recipes:
        raise SettingsError(f"recipe must be one of {', '.join(recipes)}; got {name!r}.")
    chosen = {key: value for key, value in settings.items() if value is not None}
    if model == "cnn" and "hidden" in chosen:
        raise SettingsError("--hidden is for the mlp; the layers of the cnn are fixed.")
    optimizer = chosen.get("optimizer", recipes[name].optimizer)
    if optimizer != recipes[name].optimizer and optimizer in OPTIMIZERS:
        chosen.setdefault("learning_rate", OPTIMIZERS[optimizer]().learning_rate)
    return replace(recipes[name], **chosen)

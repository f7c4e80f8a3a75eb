"""Recipes: whole sets of settings, and by name those that are known to work well together.

Every number was chosen on digits of the training sets, never on a test set; docs/recipe.md is
the log of BEST and docs/cnn.md that of BEST_CNN, which made the weights that come along.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..errors import SettingsError
from ..nn.architectures import MODELS
from ..nn.folding import normalized
from ..nn.network import Network
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .augment import Distortions
from .loop import SCHEDULES
from .optimizers import OPTIMIZERS

MAX_WEIGHTS = 50_000_000  # 200 MB; `weights` reads files of up to 256 MiB


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained; the defaults are the classic recipe."""

    model: str = "mlp"  # a name in MODELS
    hidden: tuple[int, ...] = (128, 64)  # units of the hidden dense layers
    optimizer: str = "rmsprop"
    learning_rate: float = 2e-3  # at first; chosen with `average` on held-out training digits
    schedule: str = "cosine"  # how the learning rate falls: a name in SCHEDULES
    epochs: int = 15
    batch_size: int = 64
    seed: int = 7
    n_validation: int = 5_000  # taken from the training set; they choose the best epoch
    distortions: Distortions | None = None  # of every training image, anew in every epoch
    calm: float = 0.0  # the last part of the epochs, in which distortions are half as strong
    average: float = 0.999  # decay of the running mean of the weights; 0 keeps the last ones
    keep_last: bool = False  # keep the last epoch, not the best of all on validation digits
    smoothing: float = 0.0  # label smoothing
    upright: bool = False  # distorted images are set upright, and so is whatever is read later
    even: bool = False  # upright ones are centered and evenly spread as well
    normalized: bool = False  # hidden units learn with batch normalization, folded in at the end
    teacher: str | None = None  # file of a network whose answers are learned, too
    teacher_share: float = 0.7  # of what is learned
    teacher_temperature: float = 2.0  # that softens what it says
    edges: int = 0  # weights that are left in the end, all others 0; 0 keeps every one
    n_pen: int = 0  # pen digits added to the training set
    n_pendigits: int = 0  # times each of UCI's pendigits is added, each with another pen
    n_nonsense: int = 0  # scribbles and letters added, to be read as no digit
    n_wide: int = 0  # pen digits in shapes that networks misread, added
    n_unfinished: int = 0  # half-drawn digits and pairs added, to be read as no digit

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise SettingsError(f"model must be one of {', '.join(MODELS)}; got {self.model!r}.")
        if self.optimizer not in OPTIMIZERS:
            raise SettingsError(
                f"optimizer must be one of {', '.join(OPTIMIZERS)}; got {self.optimizer!r}."
            )
        if self.schedule not in SCHEDULES:
            raise SettingsError(
                f"schedule must be one of {', '.join(SCHEDULES)}; got {self.schedule!r}."
            )
        for least, names in (
            (1, ("epochs", "batch_size", "n_validation")),
            (0, ("n_pen", "n_pendigits", "n_nonsense", "n_wide", "n_unfinished", "edges")),
        ):
            for name in names:
                if getattr(self, name) < least:
                    raise SettingsError(
                        f"{name} must be at least {least}; got {getattr(self, name)}."
                    )
        for name in ("average", "smoothing", "calm"):
            if not 0 <= getattr(self, name) < 1:
                raise SettingsError(
                    f"{name} must be at least 0 and less than 1; got {getattr(self, name)}."
                )
        if self.even and not self.upright:
            raise SettingsError("pictures are evened only where they are set upright.")
        if any(units < 1 for units in self.hidden):
            raise SettingsError(f"hidden layers need at least 1 unit; got {list(self.hidden)}.")
        sizes = (N_PIXELS, *self.hidden, N_CLASSES)
        n_weights = sum(n_in * n_out for n_in, n_out in zip(sizes, sizes[1:], strict=False))
        if n_weights > MAX_WEIGHTS:
            raise SettingsError(
                f"hidden layers {list(self.hidden)} make {n_weights:,} weights; "
                f"at most {MAX_WEIGHTS:,} can be trained and saved."
            )
        if not (np.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise SettingsError(f"learning_rate must be positive; got {self.learning_rate}.")
        if self.seed < 0:
            raise SettingsError(f"seed must be 0 or more; got {self.seed}.")

    def for_set_of(self, n: int) -> Recipe:
        """The recipe for so many training digits: at most a sixth of them are for validation."""
        return replace(self, n_validation=min(self.n_validation, max(1, n // 6)))

    def network(self, class_names: tuple[str, ...], rng: np.random.Generator) -> Network:
        """The network that is trained, before it has learned anything."""
        network = MODELS[self.model](
            hidden=self.hidden, rng=rng, n_classes=len(class_names), class_names=class_names
        )
        network.upright = (IMAGE_SIZE, IMAGE_SIZE) if self.upright else None
        network.even = self.even
        return normalized(network) if self.normalized else network

    def as_meta(self) -> dict[str, Any]:
        """Plain values for the weights file."""
        return {**asdict(self), "hidden": list(self.hidden)}


QUICK = Recipe()  # the classic: 15 epochs of RMSProp, half a cosine, a running mean

FAST = Recipe(  # 98 % in seconds: high rates early, a straight line to 0, larger batches
    learning_rate=5e-3, schedule="warm-linear", epochs=6, batch_size=128, average=0.0
)

OTHER_HANDS = Distortions(
    turn=0.09,
    slant=0.1,
    log_size=0.04,
    log_aspect=0.05,
    shift=0.4,
    bend=0.6,
    thinner=0.2,
    thicker=0.2,
)

BEST = Recipe(
    optimizer="adam",
    learning_rate=5e-3,
    schedule="warm-cosine",
    epochs=200,
    batch_size=256,
    distortions=OTHER_HANDS.times(1.3),
    calm=0.15,
    average=0.999,
    keep_last=True,
    smoothing=0.02,
    upright=True,
    even=True,
    normalized=True,
    n_pen=14_000,
    n_pendigits=4,
    n_nonsense=3_000,
    n_wide=5_000,
    n_unfinished=6_000,
)

SPARSE = Recipe(  # so few edges that a picture can show every one; made sparse.npz
    optimizer="adam",
    learning_rate=3e-3,
    epochs=60,
    batch_size=128,
    distortions=replace(OTHER_HANDS.times(0.5), contrast=0.1),
    keep_last=True,
    smoothing=0.02,
    upright=True,
    even=True,
    edges=5_000,
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
    n_pen=BEST.n_pen // 2,
    n_pendigits=BEST.n_pendigits,
    n_nonsense=BEST.n_nonsense,
    n_wide=BEST.n_wide,
    n_unfinished=BEST.n_unfinished,
)

CLASSIC = replace(CNN, model="classic", epochs=6, learning_rate=1e-3, average=0.998)

RECIPES: dict[str, Recipe] = {"quick": QUICK, "fast": FAST, "best": BEST, "sparse": SPARSE}
CNN_RECIPES: dict[str, Recipe] = {"quick": CNN, "best": BEST_CNN}
RECIPES_OF = {"mlp": RECIPES, "cnn": CNN_RECIPES, "classic": {"quick": CLASSIC}}  # by model


def recipe_by_name(name: str, *, model: str = "mlp", **settings: Any) -> Recipe:
    """The recipe of that name for that model, with every setting replaced that is not None.

    Another optimizer comes with its own usual learning rate unless one is given: rates do not
    mean the same to different rules. Raises SettingsError for an unknown name or a bad value.
    """
    if model not in MODELS:
        raise SettingsError(f"model must be one of {', '.join(MODELS)}; got {model!r}.")
    recipes = RECIPES_OF[model]
    if name not in recipes:
        raise SettingsError(f"recipe must be one of {', '.join(recipes)}; got {name!r}.")
    chosen = {key: value for key, value in settings.items() if value is not None}
    if model != "mlp" and "hidden" in chosen:
        raise SettingsError(f"--hidden is for the mlp; the layers of the {model} are fixed.")
    optimizer = chosen.get("optimizer", recipes[name].optimizer)
    if optimizer != recipes[name].optimizer and optimizer in OPTIMIZERS:
        chosen.setdefault("learning_rate", OPTIMIZERS[optimizer]().learning_rate)
    return replace(recipes[name], **chosen)

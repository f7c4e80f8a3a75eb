"""The recipe that the options of `train` choose: a named one, each option replacing a setting."""

from __future__ import annotations

from ..errors import SettingsError
from ..training.recipes import Recipe, recipe_by_name


def chosen_recipe(
    *,
    recipe_name: str,
    model: str,
    hidden: str | None,
    optimizer: str | None,
    learning_rate: float | None,
    schedule: str | None,
    epochs: int | None,
    batch: int | None,
    edges: int | None,
    upright: bool | None,
    even: bool | None,
    teacher: str | None,
    teacher_share: float | None,
    teacher_temperature: float | None,
    seed: int | None,
) -> Recipe:
    """The recipe by its name, with every setting replaced that is not None.

    Raises SettingsError for what cannot be.
    """
    recipe = recipe_by_name(
        recipe_name,
        model=model,
        hidden=None if hidden is None else _sizes(hidden),
        optimizer=optimizer,
        learning_rate=learning_rate,
        schedule=schedule,
        epochs=epochs,
        batch_size=batch,
        edges=edges,
        upright=True if even and upright is None else upright,
        even=False if upright is False and even is None else even,
        teacher=teacher,
        teacher_share=teacher_share,
        teacher_temperature=teacher_temperature,
        seed=seed,
    )
    if recipe.teacher is None and (teacher_share or teacher_temperature):
        raise SettingsError(
            "--teacher-share and --teacher-temperature need a teacher: name its file with --teacher"
            " FILE."
        )
    return recipe


def _sizes(text: str) -> tuple[int, ...]:
    if text.strip().lower() in ("", "none"):
        return ()
    try:
        return tuple(int(part) for part in text.replace("x", ",").split(","))
    except ValueError:
        raise SettingsError(
            f"--hidden must be sizes such as 128,64, or 'none'; got {text!r}."
        ) from None

"""Recipes by name: the command line's options replace their settings one by one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import refuse, succeed

from neuroscribble import Recipe
from neuroscribble.data.sources import load_digits
from neuroscribble.errors import SettingsError
from neuroscribble.training.jobs import train_and_measure
from neuroscribble.training.recipes import RECIPES, recipe_by_name

SHIPPED = Path(__file__).parents[2] / "weights.npz"


def test_the_default_recipe_is_the_classic_one() -> None:
    assert RECIPES["quick"] == Recipe()
    assert (Recipe().epochs, Recipe().optimizer, Recipe().batch_size) == (15, "rmsprop", 64)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_found_by_its_name_and_can_be_stored(name: str) -> None:
    assert recipe_by_name(name) == RECIPES[name]
    assert json.loads(json.dumps(RECIPES[name].as_meta()))


def test_what_is_given_replaces_the_recipes_settings_and_nothing_else() -> None:
    recipe = recipe_by_name("fast", epochs=2, batch_size=None, hidden=(32,))
    assert (recipe.epochs, recipe.hidden) == (2, (32,))
    assert recipe.batch_size == RECIPES["fast"].batch_size
    assert recipe.learning_rate == RECIPES["fast"].learning_rate


def test_another_rule_comes_with_its_own_learning_rate_unless_one_is_given() -> None:
    assert recipe_by_name("quick", optimizer="sgd").learning_rate == 0.1
    assert recipe_by_name("quick", optimizer="sgd", learning_rate=0.3).learning_rate == 0.3
    assert recipe_by_name("fast", optimizer="rmsprop") == RECIPES["fast"]


def test_a_small_set_keeps_five_of_six_digits_to_learn_from() -> None:
    assert Recipe().for_set_of(60_000) == Recipe()
    assert Recipe().for_set_of(600).n_validation == 100
    assert Recipe().for_set_of(3).n_validation == 1


def test_an_unknown_recipe_is_refused_with_the_known_names() -> None:
    with pytest.raises(SettingsError, match="recipe must be one of quick, fast.*; got 'slow'"):
        recipe_by_name("slow")


@pytest.mark.usefixtures("few_pen_digits")
def test_even_pictures_are_upright_ones_and_without_the_one_goes_the_other(tmp_path: Path) -> None:
    out = tmp_path / "w.npz"
    options = ["--epochs", 1, "--hidden", 8, "--out", out, "--pictures", tmp_path]

    def stance(*words: object) -> list[bool]:
        succeed("train", "--data", "pen", *words, *options)
        recipe = json.loads(str(np.load(out)["meta"]))["recipe"]
        return [recipe["upright"], recipe["even"]]

    assert stance("--even") == [True, True]
    assert "set upright and even" in succeed("summary", "--weights", out)
    assert stance("--recipe", "sparse", "--no-upright") == [False, False]
    assert stance("--recipe", "sparse", "--no-even") == [True, False]
    words = ["train", "--data", "pen", "--even", "--no-upright", *options]
    assert "set upright" in refuse(*words)


@pytest.mark.usefixtures("few_pen_digits")
def test_the_command_line_trains_by_a_recipe_and_lets_options_replace_it(tmp_path: Path) -> None:
    out = tmp_path / "w.npz"
    options = ["--epochs", 1, "--hidden", 8, "--out", out, "--pictures", tmp_path]
    teacher = ["--teacher", SHIPPED, "--teacher-share", 0.5]
    succeed("train", "--recipe", "fast", "--data", "pen", "--upright", *teacher, *options)
    meta = json.loads(str(np.load(out)["meta"]))
    assert meta["input"]["upright"] is True
    assert "set upright" in succeed("summary", "--weights", out)
    recipe = meta["recipe"]
    assert (recipe["upright"], recipe["teacher_share"]) == (True, 0.5)
    assert (recipe["epochs"], recipe["hidden"]) == (1, [8])
    assert recipe["batch_size"] == RECIPES["fast"].batch_size
    assert recipe["schedule"] == RECIPES["fast"].schedule


def test_the_command_line_refuses_what_makes_no_recipe_in_one_sentence(tmp_path: Path) -> None:
    assert "recipe must be one of" in refuse("train", "--recipe", "slow")
    assert "need a teacher" in refuse("train", "--teacher-share", 0.5)
    assert "there is no such file" in refuse("train", "--teacher", tmp_path / "gone.npz")


@pytest.mark.slow
@pytest.mark.mnist
def test_the_fast_recipe_reads_98_percent_of_the_test_digits(mnist_folder: Path) -> None:
    run = train_and_measure(
        RECIPES["fast"],
        *load_digits(mnist_folder),
        on_step=lambda report: None,
        on_epoch=lambda report: None,
    )
    assert run.test_accuracy >= 0.98

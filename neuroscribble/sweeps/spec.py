"""A file says which trainings there are: every combination, or so many drawn at random.

seeds = [1, 2, 3]                  # each of them once for every setting; or how many, from 1

[train]                            # options of `train` that all runs have
epochs = 5

[grid]                             # options of which every combination is tried …
hidden = [[32], [128, 64]]

[random]                           # … or instead: so many draws
runs = 20
seed = 0                           # of the draws themselves
batch = [32, 64, 128]              # one of these
learning-rate = {low = 1e-4, high = 1e-2, log = true}
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # the extra `cluster` brings it

from ..errors import SettingsError
from ..given import given_text

MOST_BYTES = 1_000_000  # of a file
MOST_RUNS = 100_000
TABLES = ("train", "grid", "random")
DIGITS = 4  # significant, of what is drawn: what a table shows is what was trained with
Value = str | int | float | bool
Check = Callable[[str, Value], object]  # raises SettingsError for a name or a value that is none


@dataclass(frozen=True)
class Run:
    """One training: what it has in common with all, what is its own, and its seed."""

    common: Mapping[str, Value]
    own: Mapping[str, Value]
    seed: int | None  # None: the recipe's

    def __str__(self) -> str:
        seed = [] if self.seed is None else [f"seed {self.seed}"]
        own = [f"{name} {value}" for name, value in self.own.items()]
        return ", ".join(own + seed) or "the only run"


def read_spec(path: Path, *, names: list[str], check: Check) -> list[Run]:
    """The runs that a file asks for, in its order.

    names: options that a run may have; `check` says whether a value is one.
    Raises SettingsError that tells the file, the table and the key of what is wrong.
    """
    spec = _parsed(path)
    known = ["seeds", *TABLES]
    for key in spec:
        _require_known(key, known, f"{path}: {key}")
    tables = {table: _table(spec, table, path) for table in TABLES}
    if "grid" in spec and "random" in spec:
        raise SettingsError(f"{path} has [grid] and [random]; expected one of them.")

    def say(table: str, key: str, value: object) -> Value:
        where = f"{path}, [{table}] {key}"
        _require_known(key, names, where)
        plain = _plain(value, where)
        try:
            check(key, plain)
        except SettingsError as error:
            raise SettingsError(f"{where}: {error}") from error
        return plain

    common = {key: say("train", key, value) for key, value in tables["train"].items()}
    seeds = _seeds(spec.get("seeds"), path)
    if "random" in spec:
        n, own = _draws(tables["random"], path, say)
    else:
        n, own = _combinations(tables["grid"], path, say)
    for key in (*tables["grid"], *tables["random"]):
        if key in common:
            raise SettingsError(f"{path} has {key} in [train], too; expected it in one place.")
    if n * len(seeds) > MOST_RUNS:
        raise SettingsError(
            f"{path} asks for {n * len(seeds):,} runs; at most {MOST_RUNS:,} are taken."
        )
    return [Run(common, each, seed) for each in own for seed in seeds]


def _parsed(path: Path) -> dict[str, Any]:
    what = "a sweep in TOML"
    text = given_text(path, at_most=MOST_BYTES, what=what, error=SettingsError)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is no TOML: {error}.") from error


def _require_known(key: str, known: list[str], where: str) -> None:
    if key == "seed":
        raise SettingsError(f"{where} belongs at the top of the file, as in seeds = [1, 2, 3].")
    if key not in known:
        near = get_close_matches(key, known, n=3, cutoff=0.5)
        hint = f"near: {', '.join(near)}" if near else f"expected one of {', '.join(known)}"
        raise SettingsError(f"{where} is unknown; {hint}.")


def _table(spec: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = spec.get(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: {name} must be a table, as in [{name}]; got {table!r}.")
    return table


def _plain(value: object, where: str) -> Value:
    """A value as it could stand on a command line; sizes are [128, 64] or "128,64"."""
    if isinstance(value, list) and all(type(part) is int for part in value):
        return ",".join(map(str, value)) or "none"
    if isinstance(value, str | int | float):
        return value
    raise SettingsError(f"{where} must be a text, a number, true, false or sizes; got {value!r}.")


def _seeds(given: Any, path: Path) -> list[int | None]:
    if given is None:
        return [None]
    seeds = list(range(1, min(given, MOST_RUNS) + 1)) if type(given) is int else given
    right = isinstance(seeds, list) and all(type(one) is int and 0 <= one < 2**32 for one in seeds)
    if not right or not seeds or len(set(seeds)) < len(seeds):
        raise SettingsError(
            f"{path}: seeds must be different whole numbers such as [1, 2, 3], or how many; "
            f"got {given!r}."
        )
    return list(seeds)


Say = Callable[[str, str, object], Value]


def _combinations(
    table: Mapping[str, Any], path: Path, say: Say
) -> tuple[int, Iterator[dict[str, Value]]]:
    """Every combination; what stands last changes first. How many, and they."""
    axes = {}
    for key, values in table.items():
        if not isinstance(values, list) or not values:
            raise SettingsError(f"{path}, [grid] {key} must be a list of values; got {values!r}.")
        axes[key] = [say("grid", key, value) for value in values]
    combined = (dict(zip(axes, values, strict=True)) for values in product(*axes.values()))
    return prod(map(len, axes.values())), combined


def _draws(
    table: Mapping[str, Any], path: Path, say: Say
) -> tuple[int, Iterator[dict[str, Value]]]:
    """As many draws as `runs` says; more runs begin with the same ones."""
    numbers = {"runs": None, "seed": 0, **table}
    for key in ("runs", "seed"):
        if type(numbers[key]) is not int or numbers[key] < (key == "runs"):
            raise SettingsError(
                f"{path}, [random] {key} must be a whole number such as 20; got {numbers[key]!r}."
            )
    axes = {key: value for key, value in table.items() if key not in ("runs", "seed")}
    drawing = {key: _drawing(key, value, path, say) for key, value in axes.items()}
    if not drawing:
        raise SettingsError(f"{path}, [random] names no option to draw, such as batch = [32, 64].")
    rng = np.random.default_rng(numbers["seed"])
    draws = ({key: draw(rng) for key, draw in drawing.items()} for _ in range(numbers["runs"]))
    return numbers["runs"], draws


def _drawing(key: str, given: Any, path: Path, say: Say) -> Callable[[np.random.Generator], Value]:
    if isinstance(given, list) and given:
        values = [say("random", key, value) for value in given]
        return lambda rng: values[int(rng.integers(len(values)))]
    where = f"{path}, [random] {key}"
    if not isinstance(given, dict) or not {"low", "high"} <= set(given) <= {"low", "high", "log"}:
        raise SettingsError(
            f"{where} must be a list of values, or a range such as "
            f"{{low = 1e-4, high = 1e-2, log = true}}; got {given!r}."
        )
    low, high = say("random", key, given["low"]), say("random", key, given["high"])
    is_log = given.get("log", False)
    numbers = all(type(end) in (int, float) for end in (low, high)) and type(is_log) is bool
    if not numbers or not low < high or (is_log and not low > 0):  # type: ignore[operator]
        raise SettingsError(f"{where} must reach from a number to a larger one; got {given!r}.")
    whole = type(low) is type(high) is int
    ends = np.array([low, high], dtype=float)

    def draw(rng: np.random.Generator) -> Value:
        drawn = np.exp(rng.uniform(*np.log(ends))) if is_log else rng.uniform(*ends)
        return round(drawn) if whole else float(f"{drawn:.{DIGITS}g}")

    return draw

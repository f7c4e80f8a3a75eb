"""The accuracy benchmark in words: tables of what was measured, and what was promised."""

from __future__ import annotations

from typing import Any

READ_RIGHT = {  # at least, by set; the name of a set begins with it
    "mlp": {
        "MNIST": 0.993,
        "pendigits .tes, thick": 0.988,
        "pendigits": 0.985,
        "uji": 0.99,
        "hwd1000": 0.995,
        "shapes": 0.98,
    },
    "cnn": {"MNIST": 0.996, "pendigits": 0.992, "shapes": 0.98},
}
FLAGGED = {"scribbles": 0.9, "letters": 0.9, "half-drawn": 0.8, "pairs": 0.99}  # at least
CALIBRATION_ERROR = {"MNIST": 0.003, "pendigits": 0.01, "uji": 0.01, "hwd1000": 0.01}  # at most
AUROC = 0.95  # at least, scribbles and letters against digits
SAME_ANSWER = {"pendigits": "of_all", "pen digits": "of_legible"}
SAME = 0.98  # at least


def report(result: dict[str, Any]) -> str:
    """Everything measured, as tables for people."""
    lines = [
        f"{'':26}{'digits':>7}{'right':>8}{'ECE':>8}  AUROC scribbles, letters   strange   float32"
    ]
    for name, one in result["sets"].items():
        strange = "" if one["flagged"] is None else f"{one['flagged']:.1%}"
        areas = one["auroc"]
        lines.append(
            f"{name:26}{one['n']:7,}{one['accuracy']:8.2%}{one['calibration_error']:8.2%}"
            f"{areas['scribbles']:17.3f}{areas['letters']:9.3f}{strange:>10}"
            f"{one['float32_error']:10.1e}"
        )
    lines += ["", f"{'read right, by digit':26}" + "".join(f"{k:7}" for k in range(10))]
    for name, one in result["sets"].items():
        lines.append(f"{name:26}" + "".join(f"{share:7.1%}" for share in one["per_digit"]))
    lines.append("")
    for name, share in result["flagged"].items():
        if share is not None:
            lines.append(f"Of the {name}, {share:.1%} are called unlike any digit.")
    for name, one in result["same_answer"].items():
        least = min(one["versions"], key=one["versions"].get)
        lines.append(
            f"{name}: {one['of_all']:.2%} of {one['n']} × {len(one['versions'])} versions get the "
            f"answer of the drawing itself, {one['of_legible']:.2%} of those whose plain version "
            f"is read right; least: {least}, {one['versions'][least]:.1%}."
        )
    for name, one in result.get("round_trip", {}).items():
        lines.append(
            f"MNIST enlarged and moved, {name}: {one['exact']:.2%} of {one['n']:,} come back "
            f"exactly; mean difference {one['mean_difference']:.1e}."
        )
    for goal in result["goals"]:
        sign, met = "≥" if goal["at_least"] else "≤", "met" if goal["met"] else "NOT met"
        lines.append(f"{goal['words']:46}{goal['value']:8.4f}  {sign} {goal['limit']:<6g} {met}")
    if result["missing"]:
        lines.append(f"Left out, for it is not on this machine: {', '.join(result['missing'])}.")
    return "\n".join(lines)


def goals(result: dict[str, Any], *, model: str) -> list[dict[str, Any]]:
    """A line for every promise that this machine had the digits to check."""
    lines: list[dict[str, Any]] = []

    def add(words: str, value: float, limit: float, *, at_least: bool = True) -> None:
        met = value >= limit if at_least else value <= limit
        lines.append(
            {"words": words, "value": value, "limit": limit, "at_least": at_least, "met": met}
        )

    for name, one in result["sets"].items():
        limit = _of(READ_RIGHT[model], name)
        if limit is not None:
            add(f"{name}, read right", one["accuracy"], limit)
    for name, one in result["sets"].items():
        limit = _of(CALIBRATION_ERROR, name)
        if limit is not None:
            add(f"{name}, calibration error", one["calibration_error"], limit, at_least=False)
            for strange, area in one["auroc"].items():
                add(f"{name} or {strange}, AUROC", area, AUROC)
    for name, share in result["flagged"].items():
        limit = _of(FLAGGED, name)
        if limit is not None and share is not None:
            add(f"{name}, called no digit", share, limit)
    for name, one in result["same_answer"].items():
        which = _of(SAME_ANSWER, name)
        if which is not None:
            add(f"{name}, same answer {which.replace('_', ' ')}", one[which], SAME)
    return lines


def _of(table: dict[str, Any], name: str) -> Any:
    return next((value for key, value in table.items() if name.startswith(key)), None)

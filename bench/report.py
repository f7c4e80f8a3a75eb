"""All that was measured in one file and one picture: every goal, how near, and which are missed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neuroscribble.files import write_atomically

MET, MISSED = "#2c7fb8", "#d95f02"
FARTHEST = 300.0  # times better or worse than asked: where a bar ends


def main(out: Path, parts: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the measurements of all `parts` (name → what its main() wrote) to `out` and a PNG."""
    write_atomically(out, json.dumps(parts, indent=1).encode())
    draw(parts, out.with_suffix(".png"))
    print(f"\n{summary(parts)}\nWrote {out} and {out.with_suffix('.png')}.")


def all_goals(parts: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """(part, goal) in order; a goal has words, value, limit, at_least and met."""
    return [(name, goal) for name, part in parts.items() for goal in part.get("goals", [])]


def margin(goal: Mapping[str, Any]) -> float:
    """How many times better than asked: 1 is just met, 0.5 is half as good as asked.

    Of shares that should be large, what counts is how much is missing: 99 % is twice 98 %.
    """
    value, limit = float(goal["value"]), float(goal["limit"])
    if goal.get("at_least") and limit < 1:
        return (1 - limit) / max(1 - value, 1e-12)
    return value / limit if goal.get("at_least") else limit / max(value, 1e-12)


def summary(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """One sentence, and a line for every goal that was missed."""
    goals = all_goals(parts)
    missed = [(name, goal) for name, goal in goals if not goal["met"]]
    lines = [f"{len(goals) - len(missed)} of {len(goals)} goals are met."]
    lines += [
        f"  NOT met: {name}, {goal['words']}: {goal['value']:.4g}, asked {sign(goal)} "
        f"{goal['limit']:g}"
        for name, goal in missed
    ]
    return "\n".join(lines)


def sign(goal: Mapping[str, Any]) -> str:
    return "≥" if goal.get("at_least") else "≤"


def draw(parts: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """A bar for every goal: to the right of the line it is better than asked."""
    from matplotlib.figure import Figure

    goals = all_goals(parts)
    figure = Figure(figsize=(11, 1.6 + 0.3 * len(goals)), layout="constrained")
    ax = figure.subplots()
    for row, (_, goal) in enumerate(goals):
        length = min(max(margin(goal), 1 / FARTHEST), FARTHEST)
        ax.barh(row, length - 1, left=1, color=MET if goal["met"] else MISSED, height=0.7)
        words = f"{goal['value']:.4g}, asked {sign(goal)} {goal['limit']:g}"
        words += "" if goal["met"] else "  MISSED"
        ax.annotate(
            words,
            (max(length, 1), row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_yticks(range(len(goals)), [f"{name}: {goal['words']}" for name, goal in goals])
    ax.tick_params(axis="y", labelsize=8)
    ax.set(xscale="log", xlim=(1 / FARTHEST, FARTHEST * 20), ylim=(len(goals) - 0.4, -0.6))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.axvline(1, color="black", linewidth=1)
    ax.set_xlabel("times better than asked (left of the line: missed)")
    ax.spines[["top", "right"]].set_visible(False)
    figure.suptitle("NeuroScribble: what was promised and what was measured")
    figure.savefig(path, dpi=110)

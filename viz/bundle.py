"""The parts of a page in one file: its style, its JavaScript modules, its data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any


def web_folder() -> Path:
    """Where the pages' own parts are."""
    return Path(str(resources.files("viz") / "web"))


def asset(name: str) -> str:
    """The text of one part."""
    return (web_folder() / name).read_text(encoding="utf-8")


def program(modules: Sequence[str]) -> str:
    """JavaScript modules, in the order in which they build on each other, as one script."""
    return "const modules = {};\n" + "\n".join(_module(name) for name in modules)


def _module(name: str) -> str:
    """One JavaScript module as a function of its own in the page's single script.

    An import becomes a look-up in `modules`, an export an entry there; the rest stays as written.
    """
    source = asset(f"{name}.js")
    exported = re.findall(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", source, re.M)
    body = re.sub(r"^export ", "", source, flags=re.M)
    body = re.sub(r'^import (\{[^}]*\}) from "\./([\w-]+)\.js";', _look_up, body, flags=re.M)
    results = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    return f'modules["{name}"] = (() => {{\n{body}{results}}})();\n'


def _look_up(match: re.Match[str]) -> str:
    return f'const {match[1]} = modules["{match[2]}"];'


def json_for_html(value: Any) -> str:
    """JSON that no text inside it can break out of: < becomes an escape of the same meaning."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

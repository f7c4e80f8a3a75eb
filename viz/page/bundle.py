"""The parts of a page in one file: its style, its JavaScript modules, its data."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .packing import as_json
from .pen_tables import pen_tables

IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.{1,2}/[\w./-]+)\.js";', re.M)
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.M)
WRITTEN: dict[str, Callable[[], str]] = {"model/pen-tables": pen_tables}  # modules without a file


def web_folder() -> Path:
    """Where the pages' own parts are."""
    return Path(__file__).parent / "web"


def asset(name: str) -> str:
    """The text of one part."""
    write = WRITTEN.get(name.removesuffix(".js"))
    return write() if write else (web_folder() / name).read_text(encoding="utf-8")


def modules_of(*entries: str) -> list[str]:
    """The JavaScript modules that `entries` need, each behind what it imports."""
    found: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in found:
            return
        if name in above:
            raise ValueError(f"{' → '.join((*above, name))} is a circle of imports.")
        for _, target in IMPORT.findall(asset(f"{name}.js")):
            visit(_resolve(name, target), (*above, name))
        found[name] = None

    for entry in entries:
        visit(entry, ())
    return list(found)


def program(*entries: str) -> str:
    """JavaScript modules that run one after the other, and all that they need, as one script."""
    return "const modules = {};\n" + scripts(modules_of(*entries))


def scripts(names: Iterable[str]) -> str:
    """Modules of a program, each in its own lines, which begin with `modules["its name"]`."""
    return "\n".join(_module(name) for name in names)


def _resolve(importer: str, target: str) -> str:
    """ "../picture/dom" as module panels/unit sees it: "picture/dom"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), target))


def _module(name: str) -> str:
    """One JavaScript module as a function of its own in the page's single script.

    An import becomes a look-up in `modules`, an export an entry there; the rest stays as written.
    One of nothing says only what runs before.
    """

    def look_up(match: re.Match[str]) -> str:
        if match[1] == "{}":
            return ""
        return f'const {match[1]} = modules["{_resolve(name, match[2])}"];'

    source = asset(f"{name}.js")
    exported = EXPORT.findall(source)
    body = IMPORT.sub(look_up, re.sub(r"^export ", "", source, flags=re.M))
    results = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    return f'modules["{name}"] = (() => {{\n{body}{results}}})();\n'


def json_for_html(value: Any) -> str:
    """JSON that no text inside it can break out of: < becomes an escape of the same meaning."""
    text = as_json(value)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

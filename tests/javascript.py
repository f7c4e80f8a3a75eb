"""The page's JavaScript modules, run in Node without a browser, and what they are given."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from find_browser import playwright_node, runs
from node import Node

import neuroscribble as ns
from viz.diagram.diagram import diagram_of
from viz.diagram.payload import page_payload
from viz.page.bundle import WRITTEN, asset

WEB = Path(__file__).parents[1] / "viz" / "page" / "web"
MODULES = {path.stem: path.relative_to(WEB) for path in sorted(WEB.rglob("*.js"))}

RunJs = Callable[..., Any]
READ = "const chain = payload.readNetwork(given.payload).layers;"


def find_node() -> Path | None:
    """The Node that Playwright's driver runs in, else one on PATH."""
    on_path = shutil.which("node")
    found = [playwright_node(), Path(on_path) if on_path else None]
    return next((node for node in found if node and runs(node)), None)


def copy_modules(folder: Path) -> None:
    """A copy of the page's modules in a folder that Node takes for ES modules."""
    for path in [*MODULES.values(), *(Path(f"{name}.js") for name in WRITTEN)]:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(asset(path.as_posix()), encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")


def run_js(node: Node, modules: Path, body: str, given: dict[str, Any]) -> Any:
    """The result of some JavaScript as plain Python values; see the fixture `js`."""
    names = sorted(set(re.findall(r"\b([a-z]+)\.[a-zA-Z]", body)) & MODULES.keys())
    imported = {name: modules / MODULES[name] for name in names}
    return node.evaluate(body if "return" in body else f"return {body}", given, imported)


def payload_of(network: ns.Network) -> dict[str, Any]:
    """What Python writes into the page of a network."""
    return page_payload(network, diagram_of(network), top_k=3, title="t", weights_name="w")

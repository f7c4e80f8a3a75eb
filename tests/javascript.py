"""The page's JavaScript modules, run in Node without a browser, and what they are given."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from find_browser import playwright_node, runs

import neuroscribble as ns
from viz.diagram.diagram import diagram_of
from viz.diagram.payload import page_payload

WEB = Path(__file__).parents[1] / "viz" / "page" / "web"
MODULES = {path.stem: path.relative_to(WEB) for path in sorted(WEB.rglob("*.js"))}

RunJs = Callable[..., Any]
READ = "const chain = payload.readNetwork(given.payload).layers;"
PRELUDE = """
import { readFileSync } from "node:fs";
const unpack = (value) => {
  if (Array.isArray(value)) return value.map(unpack);
  if (value === null || typeof value !== "object") return value;
  if (value.float32) return Float32Array.from(value.float32);
  if (value.float64) return Float64Array.from(value.float64);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpack(one)]));
};
const plain = (value) => {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
};
const given = unpack(JSON.parse(readFileSync(0, "utf8")));
"""


def find_node() -> Path | None:
    """The Node that Playwright's driver runs in, else one on PATH."""
    on_path = shutil.which("node")
    found = [playwright_node(), Path(on_path) if on_path else None]
    return next((node for node in found if node and runs(node)), None)


def copy_modules(folder: Path) -> None:
    """A copy of the page's modules in a folder that Node takes for ES modules."""
    for path in MODULES.values():
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.copy(WEB / path, folder / path)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")


def run_js(node: str, modules: Path, body: str, given: dict[str, Any]) -> Any:
    """The result of some JavaScript as plain Python values; see the fixture `js`."""
    names = sorted(set(re.findall(r"\b([a-z]+)\.[a-zA-Z]", body)) & MODULES.keys())
    imports = "".join(
        f'import * as {name} from "./{MODULES[name].as_posix()}";\n' for name in names
    )
    program = (
        f"{imports}{PRELUDE}\nconst result = (() => {{ "
        f"{body if 'return' in body else 'return ' + body} }})();\n"
        "process.stdout.write(JSON.stringify(plain(result)));\n"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", program],
        cwd=modules,
        input=json.dumps({name: packed(value) for name, value in given.items()}),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def packed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        kind = "float32" if value.dtype == np.float32 else "float64"
        return {kind: value.astype(float).ravel().tolist()}
    if isinstance(value, dict):
        return {name: packed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [packed(one) for one in value]
    return value


def payload_of(network: ns.Network) -> dict[str, Any]:
    """What Python writes into the page of a network."""
    return page_payload(network, diagram_of(network), top_k=3, title="t", weights_name="w")

"""One Node for a whole run: it evaluates what it is given, with the page's modules at hand."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

# One line of JSON in, one out. Modules are imported once and kept, as a page keeps them.
SERVER = """
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { SourceTextModule } from "node:vm";

const unpack = (value) => {
  if (Array.isArray(value)) return value.map(unpack);
  if (value === null || typeof value !== "object") return value;
  if (value.bytes !== undefined) return Uint8Array.from(Buffer.from(value.bytes, "base64"));
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
const kinds = {
  async evaluate({ modules, body, given }) {
    const imported = Object.values(modules).map((path) => import(pathToFileURL(path)));
    const work = new Function(...Object.keys(modules), "given", body);
    return plain(await work(...(await Promise.all(imported)), unpack(given)));
  },
  check({ source, identifier }) {
    new SourceTextModule(source, { identifier });
    return null;
  },
};
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { kind, ...job } = JSON.parse(line);
    answer = { value: (await kinds[kind](job)) ?? null };
  } catch (error) {
    answer = { error: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\\n`);
}
"""


class Node:
    """A running Node; what goes wrong in it fails the test that asked."""

    def __init__(self, program: Path) -> None:
        options = ["--no-warnings", "--experimental-vm-modules", "--input-type=module"]
        self._process = subprocess.Popen(
            [program, *options, "-e", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def evaluate(self, body: str, given: Mapping[str, Any], modules: Mapping[str, Path]) -> Any:
        """What the body of a function returns; `given` and the modules by their names are there.

        NumPy arrays arrive as flat Float64Arrays, or as Float32Arrays when they are float32; bytes
        as a Uint8Array.
        """
        paths = {name: str(path) for name, path in modules.items()}
        return self._do("evaluate", body=body, given=packed(given), modules=paths)

    def check(self, source: str, identifier: str) -> None:
        """Read a module without running it: fails for what is no JavaScript."""
        self._do("check", source=source, identifier=identifier)

    def _do(self, kind: str, **job: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"kind": kind, **job}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "Node has ended."}')
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def __enter__(self) -> Node:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()  # closes its input, and so ends it


def packed(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, np.ndarray):
        kind = "float32" if value.dtype == np.float32 else "float64"
        return {kind: value.astype(float).ravel().tolist()}
    if isinstance(value, Mapping):
        return {name: packed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [packed(one) for one in value]
    return value

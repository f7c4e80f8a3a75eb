"""The comparison with TensorFlow.js takes turns fairly, or says that there is none."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BENCH = Path(__file__).parents[2] / "bench"
STAND_IN = """
const tf = {
  wasm: { setWasmPaths() {}, setThreadsCount(n) { this.threads = n; } },
  setBackend: async (name) => name === "wasm",
  train: { rmsprop: (rate) => rate },
  layers: { dense: ({ units, inputShape }) => [inputShape[0], units] },
  tensor2d: (values, shape) => [values.length, ...shape],
  tensor1d: (values) => values,
  oneHot: (values, n) => ({ toFloat: () => [values.length, n] }),
  sequential: () => ({
    layers: [],
    add(layer) { this.layers.push(layer); },
    compile() {},
    async trainOnBatch(x, y) {
      const found = `${this.layers}|${x}|${y}`;
      if (found !== "784,128,128,64,64,10|50176,64,784|64,10") throw new Error(found);
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  }),
};
"""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The benchmark's names; TensorFlow.js would lie in tmp_path."""
    found = runpy.run_path(str(BENCH / "tensorflow_js.py"))
    names: dict[str, Any] = found["measure"].__globals__
    scripts = {name: tmp_path / folder.parent.name for name, folder in found["SCRIPTS"].items()}
    changed = {"PEER": tmp_path, "SCRIPTS": scripts, "BATCHES": 2, "ROUNDS": 2, "TURN": 0.06}
    for name, value in changed.items():
        monkeypatch.setitem(names, name, value)
    return names


def test_without_it_the_bench_says_so(bench: dict[str, Any]) -> None:
    assert bench["measure"](None) is None
    assert bench["MISSING"].startswith("TensorFlow.js is not at hand: make peers fetches it")


@pytest.mark.browser
def test_both_take_turns_at_the_same_steps(
    bench: dict[str, Any], browser: Browser, tmp_path: Path
) -> None:
    for name, text in (("tf.min.js", STAND_IN), ("tf-backend-wasm.min.js", "")):
        bench["SCRIPTS"][name].mkdir()
        (bench["SCRIPTS"][name] / name).write_text(text, encoding="utf-8")
    (tmp_path / "tfjs" / "package.json").write_text('{"version": "4.0"}', encoding="utf-8")
    measured = bench["measure"](browser)
    assert json.loads(json.dumps(measured)) == measured
    assert [len(one) for turns in measured["turns"].values() for one in turns.values()] == [2] * 4
    assert all(0 < n < 51 for turns in measured["turns"].values() for n in turns["theirs"])
    assert measured["ratio"] == min(measured["ratios"].values()) > 0
    assert "TensorFlow.js 4.0 (WebAssembly, all cores)" in bench["words"](measured)

"""docs/notebook.ipynb runs from the first cell to the last, and its pages live in a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import OpenPage
from notebook_host import HOSTS

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
EXECUTE = """
import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""
Outputs = dict[str, list[dict[str, Any]]]  # by the cell's id


def test_the_committed_notebook_is_small_and_without_outputs() -> None:
    assert NOTEBOOK.stat().st_size < 50_000
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) >= 10
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """What the cells put out, run by a kernel of its own in an empty folder."""
    folder = tmp_path_factory.mktemp("notebook")
    empty = folder / "empty"
    empty.mkdir()
    own = {name: str(folder / name) for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    done = subprocess.run(
        [sys.executable, "-c", EXECUTE, str(NOTEBOOK), str(empty), str(folder / "run.ipynb")],
        env={**os.environ, **own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    assert list(empty.iterdir()) == []
    cells = json.loads((folder / "run.ipynb").read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: cell["outputs"] for cell in cells if cell["cell_type"] == "code"}


def text_of(outputs: Outputs, cell: str) -> str:
    """What a cell printed, or its value as text."""
    parts = [output.get("text") or output["data"]["text/plain"] for output in outputs[cell]]
    return "".join(line for part in parts for line in part)


def html_of(outputs: Outputs, cell: str) -> str:
    (output,) = outputs[cell]
    return "".join(output["data"]["text/html"])


@pytest.mark.slow
def test_every_cell_shows_what_its_text_promises(outputs: Outputs) -> None:
    assert all(output["output_type"] != "error" for cell in outputs.values() for output in cell)
    assert all(output.get("name") != "stderr" for cell in outputs.values() for output in cell)
    assert "read right" in text_of(outputs, "training")
    assert html_of(outputs, "summary").startswith("<svg")
    assert "are the logit" in text_of(outputs, "contributions")
    assert html_of(outputs, "heatmaps").count("<img") == 3
    assert html_of(outputs, "comparison").count("<img") == 2
    n_forgotten = [
        text_of(outputs, cell).partition("Forgotten:")[2].partition("Gained")[0].count("→")
        for cell in ("teacher", "alone-lesson")
    ]
    assert n_forgotten[0] < n_forgotten[1], "old digits in a lesson keep the others"


@pytest.mark.slow
@pytest.mark.browser
def test_its_pages_are_alive_where_a_notebook_embeds_them(
    outputs: Outputs, open_page: OpenPage, tmp_path: Path
) -> None:
    host = HOSTS["JupyterLab"]
    shown = [html_of(outputs, cell) for cell in ("page", "taught-page")]
    path = tmp_path / "notebook.html"
    path.write_text(host.document([shown[0], shown[0], shown[1]]), encoding="utf-8")
    page = open_page(path, width=920, height=2200, color_scheme="null")
    first, same, taught = page.frames[1:]
    for frame in (first, same, taught):
        frame.wait_for_function("window.neuroscribble?.ready")
        frame.evaluate("neuroscribble.ready")
        check = frame.evaluate("neuroscribble.selfCheck()")
        assert check["cases"] == 50
        assert check["maxError"] < 1e-4
    before = same.evaluate("neuroscribble.hash()")
    first.get_by_role("button", name="Example: 7").click()
    first.evaluate("neuroscribble.select('h1:5')")
    assert first.evaluate("neuroscribble.selection()") == "h1:5"
    assert same.evaluate("neuroscribble.hash()") == before
    logits = "[...neuroscribble.forward(new Array(784).fill(0)).logits]"
    assert same.evaluate(logits) == first.evaluate(logits) != taught.evaluate(logits)
    assert taught.locator("h1").inner_text() == "After one lesson"
    page.evaluate(host.dark)
    for frame in (first, same, taught):
        frame.wait_for_function("document.documentElement.dataset.theme === 'dark'")

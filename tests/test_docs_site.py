"""The documents as a site: built strictly and without the net, and what they show can be done."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from command_line import succeed

import neuroscribble as ns
from neuroscribble.__main__ import cli
from neuroscribble.commands.sweep import _as_train_takes_it, _options
from neuroscribble.sweeps.spec import read_spec

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
BUILD = """
import socket, sys

def connect(*_):
    raise OSError("the site is built without the net")

socket.socket.connect = socket.socket.connect_ex = connect
from mkdocs.__main__ import cli

cli(["build", "--strict", "--site-dir", sys.argv[1]])
"""
FOREIGN = re.compile(
    r"""<(?:script|img|iframe|source|video)\b[^>]*\bsrc=["']?(?:https?:)?//[^>]*>"""
    r"""|<link\b(?=[^>]*\brel=["']?(?:stylesheet|preload|icon))[^>]*href=["']?(?:https?:)?//[^>]*>"""
    r"""|url\(["']?(?:https?:)?//"""
)
RUN = """
import re, sys
from pathlib import Path
import numpy as np
import neuroscribble as ns

for path in sys.argv[1:]:
    text = Path(path).read_text(encoding="utf-8")
    names = {"canvas": np.zeros((280, 280)), "rng": np.random.default_rng(0)}
    names["canvas"][60:220, 130:150] = 1  # a 1
    names["image"] = ns.normalize_ink(names["canvas"]).ravel()
    for block in re.findall(r"^```python\\n(.+?)^```", text, re.M | re.S):
        exec(compile(block, path, "exec"), names)
"""


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


SPECS = re.findall(r"^```toml\n(.+?)^```", text_of("cluster.md"), re.M | re.S)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site; a warning, such as of a dead link, is a failure."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_every_document_is_a_page_that_asks_nobody_for_anything(site: Path) -> None:
    for document in DOCS:
        page = (site / f"{document.stem}.html").read_text(encoding="utf-8")
        assert not FOREIGN.search(page), document
    for style in site.rglob("*.css"):
        assert not FOREIGN.search(style.read_text(encoding="utf-8")), style
    assert 'src="network.html"' in (site / "index.html").read_text(encoding="utf-8")
    assert "neuroscribble" in (site / "network.html").read_text(encoding="utf-8")


def test_what_would_be_fetched_is_found() -> None:
    for foreign in (
        '<script src="https://a.b/c.js">',
        "<img alt=x src=//a.b/c.png>",
        '<link href="https://fonts.b/css" rel="stylesheet">',
        "src: url(https://a.b/c.woff2)",
    ):
        assert FOREIGN.search(foreign)
    assert not FOREIGN.search('<a href="https://a.b"><img src="c.png"><link rel="canonical">')


@pytest.mark.slow
def test_the_reference_has_every_name_and_every_command(site: Path) -> None:
    python = (site / "api.html").read_text(encoding="utf-8")
    said = {name.rpartition(".")[2] for name in re.findall(r'id="(neuroscribble[\w.]+)"', python)}
    assert set(ns.__all__) <= said
    commands = (site / "command-line.html").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert f">neuroscribble {name}<" in re.sub(r"<a.*?</a>", "", commands)
        for option in command.params:
            assert option.opts[0] in commands or isinstance(option, click.Argument)


def test_the_page_object_is_described_name_by_name() -> None:
    web = ROOT / "viz" / "page" / "web" / "panels" / "api.js"
    code = web.read_text(encoding="utf-8")
    names = set(re.findall(r"^ {4}(\w+): \[", code, re.M))
    described = re.findall(r"`(?:learn\.|history\.)?(\w+)\(", text_of("page-api.md"))
    assert len(names) > 40
    assert names == set(described)


@pytest.mark.slow
def test_links_of_the_readme_lead_somewhere(site: Path) -> None:
    links = re.findall(r"\]\(docs/([\w.-]+)(?:#([\w-]+))?\)", (ROOT / "README.md").read_text())
    assert len(links) > 10
    for name, anchor in links:
        assert (ROOT / "docs" / name).is_file(), name
        if anchor:
            page = (site / name.replace(".md", ".html")).read_text(encoding="utf-8")
            assert f'id="{anchor}"' in page


@pytest.mark.slow
def test_every_python_block_of_the_documents_runs() -> None:
    with_python = [str(path) for path in DOCS if "```python\n" in path.read_text("utf-8")]
    assert len(with_python) >= 4
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, *with_python],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_every_command_of_the_documents_could_be_typed(path: Path) -> None:
    for line in re.findall(r"^    neuroscribble (.+)$", path.read_text("utf-8"), re.M):
        words = shlex.split(re.split(r" {2,}|#", line)[0])
        command = cli.commands[words[0]]
        with click.Context(command) as context:
            command.parse_args(context, words[1:])


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for path in DOCS:
        named = re.findall(r"(?:^    |`)make ([a-z]+)", path.read_text("utf-8"), re.M)
        assert set(named) <= targets, path


@pytest.mark.parametrize(
    "block", re.findall(r"^```toml\n(.+?)^```", text_of("cluster.md"), re.M | re.S)
)
def test_the_sweeps_of_the_documents_are_some(block: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(block, encoding="utf-8")
    assert len(read_spec(path, names=list(_options()), check=_as_train_takes_it)) >= 6


@pytest.mark.slow
@pytest.mark.usefixtures("few_pen_digits")
def test_the_first_hour_can_be_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for line in re.findall(r"^    neuroscribble (.+)$", text_of("tutorial.md"), re.M):
        succeed(*shlex.split(line))
    assert {"network.html", "mine.npz", "mine.html", "training.png", "confusion.png"} <= {
        path.name for path in (tmp_path / "first").iterdir()
    }

"""The page in cells of a notebook: closed off, alive, dark with it, and no trap for the wheel."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import OpenPage
from firefox import Firefox
from notebook_host import HOSTS, Host

import neuroscribble as ns

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

pytestmark = pytest.mark.browser

THEME = "document.documentElement.dataset.theme"
UNDRESS = """for (const { attributes } of [document.documentElement, document.body]) {
  for (const { name } of [...attributes]) if (name !== "style") attributes.removeNamedItem(name);
}"""


@pytest.fixture(scope="module")
def outputs() -> list[str]:
    """What two cells put out: the pages of two networks."""
    networks = [ns.build_mlp((12, 8), rng=np.random.default_rng(seed)) for seed in (1, 2)]
    return [ns.show(network)._repr_html_() for network in networks]


@pytest.fixture
def notebook(
    outputs: list[str], open_page: OpenPage, tmp_path: Path
) -> Callable[..., tuple[Page, list[Frame]]]:
    """Opens some cells in a notebook, as soon as their pages are ready: the page, its frames."""

    def open_it(
        host: Host = HOSTS["JupyterLab"], *, cells: int = 1, **how: Any
    ) -> tuple[Page, list[Frame]]:
        path = tmp_path / "notebook.html"
        path.write_text(host.document(outputs[:cells], **how), encoding="utf-8")
        page = open_page(path, width=920, height=1000, color_scheme="null")
        frames = page.frames[1:]
        for frame in frames:
            frame.wait_for_function("window.neuroscribble?.ready")
            frame.evaluate("neuroscribble.ready")
        return page, frames

    return open_it


def eventually(holds: Callable[[], Any], *, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.03)


@pytest.mark.parametrize("name", ["JupyterLab", "VS Code"])
def test_two_pages_live_go_dark_with_the_notebook_and_know_nothing_of_each_other(
    name: str, notebook: Callable[..., tuple[Page, list[Frame]]]
) -> None:
    host = HOSTS[name]
    page, frames = notebook(host, cells=2, dark=True)
    pages_are_dark_when_the_notebook_is_and_have_their_own_switch(host, page, frames)
    first, second = frames
    for secret in ("parent.document", "parent.frames[1].document", "localStorage"):
        refused = f"(() => {{ try {{ {secret}; }} catch (error) {{ return error.name; }} }})()"
        assert first.evaluate(refused) == "SecurityError"
    for frame in (first, second):
        assert frame.evaluate("neuroscribble.selfCheck().maxError") < 1e-4
        assert frame.evaluate("origin") == "null"
    untouched = second.evaluate("neuroscribble.hash()")
    first.locator("#clear").click()
    assert first.evaluate("neuroscribble.answer()") is None
    box = first.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    assert first.evaluate("neuroscribble.answer()") is not None
    first.evaluate("neuroscribble.setTopK('all')")
    first.evaluate("neuroscribble.painted()")
    assert second.evaluate("neuroscribble.hash()") == untouched


def pages_are_dark_when_the_notebook_is_and_have_their_own_switch(
    host: Host, page: Page, frames: list[Frame]
) -> None:
    def themes() -> list[str]:
        return [frame.evaluate(THEME) for frame in frames]

    eventually(lambda: themes() == ["dark", "dark"])
    page.evaluate(host.light)
    eventually(lambda: themes() == ["light", "light"])
    frames[0].locator("#theme").click()
    assert themes() == ["dark", "light"]
    page.evaluate(host.dark)
    eventually(lambda: themes() == ["dark", "dark"])


def test_a_page_goes_dark_with_every_kind_of_notebook(
    notebook: Callable[..., tuple[Page, list[Frame]]],
) -> None:
    page, (frame,) = notebook()
    for host in HOSTS.values():
        for wanted, dress in (("dark", host.dark), ("light", host.light), ("dark", host.dark)):
            page.evaluate(UNDRESS)
            page.evaluate(dress)
            eventually(lambda wanted=wanted: frame.evaluate(THEME) == wanted)


def test_the_wheel_scrolls_the_notebook_and_with_ctrl_it_zooms(
    notebook: Callable[..., tuple[Page, list[Frame]]],
) -> None:
    page, (first,) = notebook()
    scale = first.evaluate("neuroscribble.view.getScale()")
    first.locator("#network").hover()
    page.mouse.wheel(0, 120)
    eventually(lambda: page.evaluate("scrollY") == 120)
    assert first.evaluate("neuroscribble.view.getScale()") == scale
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    eventually(lambda: first.evaluate("neuroscribble.view.getScale()") > scale)
    assert page.evaluate("scrollY") == 120


def test_a_page_without_an_address_offers_no_link_but_its_picture(
    notebook: Callable[..., tuple[Page, list[Frame]]],
) -> None:
    page, (first,) = notebook()
    assert first.locator("#share").is_hidden()
    for kind, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        with page.expect_download() as download:
            first.locator(f"#save-{kind}").click()
        assert download.value.suggested_filename == f"network.{kind}"
        assert Path(download.value.path()).read_bytes().startswith(start)


@pytest.mark.slow
def test_firefox_shows_both_pages_as_quietly_and_dark_when_the_notebook_is(
    outputs: list[str], tmp_path: Path, firefox: Firefox
) -> None:
    host = HOSTS["VS Code"]
    path = tmp_path / "notebook.html"
    path.write_text(host.document(outputs, dark=True), encoding="utf-8")
    firefox.open(path)
    frames = firefox.frames()
    assert len(frames) == 2
    for frame in frames:
        check = firefox.evaluate(
            "neuroscribble.ready.then(() => JSON.stringify(neuroscribble.selfCheck()))", frame
        )
        assert check["maxError"] < 1e-4

    def themes() -> list[str]:
        return [firefox.evaluate(f"JSON.stringify({THEME})", frame) for frame in frames]

    eventually(lambda: themes() == ["dark", "dark"])
    firefox.evaluate(f"{host.light}; 'null'")
    eventually(lambda: themes() == ["light", "light"])
    firefox.evaluate("document.getElementById('theme').click() ?? 'null'", frames[0])
    assert themes() == ["dark", "light"]
    assert firefox.complaints() == []

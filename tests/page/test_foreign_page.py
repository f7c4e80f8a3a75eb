"""Pages of foreign networks: true numbers, colors with a sign, words for their functions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import OpenPage
from foreign_networks import BUILDS, foreign

from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.attribution import effective_linear_map
from viz.page.page import network_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

READY = "window.neuroscribble.ready"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("foreign")


@pytest.fixture
def opened(open_page: OpenPage, folder: Path, request: pytest.FixtureRequest) -> Page:
    """The page of a foreign network, ready; nothing stood on its console."""
    file = folder / f"{request.param}.html"
    if not file.exists():
        file.write_text(network_page(foreign(request.param)), encoding="utf-8")
    page = open_page(file, width=1280, height=800)
    page.evaluate(READY)
    return page


def ask(page: Page, expression: str) -> Any:
    return page.evaluate(f"window.neuroscribble.{expression}")


def open_tab(page: Page, name: str) -> str:
    page.get_by_role("tab", name=name).click()
    return page.locator("#inspector").inner_text()


@pytest.mark.parametrize("opened", BUILDS, indirect=True)
def test_its_numbers_are_numpys_and_sums_add_up(opened: Page) -> None:
    assert ask(opened, "selfCheck()")["maxError"] < 1e-5
    assert "same as NumPy" in opened.locator("#badge").inner_text()
    for one in ask(opened, "sums()"):
        total = np.array(one["drawn"]) + one["rest"] + one["bias"]
        np.testing.assert_allclose(total, one["preActivation"], atol=1e-5)


@pytest.mark.parametrize(
    ("opened", "words", "formula"),
    [
        ("maps", "Gradient × input. Functions of this network are curved (tanh, ELU, GELU), so no",
         "gradient × ink"),
        ("units", "are curved (sigmoid, softplus, GELU), so no linear map is", "gradient × ink"),
        ("piecewise", "straight piece of its function (leaky ReLU, clip) on which each unit is",
         "ink × picture"),
        ("normalized ReLU", "ReLUs that are on and the places that win max pooling",
         "ink × picture"),
    ],
    indirect=["opened"],
)  # fmt: skip
def test_why_tells_a_linear_map_from_gradients_and_adds_up(
    opened: Page, words: str, formula: str, request: pytest.FixtureRequest
) -> None:
    ink = pen_digits(1, rng=np.random.default_rng(5))[0][0]
    opened.evaluate("(ink) => window.neuroscribble.setInk(ink)", ink.tolist())
    text = open_tab(opened, "Why")
    assert words in text
    assert formula in text
    assert ("remainder" in text) == (formula == "gradient × ink")
    network = foreign(request.node.callspec.params["opened"])
    expected = effective_linear_map(network.in_double_precision(), ink)
    for name in ("bias", "remainder"):
        numbers = ask(opened, f"linearMap().{name}")
        np.testing.assert_allclose(numbers, getattr(expected, name), atol=1e-5)
    number = r"[+−]?[\d.]+"
    line = next(line for line in text.splitlines() if line.startswith("logit of"))
    *parts, total = [float(n.replace("−", "-")) for n in re.findall(number, line.split("=", 1)[1])]
    assert sum(parts) == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("opened", ["units"], indirect=True)
def test_units_are_told_by_their_own_functions(opened: Page) -> None:
    for id_, words in (
        ("h1:0", "sigmoid: 1 ÷ (1 + e^−("),
        ("h2:0", "linear:"),
        ("h3:1", "softplus: log(1 + e^"),
        ("h4:1", "clip:"),
        ("h5:1", "GELU:"),
        ("output:0", "Raw sigmoid: 1 ÷ (1 + e^−("),
    ):
        ask(opened, f"select('{id_}')")
        assert words in opened.locator("#inspector").inner_text(), id_
    ask(opened, "select('h1:0')")
    assert ", then normalized: " in opened.locator("#inspector").inner_text()


@pytest.mark.parametrize("opened", ["units"], indirect=True)
def test_one_output_tells_two_classes(opened: Page) -> None:
    text = open_tab(opened, "Answer")
    assert re.search(r"The network reads (a|b) with", text)
    shares = ask(opened, "forward(new Float32Array(784)).probabilities")
    assert len(shares) == 2
    assert sum(shares) == pytest.approx(1)
    open_tab(opened, "Teach")
    opened.locator("#inspector").get_by_role("button", name="b", exact=True).click()
    assert "Loss for “b”" in opened.locator("#inspector").inner_text()
    ask(opened, "reset()")
    assert ask(opened, "selfCheck()")["maxError"] < 1e-5


@pytest.mark.parametrize("opened", ["piecewise"], indirect=True)
def test_values_are_no_probabilities_and_are_not_taught(opened: Page) -> None:
    assert "%" not in open_tab(opened, "Answer")
    assert "outputs are values" in open_tab(opened, "Teach")
    for button in opened.locator("#inspector .digits button").all():
        assert button.is_disabled()
    message = "(() => { try { window.neuroscribble.teach(1) } catch (e) { return e.message } })()"
    assert "no right class" in opened.evaluate(message)
    ask(opened, "select('output:3')")
    assert "Raw linear:" in opened.locator("#inspector").inner_text()


@pytest.mark.parametrize("opened", ["maps", "units", "normalized ReLU"], indirect=True)
def test_what_may_be_negative_is_drawn_with_its_sign(opened: Page) -> None:
    fills = re.findall(r'<circle [^>]*fill="rgb\((\d+),(\d+),(\d+)\)"', ask(opened, "svg()"))
    is_orange = [int(red) > int(blue) + 40 for red, _, blue in fills]
    columns = ask(opened, "sums().map((sum) => [...sum.activation])")[:-1]
    shares = [a / max(map(abs, column)) for column in columns for a in column][-len(fills) :]
    assert min(shares) < 0
    for orange, share in zip(is_orange, shares, strict=True):
        assert orange if share < -0.3 else share < 0 or not orange

"""Pages of networks that read features, or pictures of another size: the examples, as shipped."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import OpenPage
from network_files import NAMINGS, dense_arrays

import neuroscribble as ns
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.nn.network import build_mlp
from neuroscribble.nn.original import Original
from viz.diagram.payload import example_drawings
from viz.page.page import network_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Page]:
    """opened("iris") → the page of an example that ships along."""

    def open_and_wait(name: str) -> Page:
        path = tmp_path_factory.getbasetemp() / f"{name}.html"
        if not path.exists():
            path.write_text(network_page(ns.load_network(name), weights_name=f"{name}.npz"))
        page = open_page(path)
        page.evaluate("neuroscribble.ready")
        return page

    return open_and_wait


def probabilities(page: Page) -> list[float]:
    found = page.evaluate("Array.from(neuroscribble.forward(neuroscribble.input()).probabilities)")
    return [float(share) for share in found]


@pytest.mark.parametrize("name", ["xor", "iris", "digits"])
def test_an_example_is_numpys_network_to_a_hundred_thousandth(
    name: str, opened: Callable[[str], Page]
) -> None:
    page = opened(name)
    check = page.evaluate("neuroscribble.selfCheck()")
    assert check["cases"] == 50
    assert check["maxError"] <= 1e-5
    assert check["by"] == "NumPy"
    assert page.inner_text("#badge").startswith("✓ Checked: 50")


def test_sliders_and_numbers_change_the_answer_as_numpy_says(opened: Callable[[str], Page]) -> None:
    page, network = opened("iris"), ns.load_network("iris")
    for values, name in (((6.5, 3.0, 5.5, 1.8), "virginica"), ((5.0, 3.4, 1.5, 0.2), "setosa")):
        for field, value in zip(
            page.locator("#features input[type=number]").all(), values, strict=True
        ):
            field.fill(str(value))
            field.press("Enter")
        expected = network.probabilities(np.array([values]))[0]
        np.testing.assert_allclose(probabilities(page), expected, atol=1e-5)
        assert page.evaluate("neuroscribble.answer()") == name
    before = probabilities(page)
    slider = page.get_by_role("slider", name="petal length", exact=True)
    slider.focus()
    slider.press("End")
    moved = np.float32([5.0, 3.4, network.meta["ranges"][2][1], 0.2])
    expected = network.probabilities(moved[None])[0]
    np.testing.assert_allclose(probabilities(page), expected, atol=1e-5)
    assert probabilities(page) != before


def test_example_rows_are_read_right_and_travel_in_a_link(opened: Callable[[str], Page]) -> None:
    page = opened("iris")
    for row in ("virginica", "versicolor"):
        page.get_by_role("button", name=f": {row}").first.click()
        assert page.evaluate("neuroscribble.answer()") == row
    link, told = page.evaluate("neuroscribble.hash()"), probabilities(page)
    page.evaluate("neuroscribble.clear()")
    assert probabilities(page) != told
    page.evaluate("(hash) => { location.hash = hash; }", link)
    page.wait_for_function("neuroscribble.answer() === 'versicolor'")
    assert probabilities(page) == told


def test_a_plane_of_two_features_is_clicked(opened: Callable[[str], Page]) -> None:
    page = opened("xor")
    box = page.locator("#decision-map canvas").bounding_box()
    assert box is not None
    for across, up, answer in ((0.25, 0.75, "different"), (0.75, 0.75, "equal")):
        page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
        assert page.evaluate("neuroscribble.answer()") == answer
    first, second = page.evaluate("Array.from(neuroscribble.input())")
    assert first == pytest.approx(1, abs=0.03)
    assert second == pytest.approx(1, abs=0.03)


def test_such_a_network_is_taught_and_taken_apart(opened: Callable[[str], Page]) -> None:
    page = opened("xor")
    tabs = page.locator("[role=tab]").all_inner_texts()
    assert "Ink" not in tabs
    assert "reads 100.0\u00a0% of the four corners right" in page.inner_text("#caption")
    page.get_by_role("tab", name="Why").click()
    assert "= logit" in page.inner_text("#inspector")
    page.get_by_role("tab", name="Teach").click()
    before = probabilities(page)
    page.locator("#inspector").get_by_role("button", name="different").click()
    assert probabilities(page)[1] > before[1]
    assert page.inner_text("#badge").startswith("Taught 1 step")
    page.evaluate("neuroscribble.select('input:1')")
    assert "second" in page.inner_text("#inspector")


def test_drawings_become_pictures_of_the_networks_own_size(opened: Callable[[str], Page]) -> None:
    page = opened("digits")
    right = 0
    for example in example_drawings():
        page.get_by_role("button", name=f"Example: {example['label']}").click()
        canvas = render_strokes(example["strokes"], size=280, width=22)
        expected = normalize_ink(canvas, side=8, box=8).ravel()
        read = page.evaluate("Array.from(neuroscribble.input())")
        np.testing.assert_allclose(read, expected, atol=1e-4)
        right += page.evaluate("neuroscribble.answer()") == str(example["label"])
    assert right >= 7


DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
}"""


def drop(page: Page, name: str, content: bytes) -> None:
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def test_a_dropped_network_takes_the_place_of_the_pages_own_and_leaves_again(
    opened: Callable[[str], Page], tmp_path: Path
) -> None:
    page = opened("iris")
    own = page.evaluate("neuroscribble.input()")
    np.savez(tmp_path / "theirs.npz", **NAMINGS["W1 b1"](dense_arrays((64, 7, 4))))
    drop(page, "theirs.npz", (tmp_path / "theirs.npz").read_bytes())
    page.get_by_text("64 → 7 → 4").wait_for()
    assert page.inner_text("#badge") == "NeuroScribble's own reading"
    assert page.inner_text("#guest").startswith("theirs.npz as this page reads it.")
    page.get_by_label("Function between").select_option("tanh")
    page.wait_for_function("neuroscribble.sums()[0].activation.some((value) => value < 0)")
    theirs = ns.load_network(tmp_path / "theirs.npz", activation="tanh")
    read = page.evaluate("Array.from(neuroscribble.input())")
    assert np.any(read)  # an example is drawn
    expected = theirs.probabilities(np.array([read], np.float32))[0]
    np.testing.assert_allclose(probabilities(page), expected, atol=1e-5)
    assert page.locator("#network canvas").first.is_visible()
    page.evaluate("neuroscribble.select('h1:3')")
    page.keyboard.press("Escape")
    assert page.evaluate("neuroscribble.selection()") is None
    np.savez(tmp_path / "square.npz", **NAMINGS["W1 b1"](dense_arrays((4, 4, 4))))
    drop(page, "square.npz", (tmp_path / "square.npz").read_bytes())
    page.locator("#notice").get_by_role("button", name="columns").click()
    page.get_by_text("4 → 4 → 4").wait_for()
    page.get_by_role("button", name="Back to iris.npz").click()
    page.wait_for_function("document.querySelector('#badge').textContent.startsWith('✓')")
    assert page.locator("#guest").count() == 0
    assert page.evaluate("neuroscribble.input()") == own
    assert page.title() == "Iris"


def test_a_file_that_the_page_does_not_read_is_answered_with_what_to_do(
    opened: Callable[[str], Page],
) -> None:
    page = opened("iris")
    for name in ("theirs.onnx", "damaged.npz"):
        drop(page, name, b"PK\3\4" if name.endswith("npz") else b"\x08\x07")
        page.get_by_text(f'neuroscribble network --weights "{name}"').wait_for()
    drop(page, "cat.png", b"\x89PNG")
    page.get_by_text("This network reads features, no pictures.").wait_for()
    assert page.title() == "Iris"


def test_colored_pictures_and_deep_narrow_networks_open(
    open_page: OpenPage, tmp_path: Path, rng: np.random.Generator
) -> None:
    network = build_mlp((9,) * 11, rng=rng, n_inputs=16 * 16 * 3, n_classes=4)
    path = tmp_path / "deep.html"
    path.write_text(network_page(network))
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    assert page.evaluate("neuroscribble.selfCheck()")["maxError"] <= 1e-5
    page.get_by_role("tab", name="Why").click()
    page.get_by_role("tab", name="Ink").click()


def test_the_badge_names_the_program_that_the_file_comes_from(
    open_page: OpenPage, tmp_path: Path
) -> None:
    network, path = ns.load_network("iris"), tmp_path / "proved.html"
    for off, badge in (
        (0.0, "✓ Checked: 50 inputs, same as their program 1.2 to"),
        (0.0095, "✗ Differs from their program 1.2 by 1e-2: do not trust this page"),
    ):
        theirs = Original("their program 1.2", lambda x, off=off: network.probabilities(x) + off)
        path.write_text(network_page(network, original=theirs))
        page = open_page(path)
        page.evaluate("neuroscribble.ready")
        assert page.inner_text("#badge").startswith(badge)
        assert page.evaluate("neuroscribble.selfCheck().by") == "their program 1.2"

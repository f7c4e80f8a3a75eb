"""MNIST's files dropped on the page: it learns from them as they are, and says what it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.data.mnist import MNIST
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
DROP = """(names) => {
  const data = new DataTransfer();
  const file = (name) => new File(["\\u0000\\u0000\\b\\u0001 and no more"], name);
  names.forEach((name) => data.items.add(file(name)));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
}"""
CHOOSER = "Choose MNIST’s four files"


def said(page: Page, words: str) -> str:
    page.wait_for_function(
        "(words) => document.getElementById('notice').textContent.includes(words)", arg=words
    )
    return page.inner_text("#notice")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of a network of few units, so that steps are quick."""
    path = tmp_path_factory.mktemp("mnist") / "network.html"
    network = ns.build_mlp((16,), rng=np.random.default_rng(2))
    path.write_text(network_page(network), encoding="utf-8")
    return path


@pytest.mark.mnist
def test_it_learns_from_mnists_files_as_they_are(
    path: Path, mnist_folder: Path, tmp_path: Path, open_page: OpenPage
) -> None:
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    page.get_by_role("tab", name="Learn").click()
    page.get_by_label("Learns from").select_option("mnist")
    assert page.get_by_role("button", name="Play").is_disabled()
    assert "Nothing leaves this machine" in page.evaluate("neuroscribble.learn.start()")["trouble"]
    train_images, train_labels, *test = (mnist_folder / file.name for file in MNIST.files)
    page.get_by_label(CHOOSER).set_input_files(train_images)
    told = said(page, "still missing")
    assert told.startswith("Of MNIST’s files train-images-idx3-ubyte came, checked by SHA-256;")
    page.get_by_label(CHOOSER).set_input_files(train_labels)
    assert "so 5,000 of the 60,000 are held out" in said(page, "held out")
    step = page.evaluate("neuroscribble.learn.step(1)")
    assert (step["step"], step["heldOutSamples"], step["trouble"]) == (1, 1000, None)
    assert page.evaluate("neuroscribble.learn.pause()")["heldOutSamples"] == 5000
    page.get_by_label("Learns from").select_option("page")
    page.get_by_label("Learns from").select_option("mnist")
    page.locator("#picture").set_input_files(test)
    assert said(page, "tested with").startswith("MNIST is here, checked by SHA-256: 60,000 digits")
    page.evaluate("neuroscribble.learn.reset()")
    page.evaluate("neuroscribble.learn.step(250)")
    told = page.evaluate("neuroscribble.learn.pause()")
    assert told["heldOutSamples"] == 10_000
    assert told["heldOut"] > 0.85
    assert "of 10,000 MNIST test digits it never saw" in page.inner_text(".learned")
    with page.expect_download() as download:
        page.get_by_role("button", name=".npz", exact=True).click()
    download.value.save_as(tmp_path / "learned.npz")
    images, labels = ns.load_mnist("test", mnist_folder)
    right = (ns.load_network(tmp_path / "learned.npz").predict(images) == labels).mean()
    assert right == pytest.approx(told["heldOut"], abs=1e-4)


def test_other_files_and_other_pages_are_told_in_a_sentence(
    path: Path, tmp_path: Path, open_page: OpenPage
) -> None:
    page = open_page(path)
    page.evaluate(DROP, ["train-labels-idx1-ubyte", "mine"])
    for name in ("train-labels-idx1-ubyte", "mine"):
        assert f"“{name}” is none of MNIST’s files: it has " in said(page, "none of MNIST’s")
    other = tmp_path / "iris.html"
    other.write_text(network_page(ns.load_network("iris")), encoding="utf-8")
    page = open_page(other)
    page.evaluate(DROP, ["mine"])
    assert "this page’s does not" in said(page, "need a network that reads pictures")

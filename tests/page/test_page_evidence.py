"""What units are for, where it errs and how much can be cut: measured when it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from pen_paper import paper

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.evidence import unit_evidence
from neuroscribble.explain.findings import find
from neuroscribble.training.metrics import confusion_matrix
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SHIPPED = Path(__file__).parents[2] / "weights.npz"


def has_no_violations(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_evidence_of_a_unit_is_pythons_and_an_image_goes_on_the_pad(page: Page) -> None:
    network, digits = ns.load_network(SHIPPED), paper()
    found = unit_evidence(network, "h2:38", digits)
    page.evaluate("neuroscribble.select('h2:38')")
    card = page.locator("details", has_text="What is it for?")
    assert card.get_by_role("button").count() == 0  # nobody has asked
    page.get_by_text("What is it for? The evidence").focus()
    page.keyboard.press("Enter")
    card.get_by_text("are read right instead of").first.wait_for()
    said = card.inner_text()
    assert f"Silent for {found.silent:.1%} of 1,000 pen digits".replace("%", "\u00a0%") in said
    assert f"Most like it is h2:{found.twin}" in said
    images, labels = digits.digits.images, digits.digits.labels
    whole = network.predict(images)
    left = ns.ablate(network, units=["h2:38"], value="average").predict(images)
    right, before = np.count_nonzero(left == labels), np.count_nonzero(whole == labels)
    assert f"Held at its average: {right} of 1,000 are read right instead of {before}" in said
    changed = np.count_nonzero(left != whole)
    assert {0: "no answer changes", 1: "1 answer changes"}.get(
        changed, f"{changed} answers change"
    ) in said
    rows = card.get_by_role("table").get_by_role("row").all_inner_texts()[1:]
    assert [row.split("\t")[0] for row in rows] == list("0123456789")
    has_no_violations(page)
    first = card.get_by_role("button").first
    label, answer = labels[found.most[0]], whole[found.most[0]]
    assert first.get_attribute("aria-label").startswith(f"{label}, read as {answer}; ")  # type: ignore[union-attr]
    first.focus()
    page.keyboard.press("Enter")
    ink = page.evaluate("Array.from(neuroscribble.input())")
    np.testing.assert_allclose(ink, images[found.most[0]], atol=1e-6)
    assert page.evaluate("neuroscribble.selection()") == "h2:38"
    assert first.evaluate("(button) => button === document.activeElement")


def test_another_unit_or_weights_are_measured_anew_and_inputs_have_no_card(page: Page) -> None:
    page.evaluate("neuroscribble.select('h2:38')")
    page.get_by_text("What is it for? The evidence").click()
    card = page.locator("details", has_text="What is it for?")
    card.get_by_text("Silent for").wait_for()
    page.evaluate("neuroscribble.select('h2:9')")
    twin = unit_evidence(ns.load_network(SHIPPED), "h2:9", paper()).twin
    card.get_by_text(f"Most like it is h2:{twin}").wait_for()
    page.evaluate("neuroscribble.silence('h2:9')")
    card.get_by_text("It is taken out at present").wait_for()
    assert "no answer changes" in card.inner_text()
    for other in ("input:14,14", "output:3"):
        page.evaluate("(id) => neuroscribble.select(id)", other)
        assert not card.is_visible()


def test_where_it_errs_a_cell_shows_its_digits(page: Page) -> None:
    network, digits = ns.load_network(SHIPPED), paper()
    images, labels = digits.digits.images, digits.digits.labels
    answers = network.predict(images)
    page.get_by_text("Where it errs").click()
    errs = page.locator("details", has_text="Where it errs")
    right = np.count_nonzero(answers == labels)
    errs.get_by_text(f"{right} of 1,000 pen digits are read right").wait_for()
    cell = np.flatnonzero((labels == 7) & (answers == 1))
    errs.get_by_role("button", name=f"7 read as 1: {len(cell)}").press("Enter")
    errs.get_by_role("heading", name="7, read as 1").wait_for()
    shown = errs.locator(".gallery button")
    assert shown.count() == len(cell)
    assert "How often answers are right" in str(
        errs.get_by_role("img", name="How often").get_attribute("aria-label")
    )
    has_no_violations(page)
    shown.first.click()
    assert page.evaluate("neuroscribble.answer()") == "1"
    errors = page.evaluate("neuroscribble.errors()")
    assert errors["confusion"][7][1] == len(cell)


def test_units_are_ranked_and_a_click_selects_one(page: Page) -> None:
    page.get_by_role("tab", name="Unit").click()
    page.get_by_text("Which units matter?").click()
    worth = page.locator("details", has_text="Which units matter?")
    worth.get_by_role("combobox", name="Layer").select_option("2")
    worth.get_by_role("row", name="h2:").first.wait_for()
    worth.get_by_role("button", name="Show all 64").click()
    lost = [int(row.split("\t")[1].replace("−", "-")) for row in rows_of(worth)]
    assert len(lost) == 64
    assert lost == sorted(lost)
    assert lost[0] < -10
    has_no_violations(page)
    id_ = worth.get_by_role("rowheader").first.inner_text()
    worth.get_by_role("rowheader").first.get_by_role("button").click()
    assert page.evaluate("neuroscribble.selection()") == id_


def rows_of(part) -> list[str]:  # type: ignore[no-untyped-def]
    found: list[str] = part.get_by_role("row").all_inner_texts()
    return found[1:]


def test_how_much_can_be_cut_is_one_picture(page: Page) -> None:
    page.get_by_role("tab", name="Unit").click()
    page.get_by_text("How much can I cut?").click()
    part = page.locator("details", has_text="How much can I cut?").first
    part.get_by_text("The numbers").click()
    page.wait_for_function("document.querySelector('details table').innerText.includes('70')")
    part.get_by_text("Nine of ten pen digits that it reads").wait_for(timeout=60_000)
    rows = [row.split("\t") for row in rows_of(part)]
    assert len(rows) == 12
    assert len(set(rows[0][1:])) == 1  # all edges
    at = {row[0]: [float(cell.rstrip("\u00a0%")) for cell in row[1:]] for row in rows}
    usual, weight, chance = at["8\u00a0%"]
    assert usual > weight > chance
    name = part.get_by_role("img").get_attribute("aria-label")
    assert name is not None
    assert name.startswith("Share read right over edges kept. usual swing: 100\u00a0% kept, ")


def test_images_that_came_along_are_what_is_shown(tmp_path: Path, open_page: OpenPage) -> None:
    network, digits = ns.load_network(SHIPPED), paper().digits
    images = np.rint(digits.images[:80] * 255) / np.float32(255)
    labels = digits.labels[:80]
    answers = network.predict(images)
    confusion = confusion_matrix(answers, labels, n_classes=10)
    network.meta["confusion"] = (10 * confusion).tolist()  # as if it were that of the training
    findings = find(network, NamedDigits("MNIST test", Digits(images, labels)))
    file = tmp_path / "page.html"
    file.write_text(network_page(network, findings=findings), encoding="utf-8")
    page = open_page(file, width=390, height=844)
    page.evaluate("neuroscribble.ready")
    assert page.evaluate("neuroscribble.errors()")["confusion"] == confusion.tolist()
    page.get_by_text("Where it errs").click()
    errs = page.locator("details", has_text="Where it errs")
    right = np.trace(confusion)
    errs.get_by_text(f"{right} of 80 digits of MNIST test are read right").wait_for()
    assert "Creative Commons" in errs.inner_text()
    errs.get_by_role("combobox", name="Read").select_option("stored")
    assert f"{10 * right} of 800 images of MNIST test are read right" in errs.inner_text()
    assert errs.get_by_role("button").first.is_disabled()
    has_no_violations(page)
    page.evaluate("neuroscribble.silence('h1:1')")  # then it is another network
    errs.get_by_role("combobox", name="Read").wait_for(state="hidden")
    page.evaluate("neuroscribble.restore()")
    page.evaluate("neuroscribble.select('h1:43')")
    page.get_by_text("What is it for? The evidence").click()
    card = page.locator("details", has_text="What is it for?")
    card.get_by_text("of 80 digits of MNIST test").wait_for()
    assert "Creative Commons" in card.inner_text()
    bar = page.get_by_role("tablist")
    assert bar.evaluate("(bar) => bar.scrollWidth <= bar.clientWidth && bar.offsetHeight < 50")


@pytest.mark.parametrize("given", ["'input:1,1'", "'output:1'", "'h9:1'", "7"])
def test_evidence_of_what_is_no_hidden_unit_is_refused(page: Page, given: str) -> None:
    call = f"try {{ neuroscribble.evidence({given}) }} catch (error) {{ return error.message }}"
    said = page.evaluate(f"() => {{ {call} }}")
    assert said.startswith('evidence: id must be the id of a hidden unit, such as "h1:5"; got ')

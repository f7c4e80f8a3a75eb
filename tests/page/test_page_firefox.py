"""The page in a second browser: what Chromium shows, Firefox shows, as quietly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from firefox import Firefox, find_firefox
from small_cnn import small_cnn

import neuroscribble as ns
from viz.page.page import network_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("make", "n_edges"),
    [(lambda: ns.load_network(ROOT / "weights.npz"), 109_184), (small_cnn, 688)],
    ids=["dense", "maps"],
)
def test_firefox_opens_the_page_quietly_and_gets_the_same_numbers(
    make: Callable[[], ns.Network], n_edges: int, tmp_path: Path
) -> None:
    program = find_firefox()
    if program is None:
        pytest.skip("Firefox not found: install it to check the page in a second browser")
    page = tmp_path / "network.html"
    page.write_text(network_page(make()), encoding="utf-8")
    with Firefox(program) as firefox:
        firefox.open(page)
        check = firefox.evaluate(
            "neuroscribble.ready.then(() => JSON.stringify(neuroscribble.selfCheck()))"
        )
        drawn = firefox.evaluate(
            "(async () => { neuroscribble.setTopK('all'); await neuroscribble.painted();"
            " neuroscribble.setChoice('contribution'); await neuroscribble.painted();"
            " neuroscribble.select('h1:5'); return JSON.stringify(neuroscribble.fidelity()); })()"
        )
        assert check["cases"] == 50
        assert check["maxError"] <= 1e-4
        assert drawn["drawnEdges"] == n_edges
        assert firefox.logged == []
        beyond = [url for url in firefox.requested if not url.startswith(("file:", "data:"))]
        assert beyond == []

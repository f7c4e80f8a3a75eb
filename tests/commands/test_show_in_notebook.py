"""What a notebook gets: a frame that holds the whole page, files, figures, and clear refusals."""

from __future__ import annotations

import base64
import io
import re
import webbrowser
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

import neuroscribble as ns
from neuroscribble.commands.notebook import NotebookPage
from neuroscribble.errors import DisplayError, OutputError, SettingsError
from viz.diagram.theme import DARK
from viz.page.page import network_page


@pytest.fixture(scope="module")
def network() -> ns.Network:
    return ns.build_mlp((6, 5), rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def page(network: ns.Network) -> NotebookPage:
    return ns.show(network)


class Elements(HTMLParser):
    """Every element of a text with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_cell_holds_the_very_page_in_one_closed_frame(page: NotebookPage) -> None:
    (style, _), (frame, attributes) = Elements(page._repr_html_()).found
    assert (style, frame) == ("style", "iframe")
    assert attributes["srcdoc"] == page.html
    assert attributes["sandbox"] == "allow-scripts allow-downloads"  # no origin, no way up
    assert "src" not in attributes
    assert attributes["title"] == "network 784 → 6 → 5 → 10"


def test_a_cell_is_hardly_larger_than_the_page(page: NotebookPage) -> None:
    assert len(page._repr_html_().encode()) <= 1.02 * len(page.html.encode()) + 1000


def test_height_edges_and_title_are_arguments(network: ns.Network) -> None:
    title = """<b> & 'title' "quoted" </iframe>"""
    page = ns.show(network, height=480, top_k=3, title=title)
    _, (_, attributes) = Elements(page._repr_html_()).found
    assert "height: 480px" in str(attributes["style"])
    assert attributes["title"] == f"network {title}"
    assert attributes["srcdoc"] == page.html
    expected = network_page(network, top_k=3, title=title, weights_name="this network")
    assert page.html == expected


def test_a_page_stays_as_the_network_was_when_it_was_shown() -> None:
    network = ns.build_mlp((4,), rng=np.random.default_rng(2))
    page = ns.show(network)
    shown = page._repr_html_()
    network.parameters.flat *= 2
    assert page._repr_html_() == shown
    assert ns.show(network).html != page.html


def test_without_html_a_page_is_one_short_line(page: NotebookPage) -> None:
    assert re.fullmatch(
        r"<page of network 784 → 6 → 5 → 10: \d\.\d MB; \.save\(path\) .+>", repr(page)
    )


def test_save_writes_the_page_whole_and_tells_where(page: NotebookPage, tmp_path: Path) -> None:
    target = tmp_path / "new" / "page.html"
    assert page.save(str(target)) == target
    assert target.read_text(encoding="utf-8") == page.html
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]
    with pytest.raises(OutputError, match="it is a folder; name a file"):
        page.save(tmp_path)


def test_open_shows_a_file_of_its_own_each_time(
    page: NotebookPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or True)
    paths = [page.open(), page.open()]
    assert opened == [path.as_uri() for path in paths]
    assert len(set(paths)) == 2
    assert all(path.read_text(encoding="utf-8") == page.html for path in paths)


def test_without_a_browser_open_says_where_the_page_is(
    page: NotebookPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    with pytest.raises(DisplayError, match=r"no browser .* open .*network\.html in one yourself"):
        page.open()


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"height": 199}, "height must be at least 200 pixels; got 199"),
        ({"top_k": 0}, "top_k must be at least 1; got 0"),
    ],
    ids=str,
)
def test_values_out_of_range_are_refused_at_once(
    settings: dict[str, int], complaint: str, network: ns.Network
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        ns.show(network, **settings)


def test_a_network_that_reads_too_many_features_has_no_page() -> None:
    with pytest.raises(SettingsError, match="300"):
        ns.show(ns.build_mlp((3,), rng=np.random.default_rng(0), n_inputs=300))


@pytest.mark.slow
def test_figures_show_themselves_together_and_alone(network: ns.Network) -> None:
    figures = ns.heatmaps(network)
    assert list(figures) == ["receptive_fields", "weights", "weight_distributions"]
    pictures = Elements(figures._repr_html_()).found
    assert [(tag, attributes["alt"]) for tag, attributes in pictures] == [
        ("img", name.replace("_", " ")) for name in figures
    ]
    for (_, attributes), figure in zip(pictures, figures.values(), strict=True):
        kind, _, data = str(attributes["src"]).partition(",")
        assert kind == "data:image/png;base64"
        assert isinstance(figure, Figure)
        alone = figure._repr_png_()
        assert base64.b64decode(data) == alone
        assert Image.open(io.BytesIO(alone)).size == tuple(figure.bbox.size.astype(int))
    raw = ns.heatmaps(network, raw=True)["weights"]
    assert "As in the file." in " ".join(text.get_text() for text in raw.texts)


@pytest.mark.slow
def test_two_networks_are_compared_by_name_and_in_the_dark(
    network: ns.Network, tmp_path: Path
) -> None:
    other = ns.build_mlp((6, 5), rng=np.random.default_rng(2))
    figures = ns.compare(network, other, names=("one", "other"), dark=True)
    assert list(figures) == ["comparison", "comparison_receptive_fields"]
    said = [text.get_text() for text in figures["comparison"].texts]
    assert "one  and  other" in said
    assert "over 2,000 digits of pen training" in " ".join(said)
    raw = ns.compare(network, other, raw=True)["comparison"]
    assert "Weights as in the files." in " ".join(text.get_text() for text in raw.texts)
    assert to_hex(figures["comparison"].get_facecolor()) == DARK.background
    written = figures.save(tmp_path / "new")
    assert [path.name for path in written] == [f"{name}.png" for name in figures]


def test_networks_of_other_sizes_are_not_compared(network: ns.Network) -> None:
    with pytest.raises(SettingsError):
        ns.compare(network, ns.build_mlp((6, 4), rng=np.random.default_rng(0)))

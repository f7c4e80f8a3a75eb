"""Graph, layout, theme and payload become one HTML file, through PyVis and our own template.

PyVis serializes the graph for vis-network, which shows nodes and lets people pan and zoom; its
own templates load parts from the web, so the page has a template of its own. The file is
complete: no request of any kind, and its content security policy forbids them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import networkx as nx
import pyvis.network

from neuroscribble.explain.findings import Findings
from neuroscribble.nn.checkpoints import Education
from neuroscribble.nn.network import Network
from neuroscribble.nn.original import Original

from ..diagram.compared import Compared, compared_payload
from ..diagram.diagram import Diagram, diagram_of
from ..diagram.evidence import evidence_payload
from ..diagram.facts import first_top_k, stored_test
from ..diagram.graph import build_graph
from ..diagram.history import history_payload
from ..diagram.layout import SINGLE
from ..diagram.payload import page_payload
from ..diagram.rounding import rounded_for_page
from ..diagram.theme import LIGHT, THEMES
from .bundle import asset, json_for_html, modules_of, scripts, web_folder
from .packing import packed_payload, packed_text
from .states import State
from .texts import carried_languages

MOST_NODES = 2000  # that vis-network draws one by one; more are the program's to draw: see units.js


def network_page(
    network: Network,
    *,
    top_k: int | None = None,
    choose: str | None = None,
    spread: str | None = None,
    title: str | None = None,
    weights_name: str = "weights.npz",
    original: Original | None = None,
    education: Education | None = None,
    findings: Findings | None = None,
    compare: Compared | None = None,
    watch: bool = False,
    language: str | None = None,
    lesson: dict[str, Any] | None = None,
    states: Sequence[State] = (),
    kiosk: bool = False,
) -> str:
    """The whole page as HTML text.

    top_k: edges drawn at first, as many as the k strongest into each unit; by default as few as
    still read nine of ten digits, where the file tells.
    choose, spread: how they are chosen at first, see `explain.drawings`.
    title: free text; by default the network's name from its `meta`, else its sizes.
    weights_name: shown on the page, free text as well.
    original: what the network comes from; the page is then proved with its numbers. By default the
    model in memory that it was read from, as long as nothing has changed.
    education: what the network was while it learned; a ribbon then goes back to that.
    findings: what was measured on digits; the page then brings these along.
    compare: a second network, laid beside this one, and what was measured of both; the page then
    shows the two at the same ink.
    watch: whether the page asks the server that it is from what becomes of the network; no other
    page asks anything.
    states: what presenter mode walks through. kiosk: whether it is for an exhibition: it begins
    in presenter mode, nobody leaves that, and after a minute without a hand it begins anew.
    language: of the page's own texts at first, "en" or "de"; by default the browser's.
    lesson: what a lesson tells a page, see `neuroscribble.teaching.lesson_file`; it then stands at
    the side of this page, and nothing of it in any other.
    Raises SettingsError when there are no texts in that language, when the network reads what no
    page offers: see `diagram.inputs`, or when its education is too large for one.
    """
    network, error = rounded_for_page(network)
    diagram = diagram_of(network, choose=choose, spread=spread)
    sizes = " → ".join(map(str, diagram.sizes))
    named = " and ".join(compare.names) if compare else network.meta.get("name") or sizes
    title = title or str(named)
    top_k = first_top_k(network) if top_k is None else top_k
    if error is not None:
        original = None  # which knows nothing of rounding; the page tells of it
    elif original is None and network.original and network.original.of == network.fingerprint():
        original = network.original
    payload = page_payload(
        network, diagram, top_k=top_k, title=title, weights_name=weights_name, original=original
    )
    if education is not None:
        payload["history"] = history_payload(education, network)
    if findings is not None:
        payload["evidence"] = evidence_payload(findings, network)
    if compare is not None:
        payload["compare"] = compared_payload(compare, diagram, top_k=top_k)
    if watch:
        payload["watch"] = True
    if states or kiosk:
        payload["stage"] = {"states": [state._asdict() for state in states], "kiosk": kiosk}
    if lesson is not None:
        payload["lesson"] = lesson
    given = {"two": compare, "trained": education or watch or None, "taught": lesson}
    more = [name for name, what in given.items() if what is not None]
    page = _pyvis_network(build_graph(diagram, top_k=top_k), diagram)
    page.set_template_dir(_template_dirs(), "page.html")
    page.templateEnv.filters["packed_text"] = packed_text
    entries = (*more, "main")
    own, worker = modules_of(*entries), modules_of("learning-worker")
    unpacking = modules_of("formats/letters")  # before all others, also for PyVis's graph
    page.templateEnv.globals.update(
        title=title,
        watch=watch,
        subtitle=sizes,
        description=_description(network, weights_name, error),
        version=metadata.version("neuroscribble"),
        payload=packed_payload(payload),
        style="".join(asset(f"{name}.css") for name in ("style", "stage", *more)),
        unpacking=scripts(unpacking),
        program=scripts(name for name in own if name not in unpacking),
        languages=json_for_html(carried_languages(language, *entries)),
        worker_shares=[name for name in worker if name in own],
        worker=scripts(name for name in worker if name not in own),  # text until it is let learn
        themes=THEMES.values(),
        packed_edges=_packed_edges,
        program_draws_units=sum(diagram.sizes) > MOST_NODES,
    )
    return str(page.generate_html())


def _pyvis_network(graph: nx.DiGraph[str], diagram: Diagram) -> pyvis.network.Network:
    """The graph in PyVis, with a fixed place for every node: a plain picture by itself.

    Our own loop instead of `from_nx`, which changes its argument and derives labels we do not want.
    """
    page = pyvis.network.Network("100%", "100%", directed=True, cdn_resources="in_line")
    page.toggle_physics(False)
    for column, block, ids in zip(diagram.columns, diagram.blocks, diagram.ids, strict=True):
        is_output = column is diagram.columns[-1]
        is_square = column is diagram.columns[0] or column.map_shape != SINGLE
        for index, (name, (x, y)) in enumerate(zip(ids, block.positions, strict=True)):
            page.add_node(
                name,
                label=diagram.class_names[index] if is_output else " ",
                shape="square" if is_square else "dot",
                size=block.size / 2,
                x=float(x),
                y=float(y),
            )
    for source, target, attributes in graph.edges(data=True):
        weight = attributes["weight"]
        color = LIGHT.signed[-2] if weight > 0 else LIGHT.signed[1]
        page.add_edge(source, target, value=_short(abs(weight)), color=color, arrows="")
    page.options = {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        "nodes": {"color": LIGHT.muted, "borderWidth": 0},
        "edges": {"smooth": False, "scaling": {"min": 0.2, "max": 3}},
        "interaction": {"dragNodes": False, "hover": True, "selectConnectedEdges": False},
    }
    return page


def _short(value: float) -> float:
    """Four digits: more than a line's width can show."""
    return float(f"{value:.4g}")


def _packed_edges(edges: list[dict[str, Any]]) -> str:
    """PyVis's edges, what they have in common written once: a third of the text."""
    rows = [[edge["from"], edge["to"], edge["value"], edge["color"]] for edge in edges]
    colors = sorted({color for *_, color in rows})
    packed = [[source, target, value, colors.index(color)] for source, target, value, color in rows]
    unpack = "([from, to, value, color]) => ({ from, to, value, color: colors[color], arrows: '' })"
    return f"((colors) => {json_for_html(packed)}.map({unpack}))({json_for_html(colors)})"


def _template_dirs() -> list[str]:
    """Our folder first, then PyVis's, from which the template includes vis-network."""
    return [str(web_folder()), str(Path(pyvis.network.__file__).parent / "templates")]


def _description(network: Network, weights_name: str, error: float | None) -> str:
    """A line of facts for the page's head: which weights, how good, and what rounding changed."""
    test = stored_test(network)
    told = "how well it reads is not recorded"
    if test is not None:
        told = f"{test['accuracy']:.2%} of {test['name']} read right"
    if error is not None:
        bound = math.ceil(error * 1e5) / 1e5
        told += f"; its weights are rounded here: no probability moves by more than {bound:.5f}"
    return f"{weights_name}: {told}"

"""Turn a network from one kind of file into another."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import SettingsError
from .options import source_options
from .source import Source

SUFFIXES = {
    ".npz": "npz",
    ".onnx": "onnx",
    ".py": "script",
    ".graphml": "graphml",
    ".gexf": "gexf",
}


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Choice(sorted(SUFFIXES.values())),
    help="Kind of file to write.  [default: by OUT's ending: .npz, .onnx, .py, .graphml or .gexf]",
)
@source_options("source")
def convert(source: Source, out: Path, to: str | None) -> None:
    """Read a network in any format and write it as ours, as ONNX, a NumPy script or a graph.

    A script of some thirty lines computes the same and reads its numbers from an .npz file that is
    written beside it. A graph, GraphML or GEXF, holds every unit and every edge with weight and
    strength, for Gephi, Cytoscape or NetworkX.

    Example: neuroscribble convert cnn.npz cnn.onnx
    """
    from ..files import require_writable, write_atomically
    from ..formats.onnx_write import onnx_bytes
    from ..formats.script import script_and_arrays
    from ..formats.storage import save_network

    kind = to or SUFFIXES.get(out.suffix.lower())
    if kind is None:
        raise SettingsError(
            f"OUT must end in {', '.join(SUFFIXES)}, or --to must say what it is; got {str(out)!r}."
        )
    network = source.load()
    require_writable(out)
    written = [out]
    if kind == "npz":
        save_network(out, network)
    elif kind == "onnx":
        write_atomically(out, onnx_bytes(network))
    elif kind == "script":
        beside = out.with_suffix(".npz")
        text, arrays = script_and_arrays(network, script=out.name, arrays=beside.name)
        write_atomically(beside, arrays)
        write_atomically(out, text.encode("utf-8"))
        written.append(beside)
    else:
        from .pictures import viz

        write_atomically(out, viz.graph_bytes(network, kind))
    sizes = " and ".join(f"{path} ({path.stat().st_size / 1e3:,.0f} kB)" for path in written)
    click.echo(f"Wrote {sizes}: {' → '.join(map(str, network.layer_sizes))}.")

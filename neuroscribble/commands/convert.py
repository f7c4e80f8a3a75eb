"""Turn a network from one kind of file into another."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import SettingsError
from .options import source_options, weights_option
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

    A script of some thirty lines computes the same and reads its numbers from a file that is
    written beside it, OUT.arrays.npz. A graph, GraphML or GEXF, holds every unit and every edge
    with weight and strength, for Gephi, Cytoscape or NetworkX.

    Example: neuroscribble convert cnn.npz cnn.onnx
    """
    _write_as(to, out, source)


@click.command()
@weights_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; its ending says what it becomes, as in `convert`.  "
    "[default: output/network.onnx, with --graph output/network.graphml]",
)
@click.option("--graph", is_flag=True, help="A graph for Gephi: every unit, every edge.")
def export(weights: Source, out: Path | None, graph: bool) -> None:
    """Write the network for other programs: `convert` of the network that is used here.

    Example: neuroscribble export --graph --weights sparse.npz
    """
    file = out or Path("output/network.graphml" if graph else "output/network.onnx")
    if graph and SUFFIXES.get(file.suffix.lower()) not in ("graphml", "gexf"):
        raise SettingsError(f"a graph is written to .graphml or .gexf; got {str(file)!r}.")
    _write_as(None, file, weights)


def _write_as(to: str | None, out: Path, source: Source) -> None:
    """Write the network as that kind of file, or as the file's ending says, and say so."""
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
        beside = out.with_suffix(".arrays.npz")
        if beside.resolve() == source.path.resolve():
            raise SettingsError(f"{beside} is read, and would be written beside {out.name}.")
        text, arrays = script_and_arrays(network, arrays=beside.name)
        write_atomically(beside, arrays)
        write_atomically(out, text.encode("utf-8"))
        written.append(beside)
    else:
        from .pictures import viz

        write_atomically(out, viz.graph_bytes(network, kind))
    sizes = " and ".join(f"{path} ({path.stat().st_size / 1e3:,.0f} kB)" for path in written)
    click.echo(f"Wrote {sizes}: {' → '.join(map(str, network.layer_sizes))}.")

"""Show a network: as a page, as heatmaps, as maps of its layers, in a window."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from .console import open_page_at
from .known import known_digits, known_rows, note_rows, tell_unread
from .options import (
    classes_option,
    corrections_option,
    data_option,
    known_digits_option,
    open_option,
    out_option,
    page_language_option,
    theme_option,
    weights_option,
)
from .source import Source


@click.command()
@weights_option
@out_option("output/network.html", "The page to write.")
@click.option(
    "--top-k",
    type=click.IntRange(1, 100_000),
    help="Edges drawn at first: as many as the k strongest into each unit.  [default: as few as "
    "still read nine of ten digits; 37 of the included network]",
)
@click.option(
    "--choose",
    type=click.Choice(["usual", "weight"]),
    help="How strong an edge is: its usual swing, |w| times the standard deviation of what it is "
    "multiplied with, or |w|.  [default: usual]",
)
@click.option(
    "--spread",
    type=click.Choice(["network", "unit"]),
    help="Draw the strongest of the whole network, by their influence on the answer, or equally "
    "many into each unit.  [default: network]",
)
@click.option(
    "--data",
    metavar="DIR",
    help="Digits over which a network whose file does not tell what it usually does is measured: "
    "MNIST's folder, or 'pen'.  [default: pen]  Of a network of features a CSV file: its rows tell "
    "names, ranges and examples.",
)
@click.option("--title", help="The page's title.  [default: the network's name in its file]")
@click.option(
    "--prove/--no-prove",
    default=True,
    help="Check the page against the program that the file comes from: ONNX in onnxruntime, if it "
    "is installed, else against NumPy alone.  [default: prove]",
)
@click.option(
    "--history",
    is_flag=True,
    help="Put the training into the page, too, from weights.history.npz beside the weights: a "
    "ribbon goes back to any moment of it.",
)
@click.option(
    "--evidence",
    metavar="[DIGITS]",
    is_flag=False,
    flag_value="pen",
    help="Measure what each unit is worth and where the network errs, and put that into the page "
    "with the images: 'mnist' for MNIST's test digits, else what --data takes.  [default: pen]",
)
@click.option(
    "--compare",
    metavar="OTHER",
    help="A second network beside it, at the same ink: a file of any format, 'initial' for the "
    "weights before training, or 'history:7' for a checkpoint from weights.history.npz. Both are "
    "asked what --data names, by default MNIST if it is on this machine.",
)
@page_language_option
@click.option(
    "--stage",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Prepared states for presenter mode, key F: a text file of titles, notes and words of the "
    "page's link; see docs/stage.md.",
)
@click.option(
    "--kiosk",
    is_flag=True,
    help="For an exhibition: the page begins in presenter mode, nobody leaves it, and after a "
    "minute without a hand it begins anew.",
)
@open_option
def network(
    weights: Source,
    out: Path,
    top_k: int | None,
    choose: str | None,
    spread: str | None,
    data: str | None,
    title: str | None,
    prove: bool,
    history: bool,
    evidence: str | None,
    compare: str | None,
    language: str | None,
    stage: Path | None,
    kiosk: bool,
    open_page: bool,
) -> None:
    """Draw the network as one HTML file that opens offline anywhere.

    Example: neuroscribble network --top-k 12 --open
    """
    from ..explain.usual import note_usual
    from ..files import write_atomically
    from ..formats.history import history_path, read_history
    from ..formats.prove import original_of
    from ..nn.reads import input_of
    from .beside import compared, named_network
    from .evidence import measured_evidence
    from .pictures import viz

    path, shown = weights.path, weights.load()
    education = read_history(history_path(path), shown) if history else None
    if data is not None and not input_of(shown).is_square:
        note_rows(shown, known_rows(shown, data), whose=path.name)
    elif not shown.usual and (digits := known_digits(shown, data)):
        note_usual(shown, digits)
    elif compare is None:
        tell_unread(data, path)
    beside = None
    if compare is not None:
        other, name, in_place = named_network(compare, shown, path)
        names = (path.name, name)
        beside = compared(shown, other, names, data, in_place=in_place, pictures=evidence)
    findings = None
    if evidence is not None:
        findings = measured_evidence(shown, evidence, whose=path.name)
    page = viz.network_page(
        shown,
        top_k=top_k,
        choose=choose,
        spread=spread,
        title=title,
        weights_name=path.name,
        original=original_of(path, shown) if prove else None,
        education=education,
        findings=findings,
        compare=beside,
        language=language,
        states=viz.read_states(stage) if stage else (),
        kiosk=kiosk,
    )
    write_atomically(out, page.encode("utf-8"))
    click.echo(f"Wrote {out} ({out.stat().st_size / 1e6:.1f} MB); open it in any browser.")
    if open_page:
        open_page_at(out)


@click.command()
@weights_option
@click.option(
    "--compare",
    metavar="FILE",
    help="Another weights file to compare with, or 'initial' for the weights before training.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="Show weights as they are in the file: units neither scaled to a standard deviation of 1 "
    "nor sorted.",
)
@click.option(
    "--data",
    metavar="DIR",
    help="Digits over which two networks are compared, and one whose file does not tell what it "
    "usually does is measured: MNIST's folder, or 'pen'.  [default: pen]",
)
@theme_option
@out_option("output", "The folder to write to.")
def heatmaps(
    weights: Source, compare: str | None, raw: bool, data: str | None, theme: str, out: Path
) -> None:
    """Write pictures of all weights, alone or beside another network's.

    Example: neuroscribble heatmaps --compare initial
    """
    from ..explain.usual import note_usual
    from ..formats.storage import load_network
    from .pictures import viz

    path, first = weights.path, weights.load()
    is_unknown = not (raw or first.usual)
    digits = known_digits(first, data) if compare or is_unknown else None
    if digits is None:
        tell_unread(data, path)
    how: dict[str, Any] = {"raw": raw, "theme": viz.THEMES[theme]}
    written = []
    if compare:  # before the rest: a comparison may be refused
        if compare == "initial":
            pair, names = (viz.initial_network(first), first), ("before training", path.name)
        else:
            pair, names = (first, load_network(compare)), (path.name, Path(compare).name)
        match = compare != "initial"
        written += viz.write_comparison(*pair, out, names=names, match=match, digits=digits, **how)
    if digits and is_unknown:
        note_usual(first, digits)
    written += viz.write_heatmaps(first, out, **how)
    for written_path in written:
        click.echo(f"Wrote {written_path}")


@click.command()
@weights_option
@data_option
@classes_option
@click.option(
    "--digits",
    "n_digits",
    default=2000,
    show_default=True,
    type=click.IntRange(50, 10_000),
    help="Test digits on the maps, chosen by the seed.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**32 - 1),
    help="Equal seeds, equal maps.",
)
@theme_option
@page_language_option
@out_option("output", "The folder to write to.")
def maps(
    weights: Source,
    data: str | None,
    classes: str | None,
    n_digits: int,
    seed: int,
    theme: str,
    language: str | None,
    out: Path,
) -> None:
    """Map what each layer makes of the test digits, and show a gallery of answers.

    Writes maps.png, maps.html (a page to walk in) and gallery.png. The maps are by PCA and, if
    scikit-learn is installed, by t-SNE.

    Example: neuroscribble maps --digits 1000
    """
    from ..data.sources import load_test_digits, with_classes
    from ..explain.embedding import TSNE_MISSING
    from ..explain.maps import ask, map_layers, some_digits
    from ..files import require_writable, write_atomically
    from ..formats.storage import require_picture_network
    from .console import MapsProgress, maps_table
    from .pictures import viz

    path, digit_network = weights.path, weights.load()
    require_picture_network(digit_network, what="maps")
    picture, page, gallery = (out / name for name in ("maps.png", "maps.html", "gallery.png"))
    for target in (picture, page, gallery):
        require_writable(target)  # before the work, not after it
    test = load_test_digits(data, classes=classes, progress=True)
    test = with_classes(test, digit_network.class_names, whose=str(path))
    if test.found:
        click.echo(test.found)
    chosen = some_digits(test, n_digits, seed=seed)
    answers = ask(digit_network, chosen)
    with closing(MapsProgress(len(digit_network.stages) + 1)) as progress:
        layers = map_layers(digit_network, chosen.digits, seed=seed, on_layer=progress.on_layer)
    names: dict[str, Any] = {
        "class_names": digit_network.class_names,
        "weights_name": path.name,
    }
    viz.write_maps(layers, answers, picture, theme=viz.THEMES[theme], **names)
    write_atomically(
        page, viz.maps_page(layers, answers, language=language, **names).encode("utf-8")
    )
    everything = ask(digit_network, test)
    viz.write_gallery(everything, gallery, seed=seed, theme=viz.THEMES[theme], **names)
    click.echo(maps_table(layers))
    if any(layer.tsne is None for layer in layers):
        click.echo(f"{TSNE_MISSING}.")
    click.echo(f"Wrote {picture}, {page} and {gallery}.")


@click.command()
@weights_option
@click.option("--theme", type=click.Choice(["light", "dark"]), default="dark", show_default=True)
@corrections_option
@known_digits_option
@out_option("weights-learned.npz", "The file that S saves the learned network to.")
@click.option(
    "--kiosk",
    is_flag=True,
    help="For an exhibition, over the whole screen: nothing is taught, no touch leaves it, and "
    "after a minute without a hand it begins anew. Ctrl-C ends it.",
)
def draw(
    weights: Source, theme: str, corrections: Path, data: str | None, out: Path, kiosk: bool
) -> None:
    """Open a window: draw a digit, watch the network read it, teach it better.

    Example: neuroscribble draw --theme light
    """
    from ..data.sources import load_known_digits
    from ..explain.links import links
    from ..formats.storage import require_drawings
    from .pictures import viz

    path, digit_network = weights.path, weights.load()
    require_drawings(digit_network, what="draw")
    links(digit_network)  # refuses, in one sentence, what has no picture
    school = viz.School(
        digit_network,
        digits=lambda: load_known_digits(data),
        corrections=corrections,
        out=out,
    )
    title = f"NeuroScribble · {path.name}"
    viz.open_window(digit_network, theme=theme, title=title, school=school, kiosk=kiosk)

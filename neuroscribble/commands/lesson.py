"""Lessons: a Markdown file becomes a page beside the living network, answers become a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import open_page_at
from .options import open_option, weights_option
from .source import Source

if TYPE_CHECKING:
    from ..nn.network import Network
    from ..teaching.lesson_file import Lesson

SHIPPED = ("weights", "sparse", "cnn")  # networks that a lesson may name by a word


class Lessons(click.Group):
    """`lesson 1` is `lesson write 1`: what is no command's name is a lesson's."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *context.help_option_names):
            args.insert(0, "write")
        return super().parse_args(context, args)


@click.group(cls=Lessons, invoke_without_command=True)
@click.pass_context
def lesson(context: click.Context) -> None:
    """Write a lesson as a page: its steps at the side, the living network beside them.

    A lesson is a Markdown file, or the number of one that comes along; without any, these are
    listed. Answers stay on the machine; "Hand in" saves them for `neuroscribble lesson collect`.

    Example: neuroscribble lesson 1 --language de --out lesson.html
    """
    if context.invoked_subcommand is None:
        from ..teaching.lesson_file import LANGUAGES, read_lesson
        from ..teaching.lesson_shelf import shipped_lessons

        for language in LANGUAGES:
            for path in shipped_lessons(language):
                told = read_lesson(path)
                minutes = f"{told.minutes} minutes, {told.level}"
                click.echo(f"{path.stem}  {language}  {told.title} ({minutes})")


@lesson.command()
@click.argument("name", metavar="LESSON")
@click.option(
    "--language",
    type=click.Choice(["en", "de"]),
    default="en",
    show_default=True,
    help="Of a lesson that comes along.",
)
@weights_option
@click.option("--teacher", is_flag=True, help="With notes for teachers and the answers.")
@click.option(
    "--out",
    default="output/lesson.html",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The page to write.",
)
@open_option
def write(
    name: str, language: str, weights: Source, teacher: bool, out: Path, open_page: bool
) -> None:
    """Write one lesson as a page: this word may be left out.

    Example: neuroscribble lesson my-lesson.md --out lesson.html
    """
    from ..files import write_atomically
    from ..teaching.lesson_file import read_lesson
    from ..teaching.lesson_shelf import find_lesson

    path = find_lesson(name, language)
    page = lesson_page(read_lesson(path), path, weights, teacher=teacher)
    write_atomically(out, page.encode("utf-8"))
    click.echo(f"Wrote {out} ({out.stat().st_size / 1e6:.1f} MB); open it in any browser.")
    if open_page:
        open_page_at(out)


@lesson.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE.json …"
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the table as CSV, too.")
def collect(files: tuple[Path, ...], out: Path | None) -> None:
    """Make a table of what students handed in.

    Example: neuroscribble lesson collect anna.json ben.json --out class.csv
    """
    from ..errors import LessonError
    from ..files import write_atomically
    from ..teaching.handed_in import as_csv, collected, read_answers

    found, wrong = [], []
    for file in files:
        try:
            found.append(read_answers(file))
        except LessonError as error:
            wrong.append(str(error))
    if found:
        click.echo(collected(found))
    if found and out is not None:
        write_atomically(out, as_csv(found).encode("utf-8-sig"))  # so that spreadsheets see UTF-8
        click.echo(f"Wrote {out}")
    if wrong:
        raise LessonError(" ".join(wrong))


def lesson_page(told: Lesson, path: Path, weights: Source, *, teacher: bool = False) -> str:
    """The page of a lesson: of the network that it names, or of other weights that were given.

    Raises LessonError, WeightsError.
    """
    from ..explain.usual import note_usual
    from .beside import compared
    from .known import known_digits
    from .pictures import viz

    source = weights if weights.given else Source(_named(told.network, path))
    network = source.load()
    _check_units(told, path, network)
    beside = None
    if told.compare is not None:
        if not network.usual and (digits := known_digits(network, None)):
            note_usual(network, digits)
        other = Source(_named(told.compare, path))
        names = (source.path.name, other.path.name)
        beside = compared(network, other.load(), names, "pen")
    return viz.network_page(
        network,
        title=told.title,
        weights_name=source.path.name,
        compare=beside,
        language=told.language,
        lesson=told.for_page(teacher=teacher),
    )


def _named(word: str, lesson_file: Path) -> Path:
    """A network that comes along, an example's name, or a file beside the lesson."""
    from ..formats.storage import EXAMPLES, shipped_weights

    if word in SHIPPED:
        return shipped_weights(word)
    return Path(word) if word in EXAMPLES else lesson_file.parent / word


def _check_units(told: Lesson, path: Path, network: Network) -> None:
    """Raises LessonError for a unit that is not there, with its line."""
    from ..errors import LessonError
    from .pictures import viz

    ids = viz.diagram_of(network).ids
    known = {unit for column in ids for unit in column}
    for unit, line in told.units:
        if unit not in known:
            last = ", ".join(column[-1] for column in ids)
            raise LessonError(
                f"{path}, line {line + 1}: there is no unit {unit}; the last ones are {last}."
            )

"""The command line: the one place that brings the network and its pictures together.

Every command imports what it needs when it runs, so that `--help` is instant. Whatever a person
can cause ends in one sentence on stderr and exit code 2.
"""

from __future__ import annotations

import os
import sys

import click

from .commands.ask import evaluate, predict, summary
from .commands.bench import bench
from .commands.convert import convert, export
from .commands.film import film
from .commands.learn import corrections, train
from .commands.lesson import lesson
from .commands.museum import museum
from .commands.poster import poster
from .commands.show import draw, heatmaps, maps, network
from .commands.sweep import sweep
from .commands.worksheet import worksheet
from .errors import NeuroscribbleError
from .machine import prefer_wide_kernels

COMMANDS = (
    *(train, evaluate, summary, predict),
    *(network, heatmaps, maps, film, poster, draw),
    *(worksheet, museum, lesson),
    *(convert, export, corrections, sweep, bench),
)
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT, invoke_without_command=True)
@click.version_option(package_name="neuroscribble", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """See a small neural network think.

    Example: neuroscribble network --open
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line; errors become one sentence and exit code 2."""
    prefer_wide_kernels(os.environ)
    for stream in (sys.stdout, sys.stderr):  # a console of another code page prints "?" for "→"
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result = cli.main(standalone_mode=False, prog_name="neuroscribble")
    except (NeuroscribbleError, click.ClickException) as error:
        sentence = error.format_message() if isinstance(error, click.ClickException) else error
        click.echo(f"Error: {sentence}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()

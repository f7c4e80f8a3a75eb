"""Where a network comes from, as a person says it on the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..nn.network import Network


@dataclass(frozen=True)
class Source:
    """A file of a network, and what was said of it: see `formats.storage.load_network`."""

    given: Path | None = None
    activation: str | None = None
    architecture: Path | None = None
    orientation: str | None = None
    words: str | None = None  # of the input

    @property
    def path(self) -> Path:
        """The file or the example that was named, or the one that is used where none is."""
        from ..formats.storage import default_weights, find_weights

        return find_weights(self.given) if self.given else default_weights()

    def load(self, *, quiet: bool = False) -> Network:
        """The network; what was assumed on the way is told on stderr, but for `quiet`."""
        from ..formats.storage import load_network

        network = load_network(
            self.path,
            activation=self.activation,
            architecture=self.architecture,
            orientation=self.orientation,
            input=self.words,
        )
        if not quiet:
            for note in notes_of(network):
                click.echo(f"Note: {note}", err=True)
        return network

    def read_as(self, words: str, activation: str | None) -> Source:
        """The same file, with another input said of it, and another activation if there is one."""
        return replace(self, words=words, activation=activation or self.activation)


def notes_of(network: Network) -> list[str]:
    """What was assumed or left unread when the network's file was read."""
    told = network.meta.get("read_from")
    notes = told.get("notes") if isinstance(told, dict) else None
    return [str(note) for note in notes] if isinstance(notes, list) else []

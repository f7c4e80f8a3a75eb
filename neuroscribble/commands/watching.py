"""Shows a training while it runs, in a page or in a window: what `train --watch` does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from ..arrays import to_numpy
from ..data.sources import NamedDigits
from ..explain.usual import measure_usual
from ..nn.folding import folded
from ..nn.network import Network
from ..shapes import CLASS_NAMES, Floats
from .console import has_display
from .pictures import viz

if TYPE_CHECKING:
    from ..training.loop import EpochReport, StepReport
    from ..training.recipes import Recipe

OFTEN = {"page": 0.4, "window": 0.2}  # seconds between two pictures at least
SHARE = 0.03  # of the training's time that pictures may take
SOME = 100  # images that tell what is usual at the moment
MOST_POINTS = 240  # of the curve of the loss
GOODBYE = 1.5  # seconds in which viewers fetch the end


class Watching(ABC):
    """An observer of the training; it costs next to nothing unwatched."""

    where: str  # it is watched: a name in OFTEN and WATCHINGS

    def __init__(self, recipe: Recipe, training: NamedDigits) -> None:
        names = training.class_names or CLASS_NAMES
        self._learning = recipe.network(names, np.random.default_rng(recipe.seed))
        self.network = folded(self._learning)  # as it is shown
        self.epochs = recipe.epochs
        self.course: dict[str, Any] = {"epoch": 1, "step": 0, "losses": [], "accuracies": []}
        self._sum, self._summed = 0.0, 0
        self._next = 0.0  # when the next picture may be made

    @property
    @abstractmethod
    def is_watched(self) -> bool:
        """Whether somebody would see a picture."""

    @abstractmethod
    def show(self, network: Network) -> None:
        """Show the network of this moment."""

    @abstractmethod
    def end(self, network: Network, sentence: str) -> None:
        """Show the trained network to whoever watches."""

    @abstractmethod
    def close(self) -> None:
        """It is over."""

    def begin(self, say: Callable[[str], None]) -> None:  # noqa: B027
        """Say where it is to be seen."""

    def stay(self) -> None:  # noqa: B027
        """All is done and written: stay until nobody watches any more."""

    def on_step(self, report: StepReport) -> None:
        steps = report.steps * self.epochs
        self.course |= {"epoch": report.epoch, "steps": steps}
        self._sum += report.loss
        self._summed += 1
        if self._summed >= steps / MOST_POINTS:
            self.course["losses"].append(round(self._sum / self._summed, 5))
            self._sum, self._summed = 0.0, 0

    def on_epoch(self, report: EpochReport) -> None:
        self.course["accuracies"].append(report.validation_accuracy)

    def on_weights(self, step: int, parameters: Floats) -> None:
        self.course["step"] = step
        if perf_counter() < self._next or not self.is_watched:
            return
        began = perf_counter()
        self._learning.parameters.flat[...] = to_numpy(parameters)
        self.show(folded(self._learning))
        took = perf_counter() - began
        self._next = perf_counter() + max(OFTEN[self.where], took / SHARE)


class PageWatching(Watching):
    """Serves a page with the network of the moment to browsers on this machine."""

    where = "page"

    def __init__(self, recipe: Recipe, training: NamedDigits) -> None:
        super().__init__(recipe, training)
        self._images = training.digits.some(slice(SOME)).images
        self.network.usual = measure_usual(self.network, self._images)
        self.hub = viz.Hub()
        page = viz.network_page(
            self.network, title="A training, live", weights_name="not yet", watch=True
        )
        self.server = viz.PageServer(page, self.hub)
        self.address = self.server.address

    def begin(self, say: Callable[[str], None]) -> None:
        say(f"Watch it learn: {self.address}")
        if has_display():
            click.launch(self.address)

    @property
    def is_watched(self) -> bool:
        return self.hub.is_watched

    def show(self, network: Network) -> None:
        usual = measure_usual(network, self._images)
        content = {
            **self.course,
            "epochs": self.epochs,
            "moment": viz.moment_payload(network, usual),
        }
        self.hub.publish(viz.as_json(content).encode())

    def end(self, network: Network, sentence: str) -> None:
        """Show the trained network; whoever watches has a moment to fetch it."""
        if self.is_watched:
            self.course["end"] = sentence
            self.show(network)
            self.hub.wait_until_fetched(GOODBYE)

    def close(self) -> None:
        self.server.close()


class WindowWatching(Watching):
    """Opens a window, in a process of its own, that follows the network and reads what is drawn."""

    where = "window"

    def __init__(self, recipe: Recipe, training: NamedDigits) -> None:
        super().__init__(recipe, training)
        self.window = viz.LiveWindow(self.network, title="NeuroScribble · a training, live")

    @property
    def is_watched(self) -> bool:
        return self.window.asks

    def show(self, network: Network) -> None:
        self.window.tell(self._now(), network.parameters.flat)

    def end(self, network: Network, sentence: str) -> None:
        self.course["end"] = sentence
        self.window.tell_at_last(self._now(), network.parameters.flat)

    def stay(self) -> None:
        if self.window.is_open:
            click.echo("The window stays until you close it.")
            with suppress(KeyboardInterrupt):
                self.window.wait_until_closed()

    def close(self) -> None:
        self.window.close()

    def _now(self) -> viz.Course:
        kept = {name: tuple(self.course[name]) for name in ("losses", "accuracies")}
        return viz.Course(**{**self.course, **kept}, epochs=self.epochs)


WATCHINGS: dict[str, type[PageWatching | WindowWatching]] = {
    one.where: one for one in (PageWatching, WindowWatching)
}

"""Shows a training in a page while it runs: what `train --watch` does."""

from __future__ import annotations

import json
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.sources import NamedDigits
from ..explain.usual import measure_usual
from ..nn.architectures import MODELS
from ..nn.network import Network
from ..shapes import CLASS_NAMES, Floats
from .pictures import viz

if TYPE_CHECKING:
    from ..training.loop import EpochReport, StepReport
    from ..training.recipes import Recipe

OFTEN = 0.4  # seconds between two pictures at least
SHARE = 0.03  # of the training's time that pictures may take
SOME = 100  # images that tell what is usual at the moment
MOST_POINTS = 240  # of the curve of the loss
GOODBYE = 1.5  # seconds in which viewers fetch the end


class Watching:
    """An observer of the training that serves what it sees; it costs next to nothing unwatched."""

    def __init__(self, recipe: Recipe, training: NamedDigits) -> None:
        names = training.class_names or CLASS_NAMES
        self._network = MODELS[recipe.model](
            hidden=recipe.hidden,
            rng=np.random.default_rng(recipe.seed),
            n_classes=len(names),
            class_names=names,
        )
        self._images = training.digits.images[:SOME]
        self._network.usual = measure_usual(self._network, self._images)
        self._epochs = recipe.epochs
        self._facts: dict[str, Any] = {"epoch": 1, "step": 0, "losses": [], "accuracies": []}
        self._sum, self._summed = 0.0, 0
        self._next = 0.0  # when the next picture may be made
        self.hub = viz.Hub()
        page = viz.network_page(
            self._network, title="A training, live", weights_name="not yet", watch=True
        )
        self.server = viz.PageServer(page, self.hub)
        self.address = self.server.address

    def on_step(self, report: StepReport) -> None:
        self._facts |= {"epoch": report.epoch, "steps": report.steps * self._epochs}
        self._sum += report.loss
        self._summed += 1
        if self._summed >= report.steps * self._epochs / MOST_POINTS:
            self._facts["losses"].append(round(self._sum / self._summed, 5))
            self._sum, self._summed = 0.0, 0

    def on_epoch(self, report: EpochReport) -> None:
        self._facts["accuracies"].append(report.validation_accuracy)
        self._facts["validationLoss"] = report.validation_loss

    def on_weights(self, step: int, parameters: Floats) -> None:
        self._facts["step"] = step
        if perf_counter() < self._next or not self.hub.is_watched:
            return
        began = perf_counter()
        self._network.parameters.flat[...] = parameters
        self._show(self._network)
        took = perf_counter() - began
        self._next = perf_counter() + max(OFTEN, took / SHARE)

    def end(self, network: Network, sentence: str) -> None:
        """Show the trained network; whoever watches has a moment to fetch it."""
        if self.hub.is_watched:
            self._facts["end"] = sentence
            self._show(network)
            self.hub.wait_until_fetched(GOODBYE)

    def close(self) -> None:
        self.server.close()

    def _show(self, network: Network) -> None:
        usual = measure_usual(network, self._images)
        content = {
            **self._facts,
            "epochs": self._epochs,
            "moment": viz.moment_payload(network, usual),
        }
        self.hub.publish(json.dumps(content).encode())

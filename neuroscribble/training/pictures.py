"""What a network reads in picture files: a digit, or several one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import NeuroscribbleError
from ..ink.normalize import normalize_ink
from ..ink.parts import digit_parts
from ..ink.pictures import read_picture
from ..nn.network import Network
from ..nn.reads import input_of
from ..shapes import CLASS_NAMES, Floats
from .calibration import calibrated, stored_temperature
from .novelty import left_over, novelty_threshold


def predict_pictures(network: Network, paths: Sequence[Path]) -> list[dict[str, Any]]:
    """For each picture its digit and all probabilities, or the sentence why there is none.

    The calibrated probability is None for a network whose file tells no temperature. Several
    digits in one picture are read one after the other by a network of the ten digits: then
    "digit" is the number, each digit's own answer stands in "digits", and the probabilities are
    those of all of them being right.
    """
    results: list[dict[str, Any]] = []
    for path in paths:
        try:
            ink = read_picture(path)
            parts = parts_read(network, ink)
        except NeuroscribbleError as error:
            results.append({"file": str(path), "error": str(error)})
            continue
        digits = [read_ink(network, part) for part in parts]
        one = digits[0] if len(digits) == 1 else _together(digits)
        results.append({"file": str(path), **one})
    return results


def parts_read(network: Network, ink: Floats) -> list[Floats]:
    """The ink (H, W) of each digit in a picture; all of it where a network reads other things."""
    return [*digit_parts(ink)] if network.class_names == CLASS_NAMES else [ink]


def logits_of(network: Network, ink: Floats) -> Floats:
    """(1, K): what the outputs receive when a network reads ink (H, W)."""
    spec = input_of(network)
    image = normalize_ink(ink, side=spec.shape[0], box=spec.fitted)
    return network.logits(image.reshape(1, -1).repeat(spec.channels, axis=1))


def read_ink(network: Network, ink: Floats) -> dict[str, Any]:
    """What a network reads in the ink (H, W) of one digit: see `predict_pictures`."""
    temperature = stored_temperature(network)
    logits = logits_of(network, ink)
    probabilities = network.output.probabilities(logits)[0]
    trusted = calibrated(network, logits)
    novelty, is_unlike = novelty_of(network, trusted)
    return {
        "digit": network.class_names[int(probabilities.argmax())],
        "probability": float(probabilities.max()),
        "probabilities": {
            name: float(p) for name, p in zip(network.class_names, probabilities, strict=True)
        },
        "calibrated_probability": float(trusted.max()) if temperature else None,
        "novelty": novelty,
        "unlike_any_digit": is_unlike,
    }


def novelty_of(network: Network, trusted: Floats) -> tuple[float, bool]:
    """How new a digit is by its calibrated probabilities (1, K), and whether it is unlike any."""
    novelty, threshold = float(left_over(trusted)[0]), novelty_threshold(network)
    return novelty, threshold is not None and novelty > threshold


def _together(digits: list[dict[str, Any]]) -> dict[str, Any]:
    """A number out of its digits' answers; it is as doubtful as the most doubtful of them."""
    trusted = [one["calibrated_probability"] for one in digits]
    return {
        "digit": "".join(one["digit"] for one in digits),
        "digits": digits,
        "probability": math.prod(one["probability"] for one in digits),
        "calibrated_probability": None if None in trusted else math.prod(trusted),
        "novelty": max(one["novelty"] for one in digits),
        "unlike_any_digit": any(one["unlike_any_digit"] for one in digits),
    }

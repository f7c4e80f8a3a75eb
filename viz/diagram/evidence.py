"""The digits that a page brings along, and what was measured on them: plain values, arrays."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroscribble.data import paper
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.findings import Findings
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of

from .payload import floats

LICENSES = {  # of images that a page hands on
    "MNIST": "MNIST © Yann LeCun and Corinna Cortes, after NIST’s databases; handed on under the "
    "Creative Commons Attribution-Share Alike 3.0 licence.",
}


def evidence_payload(findings: Findings, network: Network) -> dict[str, Any]:
    """Answers, confidences, what each unit is worth, and the images that the page carries."""
    digits, measured = findings.digits, findings.ablations
    images = digits.digits.images
    stored: dict[str, Any] = {}
    if findings.is_carried:
        is_ink = input_of(network).is_picture
        values = np.rint(images * 255).astype(np.uint8) if is_ink else images.astype("<f4")
        inks = deflated(values.tobytes())
        stored = {"inks": inks, "width": images.shape[1], "values": not is_ink}
    return {
        "name": words(digits, network),
        "license": next(
            (said for of, said in LICENSES.items() if digits.name.startswith(of)), None
        ),
        "n": len(images),
        "labels": _numbers(digits.digits.labels),
        "answers": _numbers(findings.answers),
        "confidences": floats(findings.confidences),
        **stored,
        "ablations": {
            "n": measured["n"],
            "whole": measured["whole"],
            "columns": [
                {"correct": measured["correct"][key], "changed": measured["changed"][key]}
                for key in measured["correct"]
            ],
        },
    }


def words(digits: NamedDigits, network: Network) -> str:
    """What they are called behind their number: "pen digits", "digits of MNIST test"."""
    if not input_of(network).is_picture:
        return f"rows of {digits.name}"
    return digits.name if digits.name == paper.NAME else f"{digits.noun} of {digits.name}"


def deflated(content: bytes) -> bytes:
    """Deflated without a head: the page unpacks it when it is first asked for."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _numbers(values: NDArray[Any]) -> bytes:
    return values.astype("<u2").tobytes()

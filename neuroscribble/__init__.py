"""A small neural network, written from scratch in NumPy, that can be watched while it thinks.

import neuroscribble as ns

network = ns.load_network("weights.npz")
image = ns.normalize_ink(canvas)                      # ink on any canvas → (28, 28)
p = network.probabilities(image.reshape(1, -1))       # (1, 10)
trace = network.forward(image.reshape(1, -1))         # every number on the way there
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from .commands.notebook import compare, heatmaps, show
    from .data.mnist import load_mnist
    from .data.pen import pen_digits
    from .data.points import point_set
    from .errors import (
        ArraysError,
        ClusterError,
        DataError,
        DeviceError,
        DisplayError,
        LessonError,
        NeuroscribbleError,
        OutputError,
        PictureError,
        SettingsError,
        ShapeError,
        WeightsError,
    )
    from .explain.ablation import ablate
    from .explain.attribution import effective_linear_map
    from .explain.counterfactual import counterfactual
    from .explain.drawings import drawing
    from .formats.from_python import from_jax, from_keras, from_sklearn
    from .formats.from_torch import from_torch
    from .formats.storage import load_network, save_network
    from .ink.normalize import normalize_ink
    from .ink.pictures import read_picture
    from .nn.architectures import build_cnn
    from .nn.network import Network, Trace, build_mlp
    from .training.loop import train
    from .training.recipes import Recipe

__all__ = [
    "ArraysError",
    "ClusterError",
    "DataError",
    "DeviceError",
    "DisplayError",
    "LessonError",
    "Network",
    "NeuroscribbleError",
    "OutputError",
    "PictureError",
    "Recipe",
    "SettingsError",
    "ShapeError",
    "Trace",
    "WeightsError",
    "ablate",
    "build_cnn",
    "build_mlp",
    "compare",
    "counterfactual",
    "drawing",
    "effective_linear_map",
    "from_jax",
    "from_keras",
    "from_sklearn",
    "from_torch",
    "heatmaps",
    "load_mnist",
    "load_network",
    "normalize_ink",
    "pen_digits",
    "point_set",
    "read_picture",
    "save_network",
    "show",
    "train",
]

_HOMES = {  # every public name and its module, imported on first use: `--help` needs none of them
    "ArraysError": ".errors",
    "ClusterError": ".errors",
    "DataError": ".errors",
    "DeviceError": ".errors",
    "DisplayError": ".errors",
    "LessonError": ".errors",
    "Network": ".nn.network",
    "NeuroscribbleError": ".errors",
    "OutputError": ".errors",
    "PictureError": ".errors",
    "Recipe": ".training.recipes",
    "SettingsError": ".errors",
    "ShapeError": ".errors",
    "Trace": ".nn.network",
    "WeightsError": ".errors",
    "ablate": ".explain.ablation",
    "build_cnn": ".nn.architectures",
    "build_mlp": ".nn.network",
    "compare": ".commands.notebook",
    "counterfactual": ".explain.counterfactual",
    "drawing": ".explain.drawings",
    "effective_linear_map": ".explain.attribution",
    "from_jax": ".formats.from_python",
    "from_keras": ".formats.from_python",
    "from_sklearn": ".formats.from_python",
    "from_torch": ".formats.from_torch",
    "heatmaps": ".commands.notebook",
    "load_mnist": ".data.mnist",
    "load_network": ".formats.storage",
    "normalize_ink": ".ink.normalize",
    "pen_digits": ".data.pen",
    "point_set": ".data.points",
    "read_picture": ".ink.pictures",
    "save_network": ".formats.storage",
    "show": ".commands.notebook",
    "train": ".training.loop",
}


def __getattr__(name: str) -> typing.Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value  # found directly the next time
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""A small neural network, written from scratch in NumPy, that can be watched while it thinks.

    import neuroscribble as ns

    network = ns.load_network("weights.npz")
    image = ns.normalize_ink(canvas)                      # ink on any canvas → (28, 28)
    p = network.probabilities(image.reshape(1, -1))       # (1, 10)
    trace = network.forward(image.reshape(1, -1))         # every number on the way there
"""

from .attribution import effective_linear_map
from .data.mnist import load_mnist
from .data.pen import pen_digits
from .errors import (
    DataError,
    DisplayError,
    NeuroscribbleError,
    OutputError,
    PictureError,
    SettingsError,
    ShapeError,
    WeightsError,
)
from .ink import normalize_ink
from .network import Network, Trace, build_mlp
from .pictures import read_picture
from .storage import load_network, save_network
from .training import Recipe, train

__all__ = [
    "DataError",
    "DisplayError",
    "Network",
    "NeuroscribbleError",
    "OutputError",
    "PictureError",
    "Recipe",
    "SettingsError",
    "ShapeError",
    "Trace",
    "WeightsError",
    "build_mlp",
    "effective_linear_map",
    "load_mnist",
    "load_network",
    "normalize_ink",
    "pen_digits",
    "read_picture",
    "save_network",
    "train",
]

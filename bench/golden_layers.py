"""Record what PyTorch's layers compute, for a test that runs where there is no PyTorch.

    bench/.venv/bin/python bench/golden_layers.py tests/golden_layers.json

Every case is a layer with its settings, its parameters, an input and a direction d of the output;
recorded are the output and the gradients of Σ d · output. Arrays are channels last, as ours.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

Case = dict[str, Any]
CONVOLUTIONS = [(3, 1, 1), (3, 0, 2), (2, 1, 1), (5, 3, 2)]  # kernel, padding, stride
GENERAL = [  # of 4 channels
    {"kernel_size": (2, 3), "padding": (1, 0), "stride": (2, 1)},
    {"kernel_size": 3, "dilation": (1, 2), "padding": (0, 4)},
    {"kernel_size": 3, "groups": 2, "padding": 1},
    {"kernel_size": 3, "groups": 4, "padding": 1, "stride": 2},
]
ACTIVATIONS = {  # kind → PyTorch's layer, our settings
    "leakyrelu": (torch.nn.LeakyReLU(0.2), {"slope": 0.2}),
    "elu": (torch.nn.ELU(1.5), {"alpha": 1.5}),
    "gelu": (torch.nn.GELU(), {}),
    "gelu by tanh": (torch.nn.GELU("tanh"), {"form": "tanh"}),
    "sigmoid": (torch.nn.Sigmoid(), {}),
    "tanh": (torch.nn.Tanh(), {}),
    "softplus": (torch.nn.Softplus(), {}),
    "clip": (torch.nn.ReLU6(), {}),
    "linear": (torch.nn.Identity(), {}),
}
POOLS = [  # kind, PyTorch's settings, ours
    ("maxpool2d", {"kernel_size": 2}, {"size": 2}),
    ("maxpool2d", {"kernel_size": 3}, {"size": 3}),
    (
        "maxpool2d",
        {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)},
        {"size": [3, 2], "stride": [2, 1], "padding": [[1, 1], [0, 0]]},
    ),
    ("avgpool2d", {"kernel_size": 2}, {"size": 2}),
    (
        "avgpool2d",
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"size": 3, "stride": 2, "padding": 1, "counts_padding": True},
    ),
    (
        "avgpool2d",
        {"kernel_size": 3, "stride": (1, 2), "padding": 1, "count_include_pad": False},
        {"size": 3, "stride": [1, 2], "padding": 1},
    ),
]


def channels_first(x: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.moveaxis(x, -1, 1).copy(), requires_grad=True)


def channels_last(x: torch.Tensor) -> np.ndarray:
    return np.moveaxis(x.detach().numpy(), 1, -1)


def measured(layer: torch.nn.Module, x: np.ndarray, rng: np.random.Generator) -> Case:
    """The case of one layer, x (N, H, W, C); the parameters' gradients by PyTorch's names."""
    into = channels_first(x)
    out = layer(into)
    d = rng.normal(size=channels_last(out).shape)
    (out * channels_first(d).detach()).sum().backward()
    return {
        "x": x,
        "d": d,
        "out": channels_last(out),
        "d_x": channels_last(into.grad),
        "grads": {name: p.grad.numpy().copy() for name, p in layer.named_parameters()},
    }


def conv_case(kernel: int, padding: int, stride: int, rng: np.random.Generator) -> Case:
    layer = torch.nn.Conv2d(2, 3, kernel, padding=padding, stride=stride).double()
    case = measured(layer, rng.normal(size=(2, 5, 6, 2)), rng)
    weights = layer.weight.detach().permute(2, 3, 1, 0).numpy()  # (k, k, in, out)
    case["params"] = {"W": weights, "b": layer.bias.detach().numpy()}
    case["grads"] = {
        "W": np.transpose(case["grads"]["weight"], (2, 3, 1, 0)),
        "b": case["grads"]["bias"],
    }
    return {"kind": "conv2d", "settings": {"padding": padding, "stride": stride}, **case}


def map_norm_case(training: bool, rng: np.random.Generator) -> Case:
    layer = torch.nn.BatchNorm2d(3, eps=1e-3, momentum=0.2).double().train(training)
    return norm_case(training, rng, layer, rng.normal(1, 2, size=(2, 3, 4, 3)), "batchnorm2d")


def norm_case(
    training: bool, rng: np.random.Generator, layer: torch.nn.Module, x: np.ndarray, kind: str
) -> Case:
    names = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}
    state = layer.state_dict()
    before = {ours: rng.uniform(0.5, 2, 3) for ours in names}
    for ours, theirs in names.items():
        state[theirs].copy_(torch.tensor(before[ours]))
    case = measured(layer, x, rng)
    case["params"] = before
    case["grads"] = {"gamma": case["grads"]["weight"], "beta": case["grads"]["bias"]}
    case["after"] = {k: state[names[k]].numpy() for k in ("mean", "variance")}
    return {"kind": kind, "settings": {"training": training}, **case}


def general_case(settings: Case, rng: np.random.Generator) -> Case:
    layer = torch.nn.Conv2d(4, 4, **settings).double()
    case = measured(layer, rng.normal(size=(2, 5, 6, 4)), rng)
    case["params"] = {
        "W": layer.weight.detach().permute(2, 3, 1, 0).numpy(),  # (rows, columns, in / groups, out)
        "b": layer.bias.detach().numpy(),
    }
    grads = case["grads"]
    case["grads"] = {"W": np.transpose(grads["weight"], (2, 3, 1, 0)), "b": grads["bias"]}
    rows, columns = layer.padding
    ours = {"padding": [[rows, rows], [columns, columns]], "stride": list(layer.stride)}
    ours |= {"dilation": list(layer.dilation), "groups": layer.groups}
    return {"kind": "conv2d", "settings": ours, **case}


def pool_case(kind: str, theirs: Case, ours: Case, rng: np.random.Generator) -> Case:
    layer = {"maxpool2d": torch.nn.MaxPool2d, "avgpool2d": torch.nn.AvgPool2d}[kind](**theirs)
    x = rng.integers(0, 4, size=(2, 5, 7, 2)).astype(float)  # with ties
    return {"kind": kind, "settings": ours, "params": {}, **measured(layer, x, rng)}


def global_case(rng: np.random.Generator) -> Case:
    layer = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    case = measured(layer, rng.normal(size=(2, 3, 4, 2)), rng)
    return {"kind": "globalavgpool2d", "settings": {}, "params": {}, **case}


def activation_case(kind: str, rng: np.random.Generator) -> Case:
    layer, settings = ACTIVATIONS[kind]
    case = measured(layer, rng.normal(0, 4, size=(2, 9)), rng)
    return {"kind": kind.split()[0], "settings": settings, "params": {}, **case}


def unit_norm_case(training: bool, rng: np.random.Generator) -> Case:
    layer = torch.nn.BatchNorm1d(3, eps=1e-3, momentum=0.2).double().train(training)
    return norm_case(training, rng, layer, rng.normal(1, 2, size=(6, 3)), "batchnorm1d")


def cases() -> list[Case]:
    """All cases, the same whenever they are made."""
    torch.manual_seed(7)
    rng = np.random.default_rng(7)
    return [
        *(conv_case(*settings, rng) for settings in CONVOLUTIONS),
        *(general_case(settings, rng) for settings in GENERAL),
        *(map_norm_case(training, rng) for training in (False, True)),
        *(unit_norm_case(training, rng) for training in (False, True)),
        *(pool_case(*settings, rng) for settings in POOLS),
        global_case(rng),
        *(activation_case(kind, rng) for kind in ACTIVATIONS),
    ]


def plain(value: Any) -> Any:
    """Arrays as nested lists, rounded to what a test to 1e-5 needs."""
    if isinstance(value, np.ndarray):
        return np.round(value, 9).tolist()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def main(out: Path) -> None:
    out.write_text(json.dumps(plain(cases())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

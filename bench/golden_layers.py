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


def norm_case(training: bool, rng: np.random.Generator) -> Case:
    layer = torch.nn.BatchNorm2d(3, eps=1e-3, momentum=0.2).double().train(training)
    names = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}
    state = layer.state_dict()
    before = {ours: rng.uniform(0.5, 2, 3) for ours in names}
    for ours, theirs in names.items():
        state[theirs].copy_(torch.tensor(before[ours]))
    case = measured(layer, rng.normal(1, 2, size=(2, 3, 4, 3)), rng)
    case["params"] = before
    case["grads"] = {"gamma": case["grads"]["weight"], "beta": case["grads"]["bias"]}
    case["after"] = {k: state[names[k]].numpy() for k in ("mean", "variance")}
    return {"kind": "batchnorm2d", "settings": {"training": training}, **case}


def pool_case(size: int, rng: np.random.Generator) -> Case:
    x = rng.integers(0, 4, size=(2, 5, 7, 2)).astype(float)  # with ties
    return {
        "kind": "maxpool2d",
        "settings": {"size": size},
        "params": {},
        **measured(torch.nn.MaxPool2d(size), x, rng),
    }


def cases() -> list[Case]:
    """All cases, the same whenever they are made."""
    torch.manual_seed(7)
    rng = np.random.default_rng(7)
    return [
        *(conv_case(*settings, rng) for settings in CONVOLUTIONS),
        *(norm_case(training, rng) for training in (False, True)),
        *(pool_case(size, rng) for size in (2, 3)),
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

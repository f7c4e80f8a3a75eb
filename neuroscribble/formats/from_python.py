"""Models that other libraries hold in memory: scikit-learn, Keras, JAX.

None of these is imported: a model is asked for what it has (`coefs_`, `get_config`, arrays), so
whatever looks like one is read like one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.network import Network
from .architecture import activation
from .chain import Chain
from .hints import Hints
from .keras_model import read_model
from .named import Array
from .prove import with_original
from .reading import Reading

SKLEARN = {"logistic": "sigmoid", "identity": "linear", "relu": "relu", "tanh": "tanh"}


def from_sklearn(model: Any, *, input: str | None = None) -> Network:
    """The network of a fitted MLPClassifier or MLPRegressor, or of a pipeline that ends in one.

    A pipeline's StandardScaler or MinMaxScaler goes into the first weights, so that the network
    takes what the pipeline takes. input: what it expects of pictures, as in "8x8 in 0..16".

    Raises WeightsError for a model that is not fitted or none of these.
    """
    steps = [step for _, step in getattr(model, "steps", [("", model)])]
    last = steps[-1]
    if not hasattr(last, "coefs_") or not hasattr(last, "intercepts_"):
        raise WeightsError(
            f"from_sklearn needs a fitted MLPClassifier or MLPRegressor; got {_kind(last)}. "
            "Call fit first."
        )
    chain = Chain(np.shape(last.coefs_[0])[:1], channels_first=False, words=input)
    for step in steps[:-1]:
        chain.affine(*_scaling(step))
    for number, (W, b) in enumerate(zip(last.coefs_, last.intercepts_, strict=True)):
        if number:
            _between(chain, SKLEARN.get(str(last.activation), str(last.activation)))
        chain.dense(W, b)
    out = str(getattr(last, "out_activation_", "identity"))
    if out == "softmax":
        chain.softmax()
    elif out == "identity":
        chain.output = "linear"
    else:
        _between(chain, SKLEARN.get(out, out))
    classes = [str(one) for one in getattr(last, "classes_", ())]
    network = Reading("scikit-learn", chain, class_names=classes).network()
    ask = getattr(model, "predict_proba", None) or getattr(model, "predict", None)
    if ask is None:
        return network
    return with_original(network, "scikit-learn", ask, network.input_shape)


def _between(chain: Chain, name: str) -> None:
    if name != "linear":
        chain.activation(*activation(name))


def _scaling(step: Any) -> tuple[Array | float, Array | float]:
    """(scale, shift) of a scaler."""
    if hasattr(step, "mean_") and hasattr(step, "scale_"):  # StandardScaler
        scale = 1.0 if step.scale_ is None else 1.0 / np.asarray(step.scale_)
        mean = np.asarray(step.mean_) if getattr(step, "with_mean", True) else 0.0
        return scale, -mean * scale
    if hasattr(step, "min_") and hasattr(step, "scale_"):  # MinMaxScaler
        return np.asarray(step.scale_), np.asarray(step.min_)
    if isinstance(step, str) or step is None:  # "passthrough"
        return 1.0, 0.0
    raise WeightsError(
        f"a {_kind(step)} before the network is not read, only StandardScaler and MinMaxScaler."
    )


def from_keras(model: Any, *, input: str | None = None) -> Network:
    """The network of a Keras model (of version 2 or 3, sequential or functional).

    input: what it expects, where the model does not tell, as in "28x28 in 0..255".

    Raises WeightsError for layers that are not read, by name, and for models that branch.
    """
    if not hasattr(model, "to_json") or not hasattr(model, "layers"):
        raise WeightsError(f"from_keras needs a Keras model; got {_kind(model)}.")
    arrays: dict[str, list[Array]] = {}
    _collect(model, arrays, 0)

    def weights(path: Sequence[str], kind: str, expected: Sequence[str]) -> dict[str, Array]:
        return dict(zip(expected, arrays.get(path[-1], []), strict=False))

    network = read_model(json.loads(model.to_json()), weights, Hints(words=input)).network()
    shape = getattr(model, "input_shape", None)
    if not hasattr(model, "predict_on_batch") or not isinstance(shape, tuple):
        return network
    sizes = tuple(size for size in shape[1:] if size is not None)
    return with_original(network, "keras", model.predict_on_batch, sizes, called="Keras")


def _collect(model: Any, arrays: dict[str, list[Array]], depth: int) -> None:
    """Weights of each layer by its name, also of models inside of models."""
    for layer in model.layers:
        if hasattr(layer, "layers") and depth < 8:
            _collect(layer, arrays, depth + 1)
        else:
            arrays[layer.name] = [np.asarray(one) for one in layer.get_weights()]


def from_jax(
    layers: Iterable[tuple[Any, Any]], *, activation: str = "relu", input: str | None = None
) -> Network:
    """The network of pairs (W, b), W (fan_in, fan_out) and b (fan_out,), of JAX or NumPy arrays.

    activation: what happens between them. input: what pictures are expected, as in "28x28 in
    0..255". Raises WeightsError where pairs do not fit one another.
    """
    chain: Chain | None = None
    for number, pair in enumerate(layers):
        try:
            W, b = (np.asarray(one) for one in pair)
        except (TypeError, ValueError) as error:
            raise WeightsError(
                f"layer {number} must be a pair (W, b); got {_kind(pair)}."
            ) from error
        if chain is None:
            chain = Chain(W.shape[:1], channels_first=False, words=input)
        else:
            _activate(chain, activation)
        chain.dense(W, b)
    if chain is None:
        raise WeightsError("from_jax needs pairs (W, b); got none.")
    return Reading("JAX", chain).network()


def _activate(chain: Chain, words: str) -> None:
    name, layer = activation(words)
    if name != "linear":
        chain.activation(name, layer)


def _kind(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"

"""Models in memory are read as they are: scikit-learn's for real, the others by what they say."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import numpy as np
import pytest
from conftest import needs_scikit
from network_files import dense_arrays

import neuroscribble as ns
from neuroscribble.errors import WeightsError

RNG = np.random.default_rng(4)
X = RNG.random((40, 6)).astype(np.float32)
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is needed to check this"
)


# ---------------------------------------------------------------- scikit-learn


@needs_scikit
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_classifier_gives_its_own_probabilities(activation: str, n_classes: int) -> None:
    from sklearn.neural_network import MLPClassifier

    labels = np.array(["no", "yes", "maybe"])[np.arange(40) % n_classes]
    model = MLPClassifier((5, 4), activation=activation, max_iter=3, random_state=1)
    model.fit(X, labels)
    network = ns.from_sklearn(model)
    assert network.probabilities(X) == pytest.approx(model.predict_proba(X), abs=1e-6)
    assert network.class_names == tuple(model.classes_)
    assert network.meta["read_from"]["format"] == "scikit-learn"


@needs_scikit
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_pipeline_takes_its_scaler_along_and_a_regressor_gives_values() -> None:
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler

    y = X @ np.arange(6)
    for scaler in (StandardScaler(), MinMaxScaler((-1, 1)), StandardScaler(with_mean=False)):
        model = make_pipeline(
            scaler, MLPRegressor(hidden_layer_sizes=(5,), max_iter=3, random_state=1)
        )
        model.fit(5 * X, y)
        network = ns.from_sklearn(model)
        assert network.logits(5 * X)[:, 0] == pytest.approx(model.predict(5 * X), abs=1e-4)
        assert network.output.name == "linear"
    model = make_pipeline(
        PolynomialFeatures(2), MLPRegressor(hidden_layer_sizes=(5,), max_iter=3)
    ).fit(X, y)
    with pytest.raises(WeightsError, match="PolynomialFeatures before the network is not read"):
        ns.from_sklearn(model)


@needs_scikit
def test_a_model_that_is_not_fitted_or_none_at_all_is_refused() -> None:
    from sklearn.neural_network import MLPClassifier

    with pytest.raises(WeightsError, match=r"MLPClassifier\. Call fit first"):
        ns.from_sklearn(MLPClassifier())
    with pytest.raises(WeightsError, match=r"got builtins\.int"):
        ns.from_sklearn(3)


# ---------------------------------------------------------------- JAX


class DeviceArray:
    """What JAX hands out: an array only by `__array__`."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.values, dtype)


def test_pairs_of_jax_arrays_are_a_network() -> None:
    pairs = dense_arrays((6, 5, 3))
    network = ns.from_jax([(DeviceArray(W), DeviceArray(b)) for W, b in pairs], activation="tanh")
    (W1, b1), (W2, b2) = pairs
    assert network.logits(X) == pytest.approx(np.tanh(X @ W1 + b1) @ W2 + b2, abs=1e-5)
    linear = ns.from_jax(pairs, activation="linear")
    assert linear.logits(X) == pytest.approx((X @ W1 + b1) @ W2 + b2, abs=1e-4)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "needs pairs"),
        ([3], "layer 0 must be a pair"),
        ([(np.zeros((6, 5)), np.zeros(4))], "a bias must have 5 numbers; got 4"),
        ([(np.zeros((6, 5)), np.zeros(5))] * 2, "does not fit 5 inputs"),
    ],
)
def test_pairs_that_make_no_network_are_refused(layers: Any, message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        ns.from_jax(layers)


# ---------------------------------------------------------------- Keras, by what it says of itself


class KerasLayer:
    def __init__(self, kind: str, arrays: list[np.ndarray], **config: Any) -> None:
        self.kind, self.arrays, self.config = kind, arrays, config
        self.name = config["name"]

    def get_weights(self) -> list[np.ndarray]:
        return self.arrays


class KerasModel:
    def __init__(self, *layers: KerasLayer) -> None:
        self.layers = layers

    def to_json(self) -> str:
        listed = [{"class_name": one.kind, "config": one.config} for one in self.layers]
        return json.dumps({"class_name": "Sequential", "config": {"layers": listed}})


def test_a_keras_model_is_asked_for_its_configuration_and_its_weights() -> None:
    (W1, b1), (W2, b2) = dense_arrays((6, 5, 3))
    inputs = {"name": "dense", "batch_input_shape": [None, 6]}
    model = KerasModel(
        KerasLayer("Dense", [W1, b1], activation="relu", **inputs),
        KerasLayer("Dropout", [], name="dropout", rate=0.5),
        KerasLayer("Dense", [W2], name="dense_1", activation="softmax", use_bias=False),
    )
    network = ns.from_keras(model)
    assert network.logits(X) == pytest.approx(np.maximum(X @ W1 + b1, 0) @ W2, abs=1e-5)
    with pytest.raises(WeightsError, match="from_keras needs a Keras model; got builtins.int"):
        ns.from_keras(3)


# ---------------------------------------------------------------- PyTorch


class Tensor:
    """A weight with PyTorch's way of asking its arguments before it computes."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.shape = values, values.shape

    def numpy(self) -> np.ndarray:
        return self.values


def called(name: str, sample: Any, *args: Any, **kwargs: Any) -> Any:
    """torch.nn.functional.NAME, which asks the stand-in."""

    def function() -> None: ...

    function.__name__ = name
    return sample.__torch_function__(function, (), (sample, *args), kwargs)


class Module:
    """As much of torch.nn.Module as is asked for."""

    def __init__(self, pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
        self.pairs = [(Tensor(W.T.copy()), Tensor(b)) for W, b in pairs]
        self.training = True

    def modules(self) -> list[Any]:
        return [self]

    def eval(self) -> None:
        self.training = False

    def parameters(self) -> list[Tensor]:
        return [tensor for pair in self.pairs for tensor in pair]

    def __call__(self, x: Any) -> Any:
        assert not self.training
        return self.forward(x)

    def forward(self, x: Any) -> Any:
        x = x.view(x.size(0), -1)
        x = called("linear", x, *self.pairs[0])
        x = called("relu", x, inplace=True) * 2 - 1
        return called("log_softmax", called("linear", x, *self.pairs[1]), dim=1)


def test_a_module_is_followed_through_its_own_forward() -> None:
    pairs = dense_arrays((6, 5, 3))
    module = Module(pairs)
    network = ns.from_torch(module)
    (W1, b1), (W2, b2) = pairs
    expected = (2 * np.maximum(X @ W1 + b1, 0) - 1) @ W2 + b2
    assert network.logits(X) == pytest.approx(expected, abs=1e-5)
    assert module.training


class Branching(Module):
    def forward(self, x: Any) -> Any:
        return called("linear", x, *self.pairs[0]) + x


class Swish(Module):
    def forward(self, x: Any) -> Any:
        return called("silu", called("linear", x, *self.pairs[0]))


class Asking(Module):
    def forward(self, x: Any) -> Any:
        return x if x.sum() > 0 else x


class Nothing(Module):
    def forward(self, x: Any) -> Any:
        called("linear", x, *self.pairs[0])
        return 3


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Branching, "at add: the module branches"),
        (Swish, "the function silu of PyTorch is not read"),
        (Asking, "the function sum of PyTorch is not read"),
        (Nothing, "its output is not the end"),
    ],
)
def test_modules_that_are_no_chain_are_refused_with_the_way_out(kind: type, message: str) -> None:
    with pytest.raises(WeightsError, match=message) as refused:
        ns.from_torch(kind(dense_arrays((6, 6))))
    assert "torch.onnx.export" in str(refused.value)


def test_a_class_is_no_module() -> None:
    with pytest.raises(WeightsError, match=r"from_torch needs a torch.nn.Module; got type"):
        ns.from_torch(Module)


@needs_torch
def test_real_modules_give_their_own_numbers() -> None:
    torch = importlib.import_module("torch")
    nn = torch.nn
    module = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 6, 3, stride=2), nn.LeakyReLU(0.1), nn.AdaptiveAvgPool2d(1)),
        *(nn.Flatten(), nn.Dropout(), nn.Linear(6, 3), nn.LogSoftmax(1)),
    )
    x = RNG.random((5, 1, 28, 28)).astype(np.float32)
    network = ns.from_torch(module)
    with torch.no_grad():
        expected = module.eval()(torch.tensor(x)).exp().numpy()
    assert network.probabilities(x.reshape(5, 784)) == pytest.approx(expected, abs=1e-6)

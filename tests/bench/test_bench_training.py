"""The training benchmark is fair and says what it could not measure."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"


sys.path.insert(0, str(BENCH))  # whose files import each other


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


training, contenders = load("training"), load("contenders")


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator) -> Path:
    """A handful of invented digits in the files that every contender reads."""
    for name, n in (("train", 400), ("validation", 50), ("test", 50)):
        np.save(tmp_path / f"{name}_images.npy", rng.random((n, 784), dtype=np.float32))
        np.save(tmp_path / f"{name}_labels.npy", rng.integers(10, size=n))
    return tmp_path


def test_ours_and_the_products_answer_every_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "N", 300)
    with training.running(training.ENTRIES[:2], folder) as turns:
        assert turns.left_out == {}
        for do in ("memory", "epoch", "latency"):
            for title, values in training.in_turns(turns, 2, do).items():
                assert len(values) == 2, title
                assert all(value > 0 for value in values), title
        reached = turns.ask("ours, 1 thread", "target", seed=1, most_seconds=1)
        grown = training.growth(turns, ["ours, 1 thread"], 1)
    assert reached["seconds"] is None  # invented digits cannot be learned
    assert 0 <= reached["accuracy"] < 0.98
    assert set(grown) == {"width", "batch", "data"}
    assert set(grown["width"]["ours, 1 thread"]) == {str(width) for width in training.WIDTHS}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux only")
def test_memory_is_the_contenders_own_and_not_its_parents(folder: Path) -> None:
    held = np.ones(300 * 2**17)  # 300 MB here
    with training.running(training.ENTRIES[1:2], folder) as turns:
        assert turns.ask("products, 1 thread", "memory") < 200
    assert held.nbytes == 300 * 2**20


def test_a_missing_peer_is_left_out_with_its_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "torch.py").write_text("raise ImportError('there is no torch here')")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("NEUROSCRIBBLE_PEERS", sys.executable)
    with training.running([training.Entry("torch", 1)], folder) as turns:
        assert turns.processes == {}
    assert turns.left_out == {"torch, 1 thread": "ImportError: there is no torch here"}
    assert "Left out: torch, 1 thread: ImportError: there is no torch here. (make peers" in (
        capsys.readouterr().out
    )


def invented_result() -> dict[str, Any]:
    epoch = {"ours, 1 thread": 0.3, "torch, 1 thread": 1.0, "torch, its threads": 0.8}
    spent = {"seconds": None, "spent": 50.0}
    return {
        "data": "invented",
        "raw": {"target": {"ours, 1 thread": [], "torch, 1 thread": [spent]}},
        "medians": {
            "epoch": {**epoch, "products, 1 thread": 0.2},
            "target": {"ours, 1 thread": 1.0, "torch, 1 thread": None},
            "latency": {"ours, 1 thread": 12.0},
            "memory": {},
            "start": {"ours": 0.1, "torch": 2.0},
        },
    }


def test_a_peer_is_compared_by_its_better_side() -> None:
    lines = {line["words"]: line for line in training.goals(invented_result())}
    assert lines["epoch / torch"]["value"] == pytest.approx(0.3 / 0.8)
    assert not lines["epoch / torch"]["met"]
    assert lines["start / torch"]["met"]
    assert lines["one digit, µs"]["met"]


def test_a_peer_that_never_got_there_gives_a_bound_and_says_so() -> None:
    result = invented_result()
    lines = {line["words"]: line for line in training.goals(result)}
    assert lines["time to 98 % / torch"]["value"] == pytest.approx(1.0 / 50.0)
    assert lines["time to 98 % / torch"]["is_bound"]
    assert "≤" in training.table({**result, "goals": [lines["time to 98 % / torch"]]})


def test_the_epochs_ratio_is_the_median_over_rounds_that_both_ran() -> None:
    """A round in which the machine was busy slows both and leaves their ratio alone."""
    result = invented_result()
    seconds = {"ours, 1 thread": [0.3, 3.0, 0.3], "torch, its threads": [0.6, 6.0, 0.9]}
    result["raw"]["epoch"] = seconds
    lines = {line["words"]: line for line in training.goals(result)}
    assert lines["epoch / torch"]["value"] == pytest.approx(0.5)


def test_by_our_recipe_what_counts_is_the_time_of_the_same_steps() -> None:
    result = invented_result()
    runs = {"ours, 1 thread": (1.0, 2.0, 1.5), "torch, 1 thread": (4.0, 4.0, 4.0)}
    result["raw"]["given"] = {name: [{"spent": one} for one in each] for name, each in runs.items()}
    result["medians"]["given"] = {"ours, 1 thread": 1.5, "torch, 1 thread": 4.0}
    lines = {line["words"]: line for line in training.goals(result)}
    line = lines["time to 98 % by our recipe / torch"]
    assert [line[key] for key in ("least", "value", "most")] == [0.25, 0.375, 0.5]
    assert (line["limit"], line["met"]) == (0.4, True)
    assert "time to 98 % by our recipe / jax" not in lines


class Remembering(contenders.Contender):
    """A peer of one number: what it is told is what it does."""

    validated = (0.5, 0.9, 0.7)  # accuracy behind each epoch

    def setup(self, hidden: list[int], batch: int, n: int, *, usual: bool, seed: int) -> None:
        self.told: list[Any] = [(hidden, batch, n, usual, seed)]

    def start_like(self, params: list[tuple[Any, Any]]) -> None:
        self.told.append([weights.std() for weights, _ in params])

    def epoch(self, rates: Any = None) -> None:
        self.told.append(rates)

    def logits(self, images: Any) -> Any:
        epoch, right = max(len(self.told) - 2, 1), self.known_labels.copy()
        n_wrong = round(len(right) * (1 - self.validated[epoch - 1]))
        right[:n_wrong] = (right[:n_wrong] + 1) % 10
        return np.eye(10)[right]

    def kept(self) -> int:
        return len(self.told) - 2

    def go_back(self, kept: int) -> None:
        self.back_at = kept


def test_a_peer_that_is_given_our_recipe_gets_its_start_every_rate_and_the_best_epoch(
    folder: Path,
) -> None:
    peer = Remembering(folder)
    rates = [float(number) for number in range(12)]  # 400 digits: 4 steps an epoch
    outcome = peer.given(5, 128, rates)
    assert peer.told[0] == ([128, 64], 128, 400, False, 5)
    assert np.allclose(peer.told[1], np.sqrt(2 / np.array([784, 128, 64])), rtol=0.05)
    assert peer.told[2:] == [rates[:4], rates[4:8], rates[8:]]
    assert peer.back_at == 2
    assert outcome["epochs"] == 3


def test_the_table_names_threads_and_what_is_not_met(tmp_path: Path) -> None:
    result = invented_result()
    result["goals"] = training.goals(result)
    text = training.table(result)
    assert "torch, its threads" in text
    assert "asked ≤ 0.33: NOT met" in text
    training.draw(result, tmp_path / "bench.png")
    assert (tmp_path / "bench.png").stat().st_size > 10_000


def test_runs_that_mostly_miss_the_goal_have_no_median() -> None:
    def run(seconds: float | None) -> dict[str, Any]:
        return {"seconds": seconds}

    assert training._median([run(1.0), run(None), run(3.0)]) == 2.0
    assert training._median([run(1.0), run(None), run(None)]) is None
    assert training._median([3.0, 1.0, 2.0]) == 2.0


def test_the_products_are_those_of_one_training_step(folder: Path) -> None:
    """The floor does 2 products for the first layer and 3 for each further one, no less."""
    floor = contenders.Products(folder)
    floor.setup([6, 5], 40, 100, usual=False, seed=0)
    floor.epoch()  # the last batch has 20 digits
    last = floor.images[80:100]
    assert np.allclose(floor.grads[0], last.T @ floor.d_outs[0][:20], rtol=1e-4)
    assert np.allclose(floor.outs[0][:20], last @ floor.weights[0], rtol=1e-4, atol=1e-5)
    assert np.allclose(floor.d_xs[2][:20], floor.d_outs[2][:20] @ floor.weights[2].T, rtol=1e-4)
    assert np.allclose(floor.grads[1], floor.outs[0][:20].T @ floor.d_outs[1][:20], rtol=1e-4)


def test_requirements_name_packages_and_no_address() -> None:
    lines = (BENCH / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = {line.split(">=")[0] for line in lines if line and not line.startswith("#")}
    assert {"torch", "jax", "scikit-learn"} <= named
    assert not any("://" in line or line.startswith("-") for line in lines)

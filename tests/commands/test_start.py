"""Starting is instant: no command imports what it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_mnist import CONTENT, folder_with

import neuroscribble

HEAVY = {"matplotlib", "networkx", "pygame", "pyvis", "requests", "scipy", "tqdm", "threadpoolctl"}


def modules_after(code: str) -> set[str]:
    """Top-level modules loaded by a fresh Python that runs `code`."""
    script = f"{code}\nimport sys\nprint('\\n' + ' '.join(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def run_command(*arguments: str) -> str:
    return (
        f"import sys; sys.argv = ['neuroscribble', *{list(arguments)!r}]\n"
        "from neuroscribble.__main__ import main\n"
        "try: main()\nexcept SystemExit as done: assert not done.code, done.code"
    )


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["--version"]])
def test_help_loads_not_even_numpy(arguments: list[str]) -> None:
    assert not modules_after(run_command(*arguments)) & (HEAVY | {"numpy", "PIL", "viz"})


def test_importing_the_package_loads_nothing_until_a_name_is_used() -> None:
    assert not modules_after("import neuroscribble") & (HEAVY | {"numpy", "PIL"})
    assert not modules_after("import neuroscribble; neuroscribble.load_network") & HEAVY


def test_predict_loads_pillow_and_scipy_for_the_picture_and_no_more(tmp_path: Path) -> None:
    from PIL import Image

    paper = np.full((60, 60), 255, np.uint8)
    paper[15:45, 27:33] = 0
    picture = tmp_path / "one.png"
    Image.fromarray(paper).save(picture)
    weights = Path(__file__).parents[2] / "weights.npz"
    loaded = modules_after(run_command("predict", str(picture), "--weights", str(weights)))
    assert loaded & HEAVY == {"scipy"}


AT_THE_FIRST_STEP = """
import gc
from neuroscribble.commands import console
from neuroscribble.data.batches import Digits
def stop(progress, report):
    digits = [each for each in gc.get_objects() if isinstance(each, Digits)]
    assert {len(each) for each in digits} == {300, 250, 50, 20}, digits
    assert all(each.pixels.dtype == "uint8" for each in digits)
    assert not any("images" in vars(each) for each in digits), "ink was made of all of them"
    raise SystemExit
console.TrainingProgress.on_step = stop
"""


def test_a_training_takes_its_first_step_before_it_loads_or_converts_more_than_that_needs(
    tmp_path: Path,
) -> None:
    """Pictures stay the bytes of their file; what draws or explains comes behind the last step."""
    data = folder_with(tmp_path / "small", CONTENT)
    words = ["train", "--data", str(data), "--out", str(tmp_path / "weights.npz")]
    loaded = modules_after(AT_THE_FIRST_STEP + run_command(*words, "--pictures", str(tmp_path)))
    assert loaded & (HEAVY | {"PIL", "viz", "distributed", "torch"}) == {"tqdm", "threadpoolctl"}


def test_every_public_name_is_there_and_listed_once_in_order() -> None:
    assert neuroscribble.__all__ == sorted(set(neuroscribble.__all__))
    assert set(neuroscribble.__all__) == set(neuroscribble._HOMES)
    for name in neuroscribble.__all__:
        assert getattr(neuroscribble, name).__name__ == name
    assert set(neuroscribble.__all__) <= set(dir(neuroscribble))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        neuroscribble.nothing  # noqa: B018

"""Every command shows how it is used, answers programs in JSON and refuses in one line."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np
import pytest
from command_line import refuse, run, succeed
from packed_page import payload_in
from PIL import Image
from small_education import small_education
from test_watching import Window

import viz
from neuroscribble.__main__ import cli
from neuroscribble.data.mnist import MNIST
from neuroscribble.data.pen import pen_digits
from neuroscribble.formats.history import read_history, write_history
from neuroscribble.formats.npz import read_weights, write_weights
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.ink.drawing import DrawnStroke
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.nn.network import build_mlp
from neuroscribble.teaching.corrections import Correction, load_corrections, save_correction
from neuroscribble.teaching.corrections import now as correction_time
from neuroscribble.training import history

SHIPPED = Path(__file__).parents[2] / "weights.npz"
COMMANDS = [
    *("train", "sweep", "evaluate", "predict", "summary", "network", "heatmaps", "maps", "draw"),
    *("film", "poster", "worksheet", "museum", "convert", "export", "lesson", "corrections"),
    "bench",
]
HEATMAPS = ["receptive_fields.png", "weights.png", "weight_distributions.png"]
COMPARISONS = ["comparison.png", "comparison_receptive_fields.png"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_pen_digits: None) -> Path:
    """Every test in a folder of its own, where `weights.npz` and `output` would be found."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---------------------------------------------------------------- help


def test_there_are_exactly_these_commands() -> None:
    assert sorted(cli.commands) == sorted(COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, None])
def test_help_shows_an_example_that_could_be_typed(command: str | None) -> None:
    said = succeed(*filter(None, [command]), "--help")
    (example,) = (line for line in said.splitlines() if "Example: " in line)
    words = shlex.split(example.split("Example: neuroscribble ")[1])
    assert command in (words[0], None)
    with click.Context(cli.commands[words[0]]) as context:
        context.command.parse_args(context, words[1:])  # raises for an option that is none


def test_no_command_at_all_is_answered_with_help() -> None:
    assert succeed() == succeed("-h")


def test_the_version_is_told() -> None:
    assert succeed("--version").startswith("neuroscribble 0.")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--nosuch", "No such option"),
        ("train --model vgg", "model must be one of mlp, cnn, classic; got 'vgg'"),
        ("train --model cnn --recipe fast", "recipe must be one of quick, best; got 'fast'"),
        ("train --model cnn --hidden 8", "--hidden is for the mlp"),
        ("nosuch", "No such command 'nosuch'"),
        ("evaluate --nosuch", "No such option"),
        ("evaluate extra", "extra"),
        ("predict", "Missing argument"),
        ("train --epochs 0", "epochs"),
        ("train --epochs many", "'many' is not a valid integer"),
        ("train --batch 0", "batch"),
        ("train --seed -1", "seed"),
        ("train --learning-rate 0", "learning_rate must be positive; got 0.0"),
        ("train --learning-rate nan", "learning_rate must be positive; got nan"),
        ("train --learning-rate fast", "'fast' is not a valid float"),
        ("train --optimizer lion", "optimizer must be one of sgd, momentum, rmsprop, adam"),
        ("train --schedule linear", "schedule must be one of constant, cosine"),
        ("train --hidden 128,x", "--hidden must be sizes such as 128,64, or 'none'; got '128,x'"),
        ("train --hidden 128,", "--hidden must be sizes"),
        ("train --hidden 1.5", "--hidden must be sizes"),
        ("train --hidden 128,0", "hidden layers need at least 1 unit; got [128, 0]"),
        ("train --hidden 99999,99999", "at most 50,000,000"),
        ("network --top-k 0", "top-k"),
        ("heatmaps --theme purple", "'purple' is not one of 'light', 'dark'"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    arguments: str, message: str, own_folder: Path
) -> None:
    assert message in refuse(*arguments.split())
    assert not list(own_folder.iterdir())


@pytest.mark.parametrize("command", ["evaluate", "predict x.png", "network", "heatmaps", "draw"])
def test_weights_that_are_missing_or_damaged_are_refused(command: str, own_folder: Path) -> None:
    said = refuse(*command.split(), "--weights", "gone.npz")
    assert "gone.npz cannot be used: there is no such file. Name another file" in said
    content = SHIPPED.read_bytes()
    for damaged in (b"", b"rubbish", content[:1000], content[:-9]):
        (own_folder / "weights.npz").write_bytes(damaged)  # found by default
        assert "weights.npz cannot be used: it is " in refuse(*command.split())
    assert [path.name for path in own_folder.iterdir()] == ["weights.npz"]


def test_a_network_of_other_pictures_is_evaluated_and_asked(own_folder: Path) -> None:
    told = json.loads(succeed("evaluate", "--data", "pen", "--weights", "digits", "--json"))
    assert told["accuracy"] > 0.8
    strokes = np.zeros((60, 60), np.uint8)
    strokes[8:52, 28:33] = 255
    Image.fromarray(strokes).save(own_folder / "one.png")
    said = json.loads(succeed("predict", "one.png", "--weights", "digits", "--json"))
    assert said[0]["digit"] == "1"


@pytest.mark.parametrize("example", ["xor", "iris", "digits"])
def test_an_example_is_drawn_and_summed_up(example: str, own_folder: Path) -> None:
    assert "Wrote" in succeed("network", "--weights", example, "--out", "page.html")
    assert "total" in succeed("summary", "--weights", example)
    assert "Wrote" in succeed("heatmaps", "--weights", example, "--out", "heat")


@pytest.mark.parametrize("command", ["evaluate --data pen", "predict x.png", "draw"])
def test_a_network_that_reads_no_digits_is_refused(
    command: str, own_folder: Path, rng: np.random.Generator
) -> None:
    save_network(own_folder / "small.npz", build_mlp((3,), rng=rng, n_inputs=9))
    said = refuse(*command.split(), "--weights", "small.npz")
    assert re.search("this one has 9 |reads 9 features", said)  # where 784 are needed


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_data_folder_that_is_missing_or_damaged_is_refused(
    command: str, own_folder: Path
) -> None:
    assert "There is no file or folder nowhere" in refuse(command, "--data", "nowhere")
    (own_folder / "data").mkdir()
    for file in MNIST.files:
        (own_folder / "data" / file.name).write_bytes(b"\x1f\x8b, damaged")
    said = refuse(command, "--data", "data")
    assert "-ubyte.gz is not an intact gzip file" in said
    for way in ("--data", "NEUROSCRIBBLE_DATA", "--data pen"):
        assert way in said


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_the_data_folder_may_come_from_the_environment(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", "from-the-environment")
    assert "There is no file or folder from-the-environment" in refuse(command)


@pytest.mark.parametrize(
    ("command", "option"),
    [("train --data pen", "--out"), ("train --data pen", "--pictures")]
    + [("network", "--out"), ("heatmaps", "--out")],
)
@pytest.mark.parametrize("deep", [False, True])
def test_a_place_where_nothing_can_be_written_is_refused(
    command: str, option: str, deep: bool, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object, **__: object) -> None:
        pytest.fail("the work began before the place was tried")

    monkeypatch.setattr("neuroscribble.training.jobs.train_and_measure", work)
    (own_folder / "file").write_bytes(b"precious")
    place = Path("file", "deep", "below") if deep else Path("file", "below")
    assert "Cannot write " in refuse(*command.split(), option, place)
    assert (own_folder / "file").read_bytes() == b"precious"


def test_a_comparison_that_makes_no_sense_is_refused(rng: np.random.Generator) -> None:
    assert "gone.npz cannot be used" in refuse("heatmaps", "--compare", "gone.npz")
    save_network("other.npz", build_mlp((9,), rng=rng))
    said = refuse("heatmaps", "--compare", "other.npz", "--weights", SHIPPED)
    assert "only networks with the same layers can be compared" in said
    assert not Path("output").exists()  # nothing was written before


def test_a_training_that_diverges_is_refused_and_writes_nothing(own_folder: Path) -> None:
    rate = ("--optimizer", "sgd", "--learning-rate", "1e30")
    said = refuse("train", "--data", "pen", "--hidden", "8", "--epochs", "1", *rate)
    assert "the learning rate is too high; try a tenth of it with --learning-rate" in said
    assert not (own_folder / "weights.npz").exists()


# ---------------------------------------------------------------- evaluate


@pytest.mark.mnist
def test_the_shipped_weights_read_98_of_100_digits_of_mnist(mnist_folder: Path) -> None:
    result = json.loads(succeed("evaluate", "--json", "--data", mnist_folder, "--weights", SHIPPED))
    assert result["accuracy"] >= 0.98
    assert result["calibration_error"] <= 0.01
    assert result["n"] == 10_000
    assert result.keys() == {
        "weights",
        "data",
        "found",
        "n",
        "accuracy",
        "loss",
        "calibration_error",
        "classes",
        "confusion",
    }
    assert result["weights"] == str(SHIPPED)
    # what the file says of itself is true
    meta = load_network(SHIPPED).meta
    assert meta["test"]["accuracy"] == pytest.approx(result["accuracy"])
    facts = meta["drawings"]
    assert facts["whole"] == facts["correct"]["usual"]["network"]["cut"][-1]
    assert facts["whole"] / facts["n"] == pytest.approx(result["accuracy"], abs=0.02)
    assert meta["usual"] == {"measured_on": "MNIST training", "n": 10_000}


def test_people_and_programs_are_told_the_same() -> None:
    result = json.loads(succeed("evaluate", "--json", "--data", "pen"))
    said = succeed("evaluate", "--data", "pen")
    assert f"{result['accuracy']:.2%} of 200 digits are read right" in said
    assert f"Calibrated probabilities are off by {result['calibration_error']:.2%}" in said
    confusion = np.array(result["confusion"])
    assert confusion.sum() == result["n"] == 200
    assert np.trace(confusion) / 200 == pytest.approx(result["accuracy"])
    for row, (name, line) in zip(confusion, result["classes"].items(), strict=True):
        assert line["count"] == row.sum() == 20
        assert line["recall"] == row[int(name)] / 20
        assert f"{name:>5}     20  {line['recall']:>5.1%}  {line['precision']:>5.1%}" in said


# ---------------------------------------------------------------- predict

PICTURES = {"png": "PNG", "jpg": "JPEG", "bmp": "BMP", "gif": "GIF", "webp": "WEBP", "tif": "TIFF"}


def write_digits(folder: Path) -> dict[str, str]:
    """A picture of each pen digit that the shipped network is sure of: name → its answer."""
    network = load_network(SHIPPED)
    images, labels = pen_digits(200, rng=np.random.default_rng(4))
    written: dict[str, str] = {}
    for image, label in zip(images, labels, strict=True):
        gray = 255 - np.kron(255 * image.reshape(28, 28), np.ones((6, 6)))
        p = network.probabilities(normalize_ink(1 - gray / 255).reshape(1, -1))[0]
        if p.max() < 0.95 or str(label) in written.values():
            continue
        suffix, kind = list(PICTURES.items())[label % len(PICTURES)]
        dark = label % 2 == 1
        picture = Image.fromarray((255 - gray if dark else gray).round().astype(np.uint8))
        picture.convert("RGB").save(folder / f"drawn-{label}.{suffix}", kind)
        written[f"drawn-{label}.{suffix}"] = network.class_names[int(p.argmax())]
    assert len(written) == 10
    return written


def test_digits_are_read_from_pictures_of_every_kind(own_folder: Path) -> None:
    expected = write_digits(own_folder)
    results = json.loads(succeed("predict", *expected, "--json"))
    assert {result["file"]: result["digit"] for result in results} == expected
    for result in results:
        assert result.keys() == {
            "file",
            "digit",
            "probability",
            "calibrated_probability",
            "probabilities",
            "novelty",
            "unlike_any_digit",
        }
        assert result["calibrated_probability"] > 0.9
        assert not result["unlike_any_digit"]
        assert list(result["probabilities"]) == list("0123456789")
        assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert result["probability"] == result["probabilities"][result["digit"]]

    said = succeed("predict", *expected).splitlines()
    for line, (name, digit) in zip(said, expected.items(), strict=True):
        assert line.startswith(f"{name}: {digit} (")
        assert re.search(rf"; calibrated, {digit} has (9\d\.\d|>99\.9)%$", line)


def blank() -> bytes:
    file = io.BytesIO()
    Image.new("L", (40, 40), 255).save(file, "PNG")
    return file.getvalue()


BAD_PICTURES = {"text.png": b"no picture", "empty.png": b"", "blank.png": blank()}


@pytest.mark.parametrize("name", [*BAD_PICTURES, "gone.png", ".", "x" * 300])
def test_what_is_no_picture_is_refused(name: str, own_folder: Path) -> None:
    for bad, content in BAD_PICTURES.items():
        (own_folder / bad).write_bytes(content)
    assert name in refuse("predict", name)


def test_good_pictures_are_answered_among_bad_ones(own_folder: Path) -> None:
    good = write_digits(own_folder)
    for bad, content in BAD_PICTURES.items():
        (own_folder / bad).write_bytes(content)
    names = [*BAD_PICTURES, *good, "gone.png"]
    result = run("predict", *names)
    assert result.code == 2
    assert [line.split(":")[0] for line in result.out.splitlines()] == list(good)
    assert len(result.err.splitlines()) == len(BAD_PICTURES) + 1
    assert all(line.startswith("Error: ") for line in result.err.splitlines())

    result = run("predict", *names, "--json")
    assert result.code == 2
    answers = json.loads(result.out)
    assert [answer["file"] for answer in answers] == names
    assert [answer["file"] for answer in answers if "error" in answer] == [
        *BAD_PICTURES,
        "gone.png",
    ]


# ---------------------------------------------------------------- network, heatmaps


def test_a_page_is_written_where_it_was_asked_for(own_folder: Path) -> None:
    title = "<script>alert(1)</script>"
    said = succeed("network", "--out", "new/page.html", "--top-k", "3", "--title", title)
    assert f"Wrote {Path('new/page.html')} (" in said
    page = (own_folder / "new" / "page.html").read_text(encoding="utf-8")
    assert title not in page
    assert len(page.encode()) < 5e6


def test_a_page_with_its_training_needs_the_history_of_these_weights(own_folder: Path) -> None:
    network, education = small_education()
    save_network("own.npz", network)
    assert "own.history.npz cannot be used: there is no such file. A training writes" in refuse(
        "network", "--weights", "own.npz", "--history"
    )
    write_history(Path("own.history.npz"), education)
    assert "Wrote" in succeed("network", "--weights", "own.npz", "--history", "--out", "own.html")
    payload = payload_in((own_folder / "own.html").read_text("utf-8"))
    assert payload["history"]["stepsPerEpoch"] == education.steps_per_epoch
    write_history(Path("weights.history.npz"), education)
    shutil.copy(SHIPPED, "weights.npz")
    assert "it is the education of other weights than these" in refuse("network", "--history")


def save_small_network() -> None:
    """weights.npz of 784→4→10, which tells how it began."""
    network = build_mlp((4,), rng=np.random.default_rng(5))
    network.meta["recipe"] = {"hidden": [4], "seed": 5}
    network.parameters.flat *= 1.5  # what it learned
    save_network("weights.npz", network)


@pytest.mark.slow
def test_a_permuted_and_rescaled_copy_shows_no_difference(
    own_folder: Path, rng: np.random.Generator
) -> None:
    save_small_network()
    file = read_weights("weights.npz")
    order = rng.permutation(4)
    c = np.ldexp(np.float32(1), rng.integers(-3, 4, 4))  # exact, so that no byte differs
    file.weights[0][...] = (file.weights[0] * c)[:, order]
    file.biases[0][...] = (file.biases[0] * c)[order]
    file.weights[1][...] = (file.weights[1] / c[:, None])[order]
    write_weights("permuted/weights.npz", file)  # of the same name, so that the titles are equal
    pictures = []
    for other in ("weights.npz", "permuted/weights.npz"):
        succeed("heatmaps", "--compare", other)
        assert sorted(os.listdir("output")) == sorted([*HEATMAPS, *COMPARISONS])
        pictures.append((own_folder / "output" / "comparison.png").read_bytes())
    assert pictures[0] == pictures[1]


@pytest.mark.slow
def test_raw_heatmaps_show_the_file_and_others_the_form_of_all_its_copies(
    own_folder: Path,
) -> None:
    save_small_network()
    file = read_weights("weights.npz")
    file.weights[0] *= 4
    file.biases[0] *= 4
    file.weights[1] /= 4
    write_weights("scaled/weights.npz", file)
    pictures = {}
    told = run("heatmaps", "--raw", "--data=nothing")
    note = "Note: --data nothing is not read: weights.npz needs none here.\n"
    assert (told.code, told.err) == (0, note)
    for weights in ("weights.npz", "scaled/weights.npz"):
        for option in ("--raw", "--data=pen"):
            succeed("heatmaps", "--weights", weights, option)
            picture = own_folder / "output" / "weights.png"
            pictures[weights, option] = picture.read_bytes()
    assert len(set(pictures.values())) == 3
    assert pictures["weights.npz", "--data=pen"] == pictures["scaled/weights.npz", "--data=pen"]


@pytest.mark.slow
def test_heatmaps_compare_a_network_with_itself_before_training() -> None:
    save_small_network()
    said = succeed("heatmaps", "--compare", "initial", "--theme", "dark").splitlines()
    written = [Path(line.removeprefix("Wrote ")) for line in said]
    assert {path.name for path in written} == {*HEATMAPS, *COMPARISONS}
    for path in written:
        with Image.open(path) as picture:
            picture.verify()


# ---------------------------------------------------------------- training, cut short

TRAIN = """
from neuroscribble.data import sources
from neuroscribble.__main__ import main
sources.N_PEN_TRAINING, sources.N_PEN_TEST = {}, {}
main()
"""


@contextmanager
def training(*options: str) -> Iterator[subprocess.Popen[str]]:
    """A training that would take hours, in its second epoch at least."""
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN.format(120, 100), "train", "--data", "pen", "--hidden", "8"]
        + ["--epochs", "10000", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if "--watch" in options:
            assert line.startswith("Watch it learn: http://127.0.0.1:")
            line = process.stdout.readline()
        assert line.startswith("epoch  1/10000  training: loss ")
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_keeps_the_best_so_far_and_says_so(own_folder: Path) -> None:
    with training("--seed", "3", "--watch") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "Stopped by you after " in out
    assert " of 10000 epochs; kept is epoch " in out
    meta = load_network(own_folder / "weights.npz").meta
    assert meta["interrupted"] is True
    assert 1 <= meta["best_epoch"] <= meta["epochs_run"]
    assert meta["recipe"]["seed"] == 3
    last = read_history(own_folder / "weights.history.npz", load_network("weights.npz"))
    assert last.checkpoints[-1].step == meta["best_epoch"] * last.steps_per_epoch
    assert sorted(os.listdir("output")) == ["confusion.png", "training.png"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_training_that_is_killed_leaves_the_old_weights(own_folder: Path) -> None:
    old = SHIPPED.read_bytes()
    (own_folder / "weights.npz").write_bytes(old)
    with training() as process:
        process.kill()
        process.wait()
    assert (own_folder / "weights.npz").read_bytes() == old
    assert not [name for name in os.listdir(own_folder) if name.endswith(".part")]


def test_a_network_learns_from_the_digits_that_come_along() -> None:
    """From a tenth of them, which is enough to read most of the others."""
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", TRAIN.format(3_000, 500), "train"]
        + ["--data", "pen", "--hidden", "32", "--epochs", "6"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert "Done after 6 of 6 epochs" in process.stdout
    meta = load_network("weights.npz").meta
    assert meta["test"] == {"name": "pen test", "n": 500, "accuracy": meta["test"]["accuracy"]}
    assert meta["test"]["accuracy"] > 0.8


# ---------------------------------------------------------------- corrections


@pytest.fixture
def taught(own_folder: Path) -> Path:
    """A folder with three corrections: two of a zigzag, one of a line."""
    folder = own_folder / "output" / "corrections"
    for label in (7, 7, 1):
        zigzag = [(60.0, 60.0), (220.0, 70.0), (60.0, 210.0), (220.0, 220.0)]
        stroke = DrawnStroke(zigzag if label == 7 else zigzag[1:3], 24)
        save_correction(
            folder,
            Correction((stroke,), 280, label, 9, (0.0,) * 9 + (1.0,), correction_time()),
        )
    return folder


def test_corrections_are_listed(taught: Path) -> None:
    said = succeed("corrections")
    assert said.splitlines()[0] == "3 corrections in output/corrections"
    assert "  7 read as 9: 2" in said
    result = json.loads(succeed("corrections", "--json"))
    assert sorted(one["label"] for one in result["corrections"]) == [1, 7, 7]


def test_corrections_become_a_contact_sheet(taught: Path) -> None:
    assert succeed("corrections", "--sheet", "sheet.png").endswith("Wrote sheet.png.\n")
    with Image.open("sheet.png") as sheet:
        assert sheet.width > 1000


def test_corrections_are_taught_again(taught: Path) -> None:
    arguments = ("--weights", SHIPPED, "--data", "pen", "--teach", "learned.npz")
    result = json.loads(succeed("corrections", *arguments, "--json"))
    assert result["taught"]["probe"]["n"] == 500
    learned = load_network("learned.npz")
    assert learned.meta["taught"][0]["lessons"] == 3
    assert "test" not in learned.meta


def test_corrections_that_are_not_there_or_damaged_are_refused(own_folder: Path) -> None:
    assert "there is no folder" in refuse("corrections")
    assert "there is no folder" in refuse("train", "--data", "pen", "--also", "nowhere")
    (own_folder / "empty").mkdir()
    assert "no correction" in succeed("corrections", "--corrections", "empty")
    assert "no correction" in refuse("train", "--data", "pen", "--also", "empty")
    assert "no correction" in refuse("corrections", "--corrections", "empty", "--sheet", "s.png")
    (own_folder / "empty" / "bad.json").write_text("{}", "utf-8")
    assert "bad.json is no correction" in refuse("corrections", "--corrections", "empty")


def test_a_network_too_large_for_a_history_is_said_to_have_none(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 1000)
    said = run("train", "--hidden", "8", "--epochs", "1", "--data", "pen", "--out", "own.npz")
    assert said.code == 0
    assert said.err == "Note: of a network of this size no history is kept.\n"
    assert "Wrote own.npz, " in said.out
    assert "history" not in said.out
    assert not Path("own.history.npz").exists()


def test_train_also_learns_the_corrections(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = ("--hidden", "8", "--epochs", "1", "--data", "pen", "--out", "own.npz")
    monkeypatch.setattr(viz, "LiveWindow", Window)
    live = ("--watch", "window", "--log", "own.jsonl", "--tensorboard", "runs", "--no-history")
    said = run("train", *numbers, "--also", taught, "--also-times", "200", *live)
    assert said.code == 0
    assert said.out.endswith("The window stays until you close it.\n")
    (line,) = Path("own.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["epoch"] == 1
    assert [".tfevents." in name for name in os.listdir("runs")] == [True]
    assert not Path("own.history.npz").exists()
    meta = read_weights("own.npz").meta
    assert meta["also"]["n"] == 3
    assert meta["also"]["times"] == 200
    assert meta["also"]["name"] == "corrections in corrections"
    assert meta["trained_on"]["name"] == "pen training"
    network = load_network("own.npz")
    zigzag = next(one for one in load_corrections(taught) if one.label == 7)
    assert network.predict(zigzag.image[None])[0] == 7

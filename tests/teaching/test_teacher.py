"""A correction is learned, the rest is not forgotten, and undo gives back the same bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_cnn import tiny_cnn

from neuroscribble.data.batches import Digits
from neuroscribble.data.mnist import load_mnist
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import KnownDigits, NamedDigits, load_known_digits
from neuroscribble.errors import DataError, SettingsError, ShapeError
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.losses import cross_entropy, soft_cross_entropy, softmax
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.teaching.teacher import (
    FEWEST_PROBED,
    FEWEST_REPLAYED,
    MOST_UNDOS,
    PROBE_COST,
    Manner,
    Teacher,
    manner_for,
    teach_all,
    teacher_for,
)
from neuroscribble.training.metrics import accuracy

SHIPPED = Path(__file__).parents[2] / "weights.npz"
BRIEF = Manner(steps=3, replayed=40, warmup=5)


def pen(n: int, seed: int) -> Digits:
    return Digits(*pen_digits(n, rng=np.random.default_rng(seed)))


@pytest.fixture(scope="module")
def replay() -> NamedDigits:
    return NamedDigits("pen training", pen(300, 1))


@pytest.fixture(scope="module")
def probe() -> NamedDigits:
    return NamedDigits("pen test", pen(200, 2))


@pytest.fixture(params=["dense", "convolutional"])
def network(request: pytest.FixtureRequest) -> Network:
    return load_network(SHIPPED) if request.param == "dense" else tiny_cnn()


@pytest.fixture
def manner(network: Network) -> Manner:
    """The usual one; for convolutions, which take long, short lessons of few digits."""
    return Manner() if network.is_mlp() else BRIEF


@pytest.fixture
def teacher(network: Network, replay: NamedDigits, probe: NamedDigits, manner: Manner) -> Teacher:
    return Teacher(network, replay, probe, manner)


def misread(network: Network, n: int, seed: int = 3) -> Digits:
    digits = pen(400, seed)
    wrong = np.flatnonzero(network.predict(digits.images) != digits.labels)[:n]
    return Digits(digits.images[wrong], digits.labels[wrong])


# ---------------------------------------------------------------- toward a distribution


def test_toward_one_class_it_is_the_cross_entropy(rng: np.random.Generator) -> None:
    logits, labels = rng.normal(0, 3, (5, 4)), np.array([0, 3, 1, 1, 2])
    loss, d_logits = soft_cross_entropy(logits, np.eye(4)[labels])
    expected_loss, expected = cross_entropy(logits, labels)
    assert loss == pytest.approx(expected_loss, rel=1e-12)
    np.testing.assert_allclose(d_logits, expected, atol=1e-15)


def test_toward_its_own_answers_nothing_pulls(rng: np.random.Generator) -> None:
    logits = rng.normal(0, 3, (5, 4))
    _, d_logits = soft_cross_entropy(logits, softmax(logits))
    np.testing.assert_allclose(d_logits, 0, atol=1e-16)


def test_the_gradient_toward_a_distribution_is_its_slope(rng: np.random.Generator) -> None:
    logits, targets = rng.normal(0, 2, (3, 4)), softmax(rng.normal(0, 1, (3, 4)))
    _, d_logits = soft_cross_entropy(logits, targets)
    for place in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[place] = 1e-6
        above, _ = soft_cross_entropy(logits + step, targets)
        below, _ = soft_cross_entropy(logits - step, targets)
        assert d_logits[place] == pytest.approx((above - below) / 2e-6, abs=1e-8)


def test_targets_of_another_shape_are_refused() -> None:
    with pytest.raises(ShapeError, match="targets"):
        soft_cross_entropy(np.zeros((3, 4)), np.zeros((3, 5)))


# ---------------------------------------------------------------- lessons


def test_a_teacher_changes_nothing_before_the_first_lesson(
    network: Network, replay: NamedDigits, probe: NamedDigits, manner: Manner
) -> None:
    before = network.parameters.flat.copy()
    teacher = Teacher(network, replay, probe, manner)
    np.testing.assert_array_equal(network.parameters.flat, before)
    assert teacher.since_start.right_before == teacher.since_start.right_after
    assert not teacher.can_undo


@pytest.mark.parametrize(
    "network",
    ["dense", pytest.param("convolutional", marks=pytest.mark.slow)],
    indirect=True,
)
def test_a_wrong_digit_is_read_right_after_ten_lessons(
    network: Network, replay: NamedDigits, probe: NamedDigits
) -> None:
    is_dense = network.is_mlp()  # convolutions take long: one digit, beside fewer old ones
    digits = misread(network, 2 if is_dense else 1)
    start = network.parameters.flat.copy()
    for image, label in zip(digits.images, digits.labels, strict=True):
        network.parameters.flat[...] = start
        manner = Manner() if is_dense else Manner(replayed=60, warmup=20)
        teacher = Teacher(network, replay, probe, manner)
        for _ in range(10):
            teacher.teach(image, int(label))
        assert network.predict(image[None])[0] == label


@pytest.mark.slow
@pytest.mark.parametrize("network", ["dense"], indirect=True)  # a hundred lessons and more
def test_what_cannot_be_learned_alone_is_learned_with_old_digits_blended_in(
    network: Network, replay: NamedDigits, probe: NamedDigits
) -> None:
    digits = misread(network, 6, seed=5)  # enough that some are stubborn
    teacher = Teacher(network, replay, probe)
    stubborn = 0
    for image, label in zip(digits.images, digits.labels.tolist(), strict=True):
        right = {}
        for mixed in (False, True):
            for _ in range(10):
                teacher.teach(image, label, mixed=mixed)
            right[mixed] = network.predict(image[None])[0] == label
            while teacher.lessons:  # back to the same bits, as the tests of undo show
                teacher.undo()
        assert right[True]
        stubborn += not right[False]
    assert stubborn > 0


def test_a_class_without_old_digits_is_learned_unblended(
    network: Network, probe: NamedDigits, replay: NamedDigits, manner: Manner
) -> None:
    others = replay.digits.labels != 4
    digits = Digits(replay.digits.images[others], replay.digits.labels[others])
    teacher = Teacher(network, NamedDigits("no fours", digits), probe, manner)
    lesson = teacher.teach(misread(network, 1).images[0], 4)
    assert lesson.after[4] > lesson.before[4]


def test_a_lesson_tells_what_it_did(teacher: Teacher) -> None:
    network = teacher.network
    digits = misread(network, 1)
    image, label = digits.images[0], int(digits.labels[0])
    before = {name: view.copy() for name, view in network.named_params().items()}
    answers = network.predict(teacher.probe.digits.images)
    expected = network.probabilities(image[None])[0]
    teacher.teach(image, label, mixed=False)
    lesson = teacher.teach(image, label, mixed=False)
    teacher.undo()
    lesson = teacher.lessons[0]
    np.testing.assert_array_equal(lesson.before, expected)
    np.testing.assert_array_equal(lesson.after, network.probabilities(image[None])[0])
    assert lesson.after[label] > lesson.before[label]
    assert (lesson.label, lesson.mixed) == (label, False)

    changes = {name: np.abs(view - before[name]) for name, view in network.named_params().items()}
    largest = max(float(change.max()) for name, change in changes.items() if name.endswith("W"))
    strongest = lesson.moved[0]
    assert abs(strongest.after - strongest.before) == pytest.approx(largest)
    for moved in lesson.moved:
        stage = network.stages[moved.layer]
        place = moved.source * stage.units + moved.target
        assert moved.after == network.named_params()[f"{stage.weights}.W"].flat[place]
        assert moved.before == before[f"{stage.weights}.W"].flat[place]

    probe, now = teacher.probe.digits, network.predict(teacher.probe.digits.images)
    change = lesson.probe
    assert change == teacher.since_start
    assert change.right_before == (answers == probe.labels).sum()
    assert change.right_after == (now == probe.labels).sum()
    assert change.right_after - change.right_before == len(change.gained) - len(change.forgotten)
    for flip in change.forgotten:
        assert flip.before == flip.label == probe.labels[flip.index] == answers[flip.index]
        assert flip.after == now[flip.index] != flip.label
    for flip in change.gained:
        assert flip.after == flip.label != flip.before


def test_undo_gives_back_the_same_bits_and_the_same_next_lesson(teacher: Teacher) -> None:
    digits = misread(teacher.network, 2)
    (first, second), (label, other) = digits.images, digits.labels.tolist()

    def state() -> tuple[bytes, bytes, object, bytes]:
        return (
            teacher.network.parameters.flat.tobytes(),
            teacher._optimizer.state()["mean_square"].tobytes(),
            teacher._rng.bit_generator.state,
            teacher._answers.tobytes(),
        )

    states = [state()]
    for image, digit, mixed in ((first, label, True), (second, other, False), (first, label, True)):
        teacher.teach(image, digit, mixed=mixed)
        states.append(state())
    assert len({flat for flat, *_ in states}) == 4
    for expected in reversed(states[:-1]):
        teacher.undo()
        assert state() == expected
    assert teacher.lessons == []
    teacher.teach(first, label)
    assert state() == states[1]


def test_old_lessons_can_no_longer_be_undone(
    rng: np.random.Generator, replay: NamedDigits, probe: NamedDigits
) -> None:
    manner = Manner(steps=1, replayed=1, copies=1, blended=0, warmup=0)
    teacher = Teacher(build_mlp((2,), rng=rng), replay, probe, manner)
    for _ in range(MOST_UNDOS + 5):
        teacher.teach(replay.digits.images[0], 3)
    for _ in range(MOST_UNDOS):
        teacher.undo()
    assert len(teacher.lessons) == 5
    with pytest.raises(SettingsError, match="no lesson"):
        teacher.undo()


@pytest.mark.slow
@pytest.mark.parametrize("network", ["dense"], indirect=True)  # settings measured for it
def test_a_lesson_can_be_seen_to_cost_less_with_old_digits(
    network: Network, replay: NamedDigits, probe: NamedDigits
) -> None:
    digits, others = misread(network, 8), pen(1000, 77)
    start = network.parameters.flat.copy()
    kept = {}
    for mixed in (True, False):
        network.parameters.flat[...] = start
        teacher = Teacher(network, replay, probe)
        for _ in range(3):
            teach_all(teacher, digits, mixed=mixed)
        kept[mixed] = np.mean(network.predict(others.images) == others.labels)
    assert kept[True] > kept[False]


def test_meta_tells_of_the_lessons_and_forgets_old_measurements(
    teacher: Teacher, tmp_path: Path
) -> None:
    teacher.network.meta |= {"temperature": 0.7, "novelty": {"threshold": 0.3}}
    assert teacher.meta() == teacher.network.meta
    image = teacher.replay.digits.images[0]
    teacher.teach(image, 3)
    teacher.teach(image, 4, mixed=False)
    save_network(tmp_path / "learned.npz", teacher.network, meta=teacher.meta())
    meta = load_network(tmp_path / "learned.npz").meta
    outdated = {"test", "drawings", "validation_accuracy", "temperature", "novelty"}
    assert outdated.isdisjoint(meta)
    (taught,) = meta["taught"]
    assert (taught["lessons"], taught["mixed"], taught["labels"]) == (2, 1, [3, 4])
    assert taught["replayed"] == "pen training"
    again = load_network(tmp_path / "learned.npz")
    second = Teacher(again, teacher.replay, teacher.probe, teacher.manner)
    second.teach(image, 3)
    assert [each["lessons"] for each in second.meta()["taught"]] == [2, 1]


@pytest.mark.parametrize(
    "settings",
    [{"steps": 0}, {"copies": 0}, {"replayed": 0}, {"warmup": -1}, {"blended": 5}, {"blend": 1.1}],
)
def test_a_manner_out_of_range_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(settings))):
        Manner(**settings)  # type: ignore[arg-type]


def test_what_cannot_be_taught_is_refused(
    teacher: Teacher, rng: np.random.Generator, replay: NamedDigits, probe: NamedDigits
) -> None:
    with pytest.raises(SettingsError, match="0 to 9; got 10"):
        teacher.teach(replay.digits.images[0], 10)
    with pytest.raises(ShapeError, match="image"):
        teacher.teach(replay.digits.images[:1], 1)
    with pytest.raises(
        SettingsError, match="must be the digits 0 to 9; this network has 3, 0 to 2"
    ):
        Teacher(build_mlp((2,), rng=rng, n_classes=3), replay, probe)
    with pytest.raises(SettingsError, match="this network has 10, a to j"):  # of other things
        Teacher(build_mlp((2,), rng=rng, class_names="abcdefghij"), replay, probe)


@pytest.mark.slow
def test_an_expensive_network_gets_smaller_lessons_and_a_smaller_probe(
    rng: np.random.Generator,
) -> None:
    cheap, dear = build_mlp(rng=rng), build_cnn(rng=rng)
    assert cheap.multiplications == 784 * 128 + 128 * 64 + 64 * 10
    assert dear.multiplications > 40 * cheap.multiplications
    assert manner_for(cheap) == Manner()
    few, usual = manner_for(dear), Manner()
    assert FEWEST_REPLAYED <= few.replayed < usual.replayed
    shrunk = (few.copies + few.replayed) / (usual.copies + usual.replayed)
    assert few.learning_rate == pytest.approx(usual.learning_rate * shrunk**0.5)
    known = KnownDigits(NamedDigits("replay", pen(20, 1)), NamedDigits("probe", pen(500, 2)))
    assert len(teacher_for(cheap, known).probe.digits) == 500
    probe = teacher_for(tiny_cnn(), known).probe
    assert len(probe.digits) == 500  # a small one is cheap
    huge = build_cnn(((32, 64, 64),), rng=rng)
    assert huge.multiplications * FEWEST_PROBED > PROBE_COST
    assert manner_for(huge).replayed == FEWEST_REPLAYED


def test_lessons_leave_what_batch_normalization_counted() -> None:
    network = tiny_cnn()
    counted = {name: value.copy() for name, value in network.named_statistics().items()}
    replay, probe = NamedDigits("replay", pen(60, 1)), NamedDigits("probe", pen(60, 2))
    teacher = Teacher(network, replay, probe, BRIEF)
    teacher.teach(pen(1, 5).images[0], 4)
    assert counted
    for name, value in network.named_statistics().items():
        np.testing.assert_array_equal(value, counted[name])


def test_a_convolutions_weights_move_too() -> None:
    network = tiny_cnn()
    before = {name: value.copy() for name, value in network.named_params().items()}
    replay, probe = NamedDigits("replay", pen(60, 1)), NamedDigits("probe", pen(60, 2))
    teacher = Teacher(network, replay, probe, BRIEF)
    lesson = teacher.teach(pen(1, 5).images[0], 4)
    for moved in lesson.moved:
        name = f"{network.stages[moved.layer].weights}.W"
        now = network.named_params()[name]
        place = moved.source, moved.target
        assert moved.before == before[name].reshape(-1, now.shape[-1])[place]
        assert moved.after == now.reshape(-1, now.shape[-1])[place]
    assert not np.array_equal(network.named_params()["conv1.W"], before["conv1.W"])


# ---------------------------------------------------------------- known digits


def test_without_mnist_pen_digits_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEUROSCRIBBLE_DATA", raising=False)
    monkeypatch.setattr("neuroscribble.data.sources.user_cache_path", lambda _: tmp_path)
    known = load_known_digits()
    assert (known.replay.name, known.probe.name) == ("pen training", "pen test")
    assert (len(known.replay.digits), len(known.probe.digits)) == (2000, 500)


@pytest.mark.usefixtures("few_pen_digits")
def test_a_named_folder_without_mnist_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="holds no data"):
        load_known_digits(tmp_path)
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", str(tmp_path))
    with pytest.raises(DataError, match="holds no data"):
        load_known_digits()
    assert load_known_digits("pen").replay.name == "pen training"


@pytest.mark.mnist
@pytest.mark.slow
@pytest.mark.parametrize("data", ["pen", "mnist"])
def test_teaching_one_digit_ten_times_costs_little_on_mnists_test_set(
    mnist_folder: Path, data: str
) -> None:
    known = load_known_digits("pen" if data == "pen" else mnist_folder)
    images, labels = load_mnist("test", mnist_folder)
    network = load_network(SHIPPED)
    base = accuracy(network.predict(images), labels)
    taught = misread(network, 4, seed=4242)
    teacher = Teacher(network, known.replay, known.probe)
    change: dict[bool, list[float]] = {True: [], False: []}
    for mixed, changes in change.items():
        for image, label in zip(taught.images, taught.labels, strict=True):
            for _ in range(10):
                teacher.teach(image, int(label), mixed=mixed)
            assert not mixed or network.predict(image[None])[0] == label
            changes.append(accuracy(network.predict(images), labels) - base)
            while teacher.lessons:  # back to the same bits, as the tests of undo show
                teacher.undo()
    assert min(change[True]) >= -0.002
    assert np.mean(change[False]) < np.mean(change[True])

"""A run of learning in the page: the samples, the falling rate, what is measured, and bad ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from javascript import RunJs

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.training.loop import SCHEDULES, evaluate_loss, train_step
from neuroscribble.training.optimizers import Adam

SEED = 7
SETTINGS: dict[str, Any] = {
    "sizes": [784, 16, 10],
    "activation": {"kind": "relu", "settings": {}},
    "output": "softmax",
    "optimizer": "adam",
    "rate": 2e-3,
    "schedule": "cosine",
    "course": 40,
    "l2": 0,
    "noise": 0,
    "batchSize": 64,
    "classes": 10,
}
COURSE = """
const chance = new random.Random(given.seed);
const source = {
  next: (n) => pen.penDigits(n, chance),
  heldOut: () => pen.penDigits(1000, new random.Random([given.seed, 1])),
};
const run = new course.Course(given.settings, source, new random.Random(given.seed));
"""
BLOBS = """
const rng = new random.Random(1);
const all = { inks: new Float32Array(400), labels: new Uint8Array(200) };
for (let i = 0; i < 200; i++) {
  all.labels[i] = i % 2;
  for (let d = 0; d < 2; d++) all.inks[2 * i + d] = rng.normal(i % 2 ? 1 : -1, 0.4);
}
const make = (changed, seed = 3) => {
  const asked = { ...given.settings, sizes: [2, 6, 2], classes: 2, ...changed };
  const source = new samples.Samples(all, new random.Random(seed));
  return new course.Course(asked, source, new random.Random(seed));
};
"""


def test_a_course_is_what_python_would_have_learned(js: RunJs) -> None:
    """Start values, pen digits, the falling rate, every step; then what is measured."""
    steps = 12
    ours = js(
        COURSE
        + """
        for (let i = 0; i < given.steps; i++) run.advance();
        const [heldOut, usual] = [run.measure(), run.usual()];
        return { params: run.learner.params, report: run.report(), heldOut, usual };
        """,
        settings=SETTINGS,
        seed=SEED,
        steps=steps,
    )
    network = ns.build_mlp((16,), rng=np.random.default_rng(SEED))
    digits = np.random.default_rng(SEED)
    optimizer, gradient, losses = Adam(2e-3), network.new_gradient(), []
    for step in range(steps):
        images, labels = pen_digits(64, rng=digits)
        optimizer.learning_rate = 2e-3 * SCHEDULES["cosine"](step / 40)
        loss, _ = train_step(
            network, images, labels, loss=cross_entropy, optimizer=optimizer, gradient=gradient
        )
        losses.append(loss)
    np.testing.assert_allclose(ours["params"], network.parameters.flat, atol=1e-4)
    assert ours["report"]["step"] == steps
    assert ours["report"]["loss"] == pytest.approx(np.mean(losses), abs=1e-4)
    held_out = pen_digits(1000, rng=np.random.default_rng([SEED, 1]))
    loss, accuracy = evaluate_loss(network, Digits(*held_out), loss=cross_entropy)
    assert ours["heldOut"]["loss"] == pytest.approx(loss, abs=1e-4)
    assert ours["heldOut"]["accuracy"] == pytest.approx(accuracy, abs=0.0011)
    usual = measure_usual(network, held_out[0][:256])
    for told, theirs in zip(ours["usual"], usual.values(), strict=True):
        np.testing.assert_allclose(told["mean"], theirs.mean, atol=1e-4)
        np.testing.assert_allclose(told["deviation"], theirs.deviation, atol=1e-4)
        np.testing.assert_allclose(told["influence"], theirs.influence, rtol=0.35, atol=1e-3)


def test_the_same_seed_is_the_same_run_and_another_is_another(js: RunJs) -> None:
    runs = js(
        BLOBS
        + """
        return [3, 3, 4].map((seed) => {
          const run = make({ noise: 0.1 }, seed);
          while (run.advance());
          return run.learner.params.slice();
        });
        """,
        settings=SETTINGS,
    )
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_course_ends_when_its_rate_has_fallen_to_nothing(js: RunJs) -> None:
    ours = js(
        BLOBS
        + """
        const run = make({ rate: 0.05 });
        const rates = [];
        do rates.push(run.rate); while (run.advance());
        const endless = make({ schedule: "constant" });
        for (let i = 0; i < 100; i++) endless.advance();
        return { rates, end: run.report(), read: run.measure(), endless: endless.report() };
        """,
        settings=SETTINGS,
    )
    expected = [0.05 * SCHEDULES["cosine"](step / 40) for step in range(41)]
    np.testing.assert_allclose(ours["rates"], expected, atol=1e-12)
    assert (ours["end"]["isOver"], ours["end"]["step"]) == (True, 40)
    assert ours["read"]["n"] == 40
    assert ours["read"]["accuracy"] > 0.95
    assert (ours["endless"]["isOver"], ours["endless"]["rate"]) == (False, 2e-3)


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        (
            {"optimizer": "sgd", "rate": 90.0, "output": "linear"},
            "the rate 90 is probably too",
        ),
        ({"optimizer": "sgd", "rate": 0.1, "l2": 30.0}, "the L2 penalty 30 is probably"),
    ],
    ids=["rate", "penalty"],
)
def test_an_exploding_loss_ends_the_course_names_the_cause_and_can_go_back(
    settings: dict[str, Any], cause: str, js: RunJs
) -> None:
    ours = js(
        BLOBS
        + """
        const run = make({ ...given.changed, schedule: "constant" });
        for (let i = 0; i < 2000 && run.advance(); i++);
        const end = run.report();
        run.goBack();
        run.change({ rate: 0.01, l2: 0 });
        const isSound = run.learner.params.every(Number.isFinite);
        for (let i = 0; i < 300; i++) run.advance();
        return { end, isSound, after: run.report(), read: run.measure() };
        """,
        settings=SETTINGS,
        changed=settings,
    )
    trouble = ours["end"]["trouble"]
    assert ours["end"]["isOver"]
    assert trouble["sentence"].startswith(f"At step {ours['end']['step']} the loss ")
    assert cause in trouble["sentence"]
    assert trouble["soundStep"] <= ours["end"]["step"]
    assert ours["isSound"]
    assert ours["after"]["trouble"] is None
    assert ours["read"]["accuracy"] > 0.9


def test_what_is_sound_is_kept_before_a_setting_is_changed_and_not_while_the_loss_grows(
    js: RunJs,
) -> None:
    ours = js(
        BLOBS
        + """
        const run = make({ schedule: "constant" });
        for (let i = 0; i < 30; i++) run.advance();
        const before = run.learner.params.slice();
        run.change({ optimizer: "sgd", rate: 0.01 });
        const kept = run.sound.step;
        run.step = 31;
        run.recent = [{ loss: 3 * Math.max(run.firstLoss, 1), accuracy: 0 }];
        run.keep();
        run.goBack();
        const isSame = run.learner.params.every((w, i) => w === before[i]);
        return { kept, step: run.step, isSame };
        """,
        settings=SETTINGS,
    )
    assert ours == {"kept": 30, "step": 30, "isSame": True}


def test_noise_replaces_as_many_labels_as_asked_for(js: RunJs) -> None:
    changed = js(
        BLOBS
        + """
        const run = make({ noise: 0.5 });
        const zeros = new Uint8Array(20000);
        run.disturb(zeros);
        return zeros.reduce((sum, label) => sum + label, 0);
        """,
        settings=SETTINGS,
    )
    assert changed == pytest.approx(5000, abs=250)  # half of the replaced ones are right by chance


def test_stored_samples_come_once_each_and_a_fifth_never(js: RunJs) -> None:
    seen = js(
        """
        const labels = Uint8Array.from({ length: 50 }, (_, i) => i);
        const inks = Float32Array.from({ length: 100 }, (_, i) => Math.floor(i / 2));
        const dealt = new samples.Samples({ inks, labels }, new random.Random(5));
        const held = dealt.heldOut();
        const epoch = () => [16, 16, 16].flatMap((n) => Array.from(dealt.next(n).labels));
        const epochs = [epoch(), epoch()];
        return { held: held.labels, inks: held.inks, epochs };
        """
    )
    assert len(seen["held"]) == 10
    assert seen["inks"] == [label for label in seen["held"] for _ in range(2)]
    first, second = seen["epochs"]
    assert sorted(first) == sorted(second) == sorted(set(range(50)) - set(seen["held"]))
    assert first != second


def test_settings_travel_in_a_link_and_nonsense_is_left_out(js: RunJs) -> None:
    ours = js(
        """
        const usual = settings.usualSettings();
        const changed = { ...usual, rate: 0.01, hidden: [20, 10], optimizer: "sgd" };
        return {
          back: settings.readSettings(settings.writeSettings(changed, usual)),
          none: settings.writeSettings(usual, usual),
          wrong: given.wrong.map((one) => settings.readSettings(one)),
        };
        """,
        wrong=[
            *("", "{", "null", "[1]", '{"rate":-1}', '{"hidden":[0]}', '{"hidden":"x"}'),
            *('{"seed":1.5}', '{"optimizer":"lion"}', '{"toString":1}'),
        ],
    )
    assert ours["back"] == {"rate": 0.01, "hidden": [20, 10], "optimizer": "sgd"}
    assert ours["none"] == ""
    assert ours["wrong"] == [{}] * 10

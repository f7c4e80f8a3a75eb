"""Digits that a second worker draws ahead: the same ones, in the same order, whatever happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from node import Node

# A worker that is none: it answers when it is told to, and fails when it is told to.
FAKE = """
const asked = [];
const worker = { terminated: 0, terminate() { this.terminated += 1; } };
const answer = ahead.draw((data) => worker.onmessage({ data }));
worker.postMessage = (data) => asked.push(data);
const work = (n) => { for (const data of asked.splice(0, n)) answer({ data }); };
const source = new ahead.PenAhead(7, () => worker);
const alone = new pens.PenDigits(7);
const same = (one, other) => one.labels.join() === other.labels.join()
  && one.inks.every((ink, i) => ink === other.inks[i]);
"""


@pytest.fixture
def ask(node: Node, modules: Path) -> Any:
    """The result of some JavaScript behind FAKE."""
    names = {"ahead": "pen-ahead", "pens": "pen-store"}
    paths = {name: modules / "model" / f"{stem}.js" for name, stem in names.items()}
    return lambda body: node.evaluate(FAKE + body, {}, paths)


def test_digits_come_in_the_order_of_one_generator(ask: Any) -> None:
    said = ask(
        """
        const early = source.isReady(8);
        const inFlight = asked.length;
        const equal = Array.from({ length: 9 }, () => {
          work(1);
          return source.isReady(8) && same(source.next(8), alone.next(8));
        });
        source.end();
        const held = same(source.heldOut(20), alone.heldOut(20));
        return { early, inFlight, after: asked.length, equal, held, ends: worker.terminated };
        """
    )
    assert said["early"] is False
    assert said["inFlight"] == said["after"]  # as many are always under way
    assert said["equal"] == [True] * 9
    assert (said["held"], said["ends"]) == (True, 1)


def test_another_batch_size_begins_digits_of_its_own_whatever_is_under_way(ask: Any) -> None:
    assert ask(
        """
        source.isReady(8);
        work(3);
        source.next(8);
        source.isReady(5);
        work(20);
        const first = source.next(5);
        return [first.labels.length, same(first, new pens.PenDigits([7, 2]).next(5))];
        """
    ) == [5, True]


@pytest.mark.parametrize("taken", [0, 2])
def test_a_worker_that_fails_is_done_without(taken: int, ask: Any) -> None:
    equal = ask(
        f"""
        source.isReady(8);
        work(4);
        const taken = {taken};
        for (let i = 0; i < taken; i++) same(source.next(8), alone.next(8));
        worker.onerror();
        return Array.from({{ length: 5 }}, () =>
          source.isReady(8) && same(source.next(8), alone.next(8)));
        """
    )
    assert equal == [True] * 5


def test_where_no_worker_can_start_digits_are_drawn_at_once(ask: Any) -> None:
    assert ask(
        """
        const refused = new ahead.PenAhead(7, () => { throw new Error("no"); });
        const ready = refused.isReady(8);
        refused.end();
        return [ready, same(refused.next(8), alone.next(8)), refused.isReady(5)];
        """
    ) == [True, True, True]

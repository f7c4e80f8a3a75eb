"""Pickle, read without ever calling anything: a machine of our own that knows values alone.

A pickle is a program. Most of its instructions put plain values on a stack; a few look a name up
and call it, and those make strange pickles dangerous. Here a name stays a name (`Name`), and a call
is only written down (`Call`), for the names that the reader allows; every other one is refused, by
name. Nothing is imported, nothing is executed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import WeightsError

MAX_STEPS = 300_000
MAX_LINE = 1000  # characters of a name or of a number in digits
MAX_INTEGER = 16  # bytes


class Name(NamedTuple):
    """Something in a module, which is not looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Refused(WeightsError):
    """The pickle asks for `what`, which is not allowed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"it holds {what[:120]}, which is not read: it could run a program.")
        self.what = what


@dataclass(frozen=True)
class Call:
    """What would be called, and with what."""

    name: Name
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Stored:
    """A value that lies outside of the pickle, by its persistent id."""

    id: Any


class _Mark:
    pass


MARK = _Mark()


def unpickle(content: bytes, allowed: Container[str], start: int = 0) -> tuple[Any, int]:
    """The value that the pickle at `start` describes, and where it ends.

    allowed: full names, "collections.OrderedDict", that may appear. Raises Refused for others, and
    WeightsError or IndexError, KeyError, ValueError, struct.error, TypeError if it is damaged.
    """
    machine = _Machine(content, allowed, start)
    return machine.run(), machine.at


class _Machine:
    def __init__(self, content: bytes, allowed: Container[str], start: int) -> None:
        self.content, self.allowed, self.at = content, allowed, start
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        for _ in range(MAX_STEPS):
            code = self._bytes(1)
            if code == b".":
                return self.stack.pop()
            step = _STEPS.get(code)
            if step is None:
                raise Refused(f"the pickle instruction {code!r}")
            step(self)
        raise WeightsError(f"its pickle has more than {MAX_STEPS:,} instructions.")

    # ------------------------------------------------------------ what is read

    def _bytes(self, n: int) -> bytes:
        if not 0 <= n <= len(self.content) - self.at:
            raise WeightsError("its pickle ends too early.")
        self.at += n
        return self.content[self.at - n : self.at]

    def number(self, form: str) -> Any:
        return struct.unpack("<" + form, self._bytes(struct.calcsize("<" + form)))[0]

    def line(self) -> str:
        end = self.content.find(b"\n", self.at, self.at + MAX_LINE)
        if end < 0:
            raise WeightsError("its pickle has a line without an end.")
        line = self.content[self.at : end]
        self.at = end + 1
        return line.decode("utf-8")

    def text(self, form: str) -> str:
        return self._bytes(self.number(form)).decode("utf-8", "replace")

    def raw(self, form: str) -> bytes:
        return self._bytes(self.number(form))

    def long(self, form: str) -> int:
        n = self.number(form)
        if n > MAX_INTEGER:
            raise WeightsError("its pickle has an integer of too many digits.")
        return int.from_bytes(self._bytes(n), "little", signed=True)

    # ------------------------------------------------------------ what is done

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self, n: int) -> list[Any]:
        if n > len(self.stack) or MARK in (taken := self.stack[-n:]):
            raise WeightsError("its pickle takes more from its stack than there is.")
        del self.stack[-n:]
        return taken

    def marked(self) -> list[Any]:
        """Everything above the last mark."""
        at = next(i for i in reversed(range(len(self.stack))) if self.stack[i] is MARK)
        taken = self.stack[at + 1 :]
        del self.stack[at:]
        return taken

    def named(self, module: str, name: str) -> None:
        found = Name(module, name)
        if str(found) not in self.allowed:
            raise Refused(str(found))
        self.push(found)

    def call(self) -> None:
        name, arguments = self.pop(2)
        if not isinstance(name, Name) or not isinstance(arguments, tuple):
            raise Refused(f"a call of {type(name).__name__}")
        if str(name) == "collections.OrderedDict":
            pairs = arguments[0] if arguments else []
            self.push(dict(pairs))
        else:
            self.push(Call(name, arguments))

    def build(self) -> None:
        """State for an object: of a dict its attributes, which nobody needs."""
        (_state,) = self.pop(1)
        if not isinstance(self.stack[-1], dict | Call):
            raise Refused(f"a state for {type(self.stack[-1]).__name__}")

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise WeightsError("its pickle sets items of what is no dictionary.")
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[key] = value

    def append(self, items: list[Any]) -> None:
        if not isinstance(self.stack[-1], list):
            raise WeightsError("its pickle appends to what is no list.")
        self.stack[-1].extend(items)


def _boolean_or_int(m: _Machine) -> Any:
    line = m.line()
    return {"00": False, "01": True}[line] if line in ("00", "01") else int(line[:40])


def _put(key: Callable[[_Machine], int]) -> Callable[[_Machine], None]:
    return lambda m: m.memo.__setitem__(key(m), m.stack[-1])


def _get(key: Callable[[_Machine], int]) -> Callable[[_Machine], None]:
    return lambda m: m.push(m.memo[key(m)])


def _value(make: Callable[[_Machine], Any]) -> Callable[[_Machine], None]:
    return lambda m: m.push(make(m))


def _refuse(what: str) -> Callable[[_Machine], None]:
    def step(machine: _Machine) -> None:
        name = next((one for one in reversed(machine.stack) if isinstance(one, Name)), None)
        raise Refused(f"{what}{f' of {name}' if name else ''}")

    return step


def _instance(machine: _Machine) -> None:
    raise Refused(f"an object of {machine.line()}.{machine.line()}")


_STEPS: dict[bytes, Callable[[_Machine], None]] = {
    b"\x80": lambda m: _drop(m.number("B")),  # PROTO
    b"\x95": lambda m: _drop(m.number("Q")),  # FRAME
    b"(": lambda m: m.push(MARK),
    b"0": lambda m: _drop(m.pop(1)),
    b"1": lambda m: _drop(m.marked()),
    b"2": lambda m: m.push(m.stack[-1]),
    b"N": _value(lambda m: None),
    b"\x88": _value(lambda m: True),
    b"\x89": _value(lambda m: False),
    b"I": _value(_boolean_or_int),
    b"L": _value(lambda m: int(m.line().rstrip("L")[:40])),
    b"F": _value(lambda m: float(m.line())),
    b"J": _value(lambda m: m.number("i")),
    b"K": _value(lambda m: m.number("B")),
    b"M": _value(lambda m: m.number("H")),
    b"G": _value(lambda m: struct.unpack(">d", m._bytes(8))[0]),
    b"\x8a": _value(lambda m: m.long("B")),
    b"\x8b": _value(lambda m: m.long("i")),
    b"S": _value(lambda m: m.line().strip("'\"")),
    b"V": _value(lambda m: m.line()),
    b"T": _value(lambda m: m.text("i")),
    b"U": _value(lambda m: m.text("B")),
    b"X": _value(lambda m: m.text("I")),
    b"\x8c": _value(lambda m: m.text("B")),
    b"\x8d": _value(lambda m: m.text("Q")),
    b"B": _value(lambda m: m.raw("I")),
    b"C": _value(lambda m: m.raw("B")),
    b"\x8e": _value(lambda m: m.raw("Q")),
    b"\x96": _value(lambda m: m.raw("Q")),
    b")": _value(lambda m: ()),
    b"]": _value(lambda m: []),
    b"}": _value(lambda m: {}),
    b"\x8f": _value(lambda m: []),  # EMPTY_SET
    b"t": lambda m: m.push(tuple(m.marked())),
    b"l": lambda m: m.push(m.marked()),
    b"d": lambda m: _dict(m),
    b"\x85": lambda m: m.push(tuple(m.pop(1))),
    b"\x86": lambda m: m.push(tuple(m.pop(2))),
    b"\x87": lambda m: m.push(tuple(m.pop(3))),
    b"a": lambda m: m.append(m.pop(1)),
    b"e": lambda m: m.append(m.marked()),
    b"\x90": lambda m: m.append(m.marked()),  # ADDITEMS
    b"\x91": lambda m: m.push(m.marked()),  # FROZENSET
    b"s": lambda m: m.set_items(m.pop(2)),
    b"u": lambda m: m.set_items(m.marked()),
    b"p": _put(lambda m: int(m.line())),
    b"q": _put(lambda m: m.number("B")),
    b"r": _put(lambda m: m.number("I")),
    b"\x94": lambda m: m.memo.__setitem__(len(m.memo), m.stack[-1]),
    b"g": _get(lambda m: int(m.line())),
    b"h": _get(lambda m: m.number("B")),
    b"j": _get(lambda m: m.number("I")),
    b"c": lambda m: m.named(m.line(), m.line()),
    b"\x93": lambda m: m.named(*map(str, m.pop(2))),
    b"R": _Machine.call,
    b"b": _Machine.build,
    b"Q": lambda m: m.push(Stored(m.pop(1)[0])),
    b"P": _refuse("a persistent id in text"),
    b"i": _instance,
    b"o": _refuse("an object"),
    b"\x81": _refuse("a new object"),
    b"\x92": _refuse("a new object"),
    b"\x82": _refuse("a name by number"),
    b"\x83": _refuse("a name by number"),
    b"\x84": _refuse("a name by number"),
    b"\x97": _refuse("a buffer outside of it"),
    b"\x98": _refuse("a buffer outside of it"),
}


def _drop(_: Any) -> None:
    """Nothing is done with it."""


def _dict(machine: _Machine) -> None:
    items = machine.marked()
    machine.push({})
    machine.set_items(items)

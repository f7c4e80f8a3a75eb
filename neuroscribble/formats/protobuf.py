"""Protocol buffers on the wire: fields by number, read without trusting a single length.

https://protobuf.dev/programming-guides/encoding: a message is a row of fields, each a key (number
and wire type) and a value. What a number means, the reader of the message knows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..errors import WeightsError

MAX_FIELDS = 400_000  # of a message and all messages in it
MAX_INTEGERS = 2**22
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Value = int | memoryview


class Message(dict[int, list[Value]]):
    """Number → values, in order; fixed numbers are bytes. Raises WeightsError if it is none.

    within: the message that it is a part of; both share one budget of fields.
    """

    def __init__(self, content: bytes | memoryview, *, within: Message | None = None) -> None:
        super().__init__()
        self.left: list[int] = [MAX_FIELDS] if within is None else within.left
        for number, value in _fields(memoryview(content), self.left):  # slices are no copies
            self.setdefault(number, []).append(value)


def integer(message: Message, number: int, default: int = 0) -> int:
    """The last value of an integer field, with its sign."""
    value = message.get(number, [default])[-1]
    if not isinstance(value, int):
        raise WeightsError(f"field {number} of its protobuf must be an integer.")
    return value - 2**64 if value >= 2**63 else value


def integers(message: Message, number: int) -> list[int]:
    """All values of a repeated integer field, whether it is packed or not."""
    found: list[int] = []
    for value in message.get(number, []):
        if isinstance(value, int):
            found.append(value)
        else:
            at = 0
            while at < len(value) and len(found) <= MAX_INTEGERS:
                one, at = _varint(value, at)
                found.append(one)
        if len(found) > MAX_INTEGERS:
            raise WeightsError(f"its protobuf lists more than {MAX_INTEGERS:,} integers.")
    return [one - 2**64 if one >= 2**63 else one for one in found]


def raw(message: Message, number: int) -> bytes:
    """The last value of a field of bytes, or all numbers of a repeated field of fixed ones."""
    return b"".join(value for value in message.get(number, []) if isinstance(value, memoryview))


def last(message: Message, number: int) -> memoryview:
    """The last value of a field of bytes; none is empty."""
    values = [value for value in message.get(number, []) if isinstance(value, memoryview)]
    return values[-1] if values else memoryview(b"")


def text(message: Message, number: int) -> str:
    return bytes(last(message, number)).decode("utf-8", "replace")


def texts(message: Message, number: int) -> tuple[str, ...]:
    """All values of a repeated field of text."""
    values = message.get(number, [])
    return tuple(
        bytes(one).decode("utf-8", "replace") for one in values if isinstance(one, memoryview)
    )


def number32(message: Message, number: int, default: float) -> float:
    """The last value of a float field."""
    value = last(message, number)
    return struct.unpack("<f", value)[0] if len(value) == 4 else default


def messages(message: Message, number: int) -> list[Message]:
    """All messages of a repeated field."""
    values = message.get(number, [])
    return [Message(one, within=message) for one in values if isinstance(one, memoryview)]


def inner(outer: Message, number: int) -> Message:
    """The last message of a field; none is empty."""
    return Message(last(outer, number), within=outer)


def _fields(content: memoryview, left: list[int]) -> Iterator[tuple[int, Value]]:
    at = 0
    while at < len(content):
        left[0] -= 1
        if left[0] < 0:
            raise WeightsError(f"its protobuf has more than {MAX_FIELDS:,} fields.")
        key, at = _varint(content, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(content, at)
            yield number, value
            continue
        if wire == BYTES:
            length, at = _varint(content, at)
        elif wire in (FIXED64, FIXED32):
            length = 8 if wire == FIXED64 else 4
        else:
            raise WeightsError("it is no protobuf.")
        if number == 0 or length > len(content) - at:
            raise WeightsError("its protobuf claims more bytes than there are.")
        yield number, content[at : at + length]
        at += length


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            raise WeightsError("its protobuf ends in the middle of a number.")
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & (2**64 - 1), at
    raise WeightsError("its protobuf has a number that does not end.")

"""Files of the Unix program `compress` (.Z): LZW with codes of 9 to 16 bits (Welch 1984)."""

from __future__ import annotations

from ..errors import DataError

LZW_MAGIC = b"\x1f\x9d"
FIRST_BITS = 9
CLEAR = 256  # in block mode: forget everything learned


def decompress(content: bytes, *, max_bytes: int) -> bytes:
    """The bytes that `compress` packed. Raises DataError for anything else, or for too many.

    Codes are written in groups of eight of equal width; when the width grows, or all is
    forgotten, the rest of the group is padding.
    """
    if len(content) < 3 or content[:2] != LZW_MAGIC or not 9 <= content[2] & 31 <= 16:
        raise DataError("a .Z file must begin with 1f9d and a width of 9 to 16 bits.")
    max_bits, block_mode = content[2] & 31, bool(content[2] & 128)
    first_free = CLEAR + 1 if block_mode else CLEAR
    table = [bytes([i]) for i in range(256)] + [b""] * (first_free - 256)
    bits, position, group_start = FIRST_BITS, 24, 24  # positions in bits
    previous, n_out, out = b"", 0, []
    end = 8 * len(content)
    while position + bits <= end:
        first = position >> 3
        code = int.from_bytes(content[first : first + 4], "little") >> (position & 7)
        code &= (1 << bits) - 1
        position += bits
        if block_mode and code == CLEAR:
            del table[first_free:]
            position = _group_end(position, group_start, bits)
            bits, group_start, previous = FIRST_BITS, position, b""
            continue
        if code < len(table):
            entry = table[code]
        elif code == len(table) and previous:
            entry = previous + previous[:1]
        else:
            raise DataError("the .Z file is damaged: it uses a code before defining it.")
        out.append(entry)
        n_out += len(entry)
        if n_out > max_bytes:
            raise DataError(f"the .Z file unpacks to more than {max_bytes:,} bytes.")
        if previous and len(table) < 1 << max_bits:
            table.append(previous + entry[:1])
            if len(table) == 1 << bits and bits < max_bits:
                position = _group_end(position, group_start, bits)
                bits, group_start = bits + 1, position
        previous = entry
    return b"".join(out)


def _group_end(position: int, group_start: int, bits: int) -> int:
    """The bit behind the group of eight codes in which `position` lies or ends."""
    group = 8 * bits
    return group_start + -(-(position - group_start) // group) * group

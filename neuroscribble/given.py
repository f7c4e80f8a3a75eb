"""Text that somebody names is read to its end, but never more of it than memory is meant for."""

from __future__ import annotations

from pathlib import Path

from .errors import NeuroscribbleError


def given_text(path: Path, *, at_most: int, what: str, error: type[NeuroscribbleError]) -> str:
    """The UTF-8 text in a file, without a byte order mark.

    at_most: bytes. That many and one more are read, whatever size the file claims: a device has
        size 0 and no end.
    what: the kind of file that is expected, as a sentence names it: "a lesson in Markdown".

    Raises `error`, in one sentence, when there is no such file, or it is larger or no text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(at_most + 1)
    except FileNotFoundError:
        raise error(f"{path}: there is no such file; expected {what}.") from None
    except (OSError, ValueError) as problem:  # ValueError: a zero byte in the name
        reason = getattr(problem, "strerror", None) or problem
        raise error(f"{path}: it cannot be read ({reason}); expected {what}.") from problem
    if len(content) > at_most:
        raise error(f"{path}: expected {what}, of at most {at_most:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise error(f"{path}: expected {what}, as text in UTF-8 ({problem.reason}).") from problem

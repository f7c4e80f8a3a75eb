"""The command line from inside a test: real exit codes, and what was written where."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest.mock import patch

import pytest

from neuroscribble.__main__ import main


class Result(NamedTuple):
    code: int
    out: str
    err: str


def run(*arguments: object) -> Result:
    """`neuroscribble ARGUMENTS…` in this process; every warning is an error, as in all tests."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["neuroscribble", *map(str, arguments)]
    with (
        patch.object(sys, "argv", argv),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert isinstance(ended.value.code, int)
    return Result(ended.value.code, out.getvalue(), err.getvalue())


def succeed(*arguments: object) -> str:
    """What the command printed; fails unless it ended well and quietly."""
    result = run(*arguments)
    assert (result.code, result.err) == (0, "")
    return result.out


def refuse(*arguments: object) -> str:
    """The one line of the refusal; fails unless it was refused properly."""
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err

"""Contenders live in processes of their own and take turns: a busy machine slows all of them alike.

The benchmark keeps them in `Turns` and asks; a contender's program calls `serve` and answers, one
line of JSON each way, and sleeps in between. Ours runs in this environment, peers in bench/.venv
(`make peers`) where that was made. A peer that is not there, or fails, is reported and left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
HOW_TO = "make peers installs what bench/requirements.txt lists into bench/.venv"
ENDED = "its process ended"
ABSENT = ("ModuleNotFoundError", "ImportError", "CxxCompiler", "not at hand")  # in its words


def say(text: str) -> None:
    print(text, flush=True)


def peers_python() -> str:
    """The Python that has the peers: bench/.venv if it was made, else this one."""
    folder = "Scripts" if os.name == "nt" else "bin"
    named = os.environ.get("NEUROSCRIBBLE_PEERS")
    made = HERE / ".venv" / folder / ("python.exe" if os.name == "nt" else "python")
    return named or (str(made) if made.exists() else sys.executable)


def is_missing(reason: str) -> bool:
    """Whether a contender was left out because something is not installed, rather than broken."""
    return any(word in reason for word in ABSENT)


def spread(values: Sequence[float], *, decimals: int = 3) -> str:
    """The least of some turns' values, the one in the middle, and the most."""
    return ", ".join(f"{one:.{decimals}f}" for one in (min(values), median(values), max(values)))


def run_alone(main: Callable[[], None]) -> None:
    """A benchmark as a program: what a person can cause ends as in the command line, with 2."""
    from neuroscribble.errors import NeuroscribbleError

    try:
        main()
    except NeuroscribbleError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)


class Process:
    """A running contender: `ask` sends one command and waits for its answer."""

    def __init__(
        self,
        title: str,
        program: Sequence[str | Path],
        *,
        is_peer: bool,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        from neuroscribble.machine import prefer_wide_kernels

        self.title, self.is_peer = title, is_peer
        own = {**os.environ, **(environment or {})}
        if not is_peer:  # as the command line starts itself
            prefer_wide_kernels(own)
        paths = [str(HERE.parent), own.get("PYTHONPATH")]
        own["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        self._process = subprocess.Popen(
            [peers_python() if is_peer else sys.executable, *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=own,
        )

    def ask(self, do: str, **settings: Any) -> Any:
        """The answer; raises RuntimeError with the contender's own words."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **settings}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError(ENDED) from None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(ENDED)
        reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["value"]

    def close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Turns:
    """All contenders that could start; `left_out` names the others, with their reasons."""

    def __init__(self) -> None:
        self.processes: dict[str, Process] = {}
        self.left_out: dict[str, str] = {}
        self.facts: dict[str, Any] = {}  # by title, what each said when it was set up

    def __enter__(self) -> Turns:
        return self

    def __exit__(self, *error: object) -> None:
        for process in self.processes.values():
            process.close()

    def start(self, process: Process, **settings: Any) -> None:
        """Set a contender up; raises RuntimeError when ours fails."""
        self.processes[process.title] = process
        for said in self.ask_each(1, "setup", [process.title], **settings)[process.title]:
            self.facts[process.title] = said

    def ask_each(
        self, rounds: int, do: str, titles: Iterable[str] | None = None, **settings: Any
    ) -> dict[str, list[Any]]:
        """The answers of all, or of those named, asked in turns: title → one for each round.

        Raises RuntimeError when ours fails.
        """
        asked = list(self.processes) if titles is None else list(titles)
        answers: dict[str, list[Any]] = {title: [] for title in asked}
        for _ in range(rounds):
            for title in [title for title in asked if title in self.processes]:
                said = self.ask(title, do, **settings)
                if title in self.processes:
                    answers[title].append(said)
        return answers

    def ask(self, title: str, do: str, **settings: Any) -> Any:
        """One answer; None from a peer that fails, which is told and left out from now on."""
        process = self.processes[title]
        try:
            return process.ask(do, **settings)
        except RuntimeError as error:
            if not process.is_peer:
                raise RuntimeError(f"{title}: {error}") from None
            self.left_out[title] = str(error)
            say(f"Left out: {title}: {error}." + (f" ({HOW_TO})" if is_missing(str(error)) else ""))
            self.processes.pop(title).close()
            return None


def serve(answer: Callable[[dict[str, Any]], Any]) -> None:
    """The contender's side: answer commands until stdin ends; an error is an answer as well."""
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    for line in sys.stdin:
        try:
            reply: dict[str, Any] = {"value": answer(json.loads(line))}
        except Exception as error:  # any library may raise anything: the benchmark says so
            lines = str(error).strip().splitlines() or [""]
            reply = {"error": f"{type(error).__name__}: {lines[0][:200]}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


def peak_megabytes() -> float | None:
    """The largest resident memory of this process so far; None where the system does not say.

    Not ru_maxrss: Linux counts in it what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024

"""One thread while learning, as many as before afterwards; wide registers only where they are."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from neuroscribble import machine
from neuroscribble.machine import WIDE, numpy_on_one_thread, one_thread, prefer_wide_kernels


def blas_threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_products_use_one_thread_inside_and_as_many_as_before_outside() -> None:
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        with one_thread():
            assert set(blas_threads()) <= {1}
            with one_thread():
                assert set(blas_threads()) <= {1}
            assert set(blas_threads()) <= {1}
        assert blas_threads() == before


def test_a_short_block_does_the_same_to_numpy_and_nothing_inside_another() -> None:
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        for _ in range(2):  # the second time it knows the library
            with numpy_on_one_thread():
                assert 1 in blas_threads()
            assert blas_threads() == before
        with one_thread():
            with numpy_on_one_thread():
                assert set(blas_threads()) <= {1}
            assert set(blas_threads()) <= {1}
        assert blas_threads() == before


def test_blocks_that_overlap_in_two_threads_leave_the_number_as_it_was() -> None:
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        entered, leave = threading.Event(), threading.Event()

        def other() -> None:
            with one_thread():
                entered.set()
                leave.wait(10)

        thread = threading.Thread(target=other)
        with one_thread():
            thread.start()
            assert entered.wait(10)
            assert set(blas_threads()) <= {1}
        leave.set()  # the other one ends last
        thread.join()
        assert blas_threads() == before


def test_an_error_inside_restores_the_number_too() -> None:
    before = blas_threads()
    with pytest.raises(RuntimeError, match="inside"), one_thread():
        raise RuntimeError("inside")
    assert blas_threads() == before


@pytest.fixture
def cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(machine, "CPU_FLAGS", tmp_path / "cpuinfo")
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path / "cpuinfo"


def test_wide_kernels_are_named_where_the_processor_has_wide_registers(cpu: Path) -> None:
    cpu.write_text("processor : 0\nflags : fpu avx2 " + " ".join(sorted(WIDE)) + "\n")
    environment: dict[str, str] = {}
    prefer_wide_kernels(environment)
    assert environment == {"OPENBLAS_CORETYPE": "SkylakeX"}


@pytest.mark.parametrize("missing", sorted(WIDE))
def test_one_missing_instruction_set_leaves_the_choice_to_the_library(
    cpu: Path, missing: str
) -> None:
    cpu.write_text("flags : fpu avx2 " + " ".join(WIDE - {missing}) + "\n")
    environment: dict[str, str] = {}
    prefer_wide_kernels(environment)
    assert environment == {}


def test_what_a_person_chose_stays(cpu: Path) -> None:
    cpu.write_text("flags : " + " ".join(WIDE) + "\n")
    environment = {"OPENBLAS_CORETYPE": "Haswell"}
    prefer_wide_kernels(environment)
    assert environment == {"OPENBLAS_CORETYPE": "Haswell"}


def test_other_systems_and_unknown_processors_are_left_alone(
    cpu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment: dict[str, str] = {}
    prefer_wide_kernels(environment)  # there is no such file
    cpu.write_text("flags : " + " ".join(WIDE) + "\n")
    monkeypatch.setattr("sys.platform", "darwin")
    prefer_wide_kernels(environment)
    assert environment == {}


class FakeLibrary:
    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []

    def mallopt(self, name: int, value: int) -> int:
        self.calls.append((name, value))
        return 1

    def malloc_trim(self, pad: int) -> int:
        self.calls.append((pad,))
        return 1


def test_memory_is_kept_inside_the_block_and_given_back_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = FakeLibrary()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: library)
    with machine.keeping_memory():
        assert library.calls == [(-3, 2**25), (-1, 2**30)]
    assert library.calls[2:] == [(-1, 2**17), (0,)]


def test_without_glibc_memory_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: object())
    with machine.keeping_memory():
        pass
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: pytest.fail("there is none"))
    with machine.keeping_memory():
        pass

"""What `import neuroscribble` offers is what `__all__` says, in order."""

from __future__ import annotations

from types import ModuleType

import neuroscribble as ns


def test_all_is_sorted_and_complete() -> None:
    public = {
        name
        for name in dir(ns)  # not vars(): a name is imported when it is first used
        if not name.startswith("_") and not isinstance(getattr(ns, name), ModuleType)
    }
    assert ns.__all__ == sorted(public)


def test_every_error_that_a_person_can_cause_is_exported() -> None:
    from neuroscribble import errors

    for name, value in vars(errors).items():
        if isinstance(value, type):
            assert issubclass(value, ns.NeuroscribbleError)
            assert getattr(ns, name) is value


def test_everything_public_says_what_it_is() -> None:
    assert [name for name in ns.__all__ if not getattr(ns, name).__doc__] == []

"""The files around the code: they parse, agree with each other, and name only what is there."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib  # Python 3.10; pytest brings it there

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PROJECT = tomllib.loads(text("pyproject.toml"))["project"]
PYTHONS = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if ":: Python :: 3." in line]
TARGETS = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
PINS = [Requirement(line) for line in text("constraints.txt").splitlines() if line[:1] != "#"]


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow: Any) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_there_are_workflows_and_forms() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]
    assert len(FORMS) >= 2


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_one(path: Path) -> None:
    workflow = parsed(path)
    assert workflow[True]  # YAML's word for "on"
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 60
        assert {job.get("needs", name)} <= set(workflow["jobs"])
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            assert re.fullmatch(r"[\w-]+/[\w-]+@[\w/.]+", step.get("uses", "an/action@v1"))


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    named = re.findall(r"(?:^ +|run: |`)make ([a-z]+)", path.read_text(encoding="utf-8"), re.M)
    assert named
    assert set(named) <= TARGETS


def test_every_change_is_checked_on_every_system_with_the_oldest_and_the_newest_python() -> None:
    jobs = parsed(GITHUB / "workflows" / "ci.yml")["jobs"]
    matrix = jobs["check"]["strategy"]["matrix"]
    assert [name.partition("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert matrix["python"] == [PYTHONS[0], PYTHONS[-1]]
    commands = [step["run"] for step in jobs["check"]["steps"] if "run" in step]
    assert commands[:2] == ["make check", "make network"]
    assert "tests/window" in commands[2]


def test_what_is_published_was_tested_and_needs_no_password() -> None:
    workflow = parsed(GITHUB / "workflows" / "release.yml")
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    build, wheel, publish = workflow["jobs"].values()
    assert wheel["strategy"]["matrix"]["python"] == [PYTHONS[0], PYTHONS[-1]]
    assert (wheel["needs"], publish["needs"]) == ("build", "wheel")
    assert publish["permissions"] == {"id-token": "write"}
    assert "secrets." not in text(".github/workflows/release.yml")
    assert any("make test" in step.get("run", "") for step in build["steps"])


def test_every_python_in_a_workflow_is_one_that_the_project_claims() -> None:
    for path in WORKFLOWS:
        for step in steps(parsed(path)):
            wanted = step.get("with", {}).get("python-version", "${{ matrix.python }}")
            assert wanted in ("${{ matrix.python }}", PYTHONS[-1])


def test_the_pythons_are_a_row_from_the_oldest_required() -> None:
    minors = [int(version.removeprefix("3.")) for version in PYTHONS]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    assert f"needs Python {PYTHONS[0]} or newer" in text("Makefile")
    readme = " ".join(text("README.md").split())
    assert f"You need Python {PYTHONS[0]} or newer (tried up to {PYTHONS[-1]})" in readme


def test_every_python_has_one_exact_pin_of_each_package() -> None:
    for version in PYTHONS:
        environment = {"python_version": version}
        pins = [pin for pin in PINS if pin.marker is None or pin.marker.evaluate(environment)]
        names = [normal(pin.name) for pin in pins]
        assert sorted(set(names)) == sorted(names) == sorted({normal(pin.name) for pin in PINS})
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in PINS)


def test_every_package_of_this_environment_is_pinned() -> None:
    pinned = {normal(pin.name) for pin in PINS}
    assert needed("neuroscribble", {"dev"}) - {"neuroscribble"} <= pinned


def needed(name: str, extras: set[str]) -> set[str]:
    """The names of a distribution and of all that it needs, and they, on this Python."""
    known, waiting = set(), [(normal(name), frozenset(extras))]
    while waiting:
        known.add(first := waiting.pop())
        for line in metadata.requires(first[0]) or []:
            one = Requirement(line)
            next_one = (normal(one.name), frozenset(one.extras))
            holds = one.marker is None or any(
                one.marker.evaluate({"extra": extra}) for extra in {"", *first[1]}
            )
            if holds and next_one not in known:
                waiting.append(next_one)
    return {name for name, _ in known}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_the_project_asks_for_allows_what_is_pinned() -> None:
    extras = PROJECT["optional-dependencies"].values()
    for line in [*PROJECT["dependencies"], *(line for lines in extras for line in lines)]:
        asked = Requirement(line)
        pins = [pin for pin in PINS if normal(pin.name) == normal(asked.name)]
        assert pins or asked.name == "neuroscribble"
        for pin in pins:
            (exact,) = pin.specifier
            assert exact.version in asked.specifier


def test_changelog_and_citation_tell_the_version() -> None:
    released = re.findall(r"^## \[(.+)\] - (\d{4}-\d\d-\d\d)$", text("CHANGELOG.md"), re.M)
    assert released[0][0] == PROJECT["version"]
    assert [date for _, date in released] == sorted((date for _, date in released), reverse=True)
    citation = parsed(ROOT / "CITATION.cff")
    assert citation["version"] == PROJECT["version"]
    assert citation["date-released"] == released[0][1]
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["authors"][0]["name"] in text("LICENSE")


def test_the_changelog_has_the_headings_of_its_form() -> None:
    headings = set(re.findall(r"^### (.+)$", text("CHANGELOG.md"), re.M))
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_an_issue_form_asks_and_says_what_it_must_know(path: Path) -> None:
    form = parsed(path)
    assert form["name"]
    assert form["description"]
    ids = [question["id"] for question in form["body"]]
    assert len(set(ids)) == len(ids)
    for question in form["body"]:
        assert question["type"] in ("input", "textarea", "dropdown")
        assert question["attributes"]["label"].endswith("?") or question["id"] == "ink"
    assert any(question.get("validations", {}).get("required") for question in form["body"])


def test_a_report_of_something_wrong_asks_for_command_machine_and_network() -> None:
    form = parsed(GITHUB / "ISSUE_TEMPLATE" / "something-is-wrong.yml")
    assert {"happened", "expected", "machine", "network"} <= {one["id"] for one in form["body"]}


def test_every_file_that_contributing_names_is_there() -> None:
    path = r"(?:neuroscribble|viz|tests|nn)/[\w/.]*|\w+\.\w+"
    names = re.findall(rf"[`(]({path})[`)]", text("CONTRIBUTING.md"))
    homes = (ROOT, ROOT / "neuroscribble", GITHUB / "workflows", ROOT / "viz" / "page" / "web")
    assert len(names) > 10
    for name in names:
        assert any((home / name).exists() for home in homes), name

"""The house: one table of packages, few libraries in few places, nothing loaded before its time."""

from __future__ import annotations

import ast
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from viz.page.bundle import WRITTEN, modules_of

ROOT = Path(__file__).parent.parent
WEB = ROOT / "viz" / "page" / "web"

# Package → packages that it may import. Each imports only such as stand above it, and
# `neuroscribble` never imports `viz`. What stands at the root of `neuroscribble` serves everyone.
HOUSE: dict[str, set[str]] = {
    "neuroscribble": set(),
    "neuroscribble.ink": set(),
    "neuroscribble.data.forms": set(),
    "neuroscribble.data": {"ink", "data.forms"},
    "neuroscribble.nn": set(),
    "neuroscribble.formats": {"nn"},
    "neuroscribble.training": {"ink", "data", "nn"},
    "neuroscribble.explain": {"data", "nn", "training"},
    "neuroscribble.teaching": {"ink", "data", "nn", "training"},
    "neuroscribble.sweeps": {"data", "nn", "formats", "training", "explain", "teaching"},
    "neuroscribble.commands": {
        *("ink", "data.forms", "data", "nn", "formats", "training", "explain", "teaching"),
        "sweeps",
    },
    "viz": set(),
    "viz.diagram": {"ink", "data", "nn", "training", "explain"},
    "viz.figures": {"ink", "data", "nn", "training", "explain", "teaching", "sweeps", "diagram"},
    "viz.page": {"data", "nn", "explain", "teaching", "diagram"},
    "viz.window": {"ink", "data", "nn", "formats", "training", "explain", "teaching", "diagram"},
}
# The exceptions, each with its reason.
UPWARD = {
    ("neuroscribble.commands.pictures", "viz"): "the commands bring network and pictures together",
    ("neuroscribble.__main__", "commands"): "it is the command line's front door",
}

# The same for the page's modules: folder → folders that it may import; "" are the pages' entries.
WEB_HOUSE: dict[str, set[str]] = {
    "language": set(),
    "model": {"language"},
    "formats": {"language", "model"},
    "picture": {"language", "model"},
    "panels": {"language", "model", "formats", "picture"},
    "": {"language", "model", "formats", "picture", "panels"},
}
ENTRIES = ("main", "maps", "museum", "two", "trained", "taught", "learning-worker")

# Which modules may import which library; NumPy and the standard library serve everywhere.
LIBRARIES = {
    "scipy": {
        "neuroscribble.explain.agreement",
        "viz.diagram.order",
        "neuroscribble.explain.matching",
        "neuroscribble.ink.grid",
        "neuroscribble.ink.parts",
        "neuroscribble.ink.pictures",
        "neuroscribble.nn.kernels",
        "neuroscribble.training.augment",
        "neuroscribble.training.calibration",
        "neuroscribble.training.novelty",
    },
    "PIL": {
        "neuroscribble.data.forms.picture",
        "neuroscribble.ink.pictures",
        "viz.figures.film",
        "viz.figures.film_files",
        "viz.figures.film_picture",
        "viz.page.maps_page",
    },
    "markdown_it": {
        "neuroscribble.teaching.lesson_file",
        "neuroscribble.teaching.lesson_parts",
        "neuroscribble.teaching.markdown_tree",
    },
    "array_api_compat": {"neuroscribble.arrays"},
    "torch": {"neuroscribble.nn.kernels"},
    "cupyx": {"neuroscribble.nn.kernels"},
    "imageio_ffmpeg": {"viz.figures.film_files"},
    "pyarrow": {"neuroscribble.data.forms.parquet"},
    "sklearn": {"neuroscribble.explain.embedding"},
    "h5py": {"neuroscribble.formats.hdf5"},
    "onnxruntime": {"neuroscribble.formats.prove"},
    "tensorboardX": {"neuroscribble.training.events"},
    "dask": {"neuroscribble.sweeps.engine"},
    "distributed": {"neuroscribble.sweeps.engine"},
    "tomli": {"neuroscribble.sweeps.spec"},
    "tomllib": {"neuroscribble.sweeps.spec"},  # Python 3.10 does not know it
    "threadpoolctl": {"neuroscribble.machine"},
    "platformdirs": {
        "neuroscribble.data.mnist",
        "neuroscribble.data.pendigits",
        "neuroscribble.data.sources",
    },
    "requests": {"neuroscribble.data.download", "neuroscribble.data.pendigits"},
    "urllib3": {"neuroscribble.data.download", "neuroscribble.data.pendigits"},
    "tqdm": {"neuroscribble.data.download", "neuroscribble.commands.console"},
    "click": {"neuroscribble.commands", "neuroscribble.__main__"},
    "networkx": {"viz.diagram.graph", "viz.diagram.graph_files", "viz.page.page"},
    "pyvis": {"viz.page.page"},
    "jinja2": {"viz.page.small_page"},
    "pygame": {"viz.window.app"},
    "matplotlib": {"viz.figures"},
}
LATE = [
    *("sklearn", "matplotlib", "pygame", "networkx", "pyvis", "scipy", "PIL", "requests", "tqdm"),
    *("pyarrow", "onnxruntime", "tensorboardX", "markdown_it"),
    *("array_api_compat", "torch", "cupy"),
    *("dask", "distributed"),
]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {
    module_name(path): path
    for package in ("neuroscribble", "viz")
    for path in sorted((ROOT / package).rglob("*.py"))
}
INITS = [name for name, path in PATHS.items() if path.name == "__init__.py"]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(PATHS[name].read_text(encoding="utf-8"))


def package_of(name: str) -> str:
    return name if name in INITS else name.rpartition(".")[0]


def imports(name: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Full names of what `nodes` of module `name` import; our own as modules."""
    above = package_of(name).split(".")
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = above[: len(above) - node.level + 1] if node.level else []
            source = ".".join([*start, *filter(None, [node.module])])
            for alias in node.names:
                member = f"{source}.{alias.name}"
                yield member if member in PATHS else source


@cache
def all_imports(name: str) -> set[str]:
    return set(imports(name, ast.walk(tree(name))))


def own_imports(name: str) -> set[str]:
    return {other for other in all_imports(name) if other.split(".")[0] in ("neuroscribble", "viz")}


def room(package: str) -> str:
    """ "neuroscribble.nn" → "nn": rooms have names of their own."""
    return package.partition(".")[2] or package


def test_every_package_is_in_the_table_below_those_it_imports() -> None:
    assert sorted(HOUSE) == sorted(INITS)
    rooms = [room(package) for package in HOUSE]
    for number, allowed in enumerate(HOUSE.values()):
        assert allowed <= set(rooms[:number])


def test_a_module_imports_only_from_packages_that_its_own_may_import() -> None:
    wrong = [(name, other) for name in PATHS if name not in INITS for other in strangers(name)]
    assert not wrong


def strangers(name: str) -> Iterator[str]:
    """What module `name` imports and may not."""
    home = package_of(name)
    allowed = {room(home), *HOUSE[home]} | {to for module, to in UPWARD if module == name}
    for other in own_imports(name):
        is_of_the_root = package_of(other) == "neuroscribble" and other not in HOUSE
        if room(package_of(other)) not in allowed and not is_of_the_root:
            yield other


def test_no_import_goes_in_a_circle() -> None:
    assert not circle({name: own_imports(name) - {name} for name in PATHS if name not in INITS})


def circle(needs: Mapping[str, set[str]]) -> set[str]:
    """What is left when everything whose imports are all done is taken away, again and again."""
    left = set(needs)
    while done := {name for name in left if not needs[name] & left}:
        left -= done
    return left


def test_every_exception_is_still_one() -> None:
    for module, to in UPWARD:
        assert to in {room(package_of(other)) for other in own_imports(module)}
        assert to not in HOUSE[package_of(module)]


@pytest.mark.parametrize("name", INITS)
def test_an_init_does_no_work(name: str) -> None:
    """A docstring; of a public package also the table of its names and where they are found."""
    for statement in tree(name).body:
        is_table = isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in (
            "__all__",
            "_HOMES",
        )
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_look_up = isinstance(statement, ast.FunctionDef) and statement.name in (
            "__getattr__",
            "__dir__",
        )
        is_for_types = ast.unparse(statement).startswith("if typing.TYPE_CHECKING:")
        is_import = ast.unparse(statement) in ("import importlib", "import typing")
        assert is_table or is_docstring or is_look_up or is_for_types or is_import


def test_libraries_stay_where_they_belong() -> None:
    everywhere = {*sys.stdlib_module_names, "neuroscribble", "viz", "numpy"}
    used = {(name, target.split(".")[0]) for name in PATHS for target in all_imports(name)}
    wrong = [
        (name, library)
        for name, library in sorted(used)
        if library not in everywhere
        and not {name, package_of(name)} & LIBRARIES.get(library, set())
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("code", "late"),
    [
        ("import neuroscribble", LATE),
        ("import viz", LATE),
        ("import viz.page.page", ["matplotlib", "pygame", "scipy", "PIL", "requests"]),
        ("import viz.figures.heatmaps", ["pygame", "networkx", "pyvis", "requests"]),
        ("import viz.window.controller", ["pygame", "matplotlib", "networkx", "pyvis"]),
        ("import viz.window.launch", ["pygame", "matplotlib", "networkx", "pyvis"]),
        (
            "import sys; sys.argv = ['neuroscribble', '--help']\n"
            "from neuroscribble.__main__ import main\n"
            "try: main()\nexcept SystemExit: pass",
            LATE,
        ),
    ],
    ids=lambda value: value.split("\n")[0] if isinstance(value, str) else "",
)
def test_nothing_heavy_is_loaded_before_its_time(code: str, late: list[str]) -> None:
    code += f"\nimport sys; sys.exit(','.join(set({late}) & set(sys.modules)) or 0)"
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")


def calls(name: str) -> Iterator[str]:
    return (ast.unparse(node.func) for node in ast.walk(tree(name)) if isinstance(node, ast.Call))


def test_chance_is_seeded_and_nothing_is_printed() -> None:
    wrong = []
    for name in PATHS:
        speaks = {name, package_of(name)} & {"neuroscribble.commands", "neuroscribble.__main__"}
        for call in calls(name):
            prints = call == "print"  # click.echo, and only in the command line
            shared = re.search(
                r"\brandom\.(?!default_rng|Generator)", call.replace("rng.random", "")
            )
            if prints or shared or ("click" in call and not speaks):
                wrong.append((name, call))
    assert not wrong


def test_every_module_opens_with_a_docstring() -> None:
    tests = sorted(Path(__file__).parent.rglob("*.py"))
    silent = [name for name in PATHS if not ast.get_docstring(tree(name))]
    silent += [path.name for path in tests if not path.read_text("utf-8").startswith('"""')]
    assert not silent


def test_every_test_module_has_a_name_of_its_own() -> None:
    """pytest imports them by it."""
    names = [path.name for path in Path(__file__).parent.rglob("*.py")]
    assert sorted(names) == sorted(set(names))


JAVASCRIPT = [
    path.relative_to(WEB).with_suffix("").as_posix() for path in sorted(WEB.rglob("*.js"))
]


def test_every_javascript_module_belongs_to_a_page() -> None:
    bundled = {name for entry in ENTRIES for name in modules_of(entry)}
    assert sorted(bundled - WRITTEN.keys()) == sorted(JAVASCRIPT)


def test_every_javascript_module_has_a_name_of_its_own() -> None:
    """Tests call them by it."""
    names = [name.rpartition("/")[2] for name in JAVASCRIPT]
    assert sorted(names) == sorted(set(names))


def test_a_javascript_module_imports_only_from_folders_that_its_own_may_import() -> None:
    wrong = []
    for name, source in sources().items():
        folder = name.rpartition("/")[0]
        for target in re.findall(r"""^import [^"']*["']([^"']+)["']""", source, re.M):
            other = posixpath.dirname(posixpath.normpath(posixpath.join(folder, target)))
            if other not in {folder, *WEB_HOUSE[folder]} or not target.endswith(".js"):
                wrong.append((name, target))
    assert not wrong


def test_what_is_heard_of_the_whole_page_ends_with_the_network_shown() -> None:
    """Another network may take its place: then nobody of the one before must still answer."""
    heard = r"\b(?:document|window|dark|root)\.addEventListener\((.*?)\);\n"
    endless = [
        (name, listener)
        for name, source in sources().items()
        if name not in ("maps", "museum")
        for listener in re.findall(heard, source, re.S)
        if "{ signal }" not in listener and "signal, " not in listener
    ]
    assert not endless


def sources() -> dict[str, str]:
    return {name: (WEB / f"{name}.js").read_text(encoding="utf-8") for name in JAVASCRIPT}

"""The house: one order of modules, few libraries in few places, nothing loaded before its time."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from viz.maps_page import MODULES as MAPS_MODULES
from viz.page import MODULES

ROOT = Path(__file__).parent.parent
WEB = ROOT / "viz" / "web"

COMMANDS = (
    "neuroscribble.commands",
    "neuroscribble.commands.options",
    "neuroscribble.commands.learn",
    "neuroscribble.commands.ask",
    "neuroscribble.commands.show",
    "neuroscribble.commands.bench",
)

# A module imports only what stands above it. So there is no cycle, and viz imports
# neuroscribble, never the reverse. A new module finds its place here first.
ORDER = [
    "neuroscribble.errors",
    "neuroscribble.shapes",
    "neuroscribble.files",
    "neuroscribble.machine",
    "neuroscribble.ink",
    "neuroscribble.strokes",
    "neuroscribble.drawing",
    "neuroscribble.data",
    "neuroscribble.data.pen_shapes_world",
    "neuroscribble.data.pen_shapes",
    "neuroscribble.data.pen",
    "neuroscribble.data.scribbles",
    "neuroscribble.data.batches",
    "neuroscribble.data.download",
    "neuroscribble.data.mnist",
    "neuroscribble.data.lzw",
    "neuroscribble.data.pendigits",
    "neuroscribble.data.sources",
    "neuroscribble.corrections",
    "neuroscribble.data.mixture",
    "neuroscribble.augment",
    "neuroscribble.layers",
    "neuroscribble.parallel",
    "neuroscribble.rows",
    "neuroscribble.conv",
    "neuroscribble.pooling",
    "neuroscribble.regularize",
    "neuroscribble.kinds",
    "neuroscribble.losses",
    "neuroscribble.summary",
    "neuroscribble.optimizers",
    "neuroscribble.parameters",
    "neuroscribble.network",
    "neuroscribble.architectures",
    "neuroscribble.links",
    "neuroscribble.gradcheck",
    "neuroscribble.metrics",
    "neuroscribble.balance",
    "neuroscribble.calibration",
    "neuroscribble.novelty",
    "neuroscribble.attribution",
    "neuroscribble.embedding",
    "neuroscribble.separation",
    "neuroscribble.maps",
    "neuroscribble.matching",
    "neuroscribble.training",
    "neuroscribble.recipes",
    "neuroscribble.lessons",
    "neuroscribble.teaching",
    "neuroscribble.weights",
    "neuroscribble.storage",
    "neuroscribble.pictures",
    "neuroscribble.runs",
    "neuroscribble",
    "neuroscribble.console",
    "viz",
    "viz.theme",
    "viz.graph",
    "viz.layout",
    "viz.payload",
    "viz.bundle",
    "viz.page",
    "viz.figures",
    "viz.distributions",
    "viz.kernels",
    "viz.heatmaps",
    "viz.pairs",
    "viz.comparison",
    "viz.curves",
    "viz.contact_sheet",
    "viz.misread_sheet",
    "viz.centers",
    "viz.maps",
    "viz.gallery",
    "viz.maps_page",
    "viz.window",
    "viz.window.canvas",
    "viz.window.layout",
    "viz.window.reading",
    "viz.window.terms",
    "viz.window.scene",
    "viz.window.panels",
    "viz.window.tiles",
    "viz.window.cards",
    "viz.window.maps",
    "viz.window.help",
    "viz.window.school",
    "viz.window.actions",
    "viz.window.view",
    "viz.window.controller",
    "viz.window.app",
    *COMMANDS,
    "neuroscribble.__main__",
]

# Which modules may import which library; NumPy and the standard library serve everywhere.
LIBRARIES = {
    "scipy": {
        "neuroscribble.matching",
        "neuroscribble.pictures",
        "neuroscribble.augment",
        "neuroscribble.calibration",
        "neuroscribble.novelty",
    },
    "PIL": {"neuroscribble.pictures", "viz.maps_page"},
    "sklearn": {"neuroscribble.embedding"},
    "threadpoolctl": {"neuroscribble.machine"},
    "platformdirs": {
        "neuroscribble.data.mnist",
        "neuroscribble.data.pendigits",
        "neuroscribble.data.sources",
    },
    "requests": {"neuroscribble.data.download", "neuroscribble.data.pendigits"},
    "urllib3": {"neuroscribble.data.download", "neuroscribble.data.pendigits"},
    "tqdm": {"neuroscribble.data.download", "neuroscribble.console"},
    "click": {*COMMANDS, "neuroscribble.__main__"},
    "networkx": {"viz.graph", "viz.page"},
    "pyvis": {"viz.page"},
    "jinja2": {"viz.maps_page"},
    "pygame": {"viz.window.app"},
    "matplotlib": {
        "viz.figures",
        "viz.distributions",
        "viz.kernels",
        "viz.heatmaps",
        "viz.pairs",
        "viz.comparison",
        "viz.curves",
        "viz.contact_sheet",
        "viz.misread_sheet",
        "viz.maps",
        "viz.gallery",
    },
}
LATE = ["sklearn", "matplotlib", "pygame", "networkx", "pyvis", "scipy", "PIL", "requests", "tqdm"]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {
    module_name(path): path
    for package in ("neuroscribble", "viz")
    for path in (ROOT / package).rglob("*.py")
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in PATHS.items()}


def imports(name: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Full names of what `nodes` of module `name` import; our own as modules."""
    package = name if PATHS[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            for alias in node.names:
                member = f"{source}.{alias.name}"
                yield member if member in PATHS else source


def all_imports(name: str) -> set[str]:
    return set(imports(name, ast.walk(TREES[name])))


def test_every_module_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(PATHS)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_what_stands_above_it(name: str) -> None:
    own = {
        target for target in all_imports(name) if target.split(".")[0] in ("neuroscribble", "viz")
    }
    assert own <= set(ORDER[: ORDER.index(name)])


def test_viz_is_imported_when_a_command_runs_and_not_before() -> None:
    for name in ("neuroscribble.__main__", *COMMANDS):
        top_level = imports(name, iter(TREES[name].body))
        assert not any(target.startswith("viz") for target in top_level)
    assert any(target.startswith("viz") for target in all_imports("neuroscribble.commands.show"))


@pytest.mark.parametrize("name", ORDER)
def test_libraries_stay_where_they_belong(name: str) -> None:
    used = {target.split(".")[0] for target in all_imports(name)}
    foreign = used - sys.stdlib_module_names - {"neuroscribble", "viz", "numpy"}
    assert foreign == {library for library in foreign if name in LIBRARIES.get(library, ())}


@pytest.mark.parametrize(
    ("code", "late"),
    [
        ("import neuroscribble", LATE),
        ("import viz.page", ["matplotlib", "pygame", "scipy", "PIL", "requests"]),
        ("import viz.heatmaps", ["pygame", "networkx", "pyvis", "requests"]),
        ("import viz.window.controller", ["pygame", "matplotlib", "networkx", "pyvis"]),
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
    return (ast.unparse(node.func) for node in ast.walk(TREES[name]) if isinstance(node, ast.Call))


@pytest.mark.parametrize("name", ORDER)
def test_chance_is_seeded_and_nothing_is_printed(name: str) -> None:
    for call in calls(name):
        assert call != "print"  # click.echo, and only in the command line
        assert "click" not in call or name in (*COMMANDS, "neuroscribble.__main__")
        assert not re.search(r"\brandom\.(?!default_rng|Generator)", call.replace("rng.random", ""))


@pytest.mark.parametrize(
    "path", [*PATHS.values(), *sorted(Path(__file__).parent.glob("*.py"))], ids=str
)
def test_every_module_opens_with_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_every_javascript_module_belongs_to_a_page() -> None:
    assert {*MODULES, *MAPS_MODULES} == {path.stem for path in WEB.glob("*.js")}


@pytest.mark.parametrize("modules", [MODULES, MAPS_MODULES], ids=["page", "maps"])
def test_a_page_takes_its_javascript_modules_in_an_order_that_works(
    modules: tuple[str, ...],
) -> None:
    assert len(set(modules)) == len(modules)
    for number, name in enumerate(modules):
        source = (WEB / f"{name}.js").read_text(encoding="utf-8")
        assert set(re.findall(r"""from ["']\./([\w-]+)\.js["']""", source)) <= set(modules[:number])

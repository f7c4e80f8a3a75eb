"""What all tests share: seeded chance, no screen, no internet, and MNIST where there is one."""

from __future__ import annotations

import importlib.util
import os

os.environ.update(  # before anything imports pygame or matplotlib
    SDL_VIDEODRIVER="dummy",
    SDL_AUDIODRIVER="dummy",
    MPLBACKEND="Agg",
    PYGAME_HIDE_SUPPORT_PROMPT="1",
)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else programs started here compile all each time
if "PYTEST_XDIST_WORKER" in os.environ:  # each core has its own tests; before NumPy is loaded
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import platformdirs
import pytest
from find_browser import VARIABLE as CHROMIUM_VARIABLE
from find_browser import find_chromium, is_root
from hypothesis import settings
from tabs import Look, Scheme, Tabs

from neuroscribble.data import sources
from neuroscribble.data.forms.door import open_data
from neuroscribble.data.mnist import FOLDER_VARIABLE, MNIST, is_official
from neuroscribble.errors import DataError
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network, build_mlp

if TYPE_CHECKING:
    from firefox import Firefox
    from node import Node
    from playwright.sync_api import Browser, Page

# how long an example takes says how busy the machine is; benchmarks measure time
settings.register_profile("neuroscribble", deadline=None)
settings.load_profile("neuroscribble")

# a shell that starts tests in the background has Ctrl-C ignored, and programs inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)

HOW_TO_GET_BROWSER = (
    f"run python tests/find_browser.py --install, or name one in {CHROMIUM_VARIABLE}"
)
HOW_TO_GET_ENGINES = {
    "Chromium": HOW_TO_GET_BROWSER,
    "Firefox": "install Firefox to check the page in it",
    "Node": "python tests/find_browser.py --install brings what it lacks, or names it",
    "WebKit": "install webkit2gtk-driver and xvfb to check the page in Safari's engine",
}
HOW_TO_GET_MNIST = f"set {FOLDER_VARIABLE} to a folder with the four official files to check this"
MODELS_VARIABLE = "NEUROSCRIBBLE_MODELS"
MODELS = Path(os.environ.get(MODELS_VARIABLE) or Path(__file__).parents[2] / "shared" / "models")
HOW_TO_GET_MODELS = f"set {MODELS_VARIABLE} to a folder with networks of others to check this"
needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason=HOW_TO_GET_MODELS)
HOW_TO_GET_SCIKIT = "make maps installs scikit-learn, which is needed to check this"
needs_scikit = pytest.mark.skipif(
    importlib.util.find_spec("sklearn") is None, reason=HOW_TO_GET_SCIKIT
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2026)


@pytest.fixture
def tiny(rng: np.random.Generator) -> Network:
    """A network small enough to follow by hand: 9 → 5 → 4 → 3, in double precision."""
    network = build_mlp((5, 4), rng=rng, n_inputs=9, n_classes=3, dtype=np.float64)
    network.parameters.flat += rng.normal(0, 0.1, network.parameters.flat.size)  # biases too
    return network


@pytest.fixture
def few_pen_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--data pen` draws 480 digits to learn from, 80 of them for validation, and 200 others.

    Lessons replay 300.
    """
    monkeypatch.setattr(sources, "N_PEN_TRAINING", 480)
    monkeypatch.setattr(sources, "N_PEN_TEST", 200)
    monkeypatch.setattr(sources, "N_REPLAY", 300)


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """MNIST, verified, in the four files; tests that ask for it carry the mark `mnist`."""
    named = os.environ.get(FOLDER_VARIABLE)
    cached = platformdirs.user_cache_path("neuroscribble") / "mnist"
    if not named and not all((cached / file.name).is_file() for file in MNIST.files):
        pytest.skip(f"MNIST not found: {HOW_TO_GET_MNIST}")
    folder = Path(named or cached).expanduser()
    try:
        if not is_official(open_data(folder).read("test"), "test"):
            pytest.fail(f"{folder} holds other digits than MNIST's: {HOW_TO_GET_MNIST}")
    except DataError as error:
        pytest.fail(str(error))
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window; tests that ask for it carry the mark `browser`."""
    from playwright.sync_api import sync_playwright

    program = find_chromium()
    if program is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(f"No Chromium or Chrome found: {HOW_TO_GET_BROWSER}")
    arguments = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=arguments, chromium_sandbox=not is_root()
        )
        yield started
        started.close()


class OpenPage(Protocol):
    def __call__(
        self,
        path: Path,
        *,
        width: int = 1280,
        height: int = 800,
        color_scheme: Scheme = "light",
        touch: bool = False,
        motion: bool = False,
        anew: bool = False,
    ) -> Page: ...


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """One Firefox for all tests that ask for it: it takes seconds to start."""
    from firefox import Firefox, find_firefox

    program = find_firefox()
    if program is None:
        pytest.skip(f"Firefox not found: {HOW_TO_GET_ENGINES['Firefox']}")
    with Firefox(program) as driven:
        yield driven


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def open_page(tabs: Tabs) -> Iterator[OpenPage]:
    """Opens a file in a tab of its own, offline; the page must ask for nothing and say nothing.

    Whatever stands on its console, any error and any request but for the file fails the test. A
    page that an earlier test opened is put back to its beginning, unless it is to be opened anew.
    Nothing moves by itself, which would cost the tests beside it their time, unless there is to be
    motion.
    """
    endings: list[Callable[[], None]] = []
    complaints: list[str] = []

    def open_it(
        path: Path,
        *,
        width: int = 1280,
        height: int = 800,
        color_scheme: Scheme = "light",
        touch: bool = False,
        motion: bool = False,
        anew: bool = False,
    ) -> Page:
        look = Look(width, height, color_scheme, touch, motion)
        address = path.resolve().as_uri()
        kept = None if anew else tabs.take_kept(path, look)
        page = kept.page if kept else tabs.take(look)
        listeners: dict[str, Callable[[Any], Any]] = {
            "console": lambda message: complaints.append(f"console: {message.text}"),
            "pageerror": lambda error: complaints.append(f"error: {error}"),
            "request": lambda request: (
                request.url == address or complaints.append(f"request: {request.url}")
            ),
        }
        for event, listener in listeners.items():
            page.on(event, listener)

        def end() -> None:
            for event, listener in listeners.items():
                page.remove_listener(event, listener)
            tabs.give_back(page, look, kept)

        endings.append(end)
        if kept is None or not tabs.put_back(kept, look):
            page.goto(address)
            kept = None if anew else tabs.note(page, path, look)
        return page

    yield open_it
    for end in endings:
        end()
    if complaints:
        pytest.fail("The page was not quiet:\n" + "\n".join(complaints))


@pytest.fixture(scope="session")
def page_files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """page_files("weights") → the page of weights.npz, written once for all tests on all cores.

    Also of cnn.npz, and of the small network of maps.
    """
    from small_cnn import small_cnn

    from viz.page.page import network_page

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "pages"
    folder.mkdir(exist_ok=True)

    def written(name: str) -> Path:
        file = folder / f"{name}.html"
        if not file.exists():
            root = Path(__file__).parents[1]
            network = small_cnn() if name == "small cnn" else load_network(root / f"{name}.npz")
            text = network_page(network, weights_name=f"{name}.npz")
            write_atomically(file, text.encode())
        return file

    return written


@pytest.fixture
def page(page_files: Callable[[str], Path], open_page: OpenPage) -> Page:
    """The page of the included network, on a laptop; some modules have another one."""
    page = open_page(page_files("weights"), width=1366, height=768)
    page.evaluate("neuroscribble.ready")
    return page


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """One Node for all tests that ask for it."""
    from javascript import find_node
    from node import Node

    found = find_node()
    if found is None:
        pytest.skip(f"No Node that runs: {HOW_TO_GET_ENGINES['Node']}")
    with Node(found) as running:
        yield running


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's modules, as Node takes them."""
    from javascript import copy_modules

    folder = tmp_path_factory.mktemp("web")
    copy_modules(folder)
    return folder


@pytest.fixture(scope="session")
def js(node: Node, modules: Path) -> Callable[..., Any]:
    """js("attribution.incomingRanks(given.W, 2)", W=...) → the result as plain Python values.

    Every module named before a dot is imported; NumPy arrays arrive as flat Float64Arrays, or as
    Float32Arrays when they are float32.
    """
    from javascript import run_js

    return lambda body, **given: run_js(node, modules, body, given)


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Fail the test that talks to another machine."""

    def guarded(function: Callable[..., Any], host_of: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            host = host_of(*args)
            if isinstance(host, bytes):
                host = host.decode()
            if host not in (None, "", "localhost", "::1") and not host.startswith("127."):
                pytest.fail(f"A test tried to reach {host}; only this machine is allowed.")
            return function(*args, **kwargs)

        return call

    def host_of_address(_: socket.socket, address: Any) -> Any:
        return address[0] if isinstance(address, tuple) else None  # a Unix socket has a path

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(
                socket.socket, name, guarded(getattr(socket.socket, name), host_of_address)
            )
        patch.setattr(socket, "getaddrinfo", guarded(socket.getaddrinfo, lambda host, *_: host))
        yield


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    no_mnist = [report for report in skipped if HOW_TO_GET_MNIST in str(report.longrepr)]
    no_models = [report for report in skipped if HOW_TO_GET_MODELS in str(report.longrepr)]
    no_scikit = [report for report in skipped if HOW_TO_GET_SCIKIT in str(report.longrepr)]
    not_tried = [
        f"{engine} ({n} tests; {how})"
        for engine, how in HOW_TO_GET_ENGINES.items()
        if (n := sum(how in str(report.longrepr) for report in skipped))
    ]
    if not_tried:
        terminalreporter.write_line(f"The page was not tried in {', '.join(not_tried)}.")
    if no_mnist:
        terminalreporter.write_line(
            f"Not checked: {len(no_mnist)} tests with the official MNIST files; {HOW_TO_GET_MNIST}."
        )
    if no_models:
        terminalreporter.write_line(
            f"Not checked: {len(no_models)} tests of networks of others; {HOW_TO_GET_MODELS}."
        )
    if no_scikit:
        terminalreporter.write_line(
            f"Not checked: {len(no_scikit)} tests of maps by t-SNE; {HOW_TO_GET_SCIKIT}."
        )

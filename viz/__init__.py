"""The pictures: a graph page that runs in a browser, a window to draw in, heatmaps and curves.

`diagram` knows what a picture is of, `page`, `window` and `figures` draw it. Every name below is
imported on first use: a page needs no Matplotlib, and only the window needs pygame.
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from .diagram.compared import Compared
    from .diagram.diagram import diagram_of
    from .diagram.graph_files import graph_bytes
    from .diagram.history import moment_payload
    from .diagram.theme import THEMES
    from .figures.beginning import initial_network
    from .figures.comparison import comparison_figures, write_comparison
    from .figures.contact_sheet import write_contact_sheet
    from .figures.curves import write_confusion, write_training_curves
    from .figures.film import Film
    from .figures.film_files import require_kind, write_frames
    from .figures.gallery import write_gallery
    from .figures.grid_sheet import write_grid_sheet
    from .figures.heatmaps import heatmap_figures, write_heatmaps
    from .figures.maps import write_maps
    from .figures.poster import write_poster
    from .figures.ranking import write_ranking
    from .figures.sheet import Figures
    from .figures.worksheet import write_worksheets
    from .page.maps_page import maps_page
    from .page.museum_page import museum_page
    from .page.packing import as_json
    from .page.page import network_page
    from .page.server import Hub, PageServer
    from .page.states import read_states
    from .window.course import Course
    from .window.launch import open_window
    from .window.live import LiveWindow
    from .window.school import School

__all__ = [
    "THEMES",
    "Compared",
    "Course",
    "Figures",
    "Film",
    "Hub",
    "LiveWindow",
    "PageServer",
    "School",
    "as_json",
    "comparison_figures",
    "diagram_of",
    "graph_bytes",
    "heatmap_figures",
    "initial_network",
    "maps_page",
    "moment_payload",
    "museum_page",
    "network_page",
    "open_window",
    "read_states",
    "require_kind",
    "write_comparison",
    "write_confusion",
    "write_contact_sheet",
    "write_frames",
    "write_gallery",
    "write_grid_sheet",
    "write_heatmaps",
    "write_maps",
    "write_poster",
    "write_ranking",
    "write_training_curves",
    "write_worksheets",
]

_HOMES = {
    "Compared": ".diagram.compared",
    "Course": ".window.course",
    "Figures": ".figures.sheet",
    "Film": ".figures.film",
    "Hub": ".page.server",
    "LiveWindow": ".window.live",
    "PageServer": ".page.server",
    "School": ".window.school",
    "THEMES": ".diagram.theme",
    "as_json": ".page.packing",
    "comparison_figures": ".figures.comparison",
    "diagram_of": ".diagram.diagram",
    "graph_bytes": ".diagram.graph_files",
    "heatmap_figures": ".figures.heatmaps",
    "initial_network": ".figures.beginning",
    "maps_page": ".page.maps_page",
    "moment_payload": ".diagram.history",
    "museum_page": ".page.museum_page",
    "network_page": ".page.page",
    "open_window": ".window.launch",
    "read_states": ".page.states",
    "require_kind": ".figures.film_files",
    "write_comparison": ".figures.comparison",
    "write_confusion": ".figures.curves",
    "write_contact_sheet": ".figures.contact_sheet",
    "write_frames": ".figures.film_files",
    "write_gallery": ".figures.gallery",
    "write_grid_sheet": ".figures.grid_sheet",
    "write_heatmaps": ".figures.heatmaps",
    "write_maps": ".figures.maps",
    "write_poster": ".figures.poster",
    "write_ranking": ".figures.ranking",
    "write_training_curves": ".figures.curves",
    "write_worksheets": ".figures.worksheet",
}


def __getattr__(name: str) -> typing.Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value  # found directly the next time
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

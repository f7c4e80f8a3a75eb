"""A page that one template and one program make, such as maps.html: what all of them hold."""

from __future__ import annotations

from dataclasses import asdict
from importlib import metadata
from typing import Any

from ..diagram.theme import THEMES
from .bundle import asset, json_for_html, program, web_folder
from .texts import carried_languages


def small_page(
    name: str, payload: dict[str, Any], *, language: str | None = None, **words: str
) -> str:
    """The template `name` with its style, program, payload and texts as HTML text.

    language: of the page's own texts at first; by default the browser's. words: what else the
    template tells; free text. Raises SettingsError when there are no texts in that language.
    """
    from jinja2 import Environment, FileSystemLoader  # here: only pages need it

    colors = {name: asdict(theme) for name, theme in THEMES.items()}
    environment = Environment(loader=FileSystemLoader(web_folder()), autoescape=False)
    return environment.get_template(f"{name}.html").render(
        version=metadata.version("neuroscribble"),
        payload=json_for_html({**payload, "themes": colors}),
        languages=json_for_html(carried_languages(language, name)),
        style=asset(f"{name}.css"),
        program=program(name),
        themes=THEMES.values(),
        **words,
    )

"""The whole window as a list of things to paint: every panel, for one moment."""

from __future__ import annotations

from dataclasses import dataclass

from neuroscribble.nn.network import Network

from . import answer, cards, maps, panels, tiles
from .actions import Action
from .canvas import Canvas
from .course import Course, course_panel
from .help import help_sheet
from .layout import Rect
from .panels import Look
from .scene import Item
from .school import School
from .several import Several
from .terms import moved_words, unit_sum

THINNEST, THICKEST, STEP = 8, 60, 4  # diameters of the pen, in canvas pixels


@dataclass(frozen=True)
class Status:
    """What happened last, in one sentence."""

    text: str
    is_bad: bool = False


@dataclass(frozen=True, eq=False)
class View:
    """What there is to show."""

    look: Look
    other_theme: str  # the one that the theme's button names
    network: Network
    school: School
    canvas: Canvas
    several: Several
    is_drawing: bool  # the pen is down, or was a moment ago
    brush_width: int  # canvas pixels
    erases: bool
    mixed: bool
    is_sorted: bool
    shows_lesson: bool
    lesson_is_fresh: bool  # the drawing is still the one that was taught
    shows_help: bool
    looked_at: tuple[str, int] | None
    status: Status
    buttons: dict[Action, Rect]  # where to press for what
    course: Course | None = None  # of a training that is watched: then there are no lessons


def compose(view: View) -> list[Item]:
    """Everything in the window on its background, in the order of painting."""
    look, reading, names = view.look, view.several.reading, view.network.class_names
    ink = view.canvas.ink_at(look.layout.canvas.width)
    lessons = view.school.lessons
    before = lessons[-1].before if view.lesson_is_fresh else None
    items = [
        *panels.title_panel(look, view.network.layer_sizes, n_lessons=len(lessons)),
        *panels.canvas_panel(look, ink, is_blank=not view.canvas.strokes),
        *panels.brush_panel(look, view.brush_width, THICKEST, erases=view.erases),
        *_buttons(view),
        *_below_the_canvas(view),
        *panels.stages_panel(look, reading),
        *answer.answer_panel(look, view.several, names, is_drawing=view.is_drawing),
        *tiles.tiles_panel(look, reading, is_sorted=view.is_sorted, marked=view.looked_at),
        *panels.bars_panel(
            look, reading, names, before=before, alone=view.network.output.name == "sigmoid"
        ),
        *_card(view),
        *panels.status_panel(look, view.status.text, is_bad=view.status.is_bad),
    ]
    if view.shows_help:
        lessons_in = None if view.course else str(view.school.corrections)
        items += help_sheet(look, lessons_in)
    return items


def _below_the_canvas(view: View) -> list[Item]:
    if view.course is not None:
        return course_panel(view.look, view.course)
    names = view.network.class_names
    if Action.SAVE not in view.buttons:
        return []  # nothing can be taught
    return panels.digits_panel(view.look, names, enabled=not view.several.reading.is_blank)


def _buttons(view: View) -> list[Item]:
    canvas, school = view.canvas, view.school
    learn = "Learn: mixed with old" if view.mixed else "Learn: ONLY mine"
    card = "Show why" if view.shows_lesson else "Last lesson"
    has_lessons = bool(school.lessons)
    texts = {  # text, key, whether it can be pressed, whether it is on
        Action.THINNER: ("", "−", view.brush_width > THINNEST, False),
        Action.THICKER: ("", "+", view.brush_width < THICKEST, False),
        Action.ERASER: ("Eraser", "E", True, view.erases),
        Action.UNDO: ("Undo", "Z", canvas.can_undo, False),
        Action.REDO: ("Redo", "Y", canvas.can_redo, False),
        Action.CLEAR: ("Clear", "C", bool(canvas.strokes), False),
        Action.MIX: (learn, "M", True, not view.mixed),
        Action.UNTEACH: ("Undo lesson", "U", school.can_undo, False),
        Action.SAVE: ("Save", "S", has_lessons, False),
        Action.ORDER: ("Most active first", "O", True, view.is_sorted),
        Action.CARD: (card, "L", has_lessons, False),
        Action.HELP: ("Help", "?", True, view.shows_help),
        Action.THEME: (view.other_theme.capitalize(), "T", True, False),
        Action.QUIT: ("Quit", "Esc", True, False),
    }
    items: list[Item] = []
    for action, rect in view.buttons.items():
        if action not in texts:  # the answer is painted as what it is
            continue
        text, key, enabled, is_on = texts[action]
        items += panels.button(view.look, rect, text, key, enabled=enabled, is_on=is_on)
    return items


def _card(view: View) -> list[Item]:
    look, reading, network = view.look, view.several.reading, view.network
    names = network.class_names
    if view.looked_at is not None:
        if reading.shows_maps(view.looked_at[0]):
            return maps.map_card(look, reading, *view.looked_at)
        return cards.unit_card(look, reading, unit_sum(network, reading, *view.looked_at))
    if view.shows_lesson and view.school.lessons:
        teacher = view.school.teacher
        side, channels = len(reading.image), reading.channels
        probe = teacher.probe.digits.images[:, ::channels].reshape(-1, side, side)
        lesson, since = teacher.lessons[-1], teacher.since_start
        moved = [moved_words(network, one) for one in lesson.moved]
        return cards.lesson_card(look, lesson, since, names, probe, moved)
    if reading.is_blank:
        return cards.why_card(look, reading, None, "")
    winner = reading.ranking[0]
    total = unit_sum(network, reading, "output", winner)
    return cards.why_card(look, reading, total, names[winner])

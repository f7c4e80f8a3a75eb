"""What the window does: pointers draw, buttons and keys act, and the scene shows the result.

Nothing here knows a screen. A window tells the controller what happened, in window pixels, and
paints `scene()` whenever `changed` says so.
"""

from __future__ import annotations

from collections.abc import Hashable

from neuroscribble.errors import NeuroscribbleError, SettingsError
from neuroscribble.ink.drawing import Point
from neuroscribble.nn.network import Network
from neuroscribble.shapes import N_CLASSES
from neuroscribble.teaching.lessons import Lesson

from ..diagram.theme import THEMES, Theme
from .actions import ARROWS, DIGITS, KEYS, Action, button_rects
from .canvas import SIDE, Canvas
from .layout import Layout, Rect, arrange
from .panels import Look, percent
from .reading import Reading
from .scene import Item
from .school import School
from .several import Several, read_digits
from .tiles import hidden_grids
from .view import STEP, THICKEST, THINNEST, Status, View, compose

START_WIDTH = 24  # the width of MNIST's lines in a digit that nearly fills the canvas
ERASER = 1.5  # times as wide as the pen
GREETING = "Draw a digit; if it is read wrong, press what it should be. ? shows the keys."


class Controller:
    """The state of one window: a drawing, how the network reads it, and how it is shown."""

    def __init__(
        self,
        network: Network,
        *,
        theme: Theme,
        size: tuple[int, int],
        school: School | None = None,
    ) -> None:
        """size: width and height of the window in pixels.

        Raises SettingsError when the network does not read square pictures as ten classes.
        """
        self.network = network
        self.theme = theme
        self.school = school or School(network)
        self.canvas = Canvas()
        self.brush_width = START_WIDTH  # canvas pixels
        self.erases = False
        self.mixed = True  # learn with old digits, or from the correction alone
        self.is_sorted = False  # the hidden units by activation
        self.shows_lesson = False  # on the card, instead of why
        self.shows_help = False
        self.looked_at: tuple[str, int] | None = None  # a hidden unit: column and number
        self.status = Status(GREETING)
        self.layout: Layout = arrange(*size)
        self.changed = True  # since the last scene
        self.quitting = False
        self._pen: Hashable | None = None  # the pointer that draws
        self._hovered: tuple[str, int] | None = None
        self._asked: Action | None = None  # what a second press would confirm
        self._lesson_is_fresh = False  # the drawing is still the one that was taught
        self.is_drawing = False  # the pen is down, or was a moment ago
        self._chosen: int | None = None  # which of several digits one has switched to
        self._several: Several | None = read_digits(network, self.canvas.ink, ())  # None: outdated
        if len(network.class_names) != N_CLASSES:
            raise SettingsError(
                f"the window teaches digits, {N_CLASSES} classes; this network has "
                f"{len(network.class_names)}."
            )
        if network.output.name == "linear":
            raise SettingsError(
                "the window shows how sure a network is of each digit; this one's outputs are "
                "values, no probabilities."
            )

    @property
    def several(self) -> Several:
        """How the network reads the drawing of this moment, digit by digit."""
        if self._several is None:
            is_taught = bool(self.school.lessons)
            self._several = read_digits(
                self.network, self.canvas.ink, self.canvas.strokes, is_taught=is_taught
            )
            if self._chosen is not None:
                self._several = self._several.with_shown(self._chosen)
        return self._several

    @property
    def reading(self) -> Reading:
        """The same of the digit that is shown."""
        return self.several.reading

    @property
    def pen_is_down(self) -> bool:
        """Whether a pointer draws."""
        return self._pen is not None

    @property
    def buttons(self) -> dict[Action, Rect]:
        """Where to press for what."""
        return button_rects(self.layout)

    def press(self, pointer: Hashable, x: float, y: float) -> None:
        """A mouse button or finger goes down: on the canvas it draws, elsewhere it acts."""
        if self.shows_help:
            self.act(Action.HELP)
        elif self.layout.canvas.contains(x, y):
            if self._pen is None:
                self._pen = pointer
                self.is_drawing = True
                width = self.brush_width * (ERASER if self.erases else 1)
                self.canvas.begin(self._canvas_point(x, y), width, erases=self.erases)
                self._redraw()
        else:
            self._press_beside(x, y)

    def move(self, pointer: Hashable, x: float, y: float) -> None:
        """A pointer moves; if it draws, the stroke follows it in a straight line."""
        if pointer == self._pen and self.canvas.extend(self._canvas_point(x, y)):
            self._redraw()

    def release(self, pointer: Hashable) -> None:
        """A pointer goes up and its stroke ends."""
        if pointer == self._pen:
            self._pen = None

    def rest(self) -> None:
        """The pen has been up for a while: what is drawn is meant."""
        self.changed |= self.is_drawing
        self.is_drawing = False

    def hover(self, x: float, y: float) -> None:
        """A pointer passes without pressing: over a hidden unit's tile it shows that unit."""
        hovered = None if self.shows_help else self._unit_at(x, y)
        if hovered != self._hovered:
            self._hovered = hovered
            self._look_at(hovered)

    def key(self, name: str) -> None:
        """A key goes down: the character it types, or its name if it types none."""
        name = name.lower()
        if self.shows_help:
            self.act(Action.HELP)
        elif name in DIGITS:
            self.teach(DIGITS[name])
        elif name in ARROWS:
            self._step_unit(*ARROWS[name])
        elif name in KEYS:
            self.act(KEYS[name])

    def act(self, action: Action) -> None:
        """Do what a button or a key asks for."""
        asked, self._asked = self._asked, None
        if action is Action.THINNER:
            self.widen_brush(-1)
        elif action is Action.THICKER:
            self.widen_brush(1)
        elif action is Action.ERASER:
            self.erases = not self.erases
            self._say("The eraser is on; E brings the pen back." if self.erases else "Pen.")
        elif action in (Action.UNDO, Action.REDO, Action.CLEAR):
            self._pen, self.is_drawing = None, False
            step = {Action.UNDO: self.canvas.undo, Action.REDO: self.canvas.redo}
            if step.get(action, self.canvas.clear)():
                self._redraw()
        elif action is Action.MIX:
            self.mixed = not self.mixed
            self._say(
                "Lessons are mixed with old digits, so that it does not forget."
                if self.mixed
                else "Lessons are of your digit alone: watch what it forgets."
            )
        elif action is Action.UNTEACH:
            self._unteach()
        elif action is Action.SAVE:
            self._save(confirmed=asked is Action.SAVE)
        elif action is Action.ORDER:
            self.is_sorted = not self.is_sorted
        elif action is Action.CARD:
            self._turn_card()
        elif action is Action.NEXT:
            self._several = self.several.next()
            self._chosen = self._several.shown
        elif action is Action.HELP:
            self.shows_help = not self.shows_help
        elif action is Action.THEME:
            self.theme = THEMES[self._other_theme]
        elif action is Action.QUIT:
            self._leave(confirmed=asked is Action.QUIT)
        self.changed = True

    def teach(self, label: int) -> None:
        """The drawing should have been read as `label`: learn it, and tell what that did."""
        self._pen = self._asked = None
        self.is_drawing = False
        if self.reading.is_blank:
            self._say("Draw a digit first; then press what it should be.")
            return
        try:
            strokes = self.several.strokes_shown(self.canvas.strokes)
            lesson = self.school.teach(strokes, self.reading, label, mixed=self.mixed)
        except NeuroscribbleError as error:
            self._say(f"Nothing was learned: {error}", is_bad=True)
            return
        self._several = None
        self.shows_lesson = self._lesson_is_fresh = True
        self._hovered = self.looked_at = None
        self._say(self._summary(lesson))
        try:
            self.school.keep()
        except NeuroscribbleError as error:
            self._say(str(error), is_bad=True)

    def close(self) -> None:
        """The window is to be closed, whatever it shows; only what is nowhere kept asks once."""
        asked, self._asked = self._asked, None
        try:
            self.school.keep()
        except NeuroscribbleError as error:
            if asked is not Action.QUIT:
                self._asked = Action.QUIT
                self._say(f"{error} Close again to leave without.", is_bad=True)
                return
        self.quitting = True

    def widen_brush(self, steps: int) -> None:
        """Make the next strokes wider, or thinner for negative steps."""
        width = min(max(self.brush_width + steps * STEP, THINNEST), THICKEST)
        self.changed |= width != self.brush_width
        self.brush_width = width

    def resize(self, width: int, height: int) -> None:
        """The window has a new size in pixels; the drawing stays as it is."""
        self.layout = arrange(width, height)
        self.changed = True

    def scene(self) -> list[Item]:
        """Everything in the window on its background, in the order of painting."""
        self.changed = False
        return compose(self._view())

    def _view(self) -> View:
        return View(
            look=Look(self.theme, self.layout),
            other_theme=self._other_theme,
            network=self.network,
            school=self.school,
            canvas=self.canvas,
            several=self.several,
            is_drawing=self.is_drawing,
            brush_width=self.brush_width,
            erases=self.erases,
            mixed=self.mixed,
            is_sorted=self.is_sorted,
            shows_lesson=self.shows_lesson,
            lesson_is_fresh=self._lesson_is_fresh,
            shows_help=self.shows_help,
            looked_at=self.looked_at,
            status=self.status,
            buttons=self.buttons,
        )

    def _press_beside(self, x: float, y: float) -> None:
        for action, rect in self.buttons.items():
            if rect.contains(x, y):
                self.act(action)
                return
        n = len(self.network.class_names)
        for k in range(n):
            if self.layout.digit(k, n).contains(x, y) or self.layout.bar(k, n).contains(x, y):
                self.teach(k)
                return
        if self.looked_at is not None or self.layout.tiles.contains(x, y):
            self._look_at(self._unit_at(x, y))

    def _unit_at(self, x: float, y: float) -> tuple[str, int] | None:
        """The hidden unit whose tile is at a point of the window."""
        if not self.layout.tiles.contains(x, y):
            return None
        for key, grid in hidden_grids(self.layout, self.reading.hidden).items():
            place = grid.place(x, y)
            order = self.reading.order(key, is_sorted=self.is_sorted)
            if place is not None and place < len(order):
                return key, int(order[place])
        return None

    def _step_unit(self, layers: int, places: int) -> None:
        """Look at the next unit as they are shown, or at the same place of the next layer."""
        keys = list(self.reading.hidden)
        if not keys:
            return
        key, place = keys[0], 0
        if self.looked_at is not None:
            key, unit = self.looked_at
            order = self.reading.order(key, is_sorted=self.is_sorted)
            place = int((order == unit).argmax()) + places
            key = keys[(keys.index(key) + layers) % len(keys)]
        order = self.reading.order(key, is_sorted=self.is_sorted)
        place = place % len(order) if layers == 0 else min(place, len(order) - 1)
        self._look_at((key, int(order[place])))

    def _look_at(self, unit: tuple[str, int] | None) -> None:
        self.changed |= unit != self.looked_at
        self.looked_at = unit

    def _turn_card(self) -> None:
        self._hovered = self.looked_at = None
        if self.school.lessons:
            self.shows_lesson = not self.shows_lesson
        else:
            self._say("There is no lesson yet: draw a digit and press what it should be.")

    def _unteach(self) -> None:
        if not self.school.can_undo:
            self._say("There is no lesson to take back.")
            return
        self._several = None
        self.shows_lesson = self._lesson_is_fresh = False
        try:
            lesson = self.school.undo()
        except NeuroscribbleError as error:
            self._say(f"The lesson is taken back, but its file stays: {error}", is_bad=True)
            return
        name = self.network.class_names[lesson.label]
        self._say(f"The lesson “{name}” is taken back, to the last bit, and so is its file.")

    def _save(self, *, confirmed: bool) -> None:
        try:
            self.school.keep()
            if not self.school.lessons:
                self._say("There is nothing to save yet: the network has learned nothing.")
                return
            target = self.school.target
            if target.exists() and not confirmed:
                self._asked = Action.SAVE
                self._say(f"{target} exists already. S again replaces it; nothing else does.")
                return
            path = self.school.save(replace=confirmed)
        except NeuroscribbleError as error:
            self._say(str(error), is_bad=True)
            return
        because = "" if path == self.school.out else f", for {self.school.out} is read-only"
        self._say(f"Saved as {path}{because}. Open it with: neuroscribble draw --weights {path}")

    def _leave(self, *, confirmed: bool) -> None:
        if self.looked_at is not None:
            self._hovered = self.looked_at = None
        elif self.school.is_unsaved and not confirmed:
            self._asked = Action.QUIT
            self._say("What it learned is not saved. S saves it; Esc again leaves without.")
        else:
            self._asked = Action.QUIT if confirmed else None  # who has confirmed is not asked again
            self.close()

    def _summary(self, lesson: Lesson) -> str:
        name, change = self.network.class_names[lesson.label], lesson.probe
        before, after = float(lesson.before[lesson.label]), float(lesson.after[lesson.label])
        lost = len(change.forgotten)
        forgot = f"forgot {lost} of" if lost else "forgot none of"
        return (
            f"Learned: a {name}, from {percent(before)} to {percent(after)}; it {forgot} "
            f"{change.n} other digits. U takes it back, S saves it."
        )

    @property
    def _other_theme(self) -> str:
        return "light" if self.theme.name == "dark" else "dark"

    def _say(self, text: str, *, is_bad: bool = False) -> None:
        self.status = Status(text, is_bad)
        self.changed = True

    def _canvas_point(self, x: float, y: float) -> Point:
        """A point of the window, in canvas pixels, as exact as a file keeps it."""
        rect, scale = self.layout.canvas, SIDE / self.layout.canvas.width
        return round((x - rect.x) * scale, 2), round((y - rect.y) * scale, 2)

    def _redraw(self) -> None:
        self._several = self._chosen = None
        self._lesson_is_fresh = self.shows_lesson = False
        self._asked = None
        self.changed = True

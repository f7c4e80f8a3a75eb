"""One frame of the film: the network's strongest edges, its receptive fields, answer and curve."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from neuroscribble.nn.checkpoints import Education
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from ..diagram.diagram import Diagram
from ..diagram.theme import Theme, color_table
from .sheet import FONT

WIDTH, HEIGHT = 1920, 1080  # of the drawing board; frames of other sizes are scaled
FINE = 2  # lines are drawn so many times as large and reduced, which smooths them
MARGIN = 60
FUNNEL = (MARGIN, 118, 1400, 690)  # left, top, right, bottom
ANSWER = (1480, 130, WIDTH - MARGIN, 680)
FIELDS = (MARGIN, 742, WIDTH - MARGIN, 926)
CURVE = (MARGIN, 968, WIDTH - MARGIN, 1036)
MOST_EDGES = (1200, 800, 320)  # into the first, the second and every later column
FAINTEST = 0.04  # of the strongest: what is weaker is not drawn
MOST_FIELDS = 128
MOST_BARS = 12  # classes whose probabilities are shown: of more, the likeliest at the end
FULL = 99.5  # percentile of |weight| at the end at which the scale of the fields is full
STRONGEST = 20  # one edge of so many that are drawn at the end has the full color


@dataclass(frozen=True)
class Scene:
    """What one frame shows: the moment (between two of them a fraction), the network, the ink."""

    time: float
    network: Network
    ink: Floats


class Painter:
    """Paints frames; what does not change between them is made once."""

    def __init__(
        self,
        diagram: Diagram,
        education: Education,
        theme: Theme,
        size: tuple[int, int],
        at_end: Floats,
    ) -> None:
        """at_end: the probabilities (K,) of the network itself."""
        self.classes = np.sort(np.argsort(-at_end, kind="stable")[:MOST_BARS]).tolist()
        self.diagram, self.education, self.theme, self.size = diagram, education, theme, size
        self.places = _fitted(diagram)
        self.signed = color_table(theme.signed, 257)
        self.activation = color_table(theme.activation, 257)
        self.ink = color_table(theme.ink, 257)
        self.limits = [
            _limit(edges, _most(edges, n) // STRONGEST)
            for n, edges in enumerate(self._strengths(diagram))
        ]
        self.side = int(np.sqrt(diagram.columns[0].n_units))
        self.field_limit = float(np.percentile(np.abs(diagram.links[0].params["W"]), FULL))
        font = Path(get_data_path()) / "fonts" / "ttf" / f"{FONT.replace(' ', '')}.ttf"
        self.fonts = {size: ImageFont.truetype(font, size) for size in (18, 20, 32, 58)}

    def paint(self, scene: Scene) -> Image.Image:
        """The frame, RGB, of the painter's size."""
        image = Image.new("RGB", (WIDTH, HEIGHT), self.theme.background)
        trace = scene.network.forward(scene.ink[None])
        activations = [a[0] for a in trace.activations.values()]
        activations[-1] = trace.probabilities[0]
        self._funnel(image, scene, activations)
        draw = ImageDraw.Draw(image)
        self._answer(draw, activations[-1])
        self._fields(image)
        self._curve(draw, scene.time)
        self._words(draw, scene.time)
        if self.size == image.size:
            return image
        return image.resize(self.size, Image.Resampling.LANCZOS)

    def _strengths(self, diagram: Diagram, network: Network | None = None) -> list[Floats]:
        """Signed, of every edge: its usual swing, or its weight where that is not known."""
        usual = network.usual if network else diagram.usual
        return [
            link.edges * usual[link.key].deviation[:, None] if link.key in usual else link.edges
            for link in diagram.links
        ]

    def _funnel(self, image: Image.Image, scene: Scene, activations: list[Floats]) -> None:
        left, top, right, bottom = FUNNEL
        size = ((right - left) * FINE, (bottom - top) * FINE)
        fine = Image.new("RGB", size, self.theme.background)
        draw = ImageDraw.Draw(fine)
        corner = np.array([left, top])
        places = [((xy - corner) * FINE).astype(int) for xy, _ in self.places]
        for n, strengths in enumerate(self._strengths(self.diagram, scene.network)):
            self._edges(draw, places[n], places[n + 1], strengths / self.limits[n], n)
        for column, values in enumerate(activations):
            self._units(draw, places[column], self.places[column][1] * FINE, values, column)
        image.paste(fine.reduce(FINE), (left, top))
        outputs, diameter = self.places[-1]
        draw = ImageDraw.Draw(image)
        names = self.diagram.class_names if len(outputs) <= MOST_BARS else ()
        for (x, y), name in zip(outputs, names, strict=False):
            at = (x + diameter / 2 + 12, y)
            draw.text(at, name[:9], fill=self.theme.muted, font=self.fonts[20], anchor="lm")

    def _edges(
        self,
        draw: ImageDraw.ImageDraw,
        sources: NDArray[np.int_],
        targets: NDArray[np.int_],
        shares: Floats,
        n: int,
    ) -> None:
        """The strongest edges of a link, weak ones below; a share of 1 has the full color."""
        most = _most(shares, n)
        sizes = np.abs(shares).ravel()
        chosen = np.argpartition(sizes, shares.size - most)[shares.size - most :]
        chosen = chosen[sizes[chosen] > FAINTEST]
        chosen = chosen[np.argsort(sizes[chosen], kind="stable")]
        values = np.clip(shares.ravel()[chosen], -1, 1)
        colors = self.signed[np.rint(values * 128).astype(int) + 128]
        widths = 1 + np.rint(2.4 * np.abs(values)).astype(int)
        starts, ends = sources[chosen // shares.shape[1]], targets[chosen % shares.shape[1]]
        for start, end, color, width in zip(
            starts.tolist(), ends.tolist(), colors.tolist(), widths.tolist(), strict=True
        ):
            draw.line((*start, *end), fill=tuple(color), width=width)

    def _units(
        self,
        draw: ImageDraw.ImageDraw,
        places: NDArray[np.int_],
        size: float,
        values: Floats,
        column: int,
    ) -> None:
        is_input = column == 0
        is_share = is_input or column == len(self.places) - 1
        limit = 1.0 if is_share else max(float(values.max()), 1e-6)
        table = self.ink if is_input else self.activation
        colors = table[np.rint(np.clip(values / limit, 0, 1) * 256).astype(int)]
        reach = max(1, round(size / 2))
        for (x, y), color, value in zip(places.tolist(), colors.tolist(), values, strict=True):
            box = (x - reach, y - reach, x + reach, y + reach)
            if is_input and value > 0:
                draw.rectangle(box, fill=tuple(color))
            elif not is_input:
                draw.ellipse(box, fill=tuple(color), outline=self.theme.outline, width=FINE)

    def _answer(self, draw: ImageDraw.ImageDraw, probabilities: Floats) -> None:
        left, top, right, bottom = ANSWER
        height = (bottom - top) / len(self.classes)
        best = int(probabilities.argmax())
        for row, k in enumerate(self.classes):
            name, y = self.diagram.class_names[k], top + row * height
            color = self.theme.accent if k == best else self.theme.muted
            at = (left, y + height / 2)
            draw.text(at, name[:9], fill=color, font=self.fonts[32], anchor="rm")
            bar = (left + 20, y + 0.24 * height, right, y + 0.76 * height)
            draw.rounded_rectangle(bar, 6, fill=self.theme.outline)
            width = (right - left - 20) * float(probabilities[k])
            if width >= 2:
                draw.rounded_rectangle((bar[0], bar[1], bar[0] + width, bar[3]), 6, fill=color)

    def _fields(self, image: Image.Image) -> None:
        """What the first hidden units look for: their weights as pictures, all on one scale."""
        left, top, right, bottom = FIELDS
        W = self.diagram.links[0].params["W"]
        n = min(W.shape[1], MOST_FIELDS)
        channels = len(W) // self.side**2
        fields = W[:, :n].reshape(self.side, self.side, channels, n).mean(axis=2)
        wide, high = right - left, bottom - top
        rows = next(r for r in range(1, 9) if r == 8 or high / r * -(-n // r) <= wide)
        columns = -(-n // rows)
        tile = int(min(high / rows, wide / columns)) - 2
        shares = np.clip(fields / self.field_limit, -1, 1)
        colors = self.signed[np.rint(shares * 128).astype(int) + 128]  # (side, side, n, 3)
        start = left + (wide - columns * (tile + 2)) // 2
        at = np.arange(tile) * self.side // tile  # nearest pixel
        for unit in range(n):
            picture = Image.fromarray(np.ascontiguousarray(colors[at][:, at, unit]))
            place = (start + unit % columns * (tile + 2), top + unit // columns * (tile + 2))
            image.paste(picture, place)

    def _curve(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        theme = self.theme
        left, top, right, bottom = CURVE
        accuracy = [one.accuracy for one in self.education.checkpoints]
        last = len(accuracy) - 1
        x = np.linspace(left, right, last + 1)
        y = bottom - np.array(accuracy) * (bottom - top)
        points = list(zip(x.tolist(), y.tolist(), strict=True))
        draw.line([(left, bottom), (right, bottom)], fill=self.theme.outline, width=2)
        draw.line(points, fill=self.theme.outline, width=3)
        index = np.arange(last + 1)
        now = (float(np.interp(time, index, x)), float(np.interp(time, index, y)))
        passed = [*points[: int(time) + 1], now]
        draw.line(passed, fill=self.theme.accent, width=4, joint="curve")
        for n, point in enumerate(points):
            color = self.theme.accent if n <= time else self.theme.muted
            draw.circle(point, 5, fill=color)
            at = (point[0], bottom + 10)
            draw.text(at, self._tick(n), fill=theme.muted, font=self.fonts[18], anchor="ma")
        draw.circle(now, 9, fill=self.theme.accent)

    def _words(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        moment = self.education.checkpoints[int(time + 1e-6)]
        theme, fonts = self.theme, self.fonts
        title = " → ".join(map(str, self.diagram.sizes)) + " learns"
        draw.text((MARGIN, 48), title, fill=theme.text, font=fonts[32], anchor="lm")
        told = f"step {moment.step:,}"
        draw.text((ANSWER[0] - 160, 48), told, fill=theme.text, font=fonts[32], anchor="rm")
        right, share = WIDTH - MARGIN, f"{moment.accuracy:.1%}"
        draw.text((right, 48), share, fill=theme.accent, font=fonts[58], anchor="rm")
        read = "of digits held out are read"
        draw.text((right, 96), read, fill=theme.muted, font=fonts[20], anchor="rm")
        where = "first hidden layer" if len(self.diagram.columns) > 2 else "output"
        looks = f"what the units of the {where} look for"
        draw.text((MARGIN, FIELDS[1] - 22), looks, fill=theme.muted, font=fonts[20], anchor="lm")
        curve = "accuracy over training steps"
        draw.text((MARGIN, CURVE[1] - 18), curve, fill=theme.muted, font=fonts[20], anchor="lm")

    def _tick(self, index: int) -> str:
        step, per_epoch = self.education.checkpoints[index].step, self.education.steps_per_epoch
        return f"{step:,}" if step < per_epoch else f"epoch {step / per_epoch:.3g}"


def _most(edges: Floats, n: int) -> int:
    """How many edges of the n-th link are drawn."""
    return min(MOST_EDGES[min(n, len(MOST_EDGES) - 1)], edges.size)


def _limit(values: Floats, rank: int) -> float:
    """The size of the value that so many others are larger than, and 1 where that is 0."""
    return float(np.sort(np.abs(values).ravel())[::-1][rank]) or 1.0


def _fitted(diagram: Diagram) -> list[tuple[NDArray[np.float64], float]]:
    """Places of the units of all columns within the funnel's room, in pixels, and their size.

    Where there is room, the gaps between columns are wider than the diagram's.
    """
    left, top, right, bottom = FUNNEL
    blocks = [(block.positions, block.size) for block in diagram.blocks]
    tallest = max(np.ptp(xy[:, 1]) + size for xy, size in blocks)
    widths = [np.ptp(xy[:, 0]) + size for xy, size in blocks]
    scale = min((bottom - top) / tallest, 0.6 * (right - left) / sum(widths))
    gap = (right - left - scale * sum(widths)) / max(1, len(blocks) - 1)
    placed, x = [], float(left)
    for (xy, size), width in zip(blocks, widths, strict=True):
        middle = np.array([x + scale * width / 2, (top + bottom) / 2])
        center = (xy.min(axis=0) + xy.max(axis=0)) / 2
        placed.append(((xy - center) * scale + middle, size * scale))
        x += scale * width + gap
    return placed

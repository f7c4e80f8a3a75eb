"""Ways to write the digits that networks misread: each with a source that tells who writes so.

Zeros with a stroke through them at any angle, level to upright, that may end inside or go far
beyond; ones with a flag down to the ground, a hook, a base; twos without a loop that end in an
upswing; flat-topped threes; fours of one open stroke; sixes like a u with a tail; sevens with a
bar; nines with a straight leg. The table is written as in `pen_shapes`, with a fourth word: a key
of SOURCES. It is a set of its own: `pen_digits(…, wide=1)` writes these and nothing else.
"""

from __future__ import annotations

import math

SOURCES = {
    "regions": "Wikipedia, Regional handwriting variation, Western Arabic numerals: strokes "
    "through zero (diagonal, tick, vertical in Germany, falling), the dotted zero, the long "
    "upstroke and the base of the European one, flat-topped threes, open fours, crossed sevens, "
    "the serif of the seven in China, Japan and Korea",
    "radio": "Wikipedia, Slashed zero; ae7q.com, The Story of Zero: radio operators, punched "
    "cards, medicine; drawn in haste, at any angle and beyond the oval",
    "France": "French and German writers on numerals in Europe, quoted at hollymelody.com (What's "
    "this symbol in Europe …): ones whose upstroke begins far down, ones and fours with a line "
    "below, sixes and nines that end straight",
    "Europe": "nationmaster.com, European numerals: ones of France with a long first stroke and a "
    "line below, the four of Germany like a lightning bolt, crossed sevens",
    "italic": "G. S. E. Briem, briem.net, Numerals (an italic teaching script): the two without a "
    "loop, on a straight base; the one with a short entry stroke; the five whose bar comes last",
    "rhymes": "Number formation rhymes of American first grades (sharpschool.com, Giorgianni): a "
    "four is an L and a stick, a nine a balloon and a stick, a six a stick and a hoop",
    "Pendigits": "UCI Pendigits, training part: 30 writers at Boğaziçi University, Istanbul",
    "misread": "digits that people drew on screens and the network misread, before these shapes",
}

OVALS = {  # name: center and half axes of an oval, and the way around it
    "narrow": (26, 50, 21, 49, "32,2 8,24 6,74 26,99 46,72 44,22 26,2"),
    "plain": (34, 50, 30, 49, "44,2 12,20 4,66 32,99 64,66 58,18 34,2"),
    "round": (45, 50, 41, 49, "54,2 14,18 6,66 44,99 86,72 84,20 44,2"),
}
SLASHES = {  # name: angle in degrees, level to the right being 0; how often; its source
    "level": (2, 1.5, "radio"),
    "flat": (25, 1.5, "radio"),
    "rising": (45, 3.0, "regions"),
    "steep": (65, 2.5, "regions"),
    "upright": (90, 0.6, "regions"),
    "falling": (130, 1.0, "regions"),
}
REACHES = {"inside": 0.7, "to the edge": 1.05, "beyond": 1.35, "far beyond": 1.8}  # × the oval's

Row = tuple[str, float, str, str]


def slashed_zeros() -> tuple[Row, ...]:
    """Every oval with every slash, of every length, as a second stroke or in one with the oval."""
    rows: list[Row] = []
    for oval, (x, y, across, down, way) in OVALS.items():
        for slash, (angle, frequency, source) in SLASHES.items():
            cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            edge = 1 / math.hypot(cosine / across, sine / down)  # from the center, at that angle
            for length, reach in REACHES.items():
                away = (reach * edge * cosine, reach * edge * sine)
                start = f"{x + away[0]:.0f},{y - away[1]:.0f}"
                end = f"{x - away[0]:.0f},{y + away[1]:.0f}"
                name = f"{oval}, slash {slash}, {length}"
                rows.append((name, frequency, f"{way}; {start} {end}", source))
                if 20 < angle < 90:  # the pen goes on from the top without being lifted
                    joined = f"{way} {start}! {end}"
                    rows.append((f"{name}, one stroke", frequency / 2, joined, source))
    return tuple(rows)


TABLE: dict[int, tuple[Row, ...]] = {
    0: (
        *slashed_zeros(),
        ("ticked", 3, "44,2 12,20 4,66 32,99 64,66 58,18 34,2; 66,-4 44,32", "regions"),
        ("ticked, round", 2, "54,2 14,18 6,66 44,99 86,72 84,20 44,2; 96,-2 60,34", "regions"),
        ("dotted", 1, "54,2 14,18 6,66 44,99 86,72 84,20 44,2; 44,49 46,51", "regions"),
    ),
    1: (
        ("flag to the ground", 2, "0,90 36,0! 34,100", "France"),
        ("flag to the ground, wide", 1.5, "0,84 50,0! 46,100", "France"),
        ("flag halfway", 3, "0,52 34,0! 34,100", "regions"),
        ("flag halfway, wide", 2, "0,50 46,0! 44,100", "regions"),
        ("flag halfway, leaning", 2, "0,50 52,0! 36,100", "regions"),
        ("flag that sags", 2, "0,56 20,42 38,0! 36,100", "Europe"),
        ("flag that swells", 1.5, "0,58 14,30 36,0! 34,100", "Europe"),
        ("flag with a hook", 2, "-4,36 0,46 12,40 36,0! 34,100", "Pendigits"),
        ("short entry", 2, "0,20 20,0! 20,100", "italic"),
        ("hook below", 2, "4,0 3,88 9,98 20,92", "misread"),
        ("flag and hook below", 1.5, "0,34 26,0! 24,86 32,99 46,88", "misread"),
        ("flag and base", 3, "0,46 36,0! 36,98; 4,99 72,98", "Europe"),
        ("long flag and base", 2, "0,72 40,0! 38,98; 6,99 74,98", "Europe"),
        ("flag and base, one stroke", 2, "0,44 34,0! 34,98! 6,99! 66,98", "France"),
        ("base alone", 2, "24,0 24,98; 0,99 50,98", "Europe"),
        ("serif and base", 1, "4,3 40,0; 24,1 24,98; 0,99 48,98", "Europe"),
    ),
    2: (
        ("no loop", 3, "4,24 14,4 40,0 56,20 42,50 0,98! 66,97", "italic"),
        ("no loop, upswing", 3, "4,20 28,0 54,14 46,46 2,96! 42,98 76,78", "misread"),
        ("no loop, steep upswing", 2, "4,24 24,2 50,8 48,38 4,92! 40,99 66,84 74,58", "misread"),
        ("z, upswing", 2, "0,8 28,2 54,4! 2,96! 46,97 76,80", "misread"),
        ("round below", 2, "2,26 20,2 50,8 52,36 22,76 6,92 22,99 52,97 84,90", "Pendigits"),
        ("small hook up", 2, "2,20 28,0 52,12 40,46 0,97! 56,97 68,84", "misread"),
        ("rising tail", 2, "6,28 16,6 44,0 56,20 30,60 0,96! 36,86 80,70", "misread"),
        ("waving tail", 2, "4,24 26,0 54,12 46,44 4,92! 20,82 46,98 70,92 86,70", "Pendigits"),
        ("broad, upswing", 1.5, "0,22 30,0 62,14 50,46 6,92! 60,96 104,72", "misread"),
    ),
    3: (
        ("flat top", 3, "0,2 56,2! 26,40! 52,44 64,68 50,94 22,99 0,86", "regions"),
        ("like an ezh", 3, "2,0 60,0! 28,38! 58,48 62,76 40,98 2,96", "regions"),
        ("flat top, steep", 2, "4,4 50,2! 30,36! 54,48 56,82 30,100 0,92", "regions"),
        ("flat top with serif", 2, "0,16 2,2! 58,2! 26,42! 58,54 58,84 30,100 0,90", "regions"),
        ("flat top, low belly", 2, "0,0 52,0! 18,50! 46,50 60,72 44,96 0,98", "misread"),
        ("flat top, wide", 2, "0,4 74,2! 30,42! 66,52 72,82 40,99 -4,92", "regions"),
        ("flat top, sloping", 1.5, "0,10 62,0! 24,40! 56,50 58,80 34,99 -2,96", "misread"),
    ),
    4: (
        ("one open stroke", 3, "6,4 0,40 18,54 50,46 58,0! 54,52 52,100", "Pendigits"),
        ("one open stroke, square", 2, "6,0! 2,50! 56,50! 56,2! 54,100", "regions"),
        ("one open stroke, like a y", 2, "4,0 4,34 20,50 46,42 58,2! 44,100", "Pendigits"),
        ("one open stroke, low", 2, "14,0 0,56 10,66 60,60! 58,18! 50,100", "Pendigits"),
        ("one open stroke, looped", 2, "12,0 2,48 10,58 48,50 56,22 46,24 40,100", "Pendigits"),
        ("one open stroke, leaning", 2, "26,0 2,48! 52,50! 62,6! 38,100", "Pendigits"),
        ("L and a stick", 2, "4,0 2,52! 66,52; 46,8 46,100", "rhymes"),
        ("L and a short stick", 2, "8,0 0,60! 70,58; 48,36 46,100", "Europe"),
        ("lightning, wide", 2, "30,0 0,58! 76,56; 50,34 40,100", "Europe"),
        ("with a base", 1, "36,0 0,62! 76,60; 52,34 52,98; 34,99 72,98", "France"),
    ),
    5: (
        ("bar last", 3, "12,2 8,42! 36,36 60,56 54,88 24,99 0,90; 12,2 66,2", "italic"),
        ("long bar", 2, "10,2 8,42! 40,38 58,60 46,92 0,96; 10,2 90,0", "italic"),
        ("square shoulder", 2, "62,2 6,2! 6,44! 44,44 60,68 44,96 0,98", "Pendigits"),
        ("leaning", 2, "78,2 28,4! 18,42! 48,40 60,62 40,94 0,94", "italic"),
    ),
    6: (
        ("like a u", 2, "8,0 0,60 10,94 36,98 54,80 52,58", "misread"),
        ("like a u, arm turned in", 3, "10,0 0,60 10,94 36,98 54,78 44,58 30,60", "misread"),
        ("like a u, short arm", 2, "16,0 0,64 14,98 42,94 50,72", "misread"),
        ("like a u with a tail", 2, "12,0 0,64 10,95 36,97 50,80 46,62 64,58", "misread"),
        ("stick and hoop", 2, "2,0 0,60 2,92 24,100 52,86 46,62 20,60 2,76", "rhymes"),
        ("straight back", 2, "4,0 2,84 20,99 50,90 50,64 24,54 4,70", "France"),
        ("straight leaning back", 2, "46,0 6,64 8,92 30,100 54,84 48,62 24,60 6,80", "France"),
    ),
    7: (
        ("bar high", 2, "0,4 60,2! 24,100; 22,36 64,34", "regions"),
        ("bar low", 2, "0,6 60,2! 26,100; 10,66 56,62", "regions"),
        ("short bar", 2, "0,4 62,2! 30,100; 30,50 58,48", "regions"),
        ("bar far out", 2, "6,4 62,2! 30,100; -10,54 84,48", "regions"),
        ("bar that rises", 2, "0,6 58,2! 26,100; 6,58 64,38", "regions"),
        ("bar that falls", 1.5, "0,6 58,2! 28,100; 14,40 66,58", "regions"),
        ("bent leg and bar", 2, "0,8 60,2! 34,44 26,100; 8,52 58,46", "regions"),
        ("upright leg and bar", 2, "0,4 54,2! 46,100; 22,52 74,50", "regions"),
        ("serif of the East", 3, "2,28 2,2! 56,2! 40,46 34,100", "regions"),
        ("serif and bar", 2, "0,20 2,2! 62,2! 26,100; 12,50 62,48", "regions"),
    ),
    8: (
        ("gap on top", 2, "58,14 38,0 10,14 18,38 48,56 54,84 28,99 2,84 14,60 46,34", "Pendigits"),
        ("two balloons", 2, "34,0 12,12 14,36 34,44 54,34 54,12 32,0; "
                            "34,44 8,58 6,88 34,99 60,88 58,58 34,44", "rhymes"),
        ("leaning", 2, "66,10 42,0 20,16 26,38 46,56 44,86 20,99 4,84 18,62 54,36 66,12",
         "italic"),
    ),
    9: (
        ("straight leg", 4, "52,14 28,0 4,22 24,48 50,28 54,4! 54,100", "France"),
        ("straight leg, narrow", 2, "38,12 20,0 2,22 16,46 34,30 40,4! 40,100", "France"),
        ("straight leg, leaning", 2, "62,10 36,0 10,22 24,46 54,28 64,4! 40,100", "italic"),
        ("straight leg, small head", 2, "40,10 20,0 2,16 16,34 36,22 42,4! 42,100", "France"),
        ("balloon and stick", 3, "28,0 4,22 26,46 50,24 30,0; 52,0 52,100", "rhymes"),
        ("balloon and long stick", 1.5, "28,8 6,28 26,50 50,30 32,8; 54,-4 52,100", "rhymes"),
        ("square head", 1.5, "50,4! 4,4! 4,44! 50,44! 50,2! 50,100", "regions"),
        ("open head", 2, "48,6 16,2 2,22 14,44 52,36; 54,0 54,100", "Pendigits"),
    ),
}  # fmt: skip

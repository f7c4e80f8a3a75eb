"""What a poster says, in each language that it can say it in."""

from __future__ import annotations

WORDS = {
    "en": {
        "all": "All {edges} edges of this network are drawn. Nothing is left out.",
        "some": "The {drawn} edges that matter most of {edges} are drawn.",
        "reads": "It reads {accuracy} of {name}.",
        "how": "Blue adds, orange takes away; the thicker, the stronger. Pixels and units without "
        "a frame pass nothing on. Each line is a square below, too: in the picture of its unit, or "
        "in a matrix.",
        "fields": "What each unit of {column} reads, pixel by pixel",
        "matrix": "{name}: a row for each unit that reads",
    },
    "de": {
        "all": "Alle {edges} Kanten dieses Netzes sind gezeichnet. Nichts ist weggelassen.",
        "some": "Von {edges} Kanten sind die {drawn} wichtigsten gezeichnet.",
        "reads": "Es liest {accuracy} von {name}.",
        "how": "Blau zählt dazu, Orange zieht ab; je dicker, desto stärker. Pixel und Neuronen "
        "ohne Rahmen geben nichts weiter. Jede Linie ist unten noch einmal ein Quadrat: im Bild "
        "ihres Neurons oder in einer Matrix.",
        "fields": "Was jedes Neuron von {column} liest, Pixel für Pixel",
        "matrix": "{name}: eine Zeile für jedes Neuron, das liest",
    },
}


def count(value: int, language: str) -> str:
    """109184 → "109,184", in German "109.184"."""
    return f"{value:,}".replace(",", "." if language == "de" else ",")


def percent(share: float, language: str) -> str:
    """0.9881 → "98.8%", in German "98,8 %"."""
    return f"{100 * share:.1f} %".replace(".", ",") if language == "de" else f"{share:.1%}"

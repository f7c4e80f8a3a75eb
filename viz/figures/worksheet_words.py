"""What a worksheet says, in each language that it can say it in."""

from __future__ import annotations

WORDS = {
    "en": {
        "title": "A network, by hand",
        "answers": "Answers",
        "sheet": "Sheet {n} of {of}",
        "name": "Name",
        "ink": "1   Ink becomes numbers",
        "ink_how": "The drawing is laid into nine\nsquares. The number in each says how\n"
        "much ink is in it, from 0 (none)\nto 4 (full). These nine numbers are\nall that the "
        "network gets to see.",
        "units": "2   Three units multiply and add",
        "units_how": "Multiply each ink number by the weight at the same place; write the product "
        "into the empty square.\nAdd the nine products and the bias. A unit passes on its sum, "
        "but 0 where the sum is negative.",
        "unit": "Unit {n}",
        "weights": "weights",
        "products": "ink × weight",
        "added": "products added",
        "bias": "bias",
        "sum": "sum",
        "passed_on": "passes on",
        "scores": "3   A score for each digit",
        "scores_how": "Multiply what each unit passes on by its weight for the digit; add the "
        "three products and the bias.",
        "digit": "digit",
        "score": "score",
        "reads": "4   The answer",
        "reads_how": "The digit with the greatest score wins. The network reads",
        "was": "It was written as a {label}.",
        "ties": "Two scores are equal.",
        "measured": "It knows {names} only. Of {n} others that were written it reads {right}; "
        "who guesses, {chance}.\nHow many of your class's digits were read right?",
    },
    "de": {
        "title": "Ein Netz, von Hand gerechnet",
        "answers": "Lösung",
        "sheet": "Blatt {n} von {of}",
        "name": "Name",
        "ink": "1   Aus Tinte werden Zahlen",
        "ink_how": "Die Zeichnung liegt in neun Feldern.\nDie Zahl in jedem sagt, wie viel Tinte\n"
        "darin ist, von 0 (keine) bis 4 (voll).\nMehr als diese neun Zahlen bekommt\n"
        "das Netz nicht zu sehen.",
        "units": "2   Drei Neuronen malnehmen und addieren",
        "units_how": "Nimm jede Tintenzahl mal das Gewicht an derselben Stelle; schreibe das "
        "Produkt in das leere Feld.\nAddiere die neun Produkte und den Bias. Ein Neuron gibt seine "
        "Summe weiter, ist sie negativ: 0.",
        "unit": "Neuron {n}",
        "weights": "Gewichte",
        "products": "Tinte × Gewicht",
        "added": "Summe der Produkte",
        "bias": "Bias",
        "sum": "mit Bias",
        "passed_on": "gibt weiter",
        "scores": "3   Punkte für jede Ziffer",
        "scores_how": "Nimm, was jedes Neuron weitergibt, mal sein Gewicht; addiere die drei "
        "Produkte und den Bias.",
        "digit": "Ziffer",
        "score": "Punkte",
        "reads": "4   Die Antwort",
        "reads_how": "Die Ziffer mit den meisten Punkten gewinnt. Das Netz liest",
        "was": "Geschrieben war eine {label}.",
        "ties": "Zwei Punktzahlen sind gleich.",
        "measured": "Es kennt nur {names}. Von {n} anderen geschriebenen liest es {right}; "
        "wer rät, {chance}.\nWie viele Ziffern eurer Klasse hat es richtig gelesen?",
    },
}

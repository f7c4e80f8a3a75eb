"""A lesson's file: what it says becomes plain values, what is wrong is told with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from neuroscribble.errors import LessonError
from neuroscribble.teaching.lesson_file import MOST_BYTES, parse_lesson, read_lesson
from neuroscribble.teaching.lesson_parts import TASKS
from neuroscribble.teaching.lesson_shelf import find_lesson, shipped_lessons
from neuroscribble.teaching.markdown_tree import TAGS, tree

HEAD = "---\ntitle: A\nlanguage: en\nnetwork: weights\nlevel: beginner\nminutes: 5\n---\n"
LESSON = """## One *step*

Text.

```show
example: 3
unit: strongest h1
without: h1:5 h2:9=average h1:5>h2:3
```

```choose
Which?
( ) this
(x) **that**
because: so it is
```

```number
How much?
value: weight of h1:5 around input:14,14
within: 5 %
```

```goal
Draw.
until: answer is 3 and probability of 3 at least 90 %
```

```teacher
A secret.
```
"""


def parsed(text: str) -> list[dict[str, Any]]:
    return list(parse_lesson(HEAD + text, "a.md").steps)


def test_every_part_becomes_plain_values() -> None:
    lesson = parse_lesson(HEAD + LESSON, "a.md")
    (step,) = lesson.steps
    text, show, choose, number, goal, teacher = step["parts"]
    assert text == {"kind": "text", "nodes": [["p", {}, "Text."]]}
    assert show["words"]["unit"] == "strongest h1"
    assert [option["right"] for option in choose["options"]] == [False, True]
    assert choose["options"][1]["nodes"] == [["p", {}, ["strong", {}, "that"]]]
    value = {"what": "weight", "kind": "number", "of": "h1:5", "at": "input:14,14"}
    assert (number["value"], number["within"]) == (value, {"part": 0.05})
    is_three, is_sure = goal["until"]
    assert (is_three["what"], is_three["how"], is_three["value"]) == ("answer", "is", "3")
    assert (is_sure["of"], is_sure["how"], is_sure["value"]) == ("3", "at least", 0.9)
    assert teacher["kind"] == "teacher"
    assert ("h2:9", 14) in lesson.units
    assert "secret" not in json.dumps(lesson.for_page())
    assert "secret" in json.dumps(lesson.for_page(teacher=True))


HOSTILE = """<script>alert(1)</script> and <img src=x onerror=alert(1)>

<div onclick="alert(1)">

[press](javascript:alert(1)) <javascript:alert(1)> [x](data:text/html,hi) [y](vbscript:a)

&lt;script&gt; `<b>` \\<i>

- <iframe src="//a.b"></iframe>

[ok](https://example.org/?a=1&b=2 "<b>")
"""


def test_html_in_markdown_stays_text_and_links_lead_only_to_the_web() -> None:
    def walk(nodes: list[Any]) -> None:
        for node in nodes:
            if isinstance(node, str):
                continue
            tag, attributes, *children = node
            assert tag in TAGS.values()
            assert set(attributes) <= {"href", "start"}
            assert attributes.get("href", "https://").startswith("https://")
            walk(children)

    nodes = tree(HOSTILE)
    walk(nodes)
    text = json.dumps(nodes)
    assert "<script>alert(1)</script> and <img src=x onerror=alert(1)>" in text
    assert text.count('"href"') == 1


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("hello", 1, 'must begin with a line "---"'),
        ("---\ntitle: A\n", 3, 'must end with a line "---"'),
        ("---\ntitel: A\n---\n", 2, 'expected one of title, language, .*; got "titel: A"'),
        ("---\ntitle: A\ntitle: B\n---\n", 3, "title is told twice"),
        ("---\ntitle: A\n---\n", 3, "must tell its language"),
        (HEAD.replace("en", "fr"), 3, 'language must be one of en, de; got "fr"'),
        (HEAD.replace("minutes: 5", "minutes: ten"), 6, 'from 1 to 999; got "ten"'),
        (HEAD, 8, "at least one step"),
        (HEAD + "# Big", 8, "a step begins with “## ”"),
        (HEAD + "Hi\n\n![a](b.png)", 10, "no pictures"),
        (HEAD + "Hi\n\n> quoted\n> [a](file:///etc/passwd)\n> [a](ftp://b)", 10, "https://"),
        (HEAD + "```python\n```", 8, 'a fence must be one of show, .*; got "python"'),
        (HEAD + "```show\nunit: h1\n```", 9, 'unit must be a unit such as "h1:5"'),
        (HEAD + "```show\n\ncolor: red\n```", 10, 'a word of show must be strokes, .*"color"'),
        (HEAD + "```show\nwithout: h1:5,h1:6\n```", 9, "without must be what is taken out"),
        (HEAD + "```show\nunit\n```", 9, "expected “word: value”"),
        (HEAD + "```choose\nWhich?\n(x) this\n```", 8, "at least two lines"),
        (HEAD + "```choose\nWhich?\n( ) a\n( ) b\n```", 8, "at least one right option"),
        (HEAD + "```choose\n( ) a\n(x) b\n```", 8, "begins with its question"),
        (HEAD + "```number\nHow?\nvalue: size of h1\nwithin: 1\n```", 10, "a live value must be"),
        (HEAD + "```number\nHow?\nvalue: answer\nwithin: 1\n```", 10, "answer is a word"),
        (HEAD + "```number\nHow?\nvalue: accuracy\nwithin: 1\n```", 11, "a share must be such as"),
        (HEAD + "```number\nHow?\nvalue: edges\n```", 8, "needs a line “within: …”"),
        (HEAD + "```goal\nDraw.\nuntil: answer = 3\n```", 10, "a goal must be such as"),
        (HEAD + "```goal\nDraw.\nuntil: answer above 3\n```", 10, "“is” or “is not”"),
        (HEAD + "```goal\nDraw.\nuntil: answer is 3\nmore\n```", 11, "expected “until: …”"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(LessonError, match=rf"^a\.md, line {line}: .*{sentence}"):
        parse_lesson(text, "a.md")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"#" * (MOST_BYTES + 1), "at most 500,000 bytes"),
        ((HEAD + "## s\n\na\n\n" * 61).encode(), "at most 60 steps"),
    ],
)
def test_no_file_is_trusted(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    with pytest.raises(LessonError, match=sentence):
        read_lesson(path)


def test_deep_quotes_and_long_lines_are_read_or_refused_in_no_time() -> None:
    parsed(">" * 50_000 + "a\n\n" + "[" * 20_000 + "\n\n" + "*a" * 20_000)


def test_six_lessons_ship_in_both_languages_with_equal_tasks() -> None:
    files = {language: shipped_lessons(language) for language in ("en", "de")}
    assert [path.stem for path in files["en"]] == list("123456")
    for english, german in zip(*files.values(), strict=True):
        one, other = read_lesson(english), read_lesson(german)
        assert (one.language, other.language) == ("en", "de")
        for what in ("network", "compare", "level", "minutes"):
            assert getattr(one, what) == getattr(other, what)
        assert len(one.aims) == len(other.aims) >= 3
        assert shape(one.steps) == shape(other.steps)
        kinds = [part["kind"] for step in one.steps for part in step["parts"]]
        assert kinds.count("surprise") >= 1
        assert kinds.count("teacher") >= 4
        assert sum(kind in TASKS for kind in kinds) >= 5


def shape(steps: tuple[dict[str, Any], ...]) -> list[Any]:
    """All that a translation keeps: kinds of parts, states, right options, live values, goals."""
    return [
        [
            (
                part["kind"],
                part.get("words"),
                [option["right"] for option in part.get("options", ())],
                part.get("value"),
                part.get("within"),
                part.get("until"),
            )
            for part in step["parts"]
        ]
        for step in steps
    ]


def test_the_lesson_in_the_document_is_one() -> None:
    text = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text("utf-8")
    example = text.partition("```markdown\n")[2].partition("\n```\n")[0]
    lesson = parse_lesson(example, "docs/lessons.md")
    kinds = [part["kind"] for part in lesson.steps[0]["parts"]]
    assert kinds == ["text", "show", "choose", "number", "goal"]


def test_a_number_of_no_lesson_is_refused() -> None:
    with pytest.raises(LessonError, match="there is no lesson 9; expected a file or one of 1, 2"):
        find_lesson("9", "en")

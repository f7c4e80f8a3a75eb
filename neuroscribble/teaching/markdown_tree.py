"""Markdown as a tree of plain values: known elements and text, nothing that could run.

A node is a string, which stays text, or `[tag, {attribute: text}, child, …]`. Only the tags of
`TAGS` come out, and of attributes only a link's address and the number that a list begins with.
HTML in the text is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node: TypeAlias = "str | list[Any]"

TAGS = {
    "paragraph": "p",
    "strong": "strong",
    "em": "em",
    "code_inline": "code",
    "hardbreak": "br",
    "code_block": "pre",
    "fence": "pre",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "blockquote": "blockquote",
    "hr": "hr",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "th": "th",
    "td": "td",
    "link": "a",
}
LETTERS = {"text", "code_inline", "code_block", "fence"}  # their content is text
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


class MarkdownProblem(Exception):
    """Something that a lesson's text cannot hold; `line` counts from 0 in the text."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def blocks(text: str) -> list[SyntaxTreeNode]:
    """The top level of a Markdown text; each block's `map` tells its lines."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    return list(SyntaxTreeNode(reader.parse(text)).children)


def tree(text: str) -> list[Node]:
    """A short text as nodes. Raises MarkdownProblem."""
    return nodes(blocks(text))


def nodes(parsed: Sequence[SyntaxTreeNode]) -> list[Node]:
    """Blocks as nodes. Raises MarkdownProblem for pictures, odd links and headings."""
    return [node for block in parsed for node in _node(block, 0)]


def _node(block: SyntaxTreeNode, line: int) -> Iterator[Node]:
    line = block.map[0] if block.map else line
    if block.type == "softbreak":
        yield " "
    elif block.type == "text":
        if block.content:
            yield block.content
    elif block.type == "inline" or (block.type == "paragraph" and block.hidden):
        for child in block.children:
            yield from _node(child, line)
    elif block.type == "heading":
        yield ["h3", {}, *_children(block, line)]
    elif block.type == "image":
        raise MarkdownProblem(line, "a lesson holds no pictures; the network beside it is one.")
    elif block.type in TAGS:
        inside = [block.content] if block.type in LETTERS else _children(block, line)
        yield [TAGS[block.type], _attributes(block, line), *inside]
    else:
        raise MarkdownProblem(line, f"a lesson holds no {block.type.replace('_', ' ')}.")


def _children(block: SyntaxTreeNode, line: int) -> list[Node]:
    return [node for child in block.children for node in _node(child, line)]


def _attributes(block: SyntaxTreeNode, line: int) -> dict[str, str]:
    if block.type == "ordered_list" and "start" in block.attrs:
        return {"start": str(block.attrs["start"])}
    if block.type != "link":
        return {}
    address = str(block.attrs.get("href", ""))
    if not ADDRESS.fullmatch(address):
        raise MarkdownProblem(
            line, f"a link must begin with https:// or http://; got {address!r:.60}."
        )
    return {"href": address}

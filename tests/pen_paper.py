"""The digits that pages are asked, drawn once for all tests."""

from __future__ import annotations

from functools import cache

from neuroscribble.data import paper as paper_of_pages

paper = cache(paper_of_pages.paper)

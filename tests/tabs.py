"""Tabs of one Chromium, used again; a page that is opened again is only put back to its beginning.

A page of the network takes half a second to open, and a tenth of that to be put back, in another
size or other colors where these are asked for. Whether it then says and shows all that it did when
it was opened is checked; else it is opened anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark", "null"]
HAS_REAL_TIME = """[setTimeout, requestAnimationFrame, performance.now].every((call) =>
  call.toString().includes("[native code]"))"""  # until a test set its clock
MODIFIERS = ("Shift", "Control", "Alt", "Meta")
MOST_KEPT = 6  # pages that stay open, the last ones

# All that a page of pictures says, and what it shows of its network: null for any other page.
SAYS = """async () => {
  const page = window.neuroscribble;
  await page?.ready?.catch(() => null);
  if (!page?.ready || !document.querySelectorAll("#examples button")[3]) return null;
  const said = (id) => document.getElementById(id).innerText;
  const words = ["badge", "caption", "inspector"].map(said);
  const controls = [...document.querySelectorAll("input:not([type=file]), select")];
  const values = controls.map(({ value }) => value);
  const place = [window.location.hash, window.scrollX, window.scrollY];
  const shown = [page.hash(), page.fidelity(), page.selection()];
  return JSON.stringify([shown, words, values, place]);
}"""
PUT_BACK = """async ({ choice, spread, topK, scheme }) => {
  const page = window.neuroscribble;
  const click = (id) => document.getElementById(id).click();
  history.replaceState(null, "", window.location.pathname);
  for (const details of document.querySelectorAll("details[open]")) details.open = false;
  page.select(null);
  if (page.cuts().length > 0) page.restore();
  if (page.spread() !== spread) page.setSpread(spread);
  if (page.choice() !== choice) page.setChoice(choice);
  if (page.topK() !== topK) page.setTopK(topK);
  const brush = document.getElementById("brush");
  brush.value = brush.defaultValue;
  brush.dispatchEvent(new Event("input"));
  click("tab-0");
  document.querySelectorAll("#examples button")[3].click();
  document.getElementById("notice").hidden = true;
  document.activeElement?.blur();
  for (const scrolled of document.querySelectorAll("*")) scrolled.scrollTop &&= 0;
  if (document.documentElement.dataset.theme !== scheme) click("theme");
  await new Promise(requestAnimationFrame);
  click("fit");
  await new Promise(requestAnimationFrame);
  await page.painted();
}"""
CHOSEN = "(({ choice, spread, topK }) => ({ choice: choice(), spread: spread(), topK: topK() }))"


class Look(NamedTuple):
    """How a tab looks: its size in pixels, its colors, a touch screen or not, motion or not."""

    width: int
    height: int
    scheme: Scheme
    touch: bool
    motion: bool


def content_of(file: Path) -> tuple[str, int]:
    """Another page may be written to where one was."""
    return str(file.resolve()), file.stat().st_mtime_ns


@dataclass
class Kept:
    """A page that a test has left, how it looked, and what it said and had when it was opened."""

    page: Page
    content: tuple[str, int]
    look: Look
    said: str
    chosen: dict[str, str]


class Tabs:
    """Each tab is offline and has nothing of another: no address, no storage, no history."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: defaultdict[bool, list[Page]] = defaultdict(list)  # with touch or without
        self._kept: list[Kept] = []  # the one that was left last at the end

    def take(self, look: Look) -> Page:
        """A blank tab that looks like a new one."""
        page = self._idle[look.touch].pop() if self._idle[look.touch] else self._new(look.touch)
        self._dress(page, look)
        return page

    def take_kept(self, file: Path, look: Look) -> Kept | None:
        """A page that was opened before, as a test has left it; if possible one of this look."""
        same = [one for one in self._kept if one.content == content_of(file)]
        same = [one for one in same if one.look.touch == look.touch]
        kept = max(reversed(same), key=lambda one: one.look == look, default=None)
        if kept is not None:
            self._kept.remove(kept)
        return kept

    def note(self, page: Page, file: Path, look: Look) -> Kept | None:
        """What a page says that has just been opened, if it is one that can be put back."""
        said = page.evaluate(SAYS)
        if said is None:
            return None
        return Kept(page, content_of(file), look, said, page.evaluate(f"{CHOSEN}(neuroscribble)"))

    def put_back(self, kept: Kept, look: Look) -> bool:
        """Bring a page to its beginning, looking so; returns whether it says all it said there."""
        from playwright.sync_api import Error

        page, kept.look = kept.page, look
        self._dress(page, look._replace(motion=False))  # no light runs, nothing fades
        try:
            page.evaluate(PUT_BACK, {**kept.chosen, "scheme": look.scheme})
        except Error:  # a test left it broken
            return False
        self._dress(page, look)
        return page.evaluate(SAYS) == kept.said

    def give_back(self, page: Page, look: Look, kept: Kept | None) -> None:
        """Hands off mouse and keyboard; a tab whose clock was set is closed."""
        if page.is_closed():
            return
        if not page.evaluate(HAS_REAL_TIME):
            page.context.close()
            return
        page.mouse.up()
        page.mouse.move(0, 0)
        for key in MODIFIERS:
            page.keyboard.up(key)
        if kept is not None:
            self._kept.append(kept)
            if len(self._kept) > MOST_KEPT:
                oldest = self._kept.pop(0)
                self._leave(oldest.page, oldest.look.touch)
        else:
            self._leave(page, look.touch)

    def _leave(self, page: Page, touch: bool) -> None:
        page.goto("about:blank")
        self._idle[touch].append(page)

    def _dress(self, page: Page, look: Look) -> None:
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(
            media="screen",
            color_scheme=look.scheme,
            reduced_motion="no-preference" if look.motion else "reduce",
            forced_colors="none",
        )

    def _new(self, touch: bool) -> Page:
        context = self._browser.new_context(
            has_touch=touch, is_mobile=touch, offline=True, locale="en-US"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

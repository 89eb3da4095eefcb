"""How the pieces of a page look: the tags of its Text, in the colours and the type of the theme as it is now."""

import tkinter as tk
from collections.abc import Sequence
from tkinter.font import Font
from typing import Any, Final, NamedTuple

from hubbub.client.gui.kit.drawing import colour_of
from hubbub.client.gui.kit.palette import contrast, mix
from hubbub.client.gui.kit.theme import Theme, Weight

_READABLE: Final = 4.5
_Face = tuple[str, Weight | None, bool]
"""Role, weight and slant."""


class _Look(NamedTuple):
    """What a tag sets; None, empty: nothing."""

    face: _Face | None = None
    ink: str = ""
    """A colour of the palette."""


_PLAIN: Final[_Face] = ("body", None, False)
_LOOKS: Final = {
    "time": _Look(("note", None, False), "muted"),
    "name": _Look(("body", "semibold", False)),
    "mine": _Look(ink="link"),
    "quiet": _Look(ink="muted"),
    "quote": _Look(("note", None, False)),
    "slanted": _Look(("body", None, True)),
    "small": _Look(("small", None, False), "muted"),
    "strong": _Look(("body", "semibold", False)),
    "me": _Look(("body", "semibold", False), "link"),
    "danger": _Look(("note", None, False), "danger"),
    "code": _Look(("mono", None, False)),
    "block": _Look(("mono", None, False)),
    "link": _Look(ink="link"),
}
"""Of several the last one counts."""
_GAP: Final = 12
"""Between the time and what was said, at 96 dpi."""


class Styles:
    """Tags that come later in `configure` win over those before."""

    def __init__(self, text: tk.Text, theme: Theme) -> None:
        self._text, self._theme = text, theme
        self._names: set[str] = set()

    def name(self, style: str) -> None:
        """There is somebody of this name ("name Bob"), who has a colour of his own."""
        if style not in self._names:
            self._names.add(style)
            self._name(style)

    def configure(self) -> None:
        """All of them."""
        theme, put = self._theme, self._text.tag_configure
        px, colour, marked = theme.px, theme.colour, self._blend(0.32)
        self._text.configure(
            selectbackground=marked, inactiveselectbackground=marked, selectforeground=colour("text")
        )
        self._lines()
        put("found", background=self._blend(0.2), lmargincolor=self._blend(0.2))
        put("chosen", background=colour("pressed"), lmargincolor=colour("pressed"))
        for style, look in _LOOKS.items():
            self._look(style, look)
        for style in self._names:
            self._name(style)
        margin = self._column + px(8)
        put("code", background=self._tint)
        put("block", background=self._tint, lmargin1=margin, lmargin2=margin, rmargin=px(8))
        put("silent")
        put("hovered", underline=True)
        self._text.tag_raise("sel")

    def _look(self, style: str, look: _Look) -> None:
        self._text.tag_configure(style)
        if look.face is not None:
            self._text.tag_configure(style, font=self._theme.font(*look.face))
        if look.ink:
            self._text.tag_configure(style, foreground=self._theme.colour(look.ink))

    def font(self, styles: Sequence[str]) -> Font:
        """Of words that have these."""
        faces = (look.face for style, look in reversed(_LOOKS.items()) if style in styles)
        return self._theme.font(*next(filter(None, faces), _PLAIN))

    def room(self, width: int) -> int:
        """What a line has beside the times, in a Text so wide. Lines that stand at the right end there."""
        whole = width - 2 * int(self._text.cget("padx"))
        self._text.tag_configure("turned", tabs=(self._column, "left", max(self._column + 1, whole), "right"))
        return whole - self._column - self._theme.px(2)

    def _lines(self) -> None:
        theme, put = self._theme, self._text.tag_configure
        px, colour, font, column = theme.px, theme.colour, theme.font, self._column
        common: dict[str, Any] = {"font": font("body"), "foreground": colour("text"), "lmargin2": column}
        put("row", **common, lmargin1=0, spacing1=px(3), spacing2=px(2), tabs=(column,))
        put("more", lmargin1=column, spacing1=px(2))
        put("right", justify="right")
        put("turned")
        aside: dict[str, Any] = {"foreground": colour("muted"), "lmargin1": column, "spacing3": px(4)}
        put("days", **aside, font=font("small", "semibold"), spacing1=px(14))
        put("others", **aside, font=font("note"), spacing1=px(4))
        soft = colour("accent_soft")
        put("unread", font=font("small", "semibold"), foreground=colour("link"))
        put("unread", background=soft, lmargincolor=soft)

    @property
    def _column(self) -> int:
        """Where what was said begins."""
        return self._theme.measure("note", "00:00") + self._theme.px(_GAP)

    @property
    def _tint(self) -> str:
        palette = self._theme.palette
        return mix(palette.background, palette.text, 0.06)

    def _blend(self, share: float) -> str:
        palette = self._theme.palette
        return mix(palette.background, palette.accent, share)

    def _name(self, style: str) -> None:
        """His colour, as far as it can be read here."""
        palette = self._theme.palette
        own = colour = colour_of(style.partition(" ")[2])
        share = 0.0
        while contrast(colour, palette.background) < _READABLE and share < 1:
            share += 0.1
            colour = mix(own, palette.text, share)
        self._text.tag_configure(style, foreground=colour)
        self._text.tag_raise(style, "name")

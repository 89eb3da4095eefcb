"""Colours, lengths and type of one window, and word of their change. Widgets ask here and nowhere else."""

import sys
import tkinter as tk
import tkinter.font
from collections.abc import Callable, Hashable
from typing import Final, Literal, TypeVar, cast

from hubbub.client.gui.kit import bidi, fonts, screen
from hubbub.client.gui.kit.palette import DARK, LIGHT, Palette

Mode = Literal["light", "dark", "system"]
Weight = Literal["regular", "semibold"]
Part = TypeVar("Part")

# Pixels at 96 dpi, and the weight that a role has unless another is asked for.
ROLES: Final[dict[str, tuple[int, Weight]]] = {
    "small": (11, "regular"),
    "note": (13, "regular"),
    "body": (14, "regular"),
    "strong": (16, "semibold"),
    "title": (20, "semibold"),
    "hero": (28, "semibold"),
    "mono": (13, "regular"),
}
_MEASURES_KEPT = 20_000
_LEADING: Final = 1.25
"""Height of a line, by the size of its type."""
_ATTRIBUTE = "_hubbub_theme"


class Theme:
    """Made once, right after the root. scale: device pixels for one pixel at 96 dpi; None asks the screen."""

    def __init__(
        self, root: tk.Tk, mode: Mode = "light", scale: float | None = None, text_scale: float = 1.0
    ) -> None:
        self.root = root
        self.scale = screen.scale(root) if scale is None else scale
        self.text_scale = text_scale
        self.one_by_one = root.tk.call("tk", "windowingsystem") == "x11"
        """Characters are drawn each for itself from left to right, whatever the script."""
        self.mode: Mode = mode
        self.dark = mode == "dark"
        self._fonts: dict[tuple[str, Weight, bool], tkinter.font.Font] = {}
        self._widths: dict[Hashable, int] = {}
        self._callbacks: dict[object, Callable[[], object]] = {}
        self._parts: dict[object, object] = {}
        self._families = _families(root)
        setattr(root, _ATTRIBUTE, self)
        self._paint_root()
        if mode == "system":
            screen.ask_dark(root, self._system_answered)

    @property
    def palette(self) -> Palette:
        """The colours as they are now; never keep one across a change."""
        return DARK if self.dark else LIGHT

    def colour(self, name: str) -> str:
        """The colour of that name in the palette; what starts with # is given back as it is."""
        return name if name.startswith("#") else str(getattr(self.palette, name))

    def px(self, length: float) -> int:
        """Device pixels for a length at 96 dpi; never 0 for what is not 0."""
        pixels = round(length * self.scale)
        return pixels if pixels or not length else (1 if length > 0 else -1)

    def more(self, role: str = "body", lines: int = 1) -> int:
        """Device pixels by which so many lines are higher than at the usual size of text; 0 where they are lower. What has a height
        for words adds it."""
        usual = round(ROLES[role][0] * self.scale)
        return max(0, round((-self._size(role) - usual) * _LEADING * lines))

    def beside(self, length: float) -> int:
        """`px` for what stands beside words and is as large as they are: an icon, the mark of a choice."""
        return self.px(length * max(1.0, self.text_scale))

    def wide(self, length: float) -> int:
        """Device pixels for the width of a column of words: larger words make it wider, by half as much."""
        return self.px(length * (1 + max(0.0, self.text_scale - 1) / 2))

    def set_mode(self, mode: Mode) -> None:
        """Changes the colours of everything that is shown."""
        self.mode = mode
        if mode == "system":
            screen.ask_dark(self.root, self._system_answered)
        else:
            self._set_dark(mode == "dark")

    def set_text_scale(self, text_scale: float) -> None:
        """Makes all text larger or smaller, 1.0 being the design's."""
        self.text_scale = text_scale
        self._widths.clear()
        for (role, _, _), font in self._fonts.items():
            font.configure(size=self._size(role))
        self._tell()

    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """callback after each change of colours or sizes, in the order of asking; the answer takes it back."""
        key = object()
        self._callbacks[key] = callback
        return lambda: cast(None, self._callbacks.pop(key, None))

    def font(self, role: str, weight: Weight | None = None, italic: bool = False) -> tkinter.font.Font:
        """The font of a role ("small", "note", "body", "strong", "title", "hero", "mono"), kept for good."""
        key = (role, weight or ROLES[role][1], italic)
        return self._fonts.get(key) or self._make_font(key)

    def measure(self, role: str, text: str, weight: Weight | None = None, italic: bool = False) -> int:
        """Width of one line in device pixels. Asked again for the same text it costs a look-up."""
        key = (role, weight, italic, text)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) >= _MEASURES_KEPT:
                self._widths.clear()
            width = self._widths[key] = self.font(role, weight, italic).measure(self.shaped(text))
        return width

    def line_height(self, role: str) -> int:
        """Device pixels from one line of that role to the next."""
        key = ("line", role)
        if key not in self._widths:
            self._widths[key] = int(self.font(role).metrics("linespace"))
        return self._widths[key]

    def written(self, text: str) -> str:
        """A line as Tk has to be given it here, for it to be read in the right order."""
        return bidi.displayed(text) if self.one_by_one else text

    def drawn(self, text: str, rtl: bool) -> str:
        """The same for a stretch of one direction (bidi.stretches)."""
        return bidi.drawn(text, rtl) if self.one_by_one and (rtl or bidi.has_rtl(text)) else text

    def shaped(self, text: str) -> str:
        """A text that is as wide as this one will be."""
        return bidi.shaped(text) if self.one_by_one and bidi.has_rtl(text) else text

    def part(self, kind: Callable[["Theme"], Part]) -> Part:
        """The one `kind` of this window (its pictures, its layers), made when first asked for."""
        if kind not in self._parts:
            self._parts[kind] = kind(self)
        return cast(Part, self._parts[kind])

    def _size(self, role: str) -> int:
        return -max(1, round(ROLES[role][0] * self.scale * self.text_scale))

    def _make_font(self, key: tuple[str, Weight, bool]) -> tkinter.font.Font:
        role, weight, italic = key
        font = tkinter.font.Font(
            self.root,
            family=self._families[role == "mono"],
            size=self._size(role),
            weight="bold" if weight == "semibold" else "normal",
            slant="italic" if italic else "roman",
        )
        tk.Label(self.root, font=font)  # a font that no widget has is opened anew for each measure: 250 us
        self._fonts[key] = font
        return font

    def _system_answered(self, dark: bool) -> None:
        if self.mode == "system":
            self._set_dark(dark)

    def _set_dark(self, dark: bool) -> None:
        if dark != self.dark:
            self.dark = dark
            self._tell()

    def _tell(self) -> None:
        self._paint_root()
        for callback in list(self._callbacks.values()):
            callback()

    def _paint_root(self) -> None:
        self.root.configure(background=self.palette.background)


def theme_of(widget: tk.Misc) -> Theme:
    """The theme of the window that widget stands in."""
    theme = getattr(widget.nametowidget("."), _ATTRIBUTE)
    assert isinstance(theme, Theme)  # noqa: S101 -- for the type checker
    return theme


def open_window(
    title: str, mode: Mode = "system", scale: float | None = None, text_scale: float = 1.0
) -> tuple[tk.Tk, Theme]:
    """A root with its theme, its fonts loaded before and still withdrawn: build, then `deiconify`."""
    fonts.load()
    screen.be_sharp()
    root = tk.Tk(className=title)
    root.withdraw()
    root.title(title)
    return root, Theme(root, mode, scale, text_scale)


def _families(root: tk.Tk) -> tuple[str, str]:
    """For text and for code."""
    known = set(tkinter.font.families(root))
    text = fonts.FAMILY if fonts.FAMILY in known else _family_of(root, "TkDefaultFont")
    mono = {"win32": "Consolas", "darwin": "Menlo"}.get(sys.platform, "DejaVu Sans Mono")
    return text, mono if mono in known else _family_of(root, "TkFixedFont")


def _family_of(root: tk.Tk, name: str) -> str:
    return str(tkinter.font.nametofont(name, root).actual("family"))

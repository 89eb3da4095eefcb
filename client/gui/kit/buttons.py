"""Buttons: with words, with an icon, with both."""

import tkinter as tk
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from hubbub.client.gui.kit.base import Pressable
from hubbub.client.gui.kit.progress import Turning
from hubbub.client.gui.kit.tooltip import Tooltip

Kind = Literal["primary", "quiet", "outline", "danger", "link"]
RADIUS: Final = 8
_HEIGHT: Final = 40
_ICON: Final = 16


class _Look(NamedTuple):
    fill: str | None
    hover: str | None
    pressed: str | None
    words: str
    border: str | None = None
    ring: str = "accent"


_LOOKS: Final[dict[Kind, _Look]] = {
    "primary": _Look("accent", "accent_hover", "accent_pressed", "on_accent", ring="on_accent"),
    "danger": _Look("danger", "danger_hover", "danger_pressed", "on_danger", ring="on_danger"),
    "quiet": _Look("raised", "pressed", "line", "text"),
    "outline": _Look(None, "raised", "pressed", "text", border="line"),
    "link": _Look(None, None, None, "link"),
}


class Button(Pressable):
    """Words, an icon before them, or both; `width` in pixels at 96 dpi, None for what they need."""

    def __init__(
        self,
        parent: tk.Misc,
        text: str = "",
        *,
        icon: str | None = None,
        kind: Kind = "primary",
        command: Callable[[], object] | None = None,
        width: int | None = None,
        height: int = _HEIGHT,
        tooltip: str = "",
        name: str | None = None,
    ) -> None:
        self.text = text
        self.icon = icon
        self.kind: Kind = kind
        self.busy = False
        self._wanted = width
        self._height = height
        super().__init__(parent, 1, 1, command, **({"name": name} if name else {}))
        self._turning = Turning(self)
        self.tooltip = Tooltip(self, tooltip)
        self._fit()

    def set(
        self,
        *,
        text: str | None = None,
        icon: str | None = None,
        enabled: bool | None = None,
        busy: bool | None = None,
        kind: Kind | None = None,
    ) -> None:
        """What is None stays as it is. A busy button turns a wheel and takes no press."""
        self.text = self.text if text is None else text
        self.icon = icon or self.icon
        self.kind = kind or self.kind
        if busy is not None and busy != self.busy:
            self.busy = busy
            self._turning.run(busy)
        if enabled is not None:
            self.enable(enabled)
        self._fit()

    def invoke(self) -> None:
        if not self.busy:
            super().invoke()

    def restyle(self) -> None:
        self.configure(bg=self.theme.colour(self.ground))
        self._fit()

    def draw(self) -> None:
        look = _LOOKS[self.kind]
        colour = look.words if self.enabled else "faint"
        self._draw_ground(look)
        width, height = self.extent
        has_icon = bool(self.icon) or self.busy
        gap = self.theme.px(8) if has_icon and self.text else 0
        icon = self.theme.beside(_ICON) if has_icon else 0
        words = self.theme.measure("body", self.text, "semibold")
        left = (width - icon - gap - words) // 2
        if self.busy:
            self._turning.draw(left + icon // 2, height // 2, icon, colour)
        elif self.icon:
            self.put(self.pictures.icon(self.icon, icon, colour), left, (height - icon) // 2)
        if self.text:
            self.words(self.text, left + icon + gap, height // 2, "body", colour, weight="semibold")
            if self.kind == "link" and self.hovered and self.enabled:
                below = height // 2 + self.theme.line_height("body") // 2 - self.theme.px(1)
                start = left + icon + gap
                self.create_line(start, below, start + words, below, fill=self.theme.colour(colour))

    def _draw_ground(self, look: _Look) -> None:
        fill = look.fill
        if not self.enabled:
            fill = "raised" if fill else None
        elif self.pressed:
            fill = look.pressed
        elif self.hovered and not self.busy:
            fill = look.hover
        px = self.theme.px
        width, height = self.extent
        if fill or look.border:
            self.put(
                self.pictures.rounded(width, height, px(RADIUS), fill or self.ground, look.border, px(1)),
                0,
                0,
            )
        if self.ringed:
            inset = px(3) if look.ring != "accent" else 0
            ring = self.pictures.rounded(
                width - 2 * inset, height - 2 * inset, px(RADIUS) - inset, None, look.ring, px(2)
            )
            self.put(ring, inset, inset)

    def _fit(self) -> None:
        px = self.theme.px
        words = self.theme.measure("body", self.text, "semibold")
        icon = self.theme.beside(_ICON) + (px(8) if self.text else 0) if self.icon or self.busy else 0
        padding = px(4 if self.kind == "link" else 16 if self.text else 12)
        width = px(self._wanted) if self._wanted is not None else words + icon + 2 * padding
        self.resize(width, px(self._height) + self.theme.more())
        self.redraw()


class IconButton(Pressable):
    """A square with an icon in its middle; the tooltip is its name. badge: a number in the corner, 0 for none."""

    def __init__(
        self,
        parent: tk.Misc,
        icon: str,
        command: Callable[[], object] | None = None,
        tooltip: str = "",
        size: int = 40,
        badge: int = 0,
        *,
        colour: str = "muted",
        icon_size: int | None = None,
        ground: str | None = None,
        name: str | None = None,
    ) -> None:
        self.icon = icon
        self.badge = badge
        self.chosen = False
        self._colour = colour
        self._side = size
        self._icon_size = icon_size or (20 if size >= 36 else 16)
        options = {"name": name} if name else {}
        super().__init__(parent, 1, 1, command, ground=ground, **options)
        self.tooltip = Tooltip(self, tooltip)
        self._fit()

    @property
    def text(self) -> str:
        """What the tooltip says."""
        return self.tooltip.text

    def set(
        self,
        *,
        icon: str | None = None,
        badge: int | None = None,
        enabled: bool | None = None,
        chosen: bool | None = None,
        colour: str | None = None,
        tooltip: str | None = None,
    ) -> None:
        """What is None stays as it is; chosen shows it as switched on."""
        self.icon = icon or self.icon
        self.badge = self.badge if badge is None else badge
        self.chosen = self.chosen if chosen is None else chosen
        self._colour = colour or self._colour
        if tooltip is not None:
            self.tooltip.text = tooltip
        if enabled is not None:
            self.enable(enabled)
        self.redraw()

    def restyle(self) -> None:
        self.configure(bg=self.theme.colour(self.ground))
        self._fit()

    def draw(self) -> None:
        px = self.theme.px
        width, height = self.extent
        fill = self._fill()
        if fill:
            self.put(self.pictures.rounded(width, height, px(RADIUS), fill), 0, 0)
        if self.ringed:
            self.put(self.pictures.rounded(width, height, px(RADIUS), None, "accent", px(2)), 0, 0)
        size = self.theme.beside(self._icon_size)
        self.put(
            self.pictures.icon(self.icon, size, self._icon_colour()),
            (width - size) // 2,
            (height - size) // 2,
        )
        if self.badge:
            self._draw_badge(width)

    def _fill(self) -> str | None:
        if not self.enabled:
            return None
        if self.pressed:
            return "pressed"
        if self.hovered:
            return "pressed" if self.ground == "raised" else "raised"
        return "accent_soft" if self.chosen else None

    def _icon_colour(self) -> str:
        if not self.enabled:
            return "line"
        if self.chosen:
            return "accent"
        return "text" if self.hovered and self._colour == "muted" else self._colour

    def _draw_badge(self, width: int) -> None:
        px = self.theme.px
        text = str(self.badge) if self.badge < 100 else "99+"
        height = px(16)
        wide = max(height, self.theme.measure("small", text, "semibold") + px(8))
        self.put(self.pictures.rounded(wide, height, height // 2, "accent"), width - wide, 0)
        self.words(
            text,
            width - wide / 2,
            height / 2,
            "small",
            "on_accent",
            weight="semibold",
            anchor="center",
        )

    def _fit(self) -> None:
        grown = self.theme.beside(self._icon_size) - self.theme.px(self._icon_size)
        side = self.theme.px(self._side) + grown
        self.resize(side, side)
        self.redraw()

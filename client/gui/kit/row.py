"""One row of a list: what is drawn on it, and how it stands."""

import dataclasses
from typing import Any

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.line import Lines, emoji_line
from hubbub.client.gui.kit.pictures import Photo, Presence
from hubbub.client.gui.kit.theme import Weight


@dataclasses.dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands. focused: the list has the keyboard and this row is where it is."""

    hovered: bool
    selected: bool
    focused: bool


class Row:
    """Where one row is drawn. All places and lengths in device pixels from the row's upper left corner."""

    def __init__(self, canvas: Drawn, index: int, top: int, height: int) -> None:
        self._canvas = canvas
        self._top = top
        self.tag = f"row{index}"
        self.theme = canvas.theme
        self.pictures = canvas.pictures
        self.width, self.height = canvas.extent[0], height
        self.photos: list[Photo] = []

    def text(
        self,
        text: str,
        x: float,
        y: float,
        role: str = "body",
        colour: str = "text",
        *,
        weight: Weight | None = None,
        italic: bool = False,
        width: int | None = None,
        right: bool = False,
    ) -> int:
        """One line with emoji, its middle at y, cut at `width`; answers its width. right: x is its right end."""
        if right:
            x -= self.theme.part(Lines).lay(text, role, weight, italic, width).width
        return emoji_line(
            self._canvas,
            text,
            x,
            self._top + y,
            role,
            colour,
            weight=weight,
            italic=italic,
            width=width,
            tags=self.tag,
        )

    def image(self, photo: Photo, x: float, y: float, anchor: Any = "nw") -> None:
        """Any picture."""
        self._canvas.put(photo, x, self._top + y, anchor, tags=self.tag)

    def box(self, x: int, y: int, width: int, height: int, radius: int, fill: str) -> None:
        """A rounded area; a badge when its radius is half its height."""
        self.image(self.pictures.rounded(width, height, radius, fill), x, y)

    def icon(self, name: str, x: float, y: float, size: int, colour: str = "muted") -> None:
        """A Bootstrap icon, its upper left corner at x, y."""
        self.image(self.pictures.icon(name, size, colour), x, y)

    def avatar(
        self,
        name: str,
        x: float,
        y: float,
        size: int,
        picture: bytes | None = None,
        presence: Presence | None = None,
    ) -> None:
        """A person or group."""
        self.image(self.pictures.avatar(name, size, picture, presence), x, y)

    def badge(
        self, text: str, right: float, y: float, fill: str = "accent", colour: str = "on_accent"
    ) -> int:
        """A pill with a number, its right end at `right`, its middle at y; answers its width."""
        px = self.theme.px
        height = px(20) + self.theme.more("small")
        width = max(height, self.theme.measure("small", text, "semibold") + px(12))
        self.box(round(right - width), round(y - height / 2), width, height, height // 2, fill)
        self._canvas.words(
            text,
            right - width / 2,
            self._top + y,
            "small",
            colour,
            weight="semibold",
            anchor="center",
            tags=self.tag,
        )
        return width

    def ground(self, state: RowState, inset: int = 8) -> None:
        """The usual ground of a row: soft when hovered, accent when selected, ringed when focused."""
        px = self.theme.px
        fill = "accent_soft" if state.selected else "raised" if state.hovered else None
        if not fill and not state.focused:
            return
        border = "accent" if state.focused else None
        photo = self.pictures.rounded(
            self.width - 2 * px(inset), self.height - px(2), px(8), fill or self._canvas.ground, border, px(2)
        )
        self.image(photo, px(inset), px(1))

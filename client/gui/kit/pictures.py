"""Pictures for Tk, kept by what they show. A widget holds what it shows; what nobody holds may be dropped.

`theme.part(Pictures)` is the window's one.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Literal

from PIL import Image, ImageTk

from hubbub.client.gui.kit import drawing
from hubbub.client.gui.kit.drawing import ALL, Corners
from hubbub.client.gui.kit.theme import Theme

Photo = ImageTk.PhotoImage
Presence = Literal["online", "away", "busy"]
_KEPT_PIXELS: Final = 4_000_000  # 16 MB: a few screens full of rows
_PRESENCE: Final = {"online": "success", "away": "warning", "busy": "danger"}


class Pictures:
    """All lengths in device pixels, all colours #rrggbb or names of the palette."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: OrderedDict[Hashable, Photo] = OrderedDict()
        self._pixels = 0

    def photo(self, image: Image.Image) -> Photo:
        """For Tk, not kept here."""
        return Photo(image, master=self._theme.root)

    def kept(self, key: Hashable, draw: Callable[[], Image.Image]) -> Photo:
        """The picture of that key, drawn if it is not there."""
        photo = self._kept.get(key)
        if photo is None:
            photo = self._kept[key] = self.photo(draw())
            self._pixels += photo.width() * photo.height()
            self._forget()
        self._kept.move_to_end(key)
        return photo

    def rounded(
        self,
        width: int,
        height: int,
        radius: int,
        fill: str | None,
        border: str | None = None,
        thickness: int = 1,
        corners: Corners = ALL,
    ) -> Photo:
        """A box with round corners, clear around them."""
        inside = self._theme.colour(fill) if fill else None
        edge = self._theme.colour(border) if border else None
        width, height = max(1, width), max(1, height)
        key = ("rounded", width, height, radius, inside, edge, thickness, corners)
        return self.kept(
            key, lambda: drawing.rounded(width, height, radius, inside, edge, thickness, corners)
        )

    def circle(self, size: int, fill: str) -> Photo:
        """A disc."""
        colour = self._theme.colour(fill)
        return self.kept(("circle", size, colour), lambda: drawing.disc(size, colour))

    def arc(self, size: int, thickness: int, start: float, sweep: float, colour: str) -> Photo:
        """A piece of a ring, degrees clockwise from the top."""
        solid = self._theme.colour(colour)
        key = ("arc", size, thickness, start, sweep, solid)
        return self.kept(key, lambda: drawing.arc(size, thickness, start, sweep, solid))

    def icon(self, name: str, size: int, colour: str) -> Photo:
        """A Bootstrap icon; KeyError for a name that there is not."""
        solid = self._theme.colour(colour)
        return self.kept(("icon", name, size, solid), lambda: drawing.icon(name, size, solid))

    def spaced_icon(self, name: str, size: int, colour: str, gap: int) -> Photo:
        """The icon with a clear gap at its right, for a label that has words beside it."""
        solid = self._theme.colour(colour)

        def draw() -> Image.Image:
            image = Image.new("RGBA", (size + gap, size), (0, 0, 0, 0))
            image.paste(drawing.icon(name, size, solid), (0, 0))
            return image

        return self.kept(("spaced", name, size, solid, gap), draw)

    def avatar(
        self, name: str, size: int, picture: bytes | None = None, presence: Presence | None = None
    ) -> Photo:
        """A person or group: the picture cut round, else initials on the name's colour."""
        dot = self._theme.colour(_PRESENCE[presence]) if presence else None
        key = ("avatar", name, size, hash(picture), dot)
        return self.kept(key, lambda: _avatar(name, size, picture, presence, dot))

    def _forget(self) -> None:
        while self._pixels > _KEPT_PIXELS and len(self._kept) > 1:
            _, photo = self._kept.popitem(last=False)
            self._pixels -= photo.width() * photo.height()


def _avatar(
    name: str, size: int, picture: bytes | None, presence: Presence | None, dot: str | None
) -> Image.Image:
    image = drawing.round_picture(picture, size) if picture else None
    if image is None:
        image = drawing.avatar(drawing.initials_of(name), drawing.colour_of(name), size)
    return drawing.with_presence(image, dot, presence == "away") if dot else image

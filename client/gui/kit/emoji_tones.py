"""The skin tones of one emoji, in a row over the grid that it is in: the first is without any."""

from collections.abc import Sequence
from typing import Final, Protocol

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.emoji import Emoji, EmojiPictures
from hubbub.client.gui.kit.pictures import Photo

_TAG: Final = "tones"
_PAD: Final = 4


class Tone(Protocol):
    """Where the choice is kept: for all emoji the one that was chosen last."""

    emoji_tone: int
    """0: none; 1 to 5: from the lightest to the darkest."""


class ToneRow:
    """Over a canvas, at the cell of an emoji whose left upper corner is at x, y of the canvas; side: of a cell. All in device pixels."""

    def __init__(
        self, canvas: Drawn, x: int, y: int, side: int, size: int, members: Sequence[Emoji], chosen: int
    ) -> None:
        self.members = members
        self.current = chosen
        self._canvas, self._side = canvas, side
        self._pad = canvas.theme.px(_PAD)
        width, height = len(members) * side + 2 * self._pad, side + 2 * self._pad
        top = int(canvas.canvasy(0))
        self.left = max(0, min(x + (side - width) // 2, canvas.extent[0] - width))
        self.top = y - height if y - height >= top else y + side
        self._photos: list[Photo] = [
            canvas.pictures.rounded(width, height, canvas.theme.px(10), "surface", "line")
        ]
        self._put(self._photos[0], self.left, self.top)
        self._ring: Photo = canvas.pictures.rounded(side, side, canvas.theme.px(8), "raised")
        self._put(self._ring, *self._corner(chosen), "tone-chosen")
        self._draw(size)

    def at(self, x: int, y: int) -> int | None:
        """Which one is at this place of the canvas; None: none."""
        place = (x - self.left - self._pad) // self._side
        inside = self.top <= y < self.top + self._side + 2 * self._pad
        return place if inside and 0 <= place < len(self.members) else None

    def point(self, place: int) -> None:
        """This one would be taken."""
        self.current = place % len(self.members)
        self._canvas.coords("tone-chosen", *self._corner(self.current))

    def close(self) -> None:
        """Take it away."""
        self._canvas.delete(_TAG)

    def _draw(self, size: int) -> None:
        for place, member in enumerate(self.members):
            if (photo := self._canvas.theme.part(EmojiPictures).image(member.sequence, size)) is not None:
                x, y = self._corner(place)
                inset = (self._side - size) // 2
                self._put(photo, x + inset, y + inset)
                self._photos.append(photo)

    def _corner(self, place: int) -> tuple[int, int]:
        return self.left + self._pad + place * self._side, self.top + self._pad

    def _put(self, photo: Photo, x: int, y: int, tag: str = "") -> None:
        self._canvas.create_image(x, y, image=photo, anchor="nw", tags=(_TAG, tag) if tag else _TAG)

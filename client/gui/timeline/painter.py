"""Draws plans on a canvas; of a plan that differs a little from the one before, what differs. Holds the pictures that it shows."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from PIL import Image

from hubbub.client.gui.desk_media import Picture
from hubbub.client.gui.kit import drawing
from hubbub.client.gui.kit.emoji import EmojiPictures
from hubbub.client.gui.kit.palette import mix, rgb
from hubbub.client.gui.kit.pictures import Photo as TkPhoto
from hubbub.client.gui.kit.pictures import Pictures
from hubbub.client.gui.timeline import plan
from hubbub.client.gui.timeline.look import Look
from hubbub.client.gui.timeline.plan import Op

Load = Callable[[plan.Photo], Picture | None]
_ALONE: Final = (plan.Words, plan.Glyph, plan.Emoji, plan.Face, plan.Arc)
"""What may be drawn anew without the rest: nothing stands on it."""


class _Drawn:
    """What stands for one piece of the plan."""

    __slots__ = ("held", "items", "op")

    def __init__(self, op: Op) -> None:
        self.op = op
        self.items: list[int] = []
        self.held: list[object] = []
        """Pictures: Tk drops one that nobody holds."""


class Painter:
    """Of one canvas."""

    __slots__ = ("_canvas", "_drawn", "_look", "_photos", "_pictures")

    def __init__(self, canvas: tk.Canvas, look: Look) -> None:
        self._canvas, self._look = canvas, look
        self._pictures = look.theme.part(Pictures)
        self._drawn: list[_Drawn] = []
        self._photos: list[_Drawn] = []

    @property
    def photos(self) -> list[plan.Photo]:
        """Pictures of the message that are to be loaded while it is seen."""
        return [cast("plan.Photo", drawn.op) for drawn in self._photos]

    def item(self, index: int) -> int:
        """The canvas's item that stands for this op."""
        return self._drawn[index].items[0]

    def paint(self, ops: list[Op]) -> None:
        """Make the canvas look like this."""
        if len(ops) == len(self._drawn):
            changed = [index for index, op in enumerate(ops) if op != self._drawn[index].op]
            if all(type(ops[index]) is type(self._drawn[index].op) for index in changed) and all(
                isinstance(ops[index], _ALONE) for index in changed
            ):
                for index in changed:
                    self._canvas.delete(*self._drawn[index].items)
                    self._drawn[index] = self._draw(ops[index])
                    self._put_below(index)
                return
        self._repaint(ops)

    def _put_below(self, index: int) -> None:
        """Below what comes after it, as it was."""
        if index + 1 < len(self._drawn):
            for item in self._drawn[index].items:
                self._canvas.tag_lower(item, self._drawn[index + 1].items[0])

    def clear(self) -> None:
        """Nothing is drawn, and nothing held."""
        self._canvas.delete("all")
        self._drawn, self._photos = [], []

    def load(self, load: Load) -> None:
        """Show the pictures that are here."""
        for drawn in self._photos:
            op = cast("plan.Photo", drawn.op)
            if len(drawn.held) == 0 and (picture := load(op)) is not None:
                image = Image.frombytes(picture.mode, (picture.width, picture.height), picture.pixels)
                if image.mode == "RGBA":  # what shines through is seen on the bubble
                    ground = Image.new("RGBA", image.size, (*rgb(op.ground), 255))
                    image = Image.alpha_composite(ground, image).convert("RGB")
                photo = self._pictures.photo(image)
                drawn.held.append(photo)
                self._canvas.itemconfigure(drawn.items[0], image=cast("Any", photo))
                self._canvas.itemconfigure(drawn.items[1], image="")

    def unload(self) -> None:
        """Let go of them: the message is not seen any more."""
        for drawn in self._photos:
            if drawn.held:
                self._canvas.itemconfigure(drawn.items[0], image="")
                drawn.held.clear()

    # ------------------------------------------------------------------------------------------------------ drawing

    def _repaint(self, ops: list[Op]) -> None:
        before = self._drawn, self._photos  # held until the new ones hold theirs: most are the same
        self._canvas.delete("all")
        self._photos = []
        self._drawn = [self._draw(op) for op in ops]
        del before

    def _draw(self, op: Op) -> _Drawn:
        drawn = _Drawn(op)
        _DRAWERS[type(op)](self, op, drawn)
        return drawn

    def _put(self, drawn: _Drawn, photo: TkPhoto, x: int, y: int) -> None:
        drawn.held.append(photo)
        drawn.items.append(self._canvas.create_image(x, y, image=cast("Any", photo), anchor="nw"))

    def _draw_box(self, op: plan.Box, drawn: _Drawn) -> None:
        left, top, right, bottom = op.x, op.y, op.x + op.width, op.y + op.height
        radii = [min(radius, op.width // 2, op.height // 2) for radius in op.radii]
        _, two, three, four = radii
        if not any(radii):
            drawn.items.append(self._canvas.create_rectangle(left, top, right, bottom, fill=op.fill, width=0))
            return
        self._draw_cross(op, drawn, radii, 0, op.border or op.fill)
        if op.border:
            self._draw_cross(op, drawn, radii, op.thickness, op.fill)
        places = ((left, top), (right - two, top), (right - three, bottom - three), (left, bottom - four))
        for index, (radius, (x, y)) in enumerate(zip(radii, places, strict=True)):
            if radius:
                self._put(drawn, self._corner(radius, op, index), x, y)

    def _draw_cross(self, op: plan.Box, drawn: _Drawn, radii: Sequence[int], inset: int, colour: str) -> None:
        """The box without its corners."""
        left, top, right, bottom = op.x, op.y, op.x + op.width, op.y + op.height
        one, two, three, four = radii
        west, north, east, south = left + inset, top + inset, right - inset, bottom - inset
        points = (
            *(west, top + one, left + one, top + one, left + one, north),
            *(right - two, north, right - two, top + two, east, top + two),
            *(east, bottom - three, right - three, bottom - three, right - three, south),
            *(left + four, south, left + four, bottom - four, west, bottom - four),
        )
        drawn.items.append(self._canvas.create_polygon(points, fill=colour, width=0))

    def _corner(self, radius: int, op: plan.Box, index: int) -> TkPhoto:
        """Opaque: Tk on X11 reads back what lies under a picture that is not."""
        fill, ground, border, thickness = op.fill, op.ground, op.border or None, op.thickness

        def draw() -> Image.Image:
            image = Image.new("RGB", (radius, radius), ground)
            whole = drawing.rounded(2 * radius, 2 * radius, radius, fill, border, thickness)
            image.paste(quarter := _quarter(whole, radius, index), (0, 0), quarter)
            return image

        return self._pictures.kept(("corner", radius, fill, ground, border, thickness, index), draw)

    def _mask(self, radius: int, ground: str, index: int) -> TkPhoto:
        """What lies outside of a round corner, over a picture."""

        def draw() -> Image.Image:
            inside = _quarter(drawing.rounded(2 * radius, 2 * radius, radius, ground), radius, index)
            image = Image.new("RGBA", (radius, radius), ground)
            image.putalpha(inside.getchannel("A").point(lambda value: 255 - value))
            return image

        return self._pictures.kept(("mask", radius, ground, index), draw)

    def _draw_pill(self, op: plan.Pill, drawn: _Drawn) -> None:
        border = op.border or None
        photo = self._pictures.rounded(
            op.width, op.height, op.radius, op.fill, border, max(1, self._look.px(1))
        )
        self._put(drawn, photo, op.x, op.y)

    def _draw_words(self, op: plan.Words, drawn: _Drawn) -> None:
        role, weight, italic = op.font
        font = self._look.theme.font(role, weight, italic)
        drawn.items.append(
            self._canvas.create_text(op.x, op.y, text=op.text, font=font, fill=op.colour, anchor="nw")
        )

    def _draw_emoji(self, op: plan.Emoji, drawn: _Drawn) -> None:
        photo = self._look.theme.part(EmojiPictures).image(op.sequence, op.size)
        if photo is None:
            photo = self._pictures.rounded(op.size, op.size, self._look.px(3), None, "faint")
        self._put(drawn, photo, op.x, op.y)

    def _draw_glyph(self, op: plan.Glyph, drawn: _Drawn) -> None:
        self._put(drawn, self._pictures.icon(op.icon, op.size, op.colour), op.x, op.y)

    def _draw_face(self, op: plan.Face, drawn: _Drawn) -> None:
        self._put(drawn, self._pictures.avatar(op.name, op.size, op.picture), op.x, op.y)

    def _draw_arc(self, op: plan.Arc, drawn: _Drawn) -> None:
        thick = max(2, self._look.px(2.5))
        self._put(drawn, self._pictures.arc(op.size, thick, 0, 360, op.track), op.x, op.y)
        sweep = max(6.0, op.share * 360)
        self._put(drawn, self._pictures.arc(op.size, thick, 0, sweep, op.colour), op.x, op.y)

    def _draw_photo(self, op: plan.Photo, drawn: _Drawn) -> None:
        canvas, look = self._canvas, self._look
        empty = mix(op.ground, look.palette.text, 0.07)
        right, bottom = op.x + op.width, op.y + op.height
        ground = canvas.create_rectangle(op.x, op.y, right, bottom, fill=empty, width=0)
        image = canvas.create_image(op.x, op.y, anchor="nw")
        side = look.px(24)
        icon = self._pictures.icon("image" if not op.missing else "eye-slash", side, look.palette.faint)
        middle = canvas.create_image(op.x + op.width // 2, op.y + op.height // 2, image=cast("Any", icon))
        places = (
            (op.x, op.y),
            (right - op.radii[1], op.y),
            (right - op.radii[2], bottom - op.radii[2]),
            (op.x, bottom - op.radii[3]),
        )
        if op.missing and op.height > look.px(120):
            words = canvas.create_text(
                op.x + op.width // 2,
                op.y + op.height // 2 + side,
                text=op.missing,
                font=look.theme.font("note"),
                fill=look.palette.muted,
                width=op.width - look.px(24),
                anchor="n",
                justify="center",
            )
            drawn.items.append(words)
        corners = _Drawn(op)
        for index, (radius, (x, y)) in enumerate(zip(op.radii, places, strict=True)):
            if radius:
                self._put(corners, self._mask(radius, op.ground, index), x, y)
        drawn.items = [image, middle, ground, *drawn.items, *corners.items]
        self._photos.append(drawn)


def _quarter(whole: Image.Image, radius: int, index: int) -> Image.Image:
    """Top left, top right, bottom right, bottom left."""
    x, y = ((0, 0), (radius, 0), (radius, radius), (0, radius))[index]
    return whole.crop((x, y, x + radius, y + radius))


_DRAWERS: Final[dict[type, Callable[[Painter, Any, _Drawn], None]]] = {
    plan.Box: Painter._draw_box,
    plan.Pill: Painter._draw_pill,
    plan.Words: Painter._draw_words,
    plan.Emoji: Painter._draw_emoji,
    plan.Glyph: Painter._draw_glyph,
    plan.Face: Painter._draw_face,
    plan.Arc: Painter._draw_arc,
    plan.Photo: Painter._draw_photo,
}

"""Puts rows into the Text of a page: words with their styles, small pictures, and what a click on either does."""

import tkinter as tk
from collections.abc import Callable, Collection
from functools import partial
from itertools import count
from typing import Any, Final, NamedTuple

from PIL import Image

from hubbub.client.gui.kit import drawing
from hubbub.client.gui.kit.emoji import Emoji, EmojiPictures
from hubbub.client.gui.kit.indices import counts_pairs
from hubbub.client.gui.kit.line import Lines
from hubbub.client.gui.kit.pictures import Photo, Pictures
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.model.rows import Row
from hubbub.client.gui.timeline.actions import Actions
from hubbub.client.gui.timeline.styles import Styles
from hubbub.client.gui.timeline.turned import Turned, has_turned, said, turned
from hubbub.client.gui.timeline.wording import Icon, Thumb, Words, wording

THUMB: Final = (160, 90)
"""The most room of a picture, at 96 dpi."""
_PLACE: Final = "writing"


class _Placed(NamedTuple):
    """A picture in the Text."""

    key: str
    """Of its row."""
    copied: str
    photo: Photo
    thumb: Thumb | None
    """That is to be fetched yet."""


class _Written(NamedTuple):
    """What there is of a row besides its words."""

    tags: list[str]
    pictures: list[str]


class Writer:
    """Of one Text."""

    def __init__(
        self, text: tk.Text, theme: Theme, styles: Styles, actions: Actions, retry: Callable[[], object]
    ) -> None:
        self._text, self._theme, self._styles, self._actions, self._retry = (
            text,
            theme,
            styles,
            actions,
            retry,
        )
        self._rows: dict[str, _Written] = {}
        self._placed: dict[str, _Placed] = {}
        self._acts: dict[str, Callable[[], object]] = {}
        self._turned: dict[str, Turned] = {}
        self._wide = counts_pairs(text)
        self._numbers = count()
        self._batch: list[Any] = []

    def write(self, place: str, row: Row) -> int:
        """A row there, with the end of its last line; how many lines it has."""
        written = self._rows[row.key] = _Written([], [])
        self._text.mark_set(_PLACE, place)
        lines, ended = 0, False
        found = list(wording(row, self._actions, self._retry))
        if self._theme.one_by_one and has_turned(found):
            return self._write_turned(row.key, found, written)
        for words in found:
            styles = self._styles_of(words, written)
            if words.picture is not None:
                self._put_picture(words, styles, row.key)
            else:
                lines += words.text.count("\n")
                self._batch += [words.text, styles]
            ended = words.text.endswith("\n")
        if not ended:
            self._batch += ["\n", ()]
        self._flush()
        return lines + (not ended)

    def _write_turned(self, key: str, row: list[Words], written: _Written) -> int:
        """Something in it runs from right to left."""
        room = self._styles.room(self._text.winfo_width())
        row = [self._known(words) for words in row]
        lines = turned(row, room, self._width)
        styles = [self._styles_of(words, written) for words in row]
        for number, line in enumerate(lines):
            more = (("right",) if number else ("turned",)) if line.right else ()
            for bit in line.bits:
                words = row[bit.number]
                if words.picture is not None:
                    self._put_picture(words, (*styles[bit.number], *more), key)
                else:
                    self._batch += [bit.text, (*styles[bit.number], *more)]
            self._batch += ["\n", more]
        self._flush()
        self._turned[key] = Turned(said(row), lines, self._wide)
        return len(lines)

    def _known(self, words: Words) -> Words:
        """Without a picture that the pack does not have."""
        unknown = isinstance(words.picture, Emoji) and self._photo(words.picture) is None
        return words._replace(picture=None) if unknown else words

    def _width(self, words: Words, text: str) -> int:
        if words.picture is None:
            return self._styles.font(words.styles).measure(self._theme.shaped(text))
        photo = self._photo(words.picture)
        return photo.width() + 2 if photo is not None else self._theme.line_height("body")

    def turned(self, key: str) -> Turned | None:
        """How its lines are ordered; None: as Tk has them."""
        return self._turned.get(key)

    @property
    def turns(self) -> bool:
        """There are such rows."""
        return bool(self._turned)

    def forget(self, key: str) -> None:
        """A row is not written any more."""
        self._turned.pop(key, None)
        written = self._rows.pop(key)
        for tag in written.tags:
            del self._acts[tag]
        if written.tags:
            self._text.tag_delete(*written.tags)
        for name in written.pictures:
            del self._placed[name]

    def act(self, tag: str) -> Callable[[], object] | None:
        """What a click on what bears this tag does."""
        return self._acts.get(tag)

    def copied(self, picture: str) -> str:
        """What stands for a picture where it is copied."""
        return self._placed[picture].copied if picture in self._placed else ""

    def load(self, keys: Collection[str]) -> None:
        """Fetch the pictures of these rows, or show them if they are here."""
        for name, placed in list(self._placed.items()):
            if placed.thumb is not None and placed.key in keys:
                self._load(name, placed, placed.thumb)

    def clear(self) -> None:
        """The Text is gone."""
        self._placed.clear()
        self._acts.clear()
        self._rows.clear()
        self._turned.clear()

    def _styles_of(self, words: Words, written: _Written) -> tuple[str, ...]:
        styles = words.styles
        for style in styles:
            if style.startswith("name "):
                self._styles.name(style)
        if words.silent:
            styles = (*styles, "silent")
        if words.act is None:
            return styles
        tag = f"act{next(self._numbers)}"
        written.tags.append(tag)
        self._acts[tag] = words.act
        return (*styles, tag)

    def _flush(self) -> None:
        if self._batch:
            self._text.insert(_PLACE, *self._batch)
            self._batch.clear()

    # ------------------------------------------------------------------------------------------------------- pictures

    def _put_picture(self, words: Words, styles: tuple[str, ...], key: str) -> None:
        photo = self._photo(words.picture)
        if photo is None:  # an emoji that the pack does not have
            self._batch += [words.text, styles]
            return
        self._flush()
        name = str(self._text.image_create(_PLACE, image=photo, padx=1, align="center"))
        for style in styles:
            self._text.tag_add(style, name)
        self._placed[name] = _Placed(
            key, words.text, photo, words.picture if isinstance(words.picture, Thumb) else None
        )
        self._rows[key].pictures.append(name)

    def _photo(self, picture: Emoji | Icon | Thumb | None) -> Photo | None:
        theme, pictures = self._theme, self._theme.part(Pictures)
        if isinstance(picture, Emoji):
            side = min(theme.part(Lines).emoji_size("body"), theme.line_height("body"))
            return theme.part(EmojiPictures).image(picture.sequence, side)
        if isinstance(picture, Icon):
            side = round(theme.px(14) * theme.text_scale)
            return pictures.icon(picture.name, side, theme.colour(picture.colour))
        assert picture is not None  # noqa: S101 - for the type checker
        width, height = self._size(picture)
        icon, ground, sign = (
            "eye-slash" if picture.missing else "image",
            theme.palette.raised,
            theme.palette.faint,
        )
        draw = partial(_blank, width, height, ground, icon, sign)
        return pictures.kept(("thumb", width, height, ground, icon), draw)

    def _size(self, thumb: Thumb) -> tuple[int, int]:
        one, (widest, highest) = thumb.attachment, THUMB
        share = min(widest / one.width, highest / one.height, 1.0)
        px = self._theme.px
        return max(px(24), px(one.width * share)), max(px(24), px(one.height * share))

    def _load(self, name: str, placed: _Placed, thumb: Thumb) -> None:
        picture = self._actions.media.picture(thumb.attachment, *self._size(thumb))
        if picture is None:
            return
        image = Image.frombytes(picture.mode, (picture.width, picture.height), picture.pixels)
        photo = self._theme.part(Pictures).photo(image)
        self._text.image_configure(name, image=photo)
        self._placed[name] = placed._replace(photo=photo, thumb=None)


def _blank(width: int, height: int, ground: str, icon: str, colour: str) -> Image.Image:
    """What stands in the place of a picture that is not here."""
    image = Image.new("RGBA", (width, height), ground)
    sign = drawing.icon(icon, min(width, height) // 3, colour)
    image.alpha_composite(sign, ((width - sign.width) // 2, (height - sign.height) // 2))
    return image

"""The results of the palette: headings, and rows beneath them."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from hubbub.client import Hit
from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.bidi import has_rtl, is_rtl
from hubbub.client.gui.kit.line import Lines
from hubbub.client.gui.kit.row import Row
from hubbub.client.gui.kit.scroll import Scrollbar, Wheel
from hubbub.client.gui.model import times
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.conversations import muted
from hubbub.client.gui.model.matching import Mark
from hubbub.client.gui.model.palette import Entry, Part
from hubbub.client.gui.model.search import excerpt

_HEADING: Final = 32
_ROW: Final = 44
_MESSAGE: Final = 56
_FACE: Final = 28
_LEFT: Final = 12
_GAP: Final = 12
Pieces = Sequence[tuple[str, bool]]
"""Of a text, and whether each was looked for."""


class _Place(NamedTuple):
    """Of a row, in device pixels from the first."""

    entry: Entry
    top: int
    height: int


class PaletteRows(Drawn):
    """Takes no keys: the field above does. choose: the pointer moved onto one; go: it was pressed."""

    def __init__(
        self,
        parent: tk.Misc,
        chat: Chat,
        choose: Callable[[Entry], object],
        go: Callable[[Entry], object],
    ) -> None:
        super().__init__(parent, 1, 1, takefocus=0)
        self._chat, self._choose, self._go = chat, choose, go
        self._parts: tuple[Part, ...] = ()
        self._places: list[_Place] = []
        self._headings: list[tuple[str, int]] = []
        self._whole = 0
        self.chosen = ""
        self._at: tuple[int, int] | None = None
        self.theme.part(Wheel)
        self.scrollbar = Scrollbar(self, lambda _, share: self._scroll_to(round(share * self._whole)))
        self.configure(yscrollincrement=1)
        self.bind("<Motion>", self._moved)
        self.bind("<ButtonRelease-1>", self._released)

    def show(self, parts: tuple[Part, ...], chosen: str) -> None:
        """What was found, and what Enter takes."""
        if parts != self._parts:
            same = bool(self._places) and bool(parts) and self._places[0].entry.key == parts[0].entries[0].key
            self._parts, self.chosen = parts, chosen
            self._lay()
            self.redraw()
            self._scroll_to(self._top() if same else 0)
        elif chosen != self.chosen:
            self.chosen = chosen
            self._draw_chosen()
        self._see(chosen)

    def wheel(self, pixels: int) -> None:
        """Scrolls by device pixels."""
        self._scroll_to(self._top() + pixels)

    # -------------------------------------------------------------------------------------------------------- drawing

    def draw(self) -> None:
        px = self.theme.px
        for text, top in self._headings:
            self.words(
                text,
                px(_LEFT),
                top + self._heading - px(5) - self.theme.line_height("small") // 2,
                "small",
                "muted",
                weight="semibold",
            )
        for at, place in enumerate(self._places):
            row = Row(self, at, place.top, place.height)
            if place.entry.hit is not None:
                self._draw_message(row, place.entry, place.entry.hit)
            else:
                self._draw_entry(row, place.entry)
        self._draw_chosen()

    def _lay(self) -> None:
        self._places, self._headings, top = [], [], 0
        for part in self._parts:
            self._headings.append((part.heading, top))
            top += self._heading
            for entry in part.entries:
                height = self._high(entry)
                self._places.append(_Place(entry, top, height))
                top += height
        self._whole = top
        self.configure(scrollregion=(0, 0, self.extent[0], max(self.extent[1], top)))

    def _draw_chosen(self) -> None:
        self.delete("chosen")
        place = next((place for place in self._places if place.entry.key == self.chosen), None)
        if place is not None:
            width = self._width
            photo = self.pictures.rounded(width, place.height, self.theme.px(8), "raised")
            self.put(photo, 0, place.top, tags="chosen")
            self.tag_lower("chosen")

    @property
    def _heading(self) -> int:
        return self.theme.px(_HEADING) + self.theme.more("small")

    def _high(self, entry: Entry) -> int:
        if entry.hit is not None:
            return self.theme.px(_MESSAGE) + 2 * self.theme.more("note")
        return self.theme.px(_ROW) + self.theme.more()

    @property
    def _width(self) -> int:
        """Left of the scrollbar, where there is one."""
        return self.extent[0] - (self.theme.px(10) if self._whole > self.extent[1] else 0)

    def _draw_entry(self, row: Row, entry: Entry) -> None:
        px, middle = row.theme.px, row.height / 2
        self._draw_face(row, entry)
        command = entry.kind == "command"
        right = self._draw_beside(row, entry, self._width - px(_LEFT), middle)
        end = draw_pieces(
            row,
            _pieces(entry.title, entry.marks),
            px(_LEFT + _FACE + _GAP),
            middle,
            right,
            "body",
            None if command else "semibold",
        )
        room = round(right - end - px(8))
        if not command and entry.note and room > px(32):
            row.text(entry.note, end + px(8), middle, "note", "muted", width=room)

    def _draw_beside(self, row: Row, entry: Entry, right: int, middle: float) -> int:
        """At the right end; where what stands before it must end."""
        wide, gap = 0, row.theme.px(_GAP)
        if entry.kind == "public":
            wide = row.text("Join", right, middle, "note", "link", weight="semibold", right=True)
        elif entry.kind == "command":
            wide = row.text(entry.note, right, middle, "small", "muted", right=True)
        elif unread := self._unread(entry):
            wide = row.badge(unread, right, middle, *(("line", "muted") if self._muted(entry) else ()))
        return right - wide - gap if wide else right

    def _draw_face(self, row: Row, entry: Entry) -> None:
        px = row.theme.px
        side, top = px(_FACE), (row.height - px(_FACE)) // 2
        if entry.kind == "command":
            icon = px(18)
            row.icon(entry.icon, px(_LEFT) + (side - icon) // 2, (row.height - icon) // 2, icon, "muted")
        elif entry.kind == "person":
            user = self._chat.people.user(entry.key[1:])
            picture = self._chat.media.person(user.name, user.picture)
            presence = user.status if user.online else None
            row.avatar(entry.title, px(_LEFT), top, side, picture, presence)
        else:
            row.avatar(entry.title.removeprefix("#"), px(_LEFT), top, side)

    def _draw_message(self, row: Row, entry: Entry, hit: Hit) -> None:
        px, chat = row.theme.px, self._chat
        user = chat.people.user(hit.sender)
        picture = chat.media.person(user.name, user.picture)
        row.avatar(entry.title, px(_LEFT), (row.height - px(_FACE)) // 2, px(_FACE), picture)
        left, right = px(_LEFT + _FACE + _GAP), self._width - px(_LEFT)
        upper, lower = round(row.height * 0.32), round(row.height * 0.68)
        time = times.brief(hit.sent_at, chat.now())
        room = right - row.text(time, right, upper, "small", "muted", right=True) - px(8)
        who = "You" if hit.sender == chat.me else entry.title
        width = row.text(who, left, upper, "note", weight="semibold", width=round(room - left))
        if (where := self._where(hit)) and room - left - width > px(48):
            width += px(5)
            row.text(
                f"· {where}",
                left + width,
                upper,
                "note",
                "muted",
                width=round(room - left - width),
            )
        draw_pieces(row, excerpt(hit), left, lower, right, "note", None, "muted")

    def _where(self, hit: Hit) -> str:
        if hit.conversation.startswith("#"):
            return hit.conversation
        if hit.sender != self._chat.me:
            return ""
        return f"to {self._chat.people.shown(hit.conversation[1:])}"

    def _unread(self, entry: Entry) -> str:
        row = self._chat.conversations.get(entry.key)
        return "" if row is None or not row.unread else str(row.unread) if row.unread < 1000 else "999+"

    def _muted(self, entry: Entry) -> bool:
        row = self._chat.conversations.get(entry.key)
        return row is not None and muted(row, self._chat.now())

    # -------------------------------------------------------------------------------------------------- pointer, place

    def _moved(self, event: "tk.Event[tk.Misc]") -> None:
        """Only a pointer that was moved chooses, not one under which rows came to lie."""
        at, before = (event.x_root, event.y_root), self._at
        self._at = at
        if before not in (None, at) and (entry := self._under(event.y)) is not None:
            self._choose(entry)

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        if (entry := self._under(event.y)) is not None:
            self._go(entry)

    def _under(self, y: int) -> Entry | None:
        y += self._top()
        return next((one.entry for one in self._places if one.top <= y < one.top + one.height), None)

    def _see(self, key: str) -> None:
        """With the heading, where it is the first beneath one."""
        if self.extent[1] < self.theme.px(_ROW):  # it has no size yet
            return
        for place in self._places:
            if place.entry.key == key:
                first = any(top + self._heading == place.top for _, top in self._headings)
                start = place.top - (self._heading if first else 0)
                if start < self._top():
                    self._scroll_to(start)
                elif place.top + place.height > self._top() + self.extent[1]:
                    self._scroll_to(place.top + place.height - self.extent[1])

    def _top(self) -> int:
        return int(self.canvasy(0))

    def _scroll_to(self, top: int) -> None:
        height = self.extent[1]
        whole = max(height, self._whole)
        top = max(0, min(top, whole - height))
        self.yview_moveto(top / whole if whole else 0)
        self.scrollbar.set(top / whole if whole else 0, (top + height) / whole if whole else 1)

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if (event.width, event.height) != self._size:
            self._size = (event.width, event.height)
            self._lay()
            self.redraw()
            self._scroll_to(self._top())


def draw_pieces(
    row: Row,
    pieces: Pieces,
    left: float,
    middle: float,
    right: float,
    role: str,
    weight: str | None,
    colour: str = "text",
) -> float:
    """In one line, what was looked for on a ground of its own; where it ends, in device pixels."""
    px, lines = row.theme.px, row.theme.part(Lines)
    if has_rtl(whole := "".join([text for text, _ in pieces])):
        if lines.lay(whole, role, "semibold").width > right - left:  # cut at its end, wherever that is seen
            return left + row.text(whole, left, middle, role, colour, width=round(right - left))
        pieces = lines.ordered(list(pieces), is_rtl(whole))
    for text, match in pieces:
        room = round(right - left)
        if not text or room < px(8):
            break
        heavy = "semibold" if match or weight else None
        wide = min(lines.lay(text, role, heavy).width, room)  # type: ignore[arg-type]  # "semibold" or None
        if match:
            height = px(20 if role == "body" else 18) + row.theme.more(role)
            row.box(
                round(left) - px(1), round(middle - height / 2), wide + px(2), height, px(4), "accent_soft"
            )
        shown = "text" if match else colour
        row.text(text, left, middle, role, shown, weight=heavy, width=room)  # type: ignore[arg-type]  # the same
        left += wide
    return left


def _pieces(text: str, marks: Sequence[Mark]) -> Pieces:
    pieces, end = list[tuple[str, bool]](), 0
    for start, stop in marks:
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]

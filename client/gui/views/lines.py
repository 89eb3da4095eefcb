"""How a line of a list of conversations, people or groups is drawn."""

from typing import Final

from hubbub.client.gui.kit.rowlist import Row, RowState
from hubbub.client.gui.model.listing import Line

HEIGHT: Final = 68
SHORT: Final = 56
_FACE: Final = 48
_SMALL_FACE: Final = 40
_LEFT: Final = 16
_RIGHT: Final = 20
_COLOURS: Final = {"text": "muted", "quiet": "muted", "typing": "accent", "draft": "muted"}
COUNTED_MAX: Final = 999
"""What is more is shown as "999+"."""


def draw_line(row: Row, line: Line, state: RowState, picture: bytes | None) -> None:
    """A conversation: picture, name, time, the last message, what is unread."""
    px = row.theme.px
    if line.heading:
        row.text(line.title, px(_LEFT), row.height - px(16), "note", "muted", weight="semibold")
        return
    row.ground(state)
    row.avatar(line.face, px(_LEFT), (row.height - px(_FACE)) // 2, px(_FACE), picture, line.presence)
    left, right = px(_LEFT + _FACE + 12), row.width - px(_RIGHT)
    upper, lower = round(row.height * 0.33), round(row.height * 0.67)
    _draw_title(row, line, left, right, upper)
    right = _draw_badges(row, line, right, lower)
    _draw_preview(row, line, left, right, lower)


def draw_person(row: Row, line: Line, state: RowState, picture: bytes | None, right: int = 44) -> None:
    """Somebody in a sheet: picture, name, presence. right: what is kept free there."""
    px = row.theme.px
    row.ground(state, inset=0)
    row.avatar(line.face, px(8), (row.height - px(_SMALL_FACE)) // 2, px(_SMALL_FACE), picture, line.presence)
    left = px(8 + _SMALL_FACE + 12)
    room = row.width - px(right) - left
    row.text(line.title, left, round(row.height * 0.32), weight="semibold", width=room)
    row.text(line.text, left, round(row.height * 0.69), "note", "muted", width=room)


def _draw_title(row: Row, line: Line, left: int, right: int, y: int) -> None:
    px = row.theme.px
    room = right - left
    if line.time:
        row.text(
            line.time, right, y, "small", "accent" if line.unread and not line.muted else "muted", right=True
        )
        room -= row.theme.measure("small", line.time) + px(8)
    bell = row.theme.beside(12)
    width = row.text(line.title, left, y, weight="semibold", width=room - (bell + px(6) if line.muted else 0))
    if line.muted:
        row.icon("bell-slash-fill", left + width + px(6), y - bell // 2, bell, "faint")


def _draw_badges(row: Row, line: Line, right: int, y: int) -> int:
    """Where what stands before them must end."""
    px = row.theme.px
    if line.unread:
        count = str(line.unread) if line.unread <= COUNTED_MAX else f"{COUNTED_MAX}+"
        fill, colour = ("line", "muted") if line.muted else ("accent", "on_accent")
        right -= row.badge(count, right, y, fill, colour) + px(6)
    if line.mentioned:
        right -= row.badge("@", right, y) + px(6)
    return right - (px(2) if line.unread else 0)


def _draw_preview(row: Row, line: Line, left: int, right: int, y: int) -> None:
    room = right - left
    if line.prefix:
        colour = "danger" if line.kind == "draft" else "text"
        prefix = f"{line.prefix}: "
        left += row.text(prefix, left, y, "note", colour, width=room)
    if (room := right - left) > row.theme.px(8):
        row.text(line.text, left, y, "note", _COLOURS[line.kind], width=room)

"""Pictures and files in a bubble. The room that a picture takes is known before it is loaded."""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from hubbub.client import Attachment
from hubbub.client.gui.model.media import Media, Transfer
from hubbub.client.gui.timeline.look import BOLD, NOTE, Look, Shade
from hubbub.client.gui.timeline.plan import Arc, Box, Glyph, Photo, Pill, Plan, Radii, Region, Words

_KINDS: Final = (
    ("image/", "file-earmark-image"),
    ("audio/", "file-earmark-music"),
    ("video/", "file-earmark-play"),
    ("application/pdf", "file-earmark-pdf"),
    ("application/zip", "file-earmark-zip"),
    ("application/gzip", "file-earmark-zip"),
    ("application/x-tar", "file-earmark-zip"),
    ("text/x-", "file-earmark-code"),
    ("application/json", "file-earmark-code"),
    ("text/", "file-earmark-text"),
)
_PICTURE_PILL: Final = "#20242b"
ON_PICTURE: Final = "#ffffff"
"""Text of what stands on a picture, whatever the theme."""


def size_text(size: int) -> str:
    """ "812 bytes", "3.4 MB"."""
    if size < 1000:
        return f"{size} byte{'s' * (size != 1)}"
    value = float(size)
    for unit in ("KB", "MB", "GB"):
        value /= 1000
        if value < 999.5 or unit == "GB":
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def icon_of(kind: str) -> str:
    """The icon for a media type."""
    return next((icon for begin, icon in _KINDS if kind.startswith(begin)), "file-earmark")


def middle_cut(text: str, fits: Callable[[str], bool]) -> str:
    """The name with its beginning and its end, as much as fits: what a file is, its end says."""
    if fits(text):
        return text
    low, high = 1, len(text) - 1
    while low < high:
        kept = (low + high + 1) // 2
        if fits(_with_gap(text, kept)):
            low = kept
        else:
            high = kept - 1
    return _with_gap(text, low)


def _with_gap(text: str, kept: int) -> str:
    tail = min(kept // 2, 10)
    return f"{text[: kept - tail]}…{text[len(text) - tail :] if tail else ''}"


class Cell(NamedTuple):
    """Where a picture stands in its grid."""

    x: int
    y: int
    width: int
    height: int


def grid(sizes: list[tuple[int, int]], widest: int, highest: int, gap: int, scale: float) -> list[Cell]:
    """One picture in its own proportions, several in squares side by side, the odd one above."""
    if len(sizes) == 1:
        return [_single(*sizes[0], widest, highest, scale)]
    side = (widest - gap) // 2
    cells, y, odd = [], 0, len(sizes) % 2
    if odd:
        cells.append(Cell(0, 0, widest, side))
        y = side + gap
    step = side + gap
    rest = range(len(sizes) - odd)
    return cells + [Cell(step * (index % 2), y + step * (index // 2), side, side) for index in rest]


def _single(width: int, height: int, widest: int, highest: int, scale: float) -> Cell:
    factor = min(widest / width, highest / height, scale)
    least = widest // 3
    return Cell(0, 0, max(least, round(width * factor)), max(least, round(height * factor)))


class Gallery:
    """The pictures of a message."""

    def __init__(
        self,
        attachments: list[Attachment],
        media: Media,
        look: Look,
        shade: Shade,
        room: int,
        open_attachment: Callable[[Attachment], object],
    ) -> None:
        self._attachments, self._media, self._look, self._shade = attachments, media, look, shade
        self._open = open_attachment
        px = look.px
        self._cells = grid(
            [(one.width, one.height) for one in attachments],
            min(room, px(320)),
            px(320),
            px(3),
            look.theme.scale,
        )
        self.width = max(cell.x + cell.width for cell in self._cells)
        self.height = max(cell.y + cell.height for cell in self._cells)
        self.radii: Radii = (px(10),) * 4
        """Of the whole."""

    def __len__(self) -> int:
        return len(self._attachments)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        x += (width - self.width) // 2
        for cell, attachment in zip(self._cells, self._attachments, strict=True):
            radii = self._radii(cell)
            missing = self._media.missing(attachment)
            plan.ops.append(
                Photo(
                    x + cell.x,
                    y + cell.y,
                    cell.width,
                    cell.height,
                    attachment,
                    radii,
                    self._shade.fill,
                    missing,
                )
            )
            tip = f"{attachment.name}: {missing}" if missing else ""
            act = partial(self._open, attachment)
            plan.regions.append(Region(x + cell.x, y + cell.y, cell.width, cell.height, act, tip))

    def place_time(self, plan: Plan, x: int, y: int, width: int, height: int) -> tuple[int, int]:
        """A ground for what stands on the picture's corner, and where that begins."""
        px = self._look.px
        wide, high = width + 2 * px(7), height + 2 * px(3)
        left = x + self.width - wide - px(6)
        top = y + self.height - high - px(6)
        plan.ops.append(Pill(left, top, wide, high, high // 2, _PICTURE_PILL))
        return left + px(7), top + px(3)

    def _radii(self, cell: Cell) -> Radii:
        """Round where the whole ends."""
        left, right = cell.x == 0, cell.x + cell.width >= self.width
        top, bottom = cell.y == 0, cell.y + cell.height >= self.height
        one, two, three, four = self.radii
        return (
            one if left and top else 0,
            two if right and top else 0,
            three if right and bottom else 0,
            four if left and bottom else 0,
        )


class FileRow:
    """A file: what it is, how large, how far it is, and what can be done."""

    def __init__(
        self, row: str, attachment: Attachment, media: Media, look: Look, shade: Shade, room: int
    ) -> None:
        self._row, self._attachment, self._media = row, attachment, media
        self._look, self._shade = look, shade
        px = look.px
        self._transfer = media.file(row, attachment)
        theme = look.theme
        self._icon, self._button = px(40) + theme.more(lines=2) // 2, px(32) + theme.more()
        self._gap = px(10)
        self._room = min(room, look.theme.wide(340)) - self._icon - self._button - 2 * self._gap
        self._name = middle_cut(attachment.name, lambda text: look.width(text, BOLD) <= self._room)
        self._said, self._is_problem = _said(attachment, self._transfer)
        wide = max(look.width(self._name, BOLD), look.fit(self._said, NOTE, self._room), px(120))
        self.width = self._icon + self._button + 2 * self._gap + wide
        self.height = self._icon + px(8)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        look, shade, px = self._look, self._shade, self._look.px
        y += px(4)
        radii = (px(8),) * 4
        plan.ops.append(Box(x, y, self._icon, self._icon, radii, shade.tint, shade.fill))
        side = look.theme.beside(20)
        inset = (self._icon - side) // 2
        plan.ops.append(Glyph(x + inset, y + inset, icon_of(self._attachment.type), side, shade.accent))
        left = x + self._icon + self._gap
        top = y + (self._icon - look.height(BOLD) - look.height(NOTE)) // 2
        plan.ops.append(Words(left, top, self._name, BOLD, shade.text))
        colour = shade.danger if self._is_problem else shade.muted
        look.line(plan, self._said, NOTE, left, top + look.height(BOLD), self._room, colour)
        self._place_acts(plan, x, y, width)

    def _place_acts(self, plan: Plan, x: int, y: int, width: int) -> None:
        transfer, shade = self._transfer, self._shade
        whole = (x, y, width, self._icon)
        button = (x + width - self._button, y + (self._icon - self._button) // 2)
        icon, act, tip = self._button_act(transfer)
        if act is not None:
            name = self._attachment.name
            if transfer.state == "here" and transfer.path:
                plan.regions.append(Region(*whole, partial(self._media.open, transfer.path), f"Open {name}"))
            elif transfer.state in ("away", "failed"):
                plan.regions.append(Region(*whole, act, transfer.problem or f"Download {name}"))
            plan.regions.append(Region(*button, self._button, self._button, act, tip))
        if transfer.state in ("waiting", "moving"):
            share = round(transfer.share * 60) / 60
            plan.ops.append(Arc(*button, self._button, share, shade.accent, shade.tint))
        if icon:
            side = self._look.theme.beside(12 if transfer.state in ("waiting", "moving") else 18)
            inset = (self._button - side) // 2
            plan.ops.append(Glyph(button[0] + inset, button[1] + inset, icon, side, shade.accent))

    def _button_act(self, transfer: Transfer) -> tuple[str, Callable[[], object] | None, str]:
        media, which = self._media, (self._row, self._attachment)
        if not self._attachment.sha256 or transfer.up:  # of a message that the server does not have
            return "", None, ""
        if transfer.state in ("waiting", "moving"):
            return "x-lg", partial(media.cancel, *which), "Cancel"
        if transfer.state == "here" and transfer.path:
            return "folder2-open", partial(media.show_in_folder, transfer.path), "Show in folder"
        if transfer.state == "failed":
            return "arrow-clockwise", partial(media.download, *which), "Try again"
        return "download", partial(media.download, *which), "Download"


def _said(attachment: Attachment, transfer: Transfer) -> tuple[str, bool]:
    """The line below the name, and whether it is bad news."""
    size = size_text(attachment.size) if attachment.size or attachment.sha256 else ""
    if transfer.state == "moving":
        return f"{size_text(transfer.done)} of {size_text(transfer.size)}", False
    if transfer.state == "waiting":
        return "Beginning", False
    if transfer.state == "failed":
        return transfer.problem, True
    return (f"{size}, downloaded" if transfer.state == "here" else size), False

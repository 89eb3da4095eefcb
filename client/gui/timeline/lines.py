"""The lines of a timeline that are no messages: days, what was unread, and that more is being read."""

import tkinter as tk
from collections.abc import Callable
from typing import Final, Literal

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.progress import Turning
from hubbub.client.gui.model.rows import DayLine, Row, UnreadLine

_MARGIN: Final = 16


class Edge(Row, frozen=True, kw_only=True):
    """There is more beyond this end of what is held."""

    state: Literal["", "loading", "failed"]


class _Line(Drawn):
    """As wide as the timeline; what it says is drawn in its middle."""

    height = 40

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent, 1, 1, takefocus=0)

    def show(self, row: Row, width: int) -> None:
        """Draw it anew where it is not what is there."""
        height = self.theme.px(self.height) + self.theme.more("small")
        if self.take(row) or (width, height) != self._size:
            self._size = (width, height)
            self.configure(width=width, height=height)
            self.redraw()

    def take(self, row: Row) -> bool:
        """What it is to say; whether that is something else than before."""
        raise NotImplementedError

    def restyle(self) -> None:
        self._size = (self._size[0], self.theme.px(self.height) + self.theme.more("small"))
        self.configure(height=self._size[1])
        super().restyle()


class DayView(_Line):
    """A day, on a pill."""

    text = ""

    def take(self, row: Row) -> bool:
        assert isinstance(row, DayLine)  # noqa: S101 - the only kind that is shown here
        before, self.text = self.text, row.text
        return self.text != before

    def draw(self) -> None:
        px, (width, height) = self.theme.px, self.extent
        wide = self.theme.measure("small", self.text, "semibold") + 2 * px(12)
        high = px(24) + self.theme.more("small")
        photo = self.pictures.rounded(wide, high, high // 2, "pressed")
        self.put(photo, width // 2, height // 2, "center")
        self.words(self.text, width // 2, height // 2, "small", "muted", weight="semibold", anchor="center")


class UnreadView(_Line):
    """A band across."""

    text = "Unread messages"

    def take(self, row: Row) -> bool:
        assert isinstance(row, UnreadLine)  # noqa: S101 - the only kind that is shown here
        return False

    def draw(self) -> None:
        px, (width, _) = self.theme.px, self.extent
        high, top = px(26) + self.theme.more("small"), px(8)
        photo = self.pictures.rounded(width - 2 * px(_MARGIN), high, px(8), "accent_soft")
        self.put(photo, px(_MARGIN), top)
        self.words(
            self.text, width // 2, top + high // 2, "small", "link", weight="semibold", anchor="center"
        )


class EdgeView(_Line):
    """Something turns, or says that it could not be read; a click tries again."""

    height = 48
    state = ""

    def __init__(self, parent: tk.Misc, retry: Callable[[], object]) -> None:
        super().__init__(parent)
        self._turning = Turning(self)
        self.bind("<Button-1>", lambda _: retry() if self.state == "failed" else None)

    @property
    def text(self) -> str:
        """What it says."""
        return "Could not be read. Click to try again." if self.state == "failed" else ""

    def take(self, row: Row) -> bool:
        assert isinstance(row, Edge)  # noqa: S101 - the only kind that is shown here
        before, self.state = self.state, row.state
        self._turning.run(self.state == "loading")
        self.configure(cursor="hand2" if self.state == "failed" else "")
        return self.state != before

    def draw(self) -> None:
        width, height = self.extent
        if self.state == "loading":
            self._turning.draw(width // 2, height // 2, self.theme.px(20), "faint")
        elif self.state == "failed":
            self.words(self.text, width // 2, height // 2, "note", "danger", anchor="center")

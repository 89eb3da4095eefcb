"""When a message was said, who has read it, and what it said before."""

import tkinter as tk
from collections.abc import Sequence
from typing import Final

from hubbub.client import Earlier, HubbubError, Member, Message
from hubbub.client.gui.desk_paging import Info
from hubbub.client.gui.kit.area import Area
from hubbub.client.gui.kit.base import Label
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model import times
from hubbub.client.gui.model.listing import Line, Listing
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.views.lines import SHORT, draw_person

_TEXTS: Final = 4
_CUT: Final = 240
_ROWS: Final = 5


class InfoSheet:
    """Asks for it, and shows it when it is there."""

    def __init__(self, window: tk.Misc, timeline: Timeline, bubble: Bubble) -> None:
        self._timeline = timeline
        self.sheet = Sheet(window, "Message info")
        self._body = self.sheet.body
        self._spinner = Spinner(self._body)
        self._fact("Sent", bubble.message)
        self._spinner.pack(pady=self.sheet.theme.px(24))
        timeline.ask_info(bubble, self._on_info, self._on_no_info)

    def _on_info(self, info: Info) -> None:
        if not self.sheet.page.winfo_exists():
            return
        self._spinner.destroy()
        self._changes(info.message, info.earlier)
        self._readers(info)

    def _on_no_info(self, error: HubbubError) -> None:
        if self.sheet.page.winfo_exists():
            self._spinner.destroy()
            Prose(self._body, str(error), "note", colour="muted").pack(fill="x")

    def _fact(self, what: str, message: Message) -> None:
        chat = self._timeline.chat
        said = f"{what} {_lowered(times.full(message.sent_at, chat.now()))} by {chat.people.shown(message.sender)}"
        Prose(self._body, said, "note", colour="muted").pack(fill="x")

    def _changes(self, message: Message, earlier: Sequence[Earlier]) -> None:
        now, px = self._timeline.chat.now(), self.sheet.theme.px
        if message.edited_at is not None:
            said = f"Edited {_lowered(times.full(message.edited_at, now))}"
            Prose(self._body, said, "note", colour="muted").pack(fill="x", pady=(px(2), 0))
        if not earlier:
            return
        Label(self._body, "Before", "note", weight="semibold").pack(fill="x", pady=(px(16), px(4)))
        for one in reversed(earlier[-_TEXTS:]):
            card = Area(self._body, "raised", padding=10, radius=10)
            card.pack(fill="x", pady=(0, px(6)))
            text = one.text if len(one.text) <= _CUT else one.text[:_CUT] + "…"
            Prose(card.inside, text, "note").pack(fill="x")
            at = Label(card.inside, times.full(one.at, now), "small", colour="muted")
            at.pack(fill="x", pady=(px(2), 0))

    def _readers(self, info: Info) -> None:
        px = self.sheet.theme.px
        lines = self._lines(info)
        if not lines:
            return
        people: RowList[Line] = RowList(self._body, SHORT, self._draw_row, lambda _: None, name="readers")
        people.configure(height=px(SHORT * min(_ROWS, len(lines))))
        people.pack(fill="both", expand=True, pady=(px(16), 0))
        people.show(lines)

    def _lines(self, info: Info) -> list[Line]:
        """Who has read it first; who lets nobody see it last."""
        others = [
            one for one in info.members if one.name not in {info.message.sender, self._timeline.chat.me}
        ]
        ranks = [(self._rank(one, info.message.seq), one) for one in others]
        words = ("Has read it", "Has not read it yet", "Does not show what was read")
        ranks.sort(key=lambda ranked: ranked[0])
        return [self._line(one, words[rank]) for rank, one in ranks]

    @staticmethod
    def _rank(member: Member, seq: int) -> int:
        if member.read is None:
            return 2
        return 0 if member.read >= seq else 1

    def _line(self, member: Member, text: str) -> Line:
        person = Listing(self._timeline.chat).person(self._timeline.chat.people.user(member.name))
        return Line(key=person.key, title=person.title, name=person.name, picture=person.picture, text=text)

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        draw_person(row, line, state, self._timeline.chat.media.person(line.name, line.picture), right=16)
        if line.text.startswith("Has read"):
            px = row.theme.px
            row.icon("check2-all", row.width - px(28), (row.height - px(16)) // 2, px(16), "accent")


def _lowered(said: str) -> str:
    return said[0].lower() + said[1:] if said.startswith(("Today", "Yesterday")) else f"on {said}"

"""The left pane: myself, the filter, what can be opened."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final

from hubbub.client import Conversation
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.menus import menu
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import Line, Listing
from hubbub.client.gui.views import lines
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.face import FaceButton
from hubbub.client.gui.views.soon import Soon

FELT_MS: Final = 300
"""What takes longer is felt as a wait."""
AGING_MS: Final = 30_000
"""How often times are said anew."""


class Sidebar(Pane):
    """Draws the list, and opens what is chosen in it."""

    def __init__(
        self, parent: tk.Misc, chat: Chat, acts: Acts, own_menu: Callable[[tk.Misc], object]
    ) -> None:
        super().__init__(parent, "surface")
        self._chat, self._acts = chat, acts
        self._listing = Listing(chat)
        self._kept: dict[str, tuple[object, Line]] = {}
        self._last_open = self._last_text = ""
        self._groups_found: set[str] = set()
        self._unseen = False
        """What was opened has not been scrolled into sight yet."""
        self._build_head(own_menu)
        self.list: RowList[Line] = RowList(
            self, lines.HEIGHT, self._draw_row, self._open, self._menu, name="list"
        )
        self.list.pack(fill="both", expand=True)
        self.list.bind("<Configure>", self._on_sized, add="+")
        self.empty = _Empty(self, acts)
        self._soon = Soon(self, self._draw)
        self._ends = [
            chat.conversations.changed.connect(self._soon),
            chat.finding.changed.connect(self._soon),
            chat.people.changed.connect(self._soon),
            chat.media.person_changed.connect(self._new_face),
            chat.opened.connect(self._on_opened),
            chat.link.changed.connect(self._soon),
        ]
        self._impatient = False
        self._patience = self.after(FELT_MS, self._on_impatient)
        self._timer = self.after(AGING_MS, self._age)
        self._draw()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        self.after_cancel(self._timer)
        self.after_cancel(self._patience)
        super().destroy()

    def focus_filter(self) -> None:
        """Look for something."""
        self.filter.focus()

    def step(self, by: int) -> None:
        """Open the next conversation, or the one before."""
        names = [line.key for line in self.list.items if not line.heading]
        if names:
            here = self._chat.timeline.name if self._chat.timeline else None
            place = names.index(here) + by if here in names else (0 if by > 0 else len(names) - 1)
            if 0 <= place < len(names):
                self._open_key(names[place])

    def open_at(self, place: int) -> None:
        """Open the conversation at this place, from 0, if there is one."""
        lines = [line for line in self.list.items if not line.heading]
        if place < len(lines):
            self._open_key(lines[place].key)

    # ------------------------------------------------------------------------------------------------------- drawing

    def _build_head(self, own_menu: Callable[[tk.Misc], object]) -> None:
        px = self.theme.px
        head = Pane(self)
        head.pack(fill="x", padx=(px(16), px(12)), pady=(px(12), px(8)))
        self.me = FaceButton(
            head, self._chat, self._chat.me, 40, lambda: own_menu(self.me), "You and the settings", name="me"
        )
        self.me.pack(side="left")
        self.new = IconButton(
            head, "pencil-square", self._new_menu, f"New conversation ({keys.shown('new')})", name="new"
        )
        self.new.pack(side="right")
        self.filter = SearchField(
            head, "Search", on_change=self._chat.finding.set, on_enter=self._open_first, name="filter"
        )
        self.filter.pack(side="left", fill="x", expand=True, padx=px(8))
        self.filter.entry.bind("<Key-Down>", self._into_list)

    def _draw(self) -> None:
        found = self._lines()
        known, text = self._chat.conversations.known, self._chat.finding.text
        self.list.show(found)
        if text != self._last_text:
            self._last_text = text
            self.list.scroll_to_top()  # the best one stands first
        self._mark_open()
        if known or found:
            self.empty.show("" if found else text or None)
        elif self._impatient:
            self.empty.wait(away=self._chat.link.away)

    def _mark_open(self) -> None:
        """Scrolled into sight once, as soon as it is in the list and the list has its height."""
        here = self._chat.timeline.name if self._chat.timeline else None
        laid_out = self.list.winfo_height() > self.list.row_height
        see = self._unseen and laid_out and any(line.key == here for line in self.list.items)
        self.list.select(here, see=see)
        self._unseen = self._unseen and not see

    def _on_sized(self, _: object) -> None:
        if self._unseen:
            self._soon()

    def _on_impatient(self) -> None:
        self._impatient = True
        self._draw()

    def _lines(self) -> list[Line]:
        finding, listing = self._chat.finding, self._listing
        found = [] if finding.text else listing.begun()
        found += [self._line(row) for row in finding.conversations()]
        if people := [listing.person(user) for user in finding.people()]:
            found += [listing.heading("People"), *people]
        groups = finding.groups()
        self._groups_found = {group.name for group in groups}
        if groups:
            found += [listing.heading("Public groups to join"), *map(listing.group, groups)]
        return found

    def _line(self, row: Conversation) -> Line:
        """Made anew only where something changed that it is made of: there may be a thousand."""
        chat = self._chat
        said_by = row.last_message.sender if row.last_message else ""
        user = chat.people.user(row.name[1:] if row.kind == "direct" else said_by)
        made_of = (row, user, chat.conversations.typists(row.name))
        kept = self._kept.get(row.name)
        if kept is None or kept[0] != made_of:
            kept = self._kept[row.name] = (made_of, self._listing.conversation(row))
        return kept[1]

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        picture = self._chat.media.person(line.name, line.picture)
        lines.draw_line(row, line, state, picture)

    def _on_opened(self) -> None:
        """Drafts show where they were left, and not where one writes."""
        now = self._chat.timeline.name if self._chat.timeline else ""
        for name in (self._last_open, now):
            self._kept.pop(name, None)
        self._last_open = now
        self._unseen = bool(now)
        self._soon()

    def _new_face(self, _: str) -> None:
        self.list.refresh()

    def refresh(self) -> None:
        """Say all anew: times grow, and drafts come without a signal."""
        self._kept.clear()
        self._soon()

    def _age(self) -> None:
        self.refresh()
        self._timer = self.after(AGING_MS, self._age)

    # -------------------------------------------------------------------------------------------------------- acting

    def _open(self, line: Line) -> None:
        if not line.heading:
            self._open_key(line.key)

    def _open_key(self, key: str) -> None:
        if key in self._groups_found:
            self._acts.join(key)
        else:
            self._chat.open(key)
        self.list.see(key)

    def _open_first(self) -> None:
        if (first := next((line for line in self.list.items if not line.heading), None)) is not None:
            self.filter.value = ""
            self._chat.finding.set("")
            self._open(first)

    def _into_list(self, _: object) -> str:
        self.list.focus_set()
        return "break"

    def _menu(self, line: Line, x: int, y: int) -> None:
        if not line.heading and self._chat.conversations.get(line.key) is not None:
            menu(self, x, y, self._acts.conversation_items(line.key))

    def _new_menu(self) -> None:
        self._acts.new_conversation()


class _Empty(Pane):
    """What stands in place of the list: what to do first, or that nothing was found."""

    def __init__(self, parent: Sidebar, acts: Acts) -> None:
        super().__init__(parent)
        px = self.theme.px
        self._spinner: Spinner | None = None
        self._title = Label(self, "", "strong", anchor="center", justify="center", wrap=260)
        self._title.pack(pady=(0, px(8)))
        self._text = Label(self, "", "note", colour="muted", wrap=240, anchor="center", justify="center")
        self._text.pack()
        self._buttons = Pane(self)
        self.begin = Button(self._buttons, "New conversation", command=acts.new_conversation, width=220)
        self.begin.pack(pady=(px(24), px(8)))
        Button(self._buttons, "Public groups", kind="outline", command=acts.public_groups, width=220).pack()

    def show(self, looked_for: Sequence[str] | None) -> None:
        """None: there is no conversation; a text: nothing has it; empty: there is something to show."""
        self._turn(False)
        if looked_for == "":
            self.place_forget()
            return
        first = looked_for is None
        self._title.set("No conversation yet" if first else "Nothing found")
        self._text.set(
            "Write to somebody, or join a group: what is said shows up here."
            if first
            else f"Nobody, and no group, has “{looked_for}” in the name."
        )
        if first:
            self._buttons.pack()
        else:
            self._buttons.pack_forget()
        self.place(relx=0.5, rely=0.42, anchor="center")

    def wait(self, *, away: bool) -> None:
        """Nothing is known yet. away: there is no server now."""
        self._turn(not away)
        self._buttons.pack_forget()
        self._title.set("Nothing is kept here yet" if away else "Reading your conversations")
        self._text.set("Your conversations come once the server is back." if away else "")
        self.place(relx=0.5, rely=0.42, anchor="center")

    def _turn(self, turning: bool) -> None:
        if turning and self._spinner is None:
            self._spinner = Spinner(self, 24)
            self._spinner.pack(before=self._title, pady=(0, self.theme.px(12)))
        elif not turning and self._spinner is not None:
            self._spinner.destroy()
            self._spinner = None

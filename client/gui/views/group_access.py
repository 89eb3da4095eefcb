"""Who can join a group, and what new members see, as its owner changes them: at once, and after a question where that can't be
taken back."""

import tkinter as tk
from typing import Final

from hubbub.client import Conversation, HubbubError
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.model.groups import History, Room
from hubbub.client.gui.views.fitting import Paragraph

_PUBLIC: Final = (False, True)
_HISTORY: Final[tuple[History, History]] = ("all", "joined")
_ACCESS: Final = ("Only who is invited knows of it", "Everybody can find it and join")
_SIGHT: Final = ("everything that was said", "what is said after that")
_GAP: Final = 20
_WIDTH: Final = 430
"""Of the words beneath, until their room is known: a card that began too high for the window would stay so."""


class GroupAccess(Pane):
    """Two choices, side by side where there is room. Shows what the group says; `follow` when that has changed."""

    def __init__(self, parent: tk.Misc, room: Room) -> None:
        super().__init__(parent)
        self._room = room
        self._busy = False
        self._before: Conversation | None = None
        """The group, as it was when something was asked of the server."""
        self._choices = Pane(self)
        self._choices.pack(fill="x")
        self._columns = [Pane(self._choices), Pane(self._choices)]
        self.access = self._choice(0, "Who can join", ("Private", "Public"), "access")
        self.history = self._choice(1, "What new members see", ("Everything", "From then on"), "history")
        self._beside: bool | None = None
        self._choices.bind("<Configure>", lambda _: self._place())
        self._meaning = Paragraph(self)
        self._meaning.set(wrap=_WIDTH)
        self._meaning.pack(fill="x", pady=(self.theme.px(6), 0))
        self._problem = Paragraph(self, colour="danger")
        self._place()

    def follow(self, row: Conversation) -> None:
        """It is so now."""
        public, history = _PUBLIC.index(row.public), _HISTORY.index(row.history)
        if not self._busy:
            self.access.set(public)
            self.history.set(history)
        self._meaning.set(
            f"{_ACCESS[public]}. Who joins from now on sees {_SIGHT[history]}. For those who are in it nothing changes."
        )

    def _choice(self, place: int, caption: str, options: tuple[str, str], name: str) -> Choice:
        column = self._columns[place]
        Label(column, caption, "note", weight="semibold", colour="muted").pack(
            fill="x", pady=(0, self.theme.px(6))
        )
        made = Choice(column, options, name=name, on_change=lambda _: self._on_choice())
        made.pack(anchor="w")
        return made

    def _place(self) -> None:
        """Beneath one another where the window is narrow, or the text large."""
        first, second = self._columns
        gap = self.theme.px(_GAP)
        needed = first.winfo_reqwidth() + gap + second.winfo_reqwidth()
        width = self._choices.winfo_width()
        beside = width >= needed or width <= 1  # not drawn yet
        if beside == self._beside:
            return
        self._beside = beside
        self._choices.columnconfigure(0, weight=0 if beside else 1)  # what is wider than the window gives way
        first.grid(row=0, column=0, sticky="new")
        if beside:
            second.grid(row=0, column=1, sticky="nw", padx=(gap, 0), pady=0)
        else:
            second.grid(row=1, column=0, sticky="new", padx=0, pady=(self.theme.px(12), 0))

    # ------------------------------------------------------------------------------------------------------ changing

    def _on_choice(self) -> None:
        """One of the two was pressed; while an answer is awaited it goes back."""
        row = self._room.row
        if row is None or self._busy:
            self._back()
            return
        public, history = _PUBLIC[self.access.chosen], _HISTORY[self.history.chosen]
        if self._room.opens_past(public, history):
            self._ask(row, public, history)
        else:
            self._change(public, history)

    def _ask(self, row: Conversation, public: bool, history: History) -> None:
        action = "Show everything" if row.public else "Make public"
        text = (
            "Anyone can join a public group, and whoever joins can read everything that was ever said in it. What somebody has "
            "read can't be taken back."
        )
        if not row.public:
            text += " To keep it to those who are here, choose “From then on” first."
        confirm(
            self,
            f"Show all that was said in {self._room.name} to everybody?",
            text,
            action,
            danger=True,
            done=lambda: self._change(public, history),
            on_close=self._back,
        )

    def _change(self, public: bool, history: History) -> None:
        if not self.winfo_exists():
            return
        self._problem.pack_forget()
        self._busy, self._before = True, self._room.row
        self.access.set(_PUBLIC.index(public))
        self.history.set(_HISTORY.index(history))
        self._room.set_visibility(public, history, self._done, self._failed)

    def _done(self) -> None:
        """The entry that tells of it comes about now, mostly behind the answer: until then it stays as it was chosen."""
        self._busy = False
        if self._room.row != self._before:
            self._back()

    def _failed(self, error: HubbubError) -> None:
        self._busy = False
        self._back()
        if self.winfo_exists():
            self._problem.set(str(error))
            self._problem.pack(fill="x", pady=(self.theme.px(6), 0))

    def _back(self) -> None:
        """To what holds."""
        if self.winfo_exists() and (row := self._room.row) is not None:
            self.follow(row)

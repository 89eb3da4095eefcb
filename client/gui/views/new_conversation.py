"""Beginning a conversation: with one person, or as a group with a name."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client import HubbubError, errors
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.groups import History
from hubbub.client.gui.views.fitting import Fitting, Paragraph
from hubbub.client.gui.views.picker import PeoplePicker

_PRIVATE: Final = "Only those who are invited know of it."
_PUBLIC: Final = "Everybody on this server can find it and join."
_FOOTER: Final = 64
"""What the buttons take beneath, in pixels at 96 dpi."""


class NewConversation:
    """A sheet of two pages: who, and for groups what."""

    def __init__(self, window: tk.Misc, chat: Chat, public_groups: Callable[[], object]) -> None:
        self._chat, self._public_groups = chat, public_groups
        self.sheet = Sheet(window, "New conversation")
        room = window.winfo_toplevel().winfo_height() / self.sheet.theme.scale
        self._who = self._build_who(round(max(120, min(320, room - 300))))
        self._what = _GroupPage(self.sheet.body, self._create, self._to_who)
        self._to_who()

    def _build_who(self, height: int) -> Pane:
        page = Pane(self.sheet.body)
        px = page.theme.px
        self.picker = PeoplePicker(
            page, self._chat, on_change=self._on_choice, on_done=self._go_on, height=height
        )
        self.picker.pack(fill="both", expand=True)
        self._above = Pane(page, height=1)
        self._above.pack(fill="x", pady=(px(12), 0))
        row = self._row = Pane(page)
        row.pack(fill="x", pady=(px(4), 0))
        self._groups = Button(page, "Public groups", kind="link", command=self._browse, name="browse")
        self._write = Button(row, "Write", command=self._go_on, name="write")
        self._write.pack(side="right")
        self._group = Button(row, "New group", kind="quiet", command=self._to_what, name="group")
        self._on_choice()
        row.bind("<Configure>", lambda _: self._arrange())
        return page

    def _on_choice(self) -> None:
        number = len(self.picker.chosen)
        self._write.set(text="Make a group" if number > 1 else "Write", enabled=number > 0)
        if number > 1:
            self._group.pack_forget()
        else:
            self._group.pack(side="right", padx=(0, self.sheet.theme.px(8)))
        self._arrange()

    def _arrange(self) -> None:
        """What leads elsewhere stands beside the buttons, or above them where there is no room."""
        buttons = sum(one.winfo_reqwidth() for one in self._row.pack_slaves() if one is not self._groups)
        room = self._row.winfo_width() - buttons - self.sheet.theme.px(16)
        beside = room >= self._groups.winfo_reqwidth()
        self._groups.pack(in_=self._row if beside else self._above, side="left")
        tk.Misc.tkraise(self._groups)
        if beside:
            self._above.configure(height=1)

    def _go_on(self) -> None:
        chosen = self.picker.chosen
        if len(chosen) > 1:
            self._to_what()
        elif chosen:
            self.sheet.close()
            self._chat.open(f"@{chosen[0]}")

    def _browse(self) -> None:
        self.sheet.close()
        self._public_groups()

    def _to_who(self) -> None:
        self._what.pack_forget()
        self._who.pack(fill="both", expand=True)
        self.sheet.heading.set("New conversation")
        self.picker.search.focus()

    def _to_what(self) -> None:
        self._who.pack_forget()
        self._what.begin([self._chat.people.shown(name) for name in self.picker.chosen])
        self._what.pack(fill="both", expand=True)
        self.sheet.heading.set("New group")

    def _create(self) -> None:
        page = self._what
        page.wait(True)
        end = self._chat.opened.connect(self.sheet.close)
        self.sheet.page.bind("<Destroy>", lambda _: end(), add="+")

        def failed(error: HubbubError) -> None:
            end()
            page.fail(error)

        self._chat.groups.create(
            page.name.value,
            list(self.picker.chosen),
            public=page.is_public,
            topic=page.topic.value,
            history=page.history_rule,
            failed=failed,
        )


class _GroupPage(Pane):
    """Name, topic, who may come and what they see."""

    def __init__(self, parent: tk.Misc, create: Callable[[], object], back: Callable[[], object]) -> None:
        super().__init__(parent)
        px = self.theme.px
        row = Pane(self)
        row.pack(fill="x", pady=(px(24), 0), side="bottom")
        self._button = Button(row, "Create group", command=create, name="create")
        self._button.pack(side="right")
        Button(row, "Back", kind="quiet", command=back, name="to_people").pack(side="right", padx=(0, px(8)))
        self._problem = Paragraph(self, colour="danger")
        fitting = Fitting(self, below=_FOOTER)
        fitting.pack(fill="both", expand=True)
        self._build(fitting.content, create)

    def _build(self, body: Pane, create: Callable[[], object]) -> None:
        px = self.theme.px
        self._with = Paragraph(body)
        self._with.pack(fill="x", pady=(0, px(16)))
        self.name = Field(body, "Name", hint="team", on_enter=create, name="group_name")
        self.name.pack(fill="x")
        self.topic = Field(body, "Topic", hint="What it is about, if you like", on_enter=create, name="topic")
        self.topic.pack(fill="x", pady=(px(16), 0))
        _caption(body, "Who can join")
        self.access = Choice(body, ["Private", "Public"], on_change=self._on_access, name="access")
        self.access.pack(anchor="w")
        self._meaning = Paragraph(body, _PRIVATE)
        self._meaning.pack(fill="x", pady=(px(6), 0))
        _caption(body, "What new members see")
        self.history = Choice(body, ["Everything", "From then on"], name="history")
        self.history.pack(anchor="w")

    @property
    def is_public(self) -> bool:
        """Everybody may join."""
        return self.access.chosen == 1

    @property
    def history_rule(self) -> History:
        """What those see who come later."""
        return "joined" if self.history.chosen == 1 else "all"

    def begin(self, members: list[str]) -> None:
        """With these."""
        self._with.set(
            "With " + ", ".join(members) if members else "With nobody yet: you can invite people later."
        )
        self.wait(False)
        self.name.focus()

    def wait(self, waiting: bool) -> None:
        """It is being made."""
        self._problem.pack_forget()
        self._button.set(busy=waiting)

    def fail(self, error: HubbubError) -> None:
        """Say it where it belongs."""
        self.wait(False)
        if isinstance(error, errors.BadRequest) and "topic" in str(error):
            self.topic.error(str(error))
        elif isinstance(error, errors.NameTaken | errors.BadRequest):
            self.name.error(str(error))
            self.name.focus()
        else:
            self._problem.set(str(error))
            self._problem.pack(fill="x", pady=(self.theme.px(16), 0), side="bottom")

    def _on_access(self, chosen: int) -> None:
        self._meaning.set(_PUBLIC if chosen else _PRIVATE)


def _caption(parent: Pane, text: str) -> None:
    px = parent.theme.px
    Label(parent, text, "note", weight="semibold", colour="muted").pack(fill="x", pady=(px(16), px(6)))

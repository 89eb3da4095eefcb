"""The first page: accounts to go on with, servers to choose, an address to type."""

import tkinter as tk
from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple

from hubbub.client.gui.desk_sign_in import Account, Server
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.model.listing import counted
from hubbub.client.gui.model.sign_in import SignIn
from hubbub.client.gui.model.sign_in_lists import AccountRow, ServerRow
from hubbub.client.gui.views.sign_in_parts import ChoiceRow, Mark, Note

INSET: Final = 12
_Act = tuple[str, Callable[[], object]]
"""What it is called, and what it does."""
_NONE: Final = (
    "None found on this network. Type the address of yours below. If there is none yet, one computer has to be it: run "
    "hubbub-broker serve there."
)


class _Entry(NamedTuple):
    """One row of a list, as it is now."""

    key: Hashable
    title: str
    note: str
    there: bool
    busy: bool


class StartPage(Pane):
    """Drawn from the model; rows that stay are not made anew, so that focus and hover stay too."""

    inset = INSET
    """Rows are as much wider than what stands between them: their faces line up with it."""

    def __init__(self, parent: tk.Misc, sign_in: SignIn) -> None:
        super().__init__(parent)
        self._sign_in = sign_in
        px = self.theme.px
        Mark(self).pack()
        Label(self, "Hubbub", "hero", anchor="center").pack(fill="x", pady=(px(12), 0))
        self._lead = Label(self, "", colour="muted", anchor="center")
        self._lead.pack(fill="x", pady=(px(4), px(8)))
        self._told = Pane(self)
        self._told.pack(fill="x", padx=px(INSET))
        self._accounts = _Section(self, "Your accounts", self._make_account)
        self._nearby = _Section(self, "Servers nearby", self._make_nearby)
        self._recent = _Section(self, "Other servers", self._make_recent)
        self._build_address()
        self.refresh()

    def focus_first(self) -> None:
        """Where a person goes on."""
        if (row := self._accounts.first) is not None:
            row.focus_set()
        else:
            self.address.focus()

    def refresh(self) -> None:
        """Draw what the model says now."""
        choices = self._sign_in.choices
        accounts, nearby, recent = choices.accounts, choices.nearby, choices.recent
        self._lead.set("Welcome back." if accounts else "Choose a server to begin.")
        self._tell(self._sign_in.problems.get("form", "") or self._sign_in.notice)
        self._accounts.show([self._account_entry(row) for row in accounts])
        self._nearby.show([self._server_entry(row) for row in nearby])
        quiet = choices.problem or _NONE
        self._nearby.say(
            "" if nearby else "Looking on this network…" if choices.looking else quiet,
            turning=choices.looking,
        )
        self._recent.show([self._server_entry(row) for row in recent])
        self._refresh_address()

    # ------------------------------------------------------------------------------------------------------- address

    def _build_address(self) -> None:
        px = self.theme.px
        line = Pane(self)
        line.pack(fill="x", padx=px(INSET), pady=(px(20), 0))
        line.columnconfigure(0, weight=1)
        self.address = Field(
            line,
            "Address of a server",
            hint="chat.example.org",
            value=self._sign_in.address,
            on_enter=self._connect,
            on_change=lambda _: self._sign_in.forget_problem("address"),
        )
        self.address.grid(row=0, column=0, sticky="ew")
        self.connect = Button(line, "Connect", command=self._connect, kind="primary")
        self.connect.grid(
            row=0, column=1, sticky="n", padx=(px(8), 0), pady=(px(6) + self.theme.line_height("note"), 0)
        )

    def _refresh_address(self) -> None:
        sign_in = self._sign_in
        busy = sign_in.busy is not None and sign_in.busy.subject == "address"
        self.connect.set(busy=busy)
        self.address.error(sign_in.problems.get("address") or None)

    def _connect(self) -> None:
        self._sign_in.choose_address(self.address.value)
        if "address" in self._sign_in.problems:
            self.address.focus()

    def _tell(self, text: str) -> None:
        shown = [note for note in self._told.winfo_children() if isinstance(note, Note)]
        if [note.text for note in shown] == ([text] if text else []):
            return
        for note in shown:
            note.destroy()
        if text:
            Note(self._told, text).pack(fill="x", pady=(self.theme.px(12), 0))
        else:
            self._told.configure(height=1)

    # ---------------------------------------------------------------------------------------------------------- rows

    def _is_busy(self, subject: object) -> bool:
        return self._sign_in.busy is not None and self._sign_in.busy.subject == subject

    def _account_entry(self, row: AccountRow) -> _Entry:
        account = row.account
        where = f"{account.server.name} · {account.server.place}"
        note = where if account.logged_in else f"Logged out · {where}"
        return _Entry(account, account.user, note, row.there, self._is_busy(account))

    def _server_entry(self, row: ServerRow) -> _Entry:
        server = row.server
        note = f"{server.place} · known" if row.near and row.known else server.place
        return _Entry(server.key, server.name, note, row.there, self._is_busy(server.key))

    def _make_account(self, parent: Pane, entry: _Entry) -> ChoiceRow:
        row = next(row for row in self._sign_in.choices.accounts if row.account == entry.key)
        return self._known(
            parent,
            entry,
            ("Open", lambda: self._sign_in.resume(row)),
            ("Forget this account…", lambda: self._forget_account(row.account)),
        )

    def _make_nearby(self, parent: Pane, entry: _Entry) -> ChoiceRow:
        def choose() -> None:
            for row in self._sign_in.choices.nearby:
                if row.server.key == entry.key:
                    self._sign_in.choose(row)

        return ChoiceRow(parent, entry.title, entry.note, choose, icon="hdd-network", there=entry.there)

    def _make_recent(self, parent: Pane, entry: _Entry) -> ChoiceRow:
        row = next(row for row in self._sign_in.choices.recent if row.server.key == entry.key)
        return self._known(
            parent,
            entry,
            ("Connect", lambda: self._sign_in.choose(row)),
            ("Forget this server…", lambda: self._forget_server(row.server)),
            icon="clock-history",
        )

    def _known(
        self, parent: Pane, entry: _Entry, go: _Act, forget: _Act, icon: str | None = None
    ) -> ChoiceRow:
        """What was used before: it can be forgotten."""

        def more(x: int, y: int) -> None:
            items = [
                MenuItem(go[0], "box-arrow-in-right", go[1]),
                MenuItem(forget[0], "x-circle", forget[1], danger=True),
            ]
            menu(self, x, y, items)

        return ChoiceRow(
            parent, entry.title, entry.note, go[1], there=entry.there, forget=forget[1], more=more, icon=icon
        )

    def _forget_account(self, account: Account) -> None:
        def ask(waiting: int) -> None:
            confirm(
                self,
                f"Forget {account.user}?",
                f"The session at {account.server.name} ends, and what was kept here of this account goes: messages that were "
                f"seen, pictures, drafts.{_lost(waiting)} The account itself stays; to come back you need the password.",
                "Forget",
                danger=True,
                done=lambda: self._sign_in.forget_account(account),
            )

        self._sign_in.ask_waiting(account.server, account.user, ask)

    def _forget_server(self, server: Server) -> None:
        ask_to_forget(self, self._sign_in, server)


def ask_to_forget(window: tk.Misc, sign_in: SignIn, server: Server) -> None:
    """Forgetting a server on purpose."""

    def ask(waiting: int) -> None:
        if not window.winfo_exists():
            return
        confirm(
            window,
            f"Forget {server.name}?",
            "This device forgets the key of this server, the accounts and sessions that it has there, and what was kept of "
            f"them: messages, pictures, drafts.{_lost(waiting)} The next contact is a first one again: compare the words then.",
            "Forget",
            danger=True,
            done=lambda: sign_in.forget_server(server),
        )

    sign_in.ask_waiting(server, "", ask)


def _lost(waiting: int) -> str:
    if not waiting:
        return ""
    are = ("was", "is") if waiting == 1 else ("were", "are")
    return f" {counted(waiting, 'message')} that {are[0]} not sent yet {are[1]} lost."


class _Section(Pane):
    """A heading with rows, or a line in their place; nothing at all where there is neither."""

    def __init__(self, parent: tk.Misc, heading: str, make: Callable[[Pane, _Entry], ChoiceRow]) -> None:
        super().__init__(parent)
        self._make = make
        self._rows: dict[Hashable, ChoiceRow] = {}
        self._keys: list[Hashable] = []
        self._said: tuple[str, bool] = ("", False)
        px = self.theme.px
        self._whole = Pane(self)
        Label(self._whole, heading, "note", weight="semibold", colour="muted").pack(
            fill="x", padx=px(INSET), pady=(px(16), px(4))
        )
        self._list = Pane(self._whole)
        self._list.pack(fill="x")
        self._line = Pane(self._whole)
        self.configure(height=1)
        self.pack(fill="x")

    @property
    def first(self) -> ChoiceRow | None:
        """The uppermost row."""
        return self._rows[self._keys[0]] if self._keys else None

    def show(self, entries: Sequence[_Entry]) -> None:
        """These rows, in this order."""
        keys = [entry.key for entry in entries]
        if keys != self._keys:
            self._rebuild(entries, keys)
        for entry in entries:
            self._rows[entry.key].set(entry.title, entry.note, there=entry.there, busy=entry.busy)
        self._appear()

    def say(self, text: str, *, turning: bool) -> None:
        """A line in place of rows; empty: none."""
        if (text, turning) == self._said:
            return
        self._said = (text, turning)
        for child in self._line.winfo_children():
            child.destroy()
        self._line.pack_forget()
        if text:
            px = self.theme.px
            self._line.pack(fill="x", padx=px(INSET), pady=px(8))
            if turning:
                Spinner(self._line, 16).pack(side="left", padx=(0, px(8)))
            Prose(self._line, text, "note", colour="faint").pack(side="left", fill="x", expand=True)
        self._appear()

    def _rebuild(self, entries: Sequence[_Entry], keys: list[Hashable]) -> None:
        focused = next((key for key, row in self._rows.items() if row.ringed), None)
        for key in self._rows.keys() - set(keys):
            self._rows.pop(key).destroy()
        for entry in entries:
            if entry.key not in self._rows:
                self._rows[entry.key] = self._make(self._list, entry)
            self._rows[entry.key].pack_forget()
        for key in keys:
            self._rows[key].pack(fill="x")
            tk.Misc.tkraise(
                self._rows[key]
            )  # Tab goes in the order of stacking; a canvas has a tkraise of its own
        self._keys = keys
        if focused in self._rows:
            self._rows[focused].focus_set()

    def _appear(self) -> None:
        if self._keys or self._said[0]:
            self._whole.pack(fill="x")
        else:
            self._whole.pack_forget()
            self.configure(height=1)

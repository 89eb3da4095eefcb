"""Name and password: logging in, and making an account."""

import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.base import Drawn, Label, Pane
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.gui.model.sign_in import SignIn
from hubbub.client.gui.views.sign_in_parts import Note

_LEVELS: Final = ("line", "warning", "success", "success")


class FormPage(Pane):
    """One form for both; what is typed stays when one turns to the other."""

    inset = 0

    def __init__(self, parent: tk.Misc, sign_in: SignIn) -> None:
        super().__init__(parent)
        self._sign_in = sign_in
        self._told_of: tuple[str, str] = ("", "")
        px = self.theme.px
        self._build_head()
        self._told = Pane(self)
        self._told.pack(fill="x")
        self.mode = Choice(self, ("Log in", "New account"), on_change=self._choose_mode)
        self.mode.pack(fill="x", pady=(px(20), 0))
        self.user = Field(self, "Name", value=sign_in.user, on_change=self._clear, on_enter=self._from_user)
        self.user.pack(fill="x", pady=(px(20), 0))
        self.password = Field(self, "Password", secret=True, on_change=self._typed, on_enter=self._submit)
        self.password.pack(fill="x", pady=(px(16), 0))
        self.strength = _Strength(self)
        self._foot = Pane(self)
        self._foot.pack(fill="x", pady=(px(24), 0))
        self.submit = Button(self._foot, "Log in", command=self._submit)
        self.submit.pack(fill="x")
        self.cancel = Button(self._foot, "Cancel", kind="quiet", command=sign_in.cancel)
        self.other = Button(self._foot, "", kind="link", command=self._other_mode, name="other")
        self.other.pack(pady=(px(12), 0))
        self._slow = Label(self._foot, "", "note", colour="muted", anchor="center")
        self.refresh()

    def focus_first(self) -> None:
        """The first empty field."""
        (self.password if self.user.value else self.user).focus()

    def refresh(self) -> None:
        """Draw what the model says now."""
        sign_in = self._sign_in
        register = sign_in.mode == "register"
        self.mode.chosen = int(register)
        self.mode.redraw()
        self._tell(sign_in.problems.get("form", ""), sign_in.notice)
        self.user.error(sign_in.problems.get("user") or None)
        self.password.error(sign_in.problem_of_password or None)
        if register and not self.password.problem:
            self.strength.pack(fill="x", pady=(self.theme.px(8), 0), after=self.password)
            self.strength.show(self.password.value)
        else:
            self.strength.pack_forget()
        self._refresh_foot(register)

    def _refresh_foot(self, register: bool) -> None:
        sign_in, px = self._sign_in, self.theme.px
        busy = sign_in.busy
        text = "Make account" if register else "Log in"
        if sign_in.wait_s:
            text = f"Wait {words.duration(sign_in.wait_s)}"
        self.submit.set(text=busy.text if busy else text, busy=busy is not None, enabled=not sign_in.wait_s)
        for field in (self.user, self.password):
            field.enable(busy is None)
        self.mode.enable(busy is None)
        if busy is None:
            self.cancel.pack_forget()
            self._slow.pack_forget()
            self.other.set(text="I have an account" if register else "No account here yet? Make one")
            self.other.pack(pady=(px(12), 0))
            return
        self.other.pack_forget()
        self.cancel.pack(fill="x", pady=(px(8), 0))
        if sign_in.slow:
            self._slow.set("The server takes longer than usual.")
            self._slow.pack(fill="x", pady=(px(12), 0))

    # ---------------------------------------------------------------------------------------------------------- parts

    def _build_head(self) -> None:
        px = self.theme.px
        head = Pane(self)
        head.pack(fill="x")
        self.back = IconButton(head, "arrow-left", self._sign_in.back, "Another server", size=36)
        self.back.pack(side="left", padx=(0, px(8)))
        server = self._sign_in.server
        names = Pane(head)
        names.pack(side="left", fill="x", expand=True)
        LineLabel(names, server.name if server else "", "title").pack(fill="x")
        LineLabel(names, server.place if server else "", "note", colour="muted").pack(fill="x")

    def _tell(self, problem: str, notice: str) -> None:
        if (problem, notice) == self._told_of:
            return
        self._told_of = (problem, notice)
        for note in self._told.winfo_children():
            note.destroy()
        self._told.configure(height=1)
        if text := problem or notice:
            Note(self._told, text, "danger" if problem else "info").pack(
                fill="x", pady=(self.theme.px(16), 0)
            )

    # ----------------------------------------------------------------------------------------------------------- acts

    def _choose_mode(self, place: int) -> None:
        self._sign_in.set_mode("register" if place else "log in")
        self.focus_first()

    def _other_mode(self) -> None:
        self._choose_mode(0 if self._sign_in.mode == "register" else 1)

    def _from_user(self) -> None:
        if self.user.value and not self.password.value:
            self.password.focus()
        else:
            self._submit()

    def _clear(self, _: str) -> None:
        self._sign_in.forget_problem("user")

    def _typed(self, _: str) -> None:
        self._sign_in.forget_problem("password")
        self.refresh()

    def _submit(self) -> None:
        self._sign_in.submit(self.user.value, self.password.value)
        self.focus_wrong()

    def focus_wrong(self) -> None:
        """The first field that something is wrong with."""
        problems = self._sign_in.problems
        if "user" in problems:
            self.user.focus()
        elif "password" in problems:
            self.password.focus()


class _Strength(Pane):
    """Three bars and a word on a new password."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent)
        self._bars = _Bars(self)
        self._bars.pack(fill="x")
        self._word = Prose(self, words.PASSWORD_HINT, "note", colour="muted")
        self._word.pack(fill="x", pady=(self.theme.px(6), 0))

    def show(self, password: str) -> None:
        """Of this one."""
        level, text = words.strength(password)
        self._bars.show(level)
        self._word.set(text)


class _Bars(Drawn):
    def __init__(self, parent: tk.Misc) -> None:
        self._level = 0
        super().__init__(parent, 1, theme_of(parent).px(4))

    def show(self, level: int) -> None:
        self._level = level
        self.redraw()

    def draw(self) -> None:
        width, height = self.extent
        gap = self.theme.px(4)
        each = (width - 2 * gap) // 3
        for place in range(3):
            colour = _LEVELS[self._level] if place < self._level else "line"
            self.put(self.pictures.rounded(each, height, height // 2, colour), place * (each + gap), 0)

"""A field for several lines that grows with what is written."""

import tkinter as tk
from collections.abc import Callable

from hubbub.client.gui.kit.base import Label, Pane


class TextArea(Pane):
    """No box of its own: stands on its parent's ground. Grows to most_lines, then scrolls."""

    def __init__(
        self,
        parent: tk.Misc,
        *,
        placeholder: str = "",
        most_lines: int = 8,
        on_change: Callable[[str], object] | None = None,
        role: str = "body",
        name: str | None = None,
    ) -> None:
        super().__init__(parent, **({"name": name} if name else {}))
        self._most = most_lines
        self._on_change = on_change
        self._role = role
        self.edit = tk.Text(
            self,
            height=1,
            width=1,
            wrap="word",
            undo=True,
            bd=0,
            highlightthickness=0,
            relief="flat",
            padx=0,
            pady=0,
        )
        self.edit.pack(fill="both", expand=True)
        self.placeholder = Label(self, placeholder, role, colour="faint")
        self.placeholder.bind("<Button-1>", lambda _: self.edit.focus_set())
        self.edit.bind("<<Modified>>", self._modified)
        self.edit.bind("<Configure>", lambda _: self._grow())
        self.restyle()
        self._show_placeholder()

    @property
    def value(self) -> str:
        """What is written, without the newline that Tk adds."""
        return self.edit.get("1.0", "end-1c")

    @value.setter
    def value(self, text: str) -> None:
        self.edit.delete("1.0", "end")
        self.edit.insert("1.0", text)
        self.edit.edit_reset()
        self._grow()

    def insert(self, text: str) -> None:
        """At the cursor, in place of what is selected."""
        if self.edit.tag_ranges("sel"):
            self.edit.delete("sel.first", "sel.last")
        self.edit.insert("insert", text)

    def enable(self, enabled: bool) -> None:
        """Takes input or not."""
        self.edit.configure(state="normal" if enabled else "disabled")

    def focus(self) -> None:
        """Puts the cursor there."""
        self.edit.focus_set()

    def restyle(self) -> None:
        super().restyle()
        colour = self.theme.colour
        self.edit.configure(
            font=self.theme.font(self._role),
            bg=colour(self.ground),
            fg=colour("text"),
            insertbackground=colour("accent"),
            insertwidth=self.theme.px(2),
            selectbackground=colour("accent"),
            selectforeground=colour("on_accent"),
            inactiveselectbackground=colour("accent_soft"),
        )

    def _modified(self, _: object) -> None:
        if not self.edit.edit_modified():
            return
        self.edit.edit_modified(False)
        self._show_placeholder()
        self._grow()
        if self._on_change:
            self._on_change(self.value)

    def _show_placeholder(self) -> None:
        if self.edit.compare("end-1c", "==", "1.0"):
            self.placeholder.place(x=1, y=0)
        else:
            self.placeholder.place_forget()

    def _grow(self) -> None:
        lines = self.edit.tk.call(str(self.edit), "count", "-update", "-displaylines", "1.0", "end")
        wanted = max(1, min(self._most, int(lines)))
        if int(self.edit.cget("height")) != wanted:
            self.edit.configure(height=wanted)

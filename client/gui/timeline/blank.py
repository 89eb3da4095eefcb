"""What stands where no messages are: a word on why, and what to do."""

import tkinter as tk
from collections.abc import Callable

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.pictures import Pictures
from hubbub.client.gui.kit.progress import Spinner


class Blank(Pane):
    """In the middle of its parent, while there is something to say."""

    def __init__(self, parent: tk.Misc, retry: Callable[[], object]) -> None:
        super().__init__(parent)
        self._retry = retry
        self._said: tuple[str, str, str, str] | None = None
        self._icon = ""
        self._photo: object = None
        self._sign: tk.Label | None = None

    def say(
        self,
        icon: str,
        title: str,
        text: str = "",
        *,
        action: str = "",
        command: Callable[[], object] | None = None,
        retry: bool = False,
    ) -> None:
        """icon: empty for something that turns. action: what one may do about it, and `command` does; retry: read again."""
        if retry:
            action, command = "Try again", self._retry
        if self._said == (icon, title, text, action):
            return
        self._clear()
        self._said, self._icon = (icon, title, text, action), icon
        px = self.theme.px
        if icon:
            self._sign = tk.Label(self, bd=0)
            self._sign.pack(pady=(0, px(12)))
            self.restyle()
        else:
            Spinner(self, 28).pack(pady=(0, px(12)))
        Label(self, title, "strong", anchor="center", justify="center", wrap=320).pack()
        if text:
            label = Label(self, text, "note", colour="muted", anchor="center", justify="center", wrap=270)
            label.pack(pady=(px(4), 0))
        if action:
            Button(self, action, kind="outline", command=command, name="act").pack(pady=(px(16), 0))
        self.place(relx=0.5, rely=0.5, anchor="center")
        self.lift()

    def hush(self) -> None:
        """Nothing is to be said."""
        if self._said is not None:
            self._clear()
            self.place_forget()

    def restyle(self) -> None:
        super().restyle()
        if getattr(self, "_sign", None) is not None and self._sign is not None:
            photo = self.theme.part(Pictures).icon(self._icon, self.theme.px(40), "faint")
            self._sign.configure(image=photo, bg=self.theme.colour(self.ground))
            self._photo = photo

    def _clear(self) -> None:
        self._said = self._sign = None
        for child in self.winfo_children():
            child.destroy()

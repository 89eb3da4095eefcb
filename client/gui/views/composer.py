"""The lines below the messages: what is written, answered, changed, and sent along. Draws the composer's model."""

import tkinter as tk
from pathlib import Path
from tkinter import filedialog
from typing import Final

from hubbub.client.gui.kit.base import Label, Line, Pane
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.textarea import TextArea
from hubbub.client.gui.model.composer import Composer

_GRID: Final = 8


class ComposerView(Pane):
    """A strip above for the answer or the change, the files, then the text with its buttons."""

    def __init__(self, parent: tk.Misc, composer: Composer) -> None:
        super().__init__(parent, "surface")
        self._composer = composer
        px = self.theme.px
        Line(self).pack(fill="x")
        self._strip = Pane(self)
        self._row = Pane(self)
        self._row.pack(fill="x", padx=px(_GRID), pady=px(_GRID))
        self._attach = IconButton(self._row, "paperclip", self._choose_files, "Attach files")
        self._attach.pack(side="left", anchor="s")
        self._send = IconButton(self._row, "send-fill", composer.send, "Send (Enter)")
        self._send.pack(side="right", anchor="s")
        self.area = TextArea(self._row, placeholder="Message", on_change=composer.write)
        self.area.pack(side="left", fill="x", expand=True, padx=px(_GRID), pady=px(10))
        for keys, act in (("<Return>", self._on_enter), ("<Shift-Return>", None), ("<Up>", self._on_up)):
            if act is not None:
                self.area.edit.bind(keys, act)
        self.area.edit.bind("<Escape>", self._on_escape)
        self._end = composer.changed.connect(self._draw)
        self._draw()

    def focus(self) -> None:
        """Write here."""
        self.area.focus()

    def destroy(self) -> None:
        self._end()
        super().destroy()

    def _draw(self) -> None:
        if self.area.value != self._composer.text:
            self.area.value = self._composer.text
        for child in self._strip.winfo_children():
            child.destroy()
        if words := self._strip_words():
            self._strip.pack(
                fill="x", before=self._row, padx=self.theme.px(16), pady=(self.theme.px(_GRID), 0)
            )
            Label(self._strip, words, "note", colour="muted").pack(side="left")
        else:
            self._strip.pack_forget()

    def _strip_words(self) -> str:
        composer = self._composer
        if composer.editing is not None:
            return "Editing a message (Escape: leave it as it is)"
        if composer.reply_to is not None:
            return f"Reply to {composer.chat.people.shown(composer.reply_to.sender)}"
        return ", ".join(path.name for path in composer.files)

    def _on_enter(self, _: object) -> str:
        self._composer.write(self.area.value)
        self._composer.send()
        return "break"

    def _on_up(self, _: object) -> str | None:
        return "break" if self._composer.edit_last() else None

    def _on_escape(self, _: object) -> str | None:
        return "break" if self._composer.cancel() else None

    def _choose_files(self) -> None:
        names = filedialog.askopenfilenames(parent=self, title="Attach files")
        self._composer.attach(Path(name) for name in names)

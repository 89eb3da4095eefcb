"""What this is, whom it talks to, where it keeps things, and whose work is in it."""

import tkinter as tk
from pathlib import Path

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fonts import ASSETS
from hubbub.client.gui.kit.notices import toast
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.views.fitting import Fitting
from hubbub.client.gui.views.settings_parts import Page
from hubbub.client.gui.views.sign_in_parts import Mark, Words


class AboutPage(Page):
    """To read, to compare and to copy."""

    title = "About"

    def build(self) -> None:
        px, about = self.theme.px, self.preferences.about()
        top = Pane(self)
        top.pack(fill="x")
        Mark(top, 48).pack(side="left")
        words = Pane(top)
        words.pack(side="left", padx=(px(16), 0))
        Label(words, "Hubbub", "strong").pack(anchor="w")
        self.version = Label(words, "", "note", colour="muted")
        self.version.pack(anchor="w")
        self.heading("Server")
        self._fact(about.server, "body")
        self._fact(about.address, "mono")
        if about.words:
            self.heading("The words of its key")
            Words(self, about.words).pack(fill="x")
            self.prose(
                "The server printed the same ones when it started. If they differ, it is another server.",
                above=8,
            )
            self.heading("Its key")
            self._fact(about.key, "mono")
        self.heading("Where this device keeps your keys, sessions and messages")
        self._fact(str(about.profile), "mono")
        self.heading("Fonts and emoji")
        self.prose(
            "Inter, by The Inter Project Authors, and Noto Color Emoji, by Google: SIL Open Font License 1.1.",
            above=0,
        )
        Button(
            self, "Read the licence", kind="quiet", height=32, command=self._show_licence, name="licence"
        ).pack(anchor="w", pady=(px(8), 0))
        self.follow(self.preferences.changed.connect(self._on_change))
        if self.preferences.version:
            self._say_version()
        else:
            self.preferences.read_version()

    def _fact(self, text: str, role: str) -> None:
        if not text:
            return
        row = Pane(self)
        row.pack(fill="x")
        IconButton(row, "copy", lambda: self._copy(text), "Copy", size=32, icon_size=14).pack(
            side="right", anchor="n"
        )
        Prose(row, text, role).pack(side="left", fill="x", expand=True)

    def _copy(self, text: str) -> None:
        self.clipboard_clear()
        self.clipboard_append(text)
        toast(self, "Copied")

    def _on_change(self, control: str) -> None:
        if control == "version":
            self._say_version()

    def _say_version(self) -> None:
        self.version.set(f"Version {self.preferences.version}")

    def _show_licence(self) -> None:
        Licence(self, ASSETS / "OFL.txt")


class Licence:
    """A sheet with a text to read."""

    def __init__(self, window: tk.Misc, path: Path) -> None:
        self.sheet = Sheet(window, "SIL Open Font License", width=640)
        fitting = Fitting(self.sheet.body)
        fitting.pack(fill="both", expand=True)
        for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
            Prose(fitting.content, " ".join(paragraph.split()), "note", colour="muted").pack(
                fill="x", pady=(0, self.sheet.theme.px(12))
            )

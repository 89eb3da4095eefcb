"""How I am shown: name, colour, picture, status, and whether others see what I have read."""

import tkinter as tk
from pathlib import Path
from tkinter import filedialog
from typing import Final, Literal

from hubbub.client import HubbubError, errors
from hubbub.client.gui.kit.base import Drawn, Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.kit.switches import Switch
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.views.face import FaceButton
from hubbub.client.gui.views.fitting import Fitting, Paragraph
from hubbub.client.gui.views.soon import Soon

COLOURS: Final = (
    "", "#c2410c", "#b4305f", "#9333a8", "#6d4ad1", "#3d5bdb", "#0b6fa8", "#0c7a75", "#2b7a3d", "#8a6400",
)  # fmt: skip
"""Empty: by the name."""
_TYPES: Final = (("Pictures", "*.jpg *.jpeg *.png *.gif *.webp *.bmp"), ("All files", "*"))


class ProfileSheet:
    """Saved as a whole; a picture is taken at once."""

    def __init__(self, window: tk.Misc, chat: Chat) -> None:
        self._chat = chat
        self.sheet = Sheet(window, "Profile", on_close=lambda: self._end())
        self._build()
        self._end = chat.mine.changed.connect(Soon(self.sheet.page, self._draw))
        self._draw()

    def _build(self) -> None:
        px = self.sheet.theme.px
        self._button = Button(self.sheet.body, "Save", command=self._save, name="save")
        self._button.pack(side="bottom", anchor="e", pady=(px(24), 0))
        self._problem = Paragraph(self.sheet.body, colour="danger")
        fitting = Fitting(self.sheet.body, below=64)
        fitting.pack(fill="both", expand=True)
        self._build_fields(fitting.content)

    def _build_fields(self, body: Pane) -> None:
        px, mine = self.sheet.theme.px, self._chat.mine.profile
        top = Pane(body)
        top.pack(fill="x", pady=(0, px(16)))
        FaceButton(top, self._chat, self._chat.me, 72, self._choose, "Choose a picture").pack(side="left")
        right = Pane(top)
        right.pack(side="left", padx=(px(16), 0))
        Label(right, f"@{self._chat.me}", "note", colour="muted").pack(anchor="w", pady=(0, px(6)))
        self._picture = Button(
            right, "Choose a picture", kind="quiet", command=self._choose, height=32, name="picture"
        )
        self._picture.pack(side="left")
        self._no_picture = Button(
            right, "Remove", kind="link", command=self._remove_picture, height=32, name="no_picture"
        )
        self.name = Field(
            body,
            "Name to show",
            hint=self._chat.me,
            value=mine.display_name,
            on_enter=self._save,
            name="display_name",
        )
        self.name.pack(fill="x")
        self.status = Field(
            body,
            "Status",
            hint="What others should know",
            value=mine.status_text,
            on_enter=self._save,
            name="status",
        )
        self.status.pack(fill="x", pady=(px(16), px(16)))
        Label(body, "Colour of your name", "note", weight="semibold", colour="muted").pack(
            fill="x", pady=(0, px(6))
        )
        self.colours = Swatches(body, mine.colour)
        self.colours.pack(fill="x")
        self.receipts = Switch(
            body, "Others see what I have read", value=mine.receipts is not False, name="receipts"
        )
        self.receipts.pack(anchor="w", pady=(px(16), 0))
        self.name.focus()

    def _draw(self) -> None:
        if self._chat.mine.profile.picture:
            self._no_picture.pack(side="left")
        else:
            self._no_picture.pack_forget()

    # ------------------------------------------------------------------------------------------------------- picture

    def _choose(self) -> None:
        chosen = filedialog.askopenfilename(
            parent=self.sheet.page, title="Choose a picture", filetypes=_TYPES
        )
        if chosen:
            self.use_picture(Path(chosen))

    def use_picture(self, path: Path | Literal[""]) -> None:
        """This file, or none."""
        self._say("")
        self._picture.set(busy=True)
        mine = self._chat.mine
        mine.set_profile(
            display_name=mine.profile.display_name,
            colour=mine.profile.colour,
            receipts=mine.profile.receipts is not False,
            picture=path,
            done=lambda: self._pictured(""),
            failed=lambda error: self._pictured(str(error)),
        )

    def _remove_picture(self) -> None:
        self.use_picture("")

    def _pictured(self, problem: str) -> None:
        if self.sheet.page.winfo_exists():
            self._picture.set(busy=False)
            self._say(problem)

    # ---------------------------------------------------------------------------------------------------------- rest

    def _save(self) -> None:
        self._say("")
        self._button.set(busy=True)
        mine = self._chat.mine
        if " ".join(self.status.value.split()) != mine.profile.status_text:
            mine.set_presence(mine.presence, self.status.value, self._on_status_failed)
        mine.set_profile(
            display_name=self.name.value,
            colour=self.colours.colour,
            receipts=self.receipts.value,
            picture=None,
            done=self._saved,
            failed=self._failed,
        )

    def _saved(self) -> None:
        if self.sheet.page.winfo_exists() and self.status.problem is None:
            self.sheet.close()

    def _on_status_failed(self, error: HubbubError) -> None:
        if self.sheet.page.winfo_exists():
            self._button.set(busy=False)
            self.status.error(str(error))

    def _failed(self, error: HubbubError) -> None:
        if self.sheet.page.winfo_exists():
            self._button.set(busy=False)
            if isinstance(error, errors.BadRequest):
                self.name.error(str(error))
            else:
                self._say(str(error))

    def _say(self, problem: str) -> None:
        self._problem.set(problem)
        if problem:
            self._problem.pack(fill="x", pady=(self.sheet.theme.px(12), 0), side="bottom")
        else:
            self._problem.pack_forget()


class Swatches(Drawn):
    """Colours in as many rows as they need; arrows move along."""

    _SIDE: Final = 28
    _STEP: Final = 38

    def __init__(self, parent: tk.Misc, colour: str) -> None:
        self.colours = COLOURS if colour in COLOURS else (*COLOURS, colour)
        self.colour = colour
        px = theme_of(parent).px
        super().__init__(parent, px(self._STEP), px(self._STEP), takefocus=1, cursor="hand2")
        self.bind("<ButtonRelease-1>", lambda event: self._choose(self._at(event.x, event.y)))
        self.bind("<Key-Left>", lambda _: self._choose(self.colours.index(self.colour) - 1))
        self.bind("<Key-Right>", lambda _: self._choose(self.colours.index(self.colour) + 1))
        for event in ("<FocusIn>", "<FocusOut>"):
            self.bind(event, lambda _: self.redraw())

    def draw(self) -> None:
        px = self.theme.px
        side, step, icon = px(self._SIDE), px(self._STEP), px(14)
        across = self._across()
        self.configure(height=step * -(-len(self.colours) // across))
        for place, colour in enumerate(self.colours):
            x, y = step * (place % across) + px(4), step * (place // across) + px(4)
            if colour == self.colour:
                ring = "accent" if self.focus_get() is self else "faint"
                whole = side + 2 * px(4)
                self.put(
                    self.pictures.rounded(whole, whole, whole // 2, None, ring, px(2)), x - px(4), y - px(4)
                )
            self.put(self.pictures.circle(side, colour or "raised"), x, y)
            if not colour:
                inset = (side - icon) // 2
                self.put(self.pictures.icon("slash-lg", icon, "muted"), x + inset, y + inset)

    def _across(self) -> int:
        return max(1, min(len(self.colours), self.extent[0] // self.theme.px(self._STEP)))

    def _at(self, x: int, y: int) -> int:
        step = self.theme.px(self._STEP)
        return y // step * self._across() + x // step

    def _choose(self, place: int) -> None:
        self.focus_set()
        if 0 <= place < len(self.colours):
            self.colour = self.colours[place]
            self.redraw()

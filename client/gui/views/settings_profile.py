"""How I am shown: picture, name, presence, status, colour."""

from pathlib import Path
from tkinter import filedialog
from typing import Final, Literal

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.choosing import Radios
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.model.mine import Presence
from hubbub.client.gui.views.face import FaceButton
from hubbub.client.gui.views.settings_parts import Page
from hubbub.client.gui.views.soon import Soon
from hubbub.client.gui.views.swatches import Swatches

_TYPES: Final = (("Pictures", "*.jpg *.jpeg *.png *.gif *.webp *.bmp"), ("All files", "*"))
_PRESENCES: Final[dict[Presence, str]] = {
    "online": "Online",
    "away": "Away",
    "busy": "Busy",
    "invisible": "Invisible",
}


class ProfilePage(Page):
    """Each part is kept by itself: a choice at once, words on Enter or when they are left."""

    title = "Profile"

    def build(self) -> None:
        self._build_picture()
        self._build_words()
        self._build_rest()
        self.served(self.face, self.choose, self.remove, self.name, self.status, self.presence, self.colours)
        mine = self.chat.mine
        self.follow(
            mine.changed.connect(Soon(self, self._draw)), self.preferences.changed.connect(self._on_change)
        )
        self._draw()

    def leave(self) -> None:
        self._save_name()
        self._save_status()

    def use_picture(self, path: Path | Literal[""]) -> None:
        """This file, or none."""
        self.preferences.set_picture(path)

    def _build_picture(self) -> None:
        px = self.theme.px
        top = Pane(self)
        top.pack(fill="x")
        self.face = FaceButton(top, self.chat, self.chat.me, 72, self._choose, "Choose a picture")
        self.face.pack(side="left", anchor="n")
        right = Pane(top)
        right.pack(side="left", padx=(px(16), 0), fill="x", expand=True)
        Label(right, f"@{self.chat.me}", "note", colour="muted").pack(fill="x", pady=(0, px(6)))
        row = Pane(right)
        row.pack(fill="x")
        self.choose = Button(
            row, "Choose a picture", kind="quiet", command=self._choose, height=32, name="picture"
        )
        self.choose.pack(side="left")
        self.remove = Button(
            row, "Remove", kind="link", command=lambda: self.use_picture(""), height=32, name="no_picture"
        )
        self.stands("picture", parent=right)

    def _build_words(self) -> None:
        px, mine = self.theme.px, self.chat.mine.profile
        self.name = Field(
            self,
            "Name to show",
            hint=self.chat.me,
            value=mine.display_name,
            on_enter=self._save_name,
            name="display_name",
        )
        self.name.pack(fill="x", pady=(px(20), 0))
        self.stands("name")
        self.status = Field(
            self,
            "Status",
            hint="What others should know",
            value=mine.status_text,
            on_enter=self._save_status,
            name="status",
        )
        self.status.pack(fill="x", pady=(px(16), 0))
        self.stands("status")
        self.name.entry.bind("<FocusOut>", lambda _: self._save_name(), add="+")
        self.status.entry.bind("<FocusOut>", lambda _: self._save_status(), add="+")
        self.prose("Enter saves what you write, and so does going on.")

    def _build_rest(self) -> None:
        self.heading("Presence")
        self.presence = Radios(self, list(_PRESENCES.values()), on_change=self._be, name="presence")
        self.presence.pack(anchor="w", fill="x")
        self.prose("Invisible: everybody sees you as offline.")
        self.stands("presence")
        self.heading("Colour of your name")
        self.colours = Swatches(
            self, self.chat.mine.profile.colour, self.preferences.set_colour, name="colours"
        )
        self.colours.pack(fill="x")
        self.stands("colour")

    def _draw(self) -> None:
        mine = self.chat.mine
        self.presence.set(list(_PRESENCES).index(mine.presence))
        if self.preferences.standing("colour").kind != "saving":
            self.colours.set(mine.profile.colour)
        if mine.profile.picture:
            self.remove.pack(side="left", padx=(self.theme.px(4), 0))
        else:
            self.remove.pack_forget()

    def _on_change(self, control: str) -> None:
        if control == "picture":
            self.choose.set(busy=self.preferences.standing("picture").kind == "saving")

    def _choose(self) -> None:
        chosen = filedialog.askopenfilename(parent=self, title="Choose a picture", filetypes=_TYPES)
        if chosen:
            self.use_picture(Path(chosen))

    def _be(self, place: int) -> None:
        self.preferences.set_presence(list(_PRESENCES)[place])

    def _save_name(self) -> None:
        self.preferences.set_name(self.name.value)

    def _save_status(self) -> None:
        self.preferences.set_status(self.status.value)

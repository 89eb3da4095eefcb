"""What lies over a conversation while files are dragged over it."""

import tkinter as tk

from hubbub.client.gui.kit.base import Drawn


class DropCover(Drawn):
    """Shown by `place`."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent, 1, 1, takefocus=0)

    def draw(self) -> None:
        px, (width, height) = self.theme.px, self.extent
        edge, icon = px(16), px(40)
        if width < 4 * edge or height < 4 * edge:
            return
        ground = self.pictures.rounded(
            width - 2 * edge, height - 2 * edge, px(16), "accent_soft", "accent", px(2)
        )
        self.put(ground, edge, edge)
        middle = height / 2 - px(24)
        self.put(self.pictures.icon("file-earmark-arrow-up", icon, "accent"), width / 2, middle, "center")
        self.words("Drop to attach", width / 2, middle + px(44), "strong", "accent", anchor="center")
        self.words(
            "Nothing is sent before you press Enter",
            width / 2,
            middle + px(68),
            "note",
            "muted",
            anchor="center",
        )

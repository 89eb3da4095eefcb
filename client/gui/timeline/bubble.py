"""One message, drawn on a canvas of its own."""

import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model.media import FileKey
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.actions import Actions
from hubbub.client.gui.timeline.compose import Shown, compose
from hubbub.client.gui.timeline.look import Look
from hubbub.client.gui.timeline.painter import Painter
from hubbub.client.gui.timeline.parts import TextActs
from hubbub.client.gui.timeline.plan import Piece, Plan, Region
from hubbub.client.gui.timeline.pointer import BINDTAG, Pointer

__all__ = ["BINDTAG", "BubbleView"]

_GLOWS_MS: Final = 900
_STEP_MS: Final = 50
_STEPS: Final = 10


class BubbleView(tk.Canvas):
    """A message in its line. The height that it requests is right once `show` returns."""

    def __init__(self, parent: tk.Misc, actions: Actions) -> None:
        theme = theme_of(parent)
        look = theme.part(Look)
        background = theme.palette.background
        super().__init__(parent, highlightthickness=0, bd=0, width=1, height=1, bg=background, takefocus=0)
        self.bindtags((str(self), BINDTAG, str(theme.root), "all"))
        self.bubble: Bubble | None = None
        self.actions: Final = actions
        self._look: Final = look
        self._pointer = theme.part(Pointer)
        self._painter = Painter(self, look)
        self._plan = Plan()
        self._shown = Shown()
        self._text_acts = TextActs(actions.open_link, actions.show_person, self.unfold)
        self._width = 0
        self._seen = False
        self._timer: str | None = None
        self._ends = [theme.on_change(self._restyle)]
        self._listens = False

    def show(self, bubble: Bubble, width: int) -> None:
        """Draw this message, in a line so many pixels wide; what did not change is left as it is."""
        if bubble == self.bubble and width == self._width:
            return
        if self.bubble is not None and bubble.key != self.bubble.key:
            self._shown = Shown()
        glows = bubble.marked and not (self.bubble is not None and self.bubble.marked)
        self.bubble, self._width = bubble, width
        if not self._listens and (bubble.message.attachments or bubble.name):
            self._listen()
        if glows:
            self._glow()
        elif not bubble.marked and self._shown.level:
            self._dim()
        self._draw()

    def select(self, selected: bool) -> None:
        """Whether the keyboard is at this message: a ring says so."""
        if selected != self._shown.selected:
            self._shown.selected = selected
            self._draw()

    def unfold(self) -> None:
        """Show all of a long text."""
        self._shown.unfolded = True
        self._draw()

    @property
    def regions(self) -> list[Region]:
        """What can be clicked, and where."""
        return self._plan.regions

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """Left, top, right and bottom of what stands in the line; None: it has no ground."""
        return self._plan.box

    @property
    def pieces(self) -> list[Piece]:
        """The text, as it is cut up."""
        return self._plan.pieces

    @property
    def said(self) -> str:
        """The text without what marks it up."""
        return "".join(span.shown for span in self._shown.spans)

    @property
    def fill(self) -> str:
        """The colour of the ground."""
        return self._plan.fill

    @property
    def first_text(self) -> int:
        """The canvas's item behind all of the text's words."""
        return self._painter.item(self._plan.first_text)

    def region_at(self, x: int, y: int) -> Region | None:
        """What a click there is about."""
        return self._plan.at(x, y)

    def hover(self, region: Region | None) -> None:
        """The pointer is there: a hand over what can be clicked, and a line under a link."""
        self.delete("hover")
        self.configure(cursor="hand2" if region is not None and region.act is not None else "")
        if region is None or not region.group:
            return
        thick = max(1, self._look.px(1))
        for one in self._plan.regions:
            if one.group == region.group:
                bottom = one.y + one.height - self._look.px(3)
                self.create_rectangle(
                    one.x, bottom, one.x + one.width, bottom + thick, fill=one.colour, width=0, tags="hover"
                )

    def seen(self, seen: bool) -> None:
        """It is on the screen, or not: its pictures are held only while it is."""
        self._seen = seen
        if seen:
            self._load()
        else:
            self._painter.unload()

    def destroy(self) -> None:
        """With all that it holds."""
        for end in self._ends:
            end()
        self._ends.clear()
        self._stop_timer()
        self._pointer.forget(self)
        self._painter.clear()
        super().destroy()

    # ------------------------------------------------------------------------------------------------------ drawing

    def _draw(self) -> None:
        if self.bubble is None:
            return
        self._pointer.forget(self)
        plan = compose(self.bubble, self._width, self._look, self.actions, self._shown, self._text_acts)
        before, self._plan = self._plan, plan
        self._painter.paint(plan.ops)
        if before.height != plan.height or self.winfo_reqwidth() != self._width:
            self.configure(width=self._width, height=plan.height)
        if self._seen:
            self._load()

    def _load(self) -> None:
        media = self.actions.media
        self._painter.load(lambda op: media.picture(op.attachment, op.width, op.height))

    def _restyle(self) -> None:
        self._shown.forget()
        self._painter.clear()
        self.configure(bg=self._look.palette.background)
        self._draw()

    # --------------------------------------------------------------------------------------- what comes from elsewhere

    def _listen(self) -> None:
        self._listens = True
        media = self.actions.media
        self._ends += [
            media.picture_changed.connect(self._on_picture),
            media.file_changed.connect(self._on_file),
            media.person_changed.connect(self._on_person),
        ]

    def _on_picture(self, sha256: bytes) -> None:
        if self.bubble is not None and any(one.sha256 == sha256 for one in self.bubble.message.attachments):
            self._draw()

    def _on_file(self, key: FileKey) -> None:
        if self.bubble is not None and key[0] == self.bubble.key:
            self._draw()

    def _on_person(self, name: str) -> None:
        if self.bubble is not None and self.bubble.name and self.bubble.message.sender == name:
            self._draw()

    # ------------------------------------------------------------------------------------------------------- glowing

    def _glow(self) -> None:
        self._stop_timer()
        self._shown.level = 1.0
        self._timer = self.after(_GLOWS_MS, self._fade)

    def _fade(self) -> None:
        self._timer = None
        self._shown.level = max(0.0, round(self._shown.level - 1 / _STEPS, 3))
        self._draw()
        if self._shown.level > 0:
            self._timer = self.after(_STEP_MS, self._fade)

    def _dim(self) -> None:
        self._stop_timer()
        self._shown.level = 0.0

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

"""The messages of the conversation that is open: shown, scrolled, and what bubbles ask for."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from hubbub.client import Attachment
from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.model.media import Media, is_picture
from hubbub.client.gui.model.rows import Bubble, DayLine, Row, UnreadLine
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.model.viewing import Viewing
from hubbub.client.gui.timeline.blank import Blank
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.timeline.flow import Flow
from hubbub.client.gui.timeline.hands import ROWTAG, Hands
from hubbub.client.gui.timeline.hover import HoverBar
from hubbub.client.gui.timeline.lines import DayView, Edge, EdgeView, UnreadView
from hubbub.client.gui.timeline.menu import MessageMenu
from hubbub.client.gui.timeline.newest import NewestButton
from hubbub.client.gui.timeline.nothing import say_why
from hubbub.client.gui.timeline.strip import Widgets
from hubbub.client.gui.timeline.watch import Watch

ALL: Final = 10_000
"""Lines of text are made for everything that is held: they cost little, and somebody may mark from one end to the other."""
NEAR: Final = 30
"""Rows from an end of what is held at which more is read."""
PATIENCE_MS: Final = 150
"""What is here sooner needs no word about being read."""
MARKED_MS: Final = 1_800
"""How long a message is marked that somebody jumped to."""
MINUTE_MS: Final = 60_000


class TimelineView(Pane):
    """Draws a Timeline, and calls it. It is what bubbles act through."""

    def __init__(self, parent: tk.Misc, timeline: Timeline) -> None:
        super().__init__(parent)
        self.timeline: Final = timeline
        self.me: Final = timeline.chat.me
        self.menu: Final = MessageMenu(self, timeline)
        self.flow = self._new_flow()
        self.blank: Final = Blank(self, timeline.history.retry)
        self.newest: Final = NewestButton(self, timeline.to_newest)
        self.hover: Final = HoverBar(self, self.reply_to, self.menu.react)
        self._jobs: dict[str, str] = {}
        self._drawn: list[Row] | None = None
        self._opened = self._impatient = False
        self._wanted: str | None = None
        self._watch = self.theme.part(Watch)
        self._ends = [
            timeline.changed.connect(self._on_changed),
            timeline.sought.connect(self._on_sought),
            self._watch.on_return(self._on_changed),
        ]
        if timeline.chat.room is not None:
            self._ends.append(timeline.chat.room.changed.connect(self._on_changed))
        if (settings := timeline.chat.settings) is not None:
            self._ends.append(settings.changed.connect(self._on_setting))
        self.hands: Final = Hands(self)
        self.hands.listen()
        self.bind("<Leave>", self._on_leave)
        self._later("impatient", PATIENCE_MS, self._on_impatient)
        self._later("minute", MINUTE_MS, self._on_minute)
        self._on_changed()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        for job in self._jobs.values():
            self.after_cancel(job)
        self._jobs.clear()
        super().destroy()

    @property
    def busy(self) -> bool:
        """What came is to be drawn yet."""
        return "draw" in self._jobs or self.flow.busy

    # ----------------------------------------------------------------------------------------- what bubbles call

    @property
    def media(self) -> Media:
        """Where bubbles get pictures from."""
        return self.timeline.chat.media

    def shown(self, name: str) -> str:
        """What to call somebody."""
        return self.timeline.chat.people.shown(name)

    def face(self, name: str) -> bytes | None:
        """Somebody's picture, as far as it is here."""
        return self.media.person(name, self.timeline.chat.people.user(name).picture)

    def open_menu(self, bubble: Bubble, x_root: int, y_root: int) -> None:
        """What can be done with the message."""
        self.hands.select(bubble.key)
        self.menu.open(bubble, x_root, y_root)

    def open_link(self, url: str) -> None:
        """In the system's browser."""
        self.media.open_link(url, self.timeline.chat.complain)

    def open_attachment(self, attachment: Attachment) -> None:
        """In the viewer, among all pictures that are held."""
        messages = self.timeline.messages
        pictures = [one for message in messages for one in message.attachments if is_picture(one)]
        from hubbub.client.gui.views.viewer import Viewer

        Viewer(self, Viewing(self.media, pictures, attachment))

    def jump(self, seq: int) -> None:
        """To the message that was answered."""
        self.timeline.jump(seq)

    def toggle_reaction(self, bubble: Bubble, emoji: str) -> None:
        """Put my emoji there, or take it off."""
        self.timeline.react(bubble, emoji)

    def retry(self, bubble: Bubble) -> None:
        """Send what failed once more."""
        self.timeline.retry(bubble)

    def discard(self, bubble: Bubble) -> None:
        """Give up what failed."""
        self.timeline.discard(bubble)

    def show_person(self, name: str) -> None:
        """Who it is."""
        self.timeline.chat.person_wanted.emit(name)

    def unfold(self, bubble: Bubble) -> None:
        """Show what a user said whom I have blocked."""
        self.timeline.unfold(bubble)

    # ------------------------------------------------------------------------------------------------------ drawing

    @property
    def compact(self) -> bool:
        """Messages are lines of text, and no bubbles."""
        settings = self.timeline.chat.settings
        return settings is not None and settings.compact

    def _new_flow(self) -> Flow:
        if self.compact:
            from hubbub.client.gui.timeline.page import Page

            page = partial(Page, actions=self, retry=self.timeline.history.retry)
            flow = Flow(self, page, self._on_moved, _is_steady, ALL)
        else:
            flow = Flow(self, partial(Widgets, make=self._make), self._on_moved, _is_steady)
        flow.pack(fill="both", expand=True)
        return flow

    def _on_setting(self, name: str) -> None:
        """Bubbles become lines, or the other way round: what is looked at stays where it is."""
        if name != "compact":
            return
        place, had_focus = self.flow.where(), self.flow.text is self.focus_get()
        self.hover.hide()
        self.flow.destroy()
        self.flow = self._new_flow()
        self.hands.listen()
        for above in (self.newest, self.blank, self.hover):
            tk.Misc.tkraise(above)
        if had_focus:
            self.flow.text.focus_set()
        if self._opened:
            self.flow.show(self.rows(), seek=place.key if place else "", top=place.y if place else None)
        self.hands.select(self.hands.selected)

    def _make(self, parent: tk.Misc, row: Row) -> Any:
        if isinstance(row, Bubble):
            view = BubbleView(parent, self)
            view.bindtags((*view.bindtags(), ROWTAG))
            return view
        if isinstance(row, DayLine):
            return DayView(parent)
        return (
            UnreadView(parent)
            if isinstance(row, UnreadLine)
            else EdgeView(parent, self.timeline.history.retry)
        )

    def _on_changed(self) -> None:
        """Drawn once for all that changes in one turn."""
        self._later("draw", 1, self._draw)

    def _on_sought(self, key: str) -> None:
        self._wanted = key
        self._later("draw", 1, self._draw)

    def _draw(self) -> None:
        wanted, self._wanted = self._wanted, None
        rows = self.rows()
        if not rows:
            self.flow.show(())
        elif not self._opened:
            self._opened = True
            begin = "unread" if any(row.key == "unread" for row in rows) else ""
            self.flow.show(rows, seek=wanted or begin)
        elif wanted is not None:
            self.flow.show(rows, seek=wanted)
        else:
            self.flow.show(rows)
        if wanted:
            self._later("unmark", MARKED_MS, self.timeline.unmark)
        self._draw_blank()
        self._on_moved()

    def rows(self) -> Sequence[Row]:
        """What is shown, with something at the ends beyond which there is more."""
        rows, history = self.timeline.rows(), self.timeline.history
        if not rows:
            return ()
        above = [] if history.run.at_start else [Edge(key="earlier", state=history.earlier)]
        below = (
            [] if history.run.at_end or not history.run.messages else [Edge(key="later", state=history.later)]
        )
        return [*above, *rows, *below]

    def _draw_blank(self) -> None:
        if self.timeline.rows():
            self.blank.hush()
        else:
            say_why(self.blank, self.timeline, impatient=self._impatient)

    def _on_impatient(self) -> None:
        self._impatient = True
        self._draw_blank()

    def _on_minute(self) -> None:
        self.timeline.refresh()
        self._later("minute", MINUTE_MS, self._on_minute)

    def _later(self, name: str, ms: int, act: Callable[[], object]) -> None:
        def run() -> None:
            del self._jobs[name]
            act()

        if name in self._jobs:
            if ms <= 1:
                return
            self.after_cancel(self._jobs[name])
        self._jobs[name] = self.after(ms, run)

    # ---------------------------------------------------------------------------------------------------- the place

    def _on_moved(self) -> None:
        """Another part is seen, or somebody looks again."""
        if (pointed := self.hover.bubble) is not None:
            self.hover.keep(self.flow.view(pointed.key))
        history, first, end = self.timeline.history, *self.flow.visible()
        rows = self.rows()
        history.following = self.flow.stuck and history.run.at_end
        if rows and self._opened:
            if first < NEAR and history.earlier != "failed":
                history.load_earlier()
            if len(rows) - end < NEAR and history.later != "failed":
                history.load_later()
        self.flow.text.look(self.flow.height)
        self._tell_seen(rows)
        self.newest.want(bool(rows) and not (self.flow.stuck and history.run.at_end), self.timeline.below)

    def _tell_seen(self, rows: Sequence[Row]) -> None:
        if not self.winfo_viewable():
            return
        for row in reversed(rows[: self.flow.whole_until()]):
            if isinstance(row, Bubble) and row.message.seq:
                self.timeline.saw(row.message.seq, reading=self._watch.watched)
                return

    # ------------------------------------------------------------------------------------------------------ pointer

    def point_at(self, view: BubbleView) -> None:
        """The pointer is over this one."""
        if view.bubble is not None and self.timeline.may_answer(view.bubble) and not view.bubble.folded:
            self.hover.show(view)
        else:
            self.hover.hide()

    def _on_leave(self, event: "tk.Event[tk.Misc]") -> None:
        left, top = event.x_root - self.winfo_rootx(), event.y_root - self.winfo_rooty()
        if not (0 <= left < self.winfo_width() and 0 <= top < self.winfo_height()):
            self.hover.hide()

    def page(self, pages: int) -> None:
        """Scroll by windows: down, or up if negative."""
        self.flow.page(pages)

    def reply_to(self, bubble: Bubble) -> None:
        """What is written next answers it."""
        if self.timeline.may_answer(bubble):
            self.timeline.reply(bubble)


def _is_steady(row: Row) -> bool:
    """Days move up as earlier messages of theirs come."""
    return isinstance(row, Bubble)

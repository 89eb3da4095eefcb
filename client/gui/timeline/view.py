"""The messages of the conversation that is open: shown, scrolled, chosen, and what is done with them."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from hubbub.client import Attachment
from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.media import Media, is_picture
from hubbub.client.gui.model.rows import Bubble, DayLine, Row, UnreadLine
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.model.viewing import Viewing
from hubbub.client.gui.timeline.blank import Blank
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.timeline.flow import Flow
from hubbub.client.gui.timeline.hover import HoverBar
from hubbub.client.gui.timeline.lines import DayView, Edge, EdgeView, UnreadView
from hubbub.client.gui.timeline.marking import Marking
from hubbub.client.gui.timeline.menu import MessageMenu
from hubbub.client.gui.timeline.newest import NewestButton
from hubbub.client.gui.timeline.strip import Widgets
from hubbub.client.gui.timeline.watch import Watch

ROWTAG: Final = "HubbubTimelineRow"
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
        self.selected: str | None = None
        """The key of the message that the keyboard is at."""
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
        self._listen()
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
        self._select(bubble.key)
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
        self._listen_to_flow()
        for above in (self.newest, self.blank, self.hover):
            tk.Misc.tkraise(above)
        if had_focus:
            self.flow.text.focus_set()
        if self._opened:
            self.flow.show(self._rows(), seek=place.key if place else "", top=place.y if place else None)
        if self.selected is not None:
            self.flow.text.choose(self.selected, chosen=True)

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
        rows = self._rows()
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
        self._draw_blank(bool(rows))
        self._on_moved()

    def _rows(self) -> Sequence[Row]:
        """With something at the ends beyond which there is more."""
        rows, history = self.timeline.rows(), self.timeline.history
        if not rows:
            return ()
        above = [] if history.run.at_start else [Edge(key="earlier", state=history.earlier)]
        below = (
            [] if history.run.at_end or not history.run.messages else [Edge(key="later", state=history.later)]
        )
        return [*above, *rows, *below]

    def _draw_blank(self, any_rows: bool) -> None:
        history = self.timeline.history
        if any_rows:
            self.blank.hush()
        elif history.state == "failed":
            self.blank.say(
                "exclamation-circle", "The messages could not be read", history.problem, retry=True
            )
        elif history.state == "":
            self._invite_to_begin()
        elif not self._impatient:
            self.blank.hush()
        elif self.timeline.chat.link.connected:
            self.blank.say("", "Reading the messages")
        else:
            self.blank.say(
                "cloud-slash", "Nothing is kept here yet", "The messages come when the server is back."
            )

    def _invite_to_begin(self) -> None:
        """Nothing was said here: what to do about it depends on who is here."""
        chat, room = self.timeline.chat, self.timeline.chat.room
        if chat.composer is not None and chat.composer.barred is not None:
            self.blank.say("chat-dots", "No messages here")  # the bar below says why
        elif not self.timeline.group:
            shown = chat.people.shown(self.timeline.name[1:])
            self.blank.say("chat-dots", "No messages here yet", f"Write the first one to {shown} below.")
        elif room is None or not room.alone:
            self.blank.say("chat-dots", "No messages here yet", "Write the first one below.")
        elif room.may_invite:
            text = "Invite people. Those who come later see what you write now."
            if room.row is not None and room.row.history != "all":
                text = "Invite people. They see what is written after they came."
            self.blank.say(
                "people",
                "Nobody else is here yet",
                text,
                action="Invite people",
                command=chat.invite_wanted.emit,
            )
        else:
            self.blank.say("people", "Nobody else is here yet", "Write something for those who come later.")

    def _on_impatient(self) -> None:
        self._impatient = True
        self._draw_blank(bool(self.timeline.rows()))

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
        rows = self._rows()
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

    # ---------------------------------------------------------------------------------------------- mouse, keyboard

    def _listen(self) -> None:
        self._listen_to_flow()
        root = self.winfo_toplevel()
        if not root.bind_class(ROWTAG):  # once for all timelines
            root.bind_class(ROWTAG, "<Double-Button-1>", _on_double)
            root.bind_class(ROWTAG, "<Button-1>", _on_press)
            root.bind_class(ROWTAG, "<Motion>", _on_motion)
        self.bind("<Leave>", self._on_leave)

    def _listen_to_flow(self) -> None:
        text = self.flow.text
        acts: dict[str, Callable[[], object]] = {
            "line_before": lambda: self._step(-1),
            "line_after": lambda: self._step(1),
            "page_before": lambda: self.page(-1),
            "page_after": lambda: self.page(1),
            "oldest": self.timeline.to_start,
            "newest": self.timeline.to_newest,
            "let_go": self._let_go,
            "line_menu": self._menu_of_selected,
            "copy": self.copy,
            "mark_all": self._mark_all,
            "delete": lambda: self._with_selected(self.menu.ask_delete),
        }
        for name, act in acts.items():
            for pattern in keys.patterns(name):
                text.bind(pattern, lambda _, act=act: None if act() is False else "break")  # type: ignore[misc]  # bound by its default
        text.bind("<<TraverseIn>>", lambda _: self._step(0))
        text.bind("<FocusOut>", lambda _: self._on_left())
        text.bind("<Button-1>", lambda _: self.pressed(), add="+")

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

    def pressed(self) -> None:
        """The mouse was used: the keyboard begins anew from there."""
        self._select(None)
        self.flow.text.focus_set()

    def reply_to(self, bubble: Bubble) -> None:
        """What is written next answers it."""
        if self.timeline.may_answer(bubble):
            self.timeline.reply(bubble)

    def _bubbles(self) -> list[Bubble]:
        return [row for row in self._rows() if isinstance(row, Bubble)]

    def _step(self, by: int) -> None:
        """Choose the message above or below; the first time the last one that is seen."""
        bubbles = self._bubbles()
        if not bubbles:
            return
        places = {bubble.key: at for at, bubble in enumerate(bubbles)}
        if self.selected in places:
            at = min(max(0, places[self.selected] + by), len(bubbles) - 1)
        else:
            seen = [row for row in self._rows()[: self.flow.whole_until()] if isinstance(row, Bubble)]
            at = places[(seen or bubbles)[-1].key]
        self._select(bubbles[at].key)
        self.flow.see(bubbles[at].key)

    def _let_go(self) -> bool:
        """Whether a message was chosen; it is not any more."""
        was = self.selected is not None
        self._select(None)
        return was

    def _on_left(self) -> None:
        """The keyboard is elsewhere. Under a menu, or a sheet, what was chosen stays so: it is about that."""
        if self.theme.part(Layers).top is None:
            self._select(None)

    def _select(self, key: str | None) -> None:
        before, self.selected = self.selected, key
        for one in (before, key):
            if one is not None:
                self.flow.text.choose(one, chosen=one == key)

    def _with_selected(self, act: Callable[[Bubble], object]) -> None:
        for bubble in self._bubbles():
            if bubble.key == self.selected:
                act(bubble)

    @property
    def marked(self) -> str:
        """What is marked with the mouse; empty: nothing."""
        return self.flow.text.marked or self.theme.part(Marking).text

    def copy(self) -> None:
        """What is marked with the mouse, or the message that the keyboard is at."""
        if marked := self.marked:
            self.clipboard_clear()
            self.clipboard_append(marked)
        else:
            self._with_selected(self.menu.copy)

    def _mark_all(self) -> None:
        if self.compact:
            self.flow.make_all()
            self.flow.text.mark_all()

    def _menu_of_selected(self) -> None:
        def open_there(bubble: Bubble) -> None:
            if (top := self.flow.top_of(bubble.key)) is not None:
                self.menu.open(bubble, self.winfo_rootx() + self.winfo_width() // 3, self.winfo_rooty() + top)

        self._with_selected(open_there)


def _is_steady(row: Row) -> bool:
    """Days move up as earlier messages of theirs come."""
    return isinstance(row, Bubble)


def _timeline_of(widget: tk.Misc) -> TimelineView | None:
    above: tk.Misc | None = widget
    while above is not None and not isinstance(above, TimelineView):
        above = above.master
    return above


def _on_double(event: "tk.Event[tk.Misc]") -> None:
    view, timeline = event.widget, _timeline_of(event.widget)
    if timeline is not None and isinstance(view, BubbleView) and view.bubble is not None:
        timeline.reply_to(view.bubble)


def _on_press(event: "tk.Event[tk.Misc]") -> None:
    if (timeline := _timeline_of(event.widget)) is not None:
        timeline.pressed()


def _on_motion(event: "tk.Event[tk.Misc]") -> None:
    view = event.widget
    if (timeline := _timeline_of(view)) is not None and isinstance(view, BubbleView):
        timeline.point_at(view)

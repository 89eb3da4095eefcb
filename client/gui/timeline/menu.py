"""What can be done with one message, and the sheets that some of it needs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.notices import toast
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.timeline.reach import reach
from hubbub.client.gui.timeline.reactions import ReactionBar

if TYPE_CHECKING:
    from hubbub.client.gui.timeline.view import TimelineView


class MessageMenu:
    """Of a timeline, in this window."""

    def __init__(self, window: "TimelineView", timeline: Timeline) -> None:
        self._window, self._timeline = window, timeline
        self._about: tuple[int, Callable[[], object]] | None = None
        """The message that was opened last for something, and what closes that."""
        timeline.deleted.connect(self._on_deleted)  # both end with the conversation

    def open(self, bubble: Bubble, x: int, y: int) -> None:
        """x, y: of the screen."""
        self._keep(bubble, menu(self._window, x, y, self.items(bubble, x, y)).close)

    def items(self, bubble: Bubble, x: int, y: int) -> list[MenuItem | None]:
        """Only what may be done."""
        if not bubble.message.seq:
            return self._unsent_items(bubble)
        items: list[MenuItem | None] = []
        if self._window.hands.marked:
            items = [
                MenuItem("Copy what is marked", "copy", self._window.hands.copy, shortcut=keys.shown("copy")),
                None,
            ]
        items += reach(bubble, self._window)
        items += self._answer_items(bubble, x, y) if self._timeline.may_answer(bubble) else []
        items.append(MenuItem("Info", "info-circle", lambda: self.show_info(bubble)))
        if self._timeline.may_delete(bubble):
            delete = MenuItem(
                "Delete", "trash", lambda: self.ask_delete(bubble), danger=True, shortcut=keys.shown("delete")
            )
            items += [None, delete]
        return items

    def _answer_items(self, bubble: Bubble, x: int, y: int) -> list[MenuItem | None]:
        timeline, message = self._timeline, bubble.message
        items: list[MenuItem | None] = [
            MenuItem("Reply", "reply", lambda: timeline.reply(bubble)),
            MenuItem("React", "emoji-smile", lambda: self.react(bubble, x, y)),
        ]
        if message.text:
            items.append(
                MenuItem("Copy text", "copy", lambda: self.copy(bubble), shortcut=keys.shown("copy"))
            )
        if timeline.may_edit(bubble):
            items.append(MenuItem("Edit", "pencil", lambda: timeline.edit(bubble)))
        if timeline.may_pin(bubble):
            word, icon = ("Unpin", "pin-angle-fill") if message.pinned else ("Pin", "pin-angle")
            items.append(MenuItem(word, icon, lambda: timeline.pin(bubble)))
        items.append(MenuItem("Forward", "forward", lambda: self.forward(bubble)))
        return items

    def _unsent_items(self, bubble: Bubble) -> list[MenuItem | None]:
        items: list[MenuItem | None] = []
        if bubble.state == "failed":
            items.append(MenuItem("Send again", "arrow-clockwise", lambda: self._timeline.retry(bubble)))
        if bubble.message.text:
            items.append(
                MenuItem("Copy text", "copy", lambda: self.copy(bubble), shortcut=keys.shown("copy"))
            )
        discard = MenuItem("Do not send", "trash", lambda: self._timeline.discard(bubble), danger=True)
        return [*items, discard]

    def react(self, bubble: Bubble, x: int, y: int) -> None:
        """Choose an emoji; x, y: of the screen."""
        mine = frozenset(one.emoji for one in bubble.message.reactions if one.mine)
        settings = self._timeline.chat.settings

        def react(emoji: str) -> None:
            if settings is not None and emoji not in mine:
                settings.use_emoji(emoji)
            self._timeline.react(bubble, emoji)

        recent = settings.recent_emoji if settings is not None else ()
        self._keep(bubble, ReactionBar(self._window, x, y, react, mine, recent, settings).close)

    def copy(self, bubble: Bubble) -> None:
        """The text, for other programs."""
        if bubble.message.text:
            self._window.clipboard_clear()
            self._window.clipboard_append(bubble.message.text)
            toast(self._window, "Copied.")

    def ask_delete(self, bubble: Bubble) -> None:
        """Ask, then delete."""
        if not self._timeline.may_delete(bubble):
            return
        whose = "" if bubble.mine else f" of {self._timeline.chat.people.shown(bubble.message.sender)}"
        question = confirm(
            self._window,
            f"Delete this message{whose}?",
            "It goes for everybody, and can't be brought back.",
            "Delete",
            danger=True,
            done=lambda: self._timeline.delete(bubble),
        )
        self._keep(bubble, question.close)

    def forward(self, bubble: Bubble) -> None:
        """Choose to whom."""
        from hubbub.client.gui.timeline.forward import ForwardSheet

        self._keep(bubble, ForwardSheet(self._window, self._timeline, bubble).sheet.close)

    def show_info(self, bubble: Bubble) -> None:
        """Who has read it, and what it was before."""
        from hubbub.client.gui.timeline.info import InfoSheet

        self._keep(bubble, InfoSheet(self._window, self._timeline, bubble).sheet.close)

    def _keep(self, bubble: Bubble, close: Callable[[], object]) -> None:
        if bubble.message.deleted_at is None:
            self._about = bubble.message.seq, close

    def _on_deleted(self, seq: int) -> None:
        """What it said, and said before, is not to be seen, copied or sent on any more."""
        if self._about is not None and self._about[0] == seq:
            self._about[1]()
            self._about = None

"""What is being written in one conversation: text, answer to what, change of what, which files. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hubbub.client import HubbubError, Message
from hubbub.client.gui.model.signal import Signal
from hubbub.schemas.limits import ATTACHMENTS_MAX

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

TYPING_EVERY: Final = timedelta(seconds=3)
"""The library passes over what comes sooner; why wake it."""
COMPLETIONS_MAX: Final = 6


class Completion(Struct, frozen=True, kw_only=True):
    """Somebody whose name may be meant."""

    name: str
    shown: str
    begin: int
    """Where in the text the "@" stands."""
    end: int
    """Where what was written of the name ends."""


class Composer:
    """The lines below the messages. It outlives the view: drafts are kept for each conversation."""

    def __init__(self, chat: "Chat", conversation: str) -> None:
        self.chat: Final = chat
        self.conversation: Final = conversation
        self.text = chat.drafts.get(conversation, "")
        self.reply_to: Message | None = None
        self.editing: Message | None = None
        """The message that is being changed."""
        self.files: list[Path] = []
        self.members: list[str] = []
        """Whom an @ may name; the others of the conversation."""
        self.changed = Signal[()]()
        """Anything but what was typed just now."""
        self._typed_at: datetime | None = None
        self._call = chat.bridge.run(
            partial(chat.desk.members, conversation), self._on_members, lambda _: None
        )

    def close(self) -> None:
        """It is not shown any more; the draft stays."""
        self._call.cancel()
        if self.editing is None:
            self._keep_draft()

    def write(self, text: str) -> None:
        """The text is this now: somebody typed."""
        if text == self.text:
            return
        self.text = text
        if self.editing is None:
            self._keep_draft()
            self._tell_typing()

    def reply(self, message: Message) -> None:
        """What is written answers this message."""
        if message.seq:
            if self.editing is not None:
                self._leave_editing()
            self.reply_to = message
            self.changed.emit()

    def edit(self, message: Message) -> None:
        """Change one of mine."""
        if message.sender == self.chat.me and message.seq and message.deleted_at is None:
            self.editing, self.reply_to, self.files = message, None, []
            self.text = message.text
            self.changed.emit()

    def edit_last(self) -> bool:
        """Change the last message of mine that is shown, where nothing is written; whether there is one."""
        if self.text or self.files or self.editing is not None or self.chat.timeline is None:
            return False
        for message in reversed(self.chat.timeline.messages):
            if message.sender == self.chat.me and message.deleted_at is None and message.text:
                self.edit(message)
                return True
        return False

    def cancel(self) -> bool:
        """Give up the change, or the answer; whether there was one."""
        if self.editing is not None:
            self._leave_editing()
        elif self.reply_to is not None:
            self.reply_to = None
        else:
            return False
        self.changed.emit()
        return True

    def attach(self, paths: Iterable[Path]) -> None:
        """Send these files along."""
        new = [path for path in paths if path not in self.files]
        room = ATTACHMENTS_MAX - len(self.files)
        if len(new) > room:
            self.chat.said.emit(f"A message takes {ATTACHMENTS_MAX} files at most.")
        if self.editing is not None and new:
            self._leave_editing()
        self.files += new[:room]
        self.changed.emit()

    def detach(self, path: Path) -> None:
        """Do not send this one."""
        if path in self.files:
            self.files.remove(path)
            self.changed.emit()

    @property
    def ready(self) -> bool:
        """There is something to send."""
        return bool(self.text.strip() or self.files)

    def send(self) -> None:
        """Send what is written, or make the change."""
        if not self.ready:
            return
        if self.editing is not None:
            self._send_change(self.editing)
            return
        text, reply, files = self.text.strip(), self.reply_to, list(self.files)
        self.text, self.reply_to, self.files = "", None, []
        self._keep_draft()

        def back(error: HubbubError) -> None:
            if not self.ready:
                self.text, self.reply_to, self.files = text, reply, files
                self._keep_draft()
                self.changed.emit()
            self.chat.complain(error)

        self.chat.outgoing.send(
            self.conversation,
            text,
            reply_to=reply.seq if reply else None,
            attachments=[str(path) for path in files],
            failed=back,
        )
        self._typed_at = None
        self.changed.emit()

    def completions(self, caret: int) -> list[Completion]:
        """Who may be meant, where the @ before the caret (in characters) is being written."""
        begin = self.text.rfind("@", 0, caret)
        if begin < 0 or (begin and not self.text[begin - 1].isspace()):
            return []
        part = self.text[begin + 1 : caret]
        if any(character.isspace() for character in part):
            return []
        folded = part.casefold()
        people = self.chat.people
        names = [*self.members, *(["all"] if self.conversation.startswith("#") else [])]
        found = [
            name
            for name in names
            if name.casefold().startswith(folded) or people.shown(name).casefold().startswith(folded)
        ]
        return [
            Completion(name=name, shown=_shown(self.chat, name), begin=begin, end=caret)
            for name in found[:COMPLETIONS_MAX]
        ]

    def complete(self, chosen: Completion) -> int:
        """Write the name out; where the caret is then."""
        written = f"@{chosen.name} "
        self.text = self.text[: chosen.begin] + written + self.text[chosen.end :].removeprefix(" ")
        self._keep_draft()
        self.changed.emit()
        return chosen.begin + len(written)

    def _send_change(self, message: Message) -> None:
        text = self.text.strip()
        self._leave_editing()
        self.changed.emit()
        if not text or text == message.text:
            return

        def back(error: HubbubError) -> None:
            if not self.ready:
                self.edit(message)
                self.text = text
                self.changed.emit()
            self.chat.complain(error)

        self.chat.bridge.run(partial(self.chat.desk.client.edit, message, text), None, back)

    def _leave_editing(self) -> None:
        self.editing = None
        self.text = self.chat.drafts.get(self.conversation, "")

    def _keep_draft(self) -> None:
        if self.text.strip():
            self.chat.drafts[self.conversation] = self.text
        else:
            self.chat.drafts.pop(self.conversation, None)

    def _tell_typing(self) -> None:
        now = self.chat.now()
        if not self.text or not self.chat.link.connected:
            return
        if self._typed_at is None or now - self._typed_at >= TYPING_EVERY:
            self._typed_at = now
            job = partial(self.chat.desk.client.typing, self.conversation)
            self.chat.bridge.run(job, None, lambda _: None)

    def _on_members(self, names: tuple[str, ...]) -> None:
        self.members = [name for name in names if name != self.chat.me]


def _shown(chat: "Chat", name: str) -> str:
    return "everyone here" if name == "all" else chat.people.shown(name)

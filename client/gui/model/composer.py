"""What is being written in one conversation: text, answer to what, change of what, which files. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hubbub.client import HubbubError, Message
from hubbub.client.errors import Refused
from hubbub.client.gui.desk_files import Chosen, Looked, look_at
from hubbub.client.gui.model import times
from hubbub.client.gui.model.acting import NO_SERVER
from hubbub.client.gui.model.completing import Completer, Completion
from hubbub.client.gui.model.people import is_deleted
from hubbub.client.gui.model.signal import Signal
from hubbub.schemas.limits import ATTACHMENTS_MAX, TEXT_MAX_BYTES

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

TYPING_EVERY: Final = timedelta(seconds=3)
"""The library passes over what comes sooner; why wake it."""
COUNTED_BYTES: Final = 1_000
"""When no more than this fits, it is said how much."""


class Aside(Struct, frozen=True):
    """What is kept beside the text while another conversation is open, or a message is changed."""

    reply_to: Message | None = None
    files: tuple[Chosen, ...] = ()


def merged(one: Aside, other: Aside) -> Aside:
    """Both, the one first, as far as a message has room for them."""
    return Aside(one.reply_to or other.reply_to, (*one.files, *other.files)[:ATTACHMENTS_MAX])


def joined(*texts: str) -> str:
    """One below the other."""
    return "\n".join(text for text in texts if text.strip())


def without(aside: Aside, seq: int) -> Aside:
    """The same, where what it answers was deleted."""
    answered = aside.reply_to is not None and aside.reply_to.seq == seq
    return Aside(files=aside.files) if answered else aside


class Barred(Struct, frozen=True, kw_only=True):
    """Nothing can be written here."""

    why: str
    blocked: str = ""
    """Whom one would have to unblock; empty: nothing helps."""


class Composer:
    """The lines below the messages. It outlives the view: what is not sent is kept for each conversation."""

    def __init__(self, chat: "Chat", conversation: str) -> None:
        self.chat: Final = chat
        self.conversation = conversation
        self.text = chat.drafts.get(conversation, "")
        aside = chat.asides.pop(conversation, Aside())
        self.reply_to = aside.reply_to
        self.files = list(aside.files)
        self.editing: Message | None = None
        """The message that is being changed."""
        self.changed = Signal[()]()
        """Anything but what was typed just now."""
        self._aside = Aside()
        self._completer = Completer(chat, conversation)
        self._typed_at: datetime | None = None
        self._barred = self.barred
        self._end = chat.people.changed.connect(self._on_people)
        self._call = chat.bridge.run(
            partial(chat.desk.members, conversation), self._on_members, lambda _: None
        )

    def close(self) -> None:
        """It is not shown any more; what was not sent is kept."""
        self._call.cancel()
        self._end()
        if self.editing is not None:
            self._leave_editing()
        self._keep_draft()
        if self.reply_to is not None or self.files:
            self.chat.asides[self.conversation] = Aside(self.reply_to, tuple(self.files))

    # ------------------------------------------------------------------------------------------------------- asking

    @property
    def barred(self) -> Barred | None:
        """Why nothing can be written here; None: it can."""
        if not self.conversation.startswith("@"):
            return None
        name = self.conversation[1:]
        if is_deleted(name):
            return Barred(why="This account does not exist any more.")
        if name in self.chat.people.blocked:
            return Barred(why=f"You have blocked {self.chat.people.shown(name)}.", blocked=name)
        return None

    @property
    def room(self) -> int:
        """Bytes that the text may still grow by; negative: it is too long."""
        return TEXT_MAX_BYTES - len(self.text.strip().encode(errors="replace"))

    @property
    def written(self) -> bool:
        """There is something."""
        return bool(self.text.strip() or self.files)

    @property
    def ready(self) -> bool:
        """It can be sent."""
        return self.written and self.room >= 0 and self.barred is None

    def completions(self, before: str) -> list[Completion]:
        """Who may be meant by what stands before the caret."""
        return self._completer.find(before)

    # ------------------------------------------------------------------------------------------------------ writing

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
        if self._may_edit(message):
            if self.editing is None:
                self._aside = Aside(self.reply_to, tuple(self.files))
            self.editing, self.reply_to, self.files = message, None, []
            self.text = message.text
            self.changed.emit()

    def edit_last(self) -> bool:
        """Change the last message of mine that is shown, where nothing is written; whether there is one."""
        if self.text or self.files or self.editing is not None or self.chat.timeline is None:
            return False
        mine = (message for message in reversed(self.chat.timeline.messages) if self._may_edit(message))
        if (last := next((message for message in mine if message.text), None)) is None:
            return False
        self.edit(last)
        return True

    def cancel(self) -> bool:
        """Give up the change, or the answer; whether there was one."""
        if self.editing is not None:
            message, text = self.editing, self.text
            self._leave_editing()
            if text.strip() not in ("", message.text):
                self.chat.offered.emit(
                    "The change was given up.", "Undo", partial(self._change_again, message, text)
                )
        elif self.reply_to is not None:
            self.reply_to = None
        else:
            return False
        self.changed.emit()
        return True

    def _change_again(self, message: Message, text: str) -> None:
        if self.chat.composer is self:
            self.edit(message)
            if self.editing is message:
                self.text = text
                self.changed.emit()

    def attach(self, paths: Iterable[Path]) -> None:
        """Send these files along."""
        there = {one.path for one in self.files}
        new = [path for path in paths if path not in there]
        if new:
            self.chat.bridge.run(partial(look_at, new), self._on_looked)

    def detach(self, chosen: Chosen) -> None:
        """Do not send this one."""
        if chosen in self.files:
            self.files.remove(chosen)
            self.chat.pasting.forget([chosen.path])
            self.changed.emit()

    # ------------------------------------------------------------------------------------------------------ sending

    def send(self) -> None:
        """Send what is written, or make the change."""
        if self.written and self.room < 0:
            self.chat.said.emit(
                f"The text is too long by {-self.room:,} bytes. Send it in parts, or as a file."
            )
        elif self.ready:
            self._send_change(self.editing) if self.editing is not None else self._send_new()

    def _send_new(self) -> None:
        text, reply, files = self.text.strip(), self.reply_to, self.files
        self.text, self.reply_to, self.files = "", None, []
        self._keep_draft()
        self._typed_at = None

        def back(error: HubbubError) -> None:
            self._bring_back(text, reply, files)
            self.chat.complain(error)

        self.chat.outgoing.send(
            self.conversation,
            text,
            reply_to=reply.seq if reply else None,
            attachments=[str(one.path) for one in files],
            failed=back,
        )
        self.changed.emit()

    def _send_change(self, message: Message) -> None:
        text = self.text.strip()
        if not text:
            return
        if self.chat.link.away and text != message.text:
            self.chat.said.emit(NO_SERVER)
            return
        self._leave_editing()
        self.changed.emit()
        if text == message.text:
            return

        def back(error: HubbubError) -> None:
            if isinstance(error, Refused) or self.written or self.chat.composer is not self:
                self._bring_back(text)
            else:
                self.edit(message)
                self.text = text
                self.changed.emit()
            self.chat.complain(error)

        self.chat.acting.run(partial(self.chat.desk.client.edit, message, text), None, back)

    def _bring_back(self, text: str, reply: Message | None = None, files: Sequence[Chosen] = ()) -> None:
        """What could not even be kept is not lost: it stands before what was written meanwhile, wherever that is by now."""
        here, name = self.chat.composer, self.conversation
        if here is None or here.conversation != name:
            self.chat.drafts[name] = joined(text, self.chat.drafts.get(name, ""))
            self.chat.asides[name] = merged(Aside(reply, tuple(files)), self.chat.asides.get(name, Aside()))
        elif here.editing is not None:
            self.chat.drafts[name] = joined(text, self.chat.drafts.get(name, ""))
            here._aside = merged(Aside(reply, tuple(files)), here._aside)
        else:
            there = merged(Aside(reply, tuple(files)), Aside(here.reply_to, tuple(here.files)))
            here.text, here.reply_to, here.files = joined(text, here.text), there.reply_to, list(there.files)
            here._keep_draft()
            here.changed.emit()

    # -------------------------------------------------------------------------------------------------- what happens

    def on_renamed(self, before: str, name: str) -> None:
        """A group has another name."""
        if before == self.conversation:
            self.conversation = name
            self._on_people()  # somebody who is no more has another name

    def on_deleted(self, seq: int) -> None:
        """A message of the conversation says nothing any more."""
        self._aside = without(self._aside, seq)
        if self.editing is not None and self.editing.seq == seq:
            self._save_change(self.editing)
            self.changed.emit()
        elif self.reply_to is not None and self.reply_to.seq == seq:
            self.reply_to = None
            self.chat.said.emit("The message that you answer was deleted.")
            self.changed.emit()

    def _save_change(self, message: Message) -> None:
        """It can't be made any more; what was typed is kept, behind the draft that there was before."""
        typed = "" if self.text.strip() == message.text else self.text
        self._leave_editing()
        self.text = joined(self.text, typed)
        self._keep_draft()
        kept = " What you wrote can be sent as a new one." if typed else ""
        self.chat.said.emit(f"The message that you change was deleted.{kept}")

    def _on_looked(self, looked: Looked) -> None:
        there = {one.path for one in self.files}
        new = [one for one in looked.chosen if one.path not in there]
        room = ATTACHMENTS_MAX - len(self.files)
        problems = list(looked.problems)
        if len(new) > room:
            problems.append(f"A message takes {ATTACHMENTS_MAX} files at most.")
        if problems:
            self.chat.said.emit(" ".join(problems))
        if new:
            if self.editing is not None:
                self._leave_editing()
            self.files += new[:room]
            self.changed.emit()

    def _on_members(self, names: tuple[str, ...]) -> None:
        if names:  # else nothing was ever said to him
            self._completer.members = names

    def _on_people(self) -> None:
        barred, self._barred = self._barred, self.barred
        if barred != self._barred:
            self.changed.emit()

    def _may_edit(self, message: Message) -> bool:
        mine = message.sender == self.chat.me and message.seq > 0
        return mine and message.deleted_at is None and message.forwarded is None

    def _leave_editing(self) -> None:
        self.editing = None
        self.text = self.chat.drafts.get(self.conversation, "")
        self.reply_to, self.files = self._aside.reply_to, list(self._aside.files)
        self._aside = Aside()

    def _keep_draft(self) -> None:
        if self.text.strip():
            self.chat.drafts[self.conversation] = self.text
        else:
            self.chat.drafts.pop(self.conversation, None)

    def _tell_typing(self) -> None:
        now = self.chat.now()
        if not self.text or not self.chat.link.connected:
            return
        if self._typed_at is None or times.over(self._typed_at, TYPING_EVERY, now):
            self._typed_at = now
            job = partial(self.chat.desk.client.typing, self.conversation)
            self.chat.bridge.run(job, None, lambda _: None)

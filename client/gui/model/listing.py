"""What the list and the header say of a conversation, in words. Pure: derived anew each time, never kept."""

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from hubbub.client import Conversation, Group, Message, User
from hubbub.client.gui.kit.bidi import isolated
from hubbub.client.gui.model import times
from hubbub.client.gui.model.conversations import muted
from hubbub.client.gui.model.people import is_deleted

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

Kind = Literal["text", "quiet", "typing", "draft"]


class Line(Struct, frozen=True, kw_only=True):
    """A row of the list."""

    key: str
    """What opens it: "@bob", "#team"; of a heading its text."""
    title: str
    name: str = ""
    """Whom or what it is about, without @ and #."""
    picture: bytes = b""
    """The SHA-256 of it; empty: initials."""
    presence: Literal["online", "away", "busy"] | None = None
    prefix: str = ""
    """Who said it: "You", "Anna", "Draft"; empty in direct chats."""
    text: str = ""
    """One line."""
    kind: Kind = "text"
    time: str = ""
    unread: int = 0
    mentioned: bool = False
    muted: bool = False
    heading: bool = False
    """It only says what the rows beneath are."""

    @property
    def face(self) -> str:
        """Of what the initials are, where there is no picture."""
        return self.title.removeprefix("#")


class Listing:
    """Says it."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat

    def heading(self, text: str) -> Line:
        """Above a part of the list."""
        return Line(key=f"heading {text}", title=text, heading=True)

    def conversation(self, row: Conversation) -> Line:
        """One of mine."""
        chat, now = self._chat, self._chat.now()
        name = row.name[1:]
        prefix, text, kind = self._preview(row)
        user = chat.people.user(name) if row.kind == "direct" else None
        return Line(
            key=row.name,
            title=self.title(row.name),
            name=name,
            picture=user.picture if user else b"",
            presence=user.status if user and user.online else None,
            prefix=prefix,
            text=text,
            kind=kind,
            time=times.brief(row.last_message.sent_at, now) if row.last_message else "",
            unread=row.unread,
            mentioned=row.mentions > 0,
            muted=muted(row, now),
        )

    def person(self, user: User) -> Line:
        """Somebody to begin with."""
        return Line(
            key=f"@{user.name}",
            title=self._chat.people.shown(user.name),
            name=user.name,
            picture=user.picture,
            presence=user.status if user.online else None,
            text=_joined(self._chat.people.presence(user.name, self._chat.now()), user.status_text),
            kind="quiet",
        )

    def begun(self) -> list[Line]:
        """People to whom something was written, nothing was ever sent, and who are still there: else nobody would find it again."""
        chat = self._chat
        new = [name for name in chat.drafts if name[0] == "@" and chat.conversations.get(name) is None]
        return [self._draft(name) for name in new if chat.people.knows(name[1:])]

    def _draft(self, name: str) -> Line:
        line = self.person(self._chat.people.user(name[1:]))
        if self._chat.timeline is not None and self._chat.timeline.name == name:
            return line
        return replace(line, prefix="Draft", text=flat(self._chat.drafts[name]), kind="draft")

    def group(self, group: Group) -> Line:
        """A public one."""
        text = _joined(counted(group.members, "member"), group.topic)
        return Line(key=group.name, title=group.name, name=group.name[1:], text=text, kind="quiet")

    def title(self, name: str) -> str:
        """What to call a conversation: "Anna", "#team"."""
        return self._chat.people.shown(name[1:]) if name.startswith("@") else name

    def state(self, name: str) -> str:
        """What the header says beneath the name: who is writing, how somebody is present, how many are there."""
        chat = self._chat
        if writing := self._typing(name):
            return writing
        if name.startswith("@"):
            if is_deleted(name[1:]):
                return "account deleted"
            if name[1:] in chat.people.blocked:
                return "blocked"
            if chat.link.away and chat.people.user(name[1:]).last_seen is None:
                return "no connection"
            return _joined(chat.people.presence(name[1:], chat.now()), chat.people.user(name[1:]).status_text)
        room, row = chat.room, chat.conversations.get(name)
        if room is not None and room.name == name and room.members and not chat.link.away:
            return f"{counted(len(room.members), 'member')}, {room.online()} online"
        return counted(row.members, "member") if row is not None else ""

    def _preview(self, row: Conversation) -> tuple[str, str, Kind]:
        chat = self._chat
        here = chat.timeline is not None and chat.timeline.name == row.name
        if writing := self._typing(row.name):
            return "", writing, "typing"
        if not here and (draft := flat(chat.drafts.get(row.name, ""))):
            return "Draft", draft, "draft"
        if (last := row.last_message) is None:
            return "", row.topic or "Nothing was said yet", "quiet"
        prefix = (
            "You" if last.sender == chat.me else chat.people.shown(last.sender) if row.kind == "group" else ""
        )
        text, kind = said(last)
        return prefix, text, kind

    def _typing(self, name: str) -> str:
        writing = [self._chat.people.shown(one) for one in self._chat.conversations.typists(name)]
        if not writing:
            return ""
        if name.startswith("@"):
            return "typing…"
        if len(writing) == 1:
            return f"{isolated(writing[0])} is typing…"
        if len(writing) == 2:
            return f"{isolated(writing[0])} and {isolated(writing[1])} are typing…"
        return f"{len(writing)} people are typing…"


def said(message: Message) -> tuple[str, Kind]:
    """A message in one line."""
    if message.deleted_at is not None:
        return "Message deleted", "quiet"
    if message.blocked:
        return "A message of somebody you blocked", "quiet"
    if text := flat(message.text):
        return text, "text"
    if not message.attachments:
        return "", "quiet"
    pictures = sum(one.type.startswith("image/") for one in message.attachments)
    if pictures == len(message.attachments):
        return "Photo" if pictures == 1 else f"{pictures} photos", "text"
    more = len(message.attachments) - 1
    return f"📎 {message.attachments[0].name}" + (f" and {more} more" if more else ""), "text"


def flat(text: str) -> str:
    """In one line."""
    return " ".join(text.split())


def counted(number: int, what: str) -> str:
    """ "1 member", "8 members"."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)

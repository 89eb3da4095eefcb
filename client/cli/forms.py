"""What each thing looks like on the command line: a line for people, and the fields that --json prints. Pure."""

from datetime import UTC, datetime
from typing import Any, Final

from hubbub.client.cli.output import clock, harmless, instant, one_line, size_text
from hubbub.client.files.attachments import Attachment
from hubbub.client.models import (
    FOR_EVER,
    Conversation,
    Earlier,
    Group,
    Hit,
    Login,
    Member,
    Message,
    Profile,
    Reaction,
    User,
)

BOLD: Final = ("\x1b[1m", "\x1b[0m")
BRACKETS: Final = ("[", "]")


def optional(time: datetime | None) -> str | None:
    """A time as --json prints it, or null."""
    return None if time is None else instant(time)


# ------------------------------------------------------------------------------------------------------- messages


def message_json(message: Message) -> dict[str, Any]:
    """A message: what every message has, and what else there is to this one."""
    always = {
        "conversation": message.conversation,
        "seq": message.seq,
        "sender": message.sender,
        "text": message.text,
        "sent_at": instant(message.sent_at),
        "key": message.key.hex(),
    }
    more = {
        "bot": message.bot,
        "reply_to": message.reply_to,
        "mentions": list(message.mentions),
        "everyone": message.everyone,
        "attachments": [attachment_json(one) for one in message.attachments],
        "forwarded": message.forwarded,
        "edited_at": optional(message.edited_at),
        "deleted_at": optional(message.deleted_at),
        "deleted_by": message.deleted_by,
        "pinned": message.pinned,
        "reactions": [_reaction_json(one) for one in message.reactions],
        "blocked": message.blocked,
        "marks": [list(mark) for mark in message.marks] if isinstance(message, Hit) else None,
    }
    return always | {name: value for name, value in more.items() if value}


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """A file of a message; `index` counts from 0."""
    return {
        "index": attachment.index,
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": attachment.sha256.hex(),
        "width": attachment.width,
        "height": attachment.height,
    }


def _reaction_json(reaction: Reaction) -> dict[str, Any]:
    return {
        "emoji": reaction.emoji,
        "count": reaction.count,
        "users": list(reaction.users),
        "mine": reaction.mine,
    }


def message_line(message: Message, *, where: bool = True, marks: tuple[str, str] = BRACKETS) -> str:
    """Local time, conversation, number, sender, text, files, and what came to it."""
    place = f"{one_line(message.conversation)}  " if where else ""
    answered = f" (to {message.reply_to})" if message.reply_to else ""
    first = f" (forwarded from {one_line(message.forwarded)})" if message.forwarded else ""
    head = f"{clock(message.sent_at)}  {place}{message.seq}  {_named(message.sender, bot=message.bot)}{answered}{first}: "
    return head + _said(message, marks) + _after(message)


def _named(name: str, *, bot: bool) -> str:
    """No name has a blank or a bracket in it."""
    return f"{one_line(name)} (bot)" if bot else one_line(name)


def _said(message: Message, marks: tuple[str, str]) -> str:
    if message.deleted_at is not None:
        by = message.deleted_by or "somebody"
        return "(deleted)" if by == message.sender else f"(deleted by {one_line(by)})"
    if message.blocked:
        return "(you have blocked this user)"
    text = marked(message, marks) if isinstance(message, Hit) else harmless(message.text)
    return _with_files(text, message)


def _with_files(text: str, message: Message) -> str:
    """A text, and behind it the files: [report.pdf, 1.2 MB], with numbers where there are several."""
    several = len(message.attachments) > 1
    files = (
        f"[{f'{place}: ' if several else ''}{one_line(one.name)}, {size_text(one.size)}]"
        for place, one in enumerate(message.attachments, 1)
    )
    return "  ".join(filter(None, (text, *files)))


def marked(hit: Hit, marks: tuple[str, str]) -> str:
    """The text of what was found, harmless, with the matches between the two marks."""
    before, after = marks
    pieces = ((harmless(text), match) for text, match in hit.pieces())
    return "".join(f"{before}{text}{after}" if match else text for text, match in pieces)


def _after(message: Message) -> str:
    said = [
        "(changed)" * (message.edited_at is not None),
        "(pinned)" * message.pinned,
        *(f"{one_line(one.emoji)} {one.count}" for one in message.reactions),
    ]
    return "".join(f"  {word}" for word in said if word)


def earlier_json(earlier: Earlier) -> dict[str, Any]:
    """A text that a message had."""
    return {"text": earlier.text, "at": instant(earlier.at)}


def earlier_line(earlier: Earlier) -> str:
    """A text that a message had, with the time from which on it had it."""
    return f"{clock(earlier.at)}  {harmless(earlier.text)}"


# -------------------------------------------------------------------------------------------------- conversations


def conversation_json(row: Conversation) -> dict[str, Any]:
    """A row of home."""
    fields = {
        "conversation": row.name,
        "kind": row.kind,
        "unread": row.unread,
        "mentions": row.mentions,
        "read": row.read,
        "head": row.head,
        "muted_until": optional(row.muted_until),
        "last_message": message_json(row.last_message) if row.last_message else None,
    }
    if row.kind == "group":
        fields |= {
            "topic": row.topic,
            "public": row.public,
            "history": row.history,
            "members": row.members,
            "role": row.role,
        }
    return fields | ({"bot": True} if row.bot else {})


def conversation_cells(row: Conversation) -> tuple[str, ...]:
    """A row of home: what is unread, how much of it names the reader, what was said last."""
    unread = f"{row.unread} unread" if row.unread else ""
    mentions = f", {row.mentions} @" if row.mentions else ""
    last = ""
    if row.last_message:
        last = f"{one_line(row.last_message.sender)}: {_said_shortly(row.last_message)}"
    quiet = f"({muted(row.muted_until)})  " if _lies_ahead(row.muted_until) else ""
    return _named(row.name, bot=row.bot), unread + mentions, quiet + last


def _said_shortly(message: Message) -> str:
    if message.deleted_at is not None or message.blocked:
        return _said(message, BRACKETS)
    return _with_files(one_line(message.text), message)


def _lies_ahead(time: datetime | None) -> bool:
    return time is not None and time > datetime.now(UTC)


def muted(until: datetime | None) -> str:
    """How long a conversation is muted."""
    return "muted" if until is None or until >= FOR_EVER else f"muted until {clock(until)}"


def group_json(group: Group) -> dict[str, Any]:
    """A public group."""
    return {
        "conversation": group.name,
        "topic": group.topic,
        "members": group.members,
        "joined": group.joined,
    }


def group_cells(group: Group) -> tuple[str, ...]:
    """A public group."""
    mine = "●" if group.joined else "○"
    members = "1 member" if group.members == 1 else f"{group.members} members"
    return f"{mine} {one_line(group.name)}", members, one_line(group.topic)


# --------------------------------------------------------------------------------------------------------- people


def user_json(user: User) -> dict[str, Any]:
    """A user."""
    return {
        "name": user.name,
        "online": user.online,
        "display_name": user.display_name,
        "colour": user.colour,
        "status": user.status if user.online else "offline",
        "status_text": user.status_text,
        "last_seen": optional(user.last_seen),
        "bot": user.bot,
    } | ({"picture": user.picture.hex()} if user.picture else {})


def user_line(user: User) -> str:
    """A user: whether he is there, his name, how he wants to be shown, what he is about."""
    mark = "●" if user.online else "○"
    shown = f"  {one_line(user.display_name)}" if user.display_name else ""
    status = user.status if user.online and user.status != "online" else ""
    about = ": ".join(word for word in (status, one_line(user.status_text)) if word)
    return f"{mark} {_named(user.name, bot=user.bot)}{shown}" + (f"  ({about})" if about else "")


def profile_json(profile: Profile) -> dict[str, Any]:
    """All there is to know of a user; `receipts` in one's own only."""
    own = {} if profile.receipts is None else {"receipts": profile.receipts, "invisible": profile.invisible}
    return user_json(profile) | {"blocked": profile.blocked} | own


def profile_lines(profile: Profile) -> str:
    """The same for people, a line each."""
    lines = [user_line(profile)]
    if profile.colour:
        lines.append(f"  colour     {one_line(profile.colour)}")
    if profile.picture:
        lines.append("  picture    there is one")
    if not profile.online and profile.last_seen is not None:
        lines.append(f"  last seen  {clock(profile.last_seen)}")
    if profile.receipts is not None:
        lines.append(
            f"  receipts   {'others see' if profile.receipts else 'nobody sees'} how far you have read"
        )
    if profile.invisible:
        lines.append("  status     invisible: you look like one who is not there")
    if profile.blocked:
        lines.append("  blocked    you take no direct messages of this user")
    return "\n".join(lines)


def member_json(member: Member) -> dict[str, Any]:
    """A member; `read` is null where others may not see it."""
    return {
        "name": member.name,
        "role": member.role,
        "online": member.online,
        "read": member.read,
        "bot": member.bot,
    }


def member_cells(member: Member) -> tuple[str, ...]:
    """A member, his role, how far he has read."""
    mark = "●" if member.online else "○"
    read = f"read up to {member.read}" if member.read is not None else ""
    role = member.role if member.role != "member" else ""
    return f"{mark} {_named(member.name, bot=member.bot)}", role, read


def login_json(login: Login) -> dict[str, Any]:
    """A session."""
    return {
        "session": login.session,
        "device": login.device,
        "created_at": instant(login.created_at),
        "expires_at": instant(login.expires_at),
        "current": login.current,
    }


def login_cells(login: Login) -> tuple[str, ...]:
    """A session: its number, what it calls itself, since when."""
    mark = "(this one)" if login.current else ""
    return f"{login.session}", f"since {clock(login.created_at)}", one_line(login.device), mark

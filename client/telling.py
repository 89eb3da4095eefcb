"""What the session delivers, as callers see it: typed events, with names where the wire has numbers. Pure."""

from collections.abc import Callable
from typing import Any, Final

from hubbub.client import events
from hubbub.client.directory import Directory
from hubbub.client.models import message_of, moment, muted
from hubbub.schemas import events as wire

Delivered = (
    wire.AnyEntry
    | wire.Read
    | wire.Muted
    | wire.Blocked
    | wire.OwnStatus
    | wire.Receipts
    | wire.ProfileChanged
    | wire.AccountDeleted
)


def told(event: Delivered, directory: Directory, before: str = "") -> list[events.Event]:
    """The events to yield: one for an entry. `before`: what the conversation was called until this entry was applied to the
    directory."""
    if isinstance(event, wire.Receipts):
        return [
            events.ReadByOther(conversation=directory.name(event.conversation), user=one.name, seq=one.seq)
            for one in event.read
        ]
    if isinstance(event, wire.Renamed):
        return [_renamed(event, directory, before)]
    return [_TOLD[type(event)](event, directory)]


def _where(entry: wire.Entry, directory: Directory) -> dict[str, Any]:
    return {
        "conversation": directory.name(entry.conversation),
        "seq": entry.seq,
        "by": entry.sender_name,
        "at": moment(entry.at),
    }


def _renamed(entry: wire.Renamed, directory: Directory, before: str) -> events.Event:
    return events.GroupRenamed(**_where(entry, directory), name=f"#{entry.name}", before=before)


def _message(entry: wire.Message, directory: Directory) -> events.Event:
    name = directory.name(entry.conversation)
    return events.MessageReceived(message=message_of(entry, name, directory.blocked))


def _member(entry: wire.Member, directory: Directory) -> events.Event:
    where = _where(entry, directory)
    if entry.change == "joined":
        return events.MemberJoined(**where, user=entry.user_name)
    return events.MemberChanged(**where, user=entry.user_name, change=entry.change)


def _role(entry: wire.RoleSet, directory: Directory) -> events.Event:
    return events.RoleChanged(**_where(entry, directory), user=entry.user_name, role=entry.role)


def _topic(entry: wire.TopicSet, directory: Directory) -> events.Event:
    return events.TopicChanged(**_where(entry, directory), topic=entry.topic)


def _visibility(entry: wire.VisibilitySet, directory: Directory) -> events.Event:
    return events.VisibilityChanged(**_where(entry, directory), public=entry.public, history=entry.history)


def _unknown(entry: wire.Unknown, directory: Directory) -> events.Event:
    return events.SomethingElse(**_where(entry, directory))


def _edited(entry: wire.Edited, directory: Directory) -> events.Event:
    return events.MessageEdited(
        **_where(entry, directory),
        target=entry.target,
        text=entry.text,
        mentions=tuple(who.name for who in entry.mentions),
        everyone=entry.everyone,
    )


def _deleted(entry: wire.Deleted, directory: Directory) -> events.Event:
    return events.MessageDeleted(**_where(entry, directory), target=entry.target)


def _reacted(entry: wire.Reacted, directory: Directory) -> events.Event:
    return events.ReactionChanged(
        **_where(entry, directory), target=entry.target, emoji=entry.emoji, on=entry.on
    )


def _pinned(entry: wire.Pinned, directory: Directory) -> events.Event:
    return events.PinChanged(**_where(entry, directory), target=entry.target, on=entry.on)


def _read(event: wire.Read, directory: Directory) -> events.Event:
    return events.ReadMarked(conversation=directory.name(event.conversation), seq=event.seq)


def _muted(event: wire.Muted, directory: Directory) -> events.Event:
    return events.MuteChanged(conversation=directory.name(event.conversation), until=muted(event.until))


def _blocked(event: wire.Blocked, _: Directory) -> events.Event:
    return events.BlockChanged(user=event.user_name, on=event.on)


def _status(event: wire.OwnStatus, _: Directory) -> events.Event:
    shown = "online" if event.status == "invisible" else event.status
    return events.StatusChanged(status=shown, text=event.text, invisible=event.status == "invisible")


def _profile(event: wire.ProfileChanged, _: Directory) -> events.Event:
    return events.ProfileChanged(
        user=event.name, display_name=event.display_name, colour=event.colour, picture=event.picture
    )


def _gone(event: wire.AccountDeleted, _: Directory) -> events.Event:
    return events.AccountDeleted(user=event.name)


_TOLD: Final[dict[type[Any], Callable[[Any, Directory], events.Event]]] = {
    wire.Message: _message,
    wire.Member: _member,
    wire.RoleSet: _role,
    wire.TopicSet: _topic,
    wire.VisibilitySet: _visibility,
    wire.Unknown: _unknown,
    wire.Edited: _edited,
    wire.Deleted: _deleted,
    wire.Reacted: _reacted,
    wire.Pinned: _pinned,
    wire.Read: _read,
    wire.Muted: _muted,
    wire.Blocked: _blocked,
    wire.OwnStatus: _status,
    wire.ProfileChanged: _profile,
    wire.AccountDeleted: _gone,
}

"""What a result of the store means for what the broker keeps in memory, and what is published of it, whoever asked.

Memory comes first and all cuts before anything is published. What is published is the same for everyone who hears it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from hubbub.broker.effects import Cut, Effects, Publish, Store
from hubbub.schemas import events, records

if TYPE_CHECKING:
    from hubbub.broker.core import Core


def _logged(core: Core, entries: Iterable[events.AnyEntry]) -> Effects:
    """Entries were committed."""
    out: Effects = []
    for entry in entries:
        core.changes.changed(entry.position, entry.conversation, entry.seq)
        out.append(Publish(events.conversation_topic(entry.conversation), entry))
    return out


def _to_himself(core: Core, user: int, home_version: int, event: events.AnyEvent) -> Effects:
    """Something that is one user's own changed: his other devices learn of it."""
    live = core.sessions.user(user)
    if live is None:
        return []
    live.home_version = home_version
    return [Publish(events.user_topic(user), event)]


def _entered(core: Core, user: int, home_version: int, conversation: int) -> Effects:
    """A user came into a conversation: entitle him, and tell his devices to present their token again."""
    live = core.sessions.user(user)
    if live is not None and conversation not in live.conversations:
        live.conversations.append(conversation)
    event = events.HomeChanged(home_version=home_version, conversations=[conversation])
    return _to_himself(core, user, home_version, event)


def _ended(core: Core, sessions: list[int]) -> Effects:
    """Sessions ended: nothing more may reach their feeds."""
    out: Effects = []
    for session in sessions:
        if core.sessions.end(session) is not None:
            core.presence.offline(session)
            out.append(Cut(session))
    return out


def _dropped(blobs: list[bytes], uploads: list[tuple[int, bytes]]) -> Effects:
    """Files lost an owner, and may be nobody's now."""
    return [Store(records.Drop(blobs, uploads), None)] if blobs or uploads else []


# -------------------------------------------------------------------------------------------------- log entries


def _appended(core: Core, result: records.Appended, now: int) -> Effects:
    """As _logged, for the one result of which there are 30,000 a second."""
    if result.duplicate:
        return []
    message = result.message
    core.changes.changed(message.position, message.conversation, message.seq)
    return [Publish(events.conversation_topic(message.conversation), message)]


def _acted(core: Core, result: records.Acted, now: int) -> Effects:
    if result.entry is None or result.duplicate:
        return []
    return _logged(core, [result.entry]) + _dropped(result.blobs, [])


def _purged(core: Core, result: records.Purged, now: int) -> Effects:
    out = _logged(core, result.entries) + _dropped(result.blobs, [])
    if not result.more:
        core.purging.pop(result.user, None)
        return out
    core.purging[result.user] = now
    return [*out, Store(records.PurgeMessages(result.user, now), None)]


# ------------------------------------------------------------------------------------------ who is in what


def _conversation_started(core: Core, result: records.ConversationStarted, now: int) -> Effects:
    conversation = result.conversation.conversation
    return [
        effect for user, version in result.entered for effect in _entered(core, user, version, conversation)
    ]


def _group_created(core: Core, result: records.GroupCreated, now: int) -> Effects:
    conversation = result.conversation.conversation
    out: Effects = []
    for user, version in result.entered:
        out += _entered(core, user, version, conversation)
    return out + _logged(core, result.entries)


def _group_joined(core: Core, result: records.GroupJoined, now: int) -> Effects:
    entry = result.entry
    if entry is None:
        return []
    return _entered(core, entry.user, result.home_version, entry.conversation) + _logged(core, [entry])


def _member_changed(core: Core, result: records.MemberChanged, now: int) -> Effects:
    entry = result.entry
    if entry is None or result.duplicate:
        return []
    if entry.change == "joined":
        return _entered(core, entry.user, result.home_version, entry.conversation) + _logged(core, [entry])
    return _went(core, entry, result.home_version) + _logged(core, [entry])


def _went(core: Core, entry: events.Member, home_version: int) -> Effects:
    live = core.sessions.user(entry.user)
    if live is None:
        return []
    if entry.conversation in live.conversations:
        live.conversations.remove(entry.conversation)
    live.home_version = home_version
    # libzmq cannot take a topic from a pipe later on: the connection is cut, and comes back with what is his still.
    return [Cut(session) for session in sorted(live.sessions)]


# --------------------------------------------------------------------------------------------- users and sessions


def _user_created(core: Core, result: records.UserCreated, now: int) -> Effects:
    return _logged(core, [result.joined])


def _session_created(core: Core, result: records.SessionCreated, now: int) -> Effects:
    core.sessions.add(result.session, result.entitlement, now)
    return _ended(core, result.ended)


def _sessions_ended(core: Core, result: records.SessionsEnded | records.AccountChanged, now: int) -> Effects:
    return _ended(core, result.ended)


def _account_deleted(core: Core, result: records.AccountDeleted, now: int) -> Effects:
    core.receipts.forget(result.user)
    was = core.sessions.user(result.user)
    out = _ended(core, result.ended) + _logged(core, result.entries)
    if was is not None:
        gone = events.AccountDeleted(user=result.user, name=was.name)
        out.append(Publish(events.PRESENCE_TOPIC, gone))
    out += _dropped(result.blobs, result.uploads)
    if result.purging:
        core.purging[result.user] = now
        out.append(Store(records.PurgeMessages(result.user, now), None))
    return out


def _status_set(core: Core, result: records.StatusSet, now: int) -> Effects:
    live = core.sessions.user(result.user)
    if live is not None:
        live.status, live.status_text = result.status, result.text
        core.presence.status(live.person())
    if not result.changed:
        return []
    event = events.OwnStatus(home_version=result.home_version, status=result.status, text=result.text)
    return _to_himself(core, result.user, result.home_version, event)


def _profile_set(core: Core, result: records.ProfileSet, now: int) -> Effects:
    out = _dropped(result.blobs, [])
    if not result.changed:
        return out
    event = events.ProfileChanged(
        user=result.user,
        name=result.name,
        display_name=result.display_name,
        colour=result.colour,
        picture=result.picture,
    )
    return [Publish(events.PRESENCE_TOPIC, event), *out]


# --------------------------------------------------------------------------------------- what is a user's own


def _marked(core: Core, result: records.Marked, now: int) -> Effects:
    if not result.moved:
        return []
    live = core.sessions.user(result.user)
    if live is not None and result.shown:
        core.receipts.read(result.conversation, result.user, live.name, result.seq)
    event = events.Read(home_version=result.home_version, conversation=result.conversation, seq=result.seq)
    return _to_himself(core, result.user, result.home_version, event)


def _mute_set(core: Core, result: records.MuteSet, now: int) -> Effects:
    event = events.Muted(
        home_version=result.home_version, conversation=result.conversation, until=result.until
    )
    return _to_himself(core, result.user, result.home_version, event)


def _block_set(core: Core, result: records.BlockSet, now: int) -> Effects:
    if not result.changed:
        return []
    other = result.other
    event = events.Blocked(
        home_version=result.home_version, user=other.user, user_name=other.name, on=result.on
    )
    return _to_himself(core, result.user, result.home_version, event)


def _uploads_dropped(core: Core, result: records.UploadsDropped, now: int) -> Effects:
    return _dropped([], result.uploads)


FACTS: Final[dict[type[records.Result], Callable[[Core, Any, int], Effects]]] = {
    records.Appended: _appended,
    records.Acted: _acted,
    records.Purged: _purged,
    records.ConversationStarted: _conversation_started,
    records.GroupCreated: _group_created,
    records.GroupJoined: _group_joined,
    records.MemberChanged: _member_changed,
    records.UserCreated: _user_created,
    records.SessionCreated: _session_created,
    records.SessionsEnded: _sessions_ended,
    records.AccountChanged: _sessions_ended,
    records.AccountDeleted: _account_deleted,
    records.StatusSet: _status_set,
    records.ProfileSet: _profile_set,
    records.Marked: _marked,
    records.MuteSet: _mute_set,
    records.BlockSet: _block_set,
    records.UploadsDropped: _uploads_dropped,
}
"""Results that are not here change nothing that the broker remembers."""

"""What a message is after an entry that concerns it. Pure.

A message that was read from the server may be ahead of the entries that are yet to come; where that is possible, whoever
calls leaves out the entries up to the `as_of` of the answer, because a reaction that is counted already can't be told from
one that is not. Edits and deletions do no harm twice.
"""

from msgspec.structs import replace

from hubbub.schemas.events import NO_TEXT, Deleted, Edited, Message, Person, Pinned, Reacted, Reaction
from hubbub.schemas.limits import REACTORS_SHOWN

Change = Edited | Deleted | Reacted | Pinned


def changed(message: Message, entry: Change, me: int) -> Message:
    """The message after the entry, which names it as its target. `me`: my number, for `mine`."""
    if isinstance(entry, Deleted):
        return _deleted(message, entry)
    if message.deleted_at:
        return message
    if isinstance(entry, Edited):
        return _edited(message, entry)
    if isinstance(entry, Pinned):
        return replace(message, pinned=entry.on)
    return replace(message, reactions=_reacted(message.reactions, entry, me))


def _deleted(message: Message, entry: Deleted) -> Message:
    return replace(
        message,
        text="",
        mentions=[],
        everyone=False,
        attachments=[],
        forwarded=None,
        edited_at=0,
        deleted_at=entry.at,
        deleted_by=entry.sender_name,
        pinned=False,
        reactions=[],
    )


def _edited(message: Message, entry: Edited) -> Message:
    superseded = not entry.text or entry.at < message.edited_at
    if superseded:
        return message
    return replace(
        message,
        text="" if message.attachments and entry.text == NO_TEXT else entry.text,
        mentions=entry.mentions,
        everyone=entry.everyone,
        edited_at=entry.at,
    )


def _reacted(reactions: list[Reaction], entry: Reacted, me: int) -> list[Reaction]:
    found = next((row for row in reactions if row.emoji == entry.emoji), None)
    before = found if found is not None else Reaction(entry.emoji, 0, [], False)
    others = [who for who in before.users if who.user != entry.sender]
    complete = len(before.users) == before.count
    if complete and entry.on == (len(others) < len(before.users)):
        return reactions
    now = Reaction(
        before.emoji,
        before.count + (1 if entry.on else -1),
        [*others, Person(entry.sender, entry.sender_name)][:REACTORS_SHOWN] if entry.on else others,
        entry.on if entry.sender == me else before.mine,
    )
    if found is None:
        return [*reactions, now]
    return [now if row is found else row for row in reactions if row is not found or now.count > 0]

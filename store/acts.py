"""Acts that write another entry about a message or a group: edits, deletions, reactions, pins, names, topics, visibility, roles.

The order of checks is one for all: whether he is in the conversation, whether the act was done before, whether he can write
there, then what the act itself asks for.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from hubbub.schemas import limits, records
from hubbub.schemas.names import folded
from hubbub.store import entries, pages, states
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.entries import Draft, Place, Stored
from hubbub.store.members import named, other_owners, role_of
from hubbub.store.memory import Memory
from hubbub.store.queries import SQL


class Turn:
    """One act on its way."""

    def __init__(self, db: Connection, memory: Memory, command: Any, here: Place, draft: Draft) -> None:
        self.db = db
        self.memory = memory
        self.command = command
        self.here = here
        self.draft = draft
        self.row: pages.Row | None = None
        self.blobs: list[bytes] = []
        """Hashes of files that may be nobody's now."""

    def write(self, text: str | None = None, data: bytes | None = None) -> int:
        """The entry; its position."""
        self.row = entries.write(self.db, self.memory, self.draft._replace(text=text, data=data))
        return int(self.row[2])

    def message(self) -> Stored:
        """The message that it is about. Raises not_found."""
        return entries.message_at(self.db, self.here, self.command.conversation, self.command.seq)

    def check_leads(self) -> None:
        """He is owner or admin of a group."""
        self._check_group()
        if not self.here.leads:
            raise Refusal("not_allowed", "Only owners and admins of the group may do this.")

    def check_owns(self, what: str) -> None:
        """He is an owner of a group. `what` may be done then."""
        self._check_group()
        if self.here.role != "owner":
            raise Refusal("not_allowed", f"Only owners of the group may {what}.")

    def _check_group(self) -> None:
        if not self.here.group:
            raise Refusal("not_allowed", "This is no group.")


def act(db: Connection, memory: Memory, command: records.Act) -> records.Acted:
    rule = _RULES[type(command)]
    here = entries.place(db, command.actor, command.conversation)
    kind, (target, target_name) = rule.kind(command), rule.target(db, command)
    known = entries.duplicate(db, command.key, command.actor, command.conversation, kind, target)
    if known is not None:
        return records.Acted(command.conversation, known, True)
    if not isinstance(command, records.DeleteMessage):
        entries.check_open(here)
    draft = Draft(
        command.conversation,
        kind,
        command.actor,
        here.user_name,
        command.now,
        command.key,
        target=target,
        target_name=target_name,
    )
    turn = Turn(db, memory, command, here, draft)
    rule.do(turn)
    entry = None if turn.row is None else entries.published(db, turn.row)
    return records.Acted(command.conversation, entry, False, turn.blobs)


def _check_stands(message: Stored) -> None:
    if message.deleted:
        raise Refusal("not_allowed", "This message was deleted.")


def edit_message(turn: Turn) -> None:
    db, command, message = turn.db, turn.command, turn.message()
    if message.sender != command.actor:
        raise Refusal("not_allowed", "Only its sender may change a message.")
    _check_stands(message)
    if entries.author(db, message.position) is not None:  # it bears the name of one who did not say so
        raise Refusal("not_allowed", "What is forwarded stays as it was said.")
    text, data = entries.current(db, message)
    if text == command.text:
        return
    if db.execute(SQL["count_edits"], (message.position,)).fetchone()[0] >= limits.EDITS_MAX:
        raise Refusal("too_many", f"A message can be changed {limits.EDITS_MAX} times: send another.")
    people = entries.mentioned(db, command.conversation, command.mentions) if turn.here.group else []
    new = entries.mention_data(people, command.everyone and turn.here.group)
    db.execute(SQL["insert_edit"], (message.position, turn.write(command.text, new)))
    entries.drop_mentions(db, command.conversation, command.seq, data)
    entries.set_mentions(db, command.conversation, command.seq, command.actor, new)


def delete_message(turn: Turn) -> None:
    message = turn.message()
    if message.deleted:
        return
    if message.sender != turn.command.actor and not (turn.here.group and turn.here.leads):
        raise Refusal(
            "not_allowed", "Only its sender, or owners and admins of the group, may delete a message."
        )
    turn.write()
    command = turn.command
    place = (command.conversation, command.seq)
    turn.blobs = entries.take_away(turn.db, *place, message, command.actor, turn.memory.at)


def react(turn: Turn) -> None:
    db, command, message = turn.db, turn.command, turn.message()
    _check_stands(message)
    reaction = (message.position, command.emoji, command.actor)
    there = db.execute(SQL["reaction"], reaction).fetchone() is not None
    if there == command.on:
        return
    if command.on:
        if db.execute(SQL["has_emoji"], reaction[:2]).fetchone() is None:
            _check_room(db, message)
        db.execute(SQL["insert_reaction"], (*reaction, turn.write(command.emoji)))
    else:
        turn.write(command.emoji)
        db.execute(SQL["delete_reaction"], reaction)


def _check_room(db: Connection, message: Stored) -> None:
    if db.execute(SQL["count_emoji"], (message.position,)).fetchone()[0] >= limits.REACTIONS_MAX:
        raise Refusal("too_many", f"A message has {limits.REACTIONS_MAX} different emoji at most.")


def pin_message(turn: Turn) -> None:
    db, command, message = turn.db, turn.command, turn.message()
    if turn.here.group:
        turn.check_leads()
    _check_stands(message)
    pin = (command.conversation, command.seq)
    if (db.execute(SQL["pin"], pin).fetchone() is not None) == command.on:
        return
    if command.on and db.execute(SQL["count_pins"], pin[:1]).fetchone()[0] >= limits.PINS_MAX:
        raise Refusal("too_many", f"A conversation has {limits.PINS_MAX} pinned messages at most.")
    turn.write()
    db.execute(SQL["insert_pin" if command.on else "delete_pin"], pin)


def rename_group(turn: Turn) -> None:
    db, command = turn.db, turn.command
    turn.check_leads()
    if command.name == turn.here.name:
        return
    if turn.here.public:
        _check_free(db, command.name, command.conversation)
    turn.write(command.name)
    db.execute(SQL["rename_group"], (command.name, folded(command.name), command.conversation))


def _check_free(db: Connection, name: str, conversation: int) -> None:
    """No other group that is public has the name."""
    if db.execute(SQL["public_group"], (folded(name),)).fetchone() not in (None, (conversation,)):
        raise Refusal("name_taken", "Another public group has this name (upper and lower case are the same).")


def set_topic(turn: Turn) -> None:
    turn.check_leads()
    if turn.command.topic != turn.here.topic:
        turn.write(turn.command.topic)
        turn.db.execute(SQL["set_topic"], (turn.command.topic, turn.command.conversation))


def set_visibility(turn: Turn) -> None:
    """By owners alone: whoever makes a group public, with its past, shows what the others said to everybody, and nobody can take
    that back."""
    db, command, here = turn.db, turn.command, turn.here
    turn.check_owns("say who finds it, and what new members see")
    public = None if command.public == here.public else command.public
    history = None if command.history == here.history else command.history
    if public is None and history is None:
        return
    if public:
        _check_free(db, here.name or "", command.conversation)
    turn.write(states.visibility_text(public, history))
    db.execute(SQL["set_visibility"], (public, history, command.conversation))


def set_role(turn: Turn) -> None:
    db, command, user = turn.db, turn.command, turn.draft.target or 0
    turn.check_owns("give roles")
    role = role_of(db, user, command.conversation)
    if role is None:
        raise Refusal(NOT_FOUND, "This user is not in the group.")
    if role == command.role:
        return
    if role == "owner" and not other_owners(db, user, command.conversation).able:
        raise Refusal("not_allowed", "A group keeps an owner: make somebody else one first.")
    turn.write(command.role)
    db.execute(SQL["set_role"], (command.role, user, command.conversation))


class _Rule(NamedTuple):
    """What an act is in the log, what it is about, and how it is done."""

    kind: Callable[[Any], int]
    target: Callable[[Connection, Any], tuple[int | None, str | None]]
    do: Callable[[Turn], None]


def _message(_: Connection, command: Any) -> tuple[int | None, str | None]:
    return command.seq, None


def _nothing(_: Connection, __: Any) -> tuple[int | None, str | None]:
    return None, None


def _user(db: Connection, command: Any) -> tuple[int | None, str | None]:
    user = named(db, command.user)
    return user.user, user.name


_RULES: Final[dict[type[records.Act], _Rule]] = {
    records.EditMessage: _Rule(lambda _: pages.EDITED, _message, edit_message),
    records.DeleteMessage: _Rule(lambda _: pages.DELETED, _message, delete_message),
    records.React: _Rule(lambda command: pages.REACTED if command.on else pages.UNREACTED, _message, react),
    records.PinMessage: _Rule(
        lambda command: pages.PINNED if command.on else pages.UNPINNED, _message, pin_message
    ),
    records.RenameGroup: _Rule(lambda _: pages.RENAMED, _nothing, rename_group),
    records.SetTopic: _Rule(lambda _: pages.TOPIC, _nothing, set_topic),
    records.SetVisibility: _Rule(lambda _: pages.VISIBILITY, _nothing, set_visibility),
    records.SetRole: _Rule(lambda _: pages.ROLE, _user, set_role),
}
"""Everything that is answered with Acted."""

"""Groups: made, joined and left. What else is done in them stands in acts.py."""

from hubbub.schemas import records
from hubbub.schemas.events import AnyEntry, Member, Person
from hubbub.schemas.names import folded
from hubbub.schemas.replies import Conversation
from hubbub.store import entries
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.entries import Place
from hubbub.store.members import (
    check_room,
    first_column,
    heir,
    home_version,
    inserted,
    is_blocked,
    join,
    leave,
    named,
    other_owners,
    raise_home_version,
    role_of,
    role_of_newcomer,
    with_id,
)
from hubbub.store.memory import Memory
from hubbub.store.pages import JOINED, LEFT, REMOVED
from hubbub.store.queries import SQL
from hubbub.store.reads import home_rows


def shown(db: Connection, user: int, conversation: int) -> Conversation:
    """As HOME shows it. Raises not_found where he is not in it."""
    rows, _more = home_rows(db, user, conversation - 1, 1, None)
    if not rows or rows[0].conversation != conversation:
        raise Refusal(NOT_FOUND)
    return rows[0]


def create_group(db: Connection, memory: Memory, command: records.CreateGroup) -> records.GroupCreated:
    owner = with_id(db, command.owner)
    known = entries.under_key(db, command.key, command.owner)
    if known is not None:
        if known[1] != 1 or known[9] != JOINED:
            raise Refusal("key_conflict")
        return records.GroupCreated(shown(db, command.owner, known[0]), [], [])
    unique = folded(command.name)
    if command.public and db.execute(SQL["public_group"], (unique,)).fetchone():
        raise Refusal("name_taken", "Another public group has this name (upper and lower case are the same).")
    members = _invited(db, owner, command.members)
    values = (command.name, unique, command.public, command.topic, command.history, command.now)
    conversation = inserted(db, "insert_group", values)
    joined = [join(db, memory, conversation, owner, owner, "owner", command.now, command.key)]
    joined += [join(db, memory, conversation, user, owner, "member", command.now) for user in members]
    entered = [(user.user, raise_home_version(db, user.user)) for user in (owner, *members)]
    return records.GroupCreated(shown(db, owner.user, conversation), joined, entered)


def _invited(db: Connection, owner: Person, names: list[str]) -> list[Person]:
    """Each once, without the owner."""
    people = {person.user: person for person in (named(db, name) for name in names)}
    people.pop(owner.user, None)
    check_room(db, owner, owner.user)
    for person in people.values():
        _check_takes(db, person, owner)
        check_room(db, person, owner.user)
    return list(people.values())


def _check_takes(db: Connection, user: Person, actor: Person) -> None:
    if is_blocked(db, actor.user, by=user.user):
        raise Refusal("not_allowed", f"{user.name} takes no invitations from you.")


def join_group(db: Connection, memory: Memory, command: records.JoinGroup) -> records.GroupJoined:
    user = with_id(db, command.user)
    found = first_column(db, "public_group", folded(command.group))
    if not found:
        raise Refusal(NOT_FOUND, "There is no such group, or none that you may see.")
    (conversation,) = found
    entry = None
    if role_of(db, user.user, conversation) is None:
        if entries.under_key(db, command.key, user.user):
            raise Refusal("key_conflict")
        check_room(db, user, user.user)
        role = role_of_newcomer(db, conversation)
        entry = join(db, memory, conversation, user, user, role, command.now, command.key)
        raise_home_version(db, user.user)
    row = shown(db, user.user, conversation)
    return records.GroupJoined(row, entry, home_version(db, user.user))


def add_member(db: Connection, memory: Memory, command: records.AddMember) -> records.MemberChanged:
    here = entries.place(db, command.actor, command.conversation)
    user = named(db, command.user)
    known = _known(db, command, JOINED, user)
    if known is not None:
        return _changed(db, command, user, known, True)
    _check_group(here)
    if not here.public and not here.leads:
        raise Refusal("not_allowed", "Only owners and admins may bring somebody into a private group.")
    if role_of(db, user.user, command.conversation) is not None:
        return _changed(db, command, user, None)
    actor = Person(command.actor, here.user_name)
    _check_takes(db, user, actor)
    check_room(db, user, command.actor)
    joined = join(db, memory, command.conversation, user, actor, "member", command.now, command.key)
    raise_home_version(db, user.user)
    return _changed(db, command, user, joined)


def remove_member(db: Connection, memory: Memory, command: records.RemoveMember) -> records.MemberChanged:
    here = entries.place(db, command.actor, command.conversation)
    user = named(db, command.user)
    if user.user == command.actor:
        return leave_group(db, memory, command)
    known = _known(db, command, REMOVED, user)
    if known is not None:
        return _changed(db, command, user, known, True)
    _check_group(here)
    role = role_of(db, user.user, command.conversation)
    if here.role != "owner" and (not here.leads or role in ("owner", "admin")):
        raise Refusal("not_allowed", "Owners of the group may remove anyone, admins only plain members.")
    if role is None:
        raise Refusal(NOT_FOUND, "This user is not in the group.")
    return _go(db, memory, command, REMOVED, user, here)


def leave_group(
    db: Connection, memory: Memory, command: records.LeaveGroup | records.RemoveMember
) -> records.MemberChanged:
    """The one act that its own success keeps from being asked again: who left is told so, though he is not in it any more."""
    user = with_id(db, command.actor)
    known = entries.under_key(db, command.key, command.actor)
    if known is not None and (known[0], known[9], known[10]) == (command.conversation, LEFT, user.user):
        return _changed(db, command, user, _known(db, command, LEFT, user), True)
    here = entries.place(db, command.actor, command.conversation)
    if known is not None:
        raise Refusal("key_conflict")
    _check_group(here)
    if here.role == "owner":
        _check_goes_on(db, user, command.conversation)
    return _go(db, memory, command, LEFT, user, here)


def _check_goes_on(db: Connection, owner: Person, conversation: int) -> None:
    """Without this owner the group has another, one who can log in, or nobody at all who could be that one."""
    owners, to = other_owners(db, owner.user, conversation), heir(db, owner.user, conversation)
    if not owners.able and to is not None and not to.owner:
        raise Refusal("not_allowed", "You are the group's last owner: make somebody else one first.")


def _go(
    db: Connection, memory: Memory, command: records.Act, kind: int, user: Person, here: Place
) -> records.MemberChanged:
    actor = Person(command.actor, here.user_name)
    left = leave(db, memory, command.conversation, kind, user, actor, command.now, command.key)
    raise_home_version(db, user.user)
    return _changed(db, command, user, left)


def _check_group(here: Place) -> None:
    if not here.group:
        raise Refusal("not_allowed", "This is no group: nobody else can come into it, or go.")


def _known(db: Connection, command: records.Act, kind: int, user: Person) -> AnyEntry | None:
    return entries.duplicate(db, command.key, command.actor, command.conversation, kind, user.user)


def _changed(
    db: Connection, command: records.Act, user: Person, entry: AnyEntry | None, duplicate: bool = False
) -> records.MemberChanged:
    assert entry is None or isinstance(entry, Member)  # noqa: S101  # its kind says so
    version = home_version(db, user.user)
    return records.MemberChanged(command.conversation, entry, duplicate, version)

"""Users found by name, brought into conversations and taken out of them, and what that changes beside the log."""

from typing import Final, NamedTuple

from hubbub.schemas.events import AnyEntry, Member, Person, Role
from hubbub.schemas.limits import GROUPS_MAX
from hubbub.schemas.names import folded
from hubbub.store import entries
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.entries import Draft
from hubbub.store.memory import Memory
from hubbub.store.pages import JOINED, ROLE
from hubbub.store.queries import SQL

GENERAL: Final = 1
"""The group that everyone starts in; made by the first migration. Its name may change."""


def named(db: Connection, name: str) -> Person:
    """The user of this name in any form. Raises not_found: none, or a deleted account."""
    row = db.execute(SQL["user_by_folded"], (folded(name),)).fetchone()
    if row is None or row[2]:
        raise Refusal(NOT_FOUND, f"There is no user {name}.")
    return Person(*row[:2])


def with_id(db: Connection, user: int) -> Person:
    """Raises not_found: no such user, or a deleted account."""
    row = db.execute(SQL["user_by_id"], (user,)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return Person(user, row[0])


def inserted(db: Connection, query: str, values: tuple[object, ...]) -> int:
    """Runs the query, which puts in one row: its id."""
    rowid = db.execute(SQL[query], values).lastrowid
    assert rowid is not None  # noqa: S101  # an INSERT of one row always has it
    return rowid


def first_column(db: Connection, query: str, *values: object) -> list[int]:
    return [row[0] for row in db.execute(SQL[query], values)]


def home_version(db: Connection, user: int) -> int:
    return int(db.execute(SQL["home_version"], (user,)).fetchone()[0])


def raise_home_version(db: Connection, user: int) -> int:
    """The new one."""
    db.execute(SQL["raise_home_version"], (user,))
    return home_version(db, user)


def is_blocked(db: Connection, user: int, by: int) -> bool:
    return db.execute(SQL["block"], (by, user)).fetchone() is not None


def role_of(db: Connection, user: int, conversation: int) -> Role | None:
    """None: he is not in it."""
    row: tuple[Role] | None = db.execute(SQL["role"], (user, conversation)).fetchone()
    return row[0] if row else None


class Owners(NamedTuple):
    """Of a group, beside one user."""

    owners: int
    able: int
    """Those of them that are not disabled."""


def other_owners(db: Connection, user: int, conversation: int) -> Owners:
    return Owners(*db.execute(SQL["owners"], (conversation, user)).fetchone())


def role_of_newcomer(db: Connection, conversation: int) -> Role:
    """A group that has no owner gets the next one who comes. One whose owner is disabled has one: else to disable him would
    give his group to a passer-by."""
    return "member" if other_owners(db, 0, conversation).owners else "owner"


class Heir(NamedTuple):
    """To whom a group goes."""

    person: Person
    able: bool
    """He is not disabled."""
    owner: bool
    """He owns it already."""


def heir(db: Connection, user: int, conversation: int) -> Heir | None:
    """Who is to own the group when this user leaves it; None: he is alone."""
    row = db.execute(SQL["heir"], (conversation, user)).fetchone()
    return Heir(Person(*row[:2]), not row[2], row[3] == "owner") if row else None


def check_room(db: Connection, user: Person, actor: int) -> None:
    """He can be in one more group."""
    if db.execute(SQL["count_groups"], (user.user,)).fetchone()[0] < GROUPS_MAX:
        return
    who = "You are" if user.user == actor else f"{user.name} is"
    raise Refusal("too_many", f"{who} in {GROUPS_MAX} groups: nobody can be in more.")


def join(
    db: Connection,
    memory: Memory,
    conversation: int,
    user: Person,
    actor: Person,
    role: Role,
    now: int,
    key: bytes | None = None,
) -> Member:
    """He has read up to his own coming: what was said before is history to him, not unread."""
    draft = Draft(
        conversation, JOINED, actor.user, actor.name, now, key, target=user.user, target_name=user.name
    )
    joined = entries.write_member(db, memory, draft)
    db.execute(SQL["insert_member"], (user.user, conversation, role, joined.seq))
    db.execute(SQL["resize"], (1, conversation))
    return joined


def leave(
    db: Connection,
    memory: Memory,
    conversation: int,
    kind: int,
    user: Person,
    actor: Person,
    now: int,
    key: bytes | None = None,
) -> Member:
    """`kind`: left or removed."""
    draft = Draft(
        conversation, kind, actor.user, actor.name, now, key, target=user.user, target_name=user.name
    )
    left = entries.write_member(db, memory, draft)
    db.execute(SQL["delete_member"], (user.user, conversation))
    db.execute(SQL["resize"], (-1, conversation))
    memory.log(conversation).writers.discard(user.user)
    return left


def hand_over(
    db: Connection, memory: Memory, conversation: int, owner: Person, to: Person, now: int
) -> AnyEntry:
    """Another owner, in the log by the one who goes."""
    draft = Draft(
        conversation,
        ROLE,
        owner.user,
        owner.name,
        now,
        text="owner",
        target=to.user,
        target_name=to.name,
    )
    row = entries.write(db, memory, draft)
    db.execute(SQL["set_role"], ("owner", to.user, conversation))
    return entries.published(db, row)

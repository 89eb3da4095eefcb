"""The table of docs/protocol.md, "Who may do what", asked of a real broker: each mode by each kind of user."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.helpers import files
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.raw import Raw, new_key

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
TABLE = DOCUMENT.split("Who may do what")[1].split("In a direct conversation")[0]
WHO = ("stranger", "member", "admin", "owner")
_numbers = itertools.count()


class Case(NamedTuple):
    """A cell of the table."""

    mode: str
    public: bool
    who: str
    says: str


def cases() -> Iterator[Case]:
    """The rows of what is done in a group; the doors (LIST_GROUPS, JOIN_GROUP) are tested by name."""
    for line in TABLE.splitlines():
        row, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not re.match("[A-Z]{3}", row) or "JOIN_GROUP" in row:
            continue
        for mode in re.findall(r"[A-Z]{3,}(?:_[A-Z]+)*", row):
            for public in (True, False):
                if ("private" if public else "public") not in row:
                    yield from (Case(mode, public, *cell) for cell in zip(WHO, cells, strict=True))


CASES = list(cases())


class World:
    """A public and a private group with the same people."""

    def __init__(self, server: Served) -> None:
        self._server = server
        self.people = {who: Raw(server.place).login(who, PASSWORD, register=True) for who in WHO}
        self.groups = {public: self._group(public) for public in (True, False)}

    def _group(self, public: bool) -> int:
        made = self.people["owner"].ask(
            "CREATE_GROUP",
            key=new_key(),
            name=f"group-{next(_numbers)}",
            members=["admin", "member"],
            public=public,
        )
        group = int(made["conversation"]["conversation"])
        self.act("owner", "SET_ROLE", group, user="admin", role="admin")
        return group

    def act(self, who: str, mode: str, group: int, **fields: Any) -> int:
        """Something that he may do; the entry's seq."""
        return int(self.people[who].ask(mode, conversation=group, key=new_key(), **fields)["seq"])

    def somebody(self, group: int | None = None, role: str = "stranger") -> str:
        """A new user, who has that role in the group."""
        name = f"somebody-{next(_numbers)}"
        self.people["owner"].ask("REGISTER", name=name, password=PASSWORD)
        if group is not None and role != "stranger":
            self.act("owner", "ADD_MEMBER", group, user=name)
            self.act("owner", "SET_ROLE", group, user=name, role=role)
        return name

    def said(self, who: str, group: int) -> int:
        """The seq of a message of his, with a file; the owner's for a stranger."""
        sender = "owner" if who == "stranger" else who
        return files.post(self.people[sender], group, b"a file", text=f"words {next(_numbers)}")

    def fields(self, mode: str, group: int, about: int, whom: str) -> dict[str, Any]:
        """What the mode needs, so that only permission can refuse it. `about` is a message, `whom` a user's name."""
        match mode:
            case "SYNC":
                return {"after": 0}
            case "SEARCH":
                return {"words": "words"}
            case "MUTE":
                return {"until": 0}
            case "SEND_MESSAGE":
                return {"text": "words"}
            case "EDITS" | "MARK_READ" | "DELETE_MESSAGE" | "PIN_MESSAGE":
                return {"seq": about}
            case "FETCH_CHUNK":
                return {"seq": about, "index": 0}
            case "FORWARD_MESSAGE":
                return {"seq": about, "source": group}
            case "REACT":
                return {"seq": about, "emoji": "\U0001f44d"}
            case "EDIT_MESSAGE":
                return {"seq": about, "text": "other words"}
            case "RENAME_GROUP":
                return {"name": f"renamed-{next(_numbers)}"}
            case "SET_TOPIC":
                return {"topic": f"topic {next(_numbers)}"}
            case "SET_VISIBILITY":
                return {"public": not self.is_public(group), "history": "all"}
            case "ADD_MEMBER" | "REMOVE_MEMBER":
                return {"user": whom}
            case "SET_ROLE":
                return {"user": whom, "role": "admin"}
        return {}

    def is_public(self, group: int) -> bool:
        """As its owner has it; what he is not in is not."""
        rows = self.people["owner"].ask("HOME", conversations=[group])["conversations"]
        return any(row["public"] for row in rows)

    def code(self, who: Raw, mode: str, group: int, about: int = 0, whom: str = "") -> str:
        """The error's code, or ""."""
        return who.code(mode, conversation=group, key=new_key(), **self.fields(mode, group, about, whom))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with served(tmp_path_factory.mktemp("permissions") / "data") as server:
        made = World(server)
        yield made
        for one in made.people.values():
            one.close()


def test_no_mode_of_the_table_is_passed_over() -> None:
    modes = set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)*\b", TABLE)) - {"LIST_GROUPS", "JOIN_GROUP"}
    assert {case.mode for case in CASES} == modes


def marked(case: Case) -> Any:
    """tests/broker/test_permissions.py asks the whole table of the core, so that here a private group will mostly do."""
    marks = [pytest.mark.slow] if case.public else []
    return pytest.param(case, marks=marks, id=f"{case.mode}-{case.public}-{case.who}")


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_it_is_as_the_table_says(world: World, case: Case) -> None:
    group, who = world.groups[case.public], world.people[case.who]
    about = world.said(case.who if case.says == "own" else "owner", group)
    role = {"anyone": "owner", "yes": "stranger"}.get(case.says, "member")
    if case.mode == "SET_ROLE":
        role = "member"
    whom = world.somebody(group, role) if case.mode in ("ADD_MEMBER", "REMOVE_MEMBER", "SET_ROLE") else ""
    expected = case.says.strip("`") if case.says.startswith("`") else ""
    if case.mode == "LEAVE_GROUP":
        with Raw(who.place).login(world.somebody(group, case.who), PASSWORD) as one:
            assert world.code(one, case.mode, group) == expected
    else:
        assert world.code(who, case.mode, group, about, whom) == expected
    if case.mode == "SET_VISIBILITY" and not expected:
        assert world.is_public(group) != case.public
        world.act("owner", case.mode, group, public=case.public)


@pytest.mark.parametrize(
    ("who", "mode", "whose"),
    [
        *[(who, "EDIT_MESSAGE", "owner") for who in ("member", "admin")],
        ("owner", "EDIT_MESSAGE", "member"),
        ("member", "DELETE_MESSAGE", "owner"),
        *[("admin", "REMOVE_MEMBER", role) for role in ("admin", "owner")],
    ],
)
def test_and_no_more_than_it_says(world: World, who: str, mode: str, whose: str) -> None:
    for group in world.groups.values():
        whom = world.somebody(group, whose) if mode == "REMOVE_MEMBER" else ""
        assert world.code(world.people[who], mode, group, world.said(whose, group), whom) == "not_allowed"


def test_the_last_owner_stays(world: World) -> None:
    with Raw(world.people["owner"].place) as one:
        one.login(world.somebody(), PASSWORD)
        made = one.ask("CREATE_GROUP", key=new_key(), name="alone", members=["member"])
        group = made["conversation"]["conversation"]
        role = {"conversation": group, "user": one.name, "role": "member"}
        assert one.code("LEAVE_GROUP", conversation=group, key=new_key()) == "not_allowed"
        assert one.code("SET_ROLE", key=new_key(), **role) == "not_allowed"
        one.ask("REMOVE_MEMBER", conversation=group, key=new_key(), user="member")
        assert one.code("SET_ROLE", key=new_key(), **role) == "not_allowed"
        assert one.code("LEAVE_GROUP", conversation=group, key=new_key()) == ""


def test_the_doors(world: World) -> None:
    """LIST_GROUPS and JOIN_GROUP: a private group is not there, not even for its owner."""
    with Raw(world.people["owner"].place) as one:
        one.login(world.somebody(), PASSWORD)
        for public in (True, False):
            one.ask("CREATE_GROUP", key=new_key(), name=f"door-{public}", public=public)
        for who in (one, world.people["stranger"]):
            assert [group["name"] for group in who.ask("LIST_GROUPS", query="door-")["groups"]] == [
                "door-True"
            ]
            assert who.code("JOIN_GROUP", key=new_key(), group="door-False") == "not_found"
            assert who.ask("JOIN_GROUP", key=new_key(), group="DOOR-true")["created"] == (who is not one)


def test_a_direct_conversation_has_no_roles(world: World) -> None:
    member, stranger = world.people["member"], world.people["stranger"]
    direct = member.start("stranger")
    about = int(member.send_text(direct, "words")["seq"])
    for mode in ("SEND_MESSAGE", "REACT", "PIN_MESSAGE"):
        assert world.code(stranger, mode, direct, about) == "", mode
    for mode in (
        *("EDIT_MESSAGE", "DELETE_MESSAGE", "RENAME_GROUP", "SET_TOPIC", "SET_VISIBILITY", "SET_ROLE"),
        "LEAVE_GROUP",
    ):
        assert world.code(stranger, mode, direct, about, "member") == "not_allowed", mode
    for mode in ("ADD_MEMBER", "REMOVE_MEMBER"):
        assert world.code(stranger, mode, direct, whom="owner") == "not_allowed", mode
    assert world.code(member, "DELETE_MESSAGE", direct, about) == ""


def test_whom_somebody_has_blocked(world: World) -> None:
    member = world.people["member"]
    with Raw(member.place) as blocked:
        blocked.login(world.somebody(), PASSWORD)
        direct = blocked.start("member")
        own = int(blocked.send_text(direct, "words")["seq"])
        member.ask("BLOCK", user=blocked.name)
        for mode in ("SEND_MESSAGE", "FORWARD_MESSAGE", "EDIT_MESSAGE", "REACT", "PIN_MESSAGE"):
            assert world.code(blocked, mode, direct, own) == "not_allowed", mode
        for mode in ("HISTORY", "SYNC", "MARK_READ", "DELETE_MESSAGE"):
            assert world.code(blocked, mode, direct, own) == "", mode
        assert blocked.start("member") == direct
        assert blocked.code("CREATE_GROUP", key=new_key(), name="trap", members=["member"]) == "not_allowed"
        other = world.somebody()
        with Raw(member.place).login(other, PASSWORD) as one:
            one.ask("BLOCK", user=blocked.name)
            assert blocked.code("START_CONVERSATION", user=other) == "not_allowed"

"""Who may do what: every mode, for everyone who could ask, in a private group, a public one and a direct conversation.

What is refused changes nothing and is told to nobody; and to a stranger a private group is no other than one that is not
there."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, NamedTuple, get_args

import pytest

from hubbub.schemas import codec, events, requests
from hubbub.schemas.requests import AnyRequest
from tests.helpers.pure import PureBroker, PureClient, attachment

NOWHERE: Final = 2**40
PASSWORD: Final = b"password-of-"
GROUP_ROLES: Final = ("stranger", "removed", "member", "admin", "owner")
DIRECT_ROLES: Final = ("stranger", "blocked", "blocker")
CODES: Final = {
    "ok": "",
    "nf": "not_found",
    "na": "not_allowed",
    "nt": "name_taken",
    "se": "session_expired",
    "ad": "account_disabled",
}


class World:
    """Everyone, and a place of each kind. In groups the first message is the member's, the second the owner's."""

    def __init__(self) -> None:
        self.broker = PureBroker()
        names = ("root", *GROUP_ROLES, "blocked", "blocker", "victim", "disabled", "friend")
        self.people = {
            name: PureClient(self.broker, name, number).enter() for number, name in enumerate(names, 1)
        }
        self.places: dict[str, int] = {}
        for place, public in (("private", False), ("public", True)):
            self._make_group(place, public)
        blocker, blocked = self.people["blocker"], self.people["blocked"]
        direct = self.places["direct"] = blocker.with_user("blocked")
        for client in (blocked, blocker):
            client.do(requests.SendMessage, conversation=direct, text="before")
        blocker.do(requests.Block, user="blocked")
        disabling = PureClient(self.broker, "root", 99)
        disabling.peer = type(disabling.peer)(b"admin", self.broker.core.identity.admin_key, "192.0.2.9")
        disabling.do(requests.AdminSetDisabled, name="disabled", disabled=True)

    def _make_group(self, place: str, public: bool) -> None:
        owner, member = self.people["owner"], self.people["member"]
        group = owner.group(f"the-{place}", "admin", "member", "removed", "victim", public=public)
        self.places[place] = group
        owner.do(requests.SetRole, conversation=group, user="admin", role="admin")
        for client in (member, owner):
            client.do(requests.SendMessage, conversation=group, text="words before")
        owner.do(requests.RemoveMember, conversation=group, user="removed")

    def first(self, conversation: int) -> int:
        """The seq of its first message."""
        asker = self.people["owner" if conversation != self.places["direct"] else "blocker"]
        return int(asker.do(requests.History, conversation=conversation).messages[-1].seq)


class Asking(NamedTuple):
    """Who asks, and where."""

    world: World
    who: PureClient
    place: str

    @property
    def here(self) -> int:
        return self.world.places[self.place]


Fields = dict[str, Any]


class Row(NamedTuple):
    """One request, and the answer for each of GROUP_ROLES in both groups and each of DIRECT_ROLES; "" is not asked there."""

    kind: type[requests.Request]
    private: str
    public: str = ""
    direct: str = ""
    fields: Callable[[Asking], Fields] = lambda asking: {}
    disabled: str = "se"
    note: str = ""


def anyone(kind: type[requests.Request], answer: str = "ok", ended: str = "se", /, **fields: Any) -> Row:
    """A request that has nothing to do with a conversation."""
    return Row(kind, " ".join([answer] * 5), "", "", lambda asking: dict(fields), ended)


def admin(kind: type[requests.Request], **fields: Any) -> Row:
    return anyone(kind, "na", "na", **fields)


def at(**fields: Any) -> Callable[[Asking], Fields]:
    return lambda asking: {"conversation": asking.here, **fields}


def on_first(**fields: Any) -> Callable[[Asking], Fields]:
    """On the first message: the member's, or the blocked's."""
    return lambda asking: {
        "conversation": asking.here, "seq": asking.world.first(asking.here), **fields
    }  # fmt: skip


def on_second(**fields: Any) -> Callable[[Asking], Fields]:
    """On the second message: the owner's, or the blocker's."""
    return lambda asking: {
        "conversation": asking.here, "seq": asking.world.first(asking.here) + 1, **fields
    }  # fmt: skip


def answering(asking: Asking) -> Fields:
    """A message that answers the first."""
    return {"conversation": asking.here, "text": "hi", "reply_to": asking.world.first(asking.here)}


GENERAL: Final = 1
FILE: Final = b"the bytes of a file"


def with_file(client: PureClient, conversation: int) -> int:
    """The seq of a message of his there that has a file with a thumbnail."""
    thumbnail = client.upload(b"a small picture")
    attached = [attachment(client.upload(FILE), thumbnail=thumbnail)]
    return int(client.post(conversation, attachments=attached).seq)


def somebody_there(asking: Asking) -> PureClient:
    return asking.world.people["blocker" if asking.place == "direct" else "owner"]


def on_file(**fields: Any) -> Callable[[Asking], Fields]:
    """On a message with a file, by somebody who may."""

    def made(asking: Asking) -> Fields:
        seq = with_file(somebody_there(asking), asking.here)
        return {"conversation": asking.here, "seq": seq, "index": 0, **fields}

    return made


def forward_into(asking: Asking) -> Fields:
    """What everyone can see, into the place."""
    return {
        "conversation": asking.here,
        "source": GENERAL,
        "seq": with_file(asking.world.people["root"], GENERAL),
    }


def forward_out(asking: Asking) -> Fields:
    """What is said in the place, to where everyone can."""
    return {
        "conversation": GENERAL, "source": asking.here, "seq": with_file(somebody_there(asking), asking.here)
    }  # fmt: skip


def sending_own_file(asking: Asking) -> Fields:
    if asking.who.name == "disabled":
        return {"conversation": asking.here, "text": "words"}
    return {
        "conversation": asking.here, "text": "", "attachments": [attachment(asking.who.upload(FILE))]
    }  # fmt: skip


def others_upload(asking: Asking) -> bytes:
    """What another has begun to upload."""
    asking.world.people["friend"].begin(FILE)
    return sha256(FILE).digest()


def own_begun(asking: Asking) -> Fields:
    asking.who.begin(FILE)
    return {"sha256": sha256(FILE).digest(), "offset": 0, "data": FILE}


def stolen_picture(asking: Asking) -> Fields:
    return {"picture": asking.world.people["friend"].upload(FILE)}


def of_a_friend(asking: Asking) -> Fields:
    friend = asking.world.people["friend"]
    friend.do(requests.SetProfile, picture=friend.upload(FILE))
    return {"user": "FRIEND"}


def turned(asking: Asking) -> Fields:
    """What is public becomes private, and the other way round."""
    return {"conversation": asking.here, "public": asking.place != "public"}


def to_a_taken_name(asking: Asking) -> Fields:
    friend = asking.world.people["friend"]
    friend.do(requests.CreateGroup, name=f"THE-{asking.place}", public=True)
    return turned(asking)


def own_password(asking: Asking) -> bytes:
    return PASSWORD + asking.who.name.encode()


MEMBERS = "nf nf ok ok ok"
LEADERS = "nf nf na ok ok"
OWNERS = "nf nf na na ok"
EVERYONE = "ok ok ok ok ok"

TABLE: Final = (
    anyone(requests.IsHost, "ok", "ok"),
    anyone(requests.Register, "nt", "nt", name="ROOT", password=b"12345678"),
    Row(
        requests.Login,
        EVERYONE,
        fields=lambda asking: {"name": asking.who.name, "password": own_password(asking)},
        disabled="ad",
    ),
    anyone(requests.Logout),
    anyone(requests.Ping),
    Row(requests.Home, EVERYONE, EVERYONE, "ok ok ok", lambda asking: {"conversations": [asking.here]}),
    Row(requests.Sync, MEMBERS, MEMBERS, "nf ok ok", at(after=0)),
    Row(requests.History, MEMBERS, MEMBERS, "nf ok ok", at()),
    Row(requests.History, MEMBERS, MEMBERS, "nf ok ok", at(around=3), note="around"),
    anyone(requests.GetUsers),
    anyone(requests.Online),
    anyone(requests.Offline),
    anyone(requests.OnlineUsers),
    anyone(requests.StartConversation, user="friend"),
    Row(requests.StartConversation, "", "", "na na na", lambda asking: {"user": _other(asking)}, note="new"),
    Row(requests.SendMessage, MEMBERS, MEMBERS, "nf na ok", at(text="hi")),
    Row(requests.SendMessage, MEMBERS, MEMBERS, "nf na ok", answering, note="reply"),
    Row(requests.SendMessage, MEMBERS, MEMBERS, "nf na ok", sending_own_file, note="with a file"),
    Row(
        requests.SendMessage,
        "nf nf nf nf nf",
        fields=lambda asking: {
            "conversation": asking.here,
            "text": "",
            "attachments": [attachment(others_upload(asking))],
        },
        note="with another's file",
    ),
    Row(requests.ForwardMessage, MEMBERS, MEMBERS, "nf na ok", forward_into, note="into it"),
    Row(requests.ForwardMessage, MEMBERS, MEMBERS, "nf ok ok", forward_out, note="out of it"),
    anyone(requests.BeginUpload, sha256=b"h" * 32, size=1),
    Row(requests.UploadChunk, EVERYONE, fields=own_begun),
    Row(
        requests.UploadChunk,
        "nf nf nf nf nf",
        fields=lambda asking: {"sha256": others_upload(asking), "offset": 0, "data": FILE},
        note="another's",
    ),
    anyone(requests.CancelUpload, sha256=b"h" * 32),
    Row(requests.FetchChunk, MEMBERS, MEMBERS, "nf ok ok", on_file()),
    Row(requests.FetchChunk, MEMBERS, MEMBERS, "nf ok ok", on_file(thumbnail=True), note="the thumbnail"),
    Row(requests.FetchChunk, "nf nf nf nf nf", "", "nf nf nf", on_file(index=1), note="none"),
    Row(requests.Picture, EVERYONE, fields=of_a_friend),
    anyone(requests.Picture, "nf", user="friend"),
    Row(requests.EditMessage, "nf nf ok na na", "nf nf ok na na", "nf na na", on_first(text="new")),
    Row(requests.EditMessage, "nf nf na na ok", "nf nf na na ok", "nf na ok", on_second(text="new"), note="the owner's"),
    Row(requests.DeleteMessage, MEMBERS, MEMBERS, "nf ok na", on_first()),
    Row(requests.DeleteMessage, LEADERS, LEADERS, "nf na ok", on_second(), note="the owner's"),
    Row(requests.React, MEMBERS, MEMBERS, "nf na ok", on_first(emoji="\U0001f44d")),
    Row(requests.PinMessage, LEADERS, LEADERS, "nf na ok", on_first()),
    Row(requests.Edits, MEMBERS, MEMBERS, "nf ok ok", on_first()),
    Row(requests.Pins, MEMBERS, MEMBERS, "nf ok ok", at()),
    anyone(requests.CreateGroup, name="the-private", members=["friend"]),
    anyone(requests.CreateGroup, "nt", name="THE-PUBLIC", public=True),
    anyone(requests.ListGroups),
    Row(requests.JoinGroup, "nf nf nf nf nf", EVERYONE, fields=lambda asking: {"group": f"the-{asking.place}"}),
    Row(requests.LeaveGroup, "nf nf ok ok na", "nf nf ok ok na", "nf na na", at()),
    Row(requests.AddMember, LEADERS, MEMBERS, "nf na na", at(user="friend")),
    Row(requests.RemoveMember, LEADERS, LEADERS, "nf na na", at(user="victim")),
    Row(requests.RemoveMember, "nf nf na ok ok", "nf nf na ok ok", "", at(user="admin"), note="the admin, or himself"),
    Row(requests.RemoveMember, "nf nf na na na", "nf nf na na na", "", at(user="owner"), note="the owner"),
    Row(requests.SetRole, "nf nf na na ok", "nf nf na na ok", "nf na na", at(user="member", role="admin")),
    Row(requests.SetRole, "nf nf na na na", "nf nf na na na", "", at(user="owner", role="member"), note="the last owner's"),
    Row(requests.RenameGroup, LEADERS, LEADERS, "nf na na", at(name="renamed")),
    Row(requests.SetTopic, LEADERS, LEADERS, "nf na na", at(topic="words")),
    Row(requests.SetVisibility, OWNERS, OWNERS, "nf na na", turned),
    Row(requests.SetVisibility, OWNERS, OWNERS, "nf na na", at(history="joined"), note="for newcomers"),
    Row(requests.SetVisibility, OWNERS, OWNERS, "nf na na", at(), note="nothing"),
    Row(requests.SetVisibility, "nf nf na na nt", "", "nf na na", to_a_taken_name, note="under a taken name"),
    Row(requests.Members, MEMBERS, MEMBERS, "nf ok ok", at()),
    Row(requests.MarkRead, MEMBERS, MEMBERS, "nf ok ok", at(seq=3)),
    Row(requests.Mute, MEMBERS, MEMBERS, "nf ok ok", at(until=2**53 - 1)),
    Row(requests.Typing, MEMBERS, MEMBERS, "nf ok ok", at()),
    Row(requests.Search, MEMBERS, MEMBERS, "nf ok ok", at(words="words")),
    anyone(requests.Search, words="words"),
    anyone(requests.SetStatus, status="busy", text="writing"),
    anyone(requests.SetProfile, colour="#aabbcc"),
    Row(requests.SetProfile, "nf nf nf nf nf", fields=stolen_picture, note="another's picture"),
    anyone(requests.Profile, user="friend"),
    anyone(requests.Block, user="friend"),
    Row(requests.ChangePassword, EVERYONE, fields=lambda asking: {"old": own_password(asking), "new": b"12345678"}),
    anyone(requests.ListSessions),
    Row(requests.RevokeSession, EVERYONE, fields=lambda asking: {"session": asking.who.session}),
    anyone(requests.RevokeSession, "nf", session=1),
    Row(requests.DeleteAccount, EVERYONE, fields=lambda asking: {"password": own_password(asking), "messages": "delete"}),
    admin(requests.AdminAddUser, name="eve", password=b"12345678"),
    admin(requests.AdminSetPassword, name="friend", password=b"12345678"),
    admin(requests.AdminSetDisabled, name="friend", disabled=True),
    admin(requests.AdminListUsers),
    admin(requests.AdminVerify),
)  # fmt: skip


def _other(asking: Asking) -> str:
    """Somebody who blocks the asker; they have no conversation yet."""
    other = asking.world.people["friend"]
    other.do(requests.Block, user=asking.who.name)
    return "friend"


def test_every_mode_is_in_the_table() -> None:
    assert {row.kind for row in TABLE} == set(get_args(AnyRequest))


def cases(row: Row) -> list[tuple[str, str, str]]:
    """Place, role and expected code."""
    found = []
    for place, roles, answers in (
        ("private", GROUP_ROLES, row.private),
        ("public", GROUP_ROLES, row.public),
        ("direct", DIRECT_ROLES, row.direct),
    ):
        if answers:
            found += [(place, role, CODES[code]) for role, code in zip(roles, answers.split(), strict=True)]
    return [*found, (found[0][0], "disabled", CODES[row.disabled])]


def name(row: Row) -> str:
    return f"{row.kind.__struct_config__.tag} {row.note}".strip()


@pytest.mark.parametrize("row", TABLE, ids=name)
def test_the_table(row: Row) -> None:
    world: World | None = None
    for place, role, expected in cases(row):
        world = world or World()
        who = world.people[role]
        fields = row.fields(Asking(world, who, place))
        broker = world.broker
        before = broker.tables()
        broker.order.clear()
        broker.published.clear()
        broker.cut.clear()
        assert who.code(row.kind, **fields) == expected, (place, role)
        if not expected:
            broker.advance(2)
            if broker.tables() != before or broker.published or broker.cut:
                world = None  # what was done here is not to be found by the next who asks
            continue
        assert set(broker.order) <= {"Reply", "Store", "HashPassword", "VerifyPassword"}, (place, role)
        assert not broker.published
        broker.advance(2)
        assert not broker.published
        assert broker.tables() == before, (place, role)


@pytest.mark.parametrize("row", [row for row in TABLE if "nf" in row.private.split()[:2]], ids=name)
@pytest.mark.parametrize("role", ["stranger", "removed"])
def test_a_private_group_is_no_other_than_one_that_is_not_there(row: Row, role: str) -> None:
    world = World()
    who = world.people[role]
    fields = row.fields(Asking(world, who, "private"))
    answers = set()
    for replaced in ({}, {"conversation": NOWHERE}, {"source": NOWHERE}, {"group": "nowhere"}):
        asked = fields | {field: value for field, value in replaced.items() if field in fields}
        answers.add(codec.encode(who.do(row.kind, **asked)))
    assert len(answers) == 1


UNSEEN: Final = [row for row in TABLE if "nf" in row.private.split()[:2] and row.note != "under a taken name"]


@pytest.mark.parametrize("role", ["stranger", "removed"])
def test_a_group_that_was_public_is_no_other_than_one_that_never_was(role: str) -> None:
    """Every question about each of the two: byte for byte the same answers; and that it became private is told to its members only."""
    answers = []
    for place in ("private", "public"):
        world = World()
        who = world.people[role]
        if place == "public":
            here = world.places[place]
            world.broker.published.clear()
            assert world.people["owner"].code(requests.SetVisibility, conversation=here, public=False) == ""
            assert {topic for topic, _ in world.broker.published} == {events.conversation_topic(here)}
        asked = [(row.kind, row.fields(Asking(world, who, place))) for row in UNSEEN]
        answers.append([codec.encode(who.do(kind, **fields)) for kind, fields in asked])
        assert f"the-{place}" not in [group.name for group in who.do(requests.ListGroups).groups]
        assert world.places[place] not in dict(who.do(requests.Ping, position=1).changed)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("role", ["stranger", "removed"])
def test_lists_do_not_tell_of_a_private_group(role: str) -> None:
    world = World()
    who = world.people[role]
    listed = who.do(requests.ListGroups).groups
    assert sorted(group.name for group in listed) == ["general", "the-public"]
    home = who.do(requests.Home).conversations
    assert [row.name for row in home] == ["general"]
    everywhere = who.do(requests.Home, conversations=list(world.places.values())).conversations
    assert everywhere == []
    assert who.do(requests.Ping, position=1).changed == who.do(requests.Ping, position=1).changed
    changed = {conversation for conversation, _ in who.do(requests.Ping, position=1).changed}
    assert not changed & set(world.places.values())


def test_groups_of_one_name_do_not_tell_of_each_other() -> None:
    """Whoever makes, renames or looks for a group by the name of a private one gets the answer of a free name."""
    world = World()
    stranger = world.people["stranger"]
    mine = stranger.group("mine")
    assert stranger.code(requests.RenameGroup, conversation=mine, name="the-private") == ""
    assert stranger.code(requests.CreateGroup, name="the-private", public=True) == ""
    joined = world.people["friend"].do(requests.JoinGroup, group="the-private")
    assert joined.conversation.conversation not in (mine, world.places["private"])

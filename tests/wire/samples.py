"""One fixed object of every kind that crosses the wire. golden.json holds their bytes."""

from typing import Final, TypedDict

from msgspec import Struct

from hubbub.schemas import events, replies, requests
from hubbub.schemas.hello import Hello

KEY: Final = bytes.fromhex("0193512e7a5b7c3d8e9fa0b1c2d3e4f5")
TOKEN: Final = bytes(range(32))
EPOCH: Final = bytes(range(100, 116))
AT: Final = 1_795_000_000_123_456
TEXT: Final = 'Grüße, 世界: "#1" \U0001f600'

MESSAGE: Final = events.Message(
    conversation=7,
    seq=3,
    position=1_000_042,
    at=AT,
    sender=2,
    sender_name="bob",
    key=KEY,
    ordinal=2,
    text=TEXT,
)
MEMBER: Final = events.Member(
    conversation=1, seq=9, position=1_000_043, at=AT, sender=2, sender_name="bob", user=5, user_name="zoë",
    change="joined",
)  # fmt: skip
CONVERSATION: Final = replies.Conversation(
    conversation=7,
    kind="direct",
    name="bob",
    partner=2,
    head=3,
    last_message=MESSAGE,
    joined=0,
    read=2,
    unread=1,
)
GROUP: Final = replies.Conversation(
    conversation=12,
    kind="group",
    name="team",
    head=40,
    joined=1,
    read=38,
    unread=2,
    mentions=1,
    muted_until=2**53 - 1,
    visible=20,
    role="admin",
    topic="Grüße, 世界",
    public=True,
    history="joined",
    members=3,
)
USER: Final = replies.User(user=2, name="bob", online=True)
ZOE: Final = events.Person(5, "zoë")
FAMILY: Final = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

HASH: Final = bytes(range(64, 96))
THUMBNAIL: Final = bytes(range(160, 192))

MESSAGE_WITH_ALL: Final = events.Message(
    conversation=12,
    seq=31,
    position=1_000_044,
    at=AT,
    sender=2,
    sender_name="bob",
    key=KEY,
    ordinal=29,
    text="@zoë und @all: schaut",
    reply_to=30,
    mentions=[ZOE],
    everyone=True,
    edited_at=AT + 1,
    pinned=True,
    reactions=[
        events.Reaction("\U0001f44d", 12, [events.Person(2, "bob"), ZOE], True),
        events.Reaction(FAMILY, 1, [ZOE], False),
    ],
    attachments=[
        events.Attachment(
            name="Übersicht.png",
            type="image/png",
            size=70_000,
            sha256=HASH,
            width=1920,
            height=1080,
            thumbnail=THUMBNAIL,
        ),
        events.Attachment(name="notes.txt", type="text/plain", size=0, sha256=TOKEN),
    ],
    forwarded=ZOE,
    bot=True,
)
TOMBSTONE: Final = events.Message(
    conversation=12,
    seq=30,
    position=1_000_041,
    at=AT,
    sender=2,
    sender_name="deleted user",
    key=KEY,
    ordinal=28,
    text="",
    deleted_at=AT + 2,
    deleted_by="zoë",
)


class Place(TypedDict):
    """The fields of every entry."""

    conversation: int
    seq: int
    position: int
    at: int
    sender: int
    sender_name: str


def _place(seq: int) -> Place:
    return Place(conversation=12, seq=seq, position=1_000_050 + seq, at=AT, sender=5, sender_name="zoë")


ENTRIES: Final[tuple[events.AnyEntry, ...]] = (
    MEMBER,
    events.RoleSet(**_place(32), user=2, user_name="bob", role="admin"),
    events.Renamed(**_place(33), name="team-2"),
    events.TopicSet(**_place(34), topic="Grüße, 世界"),
    events.VisibilitySet(**_place(39), public=True, history=None),
    events.Edited(
        **_place(35), target=31, text="@bob, @all", mentions=[events.Person(2, "bob")], everyone=True
    ),
    events.Deleted(**_place(36), target=30),
    events.Reacted(**_place(37), target=31, emoji=FAMILY, on=True),
    events.Pinned(**_place(38), target=31, on=False),
)

REQUESTS: Final[tuple[requests.Request, ...]] = (
    requests.IsHost(id=1),
    requests.Register(id=2, name="bob", password=b"correct horse"),
    requests.Login(id=3, name="bob", password=b"correct horse", device="a phone"),
    requests.Logout(id=4, token=TOKEN),
    requests.Ping(id=5, token=TOKEN, position=1_000_042),
    requests.Home(id=6, token=TOKEN, after=7, limit=20, conversations=[8, 9]),
    requests.Sync(id=7, token=TOKEN, conversation=7, after=3, limit=200),
    requests.History(id=8, token=TOKEN, conversation=7, before=3, limit=50),
    requests.GetUsers(id=9, token=TOKEN, query="b", after="alice", limit=10),
    requests.Online(id=10, token=TOKEN),
    requests.Offline(id=11, token=TOKEN),
    requests.OnlineUsers(id=12, token=TOKEN, after=2, limit=10),
    requests.StartConversation(id=13, token=TOKEN, user="bob"),
    requests.SendMessage(id=2**53 - 1, token=TOKEN, conversation=7, key=KEY, text=TEXT, reply_to=2),
    requests.ForwardMessage(id=48, token=TOKEN, conversation=7, key=KEY, source=12, seq=31),
    requests.BeginUpload(id=49, token=TOKEN, sha256=HASH, size=70_000),
    requests.UploadChunk(id=50, token=TOKEN, sha256=HASH, offset=65_536, data=b"the last bytes"),
    requests.CancelUpload(id=51, token=TOKEN, sha256=HASH),
    requests.FetchChunk(id=52, token=TOKEN, conversation=12, seq=31, index=1, offset=65_536, thumbnail=True),
    requests.Picture(id=53, token=TOKEN, user="zoë"),
    requests.EditMessage(id=22, token=TOKEN, conversation=7, key=KEY, seq=3, text=TEXT),
    requests.DeleteMessage(id=23, token=TOKEN, conversation=7, key=KEY, seq=3),
    requests.React(id=24, token=TOKEN, conversation=7, key=KEY, seq=3, emoji=FAMILY, on=False),
    requests.PinMessage(id=25, token=TOKEN, conversation=7, key=KEY, seq=3),
    requests.Edits(id=26, token=TOKEN, conversation=7, seq=3, after=50, limit=10),
    requests.Pins(id=27, token=TOKEN, conversation=7, before=31, limit=10),
    requests.CreateGroup(
        id=28,
        token=TOKEN,
        key=KEY,
        name="team",
        members=["bob", "zoë"],
        public=True,
        topic="Grüße",
        history="joined",
    ),
    requests.ListGroups(id=29, token=TOKEN, query="t", after="tea", limit=10),
    requests.JoinGroup(id=30, token=TOKEN, key=KEY, group="team"),
    requests.LeaveGroup(id=31, token=TOKEN, conversation=12, key=KEY),
    requests.AddMember(id=32, token=TOKEN, conversation=12, key=KEY, user="zoë"),
    requests.RemoveMember(id=33, token=TOKEN, conversation=12, key=KEY, user="zoë"),
    requests.SetRole(id=34, token=TOKEN, conversation=12, key=KEY, user="zoë", role="owner"),
    requests.RenameGroup(id=35, token=TOKEN, conversation=12, key=KEY, name="team-2"),
    requests.SetTopic(id=36, token=TOKEN, conversation=12, key=KEY, topic=""),
    requests.SetVisibility(id=55, token=TOKEN, conversation=12, key=KEY, public=True, history="joined"),
    requests.Members(id=37, token=TOKEN, conversation=12, after="bob", limit=10),
    requests.MarkRead(id=15, token=TOKEN, conversation=7, seq=3),
    requests.Mute(id=38, token=TOKEN, conversation=7, until=2**53 - 1),
    requests.Typing(id=39, token=TOKEN, conversation=7),
    requests.Search(
        id=16,
        token=TOKEN,
        words='grüße "welt"',
        conversation=7,
        sender="bob",
        before=AT,
        after=1,
        order="relevance",
        cursor=1_000_042,
        limit=10,
    ),
    requests.SetStatus(id=40, token=TOKEN, status="invisible", text="im Zug"),
    requests.SetProfile(id=41, token=TOKEN, display_name="Zoë Groß", colour="#00ff7f", picture=HASH),
    requests.Profile(id=42, token=TOKEN, user="zoë"),
    requests.Block(id=43, token=TOKEN, user="zoë", on=False),
    requests.ChangePassword(id=44, token=TOKEN, old=b"correct horse", new=b"battery staple"),
    requests.ListSessions(id=45, token=TOKEN, after=11, limit=10),
    requests.RevokeSession(id=46, token=TOKEN, session=12),
    requests.DeleteAccount(id=47, token=TOKEN, password=b"battery staple", messages="delete"),
    requests.AdminAddUser(id=17, name="zoë", password=b"correct horse"),
    requests.AdminSetPassword(id=18, name="clock", password=b"battery staple", bot=True),
    requests.AdminSetDisabled(id=19, name="zoë", disabled=True),
    requests.AdminListUsers(id=20, after="bob", limit=10),
    requests.AdminVerify(id=21),
)

WITH_FILES: Final = requests.SendMessage(
    id=54,
    token=TOKEN,
    conversation=12,
    key=KEY,
    text="",
    attachments=[
        requests.NewAttachment(
            sha256=HASH,
            name="../../Übersicht.png",
            type="image/png",
            width=1920,
            height=1080,
            thumbnail=THUMBNAIL,
        ),
        requests.NewAttachment(sha256=TOKEN, name="notes.txt"),
    ],
)

REPLIES: Final[tuple[replies.Reply, ...]] = (
    replies.Failure(
        id=1, error="rate_limited", message="Too many requests; wait 0.5 seconds.", retry_after=0.5
    ),
    replies.Done(id=2),
    replies.Host(id=3, protocol=1, server="Hubbub", version="0.1.0", epoch=EPOCH),
    replies.Registered(id=4, user=USER),
    replies.LoggedIn(id=5, token=TOKEN, session=11, expires_at=AT, user=USER, epoch=EPOCH),
    replies.Pong(
        id=6,
        epoch=EPOCH,
        position=1_000_043,
        home_version=4,
        presence_version=AT,
        online=True,
        changed=[(7, 3), (1, 9)],
    ),
    replies.HomePage(
        id=7,
        epoch=EPOCH,
        position=1_000_043,
        home_version=4,
        conversations=[CONVERSATION, GROUP],
        blocked=[ZOE],
        next=12,
    ),
    replies.Synced(
        id=8,
        epoch=EPOCH,
        conversation=12,
        after=29,
        entries=[TOMBSTONE, MESSAGE_WITH_ALL, *ENTRIES[1:]],
        head=40,
    ),
    replies.HistoryPage(
        id=9, epoch=EPOCH, conversation=7, as_of=3, messages=[MESSAGE], older=True, newer=False
    ),
    replies.UsersPage(id=10, users=[USER, replies.User(user=6, name="clock", bot=True)], next="clock"),
    replies.OnlinePage(
        id=11,
        presence_version=AT,
        users=[events.OnlineUser(2, "bob"), events.OnlineUser(5, "zoë", "busy", "im Zug")],
    ),
    replies.Started(id=12, conversation=CONVERSATION, created=True),
    replies.Sent(id=13, conversation=7, seq=3, position=1_000_042, ordinal=2, at=AT),
    replies.Upload(id=24, received=65_536, complete=False),
    replies.Chunk(id=25, data=b"the last bytes", size=70_000),
    replies.Acted(id=17, conversation=7, seq=4, position=1_000_043, at=AT),
    replies.EditsPage(id=18, texts=[replies.Earlier("zuerst", AT), replies.Earlier("dann", AT + 1)], next=2),
    replies.PinsPage(id=19, epoch=EPOCH, conversation=12, messages=[MESSAGE_WITH_ALL], next=31),
    replies.GroupsPage(
        id=20, groups=[replies.Group(name="team", topic="Grüße", members=3, joined=True)], next="team"
    ),
    replies.MembersPage(
        id=21,
        members=[
            replies.MemberRow(user=2, name="bob", role="owner", online=True, read=38),
            replies.MemberRow(user=5, name="zoë", role="member"),
            replies.MemberRow(user=6, name="clock", role="member", bot=True),
        ],
        next="zoë",
    ),
    replies.Found(
        id=14,
        epoch=EPOCH,
        hits=[replies.Hit(message=MESSAGE, marks=[(0, 5), (7, 9)])],
        next=1_000_042,
    ),
    replies.ProfileFound(
        id=22,
        user=replies.User(
            user=5,
            name="zoë",
            display_name="Zoë Groß",
            colour="#00ff7f",
            status="away",
            last_seen=AT,
            picture=HASH,
        ),
        receipts=True,
        blocked=True,
    ),
    replies.SessionsPage(
        id=23,
        sessions=[
            replies.SessionRow(session=11, device="a phone", created_at=AT, expires_at=AT + 1, current=True)
        ],
        next=11,
    ),
    replies.AdminUsers(
        id=15,
        users=[replies.AdminUser(user=2, name="bob", admin=True, disabled=False, created_at=AT, sessions=3)],
    ),
    replies.Verified(id=16, problems=["one"], users=2, conversations=7, entries=43, files=3),
)

EVENTS: Final[tuple[Struct, ...]] = (
    MESSAGE,
    *ENTRIES,
    events.Confirmed(epoch=EPOCH, position=1_000_043, home_version=4),
    events.HomeChanged(home_version=5, conversations=[7]),
    events.Read(home_version=6, conversation=7, seq=3),
    events.Muted(home_version=7, conversation=7, until=0),
    events.Blocked(home_version=8, user=5, user_name="zoë", on=True),
    events.OwnStatus(home_version=9, status="busy", text="at the sea"),
    events.Receipts(conversation=12, read=[events.Receipt(2, "bob", 38), events.Receipt(5, "zoë", 31)]),
    events.Typing(conversation=12, user=5, user_name="zoë"),
    events.Presence(
        version=AT,
        online=[events.OnlineUser(2, "bob"), events.OnlineUser(6, "eve", "away", "", True)],
        offline=[5],
    ),
    events.ProfileChanged(user=5, name="zoë", display_name="Zoë Groß", colour="#00ff7f", picture=HASH),
    events.AccountDeleted(user=5, name="zoë"),
)

HELLO: Final = Hello(protocol=1, server="Hubbub", key=TOKEN, port=2000, publish_port=2001, epoch=EPOCH)

SAMPLES: Final[dict[str, Struct]] = {
    **{f"request {one.__struct_config__.tag}": one for one in REQUESTS},
    **{f"reply {type(one).__name__}": one for one in REPLIES},
    **{f"event {one.__struct_config__.tag}": one for one in EVENTS},
    "event message with all": MESSAGE_WITH_ALL,
    "event message deleted": TOMBSTONE,
    "request SEND_MESSAGE with files": WITH_FILES,
    "hello": HELLO,
}
TOPICS: Final[dict[str, bytes]] = {
    "topic conversation 7": events.conversation_topic(7),
    "topic user 256": events.user_topic(256),
    "topic session 11": events.session_topic(11),
    "topic presence": events.PRESENCE_TOPIC,
}

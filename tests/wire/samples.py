"""One fixed object of every kind that crosses the wire. golden.json holds their bytes."""

from typing import Final

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
USER: Final = replies.User(user=2, name="bob", online=True)

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
    requests.SendMessage(id=2**53 - 1, token=TOKEN, conversation=7, key=KEY, text=TEXT),
    requests.MarkRead(id=15, token=TOKEN, conversation=7, seq=3),
    requests.Search(id=16, token=TOKEN, words='grüße "welt"', conversation=7, before=1_000_042, limit=10),
    requests.AdminAddUser(id=17, name="zoë", password=b"correct horse"),
    requests.AdminSetPassword(id=18, name="zoë", password=b"battery staple"),
    requests.AdminSetDisabled(id=19, name="zoë", disabled=True),
    requests.AdminListUsers(id=20, after="bob", limit=10),
    requests.AdminVerify(id=21),
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
        id=7, epoch=EPOCH, position=1_000_043, home_version=4, conversations=[CONVERSATION], next=7
    ),
    replies.Synced(id=8, epoch=EPOCH, conversation=7, entries=[MESSAGE, MEMBER], head=9),
    replies.HistoryPage(
        id=9, epoch=EPOCH, conversation=7, as_of=3, messages=[MESSAGE], older=True, newer=False
    ),
    replies.UsersPage(id=10, users=[USER], next="bob"),
    replies.OnlinePage(id=11, presence_version=AT, users=[events.OnlineUser(2, "bob")]),
    replies.Started(id=12, conversation=CONVERSATION, created=True),
    replies.Sent(id=13, conversation=7, seq=3, position=1_000_042, ordinal=2, at=AT),
    replies.Found(id=14, epoch=EPOCH, messages=[MESSAGE], next=1_000_042),
    replies.AdminUsers(
        id=15,
        users=[replies.AdminUser(user=2, name="bob", admin=True, disabled=False, created_at=AT, sessions=3)],
    ),
    replies.Verified(id=16, problems=["one"], users=2, conversations=7, entries=43),
)

EVENTS: Final[tuple[Struct, ...]] = (
    MESSAGE,
    MEMBER,
    events.Confirmed(epoch=EPOCH, position=1_000_043, home_version=4),
    events.HomeChanged(home_version=5, conversations=[7]),
    events.Read(home_version=6, conversation=7, seq=3),
    events.Presence(version=AT, online=[events.OnlineUser(2, "bob")], offline=[5]),
)

HELLO: Final = Hello(protocol=1, server="Hubbub", key=TOKEN, port=2000, publish_port=2001, epoch=EPOCH)

SAMPLES: Final[dict[str, Struct]] = {
    **{f"request {one.__struct_config__.tag}": one for one in REQUESTS},
    **{f"reply {type(one).__name__}": one for one in REPLIES},
    **{f"event {one.__struct_config__.tag}": one for one in EVENTS},
    "hello": HELLO,
}
TOPICS: Final[dict[str, bytes]] = {
    "topic conversation 7": events.conversation_topic(7),
    "topic user 256": events.user_topic(256),
    "topic session 11": events.session_topic(11),
    "topic presence": events.PRESENCE_TOPIC,
}

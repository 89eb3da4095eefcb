"""Answers, by request id. A reply bears no type: the client knows what it asked."""

from typing import Literal

from msgspec import Struct

from hubbub.schemas import requests
from hubbub.schemas.events import AnyEntry, Message, OnlineUser, Person, Role, Status


class Reply(Struct, kw_only=True, gc=False):
    """The field of every reply."""

    id: int


class Failure(Reply):
    """The answer where there is no other."""

    error: str
    """A code of hubbub.schemas.errors."""
    message: str
    """For a person: what happened and what to do."""
    retry_after: float | None = None
    """Seconds."""


class Outcome(Struct, kw_only=True, gc=False):
    """What a client decodes first: whose answer it is, and whether it is a Failure."""

    id: int
    error: str | None = None
    message: str = ""
    retry_after: float | None = None


class User(Struct, kw_only=True, gc=False):
    """An account as others see it."""

    user: int
    name: str
    display_name: str = ""
    """How he wants to be shown; empty: by his name."""
    colour: str = ""
    """"#rrggbb", or empty."""
    online: bool = False
    status: Status = "online"
    """How he is present, where he is. Never "invisible"."""
    status_text: str = ""
    last_seen: int = 0
    """When he was last present, where he is not, microseconds since 1970, UTC; 0: never since that is counted."""
    picture: bytes = b""
    """The SHA-256 of his picture, which changes when that does; empty: none."""
    bot: bool = False
    """A program, and no person."""


class Conversation(Struct, kw_only=True, gc=False):
    """A conversation as HOME shows it."""

    conversation: int
    kind: Literal["direct", "group"]
    name: str
    """A group's name without '#', or the partner's name."""
    partner: int = 0
    """The other user of a direct conversation (oneself, in the conversation with oneself); 0: a group."""
    head: int
    """Its last entry's seq, 0 where nothing was said: `as_of` of this row."""
    last_message: Message | None = None
    """Its text is cut to 256 characters here: it is a preview, HISTORY has it whole."""
    joined: int
    """The seq of the entry by which the user came into it; 0: he was in it from the beginning."""
    since: int = 0
    """The position of that entry: of groups of one name the one that the user has been in for longest bears it plainly."""
    read: int
    """The seq up to which the user has read."""
    unread: int
    """Messages of others behind it."""
    mentions: int = 0
    """Those among them that name the user, or all."""
    muted_until: int = 0
    """Microseconds since 1970, UTC; 0: not muted."""
    visible: int = 0
    """The user sees the entries behind this seq: 0 unless the group, when he came, showed only what is said since one comes."""
    role: Role = "member"
    topic: str = ""
    public: bool = False
    history: Literal["all", "joined"] = "all"
    """Of those who join from now on: what the user sees is said by `visible`."""
    members: int = 0
    """Of a group: how many are in it."""
    bot: bool = False
    """The partner is a bot."""


class Done(Reply):
    """It is done, and there is nothing more to say."""


class Host(Reply):
    """IS_HOST."""

    protocol: int
    server: str
    """The server's name, as its administrator calls it."""
    version: str
    epoch: bytes


class Registered(Reply):
    """REGISTER and ADMIN_ADD_USER."""

    user: User


class LoggedIn(Reply):
    """LOGIN."""

    token: bytes
    session: int
    """The session's topic is made of it."""
    expires_at: int
    """Microseconds since 1970, UTC."""
    user: User
    epoch: bytes


class Pong(Reply):
    """PING. All numbers are of the same moment."""

    epoch: bytes
    position: int
    home_version: int
    presence_version: int
    online: bool
    """Whether this session counts as present."""
    changed: list[tuple[int, int]]
    """Conversation and head of each of his conversations that changed since the request's position."""
    reset: bool = False
    """The position is too old, or of another store: ask HOME; `changed` is empty."""


class HomePage(Reply):
    """HOME."""

    epoch: bytes
    position: int
    """The snapshot's position: all later entries are yet to come."""
    home_version: int
    conversations: list[Conversation]
    blocked: list[Person]
    """Whom the user has blocked, all of them: clients fold what they say in groups."""
    next: int | None = None
    """Give it as `after` for more; absent: that was all."""


class Synced(Reply):
    """SYNC."""

    epoch: bytes
    conversation: int
    after: int
    """The entries begin behind this seq: as asked, or later where the user may not see what was said before he came."""
    entries: list[AnyEntry]
    """Oldest first, without a gap behind `after`. For a client there may be events.Unknown among them."""
    head: int
    """The last seq there is: more to fetch while entries end before it."""


class HistoryPage(Reply):
    """HISTORY."""

    epoch: bytes
    conversation: int
    as_of: int
    """The last seq there was when this was read."""
    messages: list[Message]
    """Newest first."""
    older: bool
    """There are messages before the page."""
    newer: bool
    """There are messages behind the page."""


class UsersPage(Reply):
    """GET_USERS."""

    users: list[User]
    next: str | None = None


class OnlinePage(Reply):
    """ONLINE_USERS."""

    presence_version: int
    users: list[OnlineUser]
    next: int | None = None


class Started(Reply):
    """START_CONVERSATION, CREATE_GROUP, JOIN_GROUP."""

    conversation: Conversation
    created: bool
    """Whether this very request made it (JOIN_GROUP: whether the user was not in it before)."""


class Acted(Reply):
    """Whatever else is written into a log: it is on the disk."""

    conversation: int
    seq: int
    """The entry's; 0: everything was so already, and nothing was written."""
    position: int
    at: int


class Sent(Reply):
    """SEND_MESSAGE and FORWARD_MESSAGE: it is on the disk."""

    conversation: int
    seq: int
    position: int
    ordinal: int
    at: int


class Upload(Reply):
    """BEGIN_UPLOAD and UPLOAD_CHUNK."""

    received: int
    """Bytes that the server has, from the first: the next chunk's offset."""
    complete: bool
    """It is on the disk whole, and can be attached."""


class Chunk(Reply):
    """FETCH_CHUNK and PICTURE."""

    data: bytes
    """Empty behind the end."""
    size: int
    """Of the whole file, in bytes."""


class Earlier(Struct, array_like=True, gc=False):
    """A text that a message had."""

    text: str
    at: int
    """From when on it had it, microseconds since 1970, UTC."""


class EditsPage(Reply):
    """EDITS."""

    texts: list[Earlier]
    """The first one first."""
    next: int | None = None


class PinsPage(Reply):
    """PINS."""

    epoch: bytes
    conversation: int
    messages: list[Message]
    """Newest message first."""
    next: int | None = None


class Group(Struct, kw_only=True, gc=False):
    """A public group as everyone sees it."""

    name: str
    topic: str
    members: int
    joined: bool
    """Whether the asker is in it."""


class GroupsPage(Reply):
    """LIST_GROUPS."""

    groups: list[Group]
    next: str | None = None


class MemberRow(Struct, kw_only=True, gc=False):
    """A member of a conversation."""

    user: int
    name: str
    role: Role
    online: bool = False
    read: int | None = None
    """The seq up to which he has read; nil: he does not let others see it."""
    bot: bool = False


class MembersPage(Reply):
    """MEMBERS."""

    members: list[MemberRow]
    next: str | None = None


class Hit(Struct, kw_only=True, gc=False):
    """A message that was found."""

    message: Message
    marks: list[tuple[int, int]]
    """Where in its text the words are: begin and end, in characters (code points), in order."""


class Found(Reply):
    """SEARCH."""

    epoch: bytes
    hits: list[Hit]
    """Newest text first (an edited message has its place by its last edit), or best match first."""
    next: int | None = None


class ProfileFound(Reply):
    """PROFILE."""

    user: User
    receipts: bool | None = None
    """Whether others see how far he has read; nil: it is another's profile."""
    blocked: bool = False
    """The asker has blocked him."""
    invisible: bool = False
    """The asker looks like one who is not there; in one's own profile only."""


class SessionRow(Struct, kw_only=True, gc=False):
    """A session as its user sees it."""

    session: int
    device: str
    created_at: int
    expires_at: int
    current: bool
    """It is the asker's own."""


class SessionsPage(Reply):
    """SESSIONS."""

    sessions: list[SessionRow]
    next: int | None = None


class AdminUser(Struct, kw_only=True, gc=False):
    """An account as its administrator sees it."""

    user: int
    name: str
    admin: bool
    disabled: bool
    created_at: int
    sessions: int
    bot: bool = False


class AdminUsers(Reply):
    """ADMIN_LIST_USERS."""

    users: list[AdminUser]
    next: str | None = None


class Verified(Reply):
    """ADMIN_VERIFY."""

    problems: list[str]
    """For a person; empty: all is well."""
    users: int
    conversations: int
    entries: int
    files: int = 0
    """Different ones, by their bytes."""


REPLY_OF: dict[type[requests.Request], type[Reply]] = {
    requests.IsHost: Host,
    requests.Register: Registered,
    requests.Login: LoggedIn,
    requests.Logout: Done,
    requests.Ping: Pong,
    requests.Home: HomePage,
    requests.Sync: Synced,
    requests.History: HistoryPage,
    requests.GetUsers: UsersPage,
    requests.Online: Done,
    requests.Offline: Done,
    requests.OnlineUsers: OnlinePage,
    requests.StartConversation: Started,
    requests.SendMessage: Sent,
    requests.ForwardMessage: Sent,
    requests.BeginUpload: Upload,
    requests.UploadChunk: Upload,
    requests.CancelUpload: Done,
    requests.FetchChunk: Chunk,
    requests.Picture: Chunk,
    requests.EditMessage: Acted,
    requests.DeleteMessage: Acted,
    requests.React: Acted,
    requests.PinMessage: Acted,
    requests.Edits: EditsPage,
    requests.Pins: PinsPage,
    requests.CreateGroup: Started,
    requests.ListGroups: GroupsPage,
    requests.JoinGroup: Started,
    requests.LeaveGroup: Acted,
    requests.AddMember: Acted,
    requests.RemoveMember: Acted,
    requests.SetRole: Acted,
    requests.RenameGroup: Acted,
    requests.SetTopic: Acted,
    requests.SetVisibility: Acted,
    requests.Members: MembersPage,
    requests.MarkRead: Done,
    requests.Mute: Done,
    requests.Typing: Done,
    requests.Search: Found,
    requests.SetStatus: Done,
    requests.SetProfile: Done,
    requests.Profile: ProfileFound,
    requests.Block: Done,
    requests.ChangePassword: Done,
    requests.ListSessions: SessionsPage,
    requests.RevokeSession: Done,
    requests.DeleteAccount: Done,
    requests.AdminAddUser: Registered,
    requests.AdminSetPassword: Done,
    requests.AdminSetDisabled: Done,
    requests.AdminListUsers: AdminUsers,
    requests.AdminVerify: Verified,
}

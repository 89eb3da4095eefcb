"""Answers, by request id. A reply bears no type: the client knows what it asked."""

from typing import Literal

from msgspec import Struct

from hubbub.schemas import requests
from hubbub.schemas.events import AnyEntry, Message, OnlineUser


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
    online: bool = False


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
    read: int
    """The seq up to which the user has read."""
    unread: int
    """Messages of others behind it."""


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
    next: int | None = None
    """Give it as `after` for more; absent: that was all."""


class Synced(Reply):
    """SYNC."""

    epoch: bytes
    conversation: int
    entries: list[AnyEntry]
    """Oldest first, without a gap behind `after`."""
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
    """START_CONVERSATION."""

    conversation: Conversation
    created: bool


class Sent(Reply):
    """SEND_MESSAGE: it is on the disk."""

    conversation: int
    seq: int
    position: int
    ordinal: int
    at: int


class Found(Reply):
    """SEARCH."""

    epoch: bytes
    messages: list[Message]
    """Newest first."""
    next: int | None = None


class AdminUser(Struct, kw_only=True, gc=False):
    """An account as its administrator sees it."""

    user: int
    name: str
    admin: bool
    disabled: bool
    created_at: int
    sessions: int


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
    requests.MarkRead: Done,
    requests.Search: Found,
    requests.AdminAddUser: Registered,
    requests.AdminSetPassword: Done,
    requests.AdminSetDisabled: Done,
    requests.AdminListUsers: AdminUsers,
    requests.AdminVerify: Verified,
}

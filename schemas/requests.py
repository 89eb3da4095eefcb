"""What a client may ask: one Struct a mode. The constraints here are the only shape checks there are."""

from typing import Annotated

from msgspec import Meta, Struct

from hubbub.schemas import limits

Id = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Ids, seqs, positions and times (microseconds since 1970, UTC). Below 2**53, so that every language can hold one."""
Key = Annotated[bytes, Meta(min_length=limits.KEY_BYTES, max_length=limits.KEY_BYTES)]
Token = Annotated[bytes, Meta(max_length=limits.TOKEN_BYTES)]
Name = Annotated[str, Meta(min_length=1, max_length=4 * limits.NAME_MAX_CHARACTERS)]
"""Checked further by hubbub.schemas.names (NFKC may shorten it)."""
Password = Annotated[bytes, Meta(min_length=limits.PASSWORD_MIN_BYTES, max_length=limits.PASSWORD_MAX_BYTES)]
Attempt = Annotated[bytes, Meta(max_length=limits.PASSWORD_MAX_BYTES)]
"""A password at LOGIN: one that is too short is a wrong one."""
Text = Annotated[str, Meta(min_length=1, max_length=limits.TEXT_MAX_BYTES)]
Query = Annotated[str, Meta(max_length=limits.QUERY_MAX_CHARACTERS)]
Limit = Annotated[int, Meta(ge=1, le=limits.PAGE_MAX_ENTRIES)]


class Request(Struct, kw_only=True, gc=False, tag_field="mode"):
    """The fields of every request."""

    id: Id
    """Chosen by the client; the reply bears it."""
    token: Token = b""
    """The session's token; empty where the mode needs none."""


class IsHost(Request, tag="IS_HOST"):
    """Is there a Hubbub server, and which? Needs no session."""


class Register(Request, tag="REGISTER"):
    """Make an account. The first account of a new server is its administrator; everyone starts in #general."""

    name: Name
    password: Password


class Login(Request, tag="LOGIN"):
    """Open a session, bound to the CURVE key of this connection."""

    name: Name
    password: Attempt
    device: Annotated[str, Meta(max_length=limits.DEVICE_NAME_MAX_CHARACTERS)] = ""
    """What the session is called in lists."""


class Logout(Request, tag="LOGOUT"):
    """End this session: its token is void, its feed is cut."""


class Ping(Request, tag="PING"):
    """Keep the session's presence, and learn what was missed."""

    position: Id = 0
    """The store position up to which the client knows of every change; 0: it knows nothing."""


class Home(Request, tag="HOME"):
    """The user's conversations, by id."""

    after: Id = 0
    """Conversations with a larger id only: the last page's `next`."""
    limit: Limit = limits.PAGE_DEFAULT_ENTRIES
    conversations: Annotated[list[Id], Meta(max_length=limits.PAGE_MAX_ENTRIES)] | None = None
    """Only these, where the user is in them."""


class Sync(Request, tag="SYNC"):
    """The entries of a conversation's log after `after`, oldest first."""

    conversation: Id
    after: Id
    limit: Limit = limits.PAGE_MAX_ENTRIES


class History(Request, tag="HISTORY"):
    """Messages of a conversation, newest first. At most one of before, after and around is given; none: the newest."""

    conversation: Id
    before: Id | None = None
    """Messages whose seq is smaller."""
    after: Id | None = None
    """The messages that follow this seq most closely (still newest first)."""
    around: Id | None = None
    """Half a page up to and including this seq, half a page behind it."""
    limit: Limit = limits.PAGE_DEFAULT_ENTRIES

    def __post_init__(self) -> None:
        if sum(place is not None for place in (self.before, self.after, self.around)) > 1:
            raise ValueError("give one of before, after and around")


class GetUsers(Request, tag="GET_USERS"):
    """Accounts, by folded name."""

    query: Query = ""
    """Only names that begin with this; empty: all."""
    after: Annotated[str, Meta(max_length=4 * limits.NAME_MAX_CHARACTERS)] = ""
    """Names behind this one only: the last page's `next`."""
    limit: Limit = limits.PAGE_MAX_ENTRIES


class Online(Request, tag="ONLINE"):
    """Count this session as present, from now on until OFFLINE, LOGOUT or 45 s without a PING."""


class Offline(Request, tag="OFFLINE"):
    """Do not count this session as present any more."""


class OnlineUsers(Request, tag="ONLINE_USERS"):
    """Who is present, by user id."""

    after: Id = 0
    limit: Limit = limits.PAGE_MAX_ENTRIES


class StartConversation(Request, tag="START_CONVERSATION"):
    """The direct conversation with a user, made if there is none. Writes no log entry; asking twice gives the same one."""

    user: Name


class SendMessage(Request, tag="SEND_MESSAGE"):
    """Store a message and give it to everyone in the conversation. Answered once it is on the disk."""

    conversation: Id
    key: Key
    """A UUIDv7, unique with the sender. The same key again: the same answer, and one message, for ever."""
    text: Text

    def __post_init__(self) -> None:
        if len(self.text) * 4 > limits.TEXT_MAX_BYTES and len(self.text.encode()) > limits.TEXT_MAX_BYTES:
            raise ValueError(f"text is longer than {limits.TEXT_MAX_BYTES} bytes of UTF-8")


class MarkRead(Request, tag="MARK_READ"):
    """The user has read up to this seq. A marker never moves back."""

    conversation: Id
    seq: Id


class Search(Request, tag="SEARCH"):
    """Messages that hold all the words, newest first, over all conversations of the user."""

    words: Annotated[str, Meta(min_length=1, max_length=limits.QUERY_MAX_CHARACTERS)]
    conversation: Id | None = None
    before: Id = 0
    """Only messages with a smaller position: the last page's `next`; 0: from the newest."""
    limit: Limit = limits.PAGE_DEFAULT_ENTRIES


class AdminAddUser(Request, tag="ADMIN_ADD_USER"):
    """Make an account, also where registration is closed."""

    name: Name
    password: Password


class AdminSetPassword(Request, tag="ADMIN_SET_PASSWORD"):
    """Give an account a new password; all its sessions end."""

    name: Name
    password: Password


class AdminSetDisabled(Request, tag="ADMIN_SET_DISABLED"):
    """Disable an account (all its sessions end) or enable it again."""

    name: Name
    disabled: bool


class AdminListUsers(Request, tag="ADMIN_LIST_USERS"):
    """Accounts with what only an administrator sees, by folded name."""

    after: Annotated[str, Meta(max_length=4 * limits.NAME_MAX_CHARACTERS)] = ""
    limit: Limit = limits.PAGE_MAX_ENTRIES


class AdminVerify(Request, tag="ADMIN_VERIFY"):
    """Check the store: integrity, gapless seqs, counts."""


AnyRequest = (
    IsHost
    | Register
    | Login
    | Logout
    | Ping
    | Home
    | Sync
    | History
    | GetUsers
    | Online
    | Offline
    | OnlineUsers
    | StartConversation
    | SendMessage
    | MarkRead
    | Search
    | AdminAddUser
    | AdminSetPassword
    | AdminSetDisabled
    | AdminListUsers
    | AdminVerify
)

"""What a client may ask: one Struct a mode. The constraints here are the only shape checks there are."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hubbub.schemas import limits
from hubbub.schemas.events import Role, Status

Id = Annotated[int, Meta(ge=0, le=limits.INTEGER_MAX)]
"""Ids, seqs, positions and times (microseconds since 1970, UTC)."""
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


DisplayName = Annotated[str, Meta(max_length=limits.DISPLAY_NAME_MAX_CHARACTERS)]
Colour = Annotated[str, Meta(pattern=r"^(#[0-9a-f]{6})?\Z")]
"""Lower case; empty: none of his own."""
Topic = Annotated[str, Meta(max_length=limits.TOPIC_MAX_CHARACTERS)]
StatusText = Annotated[str, Meta(max_length=limits.STATUS_TEXT_MAX_CHARACTERS)]
Emoji = Annotated[str, Meta(min_length=1, max_length=limits.EMOJI_MAX_CHARACTERS)]
"""Checked further by hubbub.schemas.names."""


def _check_text(text: str) -> None:
    if len(text) * 4 > limits.TEXT_MAX_BYTES and len(text.encode()) > limits.TEXT_MAX_BYTES:
        raise ValueError(f"text is longer than {limits.TEXT_MAX_BYTES} bytes of UTF-8")


Hash = Annotated[bytes, Meta(min_length=limits.HASH_BYTES, max_length=limits.HASH_BYTES)]
"""SHA-256 of a file's bytes."""
HashOrNone = Annotated[bytes, Meta(max_length=limits.HASH_BYTES)]
"""The same, or empty: none."""
FileName = Annotated[str, Meta(max_length=limits.FILE_NAME_MAX_CHARACTERS)]
"""Made harmless by hubbub.schemas.names, whatever it is."""
FileType = Annotated[
    str,
    Meta(
        max_length=limits.FILE_TYPE_MAX_CHARACTERS,
        pattern=r"^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+\Z",
    ),
]
"""A media type (RFC 6838), lower case, without parameters. What the sender says of it: nobody checked."""
Side = Annotated[int, Meta(ge=0, le=limits.FILE_SIDE_MAX)]
"""Pixels."""


def _check_hash(value: bytes, what: str) -> None:
    if len(value) not in (0, limits.HASH_BYTES):
        raise ValueError(f"{what} has {limits.HASH_BYTES} bytes, or none")


class NewAttachment(Struct, kw_only=True, gc=False):
    """A file that goes with a message. Its bytes were uploaded before, by the sender."""

    sha256: Hash
    name: FileName
    type: FileType = "application/octet-stream"
    width: Side = 0
    """Of a picture or a video, as it is shown; 0: not known."""
    height: Side = 0
    thumbnail: HashOrNone = b""
    """A small picture of it, uploaded as a file of its own, at most 64 KiB; empty: none."""

    def __post_init__(self) -> None:
        _check_hash(self.thumbnail, "thumbnail")


class Request(Struct, kw_only=True, gc=False, tag_field="mode"):
    """The fields of every request."""

    id: Id
    """Chosen by the client; the reply bears it."""
    token: Token = b""
    """The session's token; empty where the mode needs none."""


class Act(Request):
    """The fields of every request that writes into a conversation's log."""

    conversation: Id
    key: Key
    """A UUIDv7, unique with the sender. The same key again: the same answer, and one entry, for ever."""


class OnMessage(Act):
    """The fields of every act on a message."""

    seq: Id
    """The message's."""


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


class SendMessage(Act, tag="SEND_MESSAGE"):
    """Store a message and give it to everyone in the conversation. Answered once it is on the disk."""

    text: Annotated[str, Meta(max_length=limits.TEXT_MAX_BYTES)]
    """May be empty where there are attachments; one blank there is the same."""
    reply_to: Id = 0
    """The seq of the message that it answers; 0: none."""
    attachments: Annotated[list[NewAttachment], Meta(max_length=limits.ATTACHMENTS_MAX)] = []

    def __post_init__(self) -> None:
        if not self.text and not self.attachments:
            raise ValueError("a message has a text or attachments")
        _check_text(self.text)


class ForwardMessage(Act, tag="FORWARD_MESSAGE"):
    """Say again, in `conversation`, what a message said: its text as it stands and its attachments, of which no byte is moved.
    It bears the name of whoever wrote it first, and mentions nobody."""

    source: Id
    """The conversation of the message."""
    seq: Id
    """The message's."""


class BeginUpload(Request, tag="BEGIN_UPLOAD"):
    """Say which file is to come, or go on with it: the same user and hash are the same upload, from whatever device. Refused
    before a byte was sent where there is no room for it. That another user has a file of this hash makes no difference."""

    sha256: Hash
    size: Id


class UploadChunk(Request, tag="UPLOAD_CHUNK"):
    """The next bytes of an upload. The last ones complete it: answered once it is on the disk, and its hash is right. Bytes
    that are there already are passed over. An empty file is completed by an empty chunk."""

    sha256: Hash
    offset: Id
    data: Annotated[bytes, Meta(max_length=limits.CHUNK_BYTES)]


class CancelUpload(Request, tag="CANCEL_UPLOAD"):
    """Drop an upload of one's own that is in no message; done too where there is none."""

    sha256: Hash


class FetchChunk(Request, tag="FETCH_CHUNK"):
    """Bytes of a file, from `offset` on, as many as a chunk holds. Whether the message may be seen is asked each time."""

    conversation: Id
    seq: Id
    """The message's."""
    index: Annotated[int, Meta(ge=0, lt=limits.ATTACHMENTS_MAX)]
    """Which of its attachments, from 0."""
    offset: Id = 0
    thumbnail: bool = False
    """Of its thumbnail, in place of the file."""


class Picture(Request, tag="PICTURE"):
    """The picture of a user's profile, whole."""

    user: Name


class EditMessage(OnMessage, tag="EDIT_MESSAGE"):
    """Give one's own message another text. The earlier texts are kept, and shown to members."""

    text: Text

    def __post_init__(self) -> None:
        _check_text(self.text)


class DeleteMessage(OnMessage, tag="DELETE_MESSAGE"):
    """Take away the text of one's own message, or, as owner or admin of the group, of anyone's."""


class React(OnMessage, tag="REACT"):
    """Put an emoji on a message, or take one's own off."""

    emoji: Emoji
    on: bool = True


class PinMessage(OnMessage, tag="PIN_MESSAGE"):
    """Pin a message, or unpin it: everyone in a direct conversation, owner and admins in a group."""

    on: bool = True


class Edits(Request, tag="EDITS"):
    """The texts that a message had, the first one first, without the one that it has."""

    conversation: Id
    seq: Id
    after: Id = 0
    """Leave out so many: the last page's `next`."""
    limit: Limit = limits.PAGE_DEFAULT_ENTRIES


class Pins(Request, tag="PINS"):
    """The pinned messages of a conversation, newest message first."""

    conversation: Id
    before: Id | None = None
    """Messages whose seq is smaller: the last page's `next`."""
    limit: Limit = limits.PAGE_DEFAULT_ENTRIES


class CreateGroup(Request, tag="CREATE_GROUP"):
    """Make a group. The asker is its owner; he and the members join it in the log."""

    key: Key
    """Of the owner's joining; the same key again: the same group."""
    name: Name
    members: Annotated[list[Name], Meta(max_length=limits.MEMBERS_AT_ONCE_MAX)] = []
    """Beside the asker."""
    public: bool = False
    """Everyone can find and join it. Else nobody can know of it who is not in it."""
    topic: Topic = ""
    history: Literal["all", "joined"] = "all"
    """What members see: everything, or what was said since they came."""


class ListGroups(Request, tag="LIST_GROUPS"):
    """Public groups, by folded name."""

    query: Query = ""
    """Only names that begin with this; empty: all."""
    after: Annotated[str, Meta(max_length=4 * limits.NAME_MAX_CHARACTERS)] = ""
    """Names behind this one only: the last page's `next`."""
    limit: Limit = limits.PAGE_MAX_ENTRIES


class JoinGroup(Request, tag="JOIN_GROUP"):
    """Join a public group. Who is in it already is told so by the same answer."""

    key: Key
    group: Name


class LeaveGroup(Act, tag="LEAVE_GROUP"):
    """Leave a group. Its last owner first makes somebody else one, unless he is alone in it."""


class AddMember(Act, tag="ADD_MEMBER"):
    """Bring a user into a group: any member of a public one, owner and admins of a private one."""

    user: Name


class RemoveMember(Act, tag="REMOVE_MEMBER"):
    """Remove a member: owners anyone, admins those who are neither. He gets nothing more of the group."""

    user: Name


class SetRole(Act, tag="SET_ROLE"):
    """Give a member a role, as owner. A group keeps an owner."""

    user: Name
    role: Role


class RenameGroup(Act, tag="RENAME_GROUP"):
    """Give the group another name, as owner or admin."""

    name: Name


class SetTopic(Act, tag="SET_TOPIC"):
    """Say what the group is about, as owner or admin."""

    topic: Topic


class SetVisibility(Act, tag="SET_VISIBILITY"):
    """Say who finds and joins the group, and what those see who join from now on, as owner. What is nil stays as it is. Nobody who
    is in it comes to see more or less."""

    public: bool | None = None
    """As of CREATE_GROUP. From private to public its past is shown, with `all`, to whoever joins."""
    history: Literal["all", "joined"] | None = None


class Members(Request, tag="MEMBERS"):
    """Who is in a conversation, by folded name, and how far each has read."""

    conversation: Id
    after: Annotated[str, Meta(max_length=4 * limits.NAME_MAX_CHARACTERS)] = ""
    """Names behind this one only: the last page's `next`."""
    limit: Limit = limits.PAGE_MAX_ENTRIES


class MarkRead(Request, tag="MARK_READ"):
    """The user has read up to this seq. A marker never moves back."""

    conversation: Id
    seq: Id


class Mute(Request, tag="MUTE"):
    """Do not be disturbed by a conversation until a time; 0: be disturbed again. Counts go on."""

    conversation: Id
    until: Id
    """Microseconds since 1970, UTC; 2**53-1: for ever."""


class Typing(Request, tag="TYPING"):
    """Tell the others that one is writing. Sooner than 3 s after the last time it does nothing."""

    conversation: Id


class Search(Request, tag="SEARCH"):
    """Messages that hold all the words, over all conversations of the user."""

    words: Annotated[str, Meta(min_length=1, max_length=limits.QUERY_MAX_CHARACTERS)]
    conversation: Id | None = None
    sender: Name | None = None
    """Only messages of this user."""
    before: Id | None = None
    """Only messages from before this time, microseconds since 1970, UTC."""
    after: Id | None = None
    """Only messages from this time on, microseconds since 1970, UTC."""
    order: Literal["newest", "relevance"] = "newest"
    """`relevance`: by the best match, among the newest 5,000 that match."""
    cursor: Id = 0
    """The last page's `next`; 0: from the first."""
    limit: Limit = limits.PAGE_DEFAULT_ENTRIES


class SetStatus(Request, tag="SET_STATUS"):
    """How the user is shown while he is present, on all his devices and until he says otherwise."""

    status: Status
    """`invisible` looks like offline, everywhere."""
    text: StatusText = ""


class SetProfile(Request, tag="SET_PROFILE"):
    """How the user is shown. What is nil stays as it is."""

    display_name: DisplayName | None = None
    """Empty: by his name."""
    colour: Colour | None = None
    receipts: bool | None = None
    """Whether others see how far he has read."""
    picture: HashOrNone | None = None
    """A picture that was uploaded before, at most 64 KiB; empty: none."""

    def __post_init__(self) -> None:
        _check_hash(self.picture or b"", "picture")


class Profile(Request, tag="PROFILE"):
    """What there is to know of a user."""

    user: Name


class Block(Request, tag="BLOCK"):
    """Take no direct messages of a user, or take them again."""

    user: Name
    on: bool = True


class ChangePassword(Request, tag="CHANGE_PASSWORD"):
    """Have another password. All other sessions end."""

    old: Attempt
    new: Password


class ListSessions(Request, tag="SESSIONS"):
    """The user's sessions, by id."""

    after: Id = 0
    limit: Limit = limits.PAGE_MAX_ENTRIES


class RevokeSession(Request, tag="REVOKE_SESSION"):
    """End a session of one's own: its token is void, its feed is cut."""

    session: Id


class DeleteAccount(Request, tag="DELETE_ACCOUNT"):
    """Delete one's account. Its name is never given again, and is not shown any more."""

    password: Attempt
    messages: Literal["keep", "delete"]
    """What was said stays, by "deleted user", or its texts go as by DELETE_MESSAGE, within minutes."""


class AdminAddUser(Request, tag="ADMIN_ADD_USER"):
    """Make an account, also where registration is closed."""

    name: Name
    password: Password
    bot: bool = False
    """It is a program's: shown as one, never the administrator's, and its password, the secret of a token, is nobody's to change
    but the administrator's."""


class AdminSetPassword(Request, tag="ADMIN_SET_PASSWORD"):
    """Give an account a new password; all its sessions end."""

    name: Name
    password: Password
    bot: bool = False
    """Of what kind the account is: refused where it is of the other one."""


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
    | ForwardMessage
    | BeginUpload
    | UploadChunk
    | CancelUpload
    | FetchChunk
    | Picture
    | EditMessage
    | DeleteMessage
    | React
    | PinMessage
    | Edits
    | Pins
    | CreateGroup
    | ListGroups
    | JoinGroup
    | LeaveGroup
    | AddMember
    | RemoveMember
    | SetRole
    | RenameGroup
    | SetTopic
    | SetVisibility
    | Members
    | MarkRead
    | Mute
    | Typing
    | Search
    | SetStatus
    | SetProfile
    | Profile
    | Block
    | ChangePassword
    | ListSessions
    | RevokeSession
    | DeleteAccount
    | AdminAddUser
    | AdminSetPassword
    | AdminSetDisabled
    | AdminListUsers
    | AdminVerify
)

"""What broker and store say to each other: commands, and the results that also keep the broker's memory true. No SQL.

A write command's result is a fact: it was committed and fsynced before anyone sees it. Results come in the order of
their commits. `Refused` means that the command changed nothing.
"""

from typing import Literal

from msgspec import Struct

from hubbub.schemas import replies
from hubbub.schemas.events import AnyEntry, Deleted, Member, Message, Person, Role, Status
from hubbub.schemas.requests import NewAttachment


class Command(Struct, gc=False):
    """What the store can be asked. Times are microseconds since 1970, UTC, and come from the broker's clock."""


class Write(Command):
    """Changes the store, in one transaction with the others of its batch; alone in failing."""


class Read(Command):
    """Reads one snapshot."""


class Transfer(Command):
    """Moves bytes between memory and the files beside the database; in a thread of its own, one after the other."""


class Result(Struct, gc=False):
    """What the store answers."""


class Refused(Result):
    """Nothing was changed. `code` is one of hubbub.schemas.errors; `message` is for a person."""

    code: str
    message: str


# ---------------------------------------------------------------------------------------------------------- writes


class CreateUser(Write):
    """The first user who is no bot becomes administrator, and owner of #general. Joins #general, which logs it. Result:
    UserCreated; Refused name_taken."""

    name: str
    """Canonical."""
    password_hash: str
    now: int
    bot: bool = False


class UserCreated(Result):
    user: int
    name: str
    admin: bool
    joined: Member
    """The entry in #general's log."""
    bot: bool = False


class SetPassword(Write):
    """Ends the user's sessions. Result: AccountChanged; Refused not_found (also of a deleted account), not_allowed (it is a bot
    and `bot` is not said, or the other way round), wrong_credentials (it was changed since it was checked)."""

    name: str
    password_hash: str
    keep: int = 0
    """The session that goes on, where its user changes the password himself."""
    was: str | None = None
    """The hash that the old password was checked against; None: nobody asked for it."""
    bot: bool = False
    """As of AdminSetPassword."""


class SetDisabled(Write):
    """Disabling ends the user's sessions. Result: AccountChanged; Refused not_found."""

    name: str
    disabled: bool


class AccountChanged(Result):
    user: int
    ended: list[int]
    """Sessions that ended with it."""


class CreateSession(Write):
    """Ends the user's oldest sessions where there are too many. Result: SessionCreated; Refused account_disabled or session_expired (the password changed since it was checked)."""

    user: int
    password_hash: str
    """The hash that the password was checked against."""
    token_hash: bytes
    device_key: bytes
    """The connection's public CURVE key, Z85 as ZAP gives it."""
    device: str
    now: int
    expires_at: int


class Session(Struct, gc=False):
    """A live session, and what the broker keeps of it in memory."""

    session: int
    user: int
    name: str
    token_hash: bytes
    device_key: bytes
    expires_at: int
    bot: bool = False


class Entitlement(Struct, gc=False):
    """What a user is entitled to, as the broker keeps it in memory."""

    user: int
    home_version: int
    conversations: list[int]
    status: Status = "online"
    status_text: str = ""


class SessionCreated(Result):
    session: Session
    entitlement: Entitlement
    ended: list[int] = []
    """Sessions that made room for it."""


class EndSession(Write):
    """Result: SessionsEnded, also where it had ended already."""

    session: int


class RevokeSession(Write):
    """A user ends a session of his own. Result: SessionsEnded; Refused not_found (no such session, or another's)."""

    user: int
    session: int


class ExpireSessions(Write):
    """Forgets the sessions that expired. Result: SessionsEnded."""

    now: int


class SessionsEnded(Result):
    ended: list[int]


class StartConversation(Write):
    """The direct conversation of two users (or of one with himself). Writes no entry; raises home_version of those that
    come into it. Result: ConversationStarted; Refused not_found (no such partner; a disabled partner is found, a deleted
    one is not), not_allowed (there is none yet, and the partner has blocked him)."""

    user: int
    partner: str
    """Any form of the name."""
    now: int


class ConversationStarted(Result):
    conversation: replies.Conversation
    """As the asker sees it."""
    created: bool
    entered: list[tuple[int, int]]
    """User and new home_version of each who came into it now; empty unless created."""


class AppendMessage(Write):
    """Permission, dedupe, seq and insert. Result: Appended; Refused not_found (no such conversation or not in it: one
    and the same answer; no such message to answer), not_allowed (a direct conversation whose partner has blocked the
    sender, or is deleted) or key_conflict (the sender used the key in another conversation or for another act)."""

    conversation: int
    sender: int
    sender_name: str
    key: bytes
    text: str
    now: int
    reply_to: int = 0
    mentions: list[str] = []
    """Folded names that the text may mean; those of members of the group count (in a direct conversation: none)."""
    everyone: bool = False
    """@all is in the text; counts in a group."""
    attachments: list[NewAttachment] = []
    """Refused not_found where the sender has not uploaded one of these files, too_large for a thumbnail that is none."""
    bot: bool = False
    """The sender is one."""


class ForwardMessage(Write):
    """The text and the attachments of a message that the sender may see, in another conversation or the same. Result: Appended;
    Refused as AppendMessage, not_found (no such message), not_allowed (it was deleted), quota_exceeded."""

    conversation: int
    sender: int
    sender_name: str
    key: bytes
    source: int
    """The conversation of the message."""
    seq: int
    now: int
    quota: int
    """Bytes that the sender's files may take."""


class BeginUpload(Write):
    """Result: UploadBegun; Refused quota_exceeded, too_many."""

    user: int
    sha256: bytes
    size: int
    now: int
    quota: int
    """Bytes that his files may take."""


class UploadBegun(Result):
    complete: bool
    """It is here whole: he uploaded it before, or has it in a message of his own."""


class CompleteUpload(Write):
    """Its bytes are on the disk under their hash. Result: UploadCompleted; Refused not_found: it was dropped meanwhile, and
    the caller has to Drop the blob."""

    user: int
    sha256: bytes
    now: int
    size: int
    """Of what is on the disk. The user may have begun it with another size since."""


class UploadCompleted(Result):
    """CompleteUpload is done."""


class CancelUpload(Write):
    """Result: UploadsDropped."""

    user: int
    sha256: bytes


class SweepUploads(Write):
    """Forgets what was begun, or completed, before this time and is in no message. Result: UploadsDropped."""

    before: int


class UploadsDropped(Result):
    """Their files are to be dropped, by Drop."""

    uploads: list[tuple[int, bytes]]
    """User and hash."""


class Appended(Result):
    message: Message
    duplicate: bool
    """The same key again: `message` is what was stored the first time."""


class Act(Write):
    """Writes another entry into a log. Result: Acted. Refused not_found (no such conversation or not in it, no such message
    that he may see), not_allowed, key_conflict; in a direct conversation as AppendMessage."""

    conversation: int
    actor: int
    key: bytes
    now: int


class Acted(Result):
    conversation: int
    entry: AnyEntry | None
    """None: everything was so already, and nothing was written."""
    duplicate: bool
    """The same key again: `entry` was stored before."""
    blobs: list[bytes] = []
    """Hashes of files that it held, and that may be nobody's now: to be dropped, by Drop."""


class EditMessage(Act):
    """The sender's only (else not_allowed). A message that is deleted, or forwarded: not_allowed. The text that it has already: no entry. Refused
    too_many."""

    seq: int
    text: str
    mentions: list[str]
    everyone: bool


class DeleteMessage(Act):
    """The sender's, or by owner or admin of the group. Blanks the text, the earlier texts, drops reactions, mentions and
    pin; `tidy` then makes it true of the files. Deleted already: no entry."""

    seq: int


class React(Act):
    """Refused too_many where the message has as many different emoji as it can have."""

    seq: int
    emoji: str
    on: bool


class PinMessage(Act):
    """In a group by owner or admin. Refused too_many."""

    seq: int
    on: bool


class RenameGroup(Act):
    """By owner or admin. Refused name_taken, where the group is public and another public one has the name."""

    name: str
    """Canonical."""


class SetTopic(Act):
    """By owner or admin."""

    topic: str


class SetVisibility(Act):
    """By an owner. None stays as it is. Refused name_taken, where it becomes public and another public one has its name."""

    public: bool | None
    history: Literal["all", "joined"] | None
    """Of those who join from now on; members see what they saw."""


class SetRole(Act):
    """By an owner. Refused not_allowed where the group would be left without one."""

    user: str
    """Any form of the name."""
    role: Role


class CreateGroup(Write):
    """A group with these members beside its owner; each joins in the log. Result: GroupCreated; Refused name_taken (a public
    one; private ones may share their names with any), not_found (a member), not_allowed (a member has blocked the owner),
    too_many (the owner or a member is in as many groups as he can be), key_conflict."""

    owner: int
    key: bytes
    """Of the owner's joining."""
    name: str
    """Canonical."""
    members: list[str]
    """Any form of the names; the owner's own and repetitions count once."""
    public: bool
    topic: str
    history: Literal["all", "joined"]
    now: int


class GroupCreated(Result):
    conversation: replies.Conversation
    """As the owner sees it."""
    entries: list[Member]
    """Empty: the same key again, and nothing was written."""
    entered: list[tuple[int, int]]
    """User and new home_version."""


class JoinGroup(Write):
    """A public group, by any form of its name. A group that is left without an owner gets this one. Result: GroupJoined;
    Refused not_found (also where it is private: the same answer), too_many, key_conflict."""

    user: int
    key: bytes
    group: str
    now: int


class GroupJoined(Result):
    conversation: replies.Conversation
    """As he sees it now."""
    entry: Member | None
    """None: he was in it already."""
    home_version: int


class AddMember(Act):
    """In a public group by any member, in a private one by owner or admin. Result: MemberChanged (he is in it already: no
    entry); Refused also not_found (no such user), not_allowed (the user has blocked the actor; no group),
    too_many."""

    user: str
    """Any form of the name."""


class RemoveMember(Act):
    """Owners remove anyone, admins plain members. The actor himself: as LeaveGroup. Result: MemberChanged; Refused also
    not_found (not in it), not_allowed."""

    user: str
    """Any form of the name."""


class LeaveGroup(Act):
    """Result: MemberChanged; Refused not_allowed (no group; the last owner, and not alone)."""


class MemberChanged(Result):
    conversation: int
    entry: Member | None
    """None: everything was so already."""
    duplicate: bool
    home_version: int
    """Of the user who came or went."""


class MarkRead(Write):
    """Raises the marker, never beyond the head; raises home_version where it moved. Result: Marked; Refused not_found."""

    conversation: int
    user: int
    seq: int


class Marked(Result):
    conversation: int
    user: int
    seq: int
    home_version: int
    moved: bool
    shown: bool
    """He lets others see how far he has read."""


class Mute(Write):
    """Raises home_version. Result: MuteSet; Refused not_found."""

    conversation: int
    user: int
    until: int


class MuteSet(Result):
    conversation: int
    user: int
    until: int
    home_version: int


class Block(Write):
    """Raises the user's home_version where it changed something. Result: BlockSet; Refused not_found (no such user),
    not_allowed (himself), too_many."""

    user: int
    other: str
    """Any form of the name."""
    on: bool


class BlockSet(Result):
    user: int
    other: Person
    on: bool
    home_version: int
    changed: bool


class SetStatus(Write):
    """Raises the user's home_version where it changed something. Result: StatusSet."""

    user: int
    status: Status
    text: str


class StatusSet(Result):
    user: int
    status: Status
    text: str
    home_version: int
    changed: bool


class SetProfile(Write):
    """None stays as it is. Result: ProfileSet."""

    user: int
    display_name: str | None
    colour: str | None
    receipts: bool | None
    picture: bytes | None = None
    """Empty: none. Refused not_found where the user has not uploaded it, too_large."""


class ProfileSet(Result):
    user: int
    name: str
    display_name: str
    colour: str
    changed: bool
    """Something that others see."""
    picture: bytes = b""
    blobs: list[bytes] = []
    """As of Acted."""


class MarkSeen(Write):
    """These users were present until now. Result: Seen."""

    users: list[int]
    now: int


class Seen(Result):
    """MarkSeen is done."""


class DeleteAccount(Write):
    """At once: sessions end, the name is nobody's and stays taken, he leaves all groups (a group that he was the last owner
    of goes to its admin of longest standing, else its member; to a bot, and then to a disabled one, only where all are), profile and blocks go.
    With `messages` "delete" his texts go by PurgeMessages. Result: AccountDeleted; Refused not_allowed (the administrator's),
    wrong_credentials (the password was changed since it was checked)."""

    user: int
    messages: Literal["keep", "delete"]
    now: int
    was: str | None = None
    """As of SetPassword."""


class AccountDeleted(Result):
    user: int
    ended: list[int]
    entries: list[AnyEntry]
    purging: bool
    """PurgeMessages is to be called."""
    blobs: list[bytes] = []
    """As of Acted."""
    uploads: list[tuple[int, bytes]] = []
    """As of UploadsDropped."""


class PurgeMessages(Write):
    """Deletes some (200) of the messages of a user whose account was deleted with them. Result: Purged."""

    user: int
    now: int


class Purged(Result):
    user: int
    entries: list[Deleted]
    more: bool
    """Call it again."""
    blobs: list[bytes] = []
    """As of Acted."""


# ---------------------------------------------------------------------------------------------------------- reads


class FindAccount(Read):
    """For LOGIN. Result: Account; Refused not_found."""

    name: str
    device_key: bytes


class Account(Result):
    user: int
    name: str
    password_hash: str
    disabled: bool
    known_device: bool
    """The account had a session from this device key before."""


class ReadPlace(Read):
    """Whether a member can write in a conversation. Result: PlaceRead; Refused not_found."""

    user: int
    conversation: int


class PlaceRead(Result):
    open: bool
    """Not closed by a block, or by the partner's deletion."""


class ReadHome(Read):
    """Result: HomeRead."""

    user: int
    after: int
    limit: int
    conversations: list[int] | None


class HomeRead(Result):
    position: int
    home_version: int
    conversations: list[replies.Conversation]
    blocked: list[Person]
    next: int | None


class ReadSync(Read):
    """Entries behind `after`, oldest first. Result: SyncRead; Refused not_found."""

    user: int
    conversation: int
    after: int
    limit: int


class SyncRead(Result):
    after: int
    """As asked, or where what he may see begins."""
    entries: list[AnyEntry]
    head: int


class ReadHistory(Read):
    """As the HISTORY request. Result: HistoryRead; Refused not_found."""

    user: int
    conversation: int
    before: int | None
    after: int | None
    around: int | None
    limit: int


class HistoryRead(Result):
    as_of: int
    messages: list[Message]
    """Newest first."""
    older: bool
    newer: bool


class ReadUsers(Read):
    """Accounts by folded name, disabled ones left out. Result: UsersRead."""

    query: str
    after: str
    limit: int


class UsersRead(Result):
    users: list[replies.User]
    """`online` is the broker's to say; `status` is what the user set, "invisible" too."""
    next: str | None


class ReadSearch(Read):
    """As the SEARCH request. Result: SearchRead; Refused not_found (no such conversation or not in it, no such sender)."""

    user: int
    words: str
    conversation: int | None
    sender: str | None
    before: int | None
    after: int | None
    order: Literal["newest", "relevance"]
    cursor: int
    limit: int


class SearchRead(Result):
    hits: list[replies.Hit]
    next: int | None


class ReadEdits(Read):
    """As the EDITS request. Result: EditsRead; Refused not_found."""

    user: int
    conversation: int
    seq: int
    after: int
    limit: int


class EditsRead(Result):
    texts: list[replies.Earlier]
    next: int | None


class ReadPins(Read):
    """As the PINS request. Result: PinsRead; Refused not_found."""

    user: int
    conversation: int
    before: int | None
    limit: int


class PinsRead(Result):
    messages: list[Message]
    next: int | None


class ReadMembers(Read):
    """By folded name. Result: MembersRead; Refused not_found."""

    user: int
    conversation: int
    after: str
    limit: int


class MembersRead(Result):
    members: list[replies.MemberRow]
    next: str | None


class ReadGroups(Read):
    """Public groups, by folded name. Result: GroupsRead."""

    user: int
    query: str
    after: str
    limit: int


class GroupsRead(Result):
    groups: list[replies.Group]
    next: str | None


class ReadProfile(Read):
    """Result: ProfileRead; Refused not_found (also of a deleted account)."""

    user: int
    other: str
    """Any form of the name."""


class ProfileRead(Result):
    user: replies.User
    """As in UsersRead."""
    receipts: bool
    blocked: bool


class ReadSessions(Read):
    """By id. Result: SessionsRead."""

    user: int
    after: int
    limit: int
    now: int
    """Those that have expired by now are left out."""


class SessionsRead(Result):
    sessions: list[replies.SessionRow]
    """`current` is the broker's to say."""
    next: int | None


class ReadAccounts(Read):
    """Every account, by folded name. Result: AccountsRead."""

    after: str
    limit: int


class AccountsRead(Result):
    users: list[replies.AdminUser]
    next: str | None


class Verify(Read):
    """Integrity of the files, gapless seqs and ordinals, unique keys, members without a conversation, blobs that are missing or
    damaged. Result: VerifyRead. Has no deadline."""


class VerifyRead(Result):
    problems: list[str]
    users: int
    conversations: int
    entries: int
    files: int = 0


# -------------------------------------------------------------------------------------------------------- transfers


class OpenUpload(Transfer):
    """After BeginUpload: how far it got, and ready for WriteChunk. Result: UploadOpened; Refused storage_full, not_found (another
    device completed it, or dropped it, since it was begun)."""

    user: int
    sha256: bytes
    size: int


class UploadOpened(Result):
    received: int
    """Bytes."""


class WriteChunk(Transfer):
    """Result: ChunkWritten; Refused not_found (it is not open: begin it, also again after a restart), bad_request (there is a gap
    before the bytes, or they go beyond its size), wrong_content (it begins anew), storage_full."""

    user: int
    sha256: bytes
    offset: int
    data: bytes


class ChunkWritten(Result):
    received: int
    whole: bool
    """All of it is on the disk, fsynced, with the right hash and under its name: CompleteUpload is next."""


class ReadChunk(Transfer):
    """As FETCH_CHUNK. Result: ChunkRead; Refused not_found (also where he may not see the message, or it was deleted)."""

    user: int
    conversation: int
    seq: int
    index: int
    offset: int
    thumbnail: bool


class ReadPicture(Transfer):
    """Result: ChunkRead; Refused not_found (no such user, or he has no picture)."""

    user: str
    """Any form of the name."""


class ChunkRead(Result):
    data: bytes
    size: int
    """Of the whole file."""


class Drop(Transfer):
    """Removes the files of these blobs and uploads, as far as nobody has them (any more, or again). Result: Dropped."""

    blobs: list[bytes] = []
    uploads: list[tuple[int, bytes]] = []
    """User and hash."""


class Dropped(Result):
    """Drop is done."""


class Startup(Result):
    """What the broker needs in memory before it serves, read when the store is opened."""

    epoch: bytes
    position: int
    general: int
    """The id of #general."""
    sessions: list[Session]
    """Live ones."""
    entitlements: list[Entitlement]
    """Of each user with a live session."""
    recent: list[tuple[int, int, int]]
    """Position, conversation and seq of the last entries, oldest first (at most 10,000)."""
    purging: list[int]
    """Users for whom PurgeMessages has more to do."""

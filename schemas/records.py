"""What broker and store say to each other: commands, and the results that also keep the broker's memory true. No SQL.

A write command's result is a fact: it was committed and fsynced before anyone sees it. Results come in the order of
their commits. `Refused` means that the command changed nothing.
"""

from msgspec import Struct

from hubbub.schemas import replies
from hubbub.schemas.events import AnyEntry, Member, Message


class Command(Struct, gc=False):
    """What the store can be asked. Times are microseconds since 1970, UTC, and come from the broker's clock."""


class Write(Command):
    """Changes the store, in one transaction with the others of its batch; alone in failing."""


class Read(Command):
    """Reads one snapshot."""


class Result(Struct, gc=False):
    """What the store answers."""


class Refused(Result):
    """Nothing was changed. `code` is one of hubbub.schemas.errors; `message` is for a person."""

    code: str
    message: str


# ---------------------------------------------------------------------------------------------------------- writes


class CreateUser(Write):
    """The first user becomes administrator. Joins #general, which logs it. Result: UserCreated; Refused name_taken."""

    name: str
    """Canonical."""
    password_hash: str
    now: int


class UserCreated(Result):
    user: int
    name: str
    admin: bool
    joined: Member
    """The entry in #general's log."""


class SetPassword(Write):
    """Ends the user's sessions. Result: AccountChanged; Refused not_found."""

    name: str
    password_hash: str


class SetDisabled(Write):
    """Disabling ends the user's sessions. Result: AccountChanged; Refused not_found."""

    name: str
    disabled: bool


class AccountChanged(Result):
    user: int
    ended: list[int]
    """Sessions that ended with it."""


class CreateSession(Write):
    """Result: SessionCreated; Refused account_disabled or session_expired (the password changed since it was checked)."""

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


class Entitlement(Struct, gc=False):
    """What a user is entitled to, as the broker keeps it in memory."""

    user: int
    home_version: int
    conversations: list[int]


class SessionCreated(Result):
    session: Session
    entitlement: Entitlement


class EndSession(Write):
    """Result: SessionsEnded, also where it had ended already."""

    session: int


class ExpireSessions(Write):
    """Forgets the sessions that expired. Result: SessionsEnded."""

    now: int


class SessionsEnded(Result):
    ended: list[int]


class StartConversation(Write):
    """The direct conversation of two users (or of one with himself). Writes no entry; raises home_version of those that
    come into it. Result: ConversationStarted; Refused not_found (no such partner; a disabled partner is found)."""

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
    and the same answer) or key_conflict (the sender used the key in another conversation or for another act)."""

    conversation: int
    sender: int
    sender_name: str
    key: bytes
    text: str
    now: int


class Appended(Result):
    message: Message
    duplicate: bool
    """The same key again: `message` is what was stored the first time."""


class CreateGroup(Write):
    """A group with these members (user ids), the first its owner; each joins in the log. Result: GroupCreated; Refused
    name_taken, not_found."""

    name: str
    members: list[int]
    now: int


class GroupCreated(Result):
    conversation: int
    entries: list[Member]
    entered: list[tuple[int, int]]


class AddMember(Write):
    """Result: MemberChanged; Refused not_found, or name_taken where he is in it already."""

    conversation: int
    user: int
    actor: int
    now: int


class RemoveMember(Write):
    """`actor` removes `user` (leaves, where they are the same). Result: MemberChanged; Refused not_found."""

    conversation: int
    user: int
    actor: int
    now: int


class MemberChanged(Result):
    entry: Member
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
    next: int | None


class ReadSync(Read):
    """Entries behind `after`, oldest first. Result: SyncRead; Refused not_found."""

    user: int
    conversation: int
    after: int
    limit: int


class SyncRead(Result):
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
    users: list[tuple[int, str]]
    next: str | None


class ReadSearch(Read):
    """Result: SearchRead."""

    user: int
    words: str
    conversation: int | None
    before: int
    limit: int


class SearchRead(Result):
    messages: list[Message]
    """Newest first."""
    next: int | None


class ReadAccounts(Read):
    """Every account, by folded name. Result: AccountsRead."""

    after: str
    limit: int


class AccountsRead(Result):
    users: list[replies.AdminUser]
    next: str | None


class Verify(Read):
    """Integrity of the files, gapless seqs and ordinals, unique keys, members without a conversation. Result: VerifyRead.
    Has no deadline."""


class VerifyRead(Result):
    problems: list[str]
    users: int
    conversations: int
    entries: int


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

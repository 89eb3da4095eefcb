"""What the session core tells its shell to do: small Structs, each one act. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from hubbub.client.errors import HubbubError
from hubbub.client.typists import Typist
from hubbub.schemas.events import (
    AccountDeleted,
    AnyEntry,
    Blocked,
    Muted,
    OnlineUser,
    OwnStatus,
    Person,
    ProfileChanged,
    Read,
    Receipts,
)
from hubbub.schemas.hello import Hello
from hubbub.schemas.replies import Conversation, LoggedIn, Reply
from hubbub.schemas.requests import Request


class Action(Struct, gc=False):
    """The root of every action."""


# --------------------------------------------------------------------------------------------------- to the sockets


class FetchHello(Action):
    """Ask the hello listener, compare the key with the pins; answer with Session.greeted or Session.lost."""


class OpenRequests(Action):
    """Make a new request socket for the server of this hello. At most one is open."""

    hello: Hello


class OpenFeed(Action):
    """Make a new feed socket for the server of this hello. At most one is open."""

    hello: Hello


class CloseFeed(Action):
    """Close the feed socket, if there is one."""


class CloseAll(Action):
    """Close both sockets; drop a hello under way."""


class SendRequest(Action):
    """One frame on the request socket."""

    frame: bytes


class Present(Action):
    """One frame on the feed socket: the subscription that presents the token."""

    frame: bytes


# --------------------------------------------------------------------------------------------------- to the caller


class Deliver(Action):
    """One event for the consumer. For a log entry, Session.handled must follow once it is done with it, with the era: the
    number of Resets that were handed out before it. A message has what it was said with, and the text of now: its
    reactions, and whether it is pinned, come as entries behind it."""

    event: AnyEntry | Read | Muted | Blocked | OwnStatus | Receipts | ProfileChanged | AccountDeleted


class HomeRead(Action):
    """Rows of HOME. They come before the entries of the conversations that they show."""

    conversations: list[Conversation]
    complete: bool
    """These are all; else only some that changed."""
    added: list[int]
    """Conversations that the user came into since the HOME before (none in the first)."""
    blocked: list[Person]
    """Whom he has blocked, all of them."""
    version: int
    """The user's home_version when this was read: Muted and Blocked of a later one come behind it."""


class PresenceSeen(Action):
    """Who came, or is present in another way than before, and who went."""

    online: list[OnlineUser]
    offline: list[OnlineUser]


class TypingSeen(Action):
    """Somebody else writes, or does not any more."""

    typist: Typist
    on: bool


class Skip(Action):
    """The consumer's hook jumped over the entries between the two seqs."""

    conversation: int
    after: int
    before: int


class SaveCursors(Action):
    """The consumer is done with these conversations up to these seqs, in the store of this epoch."""

    epoch: bytes
    cursors: Sequence[tuple[int, int]]


class SaveSession(Action):
    """Logged in; keep the token with the server's key, the user and the epoch."""

    session: LoggedIn


class ForgetSession(Action):
    """The saved token is void."""


class Reset(Action):
    """The store is another one than before: drop cursors and cache, but not what is yet to be sent. A new era begins: what
    was delivered before has numbers that mean nothing now."""

    epoch: bytes


class Ready(Action):
    """Requests are answered; with a feed: nothing will be missed from here on."""

    epoch: bytes


class Trying(Action):
    """A try to reach the server begins: Ready, Lost or Stop follows."""


class Lost(Action):
    """The link is down, or a try failed; the session goes on by itself."""

    reason: HubbubError
    wait: float
    """Seconds until the next try."""


class Resolve(Action):
    """The answer to a call. `call` is what was given to Session.call."""

    call: object
    request: Request
    reply: Reply


class Reject(Action):
    """The call failed for good."""

    call: object
    error: HubbubError


class Stop(Action):
    """The session ended and does nothing more. The error says why; Closed after Session.close."""

    error: HubbubError

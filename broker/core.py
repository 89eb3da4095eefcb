"""The broker's mind: requests and results go in, effects come out. No socket, no clock, no SQL, no await.

What it keeps in memory (sessions, entitlements, what changed lately) is made true by the store's results and by nothing
else: `_FACTS` says what each kind of result means, whoever asked for it.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from hubbub.broker import effects as fx
from hubbub.broker.answers import refuse, wait_reply
from hubbub.broker.changes import Changes
from hubbub.broker.limiter import SECOND, AddressBuckets, Backoff
from hubbub.broker.modes import MODES, Need
from hubbub.broker.policy import Policy
from hubbub.broker.presence import Presence
from hubbub.broker.sessions import LiveSession, Sessions
from hubbub.schemas import codec, events, limits, records
from hubbub.schemas.replies import Failure

_EXPIRY_INTERVAL: Final = 60 * SECOND


class Identity(Struct, frozen=True):
    """What the server says of itself."""

    server: str
    version: str
    admin_key: str
    """The public CURVE key (Z85) to which administration is allowed."""


class Grant(Struct):
    """What a subscription frame brings its sender."""

    session: int
    topics: list[bytes]
    topic: bytes
    """Where the confirmation goes, once the topics are applied."""
    confirmed: events.Confirmed


class Core:
    """All rules of chat. One thread calls it; every call is short."""

    def __init__(
        self,
        startup: records.Startup,
        identity: Identity,
        policy: Policy,
        entropy: Callable[[int], bytes],
        now: int,
    ) -> None:
        self.identity = identity
        self.policy = policy
        self.entropy = entropy
        """Random bytes, for tokens."""
        self.epoch = startup.epoch
        self.sessions = Sessions(policy.limits.burst)
        self.presence = Presence(now)
        self.changes = Changes(startup.position, startup.recent)
        self.addresses = AddressBuckets(policy.limits.address_rate, policy.limits.address_burst)
        self.address_failures = Backoff(free=20, longest_s=60.0, memory_s=600.0)
        self.account_failures = Backoff(free=5, longest_s=300.0, memory_s=3600.0)
        self._expired_at = now
        entitlements = {entitlement.user: entitlement for entitlement in startup.entitlements}
        for session in startup.sessions:
            self.sessions.add(session, entitlements[session.user], now)

    # ---------------------------------------------------------------------------------------------- what comes in

    def receive(self, peer: fx.Peer, frame: bytes | memoryview, now: int) -> fx.Effects:
        """A request came. Its guards are checked here and nowhere else."""
        try:
            request = codec.decode_request(frame)
        except codec.BadFrame as error:
            return self._bad_frame(peer, error, now)
        mode = MODES[type(request)]
        context = fx.Context(peer, request, now)
        if mode.need is Need.SESSION:
            session = self.sessions.authenticate(request.token, peer.key, now)
            if session is None:
                return refuse(
                    context, "session_expired", "This session has ended, or is not of this device: log in."
                )
            wait = self._admit(session, mode.cost, now)
            if wait is not None:
                return [fx.Reply(peer.route, wait_reply(request.id, wait))]
            session.outstanding += 1
            context.session = session
        elif mode.need is Need.ADMIN:
            if peer.key != self.identity.admin_key:
                return refuse(
                    context, "not_allowed", "Administration needs the key in the server's data folder."
                )
        else:
            wait = self.addresses.take(peer.address, mode.cost, now)
            if wait:
                return [fx.Reply(peer.route, wait_reply(request.id, wait))]
        try:
            return mode.handler(self, context, request)
        except Exception:
            if context.session is not None:
                context.session.outstanding -= 1  # whoever catches this answers without the context
            raise

    def _admit(self, session: LiveSession, cost: float, now: int) -> float | None:
        if session.outstanding >= limits.REQUESTS_OUTSTANDING_MAX:
            return 0.0
        limit = self.policy.limits
        return session.bucket.take(cost, limit.rate, limit.burst, now) or None

    def _bad_frame(self, peer: fx.Peer, error: codec.BadFrame, now: int) -> fx.Effects:
        note = fx.Note(error.code, peer.address, str(error)[:200])
        if self.addresses.take(peer.address, 0.1, now):
            return [note]
        return [
            fx.Reply(peer.route, Failure(id=error.request_id, error=error.code, message=str(error)[:500])),
            note,
        ]

    def stored(self, pending: fx.Pending | None, result: records.Result, now: int) -> fx.Effects:
        """The store answered. First memory, then the reply, then whatever is to be published (after all cuts)."""
        fact = _FACTS.get(type(result))
        published = fact(self, result, now) if fact is not None else []
        if pending is None:
            return published
        return pending.then(self, pending.context, result) + published

    def resumed(self, pending: fx.Pending, result: Any) -> fx.Effects:
        """The password pool answered."""
        return pending.then(self, pending.context, result)

    def overloaded(self, pending: fx.Pending) -> fx.Effects:
        """The store's queue had no room for this command: nothing was done."""
        return refuse(pending.context, "busy", "The server has too much to do; try again in a moment.", 0.2)

    def deaf(self, reply: fx.Reply) -> fx.Effects:
        """The client does not read its replies: this one is lost, and its session ends."""
        return [fx.Store(records.EndSession(reply.session), None)] if reply.session else []

    def failed(self, peer: fx.Peer, frame: bytes | memoryview) -> fx.Effects:
        """A handler failed on this request: say so, and nothing of how."""
        try:
            request = codec.decode_request(frame)
        except codec.BadFrame:
            return []
        message = "The server made a mistake; its log has the details."
        return [fx.Reply(peer.route, Failure(id=request.id, error="internal", message=message))]

    def stopping(self, peer: fx.Peer, frame: bytes | memoryview, now: int) -> fx.Effects:
        """A request came while the broker drains."""
        try:
            request = codec.decode_request(frame)
        except codec.BadFrame:
            return []
        return [
            fx.Reply(
                peer.route, Failure(id=request.id, error="shutting_down", message="The server is stopping.")
            )
        ]

    def subscribed(self, token: bytes, key: str, now: int) -> Grant | None:
        """A subscription frame with this token came from this key. None: cut the sender."""
        session = self.sessions.authenticate(token, key, now)
        if session is None or session.bucket.take(
            1.0, self.policy.limits.rate, self.policy.limits.burst, now
        ):
            return None
        self.presence.renew(session.session, now)
        confirmed = events.Confirmed(
            epoch=self.epoch, position=self.changes.position, home_version=session.user.home_version
        )
        return Grant(session.session, session.topics(), events.session_topic(session.session), confirmed)

    def feed_lost(self, session: int, now: int) -> None:
        """A feed connection of the session ended."""
        self.presence.feed_lost(session, now)

    def hostile(self, key: str) -> fx.Effects:
        """A device kept sending what no client sends: its sessions end, so that it cannot come back to the feed."""
        return [fx.Store(records.EndSession(session), None) for session in self.sessions.of_device(key)]

    def tick(self, now: int) -> fx.Effects:
        """Time passed. To be called a few times a second."""
        out: fx.Effects = []
        delta = self.presence.tick(now)
        if delta is not None:
            out.append(fx.Publish(events.PRESENCE_TOPIC, delta))
        if abs(now - self._expired_at) >= _EXPIRY_INTERVAL:
            self._expired_at = now
            if self.sessions.expired(now):
                out.append(fx.Store(records.ExpireSessions(now), None))
        return out

    # ------------------------------------------------------------------------------------------------------- facts

    def entered(self, user: int, home_version: int, conversation: int) -> fx.Effects:
        """A user came into a conversation: entitle him, and tell his devices to present their token again."""
        live = self.sessions.user(user)
        if live is None:
            return []
        if conversation not in live.conversations:
            live.conversations.append(conversation)
        live.home_version = home_version
        event = events.HomeChanged(home_version=home_version, conversations=[conversation])
        return [fx.Publish(events.user_topic(user), event)]

    def logged(self, entry: events.AnyEntry) -> fx.Effects:
        """An entry was committed."""
        self.changes.changed(entry.position, entry.conversation, entry.seq)
        return [fx.Publish(events.conversation_topic(entry.conversation), entry)]

    def end_sessions(self, sessions: list[int]) -> fx.Effects:
        """Sessions ended: nothing more may reach their feeds."""
        out: fx.Effects = []
        for session in sessions:
            if self.sessions.end(session) is not None:
                self.presence.offline(session)
                out.append(fx.Cut(session))
        return out


# -------------------------------------------------------------------- what a result means, whoever asked for it


def _appended(core: Core, result: records.Appended, now: int) -> fx.Effects:
    return [] if result.duplicate else core.logged(result.message)


def _user_created(core: Core, result: records.UserCreated, now: int) -> fx.Effects:
    return core.logged(result.joined)


def _session_created(core: Core, result: records.SessionCreated, now: int) -> fx.Effects:
    core.sessions.add(result.session, result.entitlement, now)
    return []


def _sessions_ended(core: Core, result: records.SessionsEnded, now: int) -> fx.Effects:
    return core.end_sessions(result.ended)


def _account_changed(core: Core, result: records.AccountChanged, now: int) -> fx.Effects:
    return core.end_sessions(result.ended)


def _conversation_started(core: Core, result: records.ConversationStarted, now: int) -> fx.Effects:
    conversation = result.conversation.conversation
    return [
        effect for user, version in result.entered for effect in core.entered(user, version, conversation)
    ]


def _group_created(core: Core, result: records.GroupCreated, now: int) -> fx.Effects:
    out = [effect for entry in result.entries for effect in core.logged(entry)]
    for user, version in result.entered:
        out += core.entered(user, version, result.conversation)
    return out


def _member_changed(core: Core, result: records.MemberChanged, now: int) -> fx.Effects:
    entry = result.entry
    if entry.change == "joined":
        return core.entered(entry.user, result.home_version, entry.conversation) + core.logged(entry)
    out: fx.Effects = []
    live = core.sessions.user(entry.user)
    if live is not None:
        if entry.conversation in live.conversations:
            live.conversations.remove(entry.conversation)
        live.home_version = result.home_version
        # libzmq cannot take a topic from a pipe later on: the connection is cut, and comes back with what is his still.
        out = [fx.Cut(session) for session in sorted(live.sessions)]
    return out + core.logged(entry)


def _marked(core: Core, result: records.Marked, now: int) -> fx.Effects:
    live = core.sessions.user(result.user)
    if live is None or not result.moved:
        return []
    live.home_version = result.home_version
    event = events.Read(home_version=result.home_version, conversation=result.conversation, seq=result.seq)
    return [fx.Publish(events.user_topic(result.user), event)]


_FACTS: Final[dict[type[records.Result], Callable[[Core, Any, int], fx.Effects]]] = {
    records.Appended: _appended,
    records.UserCreated: _user_created,
    records.SessionCreated: _session_created,
    records.SessionsEnded: _sessions_ended,
    records.AccountChanged: _account_changed,
    records.ConversationStarted: _conversation_started,
    records.GroupCreated: _group_created,
    records.MemberChanged: _member_changed,
    records.Marked: _marked,
}

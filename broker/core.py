"""The broker's mind: requests and results go in, effects come out. No socket, no clock, no SQL, no await.

What it keeps in memory (sessions, entitlements, what changed lately) is made true by the store's results and by nothing
else: facts.py says what each kind of result means, whoever asked for it.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from hubbub.broker import effects as fx
from hubbub.broker.answers import refuse, wait_reply
from hubbub.broker.changes import Changes
from hubbub.broker.facts import FACTS
from hubbub.broker.limiter import SECOND, AddressBuckets, Backoff
from hubbub.broker.modes import MODES, Need
from hubbub.broker.policy import Policy
from hubbub.broker.presence import Presence
from hubbub.broker.receipts import Receipts
from hubbub.broker.sessions import LiveSession, Sessions
from hubbub.broker.typing import Typists
from hubbub.schemas import codec, events, limits, records
from hubbub.schemas.replies import Failure

# By names of their own: to look up the member of an Enum takes Python 3.11 0.15 us, and it is done for every request.
_SESSION: Final = Need.SESSION
_ADMIN: Final = Need.ADMIN
_EXPIRY_INTERVAL: Final = 60 * SECOND
_TOPICS_FOR_ONE: Final = 500
"""Topics that cost a subscription 1 more: each takes libzmq about a microsecond. Whoever brings others into groups makes them
subscribe again, so that it may not cost them much."""
_PURGE_PATIENCE: Final = 60 * SECOND
"""After so long without an answer the store is asked once more to purge: its queue was full, or its disk."""
_SWEEP_INTERVAL: Final = 3600 * SECOND
_SWEEP_AFTER: Final = 60 * SECOND
"""The first time: whoever was cut off by a restart goes on before."""


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
        self.sessions = Sessions(policy.limits)
        self.presence = Presence(now)
        self.receipts = Receipts()
        self.typists = Typists()
        self.changes = Changes(startup.position, startup.recent)
        self.addresses = AddressBuckets(policy.limits.address_rate, policy.limits.address_burst)
        self.address_failures = Backoff(free=20, longest_s=60.0, memory_s=600.0)
        self.account_failures = Backoff(free=5, longest_s=300.0, memory_s=3600.0)
        self.purging = dict.fromkeys(startup.purging, now - _PURGE_PATIENCE)
        """Users whose messages are going -> when the store was asked for it last."""
        self._expired_at = now
        self._swept_at = now - _SWEEP_INTERVAL + _SWEEP_AFTER
        self._drop = records.Drop([], [])
        """What the store had no room for."""
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
        if mode.need is _SESSION:
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
        elif mode.need is _ADMIN:
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
        return session.bucket.take(cost, now) or None

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
        fact = FACTS.get(type(result))
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

    def untaken(self, effect: fx.Store) -> fx.Effects:
        """The store's queue had no room for this read or transfer. Files that are nobody's are dropped later."""
        if effect.pending is not None:
            return self.overloaded(effect.pending)
        if isinstance(effect.command, records.Drop):
            self._drop.blobs += effect.command.blobs
            self._drop.uploads += effect.command.uploads
        return []

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
        if session is None or session.bucket.take(1.0, now):
            return None
        topics = session.topics()
        session.bucket.charge(len(topics) / _TOPICS_FOR_ONE)
        self.presence.renew(session.session, now)
        confirmed = events.Confirmed(
            epoch=self.epoch, position=self.changes.position, home_version=session.user.home_version
        )
        return Grant(session.session, topics, events.session_topic(session.session), confirmed)

    def feed_lost(self, session: int, now: int) -> None:
        """A feed connection of the session ended."""
        self.presence.feed_lost(session, now)

    def hostile(self, key: str) -> fx.Effects:
        """A device kept sending what no client sends: its sessions end, so that it cannot come back to the feed."""
        return [fx.Store(records.EndSession(session), None) for session in self.sessions.of_device(key)]

    def tick(self, now: int) -> fx.Effects:
        """Time passed. To be called a few times a second."""
        out = self._present(now)
        out += [
            fx.Publish(events.conversation_topic(event.conversation), event)
            for event in self.receipts.tick(now)
        ]
        for user, asked_at in self.purging.items():
            if abs(now - asked_at) >= _PURGE_PATIENCE:
                self.purging[user] = now
                out.append(fx.Store(records.PurgeMessages(user, now), None))
        if abs(now - self._expired_at) >= _EXPIRY_INTERVAL:
            self._expired_at = now
            if self.sessions.expired(now):
                out.append(fx.Store(records.ExpireSessions(now), None))
        return out + self._tidy_files(now)

    def _tidy_files(self, now: int) -> fx.Effects:
        out: fx.Effects = []
        if abs(now - self._swept_at) >= _SWEEP_INTERVAL:
            self._swept_at = now
            out.append(fx.Store(records.SweepUploads(now - limits.UPLOAD_KEPT_S * SECOND), None))
        if self._drop.blobs or self._drop.uploads:
            out.append(fx.Store(self._drop, None))
            self._drop = records.Drop([], [])
        return out

    def _present(self, now: int) -> fx.Effects:
        delta = self.presence.tick(now)
        if delta is None:
            return []
        out: fx.Effects = [fx.Publish(events.PRESENCE_TOPIC, delta)]
        if delta.offline:
            out.append(fx.Store(records.MarkSeen(delta.offline, now), None))
        return out

    def ended(self, now: int) -> fx.Effects:
        """The broker stops: nothing more will be received."""
        present = self.presence.everyone()
        return [fx.Store(records.MarkSeen(present, now), None)] if present else []

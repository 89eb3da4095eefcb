"""A broker at the far end of lossy connections: queues that a test delivers, drops, repeats and cuts. Knows no rule of chat.

A request connection keeps the order of what a client asks, as one TCP connection does; answers may overtake one another,
as reads overtake writes in the store. A feed connection has the topics that the broker granted and may lose any event.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from hubbub.broker import effects as fx
from hubbub.broker.core import Grant
from hubbub.schemas import codec, events, records, requests
from tests.helpers.pure import FREE, PureBroker

Frame = bytes | None
"""None: the connection's end, noticed behind everything that still arrived."""


class Conn(Struct, eq=False):
    """What both kinds of connection have. `alive`: the broker has its end of it."""

    key: str
    epoch: bytes
    """Of the store behind it; a connection never outlives a start of the broker."""
    up: deque[bytes]
    down: deque[Frame]
    alive: bool = True
    silent: bool = False
    """Nothing passes any more, and nobody is told."""
    doomed: bool = False
    """A single frame was lost of it, as only a dying connection loses one."""

    def end(self, kept: int) -> None:
        """The broker's end is gone. The client still gets the first `kept` of what is under way, then learns of it."""
        self.alive = False
        self.up.clear()
        while len(self.down) > kept:
            self.down.pop()
        if not self.silent:
            self.down.append(None)


class Requests(Conn, eq=False):
    """A DEALER's connection to the ROUTER."""

    route: bytes = b""

    def lose_one(self, index: int, *, up: bool) -> None:
        """A single frame is lost; sooner or later the connection breaks."""
        queue: deque[Any] = self.up if up else self.down
        if self.alive and queue:
            del queue[index % len(queue)]
            self.doomed = True


class Feed(Conn, eq=False):
    """A subscriber's connection to the XPUB."""

    user: str = ""
    session: int = 0
    topics: set[bytes] = set()  # msgspec copies an empty default

    def lose(self, start: int, most: int) -> None:
        """So many events, from the one at `start` on; never the news of the connection's end."""
        kept = [
            frame for place, frame in enumerate(self.down) if frame is None or not 0 <= place - start < most
        ]
        self.down = deque(kept)


class LinkedBroker(PureBroker):
    """PureBroker whose replies and events go to connections as they come, and whose store can be slow."""

    def __init__(self, audit: Callable[[Feed, Any], None], snapshot: bytes | None = None) -> None:
        """`audit` sees each event together with each connection that it goes to."""
        self._audit = audit
        self.routes = 0
        """Given out so far; a new broker goes on from there."""
        self.requests: dict[bytes, Requests] = {}
        self.feeds: list[Feed] = []
        self.heard: list[bytes] = []
        """Every frame that came."""
        self.slow = False
        self.writes = 0
        """Grows whenever the store may have changed."""
        self._asked: list[fx.Store] = []
        self._committed: deque[tuple[fx.Pending | None, Any]] = deque()
        self._read: deque[tuple[fx.Pending | None, Any]] = deque()
        super().__init__(FREE, snapshot)

    # ------------------------------------------------------------------------------------------------ connections

    def connect(self, key: str) -> Requests:
        self.routes += 1
        conn = Requests(key, self.core.epoch, deque(), deque(), route=self.routes.to_bytes(5, "big"))
        self.requests[conn.route] = conn
        return conn

    def connect_feed(self, key: str, user: str) -> Feed:
        feed = Feed(key, self.core.epoch, deque(), deque(), user=user)
        self.feeds.append(feed)
        return feed

    def take(self, conn: Conn, frame: bytes) -> None:
        """A frame arrived from a client."""
        self.heard.append(frame)
        if isinstance(conn, Requests):
            self._upload(conn, frame)
            self.receive(fx.Peer(conn.route, conn.key, "192.0.2.1"), frame)
            return
        assert isinstance(conn, Feed)
        grant: Grant | None = self.subscribe(frame[1:], conn.key)
        if grant is None:
            self.part(conn, len(conn.down))
            return
        conn.topics |= set(grant.topics)  # libzmq never takes one back
        conn.session = grant.session
        self._publish(grant.topic, grant.confirmed)

    def _upload(self, conn: Requests, frame: bytes) -> None:
        """What a client uploads before it sends a message; of the bytes themselves nothing is in the store."""
        request = codec.decode_request(frame)
        files = request.attachments if isinstance(request, requests.SendMessage) else []
        session = self.core.sessions.authenticate(request.token, conn.key, self.now)
        for file in files if session is not None else ():
            user = session.user.user
            self.run(
                [
                    fx.Store(records.BeginUpload(user, file.sha256, 1, self.now, 1 << 30), None),
                    fx.Store(records.CompleteUpload(user, file.sha256, self.now, 1), None),
                ]
            )

    def part(self, conn: Conn, kept: int) -> None:
        """The connection breaks."""
        if not conn.alive:
            return
        conn.end(kept)
        if isinstance(conn, Requests):
            del self.requests[conn.route]
        elif isinstance(conn, Feed):
            self.feeds.remove(conn)
            if conn.session and not any(feed.session == conn.session for feed in self.feeds):
                self.core.feed_lost(conn.session, self.now)

    def crash(self, kept: int) -> None:
        """The worker dies and is started again: what was committed stays, all else is lost."""
        self.hang_up(kept)
        self._asked, self.slow = [], False
        self._committed.clear()
        self._read.clear()
        self.start()

    def hang_up(self, kept: int) -> None:
        for conn in (*self.requests.values(), *self.feeds):
            conn.end(kept)
        self.requests.clear()
        self.feeds.clear()

    # ---------------------------------------------------------------------------------------------------- effects

    def run(self, effects: fx.Effects) -> None:
        for effect in effects:
            match effect:
                case fx.Reply(route=route, body=body):
                    if conn := self.requests.get(route):
                        conn.down.append(codec.encode(body))
                case fx.Publish(topic=topic, event=event):
                    self._publish(topic, event)
                case fx.Cut(session=session):
                    for feed in [feed for feed in self.feeds if feed.session == session]:
                        self.part(feed, len(feed.down))
                case fx.Store() if self.slow:
                    self._asked.append(effect)
                case _:
                    super().run([effect])

    def _store(self, effect: fx.Store) -> None:
        self.writes += 1
        super()._store(effect)

    def _publish(self, topic: bytes, event: events.AnyEvent) -> None:
        frame = codec.encode(event)
        for feed in self.feeds:
            if topic in feed.topics:
                self._audit(feed, event)
                feed.down.append(frame)

    # ------------------------------------------------------------------------------------------------- slow store

    def commit(self) -> None:
        """All writes that wait, in one transaction; the core is yet to hear of it."""
        writes = [effect for effect in self._asked if isinstance(effect.command, records.Write)]
        self._asked = [effect for effect in self._asked if isinstance(effect.command, records.Read)]
        self.writes += 1
        results = self.store.write([effect.command for effect in writes])
        self._committed.extend(
            (effect.pending, result) for effect, result in zip(writes, results, strict=True)
        )

    def read(self) -> None:
        """One read that waits, of what is committed now."""
        for effect in self._asked:
            if isinstance(effect.command, records.Read):
                self._asked.remove(effect)
                self._read.append((effect.pending, self.look(effect.command)))
                return

    def look(self, command: records.Read) -> Any:
        """The store's answer."""
        reader = self.store.reader()
        try:
            return reader.read(command)
        finally:
            reader.close()

    def tell_committed(self) -> None:
        """The core hears of what was committed."""
        self._tell(self._committed)

    def tell_read(self) -> None:
        """The core hears of what was read."""
        self._tell(self._read)

    def _tell(self, results: deque[tuple[fx.Pending | None, Any]]) -> None:
        while results:
            pending, result = results.popleft()
            self.run(self.core.stored(pending, result, self.now))

    def quicken(self) -> None:
        """The store is quick again, and does what waits."""
        while self._asked or self._committed or self._read:
            self.commit()
            self.tell_committed()
            self.read()
            self.tell_read()
        self.slow = False

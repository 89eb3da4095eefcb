"""Two people, three devices, one broker, lossy links between them, and a clock that a test moves."""

from typing import Final, Literal

from msgspec import Struct

from hubbub.broker import effects as fx
from hubbub.schemas import codec, events, records, replies, requests
from tests.helpers.link import Conn, Feed, LinkedBroker
from tests.helpers.link_consumer import Consumer
from tests.helpers.link_device import Device
from tests.helpers.link_disk import Outgoing, begin_keys, new_key
from tests.helpers.link_truth import LABELS, LATE, ROOT, TEAM, TWIN, USERS, Truth, agree

HEALED_S: Final = 120.0
"""Of a clean link, after which nothing may be open: more than the longest backoff and all timeouts one after the other."""
QUIET_S: Final = 50.0
"""Then three PINGs must have nothing to tell."""
FRAMES_MAX: Final = 3000
"""Of all links, until none is under way: more means that the two sides talk in circles."""


class Backup(Struct):
    content: bytes
    acknowledged: dict[bytes, Outgoing]


def prepared() -> bytes:
    """A store with the three users, #general and three groups; two of them have one name, and in those two all may do all."""
    broker = LinkedBroker(lambda feed, event: None)
    for name, number in USERS.items():
        made = broker.write(records.CreateUser(name, (b"password-of-" + name.encode()).hex(), broker.now))
        assert made.user == number
    for number, name, history in ((TEAM, "team", "all"), (LATE, "late", "joined"), (TWIN, "team", "all")):
        made = broker.write(_group(name, history, broker.now))
        assert made.conversation.conversation == number
        for user in ("alice", "bob"):
            role = records.SetRole(number, USERS[ROOT], new_key(), broker.now, user, "admin")
            assert isinstance(broker.write(role), records.Acted)
    return broker.store.snapshot()


def _group(name: str, history: Literal["all", "joined"], now: int) -> records.CreateGroup:
    return records.CreateGroup(
        owner=USERS[ROOT],
        key=new_key(),
        name=name,
        members=["alice", "bob"],
        public=False,
        topic="",
        history=history,
        now=now,
    )


_PREPARED: Final = prepared()


def _read(frame: bytes) -> requests.Request | bytes:
    """A request, or what presents a token."""
    return frame if frame[:1] == b"\x01" else codec.decode_request(frame)


class World:
    """Everything, and the checks that concern more than one device."""

    def __init__(self, windows: tuple[int, int, int], replays: tuple[bool, bool, bool]) -> None:
        begin_keys()
        self.now = 1000.0
        self._truths: dict[bytes, Truth] = {}
        self.put_out: set[str] = set()
        """Who was put out of a group or went at any time, in whatever store."""
        self.blocked = False
        """Somebody blocked somebody at any time."""
        self.acknowledged: dict[bytes, Outgoing] = {}
        """What the store must have, by key."""
        self.broker = self._made(_PREPARED)
        self.backup = Backup(_PREPARED, {})
        self.devices = [
            Device(
                number,
                user,
                lambda: self.broker,
                self._truths.__getitem__,
                lambda: self.now,
                window=window,
                replay=replay,
            )
            for number, user, window, replay in zip(
                (1, 2, 3), ("alice", "bob", "alice"), windows, replays, strict=True
            )
        ]
        for device in self.devices:
            device.acknowledged = self._acknowledged

    def _made(self, content: bytes) -> LinkedBroker:
        broker = LinkedBroker(self._audit, content)
        self._truths[broker.core.epoch] = Truth(broker)
        return broker

    @property
    def truth(self) -> Truth:
        return self._truths[self.broker.core.epoch]

    # ----------------------------------------------------------------------------------------- checks at all times

    def _audit(self, feed: Feed, event: events.AnyEvent) -> None:
        """What goes to a feed is committed, and its user was in the conversation."""
        if isinstance(event, events.Entry):
            entry = self.truth.entry(event.conversation, event.seq)
            assert agree(event, entry), "published, and not in the store"
            assert self.truth.was_in(feed.user, event.conversation, event.seq), f"{feed.user} is not in it"

    def _acknowledged(self, epoch: bytes, item: Outgoing, sent: replies.Sent) -> None:
        truth = self._truths[epoch]
        entry = truth.entry(sent.conversation, sent.seq)
        assert isinstance(entry, events.Message) and entry.key == item.key, "acknowledged, and not stored"
        self._check_place(truth, entry, item)
        if truth is self.truth:
            self.acknowledged[item.key] = item

    def _check_place(self, truth: Truth, entry: events.Message, item: Outgoing) -> None:
        pair = "@" + "+".join(sorted({entry.sender_name, item.to}))
        place = item.to if item.to.startswith("#") else pair
        assert truth.name(entry.conversation) == place, "stored where nobody meant it"

    def check_store(self) -> None:
        """Every message once, and all that were acknowledged."""
        found: dict[bytes, events.Message] = {}
        for key, entry in self.truth.messages():
            assert key not in found, "stored twice"
            found[key] = entry
        for key, item in self.acknowledged.items():
            assert key in found, f"acknowledged and gone: {item}"
            self._check_place(self.truth, found[key], item)

    # ------------------------------------------------------------------------------------------------ what happens

    def conns(self) -> list[tuple[Device, Conn]]:
        return [
            (device, conn)
            for device in self.devices
            for conn in (device.requests, device.feed)
            if conn is not None
        ]

    def carry_up(self, conn: Conn) -> bool:
        """The first frame that a client sent reaches the broker."""
        if not conn.up or conn.silent:
            return False
        self.broker.take(conn, conn.up.popleft())
        return True

    def carry_down(self, device: Device, conn: Conn, index: int = 0, *, again: bool = False) -> bool:
        """A frame reaches the client; `again`: and stays under way."""
        if not conn.down or conn.silent:
            return False
        frame = conn.down[index]
        if not again or frame is None:
            del conn.down[index]
        device.arrived(conn, frame)
        return True

    def flow(self, frames: int) -> bool:
        """Carry so many frames, a little of each link in turn. True: there were no more."""
        while frames > 0:
            carried = 0
            for device in self.devices:
                if device.greeting:
                    device.greet()
                    carried += 1
            for device, conn in self.conns():
                carried += self.carry_up(conn) + self.carry_down(device, conn)
            if not carried:
                return True
            frames -= carried
        return False

    def pass_time(self, seconds: float) -> None:
        """Nothing arrives meanwhile."""
        self._move(seconds)
        for device in self.devices:
            deadline = device.session.deadline
            if deadline is not None and deadline <= self.now:
                device.tick()

    def _move(self, seconds: float) -> None:
        self.now += seconds
        self.broker.advance(seconds)

    def crash(self, kept: int) -> None:
        self._move(0.01)
        self.broker.crash(kept)
        self.check_store()

    def save(self) -> None:
        self.backup = Backup(self.broker.store.snapshot(), dict(self.acknowledged))
        kept = {key for key, _ in self.truth.messages()}
        assert self.acknowledged.keys() <= kept

    def restore(self, kept: int) -> None:
        """The administrator stops the broker, puts the backup back and starts it again."""
        self._move(0.01)
        old = self.broker
        old.hang_up(kept)
        self.truth.freeze()
        self.broker = self._made(self.backup.content)
        self.broker.entropy, self.broker.now = old.entropy, old.now
        self.broker.routes = old.routes
        self.broker.start()
        self.acknowledged = dict(self.backup.acknowledged)
        self.check_store()

    def change_member(self, user: str, group: int) -> None:
        """The group's owner puts the user out, or takes him in again."""
        inside = group in self.truth.rows(user)
        if inside:
            self.put_out.add(user)
        kind = records.RemoveMember if inside else records.AddMember
        self._rule(kind(group, USERS[ROOT], new_key(), self.broker.now, user))

    def set_role(self, user: str, group: int, role: events.Role) -> None:
        """The group's owner gives the user a role."""
        self._rule(records.SetRole(group, USERS[ROOT], new_key(), self.broker.now, user, role))

    def set_visibility(self, group: int, *, public: bool) -> None:
        """The group's owner opens it and its past to everybody, or closes both. Where another of its name is open nothing happens."""
        history: Literal["all", "joined"] = "all" if public else "joined"
        place = (group, USERS[ROOT], new_key(), self.broker.now)
        self._rule(records.SetVisibility(*place, public, history))

    def _rule(self, command: records.Write) -> None:
        self.broker.run([fx.Store(command, None)])

    def end_session(self, device: Device) -> None:
        """Somebody revoked it."""
        live = self.broker.core.sessions.of_device(device.key)
        self.broker.run([fx.Store(records.EndSession(session), None) for session in live])

    # ------------------------------------------------------------------------------------------------------ the end

    def heal(self) -> None:
        """From here on nothing is lost. What is broken already has yet to be noticed."""
        self.broker.quicken()
        for device in self.devices:
            device.plugged = True
        for _, conn in self.conns():
            if conn.doomed:
                self.broker.part(conn, len(conn.down))
        self._run(HEALED_S)
        self.broker.heard = []
        self._run(QUIET_S)
        asked = [
            request for frame in self.broker.heard if not isinstance(request := _read(frame), requests.Ping)
        ]
        assert not asked, f"nobody is at rest: {asked}"

    def _run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self._drain()
            times = [device.session.deadline for device in self.devices]
            due = min((time for time in times if time is not None), default=end)
            self.pass_time(min(max(due - self.now, 0.001), 5.0))

    def _drain(self) -> None:
        """Carry and handle everything that there is."""
        while True:
            assert self.flow(FRAMES_MAX), "the links never come to rest"
            if not any(device.consumer.unhandled for device in self.devices):
                return
            for device in self.devices:
                device.handle(len(device.consumer.unhandled))

    def check_rest(self) -> None:
        """All agree with the store, and so do the two devices of one user; nothing is stuck."""
        self.check_store()
        for device in self.devices:
            self._check_device(device)
            self._check_outbox(device)
        one, _, other = (device.consumer for device in self.devices)
        for number in one.rows:
            assert one.messages(self.truth, number) == other.messages(self.truth, number)
            assert one.view.directory.name(number) == other.view.directory.name(number)

    def _check_device(self, device: Device) -> None:
        truth, mind = self.truth, device.consumer
        rows = truth.rows(device.user)
        assert device.ready
        assert mind.rows.keys() == rows.keys(), "not the conversations that are his"
        assert mind.seen == {number: row.head for number, row in rows.items()}, "not at the heads"
        assert mind.read.items() >= {number: row.read for number, row in rows.items()}.items()
        assert device.disk.cursors.items() >= mind.seen.items(), "handled, and not saved"
        assert mind.online == {"alice", "bob"}
        live = self.broker.core.sessions.user(USERS[device.user])
        home = truth.home(device.user)
        assert live is not None and live.home_version == home.home_version
        assert mind.view.directory.blocked == {who.user: who.name for who in home.blocked}
        for number, row in rows.items():
            self._check_conversation(mind, number, row)

    def _check_conversation(self, mind: Consumer, number: int, row: replies.Conversation) -> None:
        messages = mind.messages(self.truth, number)
        assert messages == self.truth.history(mind.user, number), "not the messages as they are"
        counts = mind.counts(messages, number)
        assert counts == (row.unread, row.mentions), f"{mind.user} counts {counts} in {row}"
        known = mind.view.directory.row(number)
        for field in ("name", "topic", "role", "public", "history", "members", "muted_until", "partner"):
            assert getattr(known, field) == getattr(row, field), f"{field} of {number}"

    def _check_outbox(self, device: Device) -> None:
        rows = self.truth.rows(device.user)
        for item in device.disk.outbox:
            group = item.to.startswith("#")
            inside = any(LABELS.get(number) == item.to for number in rows)
            assert item.state != "pending" or (group and not inside), f"stuck: {item}"
            if item.state == "failed":
                excused = device.user in self.put_out if group else self.blocked
                assert excused, f"failed for no reason: {item}"

"""The state machine of the lossy link: what people, links, the store and a power cut can do to three devices and a broker."""

from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hubbub.schemas import requests
from tests.helpers.link import Conn
from tests.helpers.link_device import Device
from tests.helpers.link_disk import new_key
from tests.helpers.link_truth import LABELS, LATE, TEAM, TWIN, edited_text
from tests.helpers.link_world import World

STEPS: Final = 50
"""Of a run: with more of them fewer runs fit into the same time, and nearly all faults need fewer than ten."""

WHO = st.integers(0, 2)
FEW = st.integers(0, 3)
FLOW = st.sampled_from((1000, 1000, 2, 0))
"""Frames that are carried after something was done: mostly all that there are, or nothing would get far."""
USER = st.sampled_from(("alice", "bob"))
GROUP = st.sampled_from((TEAM, TEAM, LATE, TWIN))
WAITS = st.sampled_from((0.05, 0.6, 2.1, 5.1, 16.0, 16.0, 50.0))


_NONE: Final = bytes(16)
"""The device makes the key."""


def _edit(group: int, seq: int, on: bool) -> requests.Request:
    text = edited_text(seq, new_key())
    return requests.EditMessage(id=0, conversation=group, key=_NONE, seq=seq, text=text)


def _delete(group: int, seq: int, on: bool) -> requests.Request:
    return requests.DeleteMessage(id=0, conversation=group, key=_NONE, seq=seq)


def _react(group: int, seq: int, on: bool) -> requests.Request:
    emoji = "👍" if on else "🎉"
    return requests.React(id=0, conversation=group, key=_NONE, seq=seq, emoji=emoji)


def _unreact(group: int, seq: int, on: bool) -> requests.Request:
    return requests.React(id=0, conversation=group, key=_NONE, seq=seq, emoji="👍", on=False)


def _pin(group: int, seq: int, on: bool) -> requests.Request:
    return requests.PinMessage(id=0, conversation=group, key=_NONE, seq=seq, on=on)


def _forward(group: int, seq: int, on: bool) -> requests.Request:
    to = TWIN if group == TEAM else TEAM
    return requests.ForwardMessage(id=0, conversation=to if on else group, key=_NONE, source=group, seq=seq)


CHANGES: Final[dict[str, Callable[[int, int, bool], requests.Request]]] = {
    "edit": _edit,
    "react": _react,
    "unreact": _unreact,
    "pin": _pin,
    "delete": _delete,
    "forward": _forward,
}


def _rename(group: int, other: str, on: bool) -> requests.Request:
    return requests.RenameGroup(id=0, conversation=group, key=_NONE, name="team" if on else f"group{group}")


def _topic(group: int, other: str, on: bool) -> requests.Request:
    return requests.SetTopic(id=0, conversation=group, key=_NONE, topic="work" if on else "")


def _leave(group: int, other: str, on: bool) -> requests.Request:
    return requests.LeaveGroup(id=0, conversation=group, key=_NONE)


def _mute(group: int, other: str, on: bool) -> requests.Request:
    return requests.Mute(id=0, conversation=group, until=2**53 - 1 if on else 0)


def _block(group: int, other: str, on: bool) -> requests.Request:
    return requests.Block(id=0, user=other, on=on)


ACTS: Final[dict[str, Callable[[int, str, bool], requests.Request]]] = {
    "rename": _rename,
    "topic": _topic,
    "leave": _leave,
    "mute": _mute,
    "block": _block,
}


WHATS = st.sampled_from(
    (
        ("edit", "react", "edit"),
        ("react", "unreact", "pin"),
        ("pin", "unreact", "edit"),
        ("react", "pin", "delete"),
        ("edit", "react", "unreact"),
        ("edit", "forward", "delete"),
        ("forward", "delete", "forward"),
    )
)
"""What is done to one message, one thing after the other."""


class LossyLink(RuleBasedStateMachine):
    """A rule is one thing that people, links, the store or a power cut can do to the world."""

    world: World

    @initialize(
        windows=st.tuples(*[st.sampled_from((4096, 3))] * 3),
        replays=st.tuples(*[st.sampled_from((False, False, True))] * 3),
        flow=FLOW,
    )
    def begin(self, windows: tuple[int, int, int], replays: tuple[bool, bool, bool], flow: int) -> None:
        self.world = World(windows, replays)
        self.world.flow(flow)

    def link(self, who: int, feed: bool) -> tuple[Device, Conn | None]:
        device = self.world.devices[who]
        return device, device.feed if feed else device.requests

    # ------------------------------------------------------------------------------------------------ what people do

    @rule(
        who=WHO,
        to=st.sampled_from(("alice", "bob", "#team", "#team", "#late", "#general")),
        more=FEW,
        flow=FLOW,
    )
    def write(self, who: int, to: str, more: int, flow: int) -> None:
        for _ in range(1 + more):
            self.world.devices[who].write(to)
        self.world.flow(flow)

    @rule(who=WHO, which=FEW, back=FEW, flow=FLOW)
    def mark_read(self, who: int, which: int, back: int, flow: int) -> None:
        device = self.world.devices[who]
        if seen := sorted(device.consumer.seen.items(), reverse=True):
            conversation, last = seen[which % len(seen)]
            device.want(requests.MarkRead(id=0, conversation=conversation, seq=max(0, last - back)))
        self.world.flow(flow)

    @rule(who=WHO, whats=WHATS, group=GROUP, back=FEW, on=st.booleans(), flow=FLOW)
    def change_message(
        self, who: int, whats: tuple[str, ...], group: int, back: int, on: bool, flow: int
    ) -> None:
        device = self.world.devices[who]
        said = list(device.consumer.view.messages(group).values())
        if not said:
            device.write(LABELS[group])
        for what in whats if said else ():
            device.want(CHANGES[what](group, said[-1 - back % len(said)].seq, on))
        self.world.flow(flow)

    @rule(who=WHO, what=st.sampled_from(sorted(ACTS)), group=GROUP, on=st.booleans(), flow=FLOW)
    def act(self, who: int, what: str, group: int, on: bool, flow: int) -> None:
        device = self.world.devices[who]
        self.world.blocked |= what == "block"
        if what == "leave":
            self.world.put_out.add(device.user)
        device.want(ACTS[what](group, "bob" if device.user == "alice" else "alice", on))
        self.world.flow(flow)

    @rule(who=WHO, group=GROUP, around=st.integers(1, 20), flow=FLOW)
    def look(self, who: int, group: int, around: int, flow: int) -> None:
        device = self.world.devices[who]
        device.want(requests.History(id=0, conversation=group, around=around, limit=10))
        device.want(requests.Home(id=0))
        self.world.flow(flow)

    @rule(who=WHO, what=st.sampled_from(("alice", "bob")), flow=FLOW)
    def begin_conversation(self, who: int, what: str, flow: int) -> None:
        self.world.devices[who].open(what)
        self.world.flow(flow)

    @rule(
        user=USER,
        group=GROUP,
        what=st.sampled_from(("change", "change", "twice", "admin", "member", "open", "close")),
        flow=FLOW,
    )
    def rule_group(self, user: str, group: int, what: str, flow: int) -> None:
        if what in ("change", "twice"):
            for _ in range(1 + (what == "twice")):
                self.world.change_member(user, group)
        elif what in ("open", "close"):
            self.world.set_visibility(group, public=what == "open")
        else:
            self.world.set_role(user, group, "admin" if what == "admin" else "member")
        self.world.flow(flow)

    @rule(who=WHO, most=st.integers(1, 5))
    def handle(self, who: int, most: int) -> None:
        self.world.devices[who].handle(most)

    # --------------------------------------------------------------------------------------------- what the links do

    @rule(who=WHO, feed=st.booleans(), most=st.integers(1, 6))
    def carry(self, who: int, feed: bool, most: int) -> None:
        self.world.devices[who].greet()
        for _ in range(most):
            device, conn = self.link(who, feed)
            if conn is not None:
                self.world.carry_up(conn)
                self.world.carry_down(device, conn)

    @rule(who=WHO, feed=st.booleans(), index=FEW, again=st.booleans())
    def carry_out_of_order(self, who: int, feed: bool, index: int, again: bool) -> None:
        device, conn = self.link(who, feed)
        if conn is not None and conn.down:
            self.world.carry_down(device, conn, index % len(conn.down), again=again)

    @rule(who=WHO, start=FEW, most=st.sampled_from((1, 2, 100)), flow=FLOW)
    def lose_events(self, who: int, start: int, most: int, flow: int) -> None:
        feed = self.world.devices[who].feed
        if feed is not None:
            feed.lose(start, most)
        self.world.flow(flow)

    @rule(
        who=WHO,
        feed=st.booleans(),
        how=st.sampled_from(("cut", "cut", "silent")),
        up=FEW,
        down=FEW,
        flow=FLOW,
    )
    def break_link(self, who: int, feed: bool, how: str, up: int, down: int, flow: int) -> None:
        _, conn = self.link(who, feed)
        if conn is not None:
            for _ in range(up):
                self.world.carry_up(conn)
            if how == "silent":
                conn.silent = True
            else:
                self.world.broker.part(conn, down)
        self.world.flow(flow)

    @rule(who=WHO, what=st.sampled_from(("plug", "late", "lost request", "lost answer")), index=FEW)
    def trouble(self, who: int, what: str, index: int) -> None:
        device = self.world.devices[who]
        if what == "plug":
            device.plugged = not device.plugged
        elif what == "late":
            device.arrived_late()
        elif device.requests is not None:
            device.requests.lose_one(index, up=what == "lost request")

    @rule(seconds=WAITS, flow=FLOW)
    def wait(self, seconds: float, flow: int) -> None:
        self.world.pass_time(seconds)
        self.world.flow(flow)

    # --------------------------------------------------------------------------------------------------- what breaks

    @rule(step=st.sampled_from(("slow", "commit", "read", "tell committed", "tell read", "quick")), flow=FLOW)
    def store(self, step: str, flow: int) -> None:
        broker = self.world.broker
        if step == "slow":
            broker.slow = True
        elif broker.slow:
            jobs = {
                "commit": broker.commit,
                "read": broker.read,
                "tell committed": broker.tell_committed,
                "tell read": broker.tell_read,
                "quick": broker.quicken,
            }
            jobs[step]()
        self.world.flow(flow)

    @rule(
        who=WHO,
        what=st.sampled_from(("broker", "client", "session", "back up", "back up", "restore")),
        kept=FEW,
        flow=FLOW,
    )
    def disaster(self, who: int, what: str, kept: int, flow: int) -> None:
        match what:
            case "broker":
                self.world.crash(kept)
            case "client":
                self.world.devices[who].crash()
            case "session":
                self.world.end_session(self.world.devices[who])
            case "back up":
                self.world.save()
            case _:
                self.world.restore(kept)
        self.world.flow(flow)

    def teardown(self) -> None:
        if hasattr(self, "world") and all(device.sound for device in self.world.devices):
            self._last_words()
            self.world.heal()
            self.world.check_rest()

    def _last_words(self) -> None:
        """A little of everything in each run; and then messages of which no event arrives, and which nothing follows."""
        world = self.world
        alice, bob, _ = world.devices
        for _ in range(2 if LATE in world.truth.rows("bob") else 3):
            world.change_member("bob", LATE)
        world.set_visibility(TEAM, public=not world.truth.rows("root")[TEAM].public)
        for device in (alice, bob):
            device.write(LABELS[TEAM])
            world.flow(50)
            said = device.consumer.view.messages(TEAM)
            for seq in list(said)[-1:]:
                for change in (_react, _unreact, _edit):
                    device.want(change(TEAM, seq, True))
            for seq in [seq for seq, message in said.items() if message.attachments][-1:]:
                device.want(_forward(TEAM, seq, True))
                device.want(_delete(TEAM, seq, True))
            device.want(_mute(TEAM, "", True))
            device.want(_rename(TEAM, "", False))
            world.flow(50)
        alice.write(LABELS[TEAM])
        for _ in range(50):
            for device, conn in world.conns():
                world.carry_up(conn)
                if conn is device.feed:
                    conn.lose(0, 1000)
                else:
                    world.carry_down(device, conn)

"""Three client sessions and the broker's core over links that lose, repeat, reorder and break; crashes of either side;
restored backups. Everything is real but sockets, threads and time.

HUBBUB_LINK_EXAMPLES says how many runs the long variant makes, HUBBUB_LINK_RANDOM=1 lets it roll new ones. A failure
shows the steps that led to it; HUBBUB_LINK_SHRINK=1 looks for fewer, which takes minutes.
"""

import os
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from hubbub.broker import effects as fx
from hubbub.broker.changes import Changes
from hubbub.client import folding
from hubbub.client.cursors import Logs
from hubbub.client.directory import Directory
from hubbub.client.following import Following, Verdict
from hubbub.schemas import codec, events, requests
from tests.helpers.link import LinkedBroker, Requests
from tests.helpers.link_machine import STEPS, LossyLink
from tests.helpers.link_truth import TWIN
from tests.helpers.link_world import World

LONG: Final = int(os.environ.get("HUBBUB_LINK_EXAMPLES", "2000"))
RANDOM: Final = os.environ.get("HUBBUB_LINK_RANDOM", "") == "1"
SHRINK: Final = os.environ.get("HUBBUB_LINK_SHRINK", "") == "1"


def profile(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not RANDOM,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
    )


@pytest.mark.timeout(600)
def test_nothing_is_lost_over_a_lossy_link() -> None:
    run_state_machine_as_test(LossyLink, settings=profile(40))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_lost_over_a_lossy_link_in_many_runs() -> None:
    run_state_machine_as_test(LossyLink, settings=profile(LONG))


def _asks_to_send(conn: Requests) -> bool:
    return any(isinstance(codec.decode_request(frame), requests.SendMessage) for frame in conn.up)


def test_a_message_to_a_store_that_was_replaced_reaches_whom_it_was_meant_for() -> None:
    world = World((4096,) * 3, (False,) * 3)
    alice, bob, _ = world.devices
    world.flow(1000)
    alice.open("bob")
    world.flow(1000)
    alice.write("bob")
    assert alice.requests is not None
    while alice.disk.outbox[0].state == "pending" and not _asks_to_send(alice.requests):
        world.carry_up(alice.requests)
        world.carry_down(alice, alice.requests)
    world.restore(kept=0)
    bob.open("bob")  # takes the number that the conversation of the two had
    for _ in range(30):
        world.pass_time(0.2)
        bob.greet()
        for device, conn in world.conns():
            if device is bob:
                world.carry_up(conn)
                world.carry_down(bob, conn)
    assert world.truth.name(TWIN + 1) == "@bob"
    world.heal()
    world.check_rest()
    assert [item.state for item in alice.disk.outbox] == ["sent"]


# ------------------------------------------------------------------------------------- the machine can see what is wrong


def deliver_what_is_ahead(patch: pytest.MonkeyPatch) -> None:
    """A live entry behind a gap is handed out instead of being fetched with what is before it."""
    take = Logs.take

    def hasty(self: Logs, entry: events.AnyEntry) -> bool:
        log = self._logs.get(entry.conversation)
        if log is not None and entry.seq > log.last + 1:
            log.last = entry.seq - 1
        return take(self, entry)

    patch.setattr(Logs, "take", hasty)


def keep_cursors_of_another_store(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Logs, "clear", lambda self: None)


def ping_without_news(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Changes, "since", lambda self, position, mine, most: [])


def leave_the_feed_of_who_was_put_out(patch: pytest.MonkeyPatch) -> None:
    run = LinkedBroker.run
    patch.setattr(
        LinkedBroker,
        "run",
        lambda self, effects: run(self, [effect for effect in effects if not isinstance(effect, fx.Cut)]),
    )


def take_any_text(patch: pytest.MonkeyPatch) -> None:
    """An edit is applied though a later one is known already."""

    def edited(message: events.Message, entry: events.Edited) -> events.Message:
        return replace(message, text=entry.text, mentions=entry.mentions, edited_at=entry.at)

    patch.setattr(folding, "_edited", edited)


def overlook_where_sight_begins(patch: pytest.MonkeyPatch) -> None:
    """What SYNC and HOME say of it is passed over."""
    patch.setattr(Logs, "begin", lambda self, conversation, visible: False)


def keep_mutes_to_oneself(patch: pytest.MonkeyPatch) -> None:
    """A mute of another device moves the version, and is not told."""
    tell = Following._version

    def silent(self: Following, event: Any) -> Verdict:
        if isinstance(event, events.Muted):
            self._homing.event(event)
            return Verdict.FINE
        return tell(self, event)

    patch.setattr(Following, "_version", silent)


def take_no_new_name(patch: pytest.MonkeyPatch) -> None:
    apply = Directory.apply
    patch.setattr(
        Directory,
        "apply",
        lambda self, entry, me: not isinstance(entry, events.Renamed) and apply(self, entry, me),
    )


def believe_who_finds_a_group_for_ever(patch: pytest.MonkeyPatch) -> None:
    apply = Directory.apply
    patch.setattr(
        Directory,
        "apply",
        lambda self, entry, me: not isinstance(entry, events.VisibilitySet) and apply(self, entry, me),
    )


def keep_reactions_that_were_taken_back(patch: pytest.MonkeyPatch) -> None:
    reacted = folding._reacted
    patch.setattr(folding, "_reacted", lambda rows, entry, me: reacted(rows, entry, me) if entry.on else rows)


def keep_the_files_of_what_was_deleted(patch: pytest.MonkeyPatch) -> None:
    deleted = folding._deleted
    patch.setattr(
        folding,
        "_deleted",
        lambda message, entry: replace(deleted(message, entry), attachments=message.attachments),
    )


@pytest.mark.parametrize(
    "bug",
    [
        deliver_what_is_ahead,
        keep_cursors_of_another_store,
        ping_without_news,
        leave_the_feed_of_who_was_put_out,
        take_any_text,
        overlook_where_sight_begins,
        keep_mutes_to_oneself,
        take_no_new_name,
        believe_who_finds_a_group_for_ever,
        keep_reactions_that_were_taken_back,
        keep_the_files_of_what_was_deleted,
    ],
)
def test_the_machine_finds_a_planted_bug(
    bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(LossyLink, settings=profile(200))

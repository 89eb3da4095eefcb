"""The timeline against a real broker: what others do is seen, what is written comes to rest, pages join without a gap."""

from functools import partial

import pytest

from hubbub.client.gui.desk_paging import PAGE
from hubbub.client.gui.model import history
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.model.run import Run
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.sync import Client
from tests.helpers.reader import Reader

MOST = 4 * PAGE
"""So many messages are held here: enough to see the ends of a run let go."""


def bubbles(timeline: Timeline) -> list[Bubble]:
    return [row for row in timeline.rows() if isinstance(row, Bubble)]


def texts(timeline: Timeline) -> list[str]:
    return [bubble.message.text for bubble in bubbles(timeline)]


def test_what_another_says_changes_and_takes_back_is_seen(alice: Reader, bob: Client, team: str) -> None:
    said = bob.send(team, "hello")
    timeline = alice.opens(team)
    assert texts(timeline)[-1] == "hello"
    bob.edit(said, "hello there")
    alice.until(lambda: texts(timeline)[-1] == "hello there")
    bob.react(said, "👍")
    alice.until(lambda: bubbles(timeline)[-1].message.reactions)
    bob.delete(said)
    alice.until(lambda: bubbles(timeline)[-1].message.deleted_at)


def test_what_is_written_keeps_its_row_until_it_was_read(alice: Reader, bob: Client, team: str) -> None:
    timeline = alice.opens(team)
    seen: list[tuple[str, str]] = []

    def look() -> None:
        mine = [one for one in bubbles(timeline) if one.message.text == "from alice"]
        assert len(mine) <= 1
        assert mine or not seen
        seen.extend((one.key, one.state) for one in mine if (one.key, one.state) not in seen[-1:])

    timeline.changed.connect(look)
    alice.chat.outgoing.send(team, "from alice", failed=alice.chat.complain)
    alice.until(lambda: seen and seen[-1][1] == "sent")
    bob.mark_read(team, timeline.messages[-1].seq)
    alice.until(lambda: seen[-1][1] == "read")
    assert len({key for key, _ in seen}) == 1


def test_pages_join_without_a_gap_in_both_directions(
    alice: Reader, bob: Client, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "Run", partial(Run, most=MOST))
    count = MOST + 3 * PAGE
    for number in range(count):
        bob.send(team, f"n{number}")
    alice.until(lambda: (row := alice.chat.conversations.get(team)) and row.unread == count)
    timeline = alice.opens(team)
    pages = timeline.history
    wanted = [f"n{number}" for number in range(count)]

    def held() -> list[str]:
        return [one.text for one in timeline.messages if one.text.startswith("n")]

    assert "unread" in [row.key for row in timeline.rows()]
    assert not timeline.at_end
    while not timeline.at_end:
        before = timeline.messages[-1].seq
        pages.load_later()
        alice.until(lambda before=before: timeline.messages[-1].seq > before or timeline.at_end)  # type: ignore[misc]  # bound
    assert held() == wanted[-MOST:]
    while not pages.run.at_start:
        first = timeline.messages[0].seq
        pages.load_earlier()
        alice.until(lambda first=first: timeline.messages[0].seq < first or pages.run.at_start)  # type: ignore[misc]  # bound
    assert held() == wanted[: len(held())]
    assert len(timeline.messages) <= MOST
    assert not timeline.at_end
    bob.send(team, "the last")
    timeline.to_newest()
    alice.until(lambda: texts(timeline)[-1] == "the last")


def test_a_jump_leads_to_a_message_that_is_not_held_and_marks_it(
    alice: Reader, bob: Client, team: str
) -> None:
    timeline = alice.opens(team)
    target = bob.send(team, "the target")
    for number in range(2 * PAGE):
        bob.send(team, f"m{number}")
    alice.until(lambda: texts(timeline)[-1] == f"m{2 * PAGE - 1}")
    alice.chat.leave_open()
    timeline = alice.opens(team)
    timeline.history.load_newest()
    alice.until(lambda: timeline.at_end and timeline.history.run.get(target.seq) is None)
    sought: list[str] = []
    timeline.sought.connect(sought.append)
    timeline.jump(target.seq)
    alice.until(lambda: sought)
    marked = [bubble for bubble in bubbles(timeline) if bubble.marked]
    assert [(bubble.message.text, bubble.key) for bubble in marked] == [("the target", sought[0])]
    timeline.unmark()
    assert not any(bubble.marked for bubble in bubbles(timeline))

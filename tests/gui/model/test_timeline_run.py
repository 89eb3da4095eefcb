"""A stretch of a log: what pages and events make of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hubbub.client import Message, Reaction, events
from hubbub.client.gui.model.run import MOST, SLACK, Run

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def said(seq: int, sender: str = "bob", **more: Any) -> Message:
    fields: dict[str, Any] = {"text": f"text {seq}", "key": seq.to_bytes(16), **more}
    return Message(
        conversation="#team", seq=seq, sender=sender, sent_at=NOW + timedelta(seconds=seq), **fields
    )


def some(first: int, last: int) -> list[Message]:
    return [said(seq) for seq in range(first, last + 1)]


def held(run: Run) -> list[int]:
    return [one.seq for one in run.messages]


def a_run(first: int, last: int, *, start: bool = False, end: bool = True) -> Run:
    run = Run("alice")
    run.replace(some(first, last), first=start, last=end)
    return run


def entry(**more: Any) -> dict[str, Any]:
    return {"conversation": "#team", "seq": 99, "by": "carol", "at": NOW, **more}


def test_earlier_pages_push_the_newest_out() -> None:
    run = a_run(1000, 1000 + MOST - 1)
    run.prepend(some(950, 999), first=False)
    assert held(run) == list(range(950, 950 + MOST))
    assert not run.at_end
    run.append(some(950 + MOST, 1000 + MOST), last=True)
    assert held(run)[-1] == 1000 + MOST
    assert (len(run.messages), run.at_start, run.at_end) == (MOST, False, True)


def test_a_page_that_overlaps_doubles_nothing() -> None:
    run = a_run(10, 20)
    run.prepend(some(5, 12), first=True)
    run.append(some(18, 25), last=True)
    assert held(run) == list(range(5, 26))


def test_live_messages_join_at_the_end_each_once_in_any_order() -> None:
    run = a_run(1, 3)
    for seq in (5, 4, 5, 2):
        assert run.put(said(seq), following=True)
    assert held(run) == [1, 2, 3, 4, 5]


def test_a_live_message_stays_away_where_the_end_is_not_held() -> None:
    run = a_run(1, 3, end=False)
    assert not run.put(said(9), following=True)
    assert held(run) == [1, 2, 3]
    assert run.unseen(2) == 2


def test_whoever_looks_back_keeps_what_he_sees_and_whoever_follows_keeps_the_end() -> None:
    back, following = a_run(1, MOST), a_run(1, MOST)
    for seq in range(MOST + 1, MOST + 2 * SLACK):
        back.put(said(seq), following=False)
        following.put(said(seq), following=True)
    assert held(back)[0] == 1
    assert not back.at_end
    assert held(following)[-1] == MOST + 2 * SLACK - 1
    assert following.at_end
    assert len(following.messages) <= MOST + SLACK
    assert not following.at_start


def test_unseen_are_those_of_others_here_and_behind() -> None:
    run = a_run(1, 10, end=False)
    run.know_behind(7)
    assert run.unseen(4) == 6 + 7
    run.append([said(11), said(12, "alice"), said(13, deleted_at=NOW)], last=False)
    assert run.unseen(10) == 1 + 6
    run.put(said(40), following=True)
    assert run.unseen(10) == 1 + 6 + 1
    run.append(some(14, 20), last=True)
    assert run.unseen(13) == 7


def test_an_edit_changes_the_text_and_one_that_is_outdated_does_not() -> None:
    run = a_run(1, 3)
    edited = events.MessageEdited(**entry(target=2, text="new", mentions=("alice",)))
    assert run.apply(edited) == 0
    run.apply(events.MessageEdited(**entry(target=2, text="")))
    changed = run.get(2)
    assert changed is not None
    assert (changed.text, changed.mentions, changed.edited_at) == ("new", ("alice",), NOW)


def test_deleting_leaves_who_did_it() -> None:
    run = Run("alice")
    run.replace(
        [said(1, pinned=True, reactions=(Reaction(emoji="👍", count=1, users=("bob",), mine=False),))],
        first=True,
        last=True,
    )
    run.apply(events.MessageDeleted(**entry(target=1)))
    gone = run.messages[0]
    assert (gone.text, gone.reactions, gone.pinned, gone.deleted_by) == ("", (), False, "carol")


def test_reactions_are_counted_however_often_an_event_comes() -> None:
    run = a_run(1, 1)
    for by, on in (("carol", True), ("carol", True), ("alice", True), ("carol", False), ("carol", False)):
        assert run.apply(events.ReactionChanged(**entry(target=1, emoji="👍", on=on, by=by))) == 0
    assert run.messages[0].reactions == (Reaction(emoji="👍", count=1, users=("alice",), mine=True),)
    run.apply(events.ReactionChanged(**entry(target=1, emoji="👍", on=False, by="alice")))
    assert run.messages[0].reactions == ()


def test_a_reaction_among_more_than_are_named_has_to_be_asked_for() -> None:
    run = Run("alice")
    run.replace(
        [said(1, reactions=(Reaction(emoji="👍", count=30, users=("bob",), mine=False),))],
        first=True,
        last=True,
    )
    assert run.apply(events.ReactionChanged(**entry(target=1, emoji="👍", on=True))) == 1
    assert run.apply(events.ReactionChanged(**entry(target=7, emoji="👍", on=True))) == 0


def test_what_is_answered_and_neither_here_nor_known_is_missing() -> None:
    run = Run("alice")
    run.replace([said(5, reply_to=1), said(6, reply_to=5), said(7, reply_to=2)], first=False, last=True)
    assert run.missing_origins({2: None}) == [1]


LOG = st.lists(st.integers(1, 400), unique=True, min_size=1).map(sorted)


@given(
    log=LOG,
    acts=st.lists(st.tuples(st.sampled_from(["earlier", "later", "live"]), st.integers(0, 400)), max_size=30),
)
def test_a_run_is_always_a_stretch_of_the_log(log: list[int], acts: list[tuple[str, int]]) -> None:
    """Whatever is read and comes in whatever order: no message is missing between the first and the last one."""
    known, waiting = log[: len(log) // 2 + 1], log[len(log) // 2 + 1 :]
    run = Run("alice", most=20)
    run.replace([said(seq) for seq in known[-5:]], first=len(known) <= 5, last=True)
    for act, size in acts:
        first, last = run.messages[0].seq, run.messages[-1].seq
        before, behind = [seq for seq in known if seq < first], [seq for seq in known if seq > last]
        if act == "earlier" and not run.at_start:
            page = before[-(size or 1) :]
            run.prepend([said(seq) for seq in page], first=len(page) == len(before))
        elif act == "later" and not run.at_end:
            page = behind[: size or 1]
            run.append([said(seq) for seq in page], last=len(page) == len(behind))
        elif act == "live" and waiting:
            known.append(waiting.pop(0))
            run.put(said(known[-1]), following=bool(size % 2))
        here = held(run)
        assert here == [seq for seq in known if here[0] <= seq <= here[-1]]
        assert run.at_end == (here[-1] == known[-1])

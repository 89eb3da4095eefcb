"""What a bot keeps: its file, its mapping, its keys and lanes."""

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextvars import copy_context
from pathlib import Path

import pytest

from hubbub.client import database
from hubbub.client.bots.handling import Lanes, Place, answer_key, outage_pause, pause_before, reference
from hubbub.client.bots.state import FILE, Batch, BotState
from hubbub.client.bots.store import Store
from hubbub.client.errors import ProfileError

KEY, OTHER_KEY, ONE, TWO = b"k" * 32, b"o" * 32, b"epoch one", b"epoch two"


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[BotState]:
    made = BotState(tmp_path)
    made.load(KEY, "Bot")
    yield made
    made.close()


def again(
    folder: Path, server: bytes = KEY, user: str = "bot"
) -> tuple[bytes, dict[int, int], dict[str, bytes]]:
    """What another program would find."""
    made = BotState(folder)
    try:
        epoch, cursors = made.load(server, user)
        return epoch, dict(cursors), made.file.values()
    finally:
        made.close()


async def test_a_new_bot_was_never_there(tmp_path: Path, state: BotState) -> None:
    assert again(tmp_path) == (b"", {}, {})
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


async def test_cursors_and_values_are_committed_together(tmp_path: Path, state: BotState) -> None:
    state.save(ONE, [(7, 3), (8, 1)])
    state.reached(7, 5)
    state.put({"a": b"1", "b": b"2"})
    assert again(tmp_path) == (b"", {}, {})
    await state.commit()
    assert again(tmp_path) == (ONE, {0: 0, 7: 5, 8: 1}, {"a": b"1", "b": b"2"})
    state.put({"a": None})
    state.reached(7, 4)
    await state.commit()
    assert again(tmp_path) == (ONE, {0: 0, 7: 5, 8: 1}, {"b": b"2"})
    assert state.stands(7) == 5


async def test_a_bot_without_conversations_was_there_all_the_same(tmp_path: Path, state: BotState) -> None:
    state.save(ONE, [])
    await state.commit()
    assert again(tmp_path) == (ONE, {0: 0}, {})


async def test_another_store_voids_cursors_and_no_values(tmp_path: Path, state: BotState) -> None:
    state.save(ONE, [(7, 30)])
    state.put({"a": b"1"})
    await state.commit()
    state.reached(7, 31)
    state.save(TWO, [(9, 2)])
    await state.commit()
    assert again(tmp_path) == (TWO, {0: 0, 9: 2}, {"a": b"1"})
    assert state.stands(7) == 0


async def test_servers_and_users_are_apart(tmp_path: Path, state: BotState) -> None:
    state.save(ONE, [(7, 3)])
    state.put({"a": b"1"})
    await state.commit()
    assert again(tmp_path, OTHER_KEY) == again(tmp_path, KEY, "other") == (b"", {}, {})


async def test_what_cannot_be_written_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.0)
    state = BotState(tmp_path)
    state.load(KEY, "Bot")
    state.save(ONE, [(7, 3)])
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError):
        await state.commit()
    state.reached(7, 4)
    other.close()
    await state.commit()
    state.close()
    assert again(tmp_path) == (ONE, {0: 0, 7: 4}, {})


async def test_many_commits_at_once_are_few_transactions(
    state: BotState, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Batch] = []
    write = state.file.write

    def counted(batch: Batch) -> None:
        written.append(batch)
        write(batch)

    monkeypatch.setattr(state.file, "write", counted)
    state.save(ONE, [])

    async def handle(number: int) -> None:
        state.reached(number, 1)
        await state.commit()

    await asyncio.gather(*(handle(number) for number in range(1, 33)))
    assert len(written) <= 2
    assert not state.waiting


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    BotState(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(ProfileError, match="newer"):
        BotState(tmp_path)
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(ProfileError, match=FILE):
        BotState(tmp_path)


# ------------------------------------------------------------------------------------------------------------- store


def filled(**values: object) -> tuple[Store, list[bool]]:
    told: list[bool] = []
    store = Store(lambda: told.append(True))
    store.fill({})
    store.update(values)
    store.owed()
    told.clear()
    return store, told


def test_the_store_is_a_mapping_of_copies() -> None:
    store, told = filled(items=[1], nothing=None)
    store["items"].append(2)
    assert store["items"] == [1]
    assert dict(store) == {"items": [1], "nothing": None} and len(store) == 2 and "other" not in store
    del store["nothing"]
    assert store.get("nothing", 5) == 5
    assert told == [True] and store.owed() == {"nothing": None} and store.owed() == {}
    with pytest.raises(KeyError):
        del store["nothing"]
    with pytest.raises(TypeError):
        store[5] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        store["object"] = object()


def test_the_store_is_not_there_before_the_bot_is() -> None:
    with pytest.raises(RuntimeError, match="started"):
        Store(lambda: None).get("a")


def test_a_try_is_taken_back() -> None:
    store, told = filled(a=1, b=2)
    changes = store.begin()
    store["a"] = 5
    store["a"] = 6
    del store["b"]
    store["c"] = 7
    assert dict(store) == {"a": 6, "c": 7}
    store.take_back(changes)
    assert dict(store) == {"a": 1, "b": 2} and told == []


def test_a_try_that_is_through_says_what_is_to_be_committed() -> None:
    store, told = filled(a=1, b=2)
    changes = store.begin()
    store["a"] = 5
    del store["b"]
    assert set(store.keep(changes)) == {"a", "b"} and store.keep(changes)["b"] is None
    assert store.owed() == {} and told == []
    store["a"] = 6  # the handler is over; what it left running goes on
    assert told == [True] and list(store.owed()) == ["a"]


def test_what_another_handler_wrote_meanwhile_is_not_taken_back() -> None:
    store, _ = filled(a=1, b=1)
    mine = store.begin()
    store["a"] = 2
    store["b"] = 2
    copy_context().run(lambda: (store.begin(), store.__setitem__("a", 3)))
    store.take_back(mine)
    assert dict(store) == {"a": 3, "b": 1}


# -------------------------------------------------------------------------------------------------------------- rules


def test_keys_are_the_same_for_the_same_and_else_never() -> None:
    place = Place(7, 3, 1_700_000_000_123_456)
    keys = [
        answer_key(*told)
        for told in (
            ("bot", place, "echo", "", 1),
            ("bot", place, "echo", "", 2),
            ("bot", place, "echo", "#team", 1),
            ("bot", place, "ech", "", 1),
            ("bo", place, "echo", "", 1),
            ("bot", Place(7, 4, place.at), "echo", "", 1),
            ("bot", Place(8, 3, place.at), "echo", "", 1),
            ("bot", Place(7, 3, place.at + 1), "echo", "", 1),
        )
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == answer_key("bot", place, "echo", "", 1)
    made = uuid.UUID(bytes=keys[0])
    assert made.version == 7 and made.variant == uuid.RFC_4122
    assert made.int >> 80 == place.at // 1000
    assert len(reference(keys[0])) == 4


def test_pauses() -> None:
    assert [pause_before(failures) for failures in (1, 2, 3)] == [1.0, 5.0, None]
    assert [outage_pause(outages) for outages in (1, 2, 3, 99)] == [1.0, 5.0, 30.0, 30.0]


def test_lanes_keep_their_order_and_take_turns() -> None:
    lanes: Lanes[str] = Lanes(2)
    for lane, job in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1")):
        lanes.put(lane, job)
    assert lanes.take() == ("a", "a1") and lanes.take() == ("b", "b1") and lanes.take() is None
    lanes.done("a")
    assert not lanes.idle("a") and lanes.take() == ("c", "c1")
    lanes.done("c")
    assert lanes.idle("c") and lanes.take() == ("a", "a2") and len(lanes) == 0
    lanes.put("a", "a3")
    lanes.put("b", "b2")
    assert lanes.take() is None  # both are busy
    assert lanes.drop(lambda job: job == "a3") == 1
    lanes.done("a")
    lanes.done("b")
    assert lanes.take() == ("b", "b2") and lanes.take() is None

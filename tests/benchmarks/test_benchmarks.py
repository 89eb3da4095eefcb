"""Each benchmark runs at its smallest and says what it promises, so that none of them rots. No figure is judged here."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from benchmarks import bot, durable, files, large, load, memory, million, queries, replay, room, window

pytestmark = pytest.mark.timeout(120)


def run(command: click.Command, *arguments: str) -> dict[str, Any]:
    """What the benchmark says to machines."""
    result = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    figures: dict[str, Any] = json.loads(result.stdout)
    return figures


@pytest.mark.slow
def test_durable_measures_product_and_yardsticks_on_both_stores(tmp_path: Path) -> None:
    figures = run(
        durable.main,
        *("--messages", "200", "--rounds", "1", "--clients", "4"),
        *("--filled", "300", "--conversations", "8", "--data", str(tmp_path)),
    )
    for store in ("empty", "filled"):
        rounds = figures[store]["rounds"]
        assert {side: [each["acked"] for each in done] for side, done in rounds.items()} == {
            side: [200] for side in durable.SIDES
        }
        assert all(each["delivered_per_s"] > 0 for done in rounds.values() for each in done)
    assert set(figures["filled_to_empty_cpu"]) == set(durable.SIDES)


def test_durable_runs_for_a_time_and_measures_the_generator_alone(tmp_path: Path) -> None:
    figures = run(
        durable.main,
        *("--seconds", "0.3", "--rounds", "1", "--clients", "4", "--filled", "0"),
        *("--only", "echo", "--data", str(tmp_path)),
    )
    assert figures["empty"]["medians"]["echo"]["acked"] > 0


def test_a_refused_message_ends_the_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation that the sender is not in: the benchmark must say so, and print no figures."""
    seats = durable.stores.in_pairs

    def foreign(folder: Path, clients: int) -> durable.stores.Start:
        start = seats(folder, clients)
        first, *rest = start.bare_seats
        return start._replace(bare_seats=(first._replace(conversations=(999,)), *rest))

    monkeypatch.setattr(durable.stores, "in_pairs", foreign)
    arguments = [
        "--messages",
        "50",
        "--rounds",
        "1",
        "--clients",
        "4",
        "--filled",
        "0",
        "--only",
        "bare, rows",
    ]
    result = CliRunner().invoke(durable.main, [*arguments, "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "not_found" in result.output


@pytest.mark.slow
def test_memory_measures_both(tmp_path: Path) -> None:
    figures = run(memory.main, "--clients", "8", "--conversations", "4", "--data", str(tmp_path))
    for side in ("bare", "bare_with_zap", "product"):
        assert figures[side]["kib_a_client"]["uss"] > 0


TINY = ("--messages", "2000", "--conversations", "40")


def test_a_kept_store_is_grown_measured_and_asked(tmp_path: Path) -> None:
    where = ("--store", str(tmp_path / "kept"), "--data", str(tmp_path))
    figures = run(million.main, *TINY, "--first", "700", *where)
    assert [cost["messages"] for cost in figures["costs"]] == [700, 2000]
    assert all(cost["cpu_us"] > 0 and cost["index_us"] > 0 for cost in figures["costs"])
    assert figures["last_to_first"].keys() == {"wall", "cpu", "both"}
    figures = run(queries.main, "--times", "20", *where)
    assert (figures["messages"], figures["conversations"]) == (2000, 40)
    rows = {row["name"]: row for row in figures["rows"]}
    assert len(rows) == 14
    for name, row in rows.items():
        assert row["p50_ms"] > 0, name
        assert row["answers"] > 0 or "nothing new" in name, name
    assert {row["answers"] for name, row in rows.items() if name.startswith("HOME")} == {8, 20}


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("chapter one")
    result = CliRunner().invoke(million.main, [*TINY, "--store", str(tmp_path)])
    assert result.exit_code == 2
    assert (tmp_path / "thesis.txt").read_text() == "chapter one"


def test_texts_come_from_the_corpus_over_and_over(tmp_path: Path) -> None:
    texts = large.read_texts(corpus(tmp_path))
    first = [next(texts) for _ in range(252)]
    assert (first[0], first[-1], next(texts)) == ("line 0 😀", "last", "line 0 😀")


def test_the_plan_has_the_busy_users_and_no_pair_twice() -> None:
    accounts, places = large.plan(5000)
    assert len(places) == 5000
    assert [sum(account in place.members for place in places) for account in (0, 1)] == [1000, 200]
    assert all(len(set(place.members)) == len(place.members) for place in places)
    assert {account for place in places for account in place.members} == set(range(accounts))
    pairs = [place.members for place in places if place.title.startswith("@")]
    assert len(pairs) == len(set(pairs))


@pytest.mark.slow
def test_room_counts_every_delivery_on_both_sides(tmp_path: Path) -> None:
    arguments = ("--members", "12", "--messages", "40", "--rounds", "2", "--data", str(tmp_path))
    figures = run(room.main, *arguments)
    for side in ("bare", "product"):
        assert all(one["deliveries_per_s"] > 0 for one in figures["rounds"][side])
    assert figures["product_to_bare"]["deliveries"] > 0


@pytest.mark.slow
def test_files_measures_chat_and_transfers_side_by_side(tmp_path: Path) -> None:
    amounts = ("--uploads", "2", "--mib", "1", "--seconds", "0.3", "--rounds", "2")
    figures = run(files.main, *amounts, "--data", str(tmp_path))
    sides = ("nothing else", "2 uploads", "2 uploads to bare", "2 downloads")
    assert tuple(figures["chat"]) == sides
    for name, chat in figures["chat"].items():
        assert chat["messages"] == 120
        for what in ("acknowledged_ms", "delivered_ms"):
            assert 0 < chat[what]["p50"] <= chat[what]["p99"] <= chat[what]["max"]
        assert (chat["mb_per_s"] > 0) == (name != "nothing else")
    assert tuple(figures["ratios"]) == sides[1:]
    assert len(figures["mb_per_s"]) == 6
    assert all(speed > 0 for speed in figures["mb_per_s"].values())


@pytest.mark.slow
def test_bot_measures_bots_and_the_bare_client(tmp_path: Path) -> None:
    amounts = ("--messages", "24", "--conversations", "3", "--rounds", "1")
    figures = run(bot.main, *amounts, "--data", str(tmp_path))
    for name in ("round trip", "one conversation", "many conversations"):
        assert tuple(figures[name]["medians"]) == bot.SIDES
        assert all(own["p50_ms"] <= own["p99_ms"] for own in figures[name]["medians"].values())
        assert figures[name]["messages_to_client"]["client"] == 1.0


@pytest.mark.slow
@pytest.mark.window
def test_window_measures_itself_and_a_bare_one(tmp_path: Path) -> None:
    amounts = ("--messages", "120", "--seconds", "0.5", "--rate", "20", "--upload-mib", "1", "--starts", "1")
    figures = run(window.main, *amounts, "--data", str(tmp_path))
    for kind in ("window", "bare"):
        assert figures[kind]["start"] > figures[kind]["start, processor"] > 0 < figures[kind]["memory"]
        assert 0 < figures[kind]["frame"]["p50"] <= figures[kind]["frame"]["max"]
        assert figures[kind]["freeze, idle"]["max"] > 0
    assert figures["window"]["arrived"] > 0
    for what in ("messages arriving", "upload", "server hangs"):
        assert figures["window"][f"freeze, {what}"]["max"] > 0


def corpus(folder: Path) -> Path:
    texts = [*(f"line {number} 😀" for number in range(250)), "", "x" * 16_385, "y" * 16_384, "last"]
    lines = [
        json.dumps({"sent_at": "2004-11-22T12:00Z", "sender": f"nick{n % 7}", "text": text})
        for n, text in enumerate(texts)
    ]
    path = folder / "corpus.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


SMALL = ("--accounts", "3", "--listeners", "2")


@pytest.mark.slow
def test_replay_compares_all_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    figures = run(replay.main, str(corpus(tmp_path)), *SMALL, "--data", str(tmp_path))
    assert (figures["messages"], figures["empty"], figures["too_long"]) == (252, 1, 1)
    assert figures["data"] == "corpus.jsonl"
    assert "CC BY 4.0" in replay.source(Path("ubuntu-irc.jsonl.gz"))


def test_replay_takes_only_the_first_lines(tmp_path: Path) -> None:
    said, empty, long = replay.read(corpus(tmp_path), accounts=3, limit=10)
    assert ([item.account for item in said], empty, long) == ([0, 1, 2, 0, 1, 2, 0, 0, 1, 2], 0, 0)


@pytest.mark.parametrize("fault", ["lost", "twice", "swapped", "changed", "account's order"])
def test_replay_finds_each_fault(fault: str) -> None:
    said = [replay.Said(0, "a"), replay.Said(0, "b"), replay.Said(1, "c")]
    keys = [bytes([number]) * 16 for number in range(3)]
    seqs = {0: 1, 1: 2, 2: 3}
    if fault == "account's order":
        seqs = {0: 2, 1: 1, 2: 3}
    good = sorted(
        replay.Heard(seqs[n], keys[n], f"user{item.account}", replay.digest(item.text))
        for n, item in enumerate(said)
    )
    bad = list(good)
    if fault == "lost":
        del bad[1]
    elif fault == "twice":
        bad.insert(1, bad[0])
    elif fault == "swapped":
        bad[0], bad[1] = bad[1], bad[0]
    elif fault == "changed":
        bad[2] = bad[2]._replace(digest=replay.digest("d"))
    with pytest.raises(replay.Failed):
        replay.compare(said, keys, seqs, good, [good, bad])


def test_replay_accepts_what_is_right() -> None:
    said, keys = [replay.Said(0, "a")], [b"k" * 16]
    heard = [replay.Heard(2, keys[0], "user0", replay.digest("a"))]
    replay.compare(said, keys, {0: 2}, heard, [heard])


def test_the_load_knows_what_each_client_must_get() -> None:
    """Turns: three messages over two conversations are two and one."""
    seats = (
        load.Seat(b"", b"", b"", (1, 2)),
        load.Seat(b"", b"", b"", (1,)),
        load.Seat(b"", b"", b"", (2,)),
    )
    assert load.deliveries(seats, [3, 1, 0]) == [4, 3, 1]

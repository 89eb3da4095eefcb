"""The watcher of a folder: what it tells, and once."""

from pathlib import Path

from examples.watch import ATTACHED_MAX, watcher
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker


async def test_it_tells_what_is_new_and_what_has_changed(
    broker: LocalBroker, run_bot: RunBot, tmp_path: Path
) -> None:
    (tmp_path / "old.txt").write_text("there before")
    await run_bot(watcher(tmp_path, "#team"), group="#team")
    alice = await broker.user("alice", group="#team")
    (tmp_path / "new.txt").write_text("hello")
    (tmp_path / ".hidden").write_text("hello")
    (tmp_path / "large.bin").write_bytes(bytes(ATTACHED_MAX + 1))
    await broker.clock.advance(3)
    await alice.expect_nothing()  # they may be half written
    await broker.clock.advance(2)
    large = await alice.expect("large.bin is new (1,000,001 bytes)", timeout=0.1)
    assert large.attachments == ()
    (attachment,) = (await alice.expect("new.txt is new (5 bytes)", timeout=0.1)).attachments
    assert (await alice.client.download(attachment, tmp_path / ".got")).read_text() == "hello"
    (tmp_path / "old.txt").write_text("changed")
    (tmp_path / "new.txt").unlink()
    await broker.clock.advance(5)
    assert (await alice.expect("old.txt is changed (7 bytes)", timeout=0.1)).attachments == ()
    await alice.expect_nothing()


async def test_it_goes_on_where_it_was(broker: LocalBroker, run_bot: RunBot, tmp_path: Path) -> None:
    bot = watcher(tmp_path, "alice")
    alice = await broker.user("alice")
    running = await run_bot(bot)
    before = dict(bot.store)
    (tmp_path / "one.txt").write_text("1")
    await broker.clock.advance(5)
    await running.stop()
    (tmp_path / "two.txt").write_text("2")
    await run_bot(bot)
    bot.store.update(before)  # as if it had been killed before it kept what it told
    await broker.clock.advance(5)
    await alice.expect("one.txt is new (1 bytes)", timeout=0.1)
    await alice.expect("two.txt is new (1 bytes)", timeout=0.1)
    await alice.expect_nothing()

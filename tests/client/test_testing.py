"""The test kit: what it promises to whoever tests a bot with it."""

import asyncio
import logging
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubbub.client import errors, events, testing
from hubbub.client.bot import Bot
from hubbub.client.client import Client
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker

pytest_plugins = ["pytester"]

broker = testing.broker  # in this folder the name means another fixture


def reminder() -> Bot:
    """Answers !ping, reminds after some seconds of its clock, fails at !boom, counts hours."""
    bot = Bot()

    @bot.command
    def ping() -> str:
        return "pong"

    @bot.command
    async def remind(ctx, seconds: float, *, what: str) -> None:  # type: ignore[no-untyped-def]
        await ctx.send("noted")
        await bot.sleep(seconds)
        await ctx.send(what)

    @bot.command
    def boom() -> None:
        raise ValueError("the secret reason")

    @bot.every(seconds=3600)
    async def strike() -> None:
        await bot.send("#general", datetime.fromtimestamp(bot.clock.now(), UTC).strftime("%H struck"))

    return bot


# ------------------------------------------------------------------------------------------------------------- people


async def test_bots_have_accounts_of_bots(broker: LocalBroker, run_bot: RunBot) -> None:
    running = await run_bot(reminder(), group="#team")
    alice = await broker.user("alice", group="#team")
    answer = await alice.ask("!ping")
    assert answer.bot and not (await alice.say("thanks")).bot
    assert {user.name: user.bot for user in await alice.client.users()} == {
        "admin": False,
        "alice": False,
        "bot": True,
    }
    assert {one.name: one.bot for one in await alice.client.members("#team")} == {"alice": False, "bot": True}
    assert (await alice.client.profile("bot")).bot
    await running.bot.send("alice", "hello")
    await alice.expect("hello", to="@bot")
    assert {row.name: row.bot for row in await alice.client.home()} == {
        "#general": False,
        "#team": False,
        "@bot": True,
    }


async def test_people_talk_in_their_group_and_hear_each_other(broker: LocalBroker) -> None:
    alice = await broker.user("alice", group="#team")
    bob = await broker.user("bob", group="#team")
    said = await alice.say("anybody there?")
    assert said.conversation == "#team"
    assert (await bob.expect("anybody there?")).sender == "alice"
    await bob.say("a")
    await bob.say("b")
    assert (await alice.expect(re.compile("^[b-z]$"), sender="bob", to="#team")).text == "b"
    assert (await alice.expect()).text == "a"
    await alice.expect_nothing()


async def test_ask_takes_an_answer_and_nothing_that_was_said_before(broker: LocalBroker) -> None:
    alice = await broker.user("alice", group="#general")
    bob = await broker.user("bob", group="#general")
    await bob.say("before")

    async def answer() -> None:
        await bob.expect("well?")
        await bob.say("elsewhere", to="alice")
        await bob.say("yes")

    answering = asyncio.create_task(answer())
    assert (await alice.ask("well?")).text == "yes"
    await answering
    assert [(await alice.expect()).text, (await alice.expect()).text] == ["before", "elsewhere"]


async def test_what_is_not_heard_is_told_with_what_was(broker: LocalBroker) -> None:
    alice = await broker.user("alice", group="#general")
    bob = await broker.user("bob", group="#general")
    await bob.say("hello")
    await alice.expect_event(events.PresenceChanged)
    await broker.clock.advance(0)
    with pytest.raises(AssertionError, match=r"alice heard no 'goodbye' of bob .*bob in #general: 'hello'"):
        await alice.expect("goodbye", sender="bob", timeout=0.01)
    with pytest.raises(AssertionError, match="expected nothing more, but there is bob in #general: 'hello'"):
        await alice.expect_nothing()
    await alice.expect_nothing(to="#team")
    await alice.expect_nothing(sender="carol")


async def test_events_that_are_no_messages_are_waited_for_too(broker: LocalBroker) -> None:
    alice = await broker.user("alice", group="#general")
    bob = await broker.user("bob", group="#general")
    said = await bob.say("votes?")
    await bob.client.edit(said, "votes: 2")
    assert (await alice.expect_event(events.MessageEdited, text="votes: 2")).target == said.seq
    with pytest.raises(AssertionError, match=r"alice saw no MessageEdited\(text='votes: 3'\)"):
        await alice.expect_event(events.MessageEdited, text="votes: 3", timeout=0.01)


async def test_groups_have_the_members_that_are_named(broker: LocalBroker) -> None:
    alice = await broker.user("alice")
    assert await broker.group("#secret", [alice, "bob"], public=False) == "#secret"
    carol = await broker.user("carol", group="#secret")
    assert [member.name for member in await carol.client.members("#secret")] == ["alice", "bob", "carol"]
    assert [group.name for group in await carol.client.groups()] == ["#general"]
    await alice.client.create_group("made", public=True)
    await broker.user("dave", group="#made")
    assert len(await alice.client.members("#made")) == 2


async def test_an_account_has_a_password_for_other_clients(broker: LocalBroker) -> None:
    await broker.user("alice")
    async with Client(broker.address, user="alice", password=broker.password, live=False) as chat:
        assert (await chat.profile("alice")).receipts is not None
        assert {user.name for user in await chat.users()} == {"admin", "alice"}


# --------------------------------------------------------------------------------------------------------------- bots


async def test_a_bot_answers(broker: LocalBroker, run_bot: RunBot) -> None:
    running = await run_bot(reminder(), name="helper", group="#team")
    assert running.name == "helper"
    alice = await broker.user("alice")
    assert (await alice.ask("!ping")).conversation == "@helper"
    await broker.group("#team", [alice])
    assert (await alice.ask("!ping", to="#team")).text == "pong"
    await run_bot(reminder(), name="second")
    with pytest.raises(TypeError, match="There are 2 bots"):
        await alice.say("hello")


async def test_nothing_is_expected_without_waiting_for_it(broker: LocalBroker, run_bot: RunBot) -> None:
    bot, begun, free = Bot(), asyncio.Event(), asyncio.Event()

    @bot.message
    async def slowly() -> None:
        begun.set()
        await free.wait()

    await run_bot(bot)
    alice = await broker.user("alice", group="#general")
    await alice.say("one")
    nothing = asyncio.create_task(alice.expect_nothing())
    await begun.wait()
    await alice.client.home()  # long enough for an answer, and so for whoever does not wait
    assert not nothing.done()
    free.set()
    await nothing


async def test_the_clock_wakes_in_order_and_waits_for_what_woke(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(reminder())
    alice = await broker.user("alice", group="#general")
    assert (await alice.ask("!remind 5400 tea")).text == "noted"
    before = broker.clock.now()
    await broker.clock.advance(5399 - 3600)
    await alice.expect_nothing()
    await broker.clock.advance(3601)
    heard = [await alice.expect(timeout=0.1) for _ in range(2)]
    assert [bool(message.text.endswith("struck")) for message in heard] == [True, False]
    assert 5400 <= broker.clock.now() - before < 5400 + 60
    assert 1799 <= (heard[1].sent_at - heard[0].sent_at).total_seconds() < 1860
    await alice.expect_nothing()


async def test_a_move_does_not_make_anybody_go(broker: LocalBroker) -> None:
    alice = await broker.user("alice")
    await alice.expect_event(events.PresenceChanged)
    await broker.clock.advance(24 * 3600)
    assert [user.name for user in await alice.client.online_users()] == ["alice"]
    with pytest.raises(ValueError, match="goes back"):
        await broker.clock.advance(-1)


async def test_three_tries_take_six_seconds_of_the_clock(broker: LocalBroker, run_bot: RunBot) -> None:
    await run_bot(reminder())
    alice = await broker.user("alice")
    with broker.expect_errors("the secret reason") as errors:
        await alice.say("!boom")
        await broker.clock.advance(5)
        await alice.expect_nothing()
        await broker.clock.advance(1)
        await alice.expect(re.compile(r"^failed \(ref \w+\)$"), timeout=0.1)
    assert len(errors) == 1


async def test_a_crash_keeps_what_was_done_and_repeats_what_was_not(
    broker: LocalBroker, run_bot: RunBot
) -> None:
    bot = reminder()
    running = await run_bot(bot)
    alice = await broker.user("alice", group="#general")
    assert (await alice.ask("!ping")).text == "pong"
    assert (await alice.ask("!remind 60 tea")).text == "noted"
    await running.crash()
    await alice.say("!ping")
    await run_bot(bot)
    await broker.clock.advance(60)
    assert [(await alice.expect(timeout=0.1)).text for _ in range(2)] == ["tea", "pong"]
    await alice.expect_nothing()


async def test_after_a_cut_and_a_restart_everybody_is_back(broker: LocalBroker, run_bot: RunBot) -> None:
    running = await run_bot(reminder())
    alice = await broker.user("alice", group="#general")
    await broker.cut("bot")
    assert not running.client.connected
    assert alice.client.connected
    assert (await alice.ask("!ping")).text == "pong"
    address = broker.address
    await broker.stop()
    await broker.clock.advance(3600)
    await broker.start()
    assert broker.address == address
    assert running.client.connected
    assert alice.client.connected
    assert (await alice.ask("!ping")).text == "pong"
    await broker.restart()
    assert (await alice.ask("!ping")).text == "pong"
    with pytest.raises(ValueError, match="nobody has no client"):
        await broker.cut("nobody")


async def test_a_bot_goes_where_the_test_is_and_then_where_it_was_to_go(
    broker: LocalBroker, run_bot: RunBot
) -> None:
    bot = Bot(server="chat.invalid", token="real")
    before = bot.clock
    running = await run_bot(bot)
    assert bot.clock is broker.clock
    await running.stop()
    assert bot.clock is before
    with pytest.raises(errors.BadRequest, match="NAME:SECRET"):
        await bot.start()


# ------------------------------------------------------------------------------------------------------------- errors


async def test_errors_that_are_expected_have_to_come(broker: LocalBroker) -> None:
    log = logging.getLogger("any")
    with broker.expect_errors("disk") as errors:
        log.error("the %s is full", "disk")
    assert errors == ["ERROR any: the disk is full"]
    missing = "No error was logged that has 'disk' in it"
    with pytest.raises(AssertionError, match=missing), broker.expect_errors("disk"):
        log.warning("disk")


INNER = """
import asyncio, logging, threading, pytest

marked = pytest.mark.asyncio

@marked
async def test_logged(broker):
    logging.getLogger("mine").error("this went wrong")

@marked
async def test_uncaught(broker):
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)

@marked
async def test_in_a_task(broker):
    async def forgotten():
        raise LookupError("in a task")
    asyncio.create_task(forgotten())
    await asyncio.sleep(0)

@marked
async def test_in_a_thread(broker):
    def fail():
        raise LookupError("in a thread")
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

@marked
async def test_by_the_broker(broker):
    broker._log.error("store_broken", detail="no disk")
    assert broker.log == ["error store_broken detail='no disk'"]

@marked
async def test_failed_already(broker):
    logging.getLogger("mine").error("this too")
    assert False, "for another reason"

@marked
async def test_foreign_error(broker):
    with broker.expect_errors("apples"):
        logging.getLogger("mine").error("apples")
        logging.getLogger("mine").error("pears")

@marked
async def test_good(broker):
    logging.getLogger("mine").warning("hm")

def test_without():
    logging.getLogger("mine").error("nobody's business")
"""

CONFIGURED = """
import pytest

@pytest.fixture
def broker_config():
    return '[server]\\nname = "Small"\\n'

@pytest.mark.asyncio
async def test_config(broker, run_bot):
    alice = await broker.user("alice")
    assert alice.client.server.server == "Small"
"""

WITHOUT = """
import sys, pytest
sys.modules["pytest_asyncio"] = type(sys)("pytest_asyncio")  # an empty one
sys.exit(pytest.main(sys.argv[1:]))
"""

MODE = ["-o", "asyncio_default_fixture_loop_scope=function", "-p", "no:cacheprovider"]


def test_a_logged_error_fails_the_test(pytester: pytest.Pytester) -> None:
    """Where pytest-asyncio wants marks; the tests above are run where it does not."""
    pytester.makepyfile(test_errors=INNER, test_configured=CONFIGURED)
    result = pytester.runpytest_inprocess("-o", "asyncio_mode=strict", *MODE)
    result.assert_outcomes(passed=3, failed=7)
    result.stdout.fnmatch_lines_random(
        [
            "ERROR mine: this went wrong",
            "ZeroDivisionError: division by zero",
            "LookupError: in a task",
            "LookupError: in a thread",
            "broker: error store_broken detail='no disk'",
            "ERROR mine: this too",
            "E*AssertionError: for another reason",
            "ERROR mine: pears",
        ]
    )


def test_without_pytest_asyncio_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(broker): pass")
    arguments = ("-p", "no:asyncio", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path))
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "need pytest-asyncio: pip install pytest-asyncio" in result.stdout


def test_every_run_of_pytest_pays_next_to_nothing() -> None:
    program = "import sys, pytest, pytest_asyncio; before = set(sys.modules); import hubbub.client.testing; "
    program += "print(*sorted(set(sys.modules) - before))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(result.stdout.split()) == {"hubbub", "hubbub.client", "hubbub.client.testing"}

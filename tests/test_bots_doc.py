"""docs/bots.md is true: its chats are played against the code above them, its tests are run, what it names is there."""

import itertools
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hubbub.client import Bot, BotMessage, Context, events
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker
from hubbub.client.testing.person import Person

pytest_plugins = ["pytester"]

TEXT = (Path(__file__).parent.parent / "docs" / "bots.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
GROUP = "#team"


class Piece(NamedTuple):
    """Code, and the chat that stands below it."""

    code: str
    chat: str


def pieces() -> list[Piece]:
    """Each code with a chat, and what stands behind all of them in front of it."""
    pairs = itertools.pairwise(BLOCKS)
    return [Piece(one[1], two[1]) for one, two in pairs if (one[0], two[0]) == ("python", "chat")]


def preamble() -> str:
    (found,) = [code for kind, code in BLOCKS if kind == "python" and code.startswith("import asyncio")]
    return found


def bot_of(code: str, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """The bot that the code makes; what it does to run it is left out."""
    monkeypatch.setattr(Bot, "run", lambda _: None)
    names: dict[str, Any] = {}
    exec(preamble() + code, names)
    made = names["bot"]
    assert isinstance(made, Bot)
    return made


# ---------------------------------------------------------------------------------------------------------- the chats


class Play:
    """One chat: alice, bob and the bot are in a group."""

    def __init__(self, broker: LocalBroker, bot: Bot, alice: Person) -> None:
        self.broker, self.bot, self.alice = broker, bot, alice
        self.running: Any = None

    async def start(self) -> None:
        self.running = await self.broker.run_bot(self.bot, group=GROUP)

    async def line(self, line: str, more: str) -> None:
        """Do what the line says, or see that it is so."""
        for pattern, act in self._acts():
            if found := re.fullmatch(pattern, line):
                await act(*[group for group in found.groups() if group is not None], *[more] * bool(more))
                return
        raise AssertionError(f"nobody knows how to play {line!r}")

    def _acts(self) -> list[tuple[str, Callable[..., Awaitable[object]]]]:
        return [
            (r"alice: (.+)", self.say),
            (r"alice to bot: (.+)", lambda text: self.say(text, to="@bot")),
            (r"alice reacts (\S+)", self.react),
            (r"bot: ?(.+)?", self.expect),
            (r"bot to alice: (.+)", lambda text: self.expect(text, to="@bot")),
            (r"bot reacts (\S+)", lambda emoji: self.alice.expect_event(events.ReactionChanged, emoji=emoji)),
            (r"bot says nothing", self.alice.expect_nothing),
            (r"bob joins", lambda: self.broker.user("bob", group=GROUP)),
            (r"the bot is killed", lambda: self.running.crash()),
            (r"the bot is started", self.start),
            (r"(\d+) s later", lambda seconds: self.broker.clock.advance(int(seconds))),
            (r"(\d+) s later, with an error logged", self.advance_into_an_error),
        ]

    async def say(self, text: str, to: str = GROUP) -> None:
        self.said = await self.alice.say(text, to=to)

    async def react(self, emoji: str) -> None:
        await self.alice.client.react(self.said, emoji)

    async def expect(self, text: str, to: str = GROUP) -> None:
        message = await self.alice.expect(sender="bot", to=to)
        if text.startswith("~"):
            assert re.search(text[1:], message.text), f"{message.text!r} is not like {text[1:]!r}"
        else:
            assert message.text == text

    async def advance_into_an_error(self, seconds: str) -> None:
        with self.broker.expect_errors():
            await self.broker.clock.advance(int(seconds))


def lines(chat: str) -> list[tuple[str, str]]:
    """Each line of a chat, with the indented ones below it."""
    found = re.findall(r"^(\S.*)\n((?:(?: {4}.*)?\n(?= {4}|$))*(?: {4}.*\n)*)", chat, re.MULTILINE)
    return [(line, re.sub(r"^ {4}", "", more, flags=re.MULTILINE).strip("\n")) for line, more in found]


@pytest.mark.parametrize("piece", pieces(), ids=lambda piece: piece.chat.split("\n", 1)[0])
async def test_chat(piece: Piece, broker: LocalBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = await broker.user("alice", group=GROUP)
    if "@bob" in piece.chat:
        await broker.user("bob")
    play = Play(broker, bot_of(piece.code, monkeypatch), alice)
    await play.start()
    said = lines(piece.chat)
    assert (
        "\n".join(line for line, _ in said)
        == re.sub(r"^( {4}.*)?\n", "", piece.chat, flags=re.MULTILINE).strip()
    )
    for line, more in said:
        await play.line(line, more)
    await alice.expect_nothing()


async def test_files(
    broker: LocalBroker, run_bot: RunBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = [code for kind, code in BLOCKS if kind == "python" and "attachments" in code]
    bot = bot_of(code, monkeypatch)
    await run_bot(bot)
    (tmp_path / "here").mkdir()
    bot.store["folder"] = str(tmp_path / "here")
    (tmp_path / "plan.md").write_text("We win.")
    alice = await broker.user("alice")
    await alice.client.send("bot", attachments=[tmp_path / "plan.md"])
    answer = await alice.expect("measured")
    got = await alice.client.download(answer.attachments[0], tmp_path / "answer")
    assert got.read_text() == "plan.md has 7 bytes\n"


def test_no_code_is_left_out() -> None:
    """Whatever is Python here is played, is a test or its bot, is the preamble, or has a test of its own above."""
    played = {piece.code for piece in pieces()}
    others = [code for kind, code in BLOCKS if kind == "python" and code not in played]
    assert [code.split("\n", 1)[0] for code in others] == [
        "import asyncio",
        "@bot.message",  # test_files
        "# remind.py",
        "# test_remind.py",
    ]
    assert {kind for kind, _ in BLOCKS} == {"python", "chat", "sh", "ini"}


def test_its_tests_pass(pytester: pytest.Pytester) -> None:
    files = {
        code.split(".py", 1)[0].removeprefix("# "): code
        for _, code in BLOCKS
        if code.startswith("# ") and ".py" in code.split("\n", 1)[0]
    }
    assert set(files) == {"remind", "test_remind"}
    pytester.makepyfile(**files)
    options = ("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    pytester.runpytest_inprocess(*options, "-p", "no:cacheprovider").assert_outcomes(passed=4)


# ------------------------------------------------------------------------------------------------------------ the names


def test_what_a_function_gets_is_there() -> None:
    """`ctx.something`, `message.something` and `bot.something`, in the text and in the tables."""
    fields = {*dir(BotMessage), *BotMessage.__struct_fields__}
    made = Context(Bot(), "name")
    known: dict[str, set[str]] = {"ctx": set(dir(made)), "message": fields, "bot": set(dir(Bot()))}
    found = re.findall(r"\b(ctx|message|bot)\.([a-z_]+)", re.sub(r"hubbub\.\S+", "", TEXT))
    assert len(found) > 50
    missing = {f"{what}.{name}" for what, name in found if name not in known[what]}
    assert missing == {"bot.db", "bot.listen"}, missing  # a file, and a name of discord.py's
    row = re.search(r"^\| `message` .*$", TEXT, re.MULTILINE)
    assert row is not None
    listed = set(re.findall(r"`([a-z_]+)`", row[0])) - {"message"}
    assert listed <= fields, listed - fields


def test_what_is_named_of_the_kit_is_there() -> None:
    section = TEXT[TEXT.index("\n## Tests\n") : TEXT.index("\n## Coming from elsewhere\n")]
    for name in set(re.findall(r"broker\.([a-z_]+)", section)):
        assert hasattr(LocalBroker, name) or name in ("clock", "log"), name
    for name in set(re.findall(r"alice\.([a-z_]+)", section)):
        assert hasattr(Person, name) or name == "client", name

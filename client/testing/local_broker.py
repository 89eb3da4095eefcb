"""What the fixtures `broker` and `run_bot` give: a broker for one test, people who talk, and bots that run."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from hubbub.client.bot import Bot
from hubbub.client.link import Link
from hubbub.client.testing.bots import RunningBot
from hubbub.client.testing.clock import Clock
from hubbub.client.testing.errors import BrokerLog, Errors
from hubbub.client.testing.gate import Gate
from hubbub.client.testing.person import Person, PersonalClient
from hubbub.client.testing.serving import PASSWORD, Refused, Serving
from hubbub.client.testing.settling import Settling, until
from hubbub.schemas.hello import parse_address
from hubbub.schemas.names import canonical, folded

ADMIN: Final = "admin"
"""The first account, which a server makes its administrator: a bot under test must not be that by chance."""


class LocalBroker:
    """A broker in the test's process: its sockets, its store and its rules are the real ones. Its accounts have cheaply hashed
    passwords, and it is gone with the test."""

    def __init__(self, folder: Path, errors: Errors, config: str = "") -> None:
        """Everything that is kept is in the folder. `config`: as a config file has it."""
        self.folder = folder
        self._errors = errors
        self._log = BrokerLog(errors)
        self.clock = Clock()
        """The time of the broker and of the bots: `await broker.clock.advance(60)`."""
        self._serving = Serving(folder / "broker", config, self.clock, self._log)
        self._settling = Settling(self._serving, self.clock, self._links, self._running)
        self.clock.on_move = self._settling.settled
        self.clock.on_jump = self._serving.jump
        self.clock.on_woken = self._settling.woken
        self._users: dict[str, int] = {}
        self._groups: dict[str, tuple[int, int]] = {}
        """Folded name -> the group, and one who may bring others into it."""
        self._gates: dict[str, Gate] = {}
        self._people: list[Person] = []
        self._bots: list[RunningBot] = []
        self._others: list[LocalBroker] = []

    async def another(self) -> "LocalBroker":
        """A second broker, with a clock, accounts and bots of its own, for what joins two of them. It ends with this one."""
        other = LocalBroker(self.folder / f"other-{len(self._others)}", self._errors)
        self._others.append(other)
        await other.open()
        return other

    @property
    def address(self) -> str:
        """For clients of one's own: `Client(broker.address, user="alice", password=broker.password)`."""
        if self._serving.ready is None:
            raise RuntimeError("The broker was never started.")
        return self._serving.ready.address

    @property
    def password(self) -> str:
        """Of every account that is made here."""
        return PASSWORD

    @property
    def log(self) -> list[str]:
        """The lines that the broker has logged."""
        return self._log.lines

    def expect_errors(self, match: str = "") -> AbstractContextManager[list[str]]:
        """Within `with broker.expect_errors("boom") as errors:` an error that is logged, and in whose text the regular
        expression is found, does not fail the test; that there is none does."""
        return self._errors.expected(match)

    # ------------------------------------------------------------------------------------------------------- people

    async def user(self, name: str, group: str | None = None) -> Person:
        """Somebody with an account, who is connected. Asked for again, the same account on another device.

        group: he is in it, and talks there when nobody else is named; where there is none it is made, and public. None: he
        talks to the bot. Everyone is in #general in any case.
        """
        name = name.removeprefix("@")
        if group is not None:
            await self.group(group, [name])
        client = PersonalClient(await self.way(name), user=name, password=PASSWORD)
        person = await Person(client, lambda: self._default(group), self._settling.settled).__aenter__()
        self._people.append(person)
        return person

    async def group(self, name: str, members: Iterable[str | Person] = (), *, public: bool = True) -> str:
        """A group with these members, made if there is none, with the first of them as its owner; accounts that are missing are
        made too. Gives its name, "#team"."""
        named = [member if isinstance(member, str) else member.name for member in members]
        bare = canonical(name.removeprefix("#"))
        for member in named:
            await self._account(member)
        group, leader = await self._group(bare, named, public=public)
        for member in named:
            await self._serving.add_member(group, leader, member)
        return f"#{bare}"

    async def _group(self, name: str, members: list[str], *, public: bool) -> tuple[int, int]:
        known = self._groups.get(folded(name))
        if known is None:
            owner = self._users[folded(members[0] if members else ADMIN)]
            try:
                known = (await self._serving.join_group(owner, name), owner)  # one that a client has made
            except Refused:
                known = (await self._serving.create_group(owner, name, public=public), owner)
            self._groups[folded(name)] = known
        return known

    async def _account(self, name: str, *, bot: bool = False) -> None:
        bare = canonical(name.removeprefix("@"))
        if folded(bare) not in self._users:
            self._users[folded(bare)] = await self._serving.create_user(bare, bot=bot)

    async def way(self, name: str) -> str:
        """The address for clients of this user, whom `cut` is to reach; with the account if there is none."""
        await self._account(name)
        gate = self._gates.get(folded(name))
        if gate is None:
            ready = self._serving.ready
            assert ready is not None  # noqa: S101  # there is an account
            gate = Gate(parse_address(ready.address), parse_address(ready.publish).port)
            await gate.open()
            self._gates[folded(name)] = gate
        return gate.address

    def _default(self, group: str | None) -> str:
        if group is not None:
            return f"#{group.removeprefix('#')}"
        names = {bot.user for bot in self._running()}
        if len(names) != 1:
            raise TypeError(f"There are {len(names)} bots: say to whom, by to=...")
        return f"@{names.pop()}"

    # --------------------------------------------------------------------------------------------------------- bots

    async def run_bot(self, bot: Bot, name: str = "bot", group: str | None = None) -> RunningBot:
        """The bot, once it is connected and its on_start handlers are done. Whatever server, account and profile it was made
        with: here it is `name` on this broker, and what it keeps is kept until the test ends, also over a `crash`."""
        await self._account(name, bot=True)
        if group is not None:
            await self.group(group, [name])
        running = RunningBot(bot, self.clock)
        await running.start(await self.way(name), name, PASSWORD, self.folder / "bots" / folded(name))
        self._bots.append(running)
        return running

    # ----------------------------------------------------------------------------------------------------- troubles

    async def restart(self) -> None:
        """Stop the broker as an administrator does, start it again at the same ports, and return when everybody is back."""
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        """Stop it, and return when everybody has noticed. Clients try again from then on."""
        await self._serving.stop()
        await until(lambda: not any(link.connected for link in self._links()), "Not everybody lost the link")

    async def start(self) -> None:
        """Start what was stopped, and return when everybody is back."""
        await self._serving.start()
        await until(lambda: all(link.connected for link in self._links()), "Not everybody came back")

    async def cut(self, name: str) -> None:
        """Cut the connections of a user, bot or person, and return when his clients have noticed. They come back by themselves,
        within half a second or so."""
        gate = self._gates.get(folded(name.removeprefix("@")))
        if gate is None:
            raise ValueError(f"{name} has no client here.")
        links = [link for link in self._links() if folded(link.user) == folded(name.removeprefix("@"))]
        gate.cut()
        await until(lambda: not any(link.connected for link in links), f"{name} did not lose the link")

    # --------------------------------------------------------------------------------------------------- the kit's own

    async def open(self) -> None:
        """Serve. The fixture does it."""
        await self._serving.start()
        await self._account(ADMIN)

    async def close(self) -> None:
        """End everything, bots first. The fixture does it."""
        for other in self._others:
            await other.close()
        for bot in self._bots:
            await bot.finish()
        self.clock.close()
        for person in self._people:
            await person.__aexit__()
        for gate in self._gates.values():
            await gate.close()
        await self._serving.stop()

    def _running(self) -> list[Bot]:
        return [running.bot for running in self._bots if running.runs]

    def _links(self) -> list[Link]:
        """Of all clients that are to be connected."""
        people = [person.client.link for person in self._people]
        bots = [bot.client.link for bot in self._running()]
        return [link for link in people + bots if link.stopped is None]

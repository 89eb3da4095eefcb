"""Bots: functions that are called for what happens in the chat.

    from hubbub.client import Bot

    bot = Bot()                     # HUBBUB_SERVER, HUBBUB_TOKEN (or HUBBUB_USER and HUBBUB_PASSWORD), HUBBUB_PROFILE

    @bot.command
    def roll(dice: int = 6):
        "Rolls a die."
        return str(random.randint(1, dice))

    bot.run()

An event whose handler was killed comes again, and what it had said already is not said twice. Knows no socket and no SQL.
"""

import asyncio
import logging
import os
from collections.abc import Set
from contextlib import suppress
from pathlib import Path
from typing import Final

from hubbub.client import errors
from hubbub.client.bots.clock import Clock, RealClock
from hubbub.client.bots.context import Context, Paths
from hubbub.client.bots.decorators import Decorators
from hubbub.client.bots.delivering import DeliveringClient
from hubbub.client.bots.engine import Engine
from hubbub.client.bots.handlers import Handlers, Injected
from hubbub.client.bots.settings import Settings, settings_of
from hubbub.client.bots.state import BotState
from hubbub.client.bots.store import Store
from hubbub.client.bots.tasks import Over
from hubbub.client.models import Message
from hubbub.client.signals import set_by_signals

CLOSING_S: Final = 10.0
"""How long closing waits for handlers that are running."""
_log: Final = logging.getLogger("hubbub.bot")


class Bot(Decorators):
    """A program that listens and answers. Events of one conversation are handled one after the other, in order; up to 32
    conversations at once. What the bot itself said, and what other bots said, is ignored unless asked for.

    A handler is `async` or a plain function; a plain one that takes long stops the whole bot (asyncio.to_thread helps). It is
    given a `message`, or a `ctx` (Context) where its parameter is called so. Text that it returns is sent as an answer, unless it
    is empty. Raise BotError("text") to tell the user something. Any other exception is logged, tried again after 1 s and 5 s, and
    then passed over: the chat is told "failed (ref 3f2a)", with which the log can be searched, and never what went wrong.
    """

    def __init__(
        self,
        prefix: str = "!",
        profile: Path | str | None = None,
        *,
        server: str | None = None,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        register: bool = False,
        bots: bool = False,
        own: bool = False,
        mention_prefix: bool = True,
    ) -> None:
        """Nothing happens before start() or run(); what is None is read from the environment then.

        prefix: what a command begins with. profile: the folder of `bot.store`, of the bot's place in each conversation, and of
        its device key; HUBBUB_PROFILE; else all of it is lost when the program ends; of one program at a time. server: as Client takes it; HUBBUB_SERVER. token:
        "NAME:SECRET", as `hubbub-broker user add --bot` prints it; HUBBUB_TOKEN; or else user and password: HUBBUB_USER,
        HUBBUB_PASSWORD. register: make the account if there is none. bots, own: also hear what bots say, and what this one does
        itself; beware of answering an answer. mention_prefix: "@name roll 6" is as good as "!roll 6".
        """
        super().__init__(Handlers(prefix, own=own, bots=bots, mention_prefix=mention_prefix))
        self.prefix = prefix
        self.clock: Clock = RealClock()
        """What it goes by: pauses, every(), what hangs. Replace it before start()."""
        self._given = {
            "SERVER": server,
            "USER": user,
            "PASSWORD": password,
            "TOKEN": token,
            "PROFILE": None if profile is None else str(profile),
        }
        self._register = register
        self._store = Store(self._store_changed)
        self._client: DeliveringClient | None = None
        self._engine: Engine | None = None
        self._state: BotState | None = None
        self._taking: asyncio.Task[None] | None = None
        self._loops: list[asyncio.Task[None]] = []
        self._closer: asyncio.Task[None] | None = None

    # ---------------------------------------------------------------------------------------------------- for handlers

    @property
    def client(self) -> DeliveringClient:
        """The connection: a Client, with everything that a Client can do. What is sent by it directly, and not by ctx or message, is said
        again when an event comes again. RuntimeError while the bot is not started."""
        if self._client is None:
            raise RuntimeError("the bot is not started")
        return self._client

    @property
    def started(self) -> bool:
        """It is connected, or about to run on_start, and was not closed since."""
        return self._client is not None

    @property
    def user(self) -> str:
        """The bot's name, in the form that the server shows."""
        return self.client.user

    @property
    def store(self) -> Store:
        """A small mapping that outlives the program; see Store."""
        return self._store

    async def send(
        self, to: str, text: str = "", *, attachments: Paths = (), key: bytes | None = None
    ) -> Message:
        """Say something to a user ("bob") or a group ("#team"). In a handler ctx.send is better: it says it once, even if the
        event comes again. key: as of Client.send; derived_key makes one for what is to be said once."""
        return await self.client.send(to, text, key=key, attachments=attachments)

    async def sleep(self, seconds: float) -> None:
        """Sleep by the bot's clock, which a test can move."""
        await self.clock.sleep(seconds)

    async def handled(self, conversation: int, seq: int) -> None:
        """Returns once everything up to `seq` in the conversation of this number (Message.conversation_id) is handled."""
        if self._engine is None:
            raise RuntimeError("the bot is not started")
        await self._engine.handled(conversation, seq)

    # ---------------------------------------------------------------------------------------------------- life

    def run(self, *, log_level: int = logging.INFO) -> None:
        """Start, and stay until SIGTERM or Ctrl-C: then no new event is begun, what is running gets 10 s, and all is saved. The
        log goes to standard error, unless logging was set up before. Waits for a server that is not there yet. Exits with the
        error's code where the bot is not let in, or the server has another key."""
        logging.basicConfig(level=log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        try:
            asyncio.run(self._run())
        except errors.HubbubError as error:
            _log.error("%s", error)
            raise SystemExit(error.exit_code) from None

    async def _run(self) -> None:
        stop = asyncio.Event()
        with set_by_signals(stop):
            life = asyncio.create_task(self._live())
            halt = asyncio.create_task(stop.wait())
            await asyncio.wait({life, halt}, return_when=asyncio.FIRST_COMPLETED)
            if self._taking is None:
                life.cancel()
            halt.cancel()
            await self.close()
            with suppress(asyncio.CancelledError):
                await life

    async def _live(self) -> None:
        await self.start()
        await self.wait()

    async def start(self, settings: Settings | None = None) -> None:
        """Returns once the bot is connected, on_start has run, and events are handled. settings: in place of what it was made
        with, and of the environment. Raises NotLetIn, KeyChanged, VersionMismatch, ProfileError, BadRequest (a setting is missing
        or wrong), and what on_start raises."""
        if self.started:
            raise RuntimeError("the bot is started already")
        settings = settings or settings_of(self._given, os.environ)
        if settings.profile is None:
            _log.warning("no profile is given: what the bot keeps is lost when it ends")
        else:
            settings.profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._closer = self._taking = None
        state = BotState(settings.profile)
        try:
            client = await self._connect(settings, state)
        except BaseException:
            state.close()
            raise
        self._client, self._state = client, state
        self._engine = Engine(self, client, state, self._store, self._handlers, self._on_error)
        try:
            await self._begin(self._engine, state)
        except BaseException:
            await self.close(0.0)
            raise

    async def _connect(self, settings: Settings, state: BotState) -> DeliveringClient:
        client = DeliveringClient(
            settings.server,
            positions=state,
            user=settings.user,
            password=settings.password,
            profile=settings.profile,
            register=self._register and not settings.has_token,
            patient=True,
            device="bot",
        )
        _log.info("connecting to %s as %s", settings.server, settings.user)
        return await client.__aenter__()

    async def _begin(self, engine: Engine, state: BotState) -> None:
        self._store.fill(await state.values())
        await engine.commit()  # where it begins in each conversation, before anything there is handled
        for name, function in self._on_start:
            await engine.outside(function, name)
        engine.on_connect = self._connected
        engine.tasks.start(self._connected(), "on_connect")
        self._taking = asyncio.create_task(engine.run())
        self._taking.add_done_callback(_tell_end)
        self._loops = [asyncio.create_task(self._repeat(engine, *job)) for job in self._every]
        self._loops.append(asyncio.create_task(engine.tasks.watch()))
        _log.info("%s is listening", self.user)

    async def wait(self) -> None:
        """Returns once the bot was closed. Raises what ended it otherwise: NotLetIn, KeyChanged."""
        if self._taking is not None:
            await asyncio.wait([self._taking])
            if not self._taking.cancelled():
                self._taking.result()

    async def close(self, timeout: float = CLOSING_S) -> None:
        """No new event is begun; what is running gets `timeout` seconds; all is saved. What was not finished comes again at the
        next start. From within a handler it returns at once, and that handler is waited for too."""
        if self._engine is not None and self._closer is None:
            self._closer = asyncio.create_task(self._close(self._engine, timeout))
            if self._engine.tasks.within:
                return
        if self._closer is not None and not (self._engine is not None and self._engine.tasks.within):
            await asyncio.shield(self._closer)

    async def _close(self, engine: Engine, timeout: float) -> None:
        await self._stop_taking()
        await engine.close(timeout)
        await self._let_go()

    async def abort(self) -> None:
        """End as by a kill: nothing is waited for, nothing is saved, every event that was not finished comes again. For tests."""
        if self._engine is not None:
            await self._stop_taking()
            await self._engine.abort()
            await self._let_go()

    async def _stop_taking(self) -> None:
        for task in (*self._loops, *([self._taking] if self._taking is not None else [])):
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._taking is not None:
            await asyncio.wait([self._taking])

    async def _let_go(self) -> None:
        client, state = self._client, self._state
        self._client = self._engine = self._state = None
        if client is not None:
            await client.close(drain=0.0)
        if state is not None:
            state.close()

    def busy(self, asleep: Set[asyncio.Task[object]] = frozenset()) -> list[str]:
        """What is under way now, by the handlers' names, but for what is asleep or waits for one of these tasks. For tests."""
        return self._engine.tasks.awake(asleep) if self._engine is not None else []

    # ---------------------------------------------------------------------------------------------------- inside

    async def _connected(self) -> None:
        for name, function in self._on_connect:
            await self._try(name, function)

    async def _repeat(self, engine: Engine, seconds: float, name: str, function: Injected) -> None:
        while True:
            await self.clock.sleep(seconds)
            await asyncio.wait([engine.tasks.start(self._try(name, function), name)])

    async def _try(self, name: str, function: Injected) -> None:
        """Call what is for no event; what it raises is logged."""
        engine = self._engine
        if engine is None:
            return
        try:
            await engine.outside(function, name)
        except Over:
            return
        except Exception as error:  # noqa: BLE001  # whatever it is, the next run comes
            _log.exception("%s failed", name)
            await engine.tell(Context(self, name), error)

    def _store_changed(self) -> None:
        if self._engine is not None:
            self._engine.save_soon()


def _tell_end(taking: asyncio.Task[None]) -> None:
    if not taking.cancelled() and (error := taking.exception()) is not None:
        _log.error("the bot has stopped: %s", error)

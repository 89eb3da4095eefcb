"""Webhooks over real HTTP, into a real broker."""

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from hubbub.client import Client, Message, errors
from hubbub.client.profile import Profile
from hubbub.client.webhooks import PATH, REMEMBERED_S, WAITING_MAX, Unanswered, Webhooks
from hubbub.client.webhooks.http import Answer, Bounds, Head, HttpServer
from hubbub.client.webhooks.store import Webhook, WebhookStore
from hubbub.schemas.hello import key_text
from hubbub.schemas.limits import TEXT_MAX_BYTES
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.shell import registered

HUBBUB = str(Path(sys.executable).with_name("hubbub"))
BODY_MAX = Bounds().body_bytes


class Reply(NamedTuple):
    status: int
    text: str
    headers: dict[str, str]


def request(
    port: int, path: str, body: bytes | None = b'{"text": "x"}', method: str = "POST", **headers: str
) -> Reply:
    """One request, as a tool makes it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode(), dict(answer.getheaders()))
    finally:
        connection.close()


def raw(port: int, sent: bytes, *, end: bool = False) -> bytes:
    """Bytes in, and whatever comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        if end:
            with contextlib.suppress(OSError):  # it has hung up already
                connection.shutdown(socket.SHUT_WR)
        found = b""
        try:
            while piece := connection.recv(65536):
                found += piece
        except ConnectionResetError:
            pass
        return found


class Desk:
    """A server of webhooks, and who reads what comes."""

    def __init__(
        self, chat: Client, store: WebhookStore, port: int, notes: list[str], hooks: Webhooks
    ) -> None:
        self.chat, self.store, self.port, self.notes, self.hooks = chat, store, port, notes, hooks

    def hook(self, to: str = "#general", **more: Any) -> str:
        """The path of a new webhook."""
        assert self.chat.server is not None
        key = key_text(self.chat.server.key)
        return PATH + self.store.add(to, server=key, user=self.chat.user, **more)[1]

    async def post(
        self, path: str, body: bytes = b"", headers: dict[str, str] | None = None, **said: Any
    ) -> Reply:
        body = body or json.dumps(said).encode()
        return await asyncio.to_thread(request, self.port, path, body, **(headers or {}))

    async def said(self, to: str = "#general", limit: int = 1) -> list[str]:
        """The last texts of a conversation, the oldest first."""
        return [one.text for one in await self.messages(to, limit)][::-1]

    async def messages(self, to: str, limit: int | None = None) -> list[Message]:
        return [message async for message in self.chat.history(to, limit=limit)]


@asynccontextmanager
async def serving(broker: Served, folder: Path, user: str = "grafana", **more: Any) -> AsyncIterator[Desk]:
    store = WebhookStore(Profile(folder))
    notes: list[str] = []
    async with Client(
        broker.place.address, user=user, password=PASSWORD.decode(), register=True, live=False
    ) as chat:
        hooks = Webhooks(chat, store, notes.append, **more)
        server = HttpServer(hooks.admit)
        port = await server.start("127.0.0.1", 0)
        try:
            yield Desk(chat, store, port, notes, hooks)
        finally:
            await server.close(1.0)


@pytest.fixture
async def desk(broker: Served, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serving(broker, tmp_path / "profile") as made:
        yield made


# ------------------------------------------------------------------------------------------------------ what is said


async def test_a_post_is_a_message_once_it_is_answered(desk: Desk) -> None:
    path = desk.hook()
    reply = await desk.post(path, text="<https://ci.example/81|build 81> is &lt;red&gt;", username="CI")
    assert (reply.status, reply.text) == (200, "ok")
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert await desk.said() == ["CI: build 81 (https://ci.example/81) is <red>"]
    form = urlencode({"payload": json.dumps({"text": "from a form"})}).encode()
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert (await desk.post(path, form, kind)).status == 200
    assert await desk.said() == ["from a form"]
    assert desk.notes == []


async def test_a_body_in_chunks(desk: Desk) -> None:
    sent = b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    sent = sent % desk.hook().encode() + b'9\r\n{"text": \r\n8\r\n"piece"}\r\n0\r\n\r\n'
    answer = await asyncio.to_thread(raw, desk.port, sent)
    assert b"HTTP/1.1 200" in answer
    assert await desk.said() == ["piece"]


async def test_only_a_webhook_that_may_goes_elsewhere(desk: Desk) -> None:
    await desk.chat.create_group("elsewhere", [])
    before = await desk.messages("#elsewhere")
    plain, free = desk.hook(), desk.hook(any_channel=True)
    assert (await desk.post(plain, text="stays", channel="#elsewhere")).status == 200
    assert await desk.said() == ["stays"]
    assert await desk.messages("#elsewhere") == before
    for channel in ("#elsewhere", "elsewhere"):
        assert (await desk.post(free, text="goes", channel=channel)).status == 200
    assert await desk.said("#elsewhere", 2) == ["goes", "goes"]
    for channel in ("#nowhere", "@nobody", "#", "a b", "\x00"):
        reply = await desk.post(free, text="x", channel=channel)
        assert (reply.status, reply.text) == (404, "channel_not_found")


async def test_only_a_webhook_that_may_calls_all(desk: Desk) -> None:
    plain, loud = desk.hook(), desk.hook(everyone=True)
    await desk.post(plain, text="<!channel> @all <@U|all>")
    assert not (await desk.messages("#general", 1))[0].everyone
    await desk.post(loud, text="<!channel>")
    assert (await desk.messages("#general", 1))[0].everyone


async def test_a_long_text_is_several_messages(desk: Desk) -> None:
    text = "\n".join(f"line {number}" for number in range(3000))
    await desk.post(desk.hook(), text=text)
    parts = await desk.said(limit=-(-len(text) // TEXT_MAX_BYTES))
    assert "\n".join(parts) == text


async def test_posts_keep_their_order(desk: Desk) -> None:
    path = desk.hook()
    for number in range(5):
        assert (await desk.post(path, text=f"post {number}")).status == 200
    assert await desk.said(limit=5) == [f"post {number}" for number in range(5)]


async def test_the_same_idempotency_key_is_one_message(desk: Desk) -> None:
    path, other = desk.hook(any_channel=True), desk.hook()
    await desk.chat.create_group("conflict", [])
    for _ in range(2):
        assert (await desk.post(path, headers={"Idempotency_Key": "a"}, text="one")).status == 200
    await desk.post(other, headers={"Idempotency_Key": "a"}, text="two")
    assert await desk.said(limit=2) == ["one", "two"]
    again = await desk.post(path, headers={"Idempotency_Key": "a"}, text="x", channel="#conflict")
    assert (again.status, again.text) == (409, "idempotency_key_conflict")
    await desk.post(path, text="same")
    await desk.post(path, text="same")  # without a key they are two
    assert await desk.said(limit=3) == ["two", "same", "same"]


# -------------------------------------------------------------------------------------------------- what is refused


async def test_who_knows_no_secret(desk: Desk) -> None:
    path = desk.hook()
    assert desk.chat.server is not None
    other = desk.store.add("#general", server=key_text(desk.chat.server.key), user="another")[1]
    wrong = (
        PATH,
        PATH + "x",
        path[:-1],
        path + "/",
        path.upper(),
        PATH + other,
        "/",
        "/%00",
        PATH + "%c3%a9",
    )
    assert {(await desk.post(one, b"{" * 100))[:2] for one in wrong} == {(404, "no_service")}
    assert (await desk.post(path + "?a=b", text="x")).status == 200
    assert desk.notes == [], "strangers fill no log"


async def test_each_refusal(desk: Desk) -> None:
    path = desk.hook(name="ci")
    for body, word in ((b"nonsense", "invalid_payload"), (b'{"text": ""}', "no_text")):
        reply = await desk.post(path, body)
        assert (reply.status, reply.text) == (400, word)
    assert desk.notes == ["ci: 400 invalid_payload", "ci: 400 no_text"]
    for method in ("GET", "HEAD", "PUT", "OPTIONS", "DELETE"):
        for where in (path, "/"):
            reply = await asyncio.to_thread(request, desk.port, where, None, method)
            assert (reply.status, reply.headers["Allow"]) == (405, "POST")


async def test_too_much_is_refused_and_the_refusal_is_seen(desk: Desk) -> None:
    path = desk.hook()
    whole = b'{"text": "%s"}' % (b"x" * (BODY_MAX - 12))
    assert (await desk.post(path, whole)).status == 200
    assert (await desk.post(path, whole + b" ")).status == 413
    chunked = b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % path.encode()
    many = b"1\r\n \r\n" * (Bounds().pieces + 1)
    for body in (b"%x\r\n" % (BODY_MAX + 1) + b"x" * (BODY_MAX + 1), many):
        assert b" 413 " in await asyncio.to_thread(raw, desk.port, chunked + body, end=True)


HOSTILE = [
    b"\x16\x03\x01\x02\x00\x01\x00",  # TLS
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST / HTTP/1.1\r\n\r\n",  # no Host
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nA: b\x00\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\n A: folded\r\n\tB\r\n\r\n\r\n",
    b"POST /\r\nHost: x HTTP/1.1\r\n\r\n",
    b"A" * 20_000,
    b"POST / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    b"POST /hooks/\r\n\r\n",
    b"\r\n\r\n\r\n",
    b"",
]


@pytest.mark.parametrize("sent", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_is_no_http(sent: bytes) -> None:
    async with bare() as (port, taken):
        answer = await asyncio.to_thread(raw, port, sent, end=True)
        assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501"))
        assert answer.count(b"HTTP/1.1") <= 1
        assert taken == []
        assert (await asyncio.to_thread(request, port, "/ok")).status == 200


async def test_a_head_without_end() -> None:
    async with bare() as (port, _):
        for sent in (b"A" * 100_000, b"POST /ok HTTP/1.1\r\n" + b"A: b\r\n" * 20_000):
            assert b" 431 " in await asyncio.to_thread(raw, port, sent)


async def test_who_sends_on_behind_a_refusal_sees_it() -> None:
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"
    async with bare(linger_s=20.0) as (port, taken):
        for path, status in ((b"/other", b" 404 "), (b"/ok", b" 413 ")):
            assert status in await asyncio.to_thread(raw, port, head % path + b"x" * 20_000_000, end=True)
        assert taken == []


async def test_the_end_waits_for_whole_requests_alone() -> None:
    answered, begun = asyncio.Event(), asyncio.Event()

    async def take(_: bytes) -> Answer:
        begun.set()
        await answered.wait()
        return Answer(200, "ok")

    server = HttpServer(lambda _: take)
    port = await server.start("127.0.0.1", 0)
    half, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\n")
    whole = asyncio.create_task(asyncio.to_thread(request, port, "/"))
    await begun.wait()
    closing = asyncio.create_task(server.close(20.0))
    assert await half.read() == b""
    writer.close()
    assert not closing.done()
    answered.set()
    assert (await whole).status == 200
    await closing


async def test_the_end_hangs_up_on_whoever_came_in_the_same_moment() -> None:
    accepted: list[asyncio.StreamWriter] = []
    ending: list[asyncio.Future[None]] = []

    class Server(HttpServer):
        def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.append(writer)
            ending.append(asyncio.ensure_future(self.close(0.0)))  # it begins before what serves this one
            super()._connected(reader, writer)

    server = Server(lambda _: Answer(404, "no_service"))
    reader, writer = await asyncio.open_connection("127.0.0.1", await server.start("127.0.0.1", 0))
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    await ending[0]
    assert accepted[0].is_closing()
    writer.close()


async def test_nothing_of_a_request_comes_back(desk: Desk) -> None:
    odd = "/hooks/%0d%0aSet-Cookie:a=b/<script>"
    for reply in (
        await desk.post(odd, text="x"),
        await desk.post(desk.hook(), headers={"Idempotency_Key": "<b>"}, text="x"),
    ):
        assert "script" not in str(reply)
        assert set(reply.headers) == {"Date", "Content-Type", "Content-Length", "Cache-Control", "Connection"}


async def test_a_request_behind_a_request_is_not_heard() -> None:
    async with bare() as (port, taken):
        one = b"POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n."
        assert (await asyncio.to_thread(raw, port, one * 3)).count(b"HTTP/1.1 200") == 1
        assert taken == [b"."]


@asynccontextmanager
async def bare(**bounds: Any) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that takes what is posted to /ok, and what it took."""
    taken: list[bytes] = []

    async def take(body: bytes) -> Answer:
        taken.append(body)
        if body == b"break":
            raise RuntimeError("mistake")
        return Answer(200, "ok")

    server = HttpServer(
        lambda head: take if head.path == "/ok" else Answer(404, "no_service"), Bounds(**bounds)
    )
    try:
        yield await server.start("127.0.0.1", 0), taken
    finally:
        await server.close(1.0)


@pytest.mark.parametrize(
    "sent", [b"", b"POST /ok HTTP/1.1\r\nHos", b"POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"]
)
async def test_who_is_too_slow(sent: bytes) -> None:
    async with bare(arrive_s=0.1, linger_s=0.1) as (port, taken):
        assert b" 408 " in await asyncio.to_thread(raw, port, sent)
        assert taken == []


async def test_no_more_connections_than_allowed() -> None:
    async with bare(connections=2) as (port, taken):
        open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        assert b" 503 " in await asyncio.to_thread(raw, port, b"POST /ok HTTP/1.1\r\n")
        for _, writer in open_ones:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(10):
            while (await asyncio.to_thread(request, port, "/ok")).status != 200:
                pass
        assert taken == [b'{"text": "x"}']


async def test_a_mistake_ends_one_request_alone() -> None:
    seen: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context))
    async with bare() as (port, _):
        assert (await asyncio.to_thread(request, port, "/ok", b"break")).text == "internal_error"
        assert (await asyncio.to_thread(request, port, "/ok")).status == 200
    assert [str(one["exception"]) for one in seen] == ["mistake"]


# ----------------------------------------------------------------------------------------------- a server in trouble


class Elsewhere:
    """A client whose server is not as it should be."""

    def __init__(self, chat: Client, send: Callable[..., Any]) -> None:
        self.server, self.user, self.send = chat.server, chat.user, send


async def trouble(desk: Desk, send: Callable[..., Any], patience_s: float = 5.0) -> Webhooks:
    return Webhooks(Elsewhere(desk.chat, send), desk.store, desk.notes.append, patience_s=patience_s)  # type: ignore[arg-type]


async def posted(hooks: Webhooks, path: str, body: bytes = b'{"text": "x"}', **headers: str) -> Answer:
    taken = hooks.admit(Head("POST", path, headers))
    return taken if isinstance(taken, Answer) else await taken(body)


@pytest.mark.parametrize(
    ("error", "status", "word", "retry_after", "stops"),
    [
        (errors.NotFound("x"), 404, "channel_not_found", 0, False),
        (errors.NotAllowed("x"), 403, "action_prohibited", 0, False),
        (errors.BadRequest("x"), 400, "invalid_payload", 0, False),
        (errors.RateLimited("x"), 429, "rate_limited", 10, False),
        (errors.StorageFull("x"), 503, "storage_full", 60, False),
        (errors.ServerFault("x"), 503, "service_unavailable", 10, False),
        (errors.NoServer("x"), 503, "service_unavailable", 10, False),
        (errors.SessionExpired("x"), 503, "service_unavailable", 10, True),
        (errors.KeyChanged("x"), 503, "service_unavailable", 10, True),
    ],
)
async def test_what_the_server_says(
    desk: Desk, error: errors.HubbubError, status: int, word: str, retry_after: int, stops: bool
) -> None:
    async def send(*_: object, **__: object) -> None:
        raise error

    hooks = await trouble(desk, send)
    answer = await posted(hooks, desk.hook(name="ci"))
    assert answer == Answer(status, word, retry_after)
    assert hooks.stopped.done() == stops
    assert desk.notes == [f"ci: {status} {word}: x"]


async def test_the_next_try_of_what_got_no_answer_has_its_key(desk: Desk) -> None:
    keys: list[bytes] = []
    answers = asyncio.Event()

    async def send(to: str, text: str, *, key: bytes) -> None:
        keys.append(key)
        await answers.wait()

    hooks = await trouble(desk, send, patience_s=0.05)
    path = desk.hook()
    assert (await posted(hooks, path)).status == 503
    answers.set()
    assert (await posted(hooks, path)).status == 200
    assert (await posted(hooks, path)).status == 200
    assert keys[0] == keys[1] != keys[2]


async def test_a_flood_on_one_webhook_keeps_no_other_waiting(desk: Desk) -> None:
    answers = asyncio.Event()

    async def send(to: str, text: str, *, key: bytes) -> None:
        if to == "#general":
            await answers.wait()

    hooks = await trouble(desk, send)
    flooded, other = desk.hook(), desk.hook("@grafana")
    waiting = [asyncio.create_task(posted(hooks, flooded)) for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)  # each has its place
    assert await posted(hooks, flooded) == Answer(429, "rate_limited", 10)
    assert (await posted(hooks, other)).status == 200
    answers.set()
    assert {(await task).status for task in waiting} == {200}


async def test_while_the_broker_is_away(tmp_path: Path) -> None:
    broker = Served(tmp_path / "data")
    stopped = False
    try:
        async with serving(broker, tmp_path / "profile", patience_s=0.3) as desk:
            path = desk.hook()
            assert (await desk.post(path, text="x")).status == 200
            await asyncio.to_thread(broker.broker.stop)
            stopped = True
            reply = await desk.post(path, text="lost?")
            assert (reply.status, reply.headers["Retry-After"]) == (503, "10")
    finally:
        if not stopped:
            broker.broker.stop()


def test_outcomes_are_open_for_a_while_and_not_without_end() -> None:
    memory = Unanswered()
    memory.keep(b"post", b"key", 0.0)
    assert memory.take(b"post", REMEMBERED_S) == b"key"
    assert memory.take(b"post", REMEMBERED_S) is None
    memory.keep(b"post", b"key", 0.0)
    assert memory.take(b"post", REMEMBERED_S + 1) is None
    memory.keep(b"first", b"key", 0.0)
    for number in range(1000):
        memory.keep(str(number).encode(), b"key", 0.0)
    assert memory.take(b"first", 0.0) is None


# ---------------------------------------------------------------------------------------------------- what is kept


def test_the_secret_is_not_kept(tmp_path: Path) -> None:
    store = WebhookStore(Profile(tmp_path))
    _, secret = store.add("#ops", server="key", user="bot", name="ci")
    file = tmp_path / "webhooks.json"
    assert secret not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or os.name == "nt"
    assert store.find(secret, "key", "bot") == store.all()[0]
    assert (
        store.find(secret, "other", "bot")
        is store.find(secret, "key", "bob")
        is store.find("", "key", "bot")
        is None
    )


def test_a_change_counts_for_programs_that_run(tmp_path: Path) -> None:
    one, other = WebhookStore(Profile(tmp_path)), WebhookStore(Profile(tmp_path))
    assert one.all() == []
    _, secret = other.add("#ops", server="key", user="bot")
    assert one.find(secret, "key", "bot") is not None
    other.remove("webhook-1")
    assert one.find(secret, "key", "bot") is None


def test_names_and_their_number_have_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.client.webhooks.store.WEBHOOKS_MAX", 3)
    store = WebhookStore(Profile(tmp_path))
    store.add("#ops", server="key", user="bot", name="ci")
    with pytest.raises(errors.NameTaken):
        store.add("#ops", server="key", user="bot", name="ci")
    with pytest.raises(errors.NotFound):
        store.remove("other")
    for _ in range(2):
        store.add("#ops", server="key", user="bot")
    with pytest.raises(errors.TooMany):
        store.add("#ops", server="key", user="bot")
    (tmp_path / "webhooks.json").write_text("{")
    with pytest.raises(errors.ProfileError):
        WebhookStore(Profile(tmp_path)).all()


def test_keys_are_a_webhook_s_own() -> None:
    more = {
        "server": "k",
        "user": "u",
        "conversation": "#c",
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
    }
    one, other = Webhook(name="a", digest=b"1" * 32, **more), Webhook(name="a", digest=b"2" * 32, **more)  # type: ignore[arg-type]
    assert len({one.key("a", "b"), one.key("ab"), one.key("a", "c"), other.key("a", "b")}) == 4
    assert one.key("a", "b") == one.key(b"a", "b")


# ----------------------------------------------------------------------------------------------------- the commands


def test_the_commands(broker: Served, tmp_path: Path) -> None:
    kim = registered(broker, tmp_path, "kim")
    assert "no webhook" in kim("webhooks").stderr
    made = kim("add-webhook", "#general", "--name", "grafana", "--base", "https://chat.example/")
    assert made.stdout.startswith("https://chat.example/hooks/")
    assert "once" in made.stderr
    fields = json.loads(kim("add-webhook", "@kim", "--json").stdout)
    assert fields["conversation"] == "@kim"
    assert fields["url"].startswith("http://127.0.0.1:2080/hooks/")
    listed = kim("webhooks").stdout
    assert "grafana" in listed
    assert "webhook-1" in listed
    assert "hooks/" not in listed
    kim("add-webhook", "#nowhere", code=5)
    kim("add-webhook", "#general", "--name", "grafana", code=5)
    kim("add-webhook", "#general", "--base", "ftp://x", code=2)
    kim("remove-webhook", "grafana")
    kim("remove-webhook", "grafana", code=5)
    assert [json.loads(line)["name"] for line in kim("webhooks", "--json").stdout.splitlines()] == [
        "webhook-1"
    ]


def test_serve_takes_posts_until_sigterm(broker: Served, tmp_path: Path) -> None:
    lea = registered(broker, tmp_path, "lea")
    path = urlsplit(lea("add-webhook", "@lea").stdout.strip()).path
    command = [HUBBUB, "serve-webhooks", "--port", "0", "--json", "--profile", str(tmp_path / "lea")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serve:
        try:
            assert serve.stdout is not None
            port = urlsplit(json.loads(serve.stdout.readline())["listening"]).port
            assert port
            assert request(port, path, b'{"text": "from a tool"}')[:2] == (200, "ok")
            later = urlsplit(lea("add-webhook", "@lea").stdout.strip()).path
            assert request(port, later).status == 200
            lea("remove-webhook", "webhook-1")
            assert request(port, path).status == 404
            busy = subprocess.run(
                [*command[:3], str(port), *command[4:]], capture_output=True, check=False, text=True
            )
            assert (busy.returncode, "cannot be listened on" in busy.stderr) == (2, True)
            with socket.create_connection(("127.0.0.1", port)):  # who says nothing keeps nobody waiting
                serve.send_signal(signal.SIGTERM)
                rest, told = serve.communicate(timeout=20)
        finally:
            serve.kill()
    assert (serve.returncode, rest, told) == (0, "", "")
    assert "from a tool" in lea("history", "lea").stdout

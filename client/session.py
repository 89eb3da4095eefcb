"""The rules of a client, pure: login, subscribing, cursors, gaps, epochs, retries. No socket, clock, file or dice here.

How to drive it. Every input below takes `now` (seconds, any monotonic clock) and returns a list of actions
(hubbub.client.actions) to be done in order; between inputs the session does nothing. `deadline` is the time at which
`tick` wants to be called next.

    start(now)                    once
    remember(token, epoch, cursors)  before the first greeted, where Identity did not say it (no actions)
    greeted(now, hello)           the answer to FetchHello, its key already compared with the pins
    lost(now, error)              FetchHello failed, or the request socket's link is gone (both sockets are closed then);
                                  an error that cannot be waited out (KeyChanged) stops the session
    feed_lost(now)                the feed socket's link is gone, or its handshake was refused
    received(now, frame)          a frame came on the request socket
    published(now, payload)       an event came on the feed socket (the second of its two frames)
    tick(now)                     time passed
    hurry(now)                    the next try to reach the server is wanted now
    call(now, request, owner, era)  a caller wants `request` (its id and token are filled in here) answered: exactly one
                                  Resolve or Reject bears `owner`, unless cancel(now, owner) came first
    handled(now, era, done)       the consumer is done with these (conversation, seq); only now the cursors move. `era`:
                                  how many Resets were handed out before these were delivered; of another era: no effect
    close(now)                    rejects what is open, ends with Stop(Closed)

A crash is a session thrown away and a new one made from what SaveCursors, SaveSession, ForgetSession and Reset left
behind. Frames and events may be dropped, doubled and reordered at will: what a socket of before CloseAll or CloseFeed
delivers late does no harm. Deliver hands out each conversation's entries in the order of seq, without a gap and none
twice within one session; after a crash from the saved cursor on.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from typing import Final

from hubbub.client import actions as act
from hubbub.client import errors
from hubbub.client.actions import Action
from hubbub.client.calls import FIRST, MIDDLE, Call, Calls
from hubbub.client.cursors import WINDOW, Hook
from hubbub.client.entrance import Entrance, Identity
from hubbub.client.following import Following, Verdict
from hubbub.client.patience import Patience
from hubbub.client.pulse import Pulse, is_lost
from hubbub.client.subscription import Subscription
from hubbub.schemas import codec, events, limits, replies, requests
from hubbub.schemas.hello import Hello

_RESTORED: Final = "The server's store was restored from a backup; ask again."


class Stage(Enum):
    """Where the link is."""

    WAITING = auto()
    GREETING = auto()
    OPEN = auto()
    STOPPED = auto()


class Session:
    """One login of one device, over as many sockets as it takes. See the module for how to drive it."""

    def __init__(
        self,
        identity: Identity,
        *,
        dice: Callable[[], float],
        live: bool = True,
        online: bool = True,
        patient: bool = False,
        give_up: bool = False,
        cursors: Mapping[int, int] | None = None,
        replay: bool = False,
        window: int = WINDOW,
        skip: Hook | None = None,
    ) -> None:
        """`live`: keep a feed and deliver events. `online`: count as present while live. `patient`: wait for a server that
        was never there. `give_up`: stop when the server stays away. `replay`: first sight of a conversation starts at its beginning. `dice` gives 0 to 1."""
        self._live = live
        self._token, self._epoch = identity.token, identity.epoch
        self._era = 0
        self._calls = Calls()
        self._out: list[Action] = []
        self._entrance = Entrance(identity)
        self._following = Following(
            lambda request, urgency: self._calls.add(request, None, urgency),
            lambda action: self._out.append(action),
            cursors=cursors or {},
            replay=replay,
            window=window,
            skip=skip,
            online=online,
            me=identity.name,
        )
        self._patience = Patience(dice, patient=patient, give_up=give_up)
        self._feed = Subscription(dice)
        self._stage = Stage.WAITING
        self._retry_at = 0.0
        self._ready = False
        self._pulse = Pulse()
        self._hello: Hello | None = None

    # ------------------------------------------------------------------------------------------------------- inputs

    @property
    def deadline(self) -> float | None:
        """When tick is wanted; None: not before the next input."""
        if self._stage is Stage.WAITING:
            return self._retry_at
        if self._stage is not Stage.OPEN:
            return None
        times = [self._next_check(), self._following.passing.deadline]
        if self._live and self._token:
            times.append(self._feed.deadline)
        if self._calls.waiting and self._calls.paused_until:
            times.append(self._calls.paused_until)
        return min(time for time in times if time is not None)

    def start(self, now: float) -> list[Action]:
        """Begin."""
        self._out = []
        self._ask_hello()
        return self._end(now)

    def remember(self, token: bytes, epoch: bytes, cursors: Mapping[int, int]) -> None:
        """What was saved for the server that said hello; before the first `greeted` only. Gives no actions."""
        self._token, self._epoch = token, epoch
        self._following.remember(cursors)

    def greeted(self, now: float, hello: Hello) -> list[Action]:
        """The server said hello."""
        self._out = []
        if self._stage is not Stage.GREETING:
            return self._out
        if hello.protocol != limits.PROTOCOL_VERSION:
            self._stop(errors.version_mismatch(hello.protocol))
            return self._out
        if self._epoch and hello.epoch != self._epoch:
            self._forget_store(hello.epoch)
        self._epoch, self._hello = hello.epoch, hello
        self._stage = Stage.OPEN
        self._feed.wanted(now)
        self._pulse.linked(now)
        self._out.append(act.OpenRequests(hello))
        if self._token:
            self._ping(
                now
            )  # a saved token that is void shows at once, and not by a feed that nobody confirms
        return self._end(now)

    def lost(self, now: float, error: errors.HubbubError) -> list[Action]:
        """The link is gone, or was not to be had."""
        self._out = []
        if self._stage in (Stage.GREETING, Stage.OPEN):
            self._relink(now, error)
        return self._end(now)

    def feed_lost(self, now: float) -> list[Action]:
        """The feed's link is gone. A refused handshake is never retried by libzmq, and may mean that the session ended."""
        self._out = []
        if self._feed.open:
            self._drop_feed(now)
        return self._end(now)

    def received(self, now: float, frame: bytes) -> list[Action]:
        """A reply."""
        self._out = []
        if self._stage is not Stage.OPEN:
            return self._out
        self._pulse.heard(now)
        try:
            outcome = codec.decode_outcome(frame)
        except codec.BadFrame:
            return self._end(now)  # whoever waits for it asks again after the next relink
        if (call := self._calls.answered(outcome.id)) is not None:
            if outcome.error is None:
                self._answered(now, call, frame)
            else:
                self._refused(now, call, outcome)
        return self._end(now)

    def published(self, now: float, payload: bytes) -> list[Action]:
        """An event."""
        self._out = []
        if self._stage is not Stage.OPEN or not self._feed.open:
            return self._out
        try:
            event = codec.decode_event(payload)
        except codec.BadFrame:
            return self._out  # of a newer protocol
        if isinstance(event, events.Confirmed):
            self._on_confirmed(now, event)
        else:
            self._obey(now, self._following.on_event(now, event))
        return self._end(now)

    def tick(self, now: float) -> list[Action]:
        """Time passed."""
        self._out = []
        if self._stage is Stage.WAITING and now >= self._retry_at:
            self._ask_hello()
        elif self._stage is Stage.OPEN:
            self._check(now)
        return self._end(now)

    def hurry(self, now: float) -> list[Action]:
        """Somebody does not want to wait for the next try."""
        self._out = []
        if self._stage is Stage.WAITING:
            self._ask_hello()
        return self._end(now)

    def call(
        self, now: float, request: requests.Request, owner: object, era: int | None = None
    ) -> list[Action]:
        """A caller's request, with the numbers of this era; None: of the present one."""
        self._out = []
        bound = getattr(request, "conversation", None) is not None
        if self._stage is Stage.STOPPED:
            self._out.append(act.Reject(owner, errors.Closed("The client is closed.")))
        elif bound and era not in (None, self._era):
            self._out.append(act.Reject(owner, errors.Restored(_RESTORED)))
        else:
            self._calls.add(request, owner, MIDDLE, self._epoch if bound else b"")
        return self._end(now)

    def cancel(self, now: float, owner: object) -> list[Action]:
        """The caller went away. What was sent may be done all the same."""
        self._out = []
        self._calls.cancel(owner)
        return self._end(now)

    def handled(self, now: float, era: int, done: Iterable[tuple[int, int]]) -> list[Action]:
        """The consumer is done with these conversations up to these seqs, which were delivered in this era."""
        self._out = []
        if era == self._era and (moved := [pair for pair in done if self._following.handled(*pair)]):
            self._out.append(act.SaveCursors(self._epoch, moved))
        return self._end(now)

    def delivered(self) -> dict[int, int]:
        """Conversation -> the seq of the last entry that was handed out. No input: nothing follows from it."""
        return self._following.delivered()

    def close(self, now: float) -> list[Action]:
        """The end."""
        self._out = []
        self._stop(errors.Closed("The client is closed."))
        return self._out

    # -------------------------------------------------------------------------------------------------------- link

    def _end(self, now: float) -> list[Action]:
        """What every input ends with: do what has become possible."""
        if self._stage is Stage.OPEN and not self._token:
            self._enter()
        if self._stage is Stage.OPEN:
            if self._token and self._live and self._feed.due(now):
                self._open_feed(now)
            self._following.catch_up(self._epoch)
            if self._calls.waiting:
                self._out.extend(act.SendRequest(frame) for frame in self._calls.frames(now, self._token))
        return self._out

    def _ask_hello(self) -> None:
        self._stage = Stage.GREETING
        self._out += [act.Trying(), act.FetchHello()]

    def _relink(self, now: float, error: errors.HubbubError) -> None:
        if isinstance(error, errors.KeyChanged | errors.ProfileError) or self._patience.ends(
            there=self._stage is Stage.OPEN
        ):
            self._stop(error)
            return
        wait = self._patience.next(worked=self._ready)
        self._out.append(act.Lost(error, wait))
        self._retry_at = now + wait
        self._stage = Stage.WAITING
        self._close_links()

    def _close_links(self) -> None:
        self._out.append(act.CloseAll())
        self._end_session()

    def _end_session(self) -> None:
        """Nothing that was asked or subscribed to under the present token and link counts any more."""
        self._ready = False
        self._feed.stop()
        self._pulse.stop()
        self._entrance.relink()
        self._calls.relink()
        self._following.link_lost()

    def _stop(self, error: errors.HubbubError) -> None:
        if self._stage is Stage.STOPPED:
            return
        self._close_links()
        self._stage = Stage.STOPPED
        self._out.extend(act.Reject(call.owner, error) for call in self._calls.take_all())
        self._out.append(act.Stop(error))

    def _forget_store(self, epoch: bytes) -> None:
        """The store is another one: its numbers mean something else, its tokens are void."""
        self._epoch, self._token = epoch, b""
        self._out.append(act.ForgetSession())
        self._forget_numbers()
        error = errors.Restored(_RESTORED)
        self._out.extend(act.Reject(call.owner, error) for call in self._calls.of_other_stores(epoch))

    def _forget_numbers(self) -> None:
        self._following.clear()
        self._era += 1
        self._out.append(act.Reset(self._epoch))

    def _same_store(self, now: float, epoch: bytes) -> bool:
        if epoch == self._epoch:
            return True
        self._forget_store(epoch)
        self._relink(now, errors.Restored(_RESTORED))
        return False

    def _next_check(self) -> float:
        if not self._token:
            return self._pulse.entrance_ends(self._calls.paused_until)
        return self._pulse.due(bool(self._calls))

    def _check(self, now: float) -> None:
        self._following.passing.tick(now)
        if self._feed.late(now):
            self._drop_feed(now)
        if now < self._next_check():
            return
        if self._pulse.asking or not self._token:
            self._relink(now, errors.NoServer("The server does not answer any more."))
        else:
            self._ping(now)

    def _ping(self, now: float) -> None:
        if not self._pulse.asking:
            self._pulse.asked(now)
            self._calls.add(requests.Ping(id=0, position=self._following.position), urgency=FIRST)

    # ------------------------------------------------------------------------------------------------ login and feed

    def _enter(self) -> None:
        request = self._entrance.next()
        if isinstance(request, errors.HubbubError):
            self._stop(request)
        elif request is not None:
            self._calls.add(request, urgency=FIRST)

    def _on_logged_in(self, now: float, reply: replies.LoggedIn) -> None:
        if reply.epoch != self._epoch:
            self._forget_store(reply.epoch)
        self._entrance.relink()
        self._token = reply.token
        self._feed.wanted(now)
        self._pulse.linked(now)
        self._out.append(act.SaveSession(reply))
        if not self._live:
            self._become_ready()

    def _become_ready(self) -> None:
        self._patience.let_in()
        self._feed.worked()
        if not self._ready:
            self._ready = True
            self._out.append(act.Ready(self._epoch))

    def _open_feed(self, now: float) -> None:
        assert self._hello is not None  # noqa: S101  # Stage.OPEN is entered with one
        self._out.append(act.OpenFeed(self._hello))
        self._present(now)

    def _drop_feed(self, now: float) -> None:
        self._out.append(act.CloseFeed())
        self._feed.lost(now)
        self._following.feed_lost()
        self._ping(now)

    def _present(self, now: float) -> None:
        self._out.append(act.Present(b"\x01" + self._token))
        self._feed.presented(now)

    def _on_confirmed(self, now: float, event: events.Confirmed) -> None:
        if self._same_store(now, event.epoch):
            self._feed.confirmed()
            self._following.on_confirmed(event.home_version)

    def _obey(self, now: float, verdict: Verdict) -> None:
        if verdict is Verdict.PRESENT and self._feed.open:
            self._present(now)
        elif verdict is Verdict.SUSPECT:
            self._pulse.suspect(now)
        elif verdict is Verdict.REWIND:
            self._forget_numbers()
            self._relink(now, errors.Restored(_RESTORED))

    # ------------------------------------------------------------------------------------------------------ replies

    def _answered(self, now: float, call: Call, frame: bytes) -> None:
        try:
            reply = codec.decode_reply(frame, replies.REPLY_OF[type(call.request)])
        except codec.BadFrame as error:
            text = f"The server's answer cannot be read: {error}"
            self._refused(now, call, replies.Outcome(id=0, error="internal", message=text))
            return
        epoch = getattr(reply, "epoch", self._epoch)
        if not isinstance(reply, replies.LoggedIn) and not self._same_store(now, epoch):
            if call.owner is not None:
                self._out.append(act.Reject(call.owner, errors.Restored(_RESTORED)))
        elif call.owner is not None:
            if isinstance(call.request, requests.ChangePassword):
                self._entrance.password_is(call.request.new)
            self._out.append(act.Resolve(call.owner, call.request, reply))
        else:
            self._own_answer(now, call.request, reply)

    def _own_answer(self, now: float, request: requests.Request, reply: replies.Reply) -> None:
        if isinstance(reply, replies.LoggedIn):
            self._on_logged_in(now, reply)
        elif isinstance(reply, replies.Registered):
            self._entrance.on_registered()
        elif isinstance(reply, replies.Pong):
            self._pulse.asking = False
            if not self._live:
                self._become_ready()
            if is_lost(now, self._calls.oldest):
                self._relink(now, errors.NoServer("The server left a request unanswered."))
                return
            self._obey(now, self._following.on_pong(reply))
        else:
            self._obey(now, self._following.on_answer(request, reply, self._epoch))
            if self._following.complete:
                self._become_ready()

    def _refused(self, now: float, call: Call, outcome: replies.Outcome) -> None:
        if isinstance(call.request, requests.Login | requests.Register):
            self._obey_entrance(now, call, outcome)
        elif outcome.error == "session_expired":
            self._expired(call)
        elif call.owner is not None and outcome.error not in errors.WAITED_OUT:
            error = errors.from_wire(outcome.error or "", outcome.message, outcome.retry_after)
            self._out.append(act.Reject(call.owner, error))
        elif isinstance(call.request, requests.Ping):
            self._pulse.asking = False
        elif isinstance(call.request, requests.Sync) and outcome.error in ("not_found", "not_allowed"):
            self._following.sync_refused(call.request)
        else:
            self._again(now, call, outcome)

    def _obey_entrance(self, now: float, call: Call, outcome: replies.Outcome) -> None:
        if self._entrance.refused(call.request, outcome):
            if self._patience.ends_at(outcome.retry_after):
                self._stop(errors.from_wire(outcome.error or "", outcome.message, outcome.retry_after))
            else:
                self._again(now, call, outcome)
        elif not self._entrance.open:
            self._stop(errors.from_wire(outcome.error or "", outcome.message, outcome.retry_after))

    def _again(self, now: float, call: Call, outcome: replies.Outcome) -> None:
        wait = self._patience.again(outcome.retry_after, call.refusals)
        self._calls.again(call, now + wait)

    def _expired(self, call: Call) -> None:
        """The token is void. What callers asked with it waits for the next one."""
        if call.owner is not None:
            self._calls.again(call)
        if self._token and call.token == self._token:
            self._token = b""
            self._out += [act.ForgetSession(), act.CloseFeed()]
            self._end_session()
